"""Squares, circles and brackets to tick: found by the ink along their outline, whatever stands inside.

All boxes of a row are printed alike and equally far from their words, so that the outline is taken which fits all of
them: an empty box shows it clearly, a marked one still has most of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from service.documents.pages.shapes import Box, Floats

ROW = 32
"""Pixels of the height of a row of print in the windows that are searched."""
SIDES = range(25, 45, 2)
BRACKETS_HIGH, BRACKETS_WIDE = range(28, 44, 3), range(16, 62, 3)
"""Brackets are higher than any letter."""
POINTS = 9
"""Looked at along each side of an outline."""
STRAYING = 8
"""Pixels by which the distance between box and words may differ within a row: readers know places only roughly."""
LEAST_GAP, USUAL_GAP = 3, 26
"""Pixels between box and words; beyond the usual each costs FARTHER."""
FARTHER, OFF_ROW = 0.008, 0.02
"""What a pixel too far from the words, or from the row's middle, costs in likeness."""
WHOLE = {"square": 0.06, "circle": 0.05, "brackets": 0.0}
"""An outline on all sides is told from letters more surely than brackets."""
EQUALLY_WIDE = 0.8
"""Likeness from which on brackets of one width are believed in all windows."""
LARGER, ALL_OF_THEM = 0.003, 0.15
"""Of two that fit alike the larger is the outline; the worst of a row's boxes counts besides their mean."""

Offsets = tuple[tuple[int, int], ...]
Stack = NDArray[np.uint8]
"""Windows x rows x columns, 1 where there is ink."""


class Shape(StrEnum):
    SQUARE = "square"
    CIRCLE = "circle"
    BRACKETS = "brackets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One printed shape: `parts`, each of which has to be inked, as offsets (down, right) from its upper left corner.

    Brackets have their opening one alone; the closing one mirrors it, at any of BRACKETS_WIDE.
    """

    shape: Shape
    high: int
    parts: tuple[Offsets, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The outline in one window. `likeness`: the share of ink on its weakest part."""

    shape: Shape
    box: Box
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fits:
    """For each window, top row and right edge: how well the outline fits there, and how wide it is."""

    likeness: Floats
    wide: NDArray[np.int16]


def best_outline(inked: Stack, words: int) -> tuple[float, list[Found]]:
    """The outline that fits left of the words in all windows, which begin at column `words`, and how well it does."""
    best: tuple[float, list[Found]] = (0.0, [])
    chosen, at = None, 0
    for outline in _outlines():
        fits = _fits(inked, outline)
        middle = np.arange(fits.likeness.shape[1]) + (outline.high - 1) / 2
        off_row = (np.abs(middle - inked.shape[1] / 2) - 0.15 * ROW).clip(0) * OFF_ROW
        placed = fits.likeness - off_row[None, :, None]
        gap = words - np.arange(inked.shape[2])
        by_edge = placed.max(1) - np.where(gap < LEAST_GAP, 1.0, (gap - USUAL_GAP).clip(0) * FARTHER)
        near = np.asarray(cv2.dilate(by_edge.astype(np.float32), np.ones((1, 2 * STRAYING + 1), np.uint8)))
        edge = int(near.mean(0).argmax())
        fit = float(near[:, edge].mean() + ALL_OF_THEM * near[:, edge].min())
        fit += WHOLE[outline.shape] + LARGER * outline.high
        if fit > best[0]:
            edges = [_edge(row, edge) for row in by_edge]
            best = fit, [_found(outline, fits, placed, window, at) for window, at in enumerate(edges)]
            chosen, at = outline, edge
    if chosen is not None and chosen.shape is Shape.BRACKETS:
        return best[0], _equally_wide(inked, chosen, at) or best[1]
    return best


def _edge(row: Floats, about: int) -> int:
    """The right edge of one window's outline, near the one that suits all windows."""
    begin = max(0, about - STRAYING)
    return begin + int(row[begin : about + STRAYING + 1].argmax())


def _found(outline: Outline, fits: _Fits, placed: Floats, window: int, right: int) -> Found:
    top = int(placed[window, :, right].argmax())
    left = right + 1 - int(fits.wide[window, top, right])
    box = Box(left, top, right + 1, top + outline.high)
    return Found(shape=outline.shape, box=box, likeness=float(fits.likeness[window, top, right]))


def _fits(inked: Stack, outline: Outline) -> _Fits:
    windows, high, wide = inked.shape
    fits = _Fits(
        likeness=np.zeros((windows, high - outline.high + 1, wide), np.float32),
        wide=np.full((windows, high - outline.high + 1, wide), outline.high, np.int16),
    )
    if outline.shape is Shape.BRACKETS:
        _fit_brackets(fits, inked, outline)
        return fits
    weakest = np.minimum.reduce([_inked_share(inked, part, outline.high, outline.high) for part in outline.parts])
    fits.likeness[:, :, outline.high - 1 :] = weakest
    return fits


def _fit_brackets(fits: _Fits, inked: Stack, outline: Outline) -> None:
    """The opening bracket and its mirror, at the distance at which both fit best."""
    for wide, likeness in _brackets(inked, outline):
        known = fits.likeness[:, :, wide - 1 :]
        better = likeness > known
        np.copyto(known, likeness, where=better)
        np.copyto(fits.wide[:, :, wide - 1 :], np.int16(wide), where=better)


def _brackets(inked: Stack, outline: Outline) -> Iterator[tuple[int, Floats]]:
    """For each width the likeness at each upper left corner; usual widths first where several fit alike."""
    (bracket,) = outline.parts
    deep = 1 + max(right for _, right in bracket)
    opening = _inked_share(inked, bracket, outline.high, deep)
    closing = _inked_share(np.ascontiguousarray(inked[:, :, ::-1]), bracket, outline.high, deep)[:, :, ::-1]
    for wide in BRACKETS_WIDE:
        count = opening.shape[2] - (wide - deep)
        if count < 1:
            break
        both = np.minimum(opening[:, :, :count], closing[:, :, wide - deep :])
        yield wide, both - np.float32(0.0005 * abs(wide - ROW))


def _equally_wide(inked: Stack, outline: Outline, edge: int) -> list[Found] | None:
    """The brackets with the same width in all windows, if such fit: a mark beside one of them looks like its fellow."""
    best, least = None, EQUALLY_WIDE
    for wide, likeness in _brackets(inked, outline):
        begin = max(0, edge - STRAYING + 1 - wide)
        near = likeness[:, :, begin : max(0, edge + STRAYING + 2 - wide)]
        if near.size and float(near.max((1, 2)).min()) > least:
            least = float(near.max((1, 2)).min())
            best = [_brackets_at(outline, wide, window, begin) for window in near]
    return best


def _brackets_at(outline: Outline, wide: int, likeness: Floats, begin: int) -> Found:
    top, left = (int(at) for at in np.unravel_index(int(likeness.argmax()), likeness.shape))
    box = Box(begin + left, top, begin + left + wide, top + outline.high)
    return Found(shape=outline.shape, box=box, likeness=float(likeness.max()))


def _inked_share(inked: Stack, offsets: Offsets, high: int, wide: int) -> Floats:
    """For each upper left corner of a part high x wide, the share of its offsets that is inked."""
    rows, columns = inked.shape[1] - high + 1, inked.shape[2] - wide + 1
    total = np.zeros((len(inked), rows, columns), np.uint8)
    for down, right in offsets:
        total += inked[:, down : down + rows, right : right + columns]
    return np.asarray(total / np.float32(len(offsets)), np.float32)


@cache
def _outlines() -> tuple[Outline, ...]:
    return tuple(_all_outlines())


def _all_outlines() -> Iterator[Outline]:
    for side in SIDES:
        ends = [round(at * (side - 1)) for at in _along()]
        rows = [tuple((place, at) for at in ends) for place in (0, side - 1)]
        columns = [tuple((at, place) for at in ends) for place in (0, side - 1)]
        yield Outline(shape=Shape.SQUARE, high=side, parts=(*rows, *columns))
        yield Outline(shape=Shape.CIRCLE, high=side, parts=tuple(_quarter(side, number) for number in range(4)))
    for high in BRACKETS_HIGH:
        yield Outline(shape=Shape.BRACKETS, high=high, parts=(_bow(high),))
        yield Outline(shape=Shape.BRACKETS, high=high, parts=(_hook(high),))


def _along() -> list[float]:
    return [at / (POINTS - 1) for at in range(POINTS)]


def _quarter(side: int, number: int) -> Offsets:
    radius = (side - 1) / 2
    angles = [(number + at) * math.pi / 2 for at in _along()]
    return tuple((round(radius + radius * math.sin(it)), round(radius + radius * math.cos(it))) for it in angles)


def _bow(high: int) -> Offsets:
    """ "(": furthest left at its middle."""
    return tuple((round(at * (high - 1)), round(0.17 * high * (2 * at - 1) ** 2)) for at in _along())


def _hook(high: int) -> Offsets:
    """ "[": an upright with two short arms."""
    arm = [round(0.14 * high * at) for at in (0.5, 1.0)]
    upright = [(round(at * (high - 1)), 0) for at in _along()]
    return (*upright, *((0, right) for right in arm), *((high - 1, right) for right in arm))
