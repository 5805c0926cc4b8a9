"""What the clock writes to units: reminders, then escalation. What is due is computed, not remembered."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from typing import Any

from service.core.events import CLOCK, Reminded
from service.core.mail.messages import Attachment
from service.core.progress.deadlines import Step, StepKind, days_late, deadline_of_unit, in_sending_hours
from service.core.progress.due import Silence, UnitFacts, what_is_due
from service.core.progress.progress import Progress, Stage
from service.core.records import Fate, OutgoingRecord, OutgoingState
from service.core.units import Unit
from service.flow.answers.attachments import marked_roster
from service.flow.contacts.papers_to_fill import blanks, with_own_list
from service.flow.context import CampaignContext, OpenCampaign, Services, where_to_write
from service.flow.outbox.calendar_entries import changed_calendar_entry
from service.flow.outbox.compose import to_unit
from service.flow.outbox.letters import UnitLetter
from service.flow.outbox.progress import progress_of
from service.flow.outbox.still_wanted import CLOCK_MAILS, NEVER_LEFT
from service.flow.ports.failures import CannotGoOn

log = logging.getLogger(__name__)

Files = tuple[Attachment, ...]
UNASKED = (*CLOCK_MAILS, "opening")
"""Mails which no mail of the unit caused: they share the limit of a day."""


def remind_due(services: Services, open_campaign: OpenCampaign) -> int:
    """Queues the latest due step for every unit that still has something to do; gives how many."""
    if not in_sending_hours(open_campaign.campaign, open_campaign.calendar, open_campaign.local(services.now())):
        return 0
    return sum(_attempt(services, open_campaign, unit) for unit in open_campaign.units)


def _attempt(services: Services, open_campaign: OpenCampaign, unit: Unit) -> bool:
    """A transaction for each unit: marking a workbook takes a moment, and mails must not wait for sixty of them."""
    try:
        with services.ledger.transaction() as transaction:
            return _remind_unit(CampaignContext(services, transaction, open_campaign), unit)
    except CannotGoOn:
        raise  # the ledger or the disk: no unit is to blame
    except Exception:  # one unit's workbook must not keep the others from being reminded; the next pulse tries again
        log.exception("unit %s was not reminded", unit.code)
        return False


def _remind_unit(context: CampaignContext, unit: Unit) -> bool:
    today = context.today()
    if isinstance(what_is_due(context.campaign.plan, context.calendar, facts_of(context, unit), today), Silence):
        return False  # found out without looking at what the unit has sent
    progress = progress_of(context, unit)
    step = what_is_due(context.campaign.plan, context.calendar, facts_of(context, unit, progress), today)
    return isinstance(step, Step) and _write(context, unit, step, progress)


def facts_of(context: CampaignContext, unit: Unit, progress: Progress | None = None) -> UnitFacts:
    """Everything that decides about the unit's reminders; without its progress, all but what it has sent."""
    open_campaign, notes = context.open_campaign, context.notes(unit)
    mails = _unasked(context, open_campaign, unit)
    launched = context.transaction.decisions.launched_at(context.campaign.id)
    received = progress.last_received_at if progress else None
    return UnitFacts(
        last_day=deadline_of_unit(context.campaign, notes),
        launched=open_campaign.day_of(launched) if launched else None,
        done=progress is not None and progress.unit_is_done,
        stopped=context.paused(unit),
        snoozed_until=notes.snoozed_until,
        reachable=bool(where_to_write(unit, notes)),
        written=tuple(_days(open_campaign, mails, CLOCK_MAILS)),
        mails=(*_days(open_campaign, mails, UNASKED), *_days_elsewhere(context, unit)),
        received=open_campaign.day_of(received) if received else None,
    )


def _days_elsewhere(context: CampaignContext, unit: Unit) -> list[date]:
    """Days of unasked mails to the same unit in the other campaigns that the service runs."""
    found: list[date] = []
    for open_campaign in context.services.campaigns.values():
        there = open_campaign.unit(unit.code) if open_campaign is not context.open_campaign else None
        if there is not None and {*there.addresses} & {*unit.addresses}:
            found += _days(open_campaign, _unasked(context, open_campaign, there), UNASKED)
    return found


def _unasked(context: CampaignContext, open_campaign: OpenCampaign, unit: Unit) -> list[OutgoingRecord]:
    mails = context.transaction.outbox.of_unit(open_campaign.campaign.id, unit.code)
    return [mail for mail in mails if mail.template in UNASKED and not _stayed_at_home(mail)]


def _days(open_campaign: OpenCampaign, mails: Sequence[OutgoingRecord], templates: Sequence[str]) -> list[date]:
    return [open_campaign.day_of(mail.created_at) for mail in mails if mail.template in templates]


def _stayed_at_home(mail: OutgoingRecord) -> bool:
    """Whether nobody got it, or will get it, for a reason that says nothing of the step."""
    reached = any(fate in (Fate.ACCEPTED, Fate.UNKNOWN) for fate, _ in mail.outcomes.values())
    return mail.state is OutgoingState.SUPPRESSED and mail.last_error in NEVER_LEFT and not reached


def _write(context: CampaignContext, unit: Unit, step: Step, progress: Progress) -> bool:
    today = context.today()
    key = _key(context, unit, step, today)
    written = write_reminder(context, unit, step.kind, progress, key=key, step=step.distance, escalated=step.escalated)
    if written:
        context.record(CLOCK, Reminded(step=step.name, escalated=step.escalated), unit=unit)
    return written


def write_reminder(
    context: CampaignContext,
    unit: Unit,
    kind: StepKind,
    progress: Progress,
    *,
    key: str,
    step: int = 0,
    escalated: bool = False,
) -> bool:
    """The mail itself, whoever wants it written: with the marked list while corrections are open, with the papers to
    fill in while nothing has come, and with the time limit as a calendar entry when the unit has another one.

    `step`: working days from the last day in time. `escalated`: the unit's head gets it too.
    """
    today = context.today()
    last_day = deadline_of_unit(context.campaign, context.notes(unit))
    corrections = marked_roster(context, unit) if progress.roster_errors else ()
    copied = (unit.head_address,) if escalated and unit.head_address else ()
    papers, locked = _papers_to_fill(context, unit, copied) if progress.stage is Stage.NOTHING else ((), False)
    entry = changed_calendar_entry(context, unit)
    facts: dict[str, Any] = {
        "step": step,
        "escalated": escalated,
        "returned": bool(corrections),
        "papers": [paper.name for paper in papers],
        "locked": locked,
        "calendar": bool(entry),
    }
    if kind is StepKind.REMINDER:
        facts["days_left"] = max(0, context.calendar.between(today, last_day))
    else:
        facts["days_late"] = days_late(last_day, today)
    files = (*corrections, *papers, *entry)
    letter = UnitLetter(key=key, template=str(kind), facts=facts, attachments=files, cc=copied)
    return to_unit(context, unit, letter)


def _papers_to_fill(context: CampaignContext, unit: Unit, copied: tuple[str, ...]) -> tuple[Files, bool]:
    """The blanks once more; the contact's own list when nobody else reads the mail. And whether it has a password."""
    readers = (*where_to_write(unit, context.notes(unit)), *copied)
    papers = blanks(context, unit)
    own = with_own_list(context, unit, papers, readers[0]) if len(readers) == 1 else papers
    return own, own != papers and context.campaign.contact.encrypt_roster and bool(context.workers_of(unit))


def _key(context: CampaignContext, unit: Unit, step: Step, today: date) -> str:
    """One a day for each step; another only after the first stayed at home."""
    cause = f"clock:{context.campaign.id}:{unit.code}:{step.name}:{today.isoformat()}"
    mails = context.transaction.outbox.of_unit(context.campaign.id, unit.code)
    before = sum(mail.key.startswith(cause) for mail in mails if _stayed_at_home(mail))
    return f"{cause}:{before + 1}" if before else cause
