"""Where the values stand: from the end of a label to the next label, the row's end, or the leader's last dot."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

import cv2
import numpy as np
from numpy.typing import NDArray

from service.documents.fields.stacked import values_below
from service.documents.pages.labels import LEAST_CAPTION, Label, LabelBook, number_before
from service.documents.pages.lines import Line
from service.documents.pages.shapes import Box, Picture, around, cut

WIDEST_GAP, NARROWEST_VALUE = 3.0, 0.4
"""In heights of the row: a wider gap ends a value; what is narrower before such a gap is none."""
READ_SURELY = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuePlace:
    """The place of one field's value, and how well its label was recognised."""

    key: str
    box: Box
    score: float


def value_places(grey: Picture, lines: list[Line], book: LabelBook) -> dict[str, ValuePlace]:
    """The best place of each field whose label was found; "ghi rõ họ tên" in a caption is no label."""
    labels = [() if book.caption_likeness(line.text) >= LEAST_CAPTION else book.find(line.text) for line in lines]
    below = values_below(lines, labels)
    places: dict[str, ValuePlace] = {}
    for line, found in zip(lines, labels, strict=True):
        for label, following in zip_longest(found, found[1:]):
            known = places.get(label.key)
            if known is None or label.score > known.score:
                box = below.get((line, label))
                if box is None:
                    box = _value_box(grey, line, label, following, _row_of(line, lines, labels))
                places[label.key] = ValuePlace(key=label.key, box=box, score=label.score)
    return places


def _value_box(grey: Picture, line: Line, label: Label, following: Label | None, row: list[Line]) -> Box:
    start = _snapped_to_gap(grey, _value_start(line, label), line.box)
    if following is None and label.end >= len(line.text):
        start = _start_far_off(start, line.box.height, row)
    if following is not None:
        end = _value_end(line, following)
        return Box(start, line.box.top, max(end, start + 10), line.box.bottom)
    whole = around([line.box, *(other.box for other in row)])
    return Box(start, whole.top, max(whole.right, start + 10), whole.bottom)


def _start_far_off(start: float, height: float, row: list[Line]) -> float:
    """Where the value begins in another cell of a table: dirt and rules before it are no part of it."""
    written = [line for line in row if line.sure > READ_SURELY and len(line.text) >= 2]
    if not written or written[0].box.left - start < WIDEST_GAP * height:
        return start
    return written[0].box.left - 0.6 * height


def _value_start(line: Line, label: Label) -> float:
    """Between the label's last character and the value's first; close to the label where a wide gap follows."""
    last, first = line.place(label.end - 1), line.place(label.end)
    if label.end >= len(line.text):
        return line.box.right
    usual = float(np.median(np.diff(line.places))) if len(line.places) > 3 else 0.0
    if usual and first - last > 2.2 * usual:
        return first - 0.9 * usual
    return (last + first) / 2


def _value_end(line: Line, following: Label) -> float:
    height = line.box.height
    number = line.place(number_before(line.text, following)) - 0.45 * height
    return min(number, line.place(following.start) - 1.45 * height)


def _row_of(line: Line, lines: list[Line], labels: list[tuple[Label, ...]]) -> list[Line]:
    """Lines without labels to the right on the same row: the value goes on in them."""
    beside = [
        (other, found)
        for other, found in zip(lines, labels, strict=True)
        if other is not line and other.box.left >= line.box.right - 4 and line.box.shares_row_with(other.box)
    ]
    row: list[Line] = []
    for other, found in sorted(beside, key=lambda entry: entry[0].box.left):
        if found:
            break
        row.append(other)
    return row


def _snapped_to_gap(grey: Picture, start: float, row: Box) -> float:
    """The end of the widest blank run of columns near `start`: recognisers know places only roughly."""
    height = row.height
    left = max(0, int(start - 0.75 * height))
    part = cut(grey, Box(left, row.top, min(grey.shape[1], int(start + 0.35 * height)), row.bottom))
    if min(part.shape) < 6:
        return start
    dark, paper = np.percentile(part, (2, 90))
    if paper - dark < 25:
        return start
    ink = cv2.morphologyEx(
        (part < paper - 0.42 * (paper - dark)).astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)
    )
    best, best_score = start, 0.0
    for begin, end in runs(np.asarray(ink.sum(0) == 0)):
        score = (end - begin) - 0.12 * abs(left + end - start)
        if end - begin >= 0.10 * height and score > best_score:
            best, best_score = left + end - min(3.0, 0.3 * (end - begin)), score
    return best


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Begin and end of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def without_leader_dots(grey: Picture, box: Box) -> Box:
    """The box shrunk to real letters: dotted and drawn leaders on both sides are left out."""
    height = box.height
    around_it = Box(
        box.left - 0.1 * height, box.top - 0.2 * height, box.right + 0.2 * height, box.bottom + 0.12 * height
    )
    part = cut(grey, around_it)
    if min(part.shape) < 6:
        return box
    dark = (part < min(200.0, float(np.percentile(part, 97)) - 45)).astype(np.uint8)
    joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((max(3, int(0.11 * height)), 1), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    tall = [
        (left, left + width)
        for left, _, width, high, _ in stats[1:].tolist()
        if 0.36 * height <= high < 1.7 * height and (width > 2 or high < 0.9 * height)
    ]
    if not tall:
        return box
    begin, end = _first_group(sorted(tall), WIDEST_GAP * height, NARROWEST_VALUE * height)
    origin = max(0, int(around_it.left))
    right = min(float(grey.shape[1]), origin + end + 0.15 * height)
    return Box(origin + begin - 0.12 * height, box.top, right, box.bottom)


def _first_group(pieces: list[tuple[int, int]], widest_gap: float, narrowest: float) -> tuple[int, int]:
    """Begin and end of the first pieces that stand together; a narrow one before others is a cell's rule."""
    groups = [pieces[0]]
    for left, right in pieces[1:]:
        begin, end = groups[-1]
        if left - end > widest_gap:
            groups.append((left, right))
        else:
            groups[-1] = begin, max(end, right)
    return next((group for group in groups if group[1] - group[0] > narrowest), groups[0])
