"""What HR decides about units, by mail, at the command line or at the desk: each is carried out, recorded, and told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from service.core.findings import Finding, errors
from service.core.forms import Verdict
from service.core.progress.deadlines import StepKind, deadline_of_campaign, deadline_of_unit, in_sending_hours
from service.core.records import FormRecord
from service.core.rosters.fingerprints import fingerprint
from service.core.units import Unit
from service.flow.clock.reminders import write_reminder
from service.flow.context import CampaignContext
from service.flow.outbox.compose import to_unit
from service.flow.outbox.letters import UnitLetter
from service.flow.outbox.progress import progress_of
from service.flow.outbox.still_wanted import CLOCK_MAILS
from service.flow.ports.ledger import Transaction
from service.flow.submissions.records import judge_forms


def extend(context: CampaignContext, unit: Unit, until: date, *, by: str) -> str:
    """More time for one unit; gives the catalogue's word for what was done. `until` is the new last day in time."""
    if until < context.today():
        return "extend_past"
    if until <= deadline_of_campaign(context.campaign):
        return "extend_earlier"
    before = context.notes(unit).extended_to
    if before == until:
        return "extended"
    context.transaction.decisions.extend(context.campaign.id, unit.code, until)
    context.record(by, "extended", until.isoformat(), unit=unit)
    day = context.today().isoformat()
    key = f"extended:{context.campaign.id}:{unit.code}:{until.isoformat()}:{before or ''}:{day}"
    to_unit(context, unit, UnitLetter(key=key, template="extension_granted", facts={}))
    return "extended"


def pause(context: CampaignContext, unit: Unit | None, *, by: str) -> str:
    """Nothing is mailed to the unit, or to any unit, until HR says so; what comes in is still taken."""
    if _pause_of(context, unit):
        return "paused_before"
    context.transaction.decisions.pause(context.campaign.id, unit.code if unit else None, context.now())
    context.record(by, "paused", unit=unit)
    return "paused"


def resume(context: CampaignContext, unit: Unit | None, *, by: str) -> str:
    """Mails go on: answers that waited leave now, reminders of days that have passed do not."""
    if not _pause_of(context, unit):
        return "not_paused"
    context.transaction.decisions.pause(context.campaign.id, unit.code if unit else None, None)
    context.record(by, "resumed", unit=unit)
    return "resumed"


def _pause_of(context: CampaignContext, unit: Unit | None) -> bool:
    own = context.notes(unit).paused_at if unit else context.transaction.decisions.paused_at(context.campaign.id)
    return own is not None


def remind_now(context: CampaignContext, unit: Unit, *, by: str) -> str:
    """HR wants the unit reminded today: never twice a day, never one that has nothing to do."""
    now, campaign = context.now(), context.campaign
    today, progress = context.day_of(now), progress_of(context, unit)
    if progress.unit_is_done:
        return "remind_done"
    if context.paused(unit):
        return "remind_paused"
    if not in_sending_hours(campaign, context.calendar, context.local(now)):
        return "remind_outside_hours"
    sent = context.transaction.outbox.of_unit(campaign.id, unit.code)
    if any(mail.template in CLOCK_MAILS and context.day_of(mail.created_at) == today for mail in sent):
        return "remind_today"
    late = today > deadline_of_unit(campaign, context.notes(unit))
    key = f"reminded:{campaign.id}:{unit.code}:{today.isoformat()}"
    write_reminder(context, unit, StepKind.OVERDUE if late else StepKind.REMINDER, progress, key=key)
    context.record(by, "reminded by hand", unit=unit)
    return "reminded"


def waive(context: CampaignContext, number: int, *, by: str, why: str) -> tuple[str, Unit | None]:
    """HR overrules an error of a roster: it no longer counts against the unit, in this version or a later one."""
    numbered = context.transaction.submissions.numbered_finding(number)
    unit = context.unit(numbered.unit) if numbered and numbered.campaign == context.campaign.id else None
    if numbered is None or unit is None:
        return "no_finding", None
    if not context.transaction.submissions.waive_finding(number, by=by, at=context.now(), why=why):
        return "waived_before", unit
    context.record(by, f"finding {number} waived", why, unit=unit)
    judge_forms(context, unit)
    to_unit(context, unit, UnitLetter(key=f"waived:{number}", template="status_unit", facts={}))
    return "waived", unit


def open_findings(context: CampaignContext, unit: Unit) -> tuple[tuple[int, Finding], ...]:
    """The errors that count against the unit now, each with its number; the same error twice in a list is one."""
    roster = context.transaction.submissions.current_roster(context.campaign.id, unit.code)
    if roster is None:
        return ()
    numbers = {
        each.fingerprint: each.id
        for each in context.transaction.submissions.numbered_findings(context.campaign.id, unit.code)
    }
    return tuple(
        (numbers[mark], finding)
        for finding in errors(roster.findings)
        if (mark := fingerprint(finding, roster.rows)) in numbers
    )


def forms_in_review(transaction: Transaction, campaign: str, unit: Unit) -> tuple[FormRecord, ...]:
    """Pages of the unit which a person has to look at, and no better page of the same worker exists."""
    forms = transaction.submissions.forms(campaign, unit.code)
    settled = {form.worker_row for form in forms if form.verdict is Verdict.ACCEPTED and form.worker_row is not None}
    return tuple(form for form in forms if form.verdict is Verdict.REVIEW and form.worker_row not in settled)


def decide_form_in(context: CampaignContext, form_id: int, verdict: Verdict, *, by: str, why: str) -> FormRecord | None:
    """HR's verdict on a page of this campaign; None when it has no such page."""
    form = context.transaction.submissions.form(form_id)
    unit = context.unit(form.unit) if form and form.campaign == context.campaign.id else None
    if form is None or unit is None:
        return None
    decided = replace(form, verdict=verdict, decided_by=by)
    context.transaction.submissions.update_form(decided)
    context.record(by, f"form {form_id} {verdict}", why, unit=unit, mail_id=form.mail_id)
    to_unit(context, unit, UnitLetter(key=f"decided:{form_id}:{verdict}", template="status_unit", facts={}))
    return decided
