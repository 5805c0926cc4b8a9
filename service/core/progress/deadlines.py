"""Working days, the last day in time, and which reminder is due: computed from dates, never remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from service.core.campaigns import Campaign, ReminderPlan
from service.core.records import UnitNotes

ONE_DAY = timedelta(days=1)


def _never(_day: date) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """Monday to Friday except public holidays; what people say (`off`, `extra`) goes before what the country says."""

    is_holiday: Callable[[date], bool]
    is_swapped: Callable[[date], bool] = _never
    """Whether the country works on this day of a weekend, instead of another day."""
    off: frozenset[date] = field(default_factory=frozenset)
    extra: frozenset[date] = field(default_factory=frozenset)

    def is_working(self, day: date) -> bool:
        if day in self.extra or day in self.off:
            return day in self.extra
        return self.is_swapped(day) or (day.weekday() < 5 and not self.is_holiday(day))

    def at_or_before(self, day: date) -> date:
        """The day itself when it is worked, else the working day before it."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def back(self, day: date, working_days: int) -> date:
        """Counts working days back from `day`; 0 is the day itself (or the working day before it)."""
        day = self.at_or_before(day)
        for _ in range(working_days):
            day = self.at_or_before(day - ONE_DAY)
        return day

    def forward(self, day: date, working_days: int) -> date:
        """The n-th working day after `day`."""
        while working_days > 0:
            day += ONE_DAY
            working_days -= self.is_working(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(start + ONE_DAY * n) for n in range(1, (end - start).days + 1))


class StepKind(StrEnum):
    """A reminder comes before the last day in time (or on it); an overdue step after."""

    REMINDER = "reminder"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the plan for a unit. `distance`: working days before or after the last day in time."""

    day: date
    kind: StepKind
    distance: int
    escalated: bool = False

    @property
    def name(self) -> str:
        """Stable name, part of the outbox key that keeps a step from being sent twice."""
        return f"{self.kind}-{self.distance}-{self.day.isoformat()}"


def deadline_of_campaign(campaign: Campaign) -> date:
    """The last day in time for whoever has no more time: "before 20/05" means 19/05."""
    return campaign.deadline - ONE_DAY


def deadline_of_unit(campaign: Campaign, notes: UnitNotes) -> date:
    """The unit's own last day in time; an extension names it itself."""
    return notes.extended_to or deadline_of_campaign(campaign)


def days_late(last_day: date, received: date) -> int:
    """0 when in time; a submission on the day named by "before" is late by one day."""
    return max(0, (received - last_day).days)


@lru_cache(maxsize=4096)
def steps(plan: ReminderPlan, last_day: date, calendar: WorkingCalendar) -> tuple[Step, ...]:
    """All steps of a unit, earliest first."""
    before = [
        Step(day=calendar.back(last_day, distance), kind=StepKind.REMINDER, distance=distance)
        for distance in plan.before
    ]
    after = [
        Step(
            day=calendar.forward(last_day, distance),
            kind=StepKind.OVERDUE,
            distance=distance,
            escalated=number >= plan.escalate_from,
        )
        for number, distance in enumerate(plan.overdue, start=1)
    ]
    return tuple(sorted([*before, *after], key=lambda step: step.day))


def due_step(
    plan: ReminderPlan, last_day: date, calendar: WorkingCalendar, *, today: date, launched: date
) -> Step | None:
    """The latest step whose day has come since the opening mail: after days of silence one reminder, never a burst."""
    passed = [step for step in steps(plan, last_day, calendar) if launched < step.day <= today]
    return passed[-1] if passed else None


def in_sending_hours(campaign: Campaign, calendar: WorkingCalendar, local: datetime) -> bool:
    """Whether the clock may write to units now (`local` in the campaign's zone)."""
    day, hour = local.date(), time(local.hour, local.minute)
    if not calendar.is_working(day) or day in campaign.plan.quiet_days:
        return False
    return campaign.sending_from <= hour < campaign.sending_until
