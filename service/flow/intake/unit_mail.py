"""A mail of a unit may bring several things at once: papers, the name of its contact, a word. Each gets its answer."""

from __future__ import annotations

from service.core.mail.commands import orders_in
from service.core.mail.conversation import names_contact
from service.core.units import Unit
from service.core.vietnam.names import same_name
from service.flow.answers import answers
from service.flow.contacts.nominations import SCAN, SHEET, Nomination, nomination_in, take_nomination
from service.flow.context import CampaignContext, addresses_of, where_to_write
from service.flow.hr.unit_commands import obey_unit
from service.flow.papers.assessment import ReadPapers
from service.flow.submissions.attribution import ask_hr, tell_other_contact, whose_papers
from service.flow.submissions.handed_in import take
from service.flow.submissions.other_pages import note_other_pages
from service.flow.triage.triage import Incoming


def take_papers(context: CampaignContext, unit: Unit, mail: Incoming, papers: ReadPapers) -> None:
    """Papers first of all; where the mail was only about the contact or a word, nothing is said of missing papers."""
    nomination = _beside_papers(context, unit, mail, papers)
    said = orders_in(mail.message.new_text, from_hr=False)
    if papers.has_anything or not (nomination or said):
        _take_shares(context, unit, mail, papers)
    else:
        note_other_pages(context, unit, mail, papers)
    if nomination is not None:
        take_nomination(context, unit, mail, nomination)
    if said:
        obey_unit(context, unit, mail, said, beside_papers=papers.has_anything)


def _take_shares(context: CampaignContext, unit: Unit, mail: Incoming, papers: ReadPapers) -> None:
    """One submission for each unit by content; a list of a unit that is not the sender's waits for HR."""
    found = whose_papers(context, unit, mail, papers)
    for share in found.shares:
        before = _who_handed_in(context, share.unit)
        taken = take(context, share.unit, mail, share.papers)
        answers.answer_submission(context, mail, taken, to_contact=share.to_contact)
        if taken.roster is not None and not taken.roster.known_before and not share.to_contact:
            others = {*before, *where_to_write(share.unit, context.notes(share.unit))} - {mail.message.sender}
            tell_other_contact(context, share.unit, mail, sorted(others))
    for read, named in found.doubtful:
        ask_hr(context, unit, mail, read, named)


def _who_handed_in(context: CampaignContext, unit: Unit) -> tuple[str, ...]:
    """The sender of the list that counted until now, where still registered."""
    roster = context.transaction.submissions.current_roster(context.campaign.id, unit.code)
    sender = context.transaction.mails.get(roster.mail_id).sender if roster else ""
    return (sender,) if sender in addresses_of(unit, context.notes(unit)) else ()


def _beside_papers(context: CampaignContext, unit: Unit, mail: Incoming, papers: ReadPapers) -> Nomination | None:
    """The contact that the mail names; who is the contact already need not be confirmed with every parcel."""
    message = mail.message
    found = nomination_in(context, mail, papers)
    if found is None or (found.source != SHEET and not _speaks_of_contact(mail)):
        return None
    if found.source == SCAN and papers.has_anything and not names_contact(message.new_text):
        return None
    known = context.known(unit)
    current = context.transaction.people.current_contact(context.campaign.id, unit.code)
    if current is not None and found.nominee.address in ("", current.nominee.address):
        return None
    unchanged = not found.nominee.address and known.contact and same_name(found.nominee.name, known.contact)
    return None if unchanged and found.source != SCAN else found


def _speaks_of_contact(mail: Incoming) -> bool:
    message = mail.message
    names = " ".join(attachment.name.replace("_", " ").replace("-", " ") for attachment in message.attachments)
    return names_contact(message.new_text) or names_contact(f"{message.subject}. {names}")


def take_named(context: CampaignContext, unit: Unit, mail: Incoming) -> None:
    """A mail in plain words; one that names nobody after all is a question for a person."""
    nomination = nomination_in(context, mail, None)
    if nomination is None:
        answers.answer_question(context, unit, mail)
    else:
        take_nomination(context, unit, mail, nomination)
