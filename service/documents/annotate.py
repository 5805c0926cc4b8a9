"""The unit's own workbook back, with its errors marked: coloured cells, comments, and a sheet that lists them.

Everything else stays as the unit made it. Marks of an earlier round are taken off first, so that a workbook which
goes to and fro shows only what is still wrong; for that the list keeps each cell's own colour in a hidden column.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import openpyxl
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook as Book
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from service.core.findings import Severity
from service.core.grids import Sheet, Workbook
from service.core.marks import Mark
from service.core.wording import Wording
from service.documents.print_sheets import FONT, text_cell
from service.documents.workbook import read_workbook

HEADING_KEYS = ("row", "cell", "column", "value", "message", "suggestion")
"""What the list's columns say, in order; `headings` gives the words."""
AUTHOR = "dondoc"
_WIDTHS = (8, 9, 26, 24, 70, 22)
_COLOURS = {Severity.ERROR: "FFFFC7CE", Severity.WARNING: "FFFFEB9C"}
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
_MARKER = "dondoc:fill"
_HIDDEN_COLUMN = len(HEADING_KEYS) + 1
_LARGEST_SHEET = 30 * 1024 * 1024
"""Uncompressed XML of one sheet; a larger one (a million formatted empty rows) is returned as a plain copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marked:
    """All marks of one cell."""

    cell: str
    marks: tuple[Mark, ...]

    @property
    def severity(self) -> Severity:
        return min((mark.severity for mark in self.marks), key=_ORDER.index)

    @property
    def text(self) -> str:
        return "\n".join(f"{mark.text} → {mark.suggestion}" if mark.suggestion else mark.text for mark in self.marks)


def annotate_in_words(content: bytes, marks: Sequence[Mark], wording: Wording) -> bytes:
    """`annotate` with the words of the unit's language."""
    headings = [wording.say(f"annex.heading_{key}") for key in HEADING_KEYS]
    return annotate(content, marks, sheet_title=wording.say("annex.errors_sheet"), headings=headings)


def annotate(content: bytes, marks: Sequence[Mark], *, sheet_title: str, headings: Sequence[str]) -> bytes:
    """The workbook with its marks as an xlsx; other formats come back as a plain xlsx of the same cells.

    `headings`: the words for `HEADING_KEYS`. Raises UnreadableFile when the content is no workbook.
    """
    book = _opened(content)
    _without_old_marks(book)
    colours: dict[tuple[str, str], str] = {}
    for page in book.worksheets:
        for marked in _by_cell(marks, page.title):
            colours[page.title, marked.cell] = _mark(page, marked)
    if marks:
        _list(book, marks, colours, sheet_title=sheet_title, headings=headings)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _opened(content: bytes) -> Book:
    """The unit's workbook itself where it can be kept, else a plain copy of its cells."""
    if _can_be_kept(content):
        try:
            return openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
        except Exception:  # noqa: BLE001, S110 -- openpyxl raises nearly anything on files of other programs; a plain copy loses only looks
            pass
    return _plain_copy(read_workbook(content))


def _can_be_kept(content: bytes) -> bool:
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        return False
    return all(part.file_size <= _LARGEST_SHEET for part in parts) and any(
        part.filename.lower().endswith("workbook.xml") for part in parts
    )


def _plain_copy(workbook: Workbook) -> Book:
    book = Book()
    book.remove(book.worksheets[0])
    for number, sheet in enumerate(workbook.sheets, start=1):
        _copy_sheet(book.create_sheet(sheet.name or str(number)), sheet)
    return book


def _copy_sheet(page: Worksheet, sheet: Sheet) -> None:
    for (row, column), cell in sheet.cells.items():
        if isinstance(cell.value, str):
            text_cell(page, row, column, cell.value, wrap=False)
        elif cell.value is not None:
            copied = page.cell(row, column, cell.value)
            copied.number_format = cell.number_format if cell.number_format != "General" else copied.number_format
    for top, left, bottom, right in sheet.merged:
        page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    for column in range(1, min(sheet.last_column, 60) + 1):
        page.column_dimensions[get_column_letter(column)].width = 18


def _by_cell(marks: Sequence[Mark], sheet: str) -> Iterator[_Marked]:
    cells: dict[str, list[Mark]] = {}
    for mark in marks:
        if mark.cell and mark.sheet == sheet:
            cells.setdefault(mark.cell, []).append(mark)
    for cell, mine in cells.items():
        yield _Marked(cell=cell, marks=tuple(mine))


def _mark(page: Worksheet, marked: _Marked) -> str:
    """Colours the cell and comments on it; returns the colour it had ("" for none)."""
    cell = _writable(page, marked.cell)
    own = _colour_of(cell)
    if colour := _COLOURS.get(marked.severity):
        cell.fill = PatternFill("solid", fgColor=colour)
    theirs = f"\n\n{cell.comment.text}" if cell.comment else ""
    lines = marked.text.count("\n") + len(marked.text) // 45 + 2
    cell.comment = Comment(marked.text + theirs, AUTHOR, width=340, height=24 + 18 * lines)
    return own


def _writable(page: Worksheet, name: str) -> SheetCell:
    """The cell, or the first cell of the merged area it lies in."""
    cell = page[name]
    if isinstance(cell, MergedCell):
        area = next(area for area in page.merged_cells.ranges if cell.coordinate in area)
        cell = page.cell(area.min_row, area.min_col)
    assert isinstance(cell, SheetCell)
    return cell


def _colour_of(cell: SheetCell) -> str:
    fill = cell.fill
    return str(fill.fgColor.rgb) if fill.fill_type == "solid" and isinstance(fill.fgColor.rgb, str) else ""


def _list(
    book: Book,
    marks: Sequence[Mark],
    colours: Mapping[tuple[str, str], str],
    *,
    sheet_title: str,
    headings: Sequence[str],
) -> None:
    """The sheet that lists every mark, each with a link to its cell."""
    page = book.create_sheet(sheet_title)
    for number, (heading, width) in enumerate(zip(headings, _WIDTHS, strict=True), start=1):
        text_cell(page, 1, number, heading, bold=True, centred=True).fill = PatternFill("solid", fgColor="DDE6F0")
        page.column_dimensions[get_column_letter(number)].width = width
    text_cell(page, 1, _HIDDEN_COLUMN, _MARKER)
    page.column_dimensions[get_column_letter(_HIDDEN_COLUMN)].hidden = True
    for row, mark in enumerate(marks, start=2):
        _list_row(page, row, mark, colours.get((mark.sheet or "", mark.cell or ""), ""))
    page.freeze_panes = "A2"
    page.page_setup.orientation, page.page_setup.fitToWidth, page.page_setup.fitToHeight = "landscape", 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{len(marks) + 1}"


def _list_row(page: Worksheet, row: int, mark: Mark, own_colour: str) -> None:
    values = (str(mark.row or ""), mark.cell or "", mark.heading, mark.value, mark.text, mark.suggestion)
    for number, value in enumerate(values, start=1):
        text_cell(page, row, number, value, centred=number <= 2)
    severity = page.cell(row, len(HEADING_KEYS) - 1)
    if colour := _COLOURS.get(mark.severity):
        severity.fill = PatternFill("solid", fgColor=colour)
    text_cell(page, row, _HIDDEN_COLUMN, f"{mark.sheet or ''}!{own_colour}")
    if mark.sheet and (mark.cell or mark.row):
        _link(page, row, mark.sheet, mark.cell or f"A{mark.row}")


def _link(page: Worksheet, row: int, sheet: str, cell: str) -> None:
    quoted = sheet.replace("'", "''")
    for number in (1, 2):
        place = page.cell(row, number)
        place.hyperlink = Hyperlink(ref=place.coordinate, location=f"'{quoted}'!{cell}")
        place.font = Font(name=FONT, size=11, color="0563C1", underline="single")


def _without_old_marks(book: Book) -> None:
    """Takes off what an earlier round marked: the list tells each cell's own colour, comments name us as author."""
    own: dict[tuple[str, str], str] = {}
    for page in [page for page in book.worksheets if page.cell(1, _HIDDEN_COLUMN).value == _MARKER]:
        own |= _own_colours(page)
        if len(book.worksheets) > 1:
            book.remove(page)
    for page in book.worksheets:
        for cell in _commented(page):
            _clean(cell, own.get((page.title, cell.coordinate), ""))


def _own_colours(page: Worksheet) -> dict[tuple[str, str], str]:
    found = {}
    for row in range(2, page.max_row + 1):
        sheet, _, colour = str(page.cell(row, _HIDDEN_COLUMN).value or "").rpartition("!")
        found[sheet, str(page.cell(row, 2).value or "")] = colour
    return found


def _commented(page: Worksheet) -> list[SheetCell]:
    return [
        cell
        for row in page.iter_rows()
        for cell in row
        if isinstance(cell, SheetCell) and cell.comment and cell.comment.author == AUTHOR
    ]


def _clean(cell: SheetCell, own_colour: str) -> None:
    theirs = cell.comment.text.partition("\n\n")[2] if cell.comment else ""
    cell.comment = Comment(theirs, "") if theirs else None
    if _colour_of(cell) in _COLOURS.values():
        cell.fill = PatternFill("solid", fgColor=own_colour) if own_colour else PatternFill()
