"""Where a page with two forms is cut: only in its very middle, only through bare paper, only between equal forms.

Two A5 sheets fill one A4 sheet, and so do two pages copied onto one: then every label of the second form stands half a
page after the same label of the first. What is not so may be anything, and is left to a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from service.documents.declarations.several_forms import REPEATED_LABELS, sure_labels
from service.documents.fields.places import runs
from service.documents.pages.labels import LabelBook
from service.documents.pages.lines import Line
from service.documents.pages.shapes import Box, Picture, around

HALF, FROM_HALF, ASIDE = 0.5, 0.03, 0.04
"""How far the same labels lie apart, in parts of the page's long way, and how far aside of it they may be."""
LOOKED_AT, MOST_OFF, LEAST_BARE = 0.06, 0.015, 0.008
"""The strip around the middle that is looked at, how far from the middle the cut may be, and the bare paper there."""
INK, SPECK = 200, 6
"""Darker than this on the evenly lit page (paper is 248); pixels of a grain of dust."""
BORDER = 0.02
"""At the sides the desk below the sheet may show: parts of the page."""
EDGE_LENGTH, EDGE_THICKNESS = 0.4, 0.012
"""The edge of a sheet shows as a long thin line along the cut: parts of the page."""
MARGIN = 0.12
"""Empty paper beside the text, in parts of the text's width, as it is on a whole sheet."""


class _Place(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Pair:
    """The two places of a label, in parts of the page; `first`: further to the left or above."""

    first: _Place
    second: _Place


def two_halves(grey: Picture, lines: Sequence[Line], book: LabelBook) -> tuple[Box, Box] | None:
    """The two forms of an upright, evenly lit page; None where it is not sure that there are two, or where they end."""
    height, width = grey.shape
    places = _places(lines, book, width, height)
    if any(len(found) > 2 for found in places.values()):
        return None
    for beside in (True, False):
        pairs = [_pair(found, beside=beside) for found in places.values() if len(found) == 2]
        if len(pairs) >= REPEATED_LABELS and all(_half_apart(pair, beside=beside) for pair in pairs):
            turned = np.ascontiguousarray(grey.T) if beside else grey
            cut = _bare_middle(turned)
            return None if cut is None else _parts(cut, lines, width, height, beside=beside)
    return None


def _places(lines: Sequence[Line], book: LabelBook, width: int, height: int) -> dict[str, list[_Place]]:
    places: dict[str, list[_Place]] = {}
    for line in lines:
        middle = line.box.middle_row
        for label in sure_labels(line.text, book):
            places.setdefault(label.key, []).append(_Place(line.place(label.start) / width, middle / height))
    return places


def _pair(found: list[_Place], *, beside: bool) -> _Pair:
    return _Pair(*sorted(found, key=lambda place: place.x if beside else place.y))


def _half_apart(pair: _Pair, *, beside: bool) -> bool:
    """Half a page apart on one way, level on the other, the first before and the second behind the middle."""
    across, down = pair.second.x - pair.first.x, pair.second.y - pair.first.y
    along, aside = (across, down) if beside else (down, across)
    first, second = (pair.first.x, pair.second.x) if beside else (pair.first.y, pair.second.y)
    return abs(along - HALF) < FROM_HALF and abs(aside) < ASIDE and first < HALF < second


def _bare_middle(grey: Picture) -> int | None:
    """The row in the middle of the page where nothing is written, drawn or stamped across; None where there is none."""
    height, width = grey.shape
    top, aside = round((HALF - LOOKED_AT) * height), round(BORDER * width)
    ink = (grey[top : round((HALF + LOOKED_AT) * height), aside : width - aside] < INK).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    counts = np.zeros(count, bool)
    for piece in range(1, count):
        _, _, wide, high, _ = stats[piece].tolist()
        is_edge = wide >= EDGE_LENGTH * width and high <= EDGE_THICKNESS * height
        counts[piece] = max(wide, high) > SPECK and not is_edge
    bare = ~counts[labels].any(1)
    off = round(MOST_OFF * height)
    middle = round(HALF * height) - top
    near = bare[middle - off : middle + off]
    start, end = max(runs(near), key=lambda run: run[1] - run[0], default=(0, 0))
    if end - start < LEAST_BARE * height:
        return None
    return int(top + middle - off + (start + end) // 2)


def _parts(cut: int, lines: Sequence[Line], width: int, height: int, *, beside: bool) -> tuple[Box, Box]:
    halves = (
        (Box(0, 0, cut, height), Box(cut, 0, width, height))
        if beside
        else (Box(0, 0, width, cut), Box(0, cut, width, height))
    )
    first, second = (_with_usual_margins(half, lines) for half in halves)
    return first, second


def _with_usual_margins(half: Box, lines: Sequence[Line]) -> Box:
    """The half, without empty paper to both sides: sizes on a form are judged by how wide it is."""
    inside = [line.box for line in lines if half.left <= line.box.middle < half.right and _is_within(line.box, half)]
    text = around(inside) if inside else half
    aside = MARGIN * text.width
    return Box(max(half.left, text.left - aside), half.top, min(half.right, text.right + aside), half.bottom)


def _is_within(box: Box, half: Box) -> bool:
    return half.top <= box.middle_row < half.bottom
