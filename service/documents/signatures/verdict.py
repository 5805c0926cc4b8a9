"""From measured strokes to signed, not signed, or a person must look.

A signature is a few large pieces; what stamps, print and dirt leave behind is many small ones. The limits come from
1,000 drawn pages (five ways of scanning, 440 of them unsigned); 400 further pages gave no wrong answer. Real stamps,
real pens and crumpled paper have not been measured: where in doubt, None.
"""

from __future__ import annotations

from service.documents.signatures.strokes import BLUE, Strokes

PIECE_MM2, PIECE_BESIDE_STAMP_MM2, BLUE_PIECE_MM2, BLUE_BESIDE_STAMP_MM2 = 10.0, 18.0, 4.0, 5.0
"""Ink of the largest piece: on a clean space; where a stamp may have left some of it; and both where it is blue."""
THROUGH_RED_MM2, LOWEST_THROUGH_RED_MM = 8.0, 3.0
"""Ink and height of the largest piece through a red stamp, the height where the printed name is surely elsewhere.

Of 361 such pages without a signature none left more than 3.2 mm².
"""
LOWEST_MM, LOWEST_BLUE_MM, NARROWEST_MM, SHORTEST_MM = 5.0, 4.5, 4.0, 12.0
"""Whole extent, and length of all strokes; printed names are lower, and black."""
LOWEST_BLUE_PIECE_MM = 3.0
"""A faint blue stamp leaves letters that are lower."""
ABOVE_WORDS_MM = 7.0
"""Higher than any printed word with its accents."""
STAMP_RED, STAMP_PIECES = 0.004, 25
"""Red ink in the region, or so many pieces, speak for a stamp."""
EMPTY_LENGTH_MM, EMPTY_PIECE_MM2 = 6.0, 2.5
CLEAR_RING, BEYOND_RING_MM2, BEYOND_RING_MM, LOWEST_BEYOND_RING_MM = 0.55, 5.0, 7.5, 2.2
FAINT_PRINT = 0.25
"""Where even the print is that faint, a thin pen may have left nothing."""
UNKNOWN_TEXT_MM2, SURE_NAME, MOST_OF_NAME = 2.0, 0.75, 0.6
LEAST_CROSSED = 2.6
"""Strokes on one straight line: crosses, ticks, circles and staples have two at most, signatures three and more."""
RIDGES, ROUND_RIDGES, FINGER_MM, LONGER_THAN_FINGER = 4.5, 3.5, 30.0, 1.6
"""From every side a finger's print has four and more; some signatures have four, on a longer spot."""
LEFT_BY_RED_MM2, LEFT_BY_RED_MM, CLEAR_RED, CLEAR_PRINT = 2.0, 3.5, 0.01, 0.4
"""Crumbs of a stamp that is clearly red, on a page whose print is clear."""


def verdict(strokes: Strokes) -> bool | None:
    """True only for strokes that neither a stamp nor print leaves; False only for a space that is as good as empty."""
    if strokes.arc or strokes.frame:
        return None
    if strokes.ring:
        return True if _is_beyond_ring(strokes) and not _is_finger(strokes) else None
    if strokes.framed:
        return True if _is_beyond_frame(strokes) and not (_is_mark(strokes) or _is_finger(strokes)) else None
    if _is_signature(strokes):
        return None if _is_mark(strokes) or _is_finger(strokes) else True
    return False if _is_empty(strokes) or _only_red_stamp(strokes) else None


def _is_mark(strokes: Strokes) -> bool:
    """Where to sign, what was checked, what lay on the paper: simpler than any signature that is seen whole."""
    return strokes.most_crossed < LEAST_CROSSED


def _is_finger(strokes: Strokes) -> bool:
    shorter, longer = sorted((strokes.width, strokes.height))
    ridges = ROUND_RIDGES if longer < LONGER_THAN_FINGER * shorter else RIDGES
    return longer < FINGER_MM and strokes.least_crossed > ridges


def _is_signature(strokes: Strokes) -> bool:
    stamped = strokes.red >= STAMP_RED or strokes.pieces > STAMP_PIECES
    if strokes.blue >= BLUE:
        lowest, piece = LOWEST_BLUE_MM, BLUE_BESIDE_STAMP_MM2 if stamped else BLUE_PIECE_MM2
        if strokes.largest_height < LOWEST_BLUE_PIECE_MM:
            return False
    else:
        lowest, piece = LOWEST_MM, PIECE_BESIDE_STAMP_MM2 if stamped else PIECE_MM2
        if _is_seen_through_red(strokes):
            piece = THROUGH_RED_MM2
        elif strokes.largest_height < _higher_than_words(strokes, stamped=stamped):
            return False
    large = strokes.height >= lowest and strokes.width >= NARROWEST_MM and strokes.length >= SHORTEST_MM
    return large and strokes.largest_area >= piece


def _is_seen_through_red(strokes: Strokes) -> bool:
    """Under a stamp that is surely red only a pen leaves a piece of height; and the name's print, if it is there."""
    lowest = LOWEST_THROUGH_RED_MM if _name_is_elsewhere(strokes) else ABOVE_WORDS_MM
    return strokes.coloured and strokes.red >= STAMP_RED and strokes.largest_height >= lowest


def _name_is_elsewhere(strokes: Strokes) -> bool:
    return strokes.name_found and strokes.name_sure >= SURE_NAME


def _higher_than_words(strokes: Strokes, *, stamped: bool) -> float:
    """How high a black piece must be: a word of the printed name, run together by blur, looks like a stroke."""
    if stamped:
        return LOWEST_MM if _name_is_elsewhere(strokes) else ABOVE_WORDS_MM
    nothing_read = not strokes.text_inside and strokes.read_as_text == 0 and strokes.print_contrast >= CLEAR_PRINT
    return 0.0 if strokes.name_found or nothing_read else ABOVE_WORDS_MM


def _is_beyond_ring(strokes: Strokes) -> bool:
    """A stroke that leaves a stamp without colour, or is darker than it; never False: one may lie under the stamp."""
    lowest = LOWEST_BEYOND_RING_MM if strokes.name_found else LOWEST_MM
    return (
        strokes.ring_closed >= CLEAR_RING
        and strokes.largest_area >= BEYOND_RING_MM2
        and strokes.largest >= BEYOND_RING_MM
        and strokes.largest_height >= lowest
    )


def _is_beyond_frame(strokes: Strokes) -> bool:
    """The same beside a framed stamp, over which the printed name may stand unread."""
    return (
        strokes.largest_area >= BEYOND_RING_MM2
        and strokes.largest >= BEYOND_RING_MM
        and strokes.largest_height >= LOWEST_MM
    )


def _is_empty(strokes: Strokes) -> bool:
    little = strokes.length <= EMPTY_LENGTH_MM and strokes.largest_area <= EMPTY_PIECE_MM2
    return little and strokes.print_contrast >= FAINT_PRINT and not _may_be_written(strokes)


def _may_be_written(strokes: Strokes) -> bool:
    """Something was read as text where none is printed, or the name looks written by hand: perhaps the signature."""
    by_hand = strokes.name_sure < SURE_NAME or strokes.name_blue >= BLUE or strokes.name_share < MOST_OF_NAME
    return strokes.read_as_text > UNKNOWN_TEXT_MM2 or by_hand


def _only_red_stamp(strokes: Strokes) -> bool:
    crumbs = strokes.largest_area <= LEFT_BY_RED_MM2 and strokes.largest <= LEFT_BY_RED_MM
    return (
        crumbs and not _may_be_written(strokes) and strokes.red >= CLEAR_RED and strokes.print_contrast >= CLEAR_PRINT
    )
