"""A mail of a unit may bring several things at once: papers, the name of its contact, a word. Each gets its answer."""

from __future__ import annotations

from service.core.mail.commands import orders_in
from service.core.mail.conversation import names_contact
from service.core.units import Unit
from service.core.vietnam.names import same_name
from service.flow.answers import answers
from service.flow.contacts.nominations import SCAN, SHEET, Nomination, nomination_in, take_nomination
from service.flow.context import Office, addresses_of, where_to_write
from service.flow.hr.command_handlers import obey_unit
from service.flow.papers.assessment import ReadPapers
from service.flow.submissions.attribution import ask_hr, tell_other_contact, whose_papers
from service.flow.submissions.other_pages import note_aside
from service.flow.submissions.records import take
from service.flow.triage.triage import Incoming


def take_papers(office: Office, unit: Unit, mail: Incoming, papers: ReadPapers) -> None:
    """Papers first of all; where the mail was only about the contact or a word, nothing is said of missing papers."""
    nomination = _beside_papers(office, unit, mail, papers)
    said = orders_in(mail.message.new_text, from_hr=False)
    if papers.has_anything or not (nomination or said):
        _take_shares(office, unit, mail, papers)
    else:
        note_aside(office, unit, mail, papers)
    if nomination is not None:
        take_nomination(office, unit, mail, nomination)
    if said:
        obey_unit(office, unit, mail, said, beside_papers=papers.has_anything)


def _take_shares(office: Office, unit: Unit, mail: Incoming, papers: ReadPapers) -> None:
    """One submission for each unit by content; a list of a unit that is not the sender's waits for HR."""
    found = whose_papers(office, unit, mail, papers)
    for share in found.shares:
        before = _who_handed_in(office, share.unit)
        taken = take(office, share.unit, mail, share.papers)
        answers.answer_submission(office, mail, taken, to_contact=share.to_contact)
        if taken.roster is not None and not taken.roster.known_before and not share.to_contact:
            others = {*before, *where_to_write(share.unit, office.notes(share.unit))} - {mail.message.sender}
            tell_other_contact(office, share.unit, mail, sorted(others))
    for read, named in found.doubtful:
        ask_hr(office, unit, mail, read, named)


def _who_handed_in(office: Office, unit: Unit) -> tuple[str, ...]:
    """The sender of the list that counted until now, where still registered."""
    roster = office.books.submissions.current_roster(office.campaign.id, unit.code)
    sender = office.books.mails.get(roster.mail_id).sender if roster else ""
    return (sender,) if sender in addresses_of(unit, office.notes(unit)) else ()


def _beside_papers(office: Office, unit: Unit, mail: Incoming, papers: ReadPapers) -> Nomination | None:
    """The contact that the mail names; who is the contact already need not be confirmed with every parcel."""
    message = mail.message
    found = nomination_in(office, mail, papers)
    if found is None or (found.source != SHEET and not _speaks_of_contact(mail)):
        return None
    if found.source == SCAN and papers.has_anything and not names_contact(message.new_text):
        return None
    known = office.known(unit)
    current = office.books.people.current_contact(office.campaign.id, unit.code)
    if current is not None and found.nominee.address in ("", current.nominee.address):
        return None
    unchanged = not found.nominee.address and known.contact and same_name(found.nominee.name, known.contact)
    return None if unchanged and found.source != SCAN else found


def _speaks_of_contact(mail: Incoming) -> bool:
    message = mail.message
    names = " ".join(attachment.name.replace("_", " ").replace("-", " ") for attachment in message.attachments)
    return names_contact(message.new_text) or names_contact(f"{message.subject}. {names}")


def take_named(office: Office, unit: Unit, mail: Incoming) -> None:
    """A mail in plain words; one that names nobody after all is a question for a person."""
    nomination = nomination_in(office, mail, None)
    if nomination is None:
        answers.answer_question(office, unit, mail)
    else:
        take_nomination(office, unit, mail, nomination)
