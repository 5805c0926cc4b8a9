"""Tables in HTML (saved as .xls, or pasted into a mail), in Excel's XML of 2003 and in Word files → sheets.

Programs of offices write "Excel files" that are HTML pages inside; the content decides, whatever the name says.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import IO
from xml.etree import ElementTree

from service.core.grids import Cell, CellValue, Grid, Sheet, Workbook
from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile

_MOST_TABLES = 50
_MOST_SPAN = 200
_LONGEST_RUN = 1_000_000
"""Repeated rows and cells beyond the last one of a sheet."""
_WORD_PART = "word/document.xml"
_MOST_BYTES = 200 * 1024 * 1024


@dataclass(slots=True)
class _TableBuilder:
    """Rows and cells as they come, with cells that reach over several rows or columns."""

    max_cells: int
    lines: dict[int, list[CellValue]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    taken: set[tuple[int, int]] = field(default_factory=set)
    special: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    row: int = 0
    column: int = 0
    cells: int = 0

    def start_row(self, number: int | None = None) -> None:
        self.row = number or self.row + 1
        self.column = 0

    def add(self, value: CellValue, *, columns: int = 1, rows: int = 1, at: int | None = None) -> None:
        """The next cell of the row; it covers so many columns and rows."""
        self.column = at or self.column + 1
        while (self.row, self.column) in self.taken:
            self.column += 1
        columns, rows = min(max(columns, 1), _MOST_SPAN), min(max(rows, 1), _MOST_SPAN)
        last_row, last_column = self.row + rows - 1, self.column + columns - 1
        if rows > 1:
            self.taken |= {
                (row, column)
                for row in range(self.row + 1, last_row + 1)
                for column in range(self.column, last_column + 1)
            }
        if columns > 1 or rows > 1:
            self.merged.append((self.row, self.column, last_row, last_column))
        if value is not None and value != "":
            self._put(value)
        self.column = last_column

    def _put(self, value: CellValue) -> None:
        self.cells += 1
        if self.cells > self.max_cells:
            raise UnreadableFile(Problem.TOO_LARGE, f"more than {self.max_cells} cells")
        line = self.lines.setdefault(self.row, [])
        line.extend([None] * (self.column - len(line)))
        line[self.column - 1] = value

    def sheet(self, name: str) -> Sheet:
        grid = Grid(dict(sorted(self.lines.items())), self.special)
        return Sheet(name=name, cells=grid, merged=tuple(self.merged), hidden_rows=frozenset(self.hidden))


def read_html(text: str, *, max_cells: int) -> Workbook:
    """Every table of a page as a sheet; texts before a table stand above it as its title would."""
    reader = _HtmlTables(max_cells)
    try:
        reader.feed(text)
        reader.close()
    except (AssertionError, ValueError, RecursionError) as error:
        raise UnreadableFile(Problem.CORRUPT, f"html: {error}") from error
    tables = [table for table in reader.tables if table.lines]
    return Workbook(sheets=tuple(table.sheet(f"Table{number}") for number, table in enumerate(tables, start=1)))


class _HtmlTables(HTMLParser):
    """Tables inside tables are laid out flat: letters are set in tables, and the roster is the inner one."""

    def __init__(self, max_cells: int) -> None:
        super().__init__(convert_charrefs=True)
        self.max_cells = max_cells
        self.tables: list[_TableBuilder] = []
        self._open: list[_TableBuilder] = []
        self._text: list[str] | None = None
        self._spans = (1, 1)
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in ("style", "script"):
            self._silent += 1
        elif tag == "table":
            self._end_cell()
            self._open.append(_TableBuilder(self.max_cells))
            if len(self.tables) < _MOST_TABLES:
                self.tables.append(self._open[-1])
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].start_row()
            if "display:none" in (said.get("style") or "").replace(" ", "").lower():
                self._open[-1].hidden.add(self._open[-1].row)
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            self._text = []
            self._spans = (_span(said.get("colspan")), _span(said.get("rowspan")))
        elif tag in ("br", "p", "div") and self._text:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script"):
            self._silent = max(self._silent - 1, 0)
        elif tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table" and self._open:
            self._end_cell()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._silent:
            self._text.append(data)

    def _end_cell(self) -> None:
        if self._text is None or not self._open:
            return
        table = self._open[-1]
        if table.row == 0:
            table.start_row()
        table.add(" ".join("".join(self._text).split()), columns=self._spans[0], rows=self._spans[1])
        self._text = None


def _span(text: str | None) -> int:
    return int(text) if text and text.strip().isdigit() and len(text) < 6 else 1


def is_spreadsheet_2003(beginning: bytes) -> bool:
    """Excel's XML of 2003: one file of plain XML."""
    return b"urn:schemas-microsoft-com:office:spreadsheet" in beginning and b"<html" not in beginning.lower()


def read_spreadsheet_2003(content: bytes, *, max_cells: int) -> Workbook:
    """SpreadsheetML of Excel 2002 and 2003. Raises UnreadableFile."""
    _refuse_entities(content)
    try:
        return Workbook(sheets=tuple(_sheets_2003(io.BytesIO(content), max_cells)))
    except ElementTree.ParseError as error:
        raise UnreadableFile(Problem.CORRUPT, str(error)) from error


def _refuse_entities(content: bytes) -> None:
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content:
        raise UnreadableFile(Problem.SUSPICIOUS, "declares entities")


def _sheets_2003(source: IO[bytes], max_cells: int) -> Iterator[Sheet]:
    table, name = _TableBuilder(max_cells), "Sheet1"
    for event, element in ElementTree.iterparse(source, events=("start", "end")):  # noqa: S314 -- entities refused before
        tag = _local(element.tag)
        if event == "start" and tag == "Worksheet":
            table, name = _TableBuilder(max_cells), _said(element, "Name") or "Sheet1"
        elif event == "end" and tag == "Row":
            _row_2003(table, element)
            element.clear()
        elif event == "end" and tag == "Worksheet":
            yield table.sheet(name)


def _row_2003(table: _TableBuilder, row: ElementTree.Element) -> None:
    stated = _said(row, "Index")
    table.start_row(int(stated) if stated.isdigit() else None)
    if _said(row, "Hidden") == "1":
        table.hidden.add(table.row)
    for cell in row:
        if _local(cell.tag) != "Cell":
            continue
        place, across, down = _said(cell, "Index"), _said(cell, "MergeAcross"), _said(cell, "MergeDown")
        data = next((child for child in cell if _local(child.tag) == "Data"), None)
        value = None if data is None else _value_2003(_said(data, "Type"), "".join(data.itertext()))
        table.add(
            value,
            columns=1 + (int(across) if across.isdigit() else 0),
            rows=1 + (int(down) if down.isdigit() else 0),
            at=int(place) if place.isdigit() else None,
        )
        if formula := _said(cell, "Formula"):
            table.special[table.row, table.column] = Cell(value, formula=formula)
    more = _said(row, "Span")
    table.row += min(int(more), _LONGEST_RUN) if more.isdigit() else 0


def _value_2003(kind: str, text: str) -> CellValue:
    try:
        if kind == "Number":
            return float(text)
        if kind == "DateTime":
            moment = datetime.fromisoformat(text)
            return moment.date() if moment.time() == datetime.min.time() else moment
    except ValueError:
        return text
    return text.strip() == "1" if kind == "Boolean" else text


def read_word_tables(archive: zipfile.ZipFile, *, max_cells: int) -> Workbook:
    """Every table of a Word file (docx) as a sheet. Raises UnreadableFile."""
    if archive.getinfo(_WORD_PART).file_size > _MOST_BYTES:
        raise UnreadableFile(Problem.TOO_LARGE, "Word file")
    content = archive.read(_WORD_PART)
    _refuse_entities(content)
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 -- entities refused before
    except ElementTree.ParseError as error:
        raise UnreadableFile(Problem.CORRUPT, str(error)) from error
    tables = [element for element in root.iter() if _local(element.tag) == "tbl"][:_MOST_TABLES]
    sheets = (_word_table(table, f"Table{number}", max_cells) for number, table in enumerate(tables, start=1))
    return Workbook(sheets=tuple(sheet for sheet in sheets if len(sheet.cells)))


def _word_table(table: ElementTree.Element, name: str, max_cells: int) -> Sheet:
    builder = _TableBuilder(max_cells)
    for row in table:
        if _local(row.tag) == "tr":
            builder.start_row()
            for cell in row:
                if _local(cell.tag) == "tc":
                    builder.add(_word_text(cell), columns=_grid_span(cell))
    return builder.sheet(name)


def _grid_span(cell: ElementTree.Element) -> int:
    for element in cell.iter():
        if _local(element.tag) == "gridSpan":
            return _span(_said(element, "val"))
    return 1


def _word_text(cell: ElementTree.Element) -> str:
    """The text of a cell: paragraphs and line breaks as blanks, tables inside it left out."""
    parts: list[str] = []
    for child in cell:
        if _local(child.tag) == "p":
            for element in child.iter():
                tag = _local(element.tag)
                parts.append((element.text or "") if tag == "t" else " " if tag in ("br", "tab") else "")
            parts.append(" ")
    return " ".join("".join(parts).split())


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _said(element: ElementTree.Element, name: str) -> str:
    """An attribute by its local name."""
    return next((value for key, value in element.attrib.items() if _local(key) == name), "")
