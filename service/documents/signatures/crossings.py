"""Marks that are no signature although a pen or a thing left them: crosses, ticks, circles, staples, fingers' prints.

A hand that signs goes to and fro: some straight line crosses its strokes three times and more. A cross, a tick, a
circle, a dash, a staple or a cup's ring is crossed twice at most, from whichever side. The ridges of a finger's print
are crossed often from every side, a signature only from one. Such marks say where to sign, or that somebody looked; a
person decides.
"""

from __future__ import annotations

import cv2
import numpy as np

from service.documents.pages.shapes import Picture
from service.documents.signatures.stamp_rings import PIXELS_PER_MM, Mask

DIRECTIONS = 4
LOWEST_MM = 4.0
"""A line that lies along the direction is not crossed by it; only its ragged edge would be."""
MOST_LINES = 90
"""Per cent of the lines that may be crossed less: a single speck on the way counts for nothing."""
SMALL_PIECE = 0.15
"""Of the largest piece's area: dirt beside a mark does not make it a signature."""

EDGE, SOFTNESS, SEEN = 8, 1.6, 85
"""Pixels, and brightness of 255: what remains of the finest pen."""


def strokes_crossed(ink: Mask) -> tuple[float, float]:
    """How many strokes straight lines across the ink meet: in the direction with fewest, and in that with most."""
    shape = _cut_to_ink(_large_pieces(ink))
    side = int(np.hypot(*shape.shape)) + 4
    crossed = [_crossed(shape, side, 180 * step / DIRECTIONS) for step in range(DIRECTIONS)]
    return min(crossed), max(crossed)


def _large_pieces(ink: Mask) -> Mask:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    large = areas >= SMALL_PIECE * areas[1:].max()
    large[0] = False
    return np.asarray(large[labels])


def _cut_to_ink(ink: Mask) -> Picture:
    """The ink without the paper around it, 255 where it is; its ragged edges are smoothed, fine strokes stay."""
    rows, columns = np.nonzero(ink)
    part = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].astype(np.uint8) * 255
    soft = cv2.GaussianBlur(np.pad(part, EDGE), (0, 0), SOFTNESS)
    return np.where(soft > SEEN, 255, 0).astype(np.uint8)


def _crossed(shape: Picture, side: int, degrees: float) -> float:
    """Strokes met by the rows of the shape, turned by `degrees` on a square of this side."""
    height, width = shape.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turn[:, 2] += (side - width) / 2, (side - height) / 2
    turned = cv2.warpAffine(shape, turn, (side, side)) > 127
    begins = turned & ~np.pad(turned, ((0, 0), (1, 0)))[:, :-1]
    met = begins.sum(1)
    met = met[met > 0]
    return float(np.percentile(met, MOST_LINES)) if len(met) > LOWEST_MM * PIXELS_PER_MM else 1.0
