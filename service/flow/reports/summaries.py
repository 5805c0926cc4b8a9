"""The daily summary to HR and the weekly one to management: where everything stands in one look.

HR reads besides what needs a person today; management reads nothing about persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from service.core.messages import Attachment
from service.core.progress.deadlines import last_day_in_time
from service.flow.context import House, Office, OpenCampaign
from service.flow.outbox.compose import Draft, queue, to_hr
from service.flow.outbox.overview import BoardRow, board_rows, counts
from service.flow.reports.history import summary_facts
from service.flow.reports.tasks_of_hr import EVENTS_LOOKED_AT, is_over, needs_of_hr

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PICTURE = "progress"
SUMMARY, MANAGEMENT = "summary", "management"
NEEDS_HR = ("mail unknown", "mail failed", "mail kept back", "mail returned")
"""Events of our own which HR has to hear of."""
QUIET_FOR = timedelta(days=7)
"""Nothing new is said once a week."""


def summarise(house: House, course: OpenCampaign) -> bool:
    """Queues the day's summaries once their hour has come; HR's is skipped while nothing has happened."""
    local = course.local(house.now())
    if local.time() < course.campaign.summary_at or not course.calendar.is_working(local.date()):
        return False
    with house.ledger.transaction() as books:
        office = Office(house, books, course)
        if books.decisions.launched_at(course.campaign.id) is None:
            return False
        written = [_to_hr_today(office, local), _to_management_this_week(office, local)]
    return any(written)


def _to_hr_today(office: Office, local: datetime) -> bool:
    key = f"summary:{office.campaign.id}:{local.date().isoformat()}"
    if office.books.outbox.with_key(key) is not None:
        return False
    quiet_since = _quiet_since(office)
    if quiet_since is not None and office.house.now() - quiet_since < QUIET_FOR:
        return False
    rows = board_rows(office)
    needs = needs_of_hr(office, rows)
    if quiet_since is not None and not needs and is_over(office):
        return False
    return _write_to_hr(office, key, rows, needs, quiet_since)


def _quiet_since(office: Office) -> datetime | None:
    """The moment of the last summary, if neither people nor the clock did anything since then."""
    for event in office.books.events.latest(EVENTS_LOOKED_AT, office.campaign.id):
        if event.what == SUMMARY:
            return event.at
        if event.who != "dondoc" or event.what in NEEDS_HR:
            return None
    return None


def _write_to_hr(
    office: Office, key: str, rows: list[BoardRow], needs: list[str], quiet_since: datetime | None
) -> bool:
    picture, workbook = office.house.annexes.summary(office.campaign, summary_facts(office, rows, needs))
    facts = _facts(office, rows) | {"needs": needs, "quiet_since": quiet_since}
    facts["headline"] = _headline(office, facts, open_matters=len(needs))
    name = office.wording().say("summary.workbook_name")
    written = to_hr(
        office,
        key=key,
        template=SUMMARY,
        facts=facts,
        attachments=(_inline(picture), Attachment(name=name, media_type=XLSX, content=workbook)),
    )
    office.record("dondoc", SUMMARY, key)
    return written


def _to_management_this_week(office: Office, local: datetime) -> bool:
    """On the first working day from its weekday on; a week without one is left out."""
    management = office.campaign.management
    year, week, weekday = local.date().isocalendar()
    if management is None or weekday < management.weekday:
        return False
    key = f"management:{office.campaign.id}:{year}-{week:02d}"
    if office.books.outbox.with_key(key) is not None or (is_over(office) and _said_the_end(office)):
        return False
    rows = board_rows(office)
    picture, _ = office.house.annexes.summary(office.campaign, summary_facts(office, rows, ()))
    facts = _facts(office, rows)
    facts["headline"] = _headline(office, facts)
    draft = Draft(
        key=key,
        template=MANAGEMENT,
        to=management.addresses,
        facts=facts,
        attachments=(_inline(picture),),
        language=office.campaign.language,
    )
    written = queue(office, draft)
    office.record("dondoc", MANAGEMENT, key)
    return written


def _said_the_end(office: Office) -> bool:
    """Whether management was written to after the package had gone out."""
    package = office.books.decisions.package(office.campaign.id)
    said = office.books.outbox.latest_of(MANAGEMENT)
    return (
        package is not None and package.sent_at is not None and said is not None and said.created_at > package.sent_at
    )


def _facts(office: Office, rows: Sequence[BoardRow]) -> dict[str, Any]:
    last_day, today = last_day_in_time(office.campaign), office.course.today(office.house.now())
    return {
        "units": rows,
        "counts": counts(list(rows)),
        "picture_cid": PICTURE,
        "last_day": last_day,
        "days_left": office.course.calendar.between(today, last_day),
    }


def _headline(office: Office, facts: dict[str, Any], *, open_matters: int | None = None) -> str:
    """One sentence: how many are done, how long it is still, how much waits for HR."""
    wording, numbers = office.wording(), facts["counts"]
    left = _left_in_words(office, facts["last_day"], facts["days_left"])
    said = {"done": str(numbers["done"]), "units": str(numbers["units"]), "left": left}
    if open_matters is None:
        return wording.say("summary.headline.management", **said)
    which = "summary.open.some" if open_matters else "summary.open.none"
    waiting = wording.say(which, count=str(open_matters), hr=office.campaign.hr_department)
    return wording.say("summary.headline", open=waiting, **said)


def _left_in_words(office: Office, last_day: date, days_left: int) -> str:
    today = office.course.today(office.house.now())
    if today > last_day:
        return office.wording().say("summary.left.passed", days=str((today - last_day).days))
    if days_left <= 0:
        return office.wording().say("summary.left.today")
    return office.wording().say("summary.left.days", days=str(days_left))


def _inline(picture: bytes) -> Attachment:
    return Attachment(name=f"{PICTURE}.png", media_type="image/png", content=picture, content_id=PICTURE, inline=True)
