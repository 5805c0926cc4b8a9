"""A workbook whose letters are from before Unicode, read into Unicode before anything else looks at it.

The letters settle it: texts that are Vietnamese as they stand are left alone, whatever their font; of others the
font says the code (".VnTime" shows TCVN3), or, where no fonts are known (csv, old files), the code is taken that makes
Vietnamese syllables of them. Texts in an old font that are Vietnamese either way are asked about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from service.core.grids import Cell, CellValue, Grid, Place, Sheet, Workbook
from service.core.vietnam.encodings import DECODERS, decode, is_in_unicode, legacy_of_font, likeness

UNICODE = "unicode"
_SAMPLE_ROWS = 150
_SHARE = 0.8
"""Of the accented words, that a reading must make syllables of."""
_FEWEST_TEXTS = 2
_VIQR_MARKS = re.compile(r"[aeouAEOU][\^(+]['`?~.]?(?:[a-zA-Z\s,/]|$)|[aeiouyAEIOUY][`~](?:[a-zA-Z\s,/]|$)")
_LONGEST = 300
"""Names and headings are shorter; a text beyond tells nothing that they do not."""
_LAST_LATIN = "\u00ff"


def in_unicode(workbook: Workbook) -> tuple[Workbook, Mapping[str, str]]:
    """The workbook in Unicode, and the code each sheet was written in (only sheets that were not in Unicode)."""
    found = {sheet.name: code for sheet in workbook.sheets if (code := _code_of(sheet)) != UNICODE}
    if not found:
        return workbook, found
    sheets = tuple(_decoded(sheet, found[sheet.name]) if sheet.name in found else sheet for sheet in workbook.sheets)
    return replace(workbook, sheets=sheets), found


def is_vietnamese(text: str) -> bool:
    """Whether the accented words of the first lines are mostly syllables, read as they stand."""
    return _likeness_of_lines(text) >= _SHARE


def _likeness_of_lines(text: str) -> float:
    scored = [likeness(line) for line in text.splitlines()[:_SAMPLE_ROWS]]
    words = sum(count for _, count in scored)
    return sum(right for right, _ in scored) / words if words else 1.0


def in_doubtful_font(workbook: Workbook) -> frozenset[str]:
    """Names of sheets with texts in an old font which are Vietnamese as they stand, and in the font's code too."""
    return frozenset(sheet.name for sheet in workbook.sheets if _is_doubtful(sheet))


def _is_doubtful(sheet: Sheet) -> bool:
    texts = [(text, code) for text, code in _texts_in_old_fonts(sheet) if not text.isascii()]
    if not texts or any(not is_in_unicode(text) or max(text) > _LAST_LATIN for text, _ in texts):
        return False
    return all(is_in_unicode(decode(text, code)) for text, code in texts)


def _code_of(sheet: Sheet) -> str:
    texts = _sample(sheet)
    strange = [text for text in texts if not is_in_unicode(text)]
    by_font = Counter(code for text, code in _texts_in_old_fonts(sheet) if _has_words(text) and not is_in_unicode(text))
    if by_font:
        return by_font.most_common(1)[0][0]
    if len(strange) >= _FEWEST_TEXTS:
        scores = {code: _share(strange, code) for code in DECODERS if code != "viqr"}
        code = max(scores, key=lambda code: scores[code])
        return code if scores[code] >= _SHARE else UNICODE
    marked = [text for text in texts if text.isascii()]
    return "viqr" if len(marked) >= _FEWEST_TEXTS and _share(marked, "viqr") >= _SHARE else UNICODE


def _sample(sheet: Sheet) -> list[str]:
    """Different texts of the first rows that say something about their code."""
    texts: dict[str, None] = {}
    for number, line in enumerate(sheet.grid.lines.values()):
        if number >= _SAMPLE_ROWS:
            break
        for value in line:
            if isinstance(value, str) and len(value) <= _LONGEST and _tells_its_code(value):
                texts[value] = None
    return list(texts)


def _tells_its_code(text: str) -> bool:
    return _may_be_viqr(text) if text.isascii() else _has_words(text)


def _has_words(text: str) -> bool:
    """Letters beside one another: no lone tick of a symbol font, no number with an invisible hyphen in it."""
    return _LETTERS.search(text) is not None and sum(map(str.isdigit, text)) < len(text) / 2


_LETTERS = re.compile(r"[A-Za-z]\S|\S[A-Za-z]")


def _may_be_viqr(text: str) -> bool:
    return "@" not in text and _VIQR_MARKS.search(text) is not None


def _texts_in_old_fonts(sheet: Sheet) -> Iterable[tuple[str, str]]:
    """Each with the code that its font shows."""
    for cell in sheet.grid.special.values():
        if cell.font and isinstance(cell.value, str) and (code := legacy_of_font(cell.font)):
            yield cell.value, code


def _share(texts: Sequence[str], code: str) -> float:
    """Of the accented words, how many are syllables when read in this code."""
    scored = [likeness(decode(text, code)) for text in texts]
    words = sum(count for _, count in scored)
    return sum(right for right, _ in scored) / words if words else 0.0


def _decoded(sheet: Sheet, code: str) -> Sheet:
    grid = sheet.grid
    purely_old = not any(cell.font for cell in grid.special.values()) and not any(
        max(text) > _LAST_LATIN for text in _sample(sheet) if is_in_unicode(text)
    )
    known: dict[str, str] = {}
    mixed = any(_is_surely_unicode(text) and not text.isascii() for text, _ in _texts_in_old_fonts(sheet))

    def reading(value: CellValue) -> CellValue:
        if not isinstance(value, str):
            return value
        if value not in known:
            known[value] = _text(value, code, always=purely_old)
        return known[value]

    lines = {row: [reading(value) for value in line] for row, line in grid.lines.items()}
    special = {place: _cell(cell, reading, mixed=mixed) for place, cell in grid.special.items()}
    for (row, column), cell in special.items():
        if row in lines and column <= len(lines[row]):
            lines[row][column - 1] = cell.value
    return replace(sheet, cells=Grid(lines, _known_cells(special)))


def _cell(cell: Cell, reading: Callable[[CellValue], CellValue], *, mixed: bool) -> Cell:
    """`mixed`: some texts in the old font are surely in Unicode; then only what is strange as it stands is decoded."""
    if not isinstance(cell.value, str):
        return cell
    code = legacy_of_font(cell.font) if cell.font else None
    as_it_stands = _is_surely_unicode(cell.value) or not _has_words(cell.value)
    as_it_stands = as_it_stands or (mixed and is_in_unicode(cell.value))
    text = decode(cell.value, code, cell.font) if code and not as_it_stands else None
    return replace(cell, value=reading(cell.value) if text is None else text)


def _known_cells(special: Mapping[Place, Cell]) -> dict[Place, Cell]:
    """Cells of which more than the value is still to be known: fonts have served."""
    return {
        place: replace(cell, font=None)
        for place, cell in special.items()
        if cell.formula is not None or cell.number_format != "General"
    }


def _is_surely_unicode(text: str) -> bool:
    """Typed in Unicode although the font is an old one."""
    return text.isascii() or (max(text) > _LAST_LATIN and is_in_unicode(text))


def _text(text: str, code: str, *, always: bool) -> str:
    if text.isascii():
        return decode(text, code) if code == "viqr" and _is_viqr(text) else text
    if code == "viqr" or _is_surely_unicode(text) or not _has_words(text):
        return text
    decoded = decode(text, code)
    return decoded if always or (not is_in_unicode(text) and is_in_unicode(decoded)) else text


def _is_viqr(text: str) -> bool:
    return "@" not in text and not text.strip().isdigit() and is_in_unicode(decode(text, "viqr"))
