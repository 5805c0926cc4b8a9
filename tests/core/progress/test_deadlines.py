"""The clock's arithmetic: working days, the last day in time, which reminder is due."""

from datetime import date, datetime

import holidays
import pytest

from service.core.campaigns import ReminderPlan
from service.core.progress.deadlines import (
    StepKind,
    WorkingCalendar,
    days_late,
    deadline_of_campaign,
    deadline_of_unit,
    due_step,
    in_sending_hours,
    steps,
)
from service.core.records import UnitNotes
from tests.support.harness.campaigns import bundled_campaign

VIETNAM = holidays.country_holidays("VN")
CALENDAR = WorkingCalendar(is_holiday=lambda day: day in VIETNAM)
PLAN = ReminderPlan(before=(10, 5, 3, 1), overdue=(1, 3), escalate_from=1, call_list_from=2)
LAST_DAY = date(2021, 5, 19)
LAUNCHED = date(2021, 4, 22)


def test_before_a_day_means_the_day_before_it_is_the_last_in_time() -> None:
    """ "Trước ngày 20/05/2021": 19/05 is in time, 20/05 is late by one day."""
    campaign = bundled_campaign()
    assert deadline_of_campaign(campaign) == LAST_DAY
    assert deadline_of_unit(campaign, UnitNotes()) == LAST_DAY
    assert days_late(LAST_DAY, date(2021, 5, 19)) == 0
    assert days_late(LAST_DAY, date(2021, 5, 20)) == 1


def test_an_extension_names_its_own_last_day() -> None:
    """A unit with more time is late only after it."""
    campaign = bundled_campaign()
    last_day = deadline_of_unit(campaign, UnitNotes(extended_to=date(2021, 5, 25)))
    assert last_day == date(2021, 5, 25)
    assert [days_late(last_day, date(2021, 5, day)) for day in (25, 26)] == [0, 1]


@pytest.mark.parametrize(
    ("distance", "day"),
    [(0, date(2021, 5, 19)), (1, date(2021, 5, 18)), (3, date(2021, 5, 14)), (10, date(2021, 5, 5))],
)
def test_working_days_are_counted_back_from_the_last_day(distance: int, day: date) -> None:
    """Three before is Friday 14/05; weekends do not count."""
    assert CALENDAR.back(LAST_DAY, distance) == day


def test_public_holidays_are_not_worked_and_swapped_saturdays_are() -> None:
    """30/4 and 1/5 with the day off in lieu, Tết, and a Saturday worked instead of another day."""
    assert not CALENDAR.is_working(date(2021, 4, 30))
    assert not CALENDAR.is_working(date(2021, 5, 3))
    assert not CALENDAR.is_working(date(2021, 2, 11))
    swapped = WorkingCalendar(is_holiday=lambda day: False, extra=frozenset({date(2021, 5, 8)}))
    assert swapped.is_working(date(2021, 5, 8))


def test_the_plan_gives_every_step_in_order() -> None:
    """Reminders before, overdue steps after, the first of which is escalated."""
    plan = steps(PLAN, LAST_DAY, CALENDAR)
    assert [(step.day.day, str(step.kind), step.escalated) for step in plan] == [
        (5, "reminder", False),
        (12, "reminder", False),
        (14, "reminder", False),
        (18, "reminder", False),
        (20, "overdue", True),
        (24, "overdue", True),
    ]


def test_after_days_of_silence_only_the_latest_step_is_due() -> None:
    """Down from 11/05 to 15/05 over two reminders: one, the latest."""
    step = due_step(PLAN, LAST_DAY, CALENDAR, today=date(2021, 5, 15), launched=LAUNCHED)
    assert step is not None and step.day == date(2021, 5, 14) and step.kind is StepKind.REMINDER


def test_no_step_is_due_before_the_first_nor_for_what_was_launched_later() -> None:
    """A campaign opened late does not remind of what it never announced."""
    assert due_step(PLAN, LAST_DAY, CALENDAR, today=date(2021, 5, 4), launched=LAUNCHED) is None
    assert due_step(PLAN, LAST_DAY, CALENDAR, today=date(2021, 5, 13), launched=date(2021, 5, 13)) is None


def test_the_clock_writes_only_at_decent_hours_of_working_days() -> None:
    """From 08:00 until before 17:00."""
    campaign = bundled_campaign()
    assert in_sending_hours(campaign, CALENDAR, datetime(2021, 5, 14, 8, 0))  # noqa: DTZ001  # local by contract
    assert not in_sending_hours(campaign, CALENDAR, datetime(2021, 5, 14, 17, 0))  # noqa: DTZ001  # local
    assert not in_sending_hours(campaign, CALENDAR, datetime(2021, 5, 15, 10, 0))  # noqa: DTZ001  # Saturday
