"""What the clock would send in the coming days, and why, and why not: looks only, and sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from service.core.progress.deadlines import ONE_DAY, Step, StepKind, deadline_of_campaign
from service.core.progress.due import Silence, foresee, next_step
from service.core.records import OutgoingState
from service.core.units import Unit
from service.flow.clock.reminders import facts_of
from service.flow.context import CampaignContext, OpenCampaign, Services, where_to_write
from service.flow.outbox.progress import progress_of
from service.flow.outbox.still_wanted import CLOCK_MAILS

DAYS_AHEAD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingMail:
    """One mail to come, if nothing happens meanwhile. `at`: the earliest moment, in the campaign's zone."""

    at: datetime
    unit: str | None
    """None: to HR or to management."""
    mail: str
    recipients: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentUnit:
    """A unit to which nothing will be written in these days, and why."""

    unit: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The coming days of one campaign."""

    campaign: str
    since: datetime
    days: int
    mails: tuple[ComingMail, ...]
    silent: tuple[SilentUnit, ...]


def preview(services: Services, open_campaign: OpenCampaign, *, days: int = DAYS_AHEAD) -> Preview:
    """Everything that the clock would send from now on for so many days."""
    now = open_campaign.local(services.now())
    mails: list[ComingMail] = []
    silent: list[SilentUnit] = []
    with services.ledger.transaction() as transaction:
        context = CampaignContext(services, transaction, open_campaign)
        mails += _waiting(context)
        for unit in open_campaign.units:
            coming, reason = _of_unit(context, unit, days)
            mails += coming
            if reason is not None:
                silent.append(reason)
        mails += _summaries(context, days)
    return Preview(
        campaign=open_campaign.campaign.id,
        since=now,
        days=days,
        mails=tuple(sorted(mails, key=lambda mail: (mail.at, mail.unit or "~"))),
        silent=tuple(silent),
    )


def _of_unit(context: CampaignContext, unit: Unit, days: int) -> tuple[list[ComingMail], SilentUnit | None]:
    campaign, calendar = context.campaign, context.calendar
    facts = facts_of(context, unit, progress_of(context, unit))
    ahead = _days_to_come(context, days)
    forecast = foresee(campaign.plan, calendar, facts, ahead)
    to = where_to_write(unit, context.notes(unit))
    mails = [
        ComingMail(
            at=_opening_hour(context, day),
            unit=unit.code,
            mail=str(step.kind),
            recipients=(*to, *((unit.head_address,) if step.escalated and unit.head_address else ())),
            why=_reason(step, day, facts.last_day),
        )
        for day, step in forecast.mails
    ]
    if mails:
        return mails, None
    why = str(forecast.silence or Silence.NO_SENDING)
    step = next_step(campaign.plan, calendar, facts, context.today())
    if step is not None and forecast.silence in (Silence.SAID, Silence.NOTHING_DUE, Silence.NO_SENDING):
        why = f"{why}; the next is a {step.kind} on {step.day:%d/%m/%Y}"
    if forecast.silence is Silence.SNOOZED and facts.snoozed_until:
        why = f"{why} up to and with {facts.snoozed_until:%d/%m/%Y}"
    return [], SilentUnit(unit=unit.code, why=why)


def _reason(step: Step, day: date, last_day: date) -> str:
    """Such as "3 working days before the last day in time, 19/05/2021"."""
    which = f"the last day in time, {last_day:%d/%m/%Y}"
    plural = "" if step.distance == 1 else "s"
    if step.kind is StepKind.REMINDER:
        said = f"{step.distance} working day{plural} before {which}" if step.distance else f"today is {which}"
    else:
        said = f"{step.distance} working day{plural} after {which}"
    said += "; the unit's head in copy" if step.escalated else ""
    return said if step.day == day else f"{said}; its day was {step.day:%d/%m/%Y}"


def _days_to_come(context: CampaignContext, days: int) -> list[date]:
    """From today on, or from tomorrow once the hours of today are over."""
    now = context.local_now()
    first = now.date() if now.time() < context.campaign.sending_until else now.date() + ONE_DAY
    return [first + timedelta(days=number) for number in range(days)]


def _opening_hour(context: CampaignContext, day: date) -> datetime:
    now = context.local_now()
    opening = datetime.combine(day, context.campaign.sending_from, ZoneInfo(context.campaign.zone))
    return max(now, opening)


def _waiting(context: CampaignContext) -> list[ComingMail]:
    """Reminders that are written and have not left yet."""
    queued = context.transaction.outbox.in_state(OutgoingState.QUEUED)
    return [
        ComingMail(
            at=context.local(max(mail.not_before, context.now())),
            unit=mail.unit,
            mail=mail.template,
            recipients=mail.recipients,
            why="written; it waits in the outbox",
        )
        for mail in queued
        if mail.campaign == context.campaign.id and mail.template in CLOCK_MAILS
    ]


def _summaries(context: CampaignContext, days: int) -> list[ComingMail]:
    """Whether anything happens until then nobody knows: the summary stands here for each of its days."""
    campaign, now = context.campaign, context.local_now()
    if context.transaction.decisions.launched_at(campaign.id) is None:
        return []
    last_day = deadline_of_campaign(campaign)
    found = []
    for number in range(days):
        day = now.date() + timedelta(days=number)
        at = datetime.combine(day, campaign.summary_at, ZoneInfo(campaign.zone))
        key = f"summary:{campaign.id}:{day.isoformat()}"
        if context.calendar.is_working(day) and at >= now and context.transaction.outbox.with_key(key) is None:
            left = context.calendar.between(day, last_day)
            found.append(
                ComingMail(
                    at=at,
                    unit=None,
                    mail="summary",
                    recipients=campaign.hr_addresses[:1],
                    why=f"daily, if anything happened or a week has passed; {left} working days left"
                    if left > 0
                    else "daily, if anything happened or a week has passed",
                )
            )
    return found
