"""Stamps without colour: on a fax or grey scan only the ring tells a stamp from handwriting.

Works on dark places at PIXELS_PER_MM, like `signature_ink.py`.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

PIXELS_PER_MM = 8
RING_RADIUS_MM = 16.3, 20.5
"""Round stamps of offices: 36 to 38 mm across, as printed and scanned."""
ARC_RADIUS_MM, ARC_WIDTH_MM = (8.0, 26.0), 0.9
"""What is left of a stamp's ring: also its inner ring, and rings seen aslant."""
Mask = NDArray[np.bool_]
Ring = tuple[float, float, float]
"""Centre and radius, in the patch's pixels."""


def grey_ring(dark: Mask) -> Ring | None:
    """The most closed ring of a stamp's size."""
    half = cv2.resize(dark.astype(np.uint8) * 255, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    least, most = (int(radius * PIXELS_PER_MM / 2) for radius in RING_RADIUS_MM)
    circles = cv2.HoughCircles(
        cv2.GaussianBlur(half, (0, 0), 1.2), cv2.HOUGH_GRADIENT, 1.5, 30 * PIXELS_PER_MM // 2, param1=120, param2=42,
        minRadius=least, maxRadius=most,
    )  # fmt: skip
    best: tuple[float, Ring] | None = None
    for x, y, radius in [] if circles is None else circles[0][:4].tolist():
        ring = 2 * x, 2 * y, 2 * radius
        closed = _closedness(dark, ring)
        if closed > 0.6 and (best is None or closed > best[0]):
            best = closed, ring
    return None if best is None else best[1]


def _closedness(dark: Mask, ring: Ring) -> float:
    """Share of directions in which something dark lies within five pixels of the circle."""
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    hit = np.zeros(180, np.bool_)
    for off in range(-5, 6):
        columns = (ring[0] + (ring[2] + off) * np.cos(angles)).round().astype(int).clip(0, dark.shape[1] - 1)
        rows = (ring[1] + (ring[2] + off) * np.sin(angles)).round().astype(int).clip(0, dark.shape[0] - 1)
        hit |= dark[rows, columns]
    return float(hit.mean())


def outside(dark: Mask, ring: Ring) -> Mask:
    """What is dark outside the ring."""
    rows, columns = np.ogrid[: dark.shape[0], : dark.shape[1]]
    return np.asarray(dark & (np.hypot(columns - ring[0], rows - ring[1]) >= ring[2] + 7))


def is_arc(piece: Mask) -> bool:
    """Whether nearly all of the piece lies on one circle of a stamp's size (found by least squares)."""
    rows, columns = np.nonzero(piece)
    x, y = columns / PIXELS_PER_MM, rows / PIXELS_PER_MM
    terms = np.stack([x, y, np.ones_like(x)], axis=1)
    found = np.linalg.lstsq(terms, -(x * x + y * y), rcond=None)[0]
    centre_x, centre_y = -found[0] / 2, -found[1] / 2
    radius = float(np.sqrt(max(0.0, centre_x**2 + centre_y**2 - found[2])))
    off = np.abs(np.hypot(x - centre_x, y - centre_y) - radius)
    return ARC_RADIUS_MM[0] < radius < ARC_RADIUS_MM[1] and float(np.percentile(off, 80)) < ARC_WIDTH_MM
