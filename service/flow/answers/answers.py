"""One thin function for each answer to a mail: what it says and what goes with it."""

from __future__ import annotations

from typing import Any

from service.core.findings import errors
from service.core.mail.authenticity import Authenticity
from service.core.mail.conversation import names_shared_file
from service.core.masking import masked_address
from service.core.records import MailRecord
from service.core.units import Unit
from service.flow.answers import questions
from service.flow.answers.attachments import marked_roster, spots_to_sign
from service.flow.answers.wording import (
    errors_in_words,
    files_in_words,
    form_error_in_words,
    notes_in_words,
    received_in_words,
)
from service.flow.context import CampaignContext
from service.flow.outbox.compose import reply_to_unit, to_stranger, to_unit
from service.flow.outbox.letters import Part, UnitLetter, in_thread, to_others
from service.flow.outbox.progress import names_in_words, progress_of
from service.flow.papers.assessment import ReadPapers
from service.flow.submissions.handed_in import Taken
from service.flow.submissions.other_pages import unusable_in_words
from service.flow.triage.triage import Incoming

ERRORS_SHOWN = 20


def about_papers(context: CampaignContext, taken: Taken) -> Part:
    """Everything wrong at once with the unit's own workbook marked, or a confirmation with what is still missing."""
    unit, wording = taken.unit, context.wording(taken.unit.language)
    form_errors = errors(taken.form_findings)
    progress = progress_of(context, unit)
    complete = progress.unit_is_done and not (taken.roster_errors or form_errors)
    facts: dict[str, Any] = {
        "received": received_in_words(context.campaign, taken, wording),
        "notes": notes_in_words(context.campaign, taken, wording, complete=complete),
    }
    if not taken.papers.has_anything:
        files = files_in_words(context.campaign, taken.papers, wording)
        pages = unusable_in_words(context.campaign, taken.papers, wording)
        return Part(template="unusable", facts={"files": [*files, *pages]})
    if not (taken.roster_errors or form_errors):
        facts |= {"complete": complete, "looked_at": names_in_words(progress.forms_in_review, wording)}
        return Part(template="confirmation", facts=facts)
    returned = marked_roster(context, unit, taken.version, only_of_its_mail=True) if taken.roster_errors else ()
    shown, more = errors_in_words(context.campaign, taken.roster_errors, wording, most=ERRORS_SHOWN)
    spots = spots_to_sign(context, unit, taken.forms)
    facts |= {
        "errors": shown,
        "more": more,
        "cases": len(taken.roster_errors) + len(form_errors),
        "form_errors": [form_error_in_words(finding, wording) for finding in form_errors],
        "returned": bool(returned),
        "spots": len(spots),
    }
    return Part(template="needs_correction", facts=facts, attachments=(*returned, *spots))


def answer_again(
    context: CampaignContext,
    unit: Unit,
    mail: Incoming,
    first: MailRecord,
) -> None:
    """The very same mail came again: said once."""
    letter = UnitLetter(
        key=f"already:{first.id}",
        template="already_received",
        facts={"received_at": first.received_at},
        answers=in_thread(mail),
    )
    to_unit(context, unit, letter)


def about_nothing(mail: Incoming, papers: ReadPapers | None) -> Part:
    """A mail without papers: what to send and how; files behind a link are never fetched, ours say nothing new."""
    ours = [paper.name for paper in papers.ours] if papers else []
    return Part(template="instructions", facts={"links": names_shared_file(mail.message.text), "ours": ours})


def about_pieces(context: CampaignContext, unit: Unit, mail: Incoming) -> Part:
    """A mail program cut the mail into pieces (message/partial): none of them can be read by itself."""
    message = context.wording(unit.language).say("problem.in_pieces")
    return Part(template="unusable", facts={"files": [{"name": mail.message.subject, "message": message}]})


def about_question(context: CampaignContext, unit: Unit, mail: Incoming) -> Part:
    """HR gets the question with the unit's state in one look; the unit is told at once who will answer."""
    questions.forward(context, unit, mail)
    return Part(template="question_received", beside={"contact": context.campaign.hr_contact})


def tell_contact_of_stranger(context: CampaignContext, unit: Unit, mail: Incoming) -> None:
    """The registered contact learns, once a day, that somebody wrote for her unit; the stranger learns nothing."""
    day = context.day_of(mail.record.received_at)
    letter = UnitLetter(
        key=f"private:{context.campaign.id}:{unit.code}:{mail.message.sender}:{day}",
        template="private_address",
        facts={
            "sender_masked": masked_address(mail.message.sender),
            "received_at": context.local(mail.record.received_at),
            "subject": mail.message.subject,
        },
        answers=to_others(mail),
    )
    to_unit(context, unit, letter)


def acknowledge_stranger(context: CampaignContext, mail: Incoming) -> None:
    """One neutral line where that is wished and the address is proven: an unproven one may be anybody's."""
    if context.services.trust.answers_strangers and mail.triage.authenticity is Authenticity.PASS:
        to_stranger(context, mail)


def answer_encrypted(context: CampaignContext, unit: Unit, mail: Incoming) -> None:
    """The unit learns that nobody here can open its mail, and what to do."""
    message = context.wording(unit.language).say("problem.encrypted_mail")
    facts = {"files": [{"name": mail.message.subject, "message": message}]}
    reply_to_unit(context, unit, mail, "unusable", facts)
