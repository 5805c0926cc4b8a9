"""Pictures and places on them: the two shapes every step of recognition passes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.uint8]
"""Rows x columns (grey) or rows x columns x 3 (red, green, blue)."""
Matrix: TypeAlias = NDArray[np.float64]
"""3 x 3, carries points of one picture to points of another."""
Floats: TypeAlias = NDArray[np.float32]


class Box(NamedTuple):
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Horizontal middle."""
        return (self.left + self.right) / 2

    def shares_row_with(self, other: Box, least: float = 0.45) -> bool:
        """Whether the two overlap vertically by `least` of the lower one's height."""
        overlap = min(self.bottom, other.bottom) - max(self.top, other.top)
        return overlap > least * min(self.height, other.height)

    def rounded(self) -> tuple[int, int, int, int]:
        return round(self.left), round(self.top), round(self.right), round(self.bottom)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of them."""
    left, top, right, bottom = zip(*boxes, strict=True)
    return Box(min(left), min(top), max(right), max(bottom))


def cut(picture: Picture, box: Box) -> Picture:
    """The part of the picture inside the box, cut off at the picture's edges; may be empty."""
    left, top, right, bottom = (int(edge) for edge in box)
    return picture[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]


def grey_of(picture: Picture) -> Picture:
    """The picture in shades of grey."""
    return picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def colour_of(picture: Picture) -> Picture:
    """The picture with three channels."""
    return picture if picture.ndim == 3 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB), np.uint8)


def resized(picture: Picture, factor: float) -> Picture:
    """The picture scaled; shrinking averages, so that thin strokes survive."""
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor))
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)


def shrunk(picture: Picture, long_side: int) -> tuple[Picture, float]:
    """The picture with at most `long_side` pixels on its long side, and the factor applied."""
    factor = min(1.0, long_side / max(picture.shape[:2]))
    return (resized(picture, factor) if factor < 1 else picture), factor


def turned_upright(picture: Picture, rotation: int) -> Picture:
    """The picture turned back by `rotation`, the clockwise degrees by which it is turned."""
    return np.ascontiguousarray(np.rot90(picture, rotation // 90))
