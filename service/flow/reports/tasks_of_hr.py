"""What a person at HR has to do today, a sentence each: for the daily summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.core.contacts import ContactState, waits_for_hr
from service.core.declarations.judgement import WAITING, WITHOUT_ROW
from service.core.progress.deadlines import deadline_of_unit, steps
from service.core.progress.listed_twice import ListedTwice
from service.core.records import FormRecord
from service.core.wording import Wording
from service.flow.context import CampaignContext
from service.flow.hr.decisions import forms_in_review
from service.flow.hr.stuck_mails import stuck_in_words
from service.flow.outbox.overview import OverviewRow
from service.flow.outbox.progress import names_in_words
from service.flow.submissions.listed_twice import waiting
from service.flow.submissions.other_pages import looked_at_in_words, to_look_at

EVENTS_LOOKED_AT = 1000
ASKED = "extension asked"
DECIDED = ("extended", "extension declined")
"""Events about a unit's wish for more time; the newest tells whether it is open."""


def tasks_of_hr(context: CampaignContext, rows: Sequence[OverviewRow]) -> list[str]:
    """Held mails, papers to look at, wishes for more time, contacts (none, waiting, out of reach), mails in doubt."""
    wording = context.wording()
    return [
        *_held(context, wording),
        *(line for row in rows for line in _of_unit(context, row, wording)),
        *_extensions(context, rows, wording),
        *_listed_twice(context, wording),
        *_contacts(context, rows, wording),
        *_package(context, wording),
        *stuck_in_words(context),
    ]


def _held(context: CampaignContext, wording: Wording) -> Iterator[str]:
    for record in context.transaction.mails.held():
        if record.campaign in (context.campaign.id, None):
            yield wording.say("needs.held", id=str(record.id), sender=record.sender, subject=record.subject)


def _of_unit(context: CampaignContext, row: OverviewRow, wording: Wording) -> Iterator[str]:
    unit = _named(row)
    yield from _to_be_decided(context, row, wording)
    if row.progress.bounced:
        yield wording.say("needs.bounced", unit=unit)
    if not row.progress.unit_is_done and to_be_called(context, row):
        yield wording.say("needs.call", unit=unit, phone=row.unit.phone or "…")


def _to_be_decided(context: CampaignContext, row: OverviewRow, wording: Wording) -> Iterator[str]:
    """Declarations in review, also those of which nobody can tell whose they are; then pages that nobody could name."""
    unit, waiting = _named(row), forms_in_review(context.transaction, context.campaign.id, row.unit)
    if row.progress.forms_in_review:
        numbers = ", ".join(str(form.id) for form in waiting if form.worker_row is not None)
        names = ", ".join(row.progress.forms_in_review)
        yield wording.say("needs.review", unit=unit, names=names, numbers=numbers)
    nobodys = [str(form.id) for form in waiting if form.worker_row is None and not _left_to_the_unit(form)]
    if nobodys:
        yield wording.say("needs.review_unnamed", unit=unit, count=str(len(nobodys)), numbers=", ".join(nobodys))
    pages = to_look_at(context, row.unit)
    if pages:
        where = looked_at_in_words(pages, wording)
        yield wording.say("needs.pages", unit=unit, count=str(len(pages)), where=where)


def _left_to_the_unit(form: FormRecord) -> bool:
    """Waits for the list, or the unit was told that nobody in it fits."""
    first = form.reasons[0] if form.reasons else ""
    return first == WAITING or first.startswith(WITHOUT_ROW)


def _extensions(context: CampaignContext, rows: Sequence[OverviewRow], wording: Wording) -> Iterator[str]:
    """Units that asked for more time and have no answer yet."""
    newest: dict[str, tuple[str, str]] = {}
    for event in context.transaction.events.latest(EVENTS_LOOKED_AT, context.campaign.id):
        if event.unit is not None and event.what in (ASKED, *DECIDED):
            newest.setdefault(event.unit, (event.what, event.why))
    for row in rows:
        what, why = newest.get(row.unit.code, ("", ""))
        if what == ASKED and not row.progress.unit_is_done:
            yield wording.say("needs.extension", unit=_named(row), day=_as_written(why))


def _listed_twice(context: CampaignContext, wording: Wording) -> Iterator[str]:
    """Workers whom two units list and of whom HR has not said whose they are, a line for each two units."""
    by_units: dict[tuple[str, str], list[ListedTwice]] = {}
    for case in waiting(context):
        by_units.setdefault((case.former, case.newer), []).append(case)
    for (former, newer), cases in by_units.items():
        names = names_in_words([case.newer_name for case in cases], wording)
        numbers = ", ".join(str(case.id) for case in cases)
        yield wording.say("needs.listed_twice", former=former, newer=newer, names=names, numbers=numbers)


def _contacts(context: CampaignContext, rows: Sequence[OverviewRow], wording: Wording) -> Iterator[str]:
    """Nominations that wait for HR; then units which have still something to do and nobody who is sure to do it."""
    named = {row.unit.code: context.transaction.people.contacts(context.campaign.id, row.unit.code) for row in rows}
    proposed = {row.unit.code: waits_for_hr(named[row.unit.code]) for row in rows}
    waiting_for = [
        wording.say("needs.nominee", unit=row.unit.code, name=contact.nominee.name or contact.nominee.address)
        for row in rows
        if (contact := proposed[row.unit.code]) is not None
    ]
    without = [
        _named(row)
        for row in rows
        if not row.progress.unit_is_done
        and proposed[row.unit.code] is None
        and not any(each.state is ContactState.CURRENT for each in named[row.unit.code])
    ]
    for key, found in (("nominations", waiting_for), ("no_contact", [] if is_over(context) else without)):
        if found:
            yield wording.say(f"needs.{key}", count=str(len(found)), names=names_in_words(found, wording))


def is_over(context: CampaignContext) -> bool:
    """The package has gone to the agency: a week without news is none of HR's concern any more."""
    package = context.transaction.decisions.package(context.campaign.id)
    return package is not None and package.sent_at is not None


def _as_written(day: str) -> str:
    """2021-05-25 as 25/05/2021; anything else as it is."""
    parts = day.split("-")
    return "/".join(reversed(parts)) if len(parts) == 3 else day


def _package(context: CampaignContext, wording: Wording) -> Iterator[str]:
    package = context.transaction.decisions.package(context.campaign.id)
    if package is not None and not package.decided:
        day = f"{context.day_of(package.built_at):%d/%m/%Y}"
        yield wording.say("needs.package", agency=context.campaign.agency.name, day=day)


def _named(row: OverviewRow) -> str:
    return f"{row.unit.code} {row.unit.name}"


def to_be_called(context: CampaignContext, row: OverviewRow) -> bool:
    """Whether the unit is so late that writing has not helped."""
    plan = context.campaign.plan
    last_day = deadline_of_unit(context.campaign, context.notes(row.unit))
    today = context.today()
    overdue = [step for step in steps(plan, last_day, context.calendar) if last_day < step.day <= today]
    return len(overdue) >= plan.call_list_from
