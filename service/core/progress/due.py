"""What the clock says to a unit on a day, and why not when it says nothing: a function of dates and facts alone.

Nothing here is remembered between two looks, so that days of downtime, a crash or a moved deadline need no care.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from service.core.campaigns import ReminderPlan
from service.core.progress.deadlines import ONE_DAY, Step, WorkingCalendar, due_step, steps


class Silence(StrEnum):
    """Why the clock does not write to a unit on a day."""

    NOT_LAUNCHED = "the campaign is not launched"
    DONE = "the unit has done its part"
    STOPPED = "reminders are stopped"
    SNOOZED = "reminders are put off"
    UNREACHABLE = "no address that mail reaches"
    NO_SENDING = "not a day on which the clock writes"
    NOTHING_DUE = "no step has come yet"
    SAID = "the latest step was written before"
    WRITTEN_TODAY = "the unit was written to today"
    ANSWERED_TODAY = "the unit sent papers today and was answered with what is missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFacts:
    """Everything that decides about a unit's reminders, as days in the campaign's zone."""

    last_day: date
    """The unit's own last day in time."""
    launched: date | None
    done: bool = False
    stopped: bool = False
    snoozed_until: date | None = None
    """Silent up to and with this day."""
    reachable: bool = True
    written: tuple[date, ...] = ()
    """Days of the clock's mails to the unit in this campaign, those that never left excepted."""
    mails: tuple[date, ...] = field(default=())
    """Days of all mails which nobody asked for, over all campaigns: they share the limit of a day."""
    received: date | None = None
    """Day of the newest papers."""


def what_is_due(plan: ReminderPlan, calendar: WorkingCalendar, facts: UnitFacts, today: date) -> Step | Silence:
    """The step that is written to the unit today, or why none is. The first reason that applies is given."""
    if facts.launched is None:
        return Silence.NOT_LAUNCHED
    step = due_step(plan, facts.last_day, calendar, today=today, launched=facts.launched)
    reasons = (
        (facts.done, Silence.DONE),
        (facts.stopped, Silence.STOPPED),
        (facts.snoozed_until is not None and today <= facts.snoozed_until, Silence.SNOOZED),
        (not facts.reachable, Silence.UNREACHABLE),
        (step is None, Silence.NOTHING_DUE),
        (step is not None and any(day >= step.day for day in facts.written), Silence.SAID),
        (not writes_on(plan, calendar, today), Silence.NO_SENDING),
        (facts.mails.count(today) >= plan.mails_a_day, Silence.WRITTEN_TODAY),
        # The first reminder goes out even then: no unit may reach its last day without one.
        (bool(facts.written) and facts.received == today, Silence.ANSWERED_TODAY),
    )
    silence = next((reason for applies, reason in reasons if applies), None)
    if silence is not None or step is None:
        return silence or Silence.NOTHING_DUE
    return step


def writes_on(plan: ReminderPlan, calendar: WorkingCalendar, day: date) -> bool:
    """Whether the clock writes to units on this day at all."""
    return calendar.is_working(day) and day not in plan.quiet_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What would be written to a unit if nothing happened meanwhile. `silence`: why nothing (more) will be."""

    mails: tuple[tuple[date, Step], ...]
    silence: Silence | None


def foresee(plan: ReminderPlan, calendar: WorkingCalendar, facts: UnitFacts, days: Sequence[date]) -> Forecast:
    """Plays the coming days through; each mail that would go out counts as written for those after it."""
    mails: list[tuple[date, Step]] = []
    silence: Silence | None = None
    for day in days:
        decision = what_is_due(plan, calendar, facts, day)
        if isinstance(decision, Step):
            mails.append((day, decision))
            facts = replace(facts, written=(*facts.written, day), mails=(*facts.mails, day))
        elif silence is None:
            silence = decision
    return Forecast(mails=tuple(mails), silence=silence if not mails else None)


def next_step(plan: ReminderPlan, calendar: WorkingCalendar, facts: UnitFacts, today: date) -> Step | None:
    """The first step that lies ahead of today, whatever speaks against it now."""
    ahead = (step for step in steps(plan, facts.last_day, calendar) if step.day >= today + ONE_DAY)
    return next(ahead, None)
