"""A value cut out of the page with room around it, its own row made level: paper waves even when the page is flat."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from service.documents.pages.row_sharpness import Rows
from service.documents.pages.shapes import Box, Floats, Picture

ABOVE_AND_BELOW, BEFORE, AFTER = 1.3, 1.4, 5.5
"""Room around the value, in heights of its row: digit boxes stick out of what the line detector saw."""
MOST_SLOPE, STEPS = 0.04, 17
LEAST_GAIN = 1.08
"""A slope is taken away only where the rows become that much sharper: each warping blurs a little."""
LOOKED_AT = 14
"""Heights of the row's beginning that decide its slope: beyond are only leader dots."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strip:
    """`place`: the value's place in the strip; `left`, `top`: where the strip begins on the page."""

    picture: Picture
    place: Box
    left: int
    top: int

    def on_page(self, box: Box) -> Box:
        return Box(box.left + self.left, box.top + self.top, box.right + self.left, box.bottom + self.top)


def level_strip(grey: Picture, place: Box) -> Strip:
    height = max(8.0, place.height)
    left, top = max(0, int(place.left - BEFORE * height)), max(0, int(place.top - ABOVE_AND_BELOW * height))
    right, bottom = int(place.right + AFTER * height), int(place.bottom + ABOVE_AND_BELOW * height)
    picture = np.ascontiguousarray(grey[top:bottom, left:right])
    inside = Box(place.left - left, place.top - top, place.right - left, place.bottom - top)
    if min(picture.shape) < 6:
        return Strip(picture=picture, place=inside, left=left, top=top)
    end = int(min(inside.right, inside.left + LOOKED_AT * height))
    slope = row_slope(picture, max(0, int(inside.left)), end)
    if slope:
        picture = _sheared(picture, slope, (inside.left + end) / 2)
    return Strip(picture=picture, place=inside, left=left, top=top)


def row_slope(picture: Picture, begin: int, end: int) -> float:
    """How far the row between two columns climbs per pixel; 0 where levelling gains nothing."""
    ink = np.asarray(255 - picture[:, begin:end], np.uint8)
    if min(ink.shape) < 6:
        return 0.0
    slopes = np.linspace(-MOST_SLOPE, MOST_SLOPE, STEPS).tolist()
    rows = Rows(ink, cv2.BORDER_REPLICATE)
    sharpness = {slope: rows.sharpness(slope) for slope in slopes}
    best = max(sharpness, key=lambda slope: sharpness[slope])
    return best if sharpness[best] > LEAST_GAIN * rows.sharpness(0.0) else 0.0


def _sheared(picture: Picture, slope: float, middle: float) -> Picture:
    """Each column moved up by slope x its distance from the middle column."""
    matrix: Floats = np.array([[1, 0, 0], [-slope, 1, slope * middle]], np.float32)
    size = picture.shape[1], picture.shape[0]
    return np.asarray(
        cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
