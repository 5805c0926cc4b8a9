"""Dates as Vietnamese offices write them, read without deciding what only their neighbours can decide.

"05/04/1990" is 5 April nearly everywhere in Viet Nam, but an English spreadsheet turns it round; so reading
yields the two numbers, and `core/rosters/dating.py` settles the order for a whole column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from service.core.vietnam.text import fold


class DateShape(StrEnum):
    """What a text can be as a date."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    SHORT_YEAR = "short_year"
    """Two digits of a year: 05/04/90; we ask rather than guess the century."""
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateText:
    """The numbers of a written date. `first` is the day unless the column is written month first; `settled`: it is."""

    shape: DateShape
    first: int = 0
    second: int = 0
    year: int = 0
    settled: bool = False

    def day_first(self) -> date | None:
        return _date(self.year, self.second, self.first)

    def month_first(self) -> date | None:
        return None if self.settled else _date(self.year, self.first, self.second)

    @property
    def is_open(self) -> bool:
        """Whether both orders give a day, and different ones."""
        return None not in (self.day_first(), self.month_first()) and self.first != self.second


NO_DATE = DateText(shape=DateShape.NONE)

_BETWEEN = r"\s*[/\-.,\\]\s*"
_CLOCK = re.compile(r"[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[ap]m)?z?$")
_CLOCK_FIRST = re.compile(r"^\d{1,2}(?::|h)\d{2}(?::\d{2})?\s*,?\s+(?=\d|ngay)")
_BORN = re.compile(r"^(?:ngay |nam )?sinh(?: ngay| nam)?\s*:?\s*(?=\d)")
_WORDS = re.compile(r"^(?:ngay\s+)?(\d{1,2})\s+thang\s+(\d{1,2})\s+nam\s+(\d{4})$")
_YEAR_FIRST = re.compile(rf"^(\d{{4}}){_BETWEEN}(\d{{1,2}}){_BETWEEN}(\d{{1,2}})$")
_THG = re.compile(r"^(\d{1,2})[\s/-]+(?:thg|thang)[\s.]*(\d{1,2})[\s/,-]+(\d{4})$")
"""As Excel with Vietnamese settings shows a month's name."""
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ENGLISH = re.compile(rf"^(\d{{1,2}})[\s/-]+({'|'.join(_MONTHS)})[a-z]*[\s/.,-]+(\d{{4}}|\d{{2}})$")
"""As Excel with English settings shows a month's name."""
_YEAR_LAST = re.compile(rf"^(?:ngay\s+)?(\d{{1,2}}){_BETWEEN}(\d{{1,2}}){_BETWEEN}(\d{{4}}|\d{{2}})$")
_EIGHT = re.compile(r"^(\d{2})(\d{2})(\d{4})$")
_MONTH = re.compile(rf"^(?:thang\s+)?(\d{{1,2}})(?:{_BETWEEN}|\s+nam\s+)(\d{{4}})$")
_MONTH_YEAR_FIRST = re.compile(rf"^(\d{{4}}){_BETWEEN}(\d{{1,2}})$")
_YEAR = re.compile(r"^(?:nam\s+)?((?:19|20)\d{2})(?:\.0+)?$")


def read_date(text: str) -> DateText:
    """The numbers of a written date, with `DateShape.NONE` for a text that is none."""
    bare = _CLOCK_FIRST.sub("", _CLOCK.sub("", fold(text)).strip(" .,;'"))
    bare = _BORN.sub("", bare)
    for pattern, reader in _READERS:
        if found := pattern.match(bare):
            return reader(found)
    return NO_DATE


def day_of_serial(serial: float, *, epoch_1904: bool = False) -> date | None:
    """The day a spreadsheet's number stands for; numbers no living person's papers carry are none."""
    if not 1 <= serial < 100_000:
        return None
    start = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)
    return start + timedelta(days=int(serial))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _with_year_last(found: re.Match[str]) -> DateText:
    shape = DateShape.DAY if len(found[3]) == 4 else DateShape.SHORT_YEAR
    return DateText(shape=shape, first=int(found[1]), second=int(found[2]), year=int(found[3]))


def _with_year_first(found: re.Match[str]) -> DateText:
    return DateText(shape=DateShape.DAY, first=int(found[3]), second=int(found[2]), year=int(found[1]), settled=True)


def _in_words(found: re.Match[str]) -> DateText:
    return DateText(shape=DateShape.DAY, first=int(found[1]), second=int(found[2]), year=int(found[3]), settled=True)


def _in_english(found: re.Match[str]) -> DateText:
    shape = DateShape.DAY if len(found[3]) == 4 else DateShape.SHORT_YEAR
    month = _MONTHS.index(found[2]) + 1
    return DateText(shape=shape, first=int(found[1]), second=month, year=int(found[3]), settled=True)


def _month(found: re.Match[str]) -> DateText:
    return DateText(shape=DateShape.MONTH, first=1, second=int(found[1]), year=int(found[2]), settled=True)


def _month_year_first(found: re.Match[str]) -> DateText:
    return DateText(shape=DateShape.MONTH, first=1, second=int(found[2]), year=int(found[1]), settled=True)


def _year(found: re.Match[str]) -> DateText:
    return DateText(shape=DateShape.YEAR, year=int(found[1]), settled=True)


_READERS = (
    (_YEAR_LAST, _with_year_last),
    (_YEAR_FIRST, _with_year_first),
    (_WORDS, _in_words),
    (_THG, _in_words),
    (_ENGLISH, _in_english),
    (_EIGHT, _with_year_last),
    (_YEAR, _year),
    (_MONTH, _month),
    (_MONTH_YEAR_FIRST, _month_year_first),
)
