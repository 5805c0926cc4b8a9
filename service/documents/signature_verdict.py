"""From measured strokes to signed, not signed, or a person must look.

A signature is a few large pieces; what stamps, print and dirt leave behind is many small ones. The limits come from 700
drawn pages (five ways of scanning, 310 of them unsigned): without a signature no piece was larger than 15 mm², and none
above 8 mm² but for printed names, which are low; nearly all signatures had one of 10 mm² or more.
"""

from __future__ import annotations

from service.documents.signature_ink import Strokes

PIECE_MM2, PIECE_BESIDE_STAMP_MM2, BLUE_PIECE_MM2 = 10.0, 18.0, 4.0
"""Ink of the largest piece: on a clean space; where a stamp may have left some of it; where it is clearly blue."""
LOWEST_MM, NARROWEST_MM, SHORTEST_MM = 6.0, 4.0, 12.0
"""Whole extent, and length of all strokes; printed names are lower."""
STAMP_RED, STAMP_PIECES = 0.004, 25
"""Red ink in the region, or so many pieces, speak for a stamp."""
EMPTY_LENGTH_MM, EMPTY_PIECE_MM2 = 6.0, 2.5
FAINT_PRINT = 0.25
"""Where even the print is that faint, a thin pen may have left nothing."""


def verdict(strokes: Strokes) -> bool | None:
    """True only for strokes that neither a stamp nor print leaves; False only for a space that is as good as empty."""
    if strokes.ring or strokes.arc:
        return None
    if _is_signature(strokes):
        return True
    empty = strokes.length <= EMPTY_LENGTH_MM and strokes.largest_area <= EMPTY_PIECE_MM2
    return False if empty and strokes.print_contrast >= FAINT_PRINT else None


def _is_signature(strokes: Strokes) -> bool:
    large = strokes.height >= LOWEST_MM and strokes.width >= NARROWEST_MM and strokes.length >= SHORTEST_MM
    stamped = strokes.red >= STAMP_RED or strokes.pieces > STAMP_PIECES
    if strokes.blue >= 0.5 and not stamped:
        return large and strokes.largest_area >= BLUE_PIECE_MM2
    return large and strokes.largest_area >= (PIECE_BESIDE_STAMP_MM2 if stamped else PIECE_MM2)
