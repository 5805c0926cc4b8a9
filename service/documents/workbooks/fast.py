"""A plain xlsx through calamine, several times faster than its XML; what calamine does not say is sought in the XML.

Calamine gives values only. Formulas, errors, hidden rows, and the few number formats and fonts that change what a
value means are found by patterns over the sheet's bytes. A file that is unusual in any way (prefixed elements, cells
without an address, far cells in an almost empty sheet, for which calamine would reserve the whole area) is left to
the careful reader: `None`.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from python_calamine import CalamineError, CalamineWorkbook

from service.core.grids import Cell, CellValue, Grid, Sheet
from service.core.papers import Problem
from service.core.rosters.cell_values import shows_zeros
from service.core.vietnam.encodings import legacy_of_font
from service.documents.common.errors import UnreadableFile

_UNUSUAL = (b' t="d"', b"<c>", b"<row>", b"<is><r>", b":row ")
_FORMULA = re.compile(rb'<c r="([A-Z]{1,2})(\d+)"[^>]*><f[^>]*?(?:/>|>([^<]*)</f>)')
_ERROR = re.compile(rb'<c r="([A-Z]{1,2})(\d+)"[^>]*? t="e"[^>]*>(?:<f[^>]*?(?:/>|>[^<]*</f>))?<v>([^<]*)</v>')
_ROW = re.compile(rb"<row[ />][^>]*")
_HIDDEN = re.compile(rb' hidden="(?:1|true)"| ht="0(?:\.0+)?"')
_NUMBER = re.compile(rb' r="(\d+)"')
_HIDDEN_COLUMN = re.compile(rb'<col [^>]*?hidden="(?:1|true)"[^>]*>')
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?"')
_FROM, _TO = re.compile(rb'min="(\d+)"'), re.compile(rb'max="(\d+)"')
_WIDE = re.compile(rb'<c r="(?:[B-Z][A-Z]|[A-Z]{3})')
_FAR = re.compile(rb'<c r="[A-Z]{3}')
_FEW_COLUMNS, _MOST_COLUMNS = 52, 702
_AREA = 200_000
"""Cells of an area that may be reserved without asking how many of them are filled."""
_LONG_TEXT, _MOST_TEXT = 2_000, 300_000_000
_MOST_MERGED = 20_000
_MOST_COLUMN = 16_384

SheetName = tuple[str, bool]
"""A sheet's name, and whether it is hidden."""


def read_fast(
    content: bytes,
    parts: Sequence[tuple[SheetName, bytes]],
    formats: Sequence[str],
    fonts: Sequence[str | None],
    *,
    max_cells: int,
) -> tuple[Sheet, ...] | None:
    """The sheets, or None where only the careful reader will do. Raises UnreadableFile(TOO_LARGE)."""
    filled = [xml.count(b"<v>") + xml.count(b"<is>") for _, xml in parts]
    if any(not _is_plain(xml, cells) for (_, xml), cells in zip(parts, filled, strict=True)):
        return None
    if sum(filled) > max_cells:
        raise UnreadableFile(Problem.TOO_LARGE, "too many cells")
    telling = _telling_styles(formats, fonts)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        lines = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for (name, _), _ in parts]
    except (CalamineError, ValueError, OSError):
        return None
    except BaseException as error:
        # A panic of the Rust library is no Exception, and has no name that can be imported.
        if type(error).__name__ != "PanicException":
            raise
        return None
    return tuple(_sheet(entry, xml, values, telling) for (entry, xml), values in zip(parts, lines, strict=True))


def repeats_too_much(strings: bytes, parts: Sequence[tuple[SheetName, bytes]]) -> bool:
    """Whether a long text may stand in so many cells that a copy for each, as calamine makes, is too much."""
    longest = max(map(len, strings.split(b"</si>")))
    return longest > _LONG_TEXT and longest * sum(xml.count(b't="s"') for _, xml in parts) > _MOST_TEXT


def _is_plain(xml: bytes, filled: int) -> bool:
    if any(mark in xml for mark in _UNUSUAL) or xml.count(b"<c ") != xml.count(b'<c r="'):
        return False
    last = _NUMBER.search(xml, xml.rfind(b"<row "))
    height = int(last[1]) if last else 0
    wide = _WIDE.search(xml)
    if wide and _FAR.search(xml, wide.start()):
        return False
    width = _MOST_COLUMNS if wide else _FEW_COLUMNS
    return height * width <= max(_AREA, 8 * filled)


def _telling_styles(formats: Sequence[str], fonts: Sequence[str | None]) -> Mapping[int, tuple[str, str | None]]:
    """Style → (number format, font) where they change what a value means: zeros shown, letters of an old font."""
    telling = {}
    for style, (shown, font) in enumerate(zip(formats, fonts, strict=True)):
        old = font if font and legacy_of_font(font) else None
        if old or shows_zeros(shown):
            telling[style] = (shown if shows_zeros(shown) else "General", old)
    return telling


def _sheet(
    entry: SheetName, xml: bytes, lines: Sequence[Sequence[CellValue]], telling: Mapping[int, tuple[str, str | None]]
) -> Sheet:
    grid = Grid.of_lines(lines)
    for row, column, text in _places(_ERROR, xml) if b' t="e"' in xml else ():
        line = list(grid.lines.get(row, ()))
        line.extend([None] * (column - len(line)))
        line[column - 1] = text
        grid.lines[row] = line
    special: dict[tuple[int, int], Cell] = {}
    for row, column, style in _places(_of_styles(telling), xml) if telling else ():
        value = grid.value(row, column)
        if value is not None:
            number_format, font = telling[int(style)]
            special[row, column] = Cell(value, number_format=number_format, font=font)
    for row, column, text in _places(_FORMULA, xml) if b"<f" in xml else ():
        known = special.get((row, column), Cell(grid.value(row, column)))
        special[row, column] = Cell(
            known.value, number_format=known.number_format, formula=f"={html.unescape(text)}", font=known.font
        )
    return Sheet(
        name=entry[0],
        cells=Grid(dict(sorted(grid.lines.items())), special),
        merged=tuple(_merged(xml)),
        hidden_rows=frozenset(_hidden_rows(xml)),
        hidden_columns=frozenset(_hidden_columns(xml)),
        hidden=entry[1],
    )


def _of_styles(styles: Mapping[int, object]) -> re.Pattern[bytes]:
    numbers = b"|".join(b"%d" % style for style in styles)
    return re.compile(rb'<c r="([A-Z]{1,2})(\d+)"[^>]*? s="(' + numbers + rb')"')


def _places(pattern: re.Pattern[bytes], xml: bytes) -> Iterator[tuple[int, int, str]]:
    for letters, row, text in pattern.findall(xml):
        yield int(row), _column(letters), text.decode("utf-8", "replace")


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column


def _hidden_rows(xml: bytes) -> Iterator[int]:
    """Hidden, or of no height; a row without a number follows the one before it."""
    number = 0
    for tag in _ROW.findall(xml) if b' hidden="' in xml or b' ht="0' in xml else ():
        said = _NUMBER.search(tag)
        number = int(said[1]) if said else number + 1
        if _HIDDEN.search(tag):
            yield number


def _hidden_columns(xml: bytes) -> Iterator[int]:
    for tag in _HIDDEN_COLUMN.findall(xml, 0, max(xml.find(b"<sheetData"), 0)):
        first, last = _FROM.search(tag), _TO.search(tag)
        if first and last:
            yield from range(int(first[1]), min(int(last[1]), _MOST_COLUMN) + 1)


def _merged(xml: bytes) -> Iterator[tuple[int, int, int, int]]:
    found = _MERGED.findall(xml, max(xml.rfind(b"<mergeCells"), 0)) if b"<mergeCell" in xml else []
    for left, top, right, bottom in found[:_MOST_MERGED]:
        yield int(top), _column(left), int(bottom or top), _column(right or left)
