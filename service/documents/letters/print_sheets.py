"""Workbooks of ours that people print: a title, a table with borders, totals and a place to sign, A4 across.

Every value is a text cell. What begins with `=`, `+`, `-` or `@` stays text: it came from mails (S54).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from service.documents.common.fixed_zip import fixed_zip

FONT = "Times New Roman"
_LINE = Side(style="thin", color="808080")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEADING_FILL = PatternFill("solid", fgColor="DDE6F0")
_GROUP_FILL = PatternFill("solid", fgColor="F2F2F2")
_NOT_ALLOWED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that a workbook cannot hold."""
_LONGEST_CELL = 32_767
_A4 = 9
_LINE_HEIGHT = 14.5
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintColumn:
    """One column: heading, width in characters, and whether its values stand in the middle."""

    heading: str
    width: float
    centred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintGroup:
    """Rows that belong together, with a line above them where there is a title."""

    rows: Sequence[Sequence[str]]
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintSheet:
    """One sheet, complete."""

    tab: str
    columns: Sequence[PrintColumn]
    groups: Sequence[PrintGroup]
    corner: Sequence[str] = ()
    """Top left: who made it, the last line bold."""
    title: Sequence[str] = ()
    """Centred: the first lines bold, the last one in italics when there are several."""
    totals: Sequence[str] = ()
    signature: Sequence[str] = ()
    """Bottom right: date, title of the signer, and name, which leaves room above itself."""
    totals_row: Sequence[str] = ()
    """Closes the table, one value a column."""


def print_workbook(sheets: Sequence[PrintSheet], *, made_at: datetime) -> bytes:
    """The workbook; the same bytes for the same sheets and time."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    moment = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    workbook.properties.creator = workbook.properties.lastModifiedBy = "dondoc"
    workbook.properties.created = moment
    for sheet in sheets:
        _write(workbook.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", sheet.tab)[:31]), sheet)
    saved = io.BytesIO()
    workbook.save(saved)
    return _without_clock(saved.getvalue(), moment, made_at)


def _without_clock(saved: bytes, moment: datetime, made_at: datetime) -> bytes:
    """openpyxl writes the time of saving into the file and into its directory."""
    stamp = rb"\g<1>" + f"{moment.isoformat()}Z".encode() + rb"\g<2>"
    with zipfile.ZipFile(io.BytesIO(saved)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    return fixed_zip(
        ((name, _MODIFIED.sub(stamp, part) if name == "docProps/core.xml" else part) for name, part in parts), made_at
    )


def _write(page: Worksheet, sheet: PrintSheet) -> None:
    for number, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(number)].width = column.width
    heading_row = _write_title(page, sheet) + 1
    _write_headings(page, sheet, heading_row)
    row = heading_row + 1
    for group in sheet.groups:
        row = _write_group(page, sheet, group, row)
    if sheet.totals_row:
        for number, value in enumerate(sheet.totals_row, 1):
            cell = text_cell(page, row, number, value, bold=True, centred=sheet.columns[number - 1].centred)
            cell.border, cell.fill = _BORDER, _GROUP_FILL
        row += 1
    _write_end(page, sheet, row + 1)
    _prepare_for_print(page, heading_row, len(sheet.columns))


def _write_title(page: Worksheet, sheet: PrintSheet) -> int:
    """Corner and title; returns the last row used."""
    row = 0
    for index, line in enumerate(sheet.corner):
        row += 1
        text_cell(page, row, 1, line, bold=index == len(sheet.corner) - 1, wrap=False)
    row += 1 if sheet.corner else 0
    for index, line in enumerate(sheet.title):
        row += 1
        is_last = len(sheet.title) > 1 and index == len(sheet.title) - 1
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(sheet.columns))
        text_cell(page, row, 1, line, bold=not is_last, italic=is_last, centred=True, size=11 if is_last else 13)
        page.row_dimensions[row].height = 18 * _lines_of(line, sum(column.width for column in sheet.columns), 1.3)
    return row + 1 if row else 0


def _lines_of(text: str, width: float, letter_width: float) -> int:
    """How many lines a text needs in a cell of this width, of letters so many times the width of a digit."""
    return sum(max(1, ceil(len(line) * letter_width / width)) for line in text.split("\n"))


def _set_height(
    page: Worksheet, sheet: PrintSheet, row: int, values: Sequence[str], letter_width: float = 0.95
) -> None:
    """Not every program makes rows as high as their text, so we do."""
    cells = zip(sheet.columns, values, strict=True)
    lines = max(_lines_of(value, column.width, letter_width) for column, value in cells)
    page.row_dimensions[row].height = _LINE_HEIGHT * lines + 2


def _write_headings(page: Worksheet, sheet: PrintSheet, row: int) -> None:
    for number, column in enumerate(sheet.columns, 1):
        cell = text_cell(page, row, number, column.heading, bold=True, centred=True)
        cell.border, cell.fill = _BORDER, _HEADING_FILL
    _set_height(page, sheet, row, [column.heading for column in sheet.columns], 1.2)


def _write_group(page: Worksheet, sheet: PrintSheet, group: PrintGroup, row: int) -> int:
    if group.title:
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(sheet.columns))
        for number in range(1, len(sheet.columns) + 1):
            page.cell(row, number).border = _BORDER
        title = text_cell(page, row, 1, group.title, bold=True, wrap=False)
        title.fill = _GROUP_FILL
        row += 1
    for values in group.rows:
        for number, (column, value) in enumerate(zip(sheet.columns, values, strict=True), 1):
            text_cell(page, row, number, value, centred=column.centred).border = _BORDER
        _set_height(page, sheet, row, values)
        row += 1
    return row


def _write_end(page: Worksheet, sheet: PrintSheet, row: int) -> None:
    for line in sheet.totals:
        text_cell(page, row, 1, line, bold=True, wrap=False)
        row += 1
    first = max(1, len(sheet.columns) * 2 // 3 + 1)
    for index, line in enumerate(sheet.signature):
        is_name = index == len(sheet.signature) - 1
        row += 4 if is_name else 1
        page.merge_cells(start_row=row, end_row=row, start_column=first, end_column=len(sheet.columns))
        text_cell(page, row, first, line, bold=index > 0, italic=index == 0, centred=True, wrap=False)


def _prepare_for_print(page: Worksheet, heading_row: int, columns: int) -> None:
    page.freeze_panes = f"A{heading_row + 1}"
    page.print_title_rows = f"{heading_row}:{heading_row}"
    page.print_area = f"A1:{get_column_letter(columns)}{page.max_row}"
    page.sheet_view.showGridLines = False
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = _A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top, page.page_margins.bottom, page.page_margins.footer = 0.5, 0.75, 0.35
    assert page.oddFooter is not None
    page.oddFooter.center.text = "&P/&N"


def text_cell(
    page: Worksheet,
    row: int,
    column: int,
    value: str,
    *,
    bold: bool = False,
    italic: bool = False,
    centred: bool = False,
    wrap: bool = True,
    size: int = 11,
) -> Cell:
    """Writes text that stays text: it is never computed, and keeps its zeros when a person edits it."""
    cell = page.cell(row, column)
    assert isinstance(cell, Cell)
    if value:
        cell.value = _NOT_ALLOWED.sub("\ufffd", value)[:_LONGEST_CELL]
        cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = value[:1] in ("=", "+", "-", "@")  # shown as typed with an apostrophe in front
    cell.font = Font(name=FONT, size=size, bold=bold, italic=italic)
    cell.alignment = Alignment(horizontal="center" if centred else "left", vertical="center", wrap_text=wrap)
    return cell
