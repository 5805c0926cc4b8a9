"""Tables in Excel's XML of 2003 and in Word files → sheets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO
from xml.etree import ElementTree

from service.core.grids import Cell, CellValue, Sheet, Workbook
from service.core.papers import Problem
from service.core.rosters.cell_values import shows_zeros
from service.documents.common.errors import UnreadableFile
from service.documents.common.xml_names import child, local
from service.documents.workbooks.table_builder import MOST_TABLES, TableBuilder, span

_MOST_DIGITS = 8
_WORD_PART = "word/document.xml"
_MOST_BYTES = 200 * 1024 * 1024


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
    table, name = TableBuilder(max_cells), "Sheet1"
    formats: dict[str, str] = {}
    for event, element in ElementTree.iterparse(source, events=("start", "end")):  # noqa: S314 -- entities refused before
        tag = local(element.tag)
        if event == "start" and tag == "Worksheet":
            table, name = TableBuilder(max_cells), _said(element, "Name") or "Sheet1"
        elif event == "end" and tag == "Style":
            shown = child(element, "NumberFormat")
            formats[_said(element, "ID")] = _said(shown, "Format") if shown is not None else ""
        elif event == "end" and tag == "Row":
            _row_2003(table, element, formats)
            element.clear()
        elif event == "end" and tag == "Worksheet":
            yield table.sheet(name)


def _row_2003(table: TableBuilder, row: ElementTree.Element, formats: Mapping[str, str]) -> None:
    table.start_row(_number(row, "Index"))
    if _said(row, "Hidden") == "1":
        table.hidden.add(table.row)
    for cell in row:
        if local(cell.tag) != "Cell":
            continue
        data = child(cell, "Data")
        value = None if data is None else _value_2003(_said(data, "Type"), "".join(data.itertext()))
        table.add(
            value,
            columns=1 + (_number(cell, "MergeAcross") or 0),
            rows=1 + (_number(cell, "MergeDown") or 0),
            at=_number(cell, "Index"),
        )
        number_format = formats.get(_said(cell, "StyleID") or _said(row, "StyleID"), "")
        number_format = number_format if shows_zeros(number_format) else "General"
        formula = _said(cell, "Formula") or None
        if formula or number_format != "General":
            table.special[table.row, table.column] = Cell(value, formula=formula, number_format=number_format)
    table.row += _number(row, "Span") or 0


def _number(element: ElementTree.Element, name: str) -> int | None:
    """A count or a place, none when it is no number or larger than any sheet."""
    text = _said(element, name)
    return int(text) if text.isdecimal() and len(text) < _MOST_DIGITS else None


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
    tables = [element for element in root.iter() if local(element.tag) == "tbl"][:MOST_TABLES]
    sheets = (_word_table(table, f"Table{number}", max_cells) for number, table in enumerate(tables, start=1))
    return Workbook(sheets=tuple(sheet for sheet in sheets if len(sheet.cells)))


def _word_table(table: ElementTree.Element, name: str, max_cells: int) -> Sheet:
    builder = TableBuilder(max_cells)
    for row in table:
        if local(row.tag) == "tr":
            builder.start_row()
            for cell in row:
                if local(cell.tag) == "tc":
                    builder.add(_word_text(cell), columns=_grid_span(cell))
    return builder.sheet(name)


def _grid_span(cell: ElementTree.Element) -> int:
    for element in cell.iter():
        if local(element.tag) == "gridSpan":
            return span(_said(element, "val"))
    return 1


def _word_text(cell: ElementTree.Element) -> str:
    """The text of a cell: paragraphs and line breaks as blanks, tables inside it left out."""
    parts: list[str] = []
    for part in cell:
        if local(part.tag) == "p":
            for element in part.iter():
                tag = local(element.tag)
                parts.append((element.text or "") if tag == "t" else " " if tag in ("br", "tab") else "")
            parts.append(" ")
    return " ".join("".join(parts).split())


def _said(element: ElementTree.Element, name: str) -> str:
    """An attribute by its local name."""
    return next((value for key, value in element.attrib.items() if local(key) == name), "")
