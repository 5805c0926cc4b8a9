"""The daily summary to HR and the weekly one to management: where everything stands in one look.

HR reads besides what needs a person today; management reads nothing about persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from service.core.messages import Attachment
from service.core.progress.deadlines import deadline_of_campaign
from service.flow.context import CampaignContext, OpenCampaign, Services
from service.flow.outbox.compose import queue, to_hr
from service.flow.outbox.letters import Draft, HrLetter
from service.flow.outbox.overview import OverviewRow, counts, overview
from service.flow.reports.history import summary_facts
from service.flow.reports.tasks_of_hr import EVENTS_LOOKED_AT, is_over, tasks_of_hr

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PICTURE = "progress"
SUMMARY, MANAGEMENT = "summary", "management"
NEEDS_HR = ("mail unknown", "mail failed", "mail kept back", "mail returned")
"""Events of our own which HR has to hear of."""
QUIET_FOR = timedelta(days=7)
"""Nothing new is said once a week."""


def summarise(services: Services, open_campaign: OpenCampaign) -> bool:
    """Queues the day's summaries once their hour has come; HR's is skipped while nothing has happened."""
    local = open_campaign.local(services.now())
    if local.time() < open_campaign.campaign.summary_at or not open_campaign.calendar.is_working(local.date()):
        return False
    with services.ledger.transaction() as transaction:
        context = CampaignContext(services, transaction, open_campaign)
        if transaction.decisions.launched_at(open_campaign.campaign.id) is None:
            return False
        written = [_to_hr_today(context, local), _to_management_this_week(context, local)]
    return any(written)


def _to_hr_today(context: CampaignContext, local: datetime) -> bool:
    key = f"summary:{context.campaign.id}:{local.date().isoformat()}"
    if context.transaction.outbox.with_key(key) is not None:
        return False
    quiet_since = _quiet_since(context)
    if quiet_since is not None and context.now() - quiet_since < QUIET_FOR:
        return False
    rows = overview(context)
    needs = tasks_of_hr(context, rows)
    if quiet_since is not None and not needs and is_over(context):
        return False
    return _write_to_hr(context, key, rows, needs, quiet_since)


def _quiet_since(context: CampaignContext) -> datetime | None:
    """The moment of the last summary, if neither people nor the clock did anything since then."""
    for event in context.transaction.events.latest(EVENTS_LOOKED_AT, context.campaign.id):
        if event.what == SUMMARY:
            return event.at
        if event.who != "dondoc" or event.what in NEEDS_HR:
            return None
    return None


def _write_to_hr(
    context: CampaignContext, key: str, rows: list[OverviewRow], needs: list[str], quiet_since: datetime | None
) -> bool:
    picture, workbook = context.services.documents.annexes.summary(
        context.campaign, summary_facts(context, rows, needs)
    )
    facts = _facts(context, rows) | {"needs": needs, "quiet_since": quiet_since}
    facts["headline"] = _headline(context, facts, open_matters=len(needs))
    name = context.wording().say("summary.workbook_name")
    letter = HrLetter(
        key=key,
        template=SUMMARY,
        facts=facts,
        attachments=(_inline(picture), Attachment(name=name, media_type=XLSX, content=workbook)),
    )
    written = to_hr(context, letter)
    context.record("dondoc", SUMMARY, key)
    return written


def _to_management_this_week(context: CampaignContext, local: datetime) -> bool:
    """On the first working day from its weekday on; a week without one is left out."""
    management = context.campaign.management
    year, week, weekday = local.date().isocalendar()
    if management is None or weekday < management.weekday:
        return False
    key = f"management:{context.campaign.id}:{year}-{week:02d}"
    if context.transaction.outbox.with_key(key) is not None or (is_over(context) and _said_the_end(context)):
        return False
    rows = overview(context)
    picture, _ = context.services.documents.annexes.summary(context.campaign, summary_facts(context, rows, ()))
    facts = _facts(context, rows)
    facts["headline"] = _headline(context, facts)
    draft = Draft(
        key=key,
        template=MANAGEMENT,
        to=management.addresses,
        facts=facts,
        attachments=(_inline(picture),),
        language=context.campaign.language,
    )
    written = queue(context, draft)
    context.record("dondoc", MANAGEMENT, key)
    return written


def _said_the_end(context: CampaignContext) -> bool:
    """Whether management was written to after the package had gone out."""
    package = context.transaction.decisions.package(context.campaign.id)
    said = context.transaction.outbox.latest_of(MANAGEMENT)
    return (
        package is not None and package.sent_at is not None and said is not None and said.created_at > package.sent_at
    )


def _facts(context: CampaignContext, rows: Sequence[OverviewRow]) -> dict[str, Any]:
    last_day, today = deadline_of_campaign(context.campaign), context.today()
    return {
        "units": rows,
        "counts": counts(list(rows)),
        "picture_cid": PICTURE,
        "last_day": last_day,
        "days_left": context.calendar.between(today, last_day),
    }


def _headline(context: CampaignContext, facts: dict[str, Any], *, open_matters: int | None = None) -> str:
    """One sentence: how many are done, how long it is still, how much waits for HR."""
    wording, numbers = context.wording(), facts["counts"]
    left = _left_in_words(context, facts["last_day"], facts["days_left"])
    said = {"done": str(numbers["done"]), "units": str(numbers["units"]), "left": left}
    if open_matters is None:
        return wording.say("summary.headline.management", **said)
    which = "summary.open.some" if open_matters else "summary.open.none"
    waiting = wording.say(which, count=str(open_matters), hr=context.campaign.hr_department)
    return wording.say("summary.headline", open=waiting, **said)


def _left_in_words(context: CampaignContext, last_day: date, days_left: int) -> str:
    today = context.today()
    if today > last_day:
        return context.wording().say("summary.left.passed", days=str((today - last_day).days))
    if days_left <= 0:
        return context.wording().say("summary.left.today")
    return context.wording().say("summary.left.days", days=str(days_left))


def _inline(picture: bytes) -> Attachment:
    return Attachment(name=f"{PICTURE}.png", media_type="image/png", content=picture, content_id=PICTURE, inline=True)
