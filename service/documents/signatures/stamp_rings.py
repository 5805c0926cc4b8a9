"""Stamps without colour: on a fax or grey scan only the ring tells a stamp from handwriting.

Works on dark places at PIXELS_PER_MM, like `strokes.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from service.documents.pages.shapes import Floats

PIXELS_PER_MM = 8
RING_RADIUS_MM = 15.0, 20.5
"""Round stamps of offices: 34 to 38 mm across, as printed and scanned."""
RIM_MM, STEADY_MM = 0.7, 0.45
"""How far beyond the fitted rim its ink may reach, and how near to it its outermost ink lies."""
ARC_RADIUS_MM, ARC_WIDTH_MM = (8.0, 42.0), 0.9
"""What is left of a stamp's ring: also its inner ring, rings seen aslant, and a cup's."""
Mask = NDArray[np.bool_]
Circle = tuple[float, float, float]
"""Centre and radius, in the patch's pixels."""
DIRECTIONS = 360
SAME_RADIUS_MM = 3.0
DARKEST_RIM, DARKER = 10, 0.10
"""The rim's darkest tenth (in per cent), and how much darker a pen's stroke across the stamp is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A stamp's outer rim: an ellipse, for pages seen aslant. Pixels of the patch; `angle` in degrees."""

    centre: tuple[float, float]
    axes: tuple[float, float]
    angle: float
    closed: float
    """Share of directions in which the outermost ink lies on the rim."""

    def beyond(self, x: Floats, y: Floats) -> Floats:
        """How far places lie outside the rim, in pixels; negative inside."""
        turn = np.deg2rad(self.angle)
        across, up = x - self.centre[0], y - self.centre[1]
        along = (across * np.cos(turn) + up * np.sin(turn)) / (self.axes[0] / 2)
        aside = (up * np.cos(turn) - across * np.sin(turn)) / (self.axes[1] / 2)
        return np.asarray((np.hypot(along, aside) - 1) * min(self.axes) / 2, np.float32)

    def distances(self, shape: tuple[int, ...]) -> Floats:
        """`beyond` for every pixel of a patch."""
        rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
        return self.beyond(columns, rows)


def grey_ring(dark: Mask) -> Ring | None:
    """The most closed ring of a stamp's size, its rim followed exactly."""
    half = cv2.resize(dark.astype(np.uint8) * 255, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    least, most = (int(radius * PIXELS_PER_MM / 2) for radius in RING_RADIUS_MM)
    circles = cv2.HoughCircles(
        cv2.GaussianBlur(half, (0, 0), 1.2), cv2.HOUGH_GRADIENT, 1.5, 30 * PIXELS_PER_MM // 2, param1=120, param2=42,
        minRadius=least, maxRadius=most,
    )  # fmt: skip
    best: tuple[float, Circle] | None = None
    for x, y, radius in [] if circles is None else circles[0][:4].tolist():
        circle = 2 * x, 2 * y, 2 * radius
        closed = _closedness(dark, circle)
        if closed > 0.6 and (best is None or closed > best[0]):
            best = closed, circle
    return None if best is None else _followed(dark, best[1])


def _closedness(dark: Mask, circle: Circle) -> float:
    """Share of directions in which something dark lies within five pixels of the circle."""
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    hit = np.zeros(180, np.bool_)
    for off in range(-5, 6):
        columns = (circle[0] + (circle[2] + off) * np.cos(angles)).round().astype(int).clip(0, dark.shape[1] - 1)
        rows = (circle[1] + (circle[2] + off) * np.sin(angles)).round().astype(int).clip(0, dark.shape[0] - 1)
        hit |= dark[rows, columns]
    return float(hit.mean())


def _followed(dark: Mask, circle: Circle) -> Ring:
    """The ellipse through the outermost ink near the circle; strokes that leave the stamp are outvoted."""
    outermost = _outermost(dark, circle)
    ring = Ring(centre=circle[:2], axes=(2 * circle[2], 2 * circle[2]), angle=0.0, closed=0.0)
    for tolerance in (12, 8, 5, 4):
        near = outermost[np.abs(ring.beyond(outermost[:, 0], outermost[:, 1])) < tolerance]
        if len(near) < DIRECTIONS / 4:
            return ring
        centre, axes, angle = cv2.fitEllipseDirect(near)
        ring = Ring(centre=(centre[0], centre[1]), axes=(axes[0], axes[1]), angle=float(angle), closed=0.0)
    off = np.abs(ring.beyond(outermost[:, 0], outermost[:, 1]))
    steady = float((off < STEADY_MM * PIXELS_PER_MM).sum()) / DIRECTIONS
    return Ring(centre=ring.centre, axes=ring.axes, angle=ring.angle, closed=steady)


def _outermost(dark: Mask, circle: Circle) -> Floats:
    """For each direction the place of the first ink from outside, within 2 mm of the circle."""
    angles = np.linspace(0, 2 * np.pi, DIRECTIONS, endpoint=False)
    radii = np.arange(circle[2] + 2 * PIXELS_PER_MM, circle[2] - 2 * PIXELS_PER_MM, -1.0)
    columns = (circle[0] + np.outer(np.cos(angles), radii)).round().astype(int)
    rows = (circle[1] + np.outer(np.sin(angles), radii)).round().astype(int)
    inside = (columns >= 0) & (rows >= 0) & (columns < dark.shape[1]) & (rows < dark.shape[0])
    seen = np.zeros(columns.shape, np.bool_)
    seen[inside] = dark[rows[inside], columns[inside]]
    found = seen.any(1)
    reach = radii[seen.argmax(1)][found]
    x, y = circle[0] + np.cos(angles[found]) * reach, circle[1] + np.sin(angles[found]) * reach
    return np.stack([x, y], 1).astype(np.float32)


def outside(dark: Mask, ring: Ring) -> Mask:
    """What is dark outside the ring."""
    return np.asarray(dark & (ring.distances(dark.shape) > RIM_MM * PIXELS_PER_MM))


def darker_than_stamp(grey: Floats, ring: Ring) -> Mask:
    """Strokes inside the ring that are clearly darker than its ink; on black and white pages there are none.

    `grey`: brightness in parts of the paper's.
    """
    away = ring.distances(grey.shape)
    rim = grey[np.abs(away + RIM_MM * PIXELS_PER_MM / 2) < RIM_MM * PIXELS_PER_MM]
    if not rim.size:
        return np.zeros(grey.shape, np.bool_)
    smooth = cv2.GaussianBlur(grey, (0, 0), 0.8)
    inked = float(np.percentile(rim, DARKEST_RIM))
    return np.asarray((smooth < inked - DARKER) & (away <= RIM_MM * PIXELS_PER_MM))


def is_arc(piece: Mask, ring: Ring | None = None) -> bool:
    """Whether nearly all of the piece lies on one circle of a stamp's size (found by least squares).

    Where a ring is known only circles as large as it count: its own crumbs, or a second stamp.
    """
    rows, columns = np.nonzero(piece)
    x, y = columns / PIXELS_PER_MM, rows / PIXELS_PER_MM
    terms = np.stack([x, y, np.ones_like(x)], axis=1)
    found = np.linalg.lstsq(terms, -(x * x + y * y), rcond=None)[0]
    centre_x, centre_y = -found[0] / 2, -found[1] / 2
    radius = float(np.sqrt(max(0.0, centre_x**2 + centre_y**2 - found[2])))
    least, most = ARC_RADIUS_MM
    if ring is not None:
        usual = sum(ring.axes) / 4 / PIXELS_PER_MM
        least, most = usual - SAME_RADIUS_MM, usual + SAME_RADIUS_MM
    off = np.abs(np.hypot(x - centre_x, y - centre_y) - radius)
    return least < radius < most and float(np.percentile(off, 80)) < ARC_WIDTH_MM
