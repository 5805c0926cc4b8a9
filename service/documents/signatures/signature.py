"""Whether a declaration is signed: caption, region below, strokes that are neither print nor stamp, a careful verdict.

A red stamp with a printed name is no signature; blue or black strokes are. What cannot be told stays open (None):
a person looks. A false "signed" is the worst answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz

from service.documents.pages.labels import LabelBook, squeezed
from service.documents.pages.lines import Line
from service.documents.pages.shapes import Box, Coloured, around
from service.documents.signatures.strokes import (
    BLUE,
    TALLER_THAN_PRINT,
    Patch,
    Strokes,
    blueness,
    cut_patch,
    find_strokes,
    print_height,
    redness,
)
from service.documents.signatures.verdict import verdict

PAGE_WIDTH_MM = 210.0
HALF_WIDTH_MM, USUAL_HEIGHT_MM, LEAST_HEIGHT_MM = 33.0, 27.0, 12.0
LOWER_MM, MARGIN_MM = 18.0, 8.0
OTHER_ASIDE_MM = 30.0
PIECE_OF_NAME_FROM_MM = 12.0
NAME_FROM_MM, NAME_UNTIL_MM, NAME_ASIDE_MM = 6.0, 48.0, 30.0
"""How far below the caption the printed name stands, and how far aside of it."""
WHOLE_NAME = 0.8
"""Share of a name's letters: less of it, by a pen, is how somebody signs."""
SHORTEST_NAME = 10
"""Letters of three words that were read as one."""
INK, MOSTLY = 40, 0.5
"""How much darker or redder ink is (of 255), and a share of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """`box`: where the strokes are, or the space where they should be; in pixels of the page given."""

    signed: bool | None
    box: tuple[int, int, int, int] | None = None
    strokes: Strokes | None = None
    name_row: Box | None = None
    """Where the name is printed below the space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The space for the signature. `name_line`: the printed name that bounds it below."""

    box: Box
    millimetre: float
    name_line: Line | None
    name_share: float = 1.0
    """How much of the name was read there."""
    name_rows: tuple[Box, ...] = ()
    """Where only pieces of the name were read: the whole row, as wide as the region."""


def judge_signature(page: Coloured, lines: list[Line], book: LabelBook, name: str) -> Signature:
    """`page`: upright, in colours if it was sent so; `name`: the worker's, as read, may be empty."""
    region = find_region(page, lines, book, name)
    if region is None:
        return Signature(signed=None)
    if any(book.stands_in_space(line.text) and _is_inside(line.box, region.box) for line in lines):
        return Signature(signed=None, box=region.box.rounded())
    signature = _judged(page, lines, region)
    if signature.signed is not False or region.name_line is not None:
        return signature
    # nothing bounds the space below: somebody may have signed low
    lower = _judged(page, lines, replace(region, box=_lower(region, page.height)))
    only_print = lower.strokes is not None and lower.strokes.text_inside and lower.signed is None
    if lower.signed is not False and not only_print:
        return lower
    return replace(signature, signed=None) if _may_be_handwriting(region.name_rows, lines) else signature


def _is_inside(box: Box, region: Box) -> bool:
    """Whether most of a line of print lies in the region."""
    return region.left < box.middle < region.right and region.top < box.middle_row < region.bottom


def _may_be_handwriting(name_rows: tuple[Box, ...], lines: list[Line]) -> bool:
    """Whether a row read as a piece of the printed name is higher than print: then it may be the signature itself."""
    return any(row.height > TALLER_THAN_PRINT * print_height(lines) for row in name_rows)


def _is_red(page: Coloured, line: Line) -> bool:
    """Whether a line is a stamp's words: never the printed name, however alike."""
    colours = page.colours(line.box)
    if colours.ndim == 2 or not colours.size:
        return False
    shades = colours.astype(np.float32)
    ink = shades[..., 1:].min(2) < np.percentile(shades[..., 1], 90) - INK
    return bool(ink.any()) and float((redness(shades) > INK)[ink].mean()) > MOSTLY


def _is_blue(page: Coloured, line: Line) -> bool:
    """Whether a line was written with a blue pen."""
    colours = page.colours(line.box)
    if colours.ndim == 2 or not colours.size:
        return False
    shades = np.asarray(colours / np.maximum(np.percentile(colours, 90, axis=(0, 1)), 25), np.float32)
    ink = shades[..., 0] < 1 - INK / 255
    return bool(ink.any()) and blueness(shades, ink) > BLUE


def _judged(page: Coloured, lines: list[Line], region: Region) -> Signature:
    patch = cut_patch(page, region.box, region.millimetre)
    if patch is None:
        return Signature(signed=None)
    strokes = find_strokes(patch, lines, region.name_line, region.name_rows)
    strokes = replace(strokes, name_share=region.name_share)
    box = strokes.box and _on_page(strokes.box, patch)
    name_row = region.name_line.box if region.name_line else None
    return Signature(signed=verdict(strokes), box=(box or region.box).rounded(), strokes=strokes, name_row=name_row)


def _lower(region: Region, height: int) -> Box:
    """The region and the space below it, down to the page's margin."""
    bottom = min(region.box.bottom + LOWER_MM * region.millimetre, height - MARGIN_MM * region.millimetre)
    return Box(region.box.left, region.box.top, region.box.right, max(region.box.bottom, bottom))


def find_region(page: Coloured, lines: list[Line], book: LabelBook, name: str) -> Region | None:
    """Below the captions, above the printed name; None where there is no caption (nor the date above it)."""
    millimetre = page.width / PAGE_WIDTH_MM
    below = [line for line in lines if line.box.top > 0.3 * page.height]
    start = _below_captions(below, book, millimetre) or _below_date(below, page.width, millimetre)
    if start is None:
        return None
    middle, top = start
    if _is_somebody_elses(below, book, middle, top, millimetre):
        return None
    name_line = _printed_name(page, lines, middle, top, squeezed(name))
    bottom = top + USUAL_HEIGHT_MM * millimetre
    if name_line is not None:
        bottom = name_line.box.top + 0.1 * name_line.box.height
    if bottom - top < LEAST_HEIGHT_MM * millimetre:
        bottom = top + (LEAST_HEIGHT_MM + 2) * millimetre
    half = HALF_WIDTH_MM * millimetre
    box = Box(middle - half, top + 0.4 * millimetre, middle + half, bottom)
    rows = () if name_line else tuple(_name_rows(page, lines, box, squeezed(name)))
    share = _share_of_name(name_line.text, name) if name_line else 1.0
    return Region(box=box, millimetre=millimetre, name_line=name_line, name_share=share, name_rows=rows)


def _share_of_name(printed: str, name: str) -> float:
    """Of its letters; where the name is not known a single short word is too little for one."""
    if squeezed(name):
        return len(squeezed(printed)) / len(squeezed(name))
    return min(1.0, len(squeezed(printed)) / SHORTEST_NAME) if len(printed.split()) < 2 else 1.0


def _below_captions(lines: list[Line], book: LabelBook, millimetre: float) -> tuple[float, float] | None:
    """Middle and lower edge of the captions that stand together, the best one's neighbours included.

    "(Ký, ghi rõ họ tên)" may stand below the unit's own caption as well: alone it counts only where it stands once.
    """
    captions = [line for line in lines if book.is_caption(line.text)]
    named = [line for line in captions if not book.ends_captions(line.text)] or captions
    if not named or (len(named) > 1 and named is captions and not _in_one_block(named, millimetre)):
        return None
    # a heading above the fields may be worded like the caption, which is the lowest of them
    best = max(named, key=lambda line: (round(book.caption_likeness(line.text) / 15), line.box.top))
    together = [line for line in captions if _stands_with(line, best, millimetre)]
    last = max(together, key=lambda line: line.box.bottom)
    middle = sum(line.box.middle for line in together) / len(together)
    if book.ends_captions(last.text):
        return middle, last.box.bottom
    # the instruction in brackets below was not recognised: under a stamp, or too faint
    return middle, last.box.bottom + 1.35 * last.box.height


def _is_somebody_elses(lines: list[Line], book: LabelBook, middle: float, top: float, millimetre: float) -> bool:
    """Whether the space lies below another caption: the head of the unit's signature is not the worker's."""
    others = (line.box for line in lines if book.is_other_caption(line.text))
    return any(
        abs(box.middle - middle) < OTHER_ASIDE_MM * millimetre and -20 * millimetre < box.bottom - top < 2 * millimetre
        for box in others
    )


def _in_one_block(lines: list[Line], millimetre: float) -> bool:
    return all(_stands_with(line, lines[0], millimetre) for line in lines)


def _stands_with(line: Line, other: Line, millimetre: float) -> bool:
    near = abs(line.box.middle - other.box.middle) < 25 * millimetre
    return near and abs(line.box.top - other.box.top) < 14 * millimetre


def _below_date(lines: list[Line], width: int, millimetre: float) -> tuple[float, float] | None:
    """The date ("ngày … tháng … năm …") stands above captions that could not be read."""
    for line in lines:
        letters = squeezed(line.text)
        if all(word in letters for word in ("ngay", "thang", "nam")) and line.box.right > 0.6 * width:
            return line.box.middle, line.box.bottom + 11 * millimetre
    return None


def _printed_name(page: Coloured, lines: list[Line], middle: float, top: float, name: str) -> Line | None:
    """The row below that resembles the name; without a known name any row of clear print."""
    millimetre = page.width / PAGE_WIDTH_MM
    best: tuple[float, Line] | None = None
    highest = TALLER_THAN_PRINT * print_height(lines)
    below = [line for line in lines if NAME_FROM_MM * millimetre < line.box.top - top < NAME_UNTIL_MM * millimetre]
    aside = NAME_ASIDE_MM * millimetre
    near = [line for line in below if abs(line.box.middle - middle) < aside and not _is_red(page, line)]
    for row in (_joined([other for other in near if other.box.shares_row_with(line.box)]) for line in near):
        letters = squeezed(row.text)
        if row.box.height > highest:
            continue
        likeness = fuzz.partial_ratio(letters, name) if name else 0.0
        is_name = likeness >= 70 and len(letters) >= max(4, 0.5 * len(name))
        is_print = not name and row.sure > 0.88 and len(letters) >= 5
        if len(letters) < WHOLE_NAME * len(name) and _is_blue(page, row):
            continue
        if (is_name or is_print) and (best is None or likeness > best[0]):
            best = likeness, row
    return None if best is None else best[1]


def _name_rows(page: Coloured, lines: list[Line], region: Box, name: str) -> Iterator[Box]:
    """Rows low in the region in which a piece of the name can be read: the rest of it is under a stamp."""
    lowest = region.top + PIECE_OF_NAME_FROM_MM * page.width / PAGE_WIDTH_MM
    for line in lines:
        letters = squeezed(line.text)
        low = lowest < line.box.top < region.bottom
        alike = len(letters) >= 3 and line.sure > 0.8 and fuzz.partial_ratio(letters, name) >= 85
        if low and alike and not _is_red(page, line) and not _is_blue(page, line):
            yield Box(region.left, line.box.top, region.right, line.box.bottom)


def _joined(row: list[Line]) -> Line:
    """Pieces of one row as one line: a stamp across a name breaks it up."""
    row = sorted(row, key=lambda line: line.box.left)
    box = around(line.box for line in row)
    return Line(text=" ".join(line.text for line in row), sure=min(line.sure for line in row), box=box)


def _on_page(box: Box, patch: Patch) -> Box:
    return Box(
        patch.left + box.left / patch.factor,
        patch.top + box.top / patch.factor,
        patch.left + box.right / patch.factor,
        patch.top + box.bottom / patch.factor,
    )
