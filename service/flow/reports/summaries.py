"""The daily summary to HR and the weekly one to management: where everything stands in one look.

HR reads besides what needs a person today; management reads nothing about persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from service.core.events import (
    NOT_NEWS,
    SERVICE,
    Event,
    EventKind,
    ManagementWritten,
    SummaryWritten,
)
from service.core.mail.messages import Attachment
from service.core.progress.deadlines import deadline_of_campaign
from service.core.progress.progress import Stage
from service.core.tasks import Ending, Task, TaskKind
from service.flow.context import CampaignContext, OpenCampaign, Services
from service.flow.hr.open_tasks import close_gone, is_over
from service.flow.outbox.compose import queue, to_hr
from service.flow.outbox.gathering import gathered, note_told, open_tasks_of
from service.flow.outbox.letters import Draft, HrLetter
from service.flow.outbox.overview import OverviewRow, counts, overview
from service.flow.reports.history import summary_facts
from service.flow.reports.needs import Need, needs_of
from service.flow.reports.silent_units import note_silent_units
from service.flow.tasks import close_task

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PICTURE = "progress"
PICTURE_ID = f"{PICTURE}@dondoc"
"""A Content-ID is made like a Message-ID (RFC 2045 §7)."""
SUMMARY, MANAGEMENT = "summary", "management"
TOLD_ONCE = frozenset({TaskKind.OTHER_PAGES, TaskKind.AUTOMATIC_MAIL})
"""What HR only has to know: it stands in one summary."""
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
    last = context.transaction.events.last(EventKind.SUMMARY_WRITTEN, context.campaign.id)
    quiet_since = last.at if last is not None and _is_quiet_since(context, last) else None
    if quiet_since is not None and context.now() - quiet_since < QUIET_FOR:
        return False
    rows = overview(context)
    note_silent_units(context, rows)
    close_gone(context)
    tasks = context.transaction.tasks.waiting(context.campaign.id)
    if is_over(context) and not any(last is None or task.opened_at > last.at for task in tasks):
        return False
    if quiet_since is not None and not tasks:
        return _write_that_all_is_quiet(context, key, rows, quiet_since)
    return _write_to_hr(context, key, rows, tasks, quiet_since)


def _is_quiet_since(context: CampaignContext, last: Event) -> bool:
    """Neither people nor the clock did anything since then."""
    return not context.transaction.events.any_after(last.id, context.campaign.id, but=NOT_NEWS)


def _write_to_hr(
    context: CampaignContext, key: str, rows: list[OverviewRow], tasks: Sequence[Task], quiet_since: datetime | None
) -> bool:
    """What was gathered stands in it with its words: no mail has carried it yet."""
    waiting = gathered(context)
    untold = {task.id for task in open_tasks_of(context, waiting)}
    needs = needs_of(context, tasks, untold=untold)
    sentences = [matter.text for need in needs for matter in need.matters]
    picture, workbook = context.services.documents.annexes.summary(
        context.campaign, summary_facts(context, rows, sentences)
    )
    name = context.wording().say("summary.workbook_name")
    letter = HrLetter(
        key=key,
        template=SUMMARY,
        facts=_facts_for_hr(context, rows, needs, quiet_since) | {"picture_cid": PICTURE_ID},
        attachments=(_inline(picture), Attachment(name=name, media_type=XLSX, content=workbook)),
    )
    written = to_hr(context, letter)
    note_told(context, waiting)
    context.record(SERVICE, SummaryWritten(day=context.today()))
    for task in tasks:
        if task.kind in TOLD_ONCE:
            close_task(context, task, ending=Ending.TOLD)
    return written


def _write_that_all_is_quiet(
    context: CampaignContext, key: str, rows: list[OverviewRow], quiet_since: datetime
) -> bool:
    """Nothing has changed and nothing waits: a few lines."""
    facts = _facts_for_hr(context, rows, (), quiet_since) | {"picture_cid": None}
    written = to_hr(context, HrLetter(key=key, template=SUMMARY, facts=facts))
    context.record(SERVICE, SummaryWritten(day=context.today()))
    return written


def _facts_for_hr(
    context: CampaignContext, rows: Sequence[OverviewRow], needs: Sequence[Need], quiet_since: datetime | None
) -> dict[str, Any]:
    facts = _facts(context, rows)
    return {
        **facts,
        "units": [row for row in rows if row.progress.stage is not Stage.COMPLETE],
        "complete": [row.unit.code for row in rows if row.progress.stage is Stage.COMPLETE],
        "left": _left_in_words(context, facts["last_day"], facts["days_left"]),
        "needs": needs,
        "matters": sum(len(need.matters) for need in needs),
        "quiet_since": quiet_since,
    }


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
    facts = _facts(context, rows) | {"picture_cid": PICTURE_ID}
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
    context.record(SERVICE, ManagementWritten(week=f"{year}-{week:02d}"))
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
        "last_day": last_day,
        "days_left": context.calendar.between(today, last_day),
    }


def _headline(context: CampaignContext, facts: dict[str, Any]) -> str:
    """One sentence for management: how many are done, how long it is still."""
    left = _left_in_words(context, facts["last_day"], facts["days_left"])
    numbers = facts["counts"]
    said = {"done": str(numbers["done"]), "units": str(numbers["units"]), "left": left}
    return context.wording().say("summary.headline", **said)


def _left_in_words(context: CampaignContext, last_day: date, days_left: int) -> str:
    today = context.today()
    if today > last_day:
        return context.wording().say("summary.left.passed", days=str((today - last_day).days))
    if days_left <= 0:
        return context.wording().say("summary.left.today")
    return context.wording().say("summary.left.days", days=str(days_left))


def _inline(picture: bytes) -> Attachment:
    name = f"{PICTURE}.png"
    return Attachment(name=name, media_type="image/png", content=picture, content_id=PICTURE_ID, inline=True)
