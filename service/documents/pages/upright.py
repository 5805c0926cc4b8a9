"""A page as sent becomes upright, flat and evenly lit: sheet cut out, direction found, skew taken away."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np

from service.documents.pages.readers import PageModels
from service.documents.pages.row_sharpness import Rows
from service.documents.pages.shapes import (
    Box,
    Floats,
    Matrix,
    Picture,
    grey_of,
    halved,
    resized,
    shrunk,
)
from service.documents.pages.sheet import A4_RATIO

LONG_SIDE = 2048
"""Pixels of the upright page: more brings nothing to the readers and costs time. The detector sees it halved."""
LEAST_SKEW = 0.15
"""Degrees below which turning blurs more than it straightens."""
COARSE = 16
MOST_SKEW, MOST_SKEW_OF_CUT_SHEET = 7.0, 4.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bend:
    """How text lines climb over the page: slope = a + b * (y / height - 1/2) + c * (x / width - 1/2)."""

    a: float
    b: float
    c: float

    def source_row(self, x: Floats, y: Floats, width: int, height: int) -> Floats:
        """The row from which a pixel of the levelled page comes."""
        off = x - width / 2
        sag = self.c * off * off / (2 * width)
        first = y + (self.a + self.b * (y / height - 0.5)) * off + sag
        return np.asarray(y + (self.a + self.b * (first / height - 0.5)) * off + sag, np.float32)

    def steepest(self) -> float:
        return max(abs(self.a + self.b * u + self.c * v) for u in (-0.4, 0.0, 0.4) for v in (-0.4, 0.4))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UprightPage:
    """`grey` is evenly lit; `picture` is the page as sent, whose colours are looked up where they are needed.

    `rotation`: clockwise degrees by which the page as sent was turned. `matrix`: pixels as sent to pixels of here,
    before the bends. `cut_out`: the sheet's outline was found in a photograph.
    """

    grey: Picture
    picture: Picture
    rotation: int
    matrix: Matrix
    cut_out: bool
    bends: tuple[Bend, ...] = ()

    @property
    def width(self) -> int:
        return int(self.grey.shape[1])

    @property
    def height(self) -> int:
        return int(self.grey.shape[0])

    @property
    def tilt(self) -> float:
        """The steepest text line met before levelling."""
        return max((bend.steepest() for bend in self.bends), default=0.0)

    def levelled(self, bend: Bend) -> UprightPage:
        """The page with its text lines made level."""
        columns = np.tile(np.arange(self.width, dtype=np.float32), (self.height, 1))
        source = self._source_rows(bend)
        return replace(self, grey=_looked_up(self.grey, columns, source), bends=(*self.bends, bend))

    def _source_rows(self, bend: Bend) -> Floats:
        """For each pixel the row it comes from: computed at some places, for between them it is straight."""
        across = np.linspace(0, self.width - 1, max(2, self.width // COARSE), dtype=np.float32)
        down = np.linspace(0, self.height - 1, max(2, self.height // COARSE), dtype=np.float32)
        columns, rows = np.meshgrid(across, down)
        coarse = bend.source_row(columns, rows, self.width, self.height) - rows
        # resizing takes the first and last place for half a step inside the picture: at most a tenth of a pixel off
        moved = cv2.resize(coarse, (self.width, self.height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(moved + np.arange(self.height, dtype=np.float32)[:, None], np.float32)

    def colours(self, box: Box) -> Picture:
        """The part of the page inside the box as sent: grey pages stay grey, shadows stay."""
        left, top, right, bottom = (int(edge) for edge in box)
        back: Matrix = np.asarray(np.linalg.inv(self.matrix), np.float64)
        if not self.bends:
            return _straight_part(self.picture, back, Box(left, top, right, bottom))
        columns: Floats = np.arange(left, right, dtype=np.float32)[None]
        rows: Floats = np.arange(top, bottom, dtype=np.float32)[:, None]
        for bend in reversed(self.bends):
            rows = bend.source_row(columns, rows, self.width, self.height)
        # in single precision: half as much to move about, and exact to a hundredth of a pixel
        x, y, scale = (on_x * columns + (on_y * rows + constant) for on_x, on_y, constant in back.astype(np.float32))
        return _part(self.picture, np.asarray(x / scale, np.float32), np.asarray(y / scale, np.float32))

    def as_sent(self, box: Box) -> Box:
        """Where a box of this page lies on the picture as sent."""
        x = np.array([box.left, box.right, box.right, box.left], np.float32)
        y = np.array([box.top, box.top, box.bottom, box.bottom], np.float32)
        for bend in reversed(self.bends):
            y = bend.source_row(x, y, self.width, self.height)
        points = np.linalg.inv(self.matrix) @ np.stack([x, y, np.ones(4)])
        x, y = points[0] / points[2], points[1] / points[2]
        return Box(float(x.min()), float(y.min()), float(x.max()), float(y.max()))


def make_upright(
    picture: Picture,
    models: PageModels,
    corners: Floats | None,
    rows: Floats | None = None,
    *,
    proportions: float | None = A4_RATIO,
) -> UprightPage:
    """The picture as sent (grey or RGB), and the sheet's corners on it where they are known.

    `proportions`: the sheet's long side by its short one; None: as the corners have it.
    `rows`: two points of the picture that lie on one row, from left to right, where a code tells them.
    """
    sent = grey_of(picture)
    grey, matrix = _reduced(sent) if corners is None else _cut_out(sent, corners, proportions)
    grey = evenly_lit(grey)
    if rows is None:
        half = halved(grey)
        turns = models.quarter_turns(half)
        angle = skew(_turned(half, turns), MOST_SKEW if corners is None else MOST_SKEW_OF_CUT_SHEET)
    else:
        turns, angle = _of_rows(rows, matrix)
    matrix = _turn_matrix(turns, *grey.shape) @ matrix
    grey = _turned(grey, turns)
    if abs(angle) >= LEAST_SKEW:
        straighten = _rotation_matrix(angle, *grey.shape)
        matrix = straighten @ matrix
        grey = _warped(grey, straighten, grey.shape[1], grey.shape[0])
    rotation = -90 * turns % 360
    return UprightPage(grey=grey, picture=picture, rotation=rotation, matrix=matrix, cut_out=corners is not None)


def _of_rows(rows: Floats, matrix: Matrix) -> tuple[int, float]:
    """By how many quarter turns, counter-clockwise, the page is turned, and the degrees that straighten the rest."""
    start, end = (matrix @ [x, y, 1.0] for x, y in rows.tolist())
    falls = math.degrees(math.atan2(end[1] / end[2] - start[1] / start[2], end[0] / end[2] - start[0] / start[2]))
    quarters = round(falls / 90)
    return -quarters % 4, falls - 90 * quarters


def _reduced(grey: Picture) -> tuple[Picture, Matrix]:
    page, _ = shrunk(grey, LONG_SIDE)
    return page, np.diag([page.shape[1] / grey.shape[1], page.shape[0] / grey.shape[0], 1.0])


def _turned(grey: Picture, turns: int) -> Picture:
    """Turned clockwise by quarter turns."""
    how = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}
    return np.asarray(cv2.rotate(grey, how[turns]), np.uint8) if turns else grey


def _cut_out(picture: Picture, corners: Floats, proportions: float | None) -> tuple[Picture, Matrix]:
    """The sheet alone."""
    sides = np.hypot(*(np.roll(corners, -1, 0) - corners).T)
    width, height = float(max(sides[0], sides[2])), float(max(sides[1], sides[3]))
    if proportions is not None and height >= width:
        height = max(height, width * proportions)
        width = height / proportions
    elif proportions is not None:
        width = max(width, height * proportions)
        height = width / proportions
    factor = min(1.0, LONG_SIDE / max(width, height))
    wide, high = int(width * factor), int(height * factor)
    target = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(corners, target), np.float64)
    if factor < 0.6:
        # sampling that sparsely would break thin strokes
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.5), np.uint8)
    return _warped(picture, matrix, wide, high), matrix


def _looked_up(picture: Picture, x: Floats, y: Floats) -> Picture:
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _part(picture: Picture, x: Floats, y: Floats) -> Picture:
    """The colours at places of the picture."""
    step = float(np.hypot(x[0, -1] - x[0, 0], y[0, -1] - y[0, 0])) / max(1, x.shape[1] - 1)
    part, here = _surroundings(picture, Box(float(x.min()), float(y.min()), float(x.max()), float(y.max())), step)
    if not part.size:
        return np.full((*x.shape, *picture.shape[2:]), 255, np.uint8)
    (factor, _, left), (_, _, top), _ = here.astype(np.float32)
    return _looked_up(part, x * factor + left, y * factor + top)


def _straight_part(picture: Picture, back: Matrix, box: Box) -> Picture:
    """Like `_part`, of a box on a page that was not bent. `back`: its pixels to the picture's."""
    width, height = int(box.width), int(box.height)
    back = back @ np.array([[1, 0, box.left], [0, 1, box.top], [0, 0, 1]], np.float64)
    places = back @ np.array([[0, width - 1, width - 1, 0], [0, 0, height - 1, height - 1], [1, 1, 1, 1]])
    x, y = places[0] / places[2], places[1] / places[2]
    step = float(np.hypot(x[1] - x[0], y[1] - y[0])) / max(1, width - 1)
    part, here = _surroundings(picture, Box(float(x.min()), float(y.min()), float(x.max()), float(y.max())), step)
    if not part.size or min(width, height) < 1:
        return np.full((max(0, height), max(0, width), *picture.shape[2:]), 255, np.uint8)
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    taken = cv2.warpPerspective(part, here @ back, (width, height), flags=how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(taken, np.uint8)


def _surroundings(picture: Picture, places: Box, step: float) -> tuple[Picture, Matrix]:
    """The part of the picture around the places, and what carries the picture's points to it.

    `step`: how many of the picture's pixels lie between two that are asked for; where there are more than one, the part
    is shrunk first.
    """
    left, top = max(0, int(places.left) - 8), max(0, int(places.top) - 8)
    part = picture[top : int(places.bottom) + 8, left : int(places.right) + 8]
    factor = min(1.0, 1 / max(step, 1e-3))
    if factor < 1 and part.size:
        part = resized(part, factor)
    middle = (factor - 1) / 2
    return part, np.array([[factor, 0, middle - left * factor], [0, factor, middle - top * factor], [0, 0, 1]])


def _warped(picture: Picture, matrix: Matrix, width: int, height: int) -> Picture:
    flat = cv2.warpPerspective(
        picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(flat, np.uint8)


def _turn_matrix(turns: int, height: int, width: int) -> Matrix:
    """What `rot90(picture, -turns)` does to points."""
    return np.array(
        {
            0: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
            1: [[0, -1, height - 1], [1, 0, 0], [0, 0, 1]],
            2: [[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1]],
            3: [[0, 1, 0], [-1, 0, width - 1], [0, 0, 1]],
        }[turns],
        np.float64,
    )


def _rotation_matrix(angle: float, height: int, width: int) -> Matrix:
    return np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), [0, 0, 1]])


def evenly_lit(grey: Picture) -> Picture:
    """The picture divided by the paper's brightness around each place."""
    height, width = grey.shape
    small, _ = shrunk(grey, 160)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 9)
    paper = cv2.resize(cv2.GaussianBlur(paper, (0, 0), 2), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(np.asarray(paper, np.uint8), 20), scale=248), np.uint8)


def skew(grey: Picture, most: float) -> float:
    """Degrees, counter-clockwise, that straighten the text: where the profile of the rows is sharpest."""
    fine = np.asarray(255 - shrunk(grey, 700)[0], np.uint8)
    coarse, _ = shrunk(fine, max(fine.shape) // 2)
    angle = _sharpest(Rows(coarse), np.arange(-most, most + 0.01, 1.0))
    rows = Rows(fine)
    for step in (0.25, 0.1):
        angle = _sharpest(rows, np.arange(angle - 4 * step, angle + 4 * step + 1e-6, step))
    return angle


def _sharpest(rows: Rows, angles: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(max(angles, key=lambda angle: rows.sharpness(math.tan(math.radians(angle)))))
