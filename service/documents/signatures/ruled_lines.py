"""Lines that nobody wrote: folds, sheet edges, dotted lines, underlines; at PIXELS_PER_MM, like `strokes.py`."""

from __future__ import annotations

import cv2
import numpy as np

from service.documents.pages.shapes import Box
from service.documents.signatures.stamp_rings import PIXELS_PER_MM, Mask

CREASE_RUN_MM, CREASE_MM = 6, 55
"""A fold's straight runs, and how far it must reach to be one."""


def without_creases(dark: Mask) -> Mask:
    """Folds and sheet edges run across the whole patch; strokes that touch one stay, cut through."""
    seen = dark.astype(np.uint8)
    reach = CREASE_RUN_MM * PIXELS_PER_MM
    runs = cv2.morphologyEx(seen, cv2.MORPH_OPEN, np.ones((1, reach), np.uint8))
    if not runs.any():
        return dark
    joined = cv2.dilate(runs, np.ones((5, 3 * PIXELS_PER_MM), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    long = np.zeros(count, np.bool_)
    for piece, (_left, _top, width, height, _area) in enumerate(stats.tolist()):
        long[piece] = piece > 0 and width > CREASE_MM * PIXELS_PER_MM and height < CREASE_MM / 6 * PIXELS_PER_MM
    return np.asarray(dark & ~long[labels])


def without_rules(ink: Mask) -> Mask:
    """Once more inside the region alone: a fold or a sheet's edge may have been joined to print outside."""
    if not ink.any():
        return ink
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    kept = np.zeros(count, np.bool_)
    for piece, (left, top, width, height, _area) in enumerate(stats.tolist()):
        kept[piece] = piece > 0 and not is_ruled(Box(left, top, left + width, top + height))
    return np.asarray(kept[labels])


def is_ruled(box: Box) -> bool:
    """Dotted lines, underlines, folds, edges of the sheet."""
    level = (box.height <= 0.8 * PIXELS_PER_MM and box.width > 7 * PIXELS_PER_MM) or (
        box.height <= 1.5 * PIXELS_PER_MM and box.width > 10 * box.height
    )
    upright = (box.width <= 0.8 * PIXELS_PER_MM and box.height > 9 * PIXELS_PER_MM) or (
        box.width <= 1.2 * PIXELS_PER_MM and box.height > 14 * box.width
    )
    return level or upright
