"""The code on a form that we printed: a QR code with a random token, readable where print no longer is.

A code says nothing about a person: what stands behind it is in the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np
import zxingcpp

from service.core.declarations.form_codes import PREFILLED, TO_BE_FILLED
from service.documents.pages.shapes import Box, Floats, Picture, cut, grey_of, resized

_WRITTEN = re.compile(f"({re.escape(PREFILLED)}|{re.escape(TO_BE_FILLED)})([A-Z2-7]{{26}})")
SHARP_ENOUGH = 600
"""Pixels of a code with its margin from which on enlarging brings nothing."""
SEARCHED_LONG_SIDE, MOST_SQUARES = 500, 4
LEAST_SIDE, MOST_SIDE, MARGIN = 14, 75, 0.4
"""Sides of a dark square in the picture that is searched (also turned by 45 degrees), and the paper around it."""
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
LEAST_CONTRAST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCode:
    """A code of ours. `prefilled`: the worker's values are printed on the form."""

    token: str
    prefilled: bool
    corners: Floats | None = field(default=None, compare=False)
    """On the picture, without the code's margin: top left, top right, bottom right, bottom left of the page's."""

    @property
    def rows(self) -> Floats | None:
        """The middle of the code's left and of its right side: its rows run as the page's do."""
        if self.corners is None:
            return None
        top_left, top_right, bottom_right, bottom_left = self.corners
        return np.array([(top_left + bottom_left) / 2, (top_right + bottom_right) / 2], np.float32)


def form_code(picture: Picture) -> SeenCode | None:
    """The code on the page as sent, however it is turned; None where there is none of ours.

    None also where there are several: of two forms on a page none may speak for the other.
    """
    grey = grey_of(picture)
    seen = _found(grey)
    if seen:
        return next(iter(seen)) if len(seen) == 1 else None
    for place in _dark_squares(grey):
        part = cut(grey, place)
        enlarged = _enlarged(part)
        factor = part.shape[1] / enlarged.shape[1]
        seen |= {_moved(code, factor, place) for code in _found(enlarged)}
    return next(iter(seen)) if len(seen) == 1 else None


def _found(grey: Picture) -> set[SeenCode]:
    read: list[Any] = zxingcpp.read_barcodes(grey, formats=_QR, try_invert=False)
    return {
        SeenCode(token=found.group(2), prefilled=found.group(1) == PREFILLED, corners=_corners(code.position))
        for code in read
        if (found := _WRITTEN.fullmatch(code.text))
    }


def _corners(position: Any) -> Floats:
    corners = position.top_left, position.top_right, position.bottom_right, position.bottom_left
    return np.array([[corner.x, corner.y] for corner in corners], np.float32)


def _moved(code: SeenCode, factor: float, place: Box) -> SeenCode:
    """A code found on a part of the picture, with its place on the whole."""
    assert code.corners is not None
    origin = np.array([max(0, int(place.left)), max(0, int(place.top))], np.float32)
    return replace(code, corners=np.asarray(code.corners * np.float32(factor) + origin, np.float32))


def _dark_squares(grey: Picture) -> Iterator[Box]:
    """Where a code too blurred to be read may be: it is still a dark square. Each with a margin, the darkest first."""
    factor = min(1.0, SEARCHED_LONG_SIDE / max(grey.shape))
    small = resized(grey, factor)
    dark = np.asarray(small < cv2.blur(small, (91, 91)).astype(np.int16) - LEAST_CONTRAST, np.uint8)
    solid = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((11, 11), np.uint8))
    stats = cv2.connectedComponentsWithStats(solid, connectivity=4)[2][1:].tolist()
    for left, top, width, height, area in sorted(stats, key=lambda it: -it[4])[:MOST_SQUARES]:
        if (
            max(width, height) < 1.5 * min(width, height)
            and LEAST_SIDE < max(width, height) < MOST_SIDE
            and area > 0.4 * width * height
        ):
            aside = MARGIN * max(width, height)
            yield Box(
                *(edge / factor for edge in (left - aside, top - aside, left + width + aside, top + height + aside))
            )


def _enlarged(grey: Picture) -> Picture:
    """Twice as large and without grain: modules of three pixels become readable."""
    if max(grey.shape) < SHARP_ENOUGH:
        grey = resized(grey, 2.0)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.2), np.uint8)
