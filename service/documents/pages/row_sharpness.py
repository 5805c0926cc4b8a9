"""How sharply rows of print stand out from the paper between them: sharpest where they are level."""

from __future__ import annotations

import cv2
import numpy as np

from service.documents.pages.shapes import Floats, Picture

GROUP = 4
"""Columns that are moved as one: between them a row of print climbs by less than half a pixel."""


class Rows:
    """The rows of a picture of ink (255 is black). `border`: what stands above and below it, as OpenCV names it."""

    def __init__(self, ink: Picture, border: int = cv2.BORDER_CONSTANT) -> None:
        size = max(1, ink.shape[1] // GROUP), ink.shape[0]
        self._ink = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
        self._border = border

    def sharpness(self, slope: float) -> float:
        """When each column is moved up by `slope` x its distance from the middle column."""
        height, width = self._ink.shape
        climb = slope * GROUP
        matrix: Floats = np.array([[1, 0, 0], [-climb, 1, climb * (width - 1) / 2]], np.float32)
        moved = cv2.warpAffine(self._ink, matrix, (width, height), borderMode=self._border)
        rows = cv2.reduce(moved, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[:, 0]
        return float((np.diff(rows.astype(np.float64)) ** 2).sum())
