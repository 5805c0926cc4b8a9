"""Digit boxes: a regular grid of known size is found, the digits are cut out of it and set close together.

Text readers stumble over the rules between boxes; the composed line looks like ordinary print.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from service.documents.pages.shapes import Box, Floats, Picture, cut

LEAST_FIT, LEAST_FIT_WITHOUT_RULES = 0.72, 0.9
"""How much of the expected upright rules is seen: with and without level rules above and below."""
RULE_WIDTH = 0.08
"""Half a rule's width, in parts of a box, with room for one that is not quite upright."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The boxes of one field, from left to right."""

    edges: tuple[tuple[float, float], ...]
    top: float
    bottom: float

    @property
    def box(self) -> Box:
        return Box(self.edges[0][0], self.top, self.edges[-1][1], self.bottom)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Equal boxes of width `pitch`, groups `gap` apart, beginning at column `start`."""

    fit: float
    pitch: float
    gap: float
    start: int

    def rules(self, groups: tuple[int, ...]) -> NDArray[np.float64]:
        return _rule_offsets(self.pitch, self.gap, groups) + self.start


def find_cells(grey: Picture, place: Box, groups: tuple[int, ...]) -> Cells | None:
    """The digit boxes at a value's place, `groups` of them; None where there is no such grid."""
    height = max(8.0, place.height)
    middle = place.middle_row
    further = 5.2 if sum(groups) >= 12 else 2.2
    left, right = max(0, int(place.left - 1.2 * height)), min(grey.shape[1], int(place.right + further * height))
    top, bottom = max(0, int(middle - 0.62 * height)), min(grey.shape[0], int(middle + 0.62 * height))
    strip = grey[top:bottom, left:right]
    if strip.shape[1] < 6 * height or strip.shape[0] < 6:
        return None
    rules = _upright_rules(strip, height, sum(groups))
    grid = None if rules is None else _best_grid(rules, height, groups)
    if rules is None or grid is None:
        return None
    columns = grid.rules(groups).round().astype(int).clip(0, len(rules) - 1)
    if (_thickened(rules, 3)[columns] > 0.35).mean() < LEAST_FIT or grid.fit < LEAST_FIT:
        return None
    edges = tuple((left + begin, left + end) for begin, end in _cell_edges(grid.rules(groups), groups))
    span = _level_rules(grey, edges, middle, height, grid.pitch)
    if span is None and grid.fit < LEAST_FIT_WITHOUT_RULES:
        return None
    rows = span or (middle - 0.6 * grid.pitch, middle + 0.6 * grid.pitch)
    return Cells(edges=edges, top=rows[0], bottom=rows[1])


def _upright_rules(strip: Picture, height: float, boxes: int) -> Floats | None:
    """For each column how much it looks like an upright rule, about 1 for the boxes' own rules."""
    dark = np.percentile(255 - strip.astype(np.float32), 28, axis=0).astype(np.float32)
    wide = int(0.32 * height) | 1
    ground = np.minimum(cv2.erode(dark[None], np.ones((1, wide)))[0], dark)
    rules = np.maximum(dark - cv2.blur(ground[None], (wide, 1))[0], 0)
    if rules.max() < 14:
        return None
    usual = max(16.0, float(np.sort(rules)[-max(6, boxes) :].mean()))
    return np.asarray(np.minimum(rules / usual, 1.2), np.float32)


def _best_grid(rules: Floats, height: float, groups: tuple[int, ...]) -> _Grid | None:
    """Coarse search over box widths and gaps, then finely around the four best."""
    wide, narrow = (np.minimum(_thickened(rules, reach), 1) for reach in (5, 3))
    coarse = sorted((_fitted(wide, pitch, gap, groups) for pitch, gap in _coarse_sizes(height, groups)), key=_fit)
    fine = (_fitted(narrow, pitch, gap, groups) for grid in coarse[-4:] for pitch, gap in _fine_sizes(grid, groups))
    best = max(fine, key=_fit, default=None)
    return best if best is not None and best.fit >= 0.5 else None


def _thickened(rules: Floats, reach: int) -> Floats:
    """Rules that also answer for the columns beside them."""
    return np.asarray(cv2.dilate(rules[None], np.ones((1, reach)))[0], np.float32)


def _fit(grid: _Grid) -> float:
    return grid.fit


def _coarse_sizes(height: float, groups: tuple[int, ...]) -> Iterator[tuple[float, float]]:
    for pitch in np.arange(0.62 * height, 1.55 * height, 0.5 if len(groups) == 1 else 1.0):
        for gap in (0.0,) if len(groups) == 1 else np.arange(0.25 * pitch, 1.2 * pitch, 3.0):
            yield float(pitch), float(gap)


def _fine_sizes(grid: _Grid, groups: tuple[int, ...]) -> Iterator[tuple[float, float]]:
    for pitch in np.arange(grid.pitch - 1, grid.pitch + 1.01, 0.125):
        for gap in (0.0,) if len(groups) == 1 else np.arange(grid.gap - 3, grid.gap + 3.1, 1.0):
            yield float(pitch), float(gap)


def _fitted(rules: Floats, pitch: float, gap: float, groups: tuple[int, ...]) -> _Grid:
    """The grid of this size at its best start; `rules` from 0 to 1."""
    offsets = [round(offset) for offset in _offsets(pitch, gap, groups)]
    room = len(rules) - offsets[-1]
    if room <= 1:
        return _Grid(fit=0.0, pitch=pitch, gap=gap, start=0)
    total = rules[offsets[0] : offsets[0] + room].copy()
    for offset in offsets[1:]:
        total += rules[offset : offset + room]
    start = int(total.argmax())
    return _Grid(fit=float(total[start]) / len(offsets), pitch=pitch, gap=gap, start=start)


def _rule_offsets(pitch: float, gap: float, groups: tuple[int, ...]) -> NDArray[np.float64]:
    return np.array(_offsets(pitch, gap, groups))


def _offsets(pitch: float, gap: float, groups: tuple[int, ...]) -> list[float]:
    """Of each box's rules from the first one."""
    offsets: list[float] = []
    start = 0.0
    for boxes in groups:
        offsets += [start + pitch * i for i in range(boxes + 1)]
        start += pitch * boxes + gap
    return offsets


def _cell_edges(rules: NDArray[np.float64], groups: tuple[int, ...]) -> Iterator[tuple[float, float]]:
    first = 0
    for boxes in groups:
        for i in range(first, first + boxes):
            yield float(rules[i]), float(rules[i + 1])
        first += boxes + 1


def _level_rules(
    grey: Picture, edges: tuple[tuple[float, float], ...], middle: float, height: float, pitch: float
) -> tuple[float, float] | None:
    """Rows of the rules above and below the boxes."""
    top, bottom = max(0, int(middle - 1.05 * height)), min(grey.shape[0], int(middle + 1.05 * height))
    inside = [grey[top:bottom, int(a) + 2 : max(int(a) + 3, int(b) - 1)] for a, b in edges]
    dark = np.percentile(255 - np.concatenate(inside, 1).astype(np.float32), 35, axis=1)
    dark = dark - np.median(dark)
    centre = (bottom - top) // 2
    strong = dark > max(12.0, 0.45 * float(dark.max()))
    above, below = np.flatnonzero(strong[:centre]), np.flatnonzero(strong[centre:])
    if not len(above) or not len(below):
        return None
    first, last = float(top + above.max()), float(top + centre + below.min())
    return (first, last) if 0.8 * pitch < last - first < 1.7 * pitch else None


# From boxes to one line of digits -----------------------------------------------------------------------------


def composed_line(grey: Picture, cells: Cells) -> tuple[Picture | None, int]:
    """The filled boxes' digits set close together as one line, and how many boxes are filled."""
    insides = [_inside(grey, edges, cells) for edges in cells.edges]
    digits = [_digit(inside) for inside in _filled(insides)]
    if not digits:
        return None, 0
    height = max(digit.shape[0] for digit in digits)
    paper = int(np.median([np.percentile(digit, 92) for digit in digits]))
    space = max(1, int(0.09 * height))
    parts = [_plain(height, 3 * space, paper)]
    for digit in digits:
        parts += [_on_height(digit, height, paper), _plain(height, space, paper)]
    return np.hstack([*parts, _plain(height, 2 * space, paper)]), len(digits)


def without_box_rules(grey: Picture, cells: Cells, place: Box) -> Picture:
    """The value's place with its boxes' rules painted over with paper: readers take them for digits.

    One box more on both sides, as far as the place reaches: what stands outside the grid must not be lost.
    """
    pitch = (cells.box.right - cells.box.left) / len(cells.edges)
    left, right = max(place.left, cells.box.left - pitch), min(place.right, cells.box.right + pitch)
    left, right = min(left, cells.box.left), max(right, cells.box.right)
    strip = cut(grey, Box(left, cells.top, right, cells.bottom)).copy()
    if min(strip.shape) < 6:
        return strip
    paper = int(np.percentile(strip, 92))
    aside, above = max(2, round(RULE_WIDTH * pitch)), max(2, round(RULE_WIDTH * strip.shape[0]))
    for edge in {round(edge - max(0.0, left)) for pair in cells.edges for edge in pair}:
        strip[:, max(0, edge - aside) : edge + aside + 1] = paper
    strip[:above] = strip[strip.shape[0] - above :] = paper
    return strip


def _inside(grey: Picture, edges: tuple[float, float], cells: Cells) -> Picture:
    """A box without its rules."""
    aside = max(2, round(0.12 * (edges[1] - edges[0])))
    above = max(2, round(0.08 * (cells.bottom - cells.top)))
    rows = slice(max(0, round(cells.top) + above), round(cells.bottom) - above + 1)
    return grey[rows, max(0, round(edges[0]) + aside) : round(edges[1]) - aside + 1]


def _filled(insides: list[Picture]) -> list[Picture]:
    """The boxes with a digit; a box between two filled ones is filled, however faint."""
    contrasts = [float(np.percentile(it, 90) - np.percentile(it, 4)) if it.size else 0.0 for it in insides]
    least = max(22.0, 0.38 * max(contrasts, default=0.0))
    marked = [i for i, it in enumerate(insides) if it.size and contrasts[i] >= least and _is_tall(it)]
    if not marked:
        return []
    return [it for it in insides[marked[0] : marked[-1] + 1] if it.size]


def _is_tall(inside: Picture) -> bool:
    """Whether the ink is as tall as a digit; leftovers of rules at the sides do not count."""
    pieces = [
        (top, top + height)
        for left, top, width, height, area in _pieces(inside)
        if area >= max(4, 0.004 * inside.size) and not (width <= 2 and (left == 0 or left + width >= inside.shape[1]))
    ]
    if not pieces:
        return False
    tallest = max(bottom for _, bottom in pieces) - min(top for top, _ in pieces)
    return tallest > 0.36 * float(inside.shape[0])


def _digit(inside: Picture) -> Picture:
    """The columns of a box that hold its digit."""
    pieces = _pieces(inside)
    tall = [piece for piece in pieces if piece[3] > 0.25 * inside.shape[0]] or pieces
    if not tall:
        return inside
    left, right = min(piece[0] for piece in tall), max(piece[0] + piece[2] for piece in tall)
    return inside[:, max(0, left - 2) : right + 2]


def _pieces(inside: Picture) -> list[list[int]]:
    """Left, top, width, height and area of the connected pieces of ink."""
    dark, paper = np.percentile(inside, (3, 90))
    ink = (inside < (dark + paper) / 2).astype(np.uint8)
    stats: list[list[int]] = cv2.connectedComponentsWithStats(ink, connectivity=8)[2].tolist()
    return stats[1:]


def _plain(height: int, width: int, shade: int) -> Picture:
    return np.full((height, width), shade, np.uint8)


def _on_height(digit: Picture, height: int, shade: int) -> Picture:
    missing = height - digit.shape[0]
    return np.vstack([digit, _plain(missing, digit.shape[1], shade)]) if missing else digit
