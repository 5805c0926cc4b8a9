"""What happens to a mail, from the mailbox to the answer in the outbox.

Received: raw bytes on the shelf and a row in the ledger, committed before the mailbox is touched. Then looked at (who,
which unit, what kind), its papers opened and judged, and everything recorded in one transaction together with the
answer. Filing the mail into a folder for people comes last and may fail without harm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial

from service.core.commands import orders_in
from service.core.messages import Kind, Message
from service.core.records import MailRecord, MailState
from service.core.units import Unit
from service.flow import answers, commands, doubt
from service.flow.house import House, Office, addresses_of
from service.flow.ledger import Books
from service.flow.lookahead import Opened, Steps, in_turn
from service.flow.orders import obey_unit
from service.flow.placing import placed
from service.flow.ports import CannotGoOn, Folder
from service.flow.reading import ReadPapers
from service.flow.serving import take_named, take_papers
from service.flow.sight import Incoming, look
from service.flow.submissions import note_statement

log = logging.getLogger(__name__)

SILENT_KINDS = frozenset({Kind.AUTO_REPLY, Kind.DELAY, Kind.RECEIPT, Kind.LIST_MAIL, Kind.OWN_MAIL})
"""Logged with the reason, never answered."""


def process_waiting(house: House, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Processes every mail that waits; gives how many. While one is recorded, the papers of others are opened."""
    with house.ledger.transaction() as books:
        waiting = books.mails.waiting()
    steps = Steps(
        claim=partial(_claim, house),
        look=partial(_first_look, house),
        open=partial(_open, house),
        give_back=partial(_give_back, house),
    )
    turns = in_turn(house, waiting, steps, at_once=house.papers.at_once, stopping=stopping)
    with closing(turns):
        return sum(_attempt(house, each.record, each.opened.result) for each in turns)


def process(house: House, mail_id: int) -> bool:
    """Processes one mail; safe to call twice."""
    record = _claim(house, mail_id)
    return record is not None and _attempt(house, record, lambda: _open(house, _first_look(house, record)))


def _claim(house: House, mail_id: int) -> MailRecord | None:
    with house.ledger.transaction() as books:
        record = books.mails.claim(mail_id, house.now(), house.lease_seconds)
    if record is not None:
        house.reached("process.claimed")
    return record


def _give_back(house: House, record: MailRecord) -> None:
    """As if it had never been tried: the mail is not to blame."""
    with house.ledger.transaction() as books:
        books.mails.release(record.id, counts=False)


def _attempt(house: House, record: MailRecord, opened: Callable[[], Opened]) -> bool:
    """One attempt at a claimed mail. One that fails again and again is put aside, and the others go on."""
    if record.attempts > house.max_attempts:
        _put_aside(house, record)
        return True
    try:
        _conclude(house, opened())
    except CannotGoOn:
        _give_back(house, record)
        raise  # the ledger is locked, the disk is full, we are told to stop: everything pauses
    except Exception:  # noqa: BLE001  # one mail must not stop the others; it is tried again, then put aside
        with house.ledger.transaction() as books:
            books.mails.release(record.id)
        _after_failure(house, record)
    return True


def _after_failure(house: House, record: MailRecord) -> None:
    log.exception("mail %s: attempt %s failed", record.id, record.attempts)
    if record.attempts >= house.max_attempts:
        _put_aside(house, record)


def _first_look(house: House, record: MailRecord) -> Incoming:
    message = house.read_mail(house.shelf.get(record.sha256))
    with house.ledger.transaction() as books:
        return _looked_at(house, books, record, message)


def _looked_at(house: House, books: Books, record: MailRecord, message: Message) -> Incoming:
    """What the ledger knows of a mail now: who, which unit, what kind, and whether the same bytes came before."""
    earlier = books.mails.earlier_with_bytes(record)
    if earlier is not None and earlier.state is not MailState.PROCESSED and not _renumbered(record, earlier):
        earlier = None  # held or failed then: this one is looked at for itself
    return Incoming(record=record, message=message, sight=look(house, books, message), earlier=earlier)


def _open(house: House, seen: Incoming) -> Opened:
    """Reading takes seconds: it happens outside of any transaction, and what was opened lies on the shelf."""
    sight = placed(house, seen.message, seen.sight)
    course, unit = sight.course, sight.unit
    if sight.kind is not Kind.SUBMISSION or course is None or unit is None or seen.earlier is not None:
        return Opened(seen=seen, sight=sight)
    read = house.papers.read(
        seen.message.attachments, course.campaign, workers=course.workers_of(unit), today=course.today(house.now())
    )
    for paper in read.papers:
        if paper.content:
            house.shelf.put(paper.content)
    return Opened(seen=seen, sight=sight, papers=read)


def _conclude(house: House, opened: Opened) -> None:
    """Decides and records in one transaction; opens the papers again if what is known of the mail has changed."""
    house.reached("process.opened")
    seen = opened.seen
    with house.ledger.transaction() as books:
        now = _looked_at(house, books, seen.record, seen.message)
        if now == seen:
            _record(house, books, opened)
            house.reached("process.recording")
    if now == seen:
        house.reached("process.recorded")
    else:
        _conclude(house, _open(house, now))


def _record(house: House, books: Books, opened: Opened) -> None:
    mail, sight = replace(opened.seen, sight=opened.sight), opened.sight
    office = Office(house, books, sight.course or house.any_campaign)
    renumbered = mail.earlier is not None and _renumbered(mail.record, mail.earlier)
    state = mail.earlier.state if mail.earlier and renumbered else _act(office, mail, opened.papers)
    _finish(office, mail, state)


def _act(office: Office, mail: Incoming, papers: ReadPapers | None) -> MailState:
    """Does what the kind of the mail asks for; gives the state in which the mail ends."""
    sight = mail.sight
    if sight.kind is Kind.OWN_MAIL and mail.earlier is None:
        doubt.note_own_copy(office.house, office.books, mail.message)
    if sight.kind in SILENT_KINDS:
        return MailState.IGNORED
    if sight.kind is Kind.BOUNCE:
        return _note_bounce(office, mail)
    if sight.course is None or sight.kind in (Kind.UNREADABLE, Kind.QUARANTINE):
        return _hold(office, mail)
    if sight.from_hr and (sight.unit is None or sight.kind is Kind.COMMAND):
        return commands.obey_hr(office, mail)
    if sight.unit is None:
        return _hold(office, mail)
    return _serve(office, sight.unit, mail, papers)


def _serve(office: Office, unit: Unit, mail: Incoming, papers: ReadPapers | None) -> MailState:
    """A mail from a registered address of a unit."""
    kind = mail.sight.kind
    if mail.earlier is not None and mail.earlier.unit == unit.code:
        if kind is Kind.SUBMISSION:
            answers.answer_again(office, unit, mail, mail.earlier)
    elif papers is not None:
        take_papers(office, unit, mail, papers)
    elif kind is Kind.COMMAND:
        obey_unit(office, unit, mail, orders_in(mail.message.new_text, from_hr=False), beside_papers=False)
    elif kind is Kind.NOMINATION:
        take_named(office, unit, mail)
    elif note_statement(office, unit, mail.message):
        answers.answer_status(office, unit, mail)
    elif kind is Kind.EMPTY:
        answers.answer_empty(office, unit, mail)
    elif kind is not Kind.ACKNOWLEDGEMENT:
        answers.answer_question(office, unit, mail)
    return MailState.PROCESSED


def _renumbered(record: MailRecord, earlier: MailRecord) -> bool:
    """The server numbered the folder anew (UIDVALIDITY): the same mail, not sent again, and decided before."""
    decided = earlier.state in (MailState.PROCESSED, MailState.HELD, MailState.IGNORED)
    return decided and record.mailbox == earlier.mailbox and record.uidvalidity != earlier.uidvalidity


def _hold(office: Office, mail: Incoming) -> MailState:
    """Kept intact and shown to HR; the writer gets no data, the unit's registered contact is told."""
    candidate, kind = mail.sight.candidate, mail.sight.kind
    answers.tell_hr_of_held(office, mail, candidate, str(kind))
    if candidate is not None and kind is Kind.UNKNOWN_SENDER:
        answers.tell_contact_of_stranger(office, candidate, mail)
    return MailState.HELD


def _note_bounce(office: Office, mail: Incoming) -> MailState:
    """A permanent failure marks the contact and tells HR; it is never answered."""
    diagnostic = next((fields.get("diagnostic-code", "") for fields in mail.message.delivery_status), "")
    for address in mail.sight.bounced if mail.sight.permanent else ():
        for course in office.house.campaigns.values():
            there = Office(office.house, office.books, course)
            for unit in course.units:
                notes = there.notes(unit)
                if address in addresses_of(unit, notes) and address not in notes.bounced:
                    office.books.decisions.mark_bounced(course.campaign.id, unit.code, address)
                    answers.tell_hr_of_unreachable(there, unit, address, diagnostic)
            if address == course.campaign.agency.address:
                answers.tell_hr_of_unreachable(there, None, address, diagnostic)
    return MailState.PROCESSED


def _finish(office: Office, mail: Incoming, state: MailState) -> None:
    """The record's last word; the mailbox learns of it later."""
    sight, record, message = mail.sight, mail.record, mail.message
    folder = {MailState.IGNORED: Folder.IGNORED, MailState.HELD: Folder.REVIEW}.get(state, Folder.PROCESSED)
    unit = sight.unit.code if sight.unit else None
    reasons = (*sight.reasons, f"same bytes as mail {mail.earlier.id}") if mail.earlier else sight.reasons
    office.books.mails.finish(
        record.id,
        state=state,
        kind=sight.kind,
        folder=folder,
        campaign=sight.course.campaign.id if sight.course else None,
        unit=unit,
        message_id=message.message_id,
        sender=message.sender,
        subject=message.subject[:500],
        reasons=reasons,
        duplicate_of=mail.earlier.id if mail.earlier else None,
    )
    why = f"{sight.kind}: {'; '.join(reasons)}"
    office.record(unit or "mail", f"mail {state}", why, unit=sight.unit, mail_id=record.id)


def _put_aside(house: House, record: MailRecord) -> None:
    """The shelf of failures: bytes intact, HR told once, `dondoc replay` brings it back."""
    with house.ledger.transaction() as books:
        books.mails.put_aside(record.id, f"failed {record.attempts} times", Folder.REVIEW)
        answers.tell_hr_of_failure(Office(house, books, house.any_campaign), record)
