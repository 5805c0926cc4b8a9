"""The code on a form that we printed: a QR code with a random token, readable where print no longer is.

A code says nothing about a person: what stands behind it is in the ledger.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import zxingcpp

from service.core.form_codes import PREFILLED, TO_BE_FILLED
from service.documents.recognition.shapes import Picture, grey_of, resized

_WRITTEN = re.compile(f"({re.escape(PREFILLED)}|{re.escape(TO_BE_FILLED)})([A-Z2-7]{{26}})")
SHARP_ENOUGH = 2600
"""Pixels of the long side from which on enlarging brings nothing."""
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
LEAST_CONTRAST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCode:
    """A code of ours. `prefilled`: the worker's values are printed on the form."""

    token: str
    prefilled: bool


def form_code(picture: Picture) -> SeenCode | None:
    """The code on the page as sent, however it is turned; None where there is none of ours."""
    grey = grey_of(picture)
    seen = _found(grey)
    if seen is not None or not _may_hold_a_code(grey):
        return seen
    return _found(_enlarged(grey))


def _found(grey: Picture) -> SeenCode | None:
    read: list[Any] = zxingcpp.read_barcodes(grey, formats=_QR)
    seen = {
        SeenCode(token=found.group(2), prefilled=found.group(1) == PREFILLED)
        for code in read
        if (found := _WRITTEN.fullmatch(code.text))
    }
    return seen.pop() if len(seen) == 1 else None  # of two forms on a page none may speak for the other


def _may_hold_a_code(grey: Picture) -> bool:
    """A code too blurred to be read is still a dark square; pages without one cost no second look."""
    small = resized(grey, min(1.0, 500 / max(grey.shape)))
    dark = np.asarray(small < np.percentile(small, 60) - LEAST_CONTRAST, np.uint8)
    solid = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((15, 15), np.uint8))
    return bool(solid.any())


def _enlarged(grey: Picture) -> Picture:
    """Twice as large and without grain: modules of three pixels become readable."""
    if max(grey.shape) < SHARP_ENOUGH:
        grey = resized(grey, 2.0)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.2), np.uint8)
