"""Where the sheet of paper lies in a photograph: four corners, or None where the picture is all sheet.

Two ways: the outline of the bright or edged shape (fast, right for nine photographs in ten), and the straight
border lines, also where a corner lies outside the frame or a shadow cuts an edge (slow, a second try).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from service.documents.pages.shapes import Floats, Picture, colour_of, shrunk

SEARCHED_LONG_SIDE = 480
LEAST_SHARE = 0.28
"""A sheet fills at least this part of the photograph."""
A4_RATIO = 1.414
LEAST_SHARE_OF_TWO, ALIKE, OVERLAP, ROOM = 0.1, 0.6, 0.03, 0.6
"""Of two sheets: what part of the photograph each fills at least, how alike their areas are, what of the smaller one
may lie on the other; and what part of a sheet's width or height there must be beside it for another one."""


def outline_corners(picture: Picture, *, quick: bool = False) -> Floats | None:
    """The sheet's corners from its outline: top left, top right, bottom right, bottom left.

    `quick`: to a pixel or two of the small picture, which is enough where no digits are read.
    """
    shades, edges, factor = _searched(picture, blurs=(5, 5) if quick else (7,), thickness=5)
    best = max(_scored_shapes(shades, edges, LEAST_SHARE), key=lambda scored: scored[0], default=None)
    return None if best is None else in_order(best[1] / np.float32(factor))


def two_sheets(picture: Picture) -> tuple[Floats, Floats] | None:
    """The corners of two sheets of about the same size that lie apart.

    None where there is one, and where there are more: then nobody can say which two are meant.
    """
    shades, edges, factor = _searched(picture, blurs=(5,), thickness=3)
    shapes = sorted(_scored_shapes(shades, edges, LEAST_SHARE_OF_TWO), key=lambda scored: -scored[0])
    apart: list[Floats] = []
    for _, corners in shapes:
        if all(_apart(corners, other) for other in apart):
            apart.append(corners)
    if len(apart) != 2 or not _alike(*apart):
        return None
    first, second = (in_order(corners / np.float32(factor)) for corners in apart)
    return first, second


def has_room_beside(corners: Floats, picture: Picture) -> bool:
    """Whether a second sheet of nearly this size could lie in the photograph too."""
    height, width = picture.shape[:2]
    (left, top), (right, bottom) = corners.min(0).tolist(), corners.max(0).tolist()
    beside, below = max(left, width - right), max(top, height - bottom)
    return bool(beside >= ROOM * (right - left) or below >= ROOM * (bottom - top))


def _apart(corners: Floats, other: Floats) -> bool:
    shared, _ = cv2.intersectConvexConvex(cv2.convexHull(corners), cv2.convexHull(other))
    return float(shared) <= OVERLAP * min(cv2.contourArea(corners), cv2.contourArea(other))


def _alike(corners: Floats, other: Floats) -> bool:
    smaller, larger = sorted((cv2.contourArea(corners), cv2.contourArea(other)))
    return smaller >= ALIKE * larger


def _scored_shapes(shades: Picture, edges: Picture, least_share: float) -> Iterator[tuple[float, Floats]]:
    """Shapes whose four sides lie on edges; the higher the likelier."""
    for corners in _four_cornered_shapes(shades, edges, least_share):
        support = [_edge_support(edges, corners[side], corners[(side + 1) % 4]) for side in range(4)]
        if min(support) >= 0.35:
            area = cv2.contourArea(corners) / edges.size
            yield 0.6 * min(support) + 0.4 * float(np.mean(support)) + 0.5 * area, corners


def _searched(picture: Picture, *, blurs: tuple[int, ...], thickness: int) -> tuple[Picture, Picture, float]:
    """The picture made small, in lightness and two colour axes, its edges, and by which factor it was made small.

    `blurs`: pixels across; five twice takes a quarter of the time of seven once.
    """
    small, factor = shrunk(colour_of(picture), SEARCHED_LONG_SIDE)
    shades = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), np.uint8)
    for blur in blurs:
        shades = np.asarray(cv2.medianBlur(shades, blur), np.uint8)
    edges = cv2.dilate(_edges(shades), np.ones((thickness, thickness), np.uint8))
    return shades, np.asarray(edges, np.uint8), factor


def _edges(shades: Picture) -> Picture:
    """Edges of lightness and of both colour axes."""
    edges = np.zeros(shades.shape[:2], np.uint8)
    for axis in range(3):
        strength = np.abs(cv2.Laplacian(shades[..., axis], cv2.CV_16S))
        high = max(20.0, float(np.percentile(strength, 99)) * 3)
        edges |= np.asarray(cv2.Canny(shades[..., axis], high * 0.4, high), np.uint8)
    return edges


def _four_cornered_shapes(shades: Picture, edges: Picture, least_share: float) -> Iterator[Floats]:
    for contour in cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]:
        yield from _sheet_like(contour, edges.size, least_share)
    lightness = shades[..., 0]
    middle, _ = cv2.threshold(lightness, 0, 255, cv2.THRESH_OTSU)
    brush = np.ones((13, 13), np.uint8)
    for share in (1.0, 0.8, 1.15):
        bright = (lightness > middle * share).astype(np.uint8) * 255
        solid = cv2.morphologyEx(cv2.morphologyEx(bright, cv2.MORPH_CLOSE, brush), cv2.MORPH_OPEN, brush)
        for contour in cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
            yield from _sheet_like(contour, edges.size, least_share)


def _sheet_like(contour: cv2.typing.MatLike, frame_area: int, least_share: float) -> Iterator[Floats]:
    """The contour's four corners when it is large, nearly rectangular and of a sheet's proportions."""
    hull = cv2.convexHull(contour)
    area = cv2.contourArea(hull)
    if area < least_share * frame_area:
        return
    length = cv2.arcLength(hull, True)
    simplified = (cv2.approxPolyDP(hull, share * length, True) for share in (0.02, 0.035, 0.05))
    four = next((shape for shape in simplified if len(shape) == 4), None)
    if four is None:
        return
    corners = np.asarray(four[:, 0], np.float32)
    own_area = cv2.contourArea(corners)
    fills_frame = own_area > 0.985 * frame_area
    if not fills_frame and abs(own_area - area) <= 0.06 * area and _rectangular(corners, 24, 1.15, 1.75):
        yield corners


def _rectangular(corners: Floats, most_degrees: float, least_ratio: float, most_ratio: float) -> bool:
    sides = np.roll(corners, -1, 0) - corners
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    if lengths.min() < 1:
        return False
    cosines = [float(np.dot(-sides[i - 1], sides[i])) / float(lengths[i - 1] * lengths[i]) for i in range(4)]
    off_square = max(abs(math.degrees(math.acos(max(-1.0, min(1.0, cosine)))) - 90) for cosine in cosines)
    pairs = lengths[0] + lengths[2], lengths[1] + lengths[3]
    return off_square <= most_degrees and least_ratio < max(pairs) / min(pairs) < most_ratio


def _edge_support(edges: Picture, start: Floats, end: Floats) -> float:
    """Share of a side that lies on edges; along the frame nobody can know: six tenths."""
    height, width = edges.shape
    points = start + (end - start) * np.linspace(0.04, 0.96, 60, dtype=np.float32)[:, None]
    columns = points[:, 0].round().astype(int).clip(0, width - 1)
    rows = points[:, 1].round().astype(int).clip(0, height - 1)
    at_frame = (columns < 4) | (rows < 4) | (columns > width - 5) | (rows > height - 5)
    return float(np.where(at_frame, 0.6, edges[rows, columns] > 0).mean())


def in_order(corners: Floats) -> Floats:
    """Top left, top right, bottom right, bottom left."""
    total, difference = corners.sum(1), corners[:, 0] - corners[:, 1]
    order = [total.argmin(), difference.argmax(), total.argmax(), difference.argmin()]
    return np.asarray(corners[order], np.float32)


# Second way: border lines -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Border:
    """A nearly level or nearly upright line: its position at both ends of the frame. `seen`: not the frame itself."""

    first: float
    last: float
    seen: bool = True

    @property
    def place(self) -> float:
        return self.first + self.last


def border_corners(picture: Picture) -> Floats | None:
    """The sheet's corners from straight lines; corners may lie outside the frame."""
    small, factor = shrunk(colour_of(picture), SEARCHED_LONG_SIDE)
    shades = np.asarray(cv2.medianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), 5), np.uint8)
    edges = _strong_edges(shades)
    level, upright = _border_lines(edges)
    thick_edges = np.asarray(cv2.dilate(edges, np.ones((3, 3), np.uint8)), np.uint8)
    best: tuple[float, Floats] | None = None
    for corners in _quadrilaterals(level, upright, edges.shape):
        score = _border_score(corners, thick_edges, shades.astype(np.float32))
        if score is not None and (best is None or score > best[0]):
            best = score, corners
    return None if best is None else best[1] / np.float32(factor)


def _strong_edges(shades: Picture) -> Picture:
    edges = np.zeros(shades.shape[:2], np.uint8)
    for axis in range(3):
        channel = shades[..., axis]
        strength = np.hypot(cv2.Sobel(channel, cv2.CV_32F, 1, 0), cv2.Sobel(channel, cv2.CV_32F, 0, 1))
        high = max(18.0, float(np.percentile(strength, 94)))
        edges |= np.asarray(cv2.Canny(channel, high * 0.45, high), np.uint8)
    return edges


def _border_lines(edges: Picture) -> tuple[list[_Border], list[_Border]]:
    """The longest nearly level and nearly upright lines, each with the frame's own two edges."""
    height, width = edges.shape
    found = cv2.HoughLinesP(
        edges,
        1,
        np.pi / 360,
        40,
        minLineLength=int(0.16 * min(height, width)),
        maxLineGap=int(0.03 * max(height, width)),
    )
    level: list[tuple[float, _Border]] = []
    upright: list[tuple[float, _Border]] = []
    for x0, y0, x1, y1 in [] if found is None else found.reshape(-1, 4).astype(float).tolist():
        length, angle = math.hypot(x1 - x0, y1 - y0), math.degrees(math.atan2(y1 - y0, x1 - x0))
        angle = (angle + 90) % 180 - 90
        if abs(angle) < 28:
            level.append((length, _extended(x0, y0, x1, y1, width)))
        elif abs(angle) > 62:
            upright.append((length, _extended(y0, x0, y1, x1, height)))
    return _distinct(level, height), _distinct(upright, width)


def _extended(along0: float, across0: float, along1: float, across1: float, end: int) -> _Border:
    slope = (across1 - across0) / (along1 - along0 + 1e-9)
    return _Border(across0 - slope * along0, across0 + slope * (end - along0))


def _distinct(lines: list[tuple[float, _Border]], extent: int) -> list[_Border]:
    kept: list[_Border] = []
    for _, line in sorted(lines, key=lambda entry: -entry[0]):
        if len(kept) < 9 and not any(_same(line, other) for other in kept):
            kept.append(line)
    return [*kept, _Border(0.0, 0.0, seen=False), _Border(extent - 1.0, extent - 1.0, seen=False)]


def _same(one: _Border, other: _Border) -> bool:
    return abs(one.first - other.first) < 7 and abs(one.last - other.last) < 7


def _quadrilaterals(level: list[_Border], upright: list[_Border], shape: tuple[int, ...]) -> Iterator[Floats]:
    height, width = shape[:2]
    rows = [(a, b) for a, b in itertools.permutations(level, 2) if b.place - a.place >= 0.9 * height]
    columns = [(a, b) for a, b in itertools.permutations(upright, 2) if b.place - a.place >= 0.9 * width]
    for (top, bottom), (left, right) in itertools.product(rows, columns):
        if sum(border.seen for border in (top, bottom, left, right)) < 2:
            continue
        crossings = [(top, left), (top, right), (bottom, right), (bottom, left)]
        corners = np.asarray([_crossing(row, column, height, width) for row, column in crossings], np.float32)
        sides = np.roll(corners, -1, 0) - corners
        long_enough = np.hypot(sides[:, 0], sides[:, 1]).min() >= 0.35 * min(height, width)
        if long_enough and _rectangular(corners, 20, 1.2, 1.65):
            yield corners


def _crossing(row: _Border, column: _Border, height: int, width: int) -> tuple[float, float]:
    """Where y = row(x) meets x = column(y)."""
    row_slope, column_slope = (row.last - row.first) / width, (column.last - column.first) / height
    x = (column.first + column_slope * row.first) / (1 - row_slope * column_slope)
    return x, row.first + row_slope * x


def _border_score(corners: Floats, edges: Picture, shades: Floats) -> float | None:
    """How well the four sides are borders of paper; None where they are not."""
    centre = corners.mean(0)
    support = [_border_support(corners[i], corners[(i + 1) % 4], centre, edges, shades) for i in range(4)]
    if np.mean(support) < 0.42:
        return None
    sides = np.roll(corners, -1, 0) - corners
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    pairs = lengths[0] + lengths[2], lengths[1] + lengths[3]
    off_ratio = abs(float(max(pairs) / min(pairs)) - A4_RATIO)
    area = min(1.0, cv2.contourArea(corners) / edges.size)
    return float(np.mean(support)) + 0.35 * min(support) + 0.25 * area - 0.3 * off_ratio


def _border_support(start: Floats, end: Floats, centre: Floats, edges: Picture, shades: Floats) -> float:
    """Edges along the side, and another shade outside than inside (paper is seldom the darker)."""
    height, width = edges.shape
    points = start + (end - start) * np.linspace(0.03, 0.97, 50, dtype=np.float32)[:, None]
    inside_frame = (points >= 2).all(1) & (points[:, 0] <= width - 3) & (points[:, 1] <= height - 3)
    if inside_frame.sum() < 6:
        return 0.45
    points = points[inside_frame]
    step = end - start
    inwards = np.asarray([-step[1], step[0]]) / (np.hypot(step[0], step[1]) + 1e-6)
    if np.dot(centre - start, inwards) < 0:
        inwards = -inwards
    change = np.median(_shades_at(shades, points + inwards * 6) - _shades_at(shades, points - inwards * 6), axis=0)
    on_edge = float((edges[points[:, 1].round().astype(int), points[:, 0].round().astype(int)] > 0).mean())
    contrast = min(1.0, float(np.abs(change).max()) / 12.0)
    return on_edge * contrast * (1.0 if change[0] > -4 else 0.6) * (0.55 + 0.45 * float(inside_frame.mean()))


def _shades_at(shades: Floats, points: Floats) -> Floats:
    height, width = shades.shape[:2]
    columns = points[:, 0].round().astype(int).clip(0, width - 1)
    rows = points[:, 1].round().astype(int).clip(0, height - 1)
    return np.asarray(shades[rows, columns], np.float32)
