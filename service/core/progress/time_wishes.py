"""What day a unit's wish for more time comes to. HR decides; here it is only counted, in working days."""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from service.core.mail.days import written_day
from service.core.mail.time_requests import AskedTime, asked_after_command, asked_time
from service.core.mail.time_words import NamedTime, TimeKind, named_time
from service.core.progress.deadlines import ONE_DAY, WorkingCalendar

PROPOSED_WHERE_UNSAID = 5
"""Working days that HR is offered where the unit names no time."""
_WORKING_WEEK = 5


class Understood(StrEnum):
    """How the day of a wish was found."""

    WRITTEN = "written"
    """It stands there as a day."""
    COUNTED = "counted"
    """From "2 ngày", "thứ 6 tuần sau"."""
    UNSAID = "unsaid"
    """The unit named no time: the day is what HR is offered, not what the unit said."""
    NO_DAY = "no_day"
    """31/02: `until` is None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWish:
    """A unit wants time up to and with `until`. `words`: the time as it wrote it."""

    until: date | None
    understood: Understood
    words: str = ""
    for_some: bool = False
    """Only some of its people are meant: no extension of the unit, a question to HR."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """From what days are counted: today, and the later of today and the unit's last day in time."""

    today: date
    start: date
    calendar: WorkingCalendar

    def worked(self, day: date) -> date:
        """The day itself when it is worked, else the next that is."""
        return day if self.calendar.is_working(day) else self.calendar.forward(day, 1)


def time_wish_in(text: str, today: date, calendar: WorkingCalendar, *, last_day: date) -> TimeWish | None:
    """The wish for time in a mail's words, or None. `last_day`: the unit's last day in time; durations add to it."""
    asked = asked_time(text)
    return _wish(asked, _Count(today=today, start=max(today, last_day), calendar=calendar)) if asked else None


def time_wish_of(argument: str, today: date, calendar: WorkingCalendar, *, last_day: date) -> TimeWish:
    """The wish of a line "GIA HẠN …", from what stands after these words."""
    count = _Count(today=today, start=max(today, last_day), calendar=calendar)
    return _wish(asked_after_command(argument), count)


def _wish(asked: AskedTime, count: _Count) -> TimeWish:
    day, time = written_day(asked.about_time, count.today), named_time(asked.about_time)
    if day is not None:
        understood = Understood.NO_DAY if day.day is None else Understood.WRITTEN
        return TimeWish(until=day.day, understood=understood, words=day.words, for_some=asked.for_some)
    if time is not None:
        until = _DAYS[time.kind](time, count)
        return TimeWish(until=until, understood=Understood.COUNTED, words=time.words, for_some=asked.for_some)
    until = count.calendar.forward(count.start, PROPOSED_WHERE_UNSAID)
    return TimeWish(until=until, understood=Understood.UNSAID, for_some=asked.for_some)


def _days(time: NamedTime, count: _Count) -> date:
    return count.calendar.forward(count.start, time.number)


def _weeks(time: NamedTime, count: _Count) -> date:
    return count.calendar.forward(count.start, time.number * _WORKING_WEEK)


def _months(time: NamedTime, count: _Count) -> date:
    year, month = _month(count.start, time.number)
    return count.worked(date(year, month, min(count.start.day, months.monthrange(year, month)[1])))


def _weekday(time: NamedTime, count: _Count) -> date:
    """ "Thứ 6" alone is the first Friday that would be more time than the unit has."""
    if time.ahead is None:
        days = (time.number - count.start.weekday() - 1) % 7 + 1
        return count.worked(count.start + timedelta(days=days))
    monday = count.today - timedelta(days=count.today.weekday())
    return count.worked(monday + timedelta(weeks=time.ahead, days=time.number))


def _end_of_week(time: NamedTime, count: _Count) -> date:
    monday = count.today - timedelta(days=count.today.weekday())
    return count.calendar.at_or_before(monday + timedelta(weeks=time.ahead or 0, days=6))


def _end_of_month(time: NamedTime, count: _Count) -> date:
    ahead = time.ahead or 0
    if time.number:
        ahead = (time.number - count.today.month) % 12
    year, month = _month(count.today, ahead)
    return count.calendar.at_or_before(date(year, month, months.monthrange(year, month)[1]))


def _day_of_month(time: NamedTime, count: _Count) -> date:
    """The next such day; months that are too short are passed over."""
    day = count.today + ONE_DAY
    while day.day != time.number:
        day += ONE_DAY
    return count.worked(day)


def _from_today(time: NamedTime, count: _Count) -> date:
    return count.worked(count.today + timedelta(days=time.number))


def _month(day: date, ahead: int) -> tuple[int, int]:
    years, month = divmod(day.month - 1 + ahead, 12)
    return day.year + years, month + 1


_DAYS: Mapping[TimeKind, Callable[[NamedTime, _Count], date]] = {
    TimeKind.DAYS: _days,
    TimeKind.WEEKS: _weeks,
    TimeKind.MONTHS: _months,
    TimeKind.WEEKDAY: _weekday,
    TimeKind.END_OF_WEEK: _end_of_week,
    TimeKind.DAY_OF_MONTH: _day_of_month,
    TimeKind.END_OF_MONTH: _end_of_month,
    TimeKind.FROM_TODAY: _from_today,
}
