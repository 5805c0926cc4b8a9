"""What the clock writes to units: reminders, then escalation. What is due is computed, not remembered."""

from __future__ import annotations

from datetime import date

from service.core.deadlines import (
    Step,
    StepKind,
    days_late,
    due_step,
    in_sending_hours,
    last_day_in_time,
)
from service.core.records import OutgoingRecord
from service.core.units import Unit
from service.flow.house import House, Office, OpenCampaign
from service.flow.ledger import Books
from service.flow.standing import progress_of
from service.flow.writing import to_unit

DAY_HAS_PASSED = "its day has passed; what it says of the days left is no longer true"
CLOCK_MAILS = ("reminder", "overdue")
"""Templates that the clock sends to units; at most one of them a day."""


def remind(house: House, course: OpenCampaign) -> int:
    """Queues the latest due step for every unit that still has something to do; gives how many."""
    now = house.now()
    local = course.local(now)
    if not in_sending_hours(course.campaign, course.calendar, local):
        return 0
    with house.ledger.transaction() as books:
        launched = books.decisions.launched_at(course.campaign.id)
        if launched is None:
            return 0
        return sum(_remind_unit(Office(house, books, course), unit, course.today(launched)) for unit in course.units)


def _remind_unit(office: Office, unit: Unit, launched: date) -> bool:
    progress = progress_of(office, unit)
    if progress.unit_is_done or office.paused(unit) or _written_today(office, unit):
        return False
    today = office.course.today(office.house.now())
    last_day = last_day_in_time(office.campaign, progress.extended_to)
    step = due_step(office.campaign.plan, last_day, office.course.calendar, today=today, launched=launched)
    return step is not None and not _said(office, unit, step) and _write(office, unit, step)


def _said(office: Office, unit: Unit, step: Step) -> bool:
    """Whether this step was written before; one that could not leave on its day does not count."""
    cause = f"clock:{office.campaign.id}:{unit.code}:{step.name}:"
    return any(
        record.key.startswith(cause) and record.last_error != DAY_HAS_PASSED
        for record in office.books.outbox.of_unit(office.campaign.id, unit.code)
    )


def _write(office: Office, unit: Unit, step: Step) -> bool:
    progress = progress_of(office, unit)
    today = office.course.today(office.house.now())
    last_day = last_day_in_time(office.campaign, progress.extended_to)
    facts = {"step": step.distance, "escalated": step.escalated}
    if step.kind is StepKind.REMINDER:
        facts["days_left"] = max(0, office.course.calendar.between(today, last_day))
    else:
        facts["days_late"] = days_late(office.campaign, today, progress.extended_to)
    written = to_unit(
        office,
        unit,
        key=f"clock:{office.campaign.id}:{unit.code}:{step.name}:{today.isoformat()}",
        template=str(step.kind),
        facts=facts,
        cc=(unit.head_address,) if step.escalated and unit.head_address else (),
    )
    if written:
        why = "escalated" if step.escalated else ""
        office.record("clock", step.name, why, unit=unit)
    return written


def _written_today(office: Office, unit: Unit) -> bool:
    today = office.course.today(office.house.now())
    return any(
        record.template in CLOCK_MAILS and office.course.today(record.created_at) == today
        for record in office.books.outbox.of_unit(office.campaign.id, unit.code)
    )


def reason_against(house: House, books: Books, record: OutgoingRecord) -> str | None:
    """Looked at again at the moment of sending: why a reminder is not sent after all, or None."""
    course = house.campaigns.get(record.campaign or "")
    unit = course.unit(record.unit) if course and record.unit else None
    if record.template not in CLOCK_MAILS or course is None or unit is None:
        return None
    if progress_of(Office(house, books, course), unit).unit_is_done:
        return "the unit has done everything meanwhile"
    if course.today(record.created_at) != course.today(house.now()):
        return DAY_HAS_PASSED
    return None


def must_wait(house: House, books: Books, record: OutgoingRecord) -> bool:
    """A reminder that could not be sent in time waits for decent hours; what a paused unit is to get, for HR's word."""
    course = house.campaigns.get(record.campaign or "")
    if course is not None and _is_paused(Office(house, books, course), record):
        return True
    if record.template not in CLOCK_MAILS or course is None:
        return False
    return not in_sending_hours(course.campaign, course.calendar, course.local(house.now()))


def _is_paused(office: Office, record: OutgoingRecord) -> bool:
    """Mails to HR about a unit go on: HR's own answer among them."""
    unit = office.course.unit(record.unit) if record.unit else None
    to_hr = set(record.recipients) <= set(office.campaign.hr_addresses)
    return unit is not None and not to_hr and office.paused(unit)
