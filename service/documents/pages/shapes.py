"""Pictures and places on them: the two shapes every step of recognition passes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

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

    @property
    def middle_row(self) -> float:
        """Vertical middle."""
        return (self.top + self.bottom) / 2

    def shares_row_with(self, other: Box, least: float = 0.45) -> bool:
        """Whether the two overlap vertically by `least` of the lower one's height."""
        overlap = min(self.bottom, other.bottom) - max(self.top, other.top)
        return overlap > least * min(self.height, other.height)

    def rounded(self) -> tuple[int, int, int, int]:
        return round(self.left), round(self.top), round(self.right), round(self.bottom)


class Coloured(Protocol):
    """A page whose colours can be looked at, part by part: most of it is only read in grey."""

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    def colours(self, box: Box) -> Picture:
        """The part of the page inside the box, a pixel for a pixel; grey pages stay grey."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flat:
    """A picture that is upright and flat as it is."""

    picture: Picture

    @property
    def width(self) -> int:
        return int(self.picture.shape[1])

    @property
    def height(self) -> int:
        return int(self.picture.shape[0])

    def colours(self, box: Box) -> Picture:
        return cut(self.picture, box)


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
    """The picture scaled; shrinking averages, so that thin strokes survive.

    Shrinks by a whole number first: averaging over broken pixels takes twenty times as long and looks the same.
    """
    size = max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor))
    whole = int(1 / factor + 1e-6)
    if whole >= 2:
        picture = _averaged(picture, whole)
    how = cv2.INTER_LINEAR if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)


def _averaged(picture: Picture, whole: int) -> Picture:
    """The mean of each square of `whole` pixels; what is left over at the right and lower edge is repeated."""
    below, beside = -picture.shape[0] % whole, -picture.shape[1] % whole
    if below or beside:
        picture = np.asarray(cv2.copyMakeBorder(picture, 0, below, 0, beside, cv2.BORDER_REPLICATE), np.uint8)
    size = picture.shape[1] // whole, picture.shape[0] // whole
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def halved(picture: Picture) -> Picture:
    """Half as wide and high."""
    return _averaged(picture, 2)


def shrunk(picture: Picture, long_side: int) -> tuple[Picture, float]:
    """The picture with at most `long_side` pixels on its long side, and the factor applied."""
    factor = min(1.0, long_side / max(picture.shape[:2]))
    return (resized(picture, factor) if factor < 1 else picture), factor


def turned_upright(picture: Picture, rotation: int) -> Picture:
    """The picture turned back by `rotation`, the clockwise degrees by which it is turned."""
    return np.ascontiguousarray(np.rot90(picture, rotation // 90))
