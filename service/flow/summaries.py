"""The daily summary to HR: where everything stands in one look, and what needs a person today."""

from __future__ import annotations

from datetime import datetime, timedelta

from service.core.deadlines import last_day_in_time, steps
from service.core.messages import Attachment
from service.core.wording import Wording
from service.flow.board import BoardRow, board_rows, counts
from service.flow.cases import cases_in_words
from service.flow.house import House, Office, OpenCampaign
from service.flow.review import forms_in_review
from service.flow.writing import to_hr

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PICTURE = "progress"
SUMMARY = "summary"
EVENTS_LOOKED_AT = 1000
NEEDS_HR = ("mail unknown", "mail failed", "mail kept back")
"""Events of our own which HR has to hear of."""
QUIET_FOR = timedelta(days=7)
"""Nothing new is said once a week."""


def summarise(house: House, course: OpenCampaign) -> bool:
    """Queues the day's summary once its hour has come; skipped while nothing has happened since the last one."""
    now = house.now()
    local = course.local(now)
    if local.time() < course.campaign.summary_at or not course.calendar.is_working(local.date()):
        return False
    key = f"summary:{course.campaign.id}:{local.date().isoformat()}"
    with house.ledger.transaction() as books:
        launched = books.decisions.launched_at(course.campaign.id)
        if launched is None or books.outbox.with_key(key) is not None or not _news(Office(house, books, course)):
            return False
        return _write(Office(house, books, course), key, local)


def _news(office: Office) -> bool:
    """Whether people or the clock did anything since the last summary, or a week has passed without one."""
    for event in office.books.events.latest(EVENTS_LOOKED_AT, office.campaign.id):
        if event.what == SUMMARY:
            return office.house.now() - event.at >= QUIET_FOR
        if event.who != "dondoc" or event.what in NEEDS_HR:
            return True
    return True


def _write(office: Office, key: str, local: datetime) -> bool:
    rows = board_rows(office)
    wording = office.wording()
    picture, workbook = office.house.annexes.summary(
        office.campaign, [row.unit for row in rows], [row.progress for row in rows], local
    )
    last_day = last_day_in_time(office.campaign)
    numbers = counts(rows)
    written = to_hr(
        office,
        key=key,
        template="summary",
        facts={
            "headline": wording.say("summary.headline", **{name: str(count) for name, count in numbers.items()}),
            "needs": needs_of_hr(office, rows, wording),
            "units": rows,
            "counts": numbers,
            "picture_cid": PICTURE,
            "last_day": last_day,
            "days_left": office.course.calendar.between(local.date(), last_day),
        },
        attachments=(
            Attachment(name=f"{PICTURE}.png", media_type="image/png", content=picture, content_id=PICTURE, inline=True),
            Attachment(name=wording.say("summary.workbook_name"), media_type=XLSX, content=workbook),
        ),
    )
    office.record("dondoc", SUMMARY, key)
    return written


def needs_of_hr(office: Office, rows: list[BoardRow], wording: Wording) -> list[str]:
    """What a person at HR has to look at, a sentence each."""
    lines = [
        wording.say("needs.held", id=str(record.id), sender=record.sender, subject=record.subject)
        for record in office.books.mails.held()
        if record.campaign in (office.campaign.id, None)
    ]
    for row in rows:
        unit = f"{row.unit.code} {row.unit.name}"
        if row.progress.forms_in_review:
            waiting = forms_in_review(office.books, office.campaign.id, row.unit)
            numbers = ", ".join(str(form.id) for form in waiting)
            names = ", ".join(row.progress.forms_in_review)
            lines.append(wording.say("needs.review", unit=unit, names=names, numbers=numbers))
        if row.progress.bounced:
            lines.append(wording.say("needs.bounced", unit=unit))
        if not row.progress.unit_is_done and _to_be_called(office, row):
            lines.append(wording.say("needs.call", unit=unit, phone=row.unit.phone or "…"))
    return [*lines, *cases_in_words(office)]


def _to_be_called(office: Office, row: BoardRow) -> bool:
    plan = office.campaign.plan
    last_day = last_day_in_time(office.campaign, row.progress.extended_to)
    today = office.course.today(office.house.now())
    overdue = [step for step in steps(plan, last_day, office.course.calendar) if last_day < step.day <= today]
    return len(overdue) >= plan.call_list_from
