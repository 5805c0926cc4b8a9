"""A mail of a unit may want several things: papers, a contact, a word, a question. All are served, in one answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from service.core.mail.commands import Command, Order, orders_in
from service.core.mail.conversation import Intent, asks_beside, entitled_to_contact, names_contact
from service.core.mail.time_requests import asked_time
from service.core.units import Unit
from service.core.vietnam.names import same_name
from service.flow.answers import answers
from service.flow.contacts.nominations import SCAN, SHEET, Nomination, nomination_in, take_nomination
from service.flow.context import CampaignContext, addresses_of, where_to_write
from service.flow.hr.unit_commands import obey_unit, take_time_wish, wished_time
from service.flow.outbox.letters import Part
from service.flow.outbox.one_answer import answer
from service.flow.papers.assessment import ReadPapers
from service.flow.submissions.attribution import Share, ask_hr, tell_other_contact, whose_papers
from service.flow.submissions.handed_in import note_statement, take
from service.flow.submissions.other_pages import note_other_pages
from service.flow.triage.passed_on import is_passed_on
from service.flow.triage.triage import Incoming


def serve(context: CampaignContext, unit: Unit, mail: Incoming, papers: ReadPapers | None) -> None:
    """Does everything that the mail wants and says it in one letter."""
    parts = tuple(served(context, unit, mail, papers))
    if not parts and not mail.triage.intents:
        parts = (answers.about_nothing(mail, papers),)
    answer(context, unit, mail, parts)


def served(context: CampaignContext, unit: Unit, mail: Incoming, papers: ReadPapers | None) -> Iterator[Part]:
    """Does it; a part for each thing that is to be said of it."""
    intents = mail.triage.intents
    handed_in = handed_in_of(mail, papers)
    nomination = nomination_of(context, unit, mail, papers)
    said = orders_in(mail.message.new_text, from_hr=False)
    if handed_in is not None:
        yield from _papers(context, unit, mail, handed_in, only_words=bool(nomination or said))
    elif papers is not None:
        note_other_pages(context, unit, mail, papers)
    elif mail.message.in_pieces:
        yield answers.about_pieces(context, unit, mail)
    if nomination is not None:
        yield from take_nomination(context, unit, mail, nomination)
    has_papers = handed_in is not None and handed_in.has_anything
    yield from obey_unit(context, unit, mail, said, beside_papers=has_papers)
    if note_statement(context, unit, mail):
        yield Part(template="status_unit")
    unnamed = Intent.NOMINATION in intents and nomination is None and not has_papers
    if unnamed or Intent.WITHDRAWAL in intents:
        yield answers.about_question(context, unit, mail)
    elif Intent.QUESTION in intents:
        yield from _asked(context, unit, mail, said)


def _asked(context: CampaignContext, unit: Unit, mail: Incoming, said: Sequence[Order]) -> Iterator[Part]:
    """A wish for time goes to HR as a proposal; what is asked besides, or instead, as a question."""
    has_said_time = any(order.command is Command.EXTEND for order in said)
    wish = None if has_said_time else wished_time(context, unit, mail)
    if wish is None or wish.for_some:
        yield answers.about_question(context, unit, mail)
        return
    yield take_time_wish(context, unit, mail, wish)
    sentences = re.split(r"(?<=[.;!?])\s+|\n", mail.message.new_text)
    rest = "\n".join(sentence for sentence in sentences if asked_time(sentence) is None)
    if asks_beside(rest):
        yield answers.about_question(context, unit, mail)


def _papers(
    context: CampaignContext, unit: Unit, mail: Incoming, papers: ReadPapers, *, only_words: bool
) -> Iterator[Part]:
    """Where the mail was only about the contact or a word, nothing is said of missing papers.

    One submission for each unit by content; a list of a unit that is not the sender's waits for HR.
    """
    if not papers.has_anything and only_words:
        note_other_pages(context, unit, mail, papers)
        return
    found = whose_papers(context, unit, mail, papers)
    for share in found.shares:
        part = _take_share(context, mail, share)
        if share.unit.code == unit.code:
            yield part
        else:
            answer(context, share.unit, mail, (part,), to_contact=share.to_contact)
    for read, named in found.doubtful:
        yield ask_hr(context, unit, mail, read, named)


def _take_share(context: CampaignContext, mail: Incoming, share: Share) -> Part:
    before = _who_handed_in(context, share.unit)
    taken = take(context, share.unit, mail, share.papers)
    to_contact = share.to_contact or is_passed_on(context, share.unit, mail)
    if taken.roster is not None and not taken.roster.known_before and not to_contact:
        others = {*before, *where_to_write(share.unit, context.notes(share.unit))} - {mail.message.sender}
        tell_other_contact(context, share.unit, mail, sorted(others))
    return answers.about_papers(context, taken)


def _who_handed_in(context: CampaignContext, unit: Unit) -> tuple[str, ...]:
    """The sender of the list that counted until now, where still registered."""
    roster = context.transaction.submissions.current_roster(context.campaign.id, unit.code)
    sender = context.transaction.mails.get(roster.mail_id).sender if roster else ""
    return (sender,) if sender in addresses_of(unit, context.notes(unit)) else ()


def handed_in_of(mail: Incoming, papers: ReadPapers | None) -> ReadPapers | None:
    """The papers, where the mail hands them in."""
    return papers if Intent.PAPERS in mail.triage.intents else None


def nomination_of(context: CampaignContext, unit: Unit, mail: Incoming, papers: ReadPapers | None) -> Nomination | None:
    """The contact that the mail names; who is the contact already need not be confirmed with every parcel."""
    message, intents = mail.message, mail.triage.intents
    scanned = papers is not None and bool(papers.scans) and entitled_to_contact(message)
    if papers is None or not (Intent.PAPERS in intents or scanned):
        return nomination_in(context, mail, None) if Intent.NOMINATION in intents else None
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
    return names_contact(mail.message.new_text) or entitled_to_contact(mail.message)
