"""HR's decisions about a unit's time and our mails to it."""

from __future__ import annotations

from service.core import events
from service.core.hr_decisions import DeclineExtension, Extend, Outcome, Pause, Remind, Result, Resume, Snooze
from service.core.progress.deadlines import StepKind, deadline_of_campaign, deadline_of_unit, in_sending_hours
from service.core.tasks import Ending, ExtensionWish, TaskKind
from service.core.units import Unit
from service.flow.clock.reminders import write_reminder
from service.flow.context import CampaignContext
from service.flow.outbox.progress import progress_of
from service.flow.outbox.still_wanted import CLOCK_MAILS
from service.flow.tasks import close_task


def named(unit: Unit) -> str:
    """As HR reads of it."""
    return f"{unit.code} {unit.name}"


def no_unit(code: str | None) -> Outcome:
    return Outcome(result=Result.NO_UNIT, facts={"unit": code or "…"})


def _said(result: Result, unit: Unit, **facts: str) -> Outcome:
    return Outcome(result=result, facts={"unit": named(unit), **facts}, unit=unit.code)


def extend(context: CampaignContext, decision: Extend, by: str) -> Outcome:
    """More time; every open wish of the unit is answered by it."""
    unit, until = context.unit(decision.unit), decision.until
    if unit is None:
        return no_unit(decision.unit)
    day = f"{until:%d/%m/%Y}"
    if until < context.today():
        return _said(Result.EXTEND_PAST, unit, day=day)
    if until <= deadline_of_campaign(context.campaign):
        return _said(Result.EXTEND_EARLIER, unit, day=day)
    before = context.notes(unit).extended_to
    _close_wishes(context, unit, by)
    if before == until:
        return _said(Result.EXTENDED, unit, day=day)
    context.transaction.decisions.extend(context.campaign.id, unit.code, until)
    context.record(by, events.Extended(until=until), unit=unit)
    context.record(by, events.DecisionToTell(result=Result.EXTENDED, day=until), unit=unit)
    return _said(Result.EXTENDED, unit, day=day)


def decline_extension(context: CampaignContext, decision: DeclineExtension, by: str) -> Outcome:
    unit, until = context.unit(decision.unit), decision.until
    if unit is None:
        return no_unit(decision.unit)
    wish = context.transaction.tasks.find(context.campaign.id, unit.code, ExtensionWish(until=until))
    if wish is not None:
        close_task(context, wish, by=by, ending=Ending.DECIDED)
    context.record(by, events.ExtensionDeclined(until=until, why=decision.why), unit=unit)
    told = events.DecisionToTell(result=Result.EXTENSION_DECLINED, day=until, why=decision.why)
    context.record(by, told, unit=unit)
    return _said(Result.EXTENSION_DECLINED, unit, day=f"{until:%d/%m/%Y}", why=decision.why)


def _close_wishes(context: CampaignContext, unit: Unit, by: str) -> None:
    for wish in context.transaction.tasks.waiting(context.campaign.id, unit=unit.code, kind=TaskKind.EXTENSION):
        close_task(context, wish, by=by, ending=Ending.DECIDED)


def pause(context: CampaignContext, decision: Pause, by: str) -> Outcome:
    unit = context.unit(decision.unit) if decision.unit else None
    if decision.unit and unit is None:
        return no_unit(decision.unit)
    if _is_paused(context, unit):
        return _of_one_or_all(Result.PAUSED_BEFORE_UNIT, Result.PAUSED_BEFORE_ALL, unit)
    context.transaction.decisions.pause(context.campaign.id, unit.code if unit else None, context.now())
    context.record(by, events.Paused(), unit=unit)
    return _of_one_or_all(Result.PAUSED_UNIT, Result.PAUSED_ALL, unit)


def resume(context: CampaignContext, decision: Resume, by: str) -> Outcome:
    unit = context.unit(decision.unit) if decision.unit else None
    if decision.unit and unit is None:
        return no_unit(decision.unit)
    if not _is_paused(context, unit):
        return _of_one_or_all(Result.NOT_PAUSED_UNIT, Result.NOT_PAUSED_ALL, unit)
    context.transaction.decisions.pause(context.campaign.id, unit.code if unit else None, None)
    context.record(by, events.Resumed(), unit=unit)
    return _of_one_or_all(Result.RESUMED_UNIT, Result.RESUMED_ALL, unit)


def _is_paused(context: CampaignContext, unit: Unit | None) -> bool:
    """By itself, or all of them."""
    since = context.notes(unit).paused_at if unit else context.transaction.decisions.paused_at(context.campaign.id)
    return since is not None


def _of_one_or_all(one: Result, every: Result, unit: Unit | None) -> Outcome:
    return _said(one, unit) if unit else Outcome(result=every)


def snooze(context: CampaignContext, decision: Snooze, by: str) -> Outcome:
    unit, until = context.unit(decision.unit), decision.until
    if unit is None:
        return no_unit(decision.unit)
    if until is not None and until < context.today():
        return _said(Result.SNOOZE_PAST, unit, day=f"{until:%d/%m/%Y}")
    context.transaction.decisions.snooze(context.campaign.id, unit.code, until)
    context.record(by, events.Snoozed(until=until), unit=unit)
    return _said(Result.SNOOZED, unit, day=f"{until:%d/%m/%Y}") if until else _said(Result.SNOOZE_ENDED, unit)


def remind(context: CampaignContext, decision: Remind, by: str) -> Outcome:
    """Never twice a day, never a unit that has nothing to do."""
    unit = context.unit(decision.unit)
    if unit is None:
        return no_unit(decision.unit)
    today, progress = context.today(), progress_of(context, unit)
    if progress.unit_is_done:
        return _said(Result.REMIND_DONE, unit)
    if context.paused(unit):
        return _said(Result.REMIND_PAUSED, unit)
    if not in_sending_hours(context.campaign, context.calendar, context.local_now()):
        return _said(Result.REMIND_OUTSIDE_HOURS, unit)
    sent = context.transaction.outbox.of_unit(context.campaign.id, unit.code)
    if any(mail.template in CLOCK_MAILS and context.day_of(mail.created_at) == today for mail in sent):
        return _said(Result.REMIND_TODAY, unit)
    late = today > deadline_of_unit(context.campaign, context.notes(unit))
    key = f"reminded:{context.campaign.id}:{unit.code}:{today.isoformat()}"
    write_reminder(context, unit, StepKind.OVERDUE if late else StepKind.REMINDER, progress, key=key)
    context.record(by, events.Reminded(), unit=unit)
    return _said(Result.REMINDED, unit)
