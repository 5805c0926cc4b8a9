"""What HR needs to decide about one unit: its contact, time limit, pause, and everything that has a number."""

from __future__ import annotations

from service.core.findings import Finding, errors
from service.core.masking import masked
from service.core.rosters.fingerprints import fingerprint
from service.core.units import Unit
from service.flow.answers.wording import where_in_words
from service.flow.context import CampaignContext
from service.flow.outbox.progress import progress_of
from service.flow.submissions.handed_in import forms_in_review

FINDINGS_SHOWN = 40


def details_of(context: CampaignContext, unit: Unit) -> list[str]:
    """A line each, in HR's language."""
    wording, progress = context.wording(), progress_of(context, unit)
    contact = context.transaction.people.current_contact(context.campaign.id, unit.code)
    lines = [
        wording.say("details.contact", name=contact.nominee.name, address=contact.nominee.address)
        if contact
        else wording.say("details.no_contact")
    ]
    if progress.extended_to:
        lines.append(wording.say("details.extended", day=f"{progress.extended_to:%d/%m/%Y}"))
    if context.paused(unit):
        lines.append(wording.say("details.paused"))
    lines += [
        wording.say(
            "details.finding",
            number=str(number),
            where=where_in_words(context.campaign, finding, wording),
            message=masked(wording.message(finding)),
        )
        for number, finding in open_findings(context, unit)[:FINDINGS_SHOWN]
    ]
    lines += [
        wording.say("details.form", number=str(form.id), worker=form.worker_name or form.document_name)
        for form in forms_in_review(context.transaction, context.campaign.id, unit)
    ]
    return lines


def open_findings(context: CampaignContext, unit: Unit) -> tuple[tuple[int, Finding], ...]:
    """The errors that count against the unit now, each with its number; the same error twice in a list is one."""
    submissions, campaign = context.transaction.submissions, context.campaign.id
    roster = submissions.current_roster(campaign, unit.code)
    if roster is None:
        return ()
    numbers = {each.fingerprint: each.id for each in submissions.numbered_findings(campaign, unit.code)}
    return tuple(
        (numbers[mark], finding)
        for finding in errors(roster.findings)
        if (mark := fingerprint(finding, roster.rows)) in numbers
    )
