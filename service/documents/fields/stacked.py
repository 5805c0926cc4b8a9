"""Forms whose labels stand above their values, not before them: where each value is then."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from service.documents.pages.labels import Label
from service.documents.pages.lines import Line
from service.documents.pages.shapes import Box, around

LEAST_STACKED, SHARE_STACKED = 3, 0.6
"""So many labels, and so much of all, have nothing beside them but something below: else a value was left empty."""
NEAREST, FURTHEST, ASIDE = 0.5, 1.8, 1.0
"""How far below its label's upper and lower edge a value begins, and how far to its left, in heights of the label."""

Labels = Sequence[tuple[Label, ...]]
"""The labels found in each line."""


def values_below(lines: Sequence[Line], labels: Labels) -> Mapping[tuple[Line, Label], Box]:
    """For each label of such a form the place below it; empty where values stand beside their labels."""
    bare = {
        (line, label): box
        for line, found in zip(lines, labels, strict=True)
        for label, following in zip_longest(found, found[1:])
        if _is_bare(line, label, following, lines, labels)
        and (box := _below(line, label, following, lines, labels)) is not None
    }
    every = sum(len(found) for found in labels)
    return bare if len(bare) >= max(LEAST_STACKED, SHARE_STACKED * every) else {}


def _is_bare(line: Line, label: Label, following: Label | None, lines: Sequence[Line], labels: Labels) -> bool:
    """Whether nothing stands between the label and the next one on its row."""
    end = following.start if following else len(line.text)
    if any(letter.isalnum() for letter in line.text[label.end : end]):
        return False
    right = _next_label(line, following, lines, labels)
    return following is not None or not any(
        line.box.right - 1 < it.box.left < right for it in _without_labels(line, lines, labels)
    )


def _without_labels(line: Line, lines: Sequence[Line], labels: Labels) -> Iterator[Line]:
    """Lines with words, without labels, on the line's row."""
    for other, found in zip(lines, labels, strict=True):
        if other is not line and not found and len(other.text) >= 2 and line.box.shares_row_with(other.box):
            yield other


def _next_label(line: Line, following: Label | None, lines: Sequence[Line], labels: Labels) -> float:
    """Where the next label on the row begins."""
    if following is not None:
        return line.place(following.start)
    others = zip(lines, labels, strict=True)
    return min(
        (
            it.box.left
            for it, found in others
            if found and it.box.left >= line.box.right and it.box.shares_row_with(line.box)
        ),
        default=math.inf,
    )


def _below(line: Line, label: Label, following: Label | None, lines: Sequence[Line], labels: Labels) -> Box | None:
    height = line.box.height
    left = line.place(label.start) - ASIDE * height
    right = _next_label(line, following, lines, labels) - ASIDE * height
    column = [
        other.box
        for other, found in zip(lines, labels, strict=True)
        if not found
        and line.box.top + NEAREST * height < other.box.top < line.box.bottom + FURTHEST * height
        and left <= other.box.left < right
    ]
    if not column:
        return None
    first = min(column, key=lambda box: box.top)
    whole = around(box for box in column if box.shares_row_with(first))
    return Box(whole.left, whole.top, min(whole.right, right), whole.bottom)
