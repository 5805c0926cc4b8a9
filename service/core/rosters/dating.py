"""Dates of one column: day first or month first is settled by the column, never by a single cell.

An English spreadsheet reads "05/04/2021" as 4 May without a word, and leaves "13/04/2021" as text. So a column
is decided by its own unambiguous cells, then by the campaign's window, then by its heading and the sheet's other
dates; where all are silent the Vietnamese order is taken and the unit is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from service.core.campaigns import Column
from service.core.grids import Cell, CellValue
from service.core.rosters.cell_values import ReadColumn, Remark, Value, says_nothing, shown, written
from service.core.vietnam.dates import DateShape, DateText, day_of_serial, read_date
from service.core.vietnam.text import folded_words

_HINT = re.compile(r"\bd{1,2} ?m{1,2} ?y|\bngay thang\b|\bdd\b")
_SERIAL = re.compile(r"(\d{5})(?:\.0+)?")
_OLDEST_YEAR, _LATEST_YEAR = 1900, 2100
_FEWEST_TURNED = 3
"""So many date cells whose day could be a month, beside text dates whose day could not, are no accident; or so many
such texts beside one date cell."""
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})", re.IGNORECASE)
"""A moment with its zone, as forms on the web export a day: 2021-04-04T17:00:00.000Z is 5 April in Hà Nội."""


class DayOrder(StrEnum):
    """Which number of a written date comes first."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days a date of this column can be."""

    first: date | None
    last: date | None

    def holds(self, day: date | None) -> bool:
        if day is None:
            return False
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, eq=False)
class DateCell:
    """A cell that may hold a date: `real` when the spreadsheet stored one, `text` when it was written."""

    written: str
    real: date | None = None
    text: DateText | None = None

    @property
    def turned(self) -> date | None:
        """The real date with day and month exchanged, where that is another date."""
        if self.real is None or self.real.day > 12 or self.real.day == self.real.month:
            return None
        return date(self.real.year, self.real.day, self.real.month)


def date_cells(
    cells: Sequence[CellValue],
    column: Column,
    *,
    special: Mapping[int, Cell] | None = None,
    epoch_1904: bool,
    zone: str,
) -> list[DateCell]:
    """What stands in the column's cells; equal cells give one and the same entry. `zone`: whose days are meant."""
    known: dict[CellValue, DateCell] = {}
    entries = []
    for index, value in enumerate(cells):
        is_special = special is not None and index in special
        entry = None if is_special or type(value) is bool else known.get(value)
        if entry is None:
            text = written(special[index]) if special and is_special else shown(value)
            entry = _moment(text, zone) or _entry(value, text, column, epoch_1904=epoch_1904)
            if not is_special and type(value) is not bool:
                known[value] = entry
        entries.append(entry)
    return entries


def read_dates(
    entries: Sequence[DateCell], column: Column, *, window: Window, heading: str, hint: DayOrder | None
) -> ReadColumn:
    """The column's values in its cells' order. `hint`: the order in which the sheet's other dates are written."""
    different = {id(entry): entry for entry in entries}
    decided = (
        own_order(entries) or _order_by_window(list(different.values()), window) or _order_by_heading(heading) or hint
    )
    turned = _were_turned(entries)
    values = {key: _value(entry, column, decided, window, turned=turned) for key, entry in different.items()}
    nothing = {key for key, value in values.items() if says_nothing(value.written, column.kind)}
    values |= {key: Value(written=values[key].written) for key in nothing}
    return ReadColumn.of([values[id(entry)] for entry in entries])


def own_order(entries: Iterable[DateCell]) -> DayOrder | None:
    """Decided by cells that make a date in one order only; day first where both kinds stand together."""
    texts = [
        entry.text for entry in entries if entry.text and entry.text.shape is DateShape.DAY and not entry.text.settled
    ]
    if any(text.day_first() and not text.month_first() for text in texts):
        return DayOrder.DAY_FIRST
    if any(text.month_first() and not text.day_first() for text in texts):
        return DayOrder.MONTH_FIRST
    return None


def _order_by_window(entries: Sequence[DateCell], window: Window) -> DayOrder | None:
    open_texts = [entry.text for entry in entries if entry.text and entry.text.is_open]
    if not open_texts:
        return None
    day_first = all(window.holds(text.day_first()) for text in open_texts)
    month_first = all(window.holds(text.month_first()) for text in open_texts)
    if day_first == month_first:
        return None
    return DayOrder.DAY_FIRST if day_first else DayOrder.MONTH_FIRST


def _order_by_heading(heading: str) -> DayOrder | None:
    return DayOrder.DAY_FIRST if _HINT.search(folded_words(heading)) else None


def _were_turned(entries: Sequence[DateCell]) -> bool:
    """Whether a spreadsheet seems to have read the column's dates month first (see the module's docstring)."""
    texts = [entry.text for entry in entries if entry.text and entry.text.shape is DateShape.DAY]
    real = [entry.real for entry in entries if entry.real]
    return (
        bool(texts)
        and all(text.day_first() and not text.month_first() and not text.settled for text in texts)
        and bool(real)
        and max(len(real), len(texts)) >= _FEWEST_TURNED
        and all(day.day <= 12 for day in real)
    )


def _moment(text: str, zone: str) -> DateCell | None:
    """A text that is a moment: its day in the zone."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return DateCell(text, text=read_date(f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d}"))


def _entry(value: CellValue, text: str, column: Column, *, epoch_1904: bool) -> DateCell:
    if isinstance(value, date):
        return _real_entry(value.date() if isinstance(value, datetime) else value, text, column)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if column.year_only_allowed and _OLDEST_YEAR <= value <= _LATEST_YEAR:
            return DateCell(text, text=read_date(text))
        if len(text) in (7, 8) and text.isdigit():
            # 5041990: a day of eight digits whose zero went the way of other zeros.
            return DateCell(text, text=read_date(text.zfill(8)))
        return DateCell(text, real=day_of_serial(value, epoch_1904=epoch_1904))
    if serial := _SERIAL.fullmatch(text):
        # A csv made from cells without a date format.
        return DateCell(text, real=day_of_serial(float(serial[1]), epoch_1904=epoch_1904))
    return DateCell(text, text=read_date(text))


def _real_entry(day: date, text: str, column: Column) -> DateCell:
    """A year typed into a cell formatted as a date shows as a day of 1905: nobody in the list was born then."""
    year = (day - date(1899, 12, 30)).days
    if column.year_only_allowed and _OLDEST_YEAR <= year <= _LATEST_YEAR:
        return DateCell(text, text=read_date(str(year)))
    return DateCell(text, real=day)


def _value(entry: DateCell, column: Column, order: DayOrder | None, window: Window, *, turned: bool) -> Value:
    if entry.real:
        return _real_value(entry, entry.real, window, turned=turned)
    text = entry.text
    if text is None:
        return Value(canonical=entry.written, written=entry.written)
    if text.shape is DateShape.YEAR and column.year_only_allowed:
        return Value(canonical=f"{text.year:04}", written=entry.written)
    if text.shape is not DateShape.DAY:
        return Value(canonical=entry.written, written=entry.written)
    day = text.month_first() if order is DayOrder.MONTH_FIRST and not text.settled else text.day_first()
    remark = Remark(kind="date_order") if order is None and text.is_open else None
    return Value(canonical=day.isoformat() if day else entry.written, written=entry.written, remark=remark)


def _real_value(entry: DateCell, day: date, window: Window, *, turned: bool) -> Value:
    other = entry.turned
    if not turned or other is None:
        return Value(canonical=day.isoformat(), written=entry.written)
    if window.holds(other) and not window.holds(day):
        return Value(
            canonical=other.isoformat(),
            written=entry.written,
            remark=Remark(kind="date_turned", suggestion=_day(other)),
        )
    remark = (
        None
        if window.holds(day) and not window.holds(other)
        else Remark(kind="date_perhaps_turned", suggestion=_day(other))
    )
    return Value(canonical=day.isoformat(), written=entry.written, remark=remark)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
