"""An xlsx of another format's cells, for sending it back marked: values and merged areas, text as text."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping

from openpyxl import Workbook as Book
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from service.core.grids import Sheet, Workbook
from service.documents.letters.print_sheets import text_cell

_WIDEST, _NARROWEST, _MOST_COLUMNS = 48, 6, 60
_LOOKED_AT = 200
"""Rows that decide how wide a column is."""
_LONGEST_NAME = 31


def plain_copy(workbook: Workbook) -> tuple[bytes, Mapping[str, str]]:
    """The file, and what each sheet is called there: not every name of another format is one in Excel."""
    book = Book()
    book.remove(book.worksheets[0])
    names: dict[str, str] = {}
    for number, sheet in enumerate(workbook.sheets, start=1):
        page = book.create_sheet(_name(sheet.name, number, set(names.values())))
        names[sheet.name] = page.title
        _copy_sheet(page, sheet)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue(), names


def _name(wanted: str, number: int, taken: set[str]) -> str:
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted).strip(" '")[:_LONGEST_NAME] or f"Sheet{number}"
    if plain.lower() not in {each.lower() for each in taken}:
        return plain
    return f"{plain[: _LONGEST_NAME - 6]} ({number})"


def _copy_sheet(page: Worksheet, sheet: Sheet) -> None:
    for (row, column), cell in sheet.cells.items():
        if isinstance(cell.value, str):
            text_cell(page, row, column, cell.value, wrap=False)
        elif cell.value is not None:
            copied = page.cell(row, column, cell.value)
            copied.number_format = cell.number_format if cell.number_format != "General" else copied.number_format
            copied.alignment = Alignment(vertical="center")
    for top, left, bottom, right in sheet.merged:
        page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    for column, width in _widths(sheet).items():
        page.column_dimensions[get_column_letter(column)].width = width


def _widths(sheet: Sheet) -> dict[int, int]:
    """Wide enough for what a column holds; titles that run over several columns do not count."""
    longest: dict[int, list[int]] = {}
    for (row, column), cell in sheet.cells.items():
        if row <= _LOOKED_AT and column <= _MOST_COLUMNS:
            longest.setdefault(column, []).append(max(map(len, str(cell.value).split("\n"))))
    fitting = {column: sorted(lengths)[int(len(lengths) * 0.9)] for column, lengths in longest.items()}
    return {column: max(_NARROWEST, min(length + 3, _WIDEST)) for column, length in fitting.items()}
