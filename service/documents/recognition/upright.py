"""A page as sent becomes upright, flat and evenly lit: sheet cut out, direction found, skew taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from service.documents.recognition.readers import PageModels
from service.documents.recognition.shapes import Box, Floats, Matrix, Picture, grey_of, shrunk
from service.documents.recognition.sheet import A4_RATIO

LONG_SIDE = 2000
"""Pixels of the upright page: more brings nothing to the readers and costs time."""
LEAST_SKEW = 0.15
"""Degrees below which turning blurs more than it straightens."""
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
    """`grey` is evenly lit; `colour` is the same place as sent (grey pages stay grey).

    `rotation`: clockwise degrees by which the page as sent was turned. `matrix`: pixels as sent to pixels of here,
    before the bends. `cut_out`: the sheet's outline was found in a photograph.
    """

    grey: Picture
    colour: Picture
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
        rows, columns = np.mgrid[0 : self.height, 0 : self.width].astype(np.float32)
        source = bend.source_row(columns, rows, self.width, self.height)
        grey, colour = (
            np.asarray(cv2.remap(it, columns, source, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)
            for it in (self.grey, self.colour)
        )
        return replace(self, grey=grey, colour=colour, bends=(*self.bends, bend))

    def as_sent(self, box: Box) -> Box:
        """Where a box of this page lies on the picture as sent."""
        x = np.array([box.left, box.right, box.right, box.left], np.float32)
        y = np.array([box.top, box.top, box.bottom, box.bottom], np.float32)
        for bend in reversed(self.bends):
            y = bend.source_row(x, y, self.width, self.height)
        points = np.linalg.inv(self.matrix) @ np.stack([x, y, np.ones(4)])
        x, y = points[0] / points[2], points[1] / points[2]
        return Box(float(x.min()), float(y.min()), float(x.max()), float(y.max()))


def make_upright(picture: Picture, models: PageModels, corners: Floats | None) -> UprightPage:
    """The picture as sent (grey or RGB), and the sheet's corners on it where they are known."""
    page, matrix = _reduced(picture) if corners is None else _cut_out(picture, corners)
    grey = evenly_lit(grey_of(page))
    turns = models.quarter_turns(grey)
    matrix = _turn_matrix(turns, *grey.shape) @ matrix
    grey, page = (np.ascontiguousarray(np.rot90(it, -turns)) for it in (grey, page))
    angle = skew(grey, MOST_SKEW if corners is None else MOST_SKEW_OF_CUT_SHEET)
    if abs(angle) >= LEAST_SKEW:
        straighten = _rotation_matrix(angle, *grey.shape)
        matrix = straighten @ matrix
        grey, page = (_warped(it, straighten, grey.shape[1], grey.shape[0]) for it in (grey, page))
    rotation = -90 * turns % 360
    return UprightPage(grey=grey, colour=page, rotation=rotation, matrix=matrix, cut_out=corners is not None)


def _reduced(picture: Picture) -> tuple[Picture, Matrix]:
    page, _ = shrunk(picture, LONG_SIDE)
    return page, np.diag([page.shape[1] / picture.shape[1], page.shape[0] / picture.shape[0], 1.0])


def _cut_out(picture: Picture, corners: Floats) -> tuple[Picture, Matrix]:
    """The sheet alone, with the proportions of A4."""
    sides = np.hypot(*(np.roll(corners, -1, 0) - corners).T)
    width, height = float(max(sides[0], sides[2])), float(max(sides[1], sides[3]))
    if height >= width:
        height = max(height, width * A4_RATIO)
        width = height / A4_RATIO
    else:
        width = max(width, height * A4_RATIO)
        height = width / A4_RATIO
    factor = min(1.0, LONG_SIDE / max(width, height))
    wide, high = int(width * factor), int(height * factor)
    target = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(corners, target), np.float64)
    if factor < 0.6:
        # sampling that sparsely would break thin strokes
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.5), np.uint8)
    return _warped(picture, matrix, wide, high), matrix


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
    angle = _sharpest(coarse, np.arange(-most, most + 0.01, 1.0))
    for step in (0.25, 0.1):
        angle = _sharpest(fine, np.arange(angle - 4 * step, angle + 4 * step + 1e-6, step))
    return angle


def _sharpest(ink: Picture, angles: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(max(angles, key=_row_sharpness(ink)))


def _row_sharpness(ink: Picture) -> Callable[[float], float]:
    height, width = ink.shape

    def sharpness(angle: float) -> float:
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(angle), 1)
        rows = cv2.warpAffine(ink, matrix, (width, height)).sum(1, dtype=np.int64).astype(np.float64)
        return float((np.diff(rows) ** 2).sum())

    return sharpness
