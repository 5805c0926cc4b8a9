"""A contact at her desk: fills the roster she was sent, mends what the answer marked.

She works as people do: finds the table by its headings, writes her first worker over the example, types some numbers
as numbers (and so loses their leading zeros), and on correction goes through the list of errors cell by cell.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.worksheet.worksheet import Worksheet

from service.core.campaigns import Campaign, Column, ColumnKind
from service.core.units import Unit, Worker
from service.demo.words import words

IDENTIFIERS = {ColumnKind.SOCIAL_INSURANCE_NO, ColumnKind.CITIZEN_ID, ColumnKind.PHONE, ColumnKind.HEALTH_CARD_NO}
KNOWN_BY = ("full_name", "citizen_id", "social_insurance_no", "phone", "email", "birth_date")
CELL_NAME = re.compile(r"^\$?[A-Z]{1,2}\$?[1-9]\d{0,4}$")
FEWEST_HEADINGS = 3

Values = Mapping[str, str]
"""What is true of one worker: canonical keys and values, as her own papers say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A mistake of hers: what she wrote instead of what is true."""

    worker: int
    column: str
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How she types."""

    numbers_as_numbers: bool = False
    """Identifiers typed as numbers: leading zeros are lost."""
    dates_as_text: bool = False
    slips: tuple[Slip, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """Where the roster's table stands: the sheet, the column of each key, the first row for workers."""

    sheet: Worksheet
    columns: Mapping[str, int]
    first_row: int


def worker_values(worker: Worker, campaign: Campaign, registered_on: date) -> dict[str, str]:
    """HR's data about the worker, and what the worker did for the campaign: registered, installed, signed."""
    values = {key: value for key, value in worker.values.items() if campaign.column(key)}
    for column in campaign.columns:
        if column.kind is ColumnKind.YES_NO and column.required:
            values[column.key] = "true"
        elif column.kind is ColumnKind.DATE and column.required and column.key not in values:
            values[column.key] = registered_on.isoformat()
    return values


def plain_roster(campaign: Campaign, unit: Unit) -> bytes:
    """A bare roster with the campaign's headings, as somebody makes who cannot find the annex."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([unit.name])
    sheet.append([campaign.roster_name])
    sheet.append([])
    sheet.append([column.heading for column in campaign.columns if column.in_template])
    return _saved(book)


def fill_roster(blank: bytes, campaign: Campaign, people: Sequence[Values], habits: Habits) -> bytes:
    """The roster with one row a worker, written the way she writes."""
    book = load_workbook(io.BytesIO(blank))
    table = find_table(book, campaign)
    slips = {(slip.worker, slip.column): slip.written for slip in habits.slips}
    for index, values in enumerate(people):
        row = table.first_row + index
        _clear(table, row)
        for key in table.columns:
            written = slips.get((index, key))
            cell = _cell(table, row, key)
            if written is not None:
                _write_text(cell, written)
            elif campaign.column(key) is not None:
                _write(cell, _column(campaign, key), values.get(key, ""), index + 1, habits)
    return _saved(book)


def correct_roster(returned: bytes, campaign: Campaign, people: Sequence[Values]) -> bytes:
    """Goes through the list of errors in the returned workbook and puts the right value into every cell it names."""
    book = load_workbook(io.BytesIO(returned))
    table = find_table(book, campaign)
    keys = {column: key for key, column in table.columns.items()}
    for name in marked_cells(book, table):
        letters, row = coordinate_from_string(name)
        key = keys.get(column_index_from_string(letters), "")
        values = _whose_row(table, row, people)
        if key and values is not None:
            _mend(table, row, key, campaign, values)
    return _saved(book)


def _mend(table: SheetTable, row: int, key: str, campaign: Campaign, values: Values) -> None:
    """The named cell; where that one is right already, the mistake is elsewhere in the row and she compares it all."""
    keys = [key] if not _says(table, row, key, values) else list(table.columns)
    for wrong in (key for key in keys if key in values and not _says(table, row, key, values)):
        _write(_cell(table, row, wrong), _column(campaign, wrong), values[wrong], row, Habits())


def _says(table: SheetTable, row: int, key: str, values: Values) -> bool:
    """Whether the cell says what her papers say."""
    said = _cell(table, row, key).value
    if isinstance(said, datetime):
        return said.date().isoformat() == values.get(key)
    return _plain(said) in (_plain(values.get(key)), _plain(_day(values.get(key, ""))))


def _day(value: str) -> str:
    return "/".join(reversed(value.split("-")))


def has_error_list(content: bytes, campaign: Campaign) -> bool:
    """Whether a workbook names cells to mend in a sheet of its own."""
    book = load_workbook(io.BytesIO(content))
    table = _table_or_none(book, campaign)
    return table is not None and bool(marked_cells(book, table))


def marked_cells(book: Workbook, table: SheetTable) -> list[str]:
    """The cells named in the other sheets, each once, in their order."""
    found: dict[str, None] = {}
    for sheet in book.worksheets:
        if sheet is table.sheet:
            continue
        for row in sheet.iter_rows(values_only=True):
            for value in row:
                if isinstance(value, str) and CELL_NAME.match(value.strip()) and _below(value, table):
                    found[value.strip().replace("$", "")] = None
    return list(found)


def _below(name: str, table: SheetTable) -> bool:
    return coordinate_from_string(name.strip().replace("$", ""))[1] >= table.first_row


def find_table(book: Workbook, campaign: Campaign) -> SheetTable:
    """The table, known by its headings. Raises ValueError when no sheet has it."""
    table = _table_or_none(book, campaign)
    if table is None:
        raise ValueError(f"sheets {book.sheetnames}: none has the headings of the roster; send the template again")
    return table


def _table_or_none(book: Workbook, campaign: Campaign) -> SheetTable | None:
    headings = {_plain(column.heading): column.key for column in campaign.columns}
    best: SheetTable | None = None
    for sheet in book.worksheets:
        for row in range(1, min(sheet.max_row, 30) + 1):
            columns = _keys_in_row(sheet, row, headings)
            if len(columns) >= FEWEST_HEADINGS and len(columns) > len(best.columns if best else ()):
                # A heading over several columns has its own headings in the row below.
                below = {key: at for key, at in _keys_in_row(sheet, row + 1, headings).items() if key not in columns}
                first = _first_row(sheet, row + 1 + bool(below))
                best = SheetTable(sheet=sheet, columns={**columns, **below}, first_row=first)
    return best


def _keys_in_row(sheet: Worksheet, row: int, headings: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column in range(1, sheet.max_column + 1):
        key = headings.get(_plain(sheet.cell(row, column).value))
        if key is not None:
            found.setdefault(key, column)
    return found


def _plain(value: object) -> str:
    return " ".join(str(value or "").replace("*", " ").split()).casefold()


def _first_row(sheet: Worksheet, row: int) -> int:
    """Steps over the row that numbers the columns: (1), (2), (3) …"""
    values = [cell.value for cell in sheet[row] if cell.value not in (None, "")]
    digits = [re.sub(r"\D", "", str(value)) for value in values]
    return row + 1 if len(values) >= FEWEST_HEADINGS and digits == [str(n) for n in range(1, len(values) + 1)] else row


def _cell(table: SheetTable, row: int, key: str) -> Cell:
    cell = table.sheet.cell(row, table.columns[key])
    if not isinstance(cell, Cell):
        raise TypeError(f"cell {cell.coordinate} of the roster is merged into another; the table has changed")
    return cell


def _clear(table: SheetTable, row: int) -> None:
    for cell in table.sheet[row]:
        if isinstance(cell, Cell):
            cell.value = None


def _column(campaign: Campaign, key: str) -> Column:
    column = campaign.column(key)
    if column is None:
        raise KeyError(key)
    return column


def _write(cell: Cell, column: Column, value: str, ordinal: int, habits: Habits) -> None:
    """A true value, as she types it."""
    if column.kind is ColumnKind.ORDINAL:
        cell.value = ordinal
    elif not value:
        cell.value = None
    elif column.kind is ColumnKind.YES_NO:
        _write_text(cell, words("office")["yes"])
    elif column.kind is ColumnKind.DATE and value.count("-") == 2:
        _write_date(cell, date.fromisoformat(value), as_text=habits.dates_as_text)
    elif column.kind in IDENTIFIERS and habits.numbers_as_numbers and value.isdigit():
        cell.value, cell.number_format = int(value), "0"
    else:
        _write_text(cell, value)


def _write_date(cell: Cell, day: date, *, as_text: bool) -> None:
    if as_text:
        _write_text(cell, f"{day:%d/%m/%Y}")
    else:
        cell.value, cell.number_format = datetime(day.year, day.month, day.day), "DD/MM/YYYY"  # noqa: DTZ001 - a workbook's dates have no zone


def _write_text(cell: Cell, value: str) -> None:
    cell.value, cell.number_format = value, "@"


def _whose_row(table: SheetTable, row: int, people: Sequence[Values]) -> Values | None:
    """The worker who has most in common with what stands in the row."""

    def likeness(values: Values) -> int:
        return sum(
            _plain(table.sheet.cell(row, table.columns[key]).value) == _plain(values.get(key))
            for key in KNOWN_BY
            if key in table.columns and values.get(key)
        )

    best = max(people, key=likeness, default=None)
    return best if best is not None and likeness(best) else None


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
