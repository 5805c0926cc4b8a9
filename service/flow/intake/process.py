"""What happens to a mail, from the mailbox to the answer in the outbox.

Received: raw bytes on the shelf and a row in the ledger, committed before the mailbox is touched. Then looked at (who,
which unit, what kind), its papers opened and judged, and everything recorded in one transaction together with the
answer. Filing the mail into a folder for people comes last and may fail without harm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

from service.core.mail.automatic_mail import has_left
from service.core.mail.commands import orders_in
from service.core.messages import Kind, Message
from service.core.papers import locked_in
from service.core.records import MailRecord, MailState, OutgoingRecord, OutgoingState
from service.core.units import Unit
from service.flow.answers import answers
from service.flow.context import House, Office, OpenCampaign
from service.flow.hr import commands
from service.flow.hr.command_handlers import obey_unit
from service.flow.intake.prefetch import Opened, Steps, in_turn
from service.flow.intake.unit_mail import take_named, take_papers
from service.flow.papers.assessment import ReadPapers
from service.flow.ports.ledger import Books
from service.flow.ports.world import CannotGoOn, Folder
from service.flow.sending import in_doubt as doubt
from service.flow.sending.bounces import note_report
from service.flow.submissions.records import note_statement
from service.flow.triage.campaign_by_content import placed
from service.flow.triage.locked import locked_attachments, passwords_in, with_locked, words_before
from service.flow.triage.pasted import joined, with_pasted
from service.flow.triage.thread_hints import read_incoming
from service.flow.triage.triage import Incoming, look

log = logging.getLogger(__name__)

SILENT_KINDS = frozenset({Kind.AUTO_REPLY, Kind.DELAY, Kind.RECEIPT, Kind.LIST_MAIL, Kind.OWN_MAIL})
"""Logged with the reason, never answered."""


def process_waiting(
    house: House, *, stopping: Callable[[], bool] = lambda: False, after_each: Callable[[], None] = lambda: None
) -> int:
    """Processes every mail that waits; gives how many. While one is recorded, the papers of others are opened.

    `after_each` is called when a mail is done, so that its answer need not wait for the others.
    """
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
        done = 0
        for each in turns:
            done += _attempt(house, each.record, each.opened.result)
            after_each()
        return done


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
    message = read_incoming(house, house.shelf.get(record.sha256))
    with house.ledger.transaction() as books:
        return _looked_at(house, books, record, message)


def _looked_at(house: House, books: Books, record: MailRecord, message: Message) -> Incoming:
    """What the ledger knows of a mail now: who, which unit, what kind, and whether the same bytes came before."""
    earlier = books.mails.earlier_with_bytes(record)
    if earlier is not None and earlier.state is not MailState.PROCESSED and not _renumbered(record, earlier):
        earlier = None  # held or failed then: this one is looked at for itself
    sight = look(house, books, message, record.vouched)
    sight, locked = with_locked(books, message, sight, record.received_at)
    before = words_before(books, sight, record.received_at)
    return Incoming(record=record, message=message, sight=sight, earlier=earlier, locked=locked, words_before=before)


def _open(house: House, seen: Incoming) -> Opened:
    """Reading takes seconds: it happens outside of any transaction, and what was opened lies on the shelf."""
    sight = placed(house, seen.message, with_pasted(house, seen.message, seen.sight))
    course, unit = sight.course, sight.unit
    if sight.kind is not Kind.SUBMISSION or course is None or unit is None or seen.earlier is not None:
        return Opened(seen=seen, sight=sight)
    read = _read(house, seen, course, unit)
    for paper in read.papers:
        if paper.content:
            house.shelf.put(paper.content)
    return Opened(seen=seen, sight=sight, papers=read)


def _read(house: House, seen: Incoming, course: OpenCampaign, unit: Unit) -> ReadPapers:
    message, workers = seen.message, course.workers_of(unit)
    read = partial(house.papers.read, campaign=course.campaign, workers=workers, today=course.today(house.now()))
    files = locked_attachments(house, seen.locked) if seen.locked else message.attachments
    given = (*message.passwords, *unit.passwords)
    attached = read(files, passwords=given)
    if locked_in(attached.papers) and (said := passwords_in(house, seen.words_before)):
        attached = read(files, passwords=(*given, *said))
    return joined(attached, read(message.pasted), message, course.campaign, workers) if message.pasted else attached


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
    _finish(office, mail, state, locked_in(opened.papers.papers) if opened.papers else ())


def rehearse(house: House, raw: bytes, number: int) -> Rehearsed:
    """The whole way of one mail in a house of its own, for people who ask what would happen (`dondoc inspect`).

    Whether the same bytes came before is left out: the question is what the mail is.
    """
    sha256 = house.shelf.put(raw)
    message = read_incoming(house, raw)
    with house.ledger.transaction() as books:
        record = books.mails.receive(REHEARSAL, 0, number, sha256, house.now())
        seen = Incoming(record=record, message=message, sight=look(house, books, message))
    opened = _open(house, seen)
    try:
        state, written = _rehearsed(house, opened)
    except Exception:  # as in the service: it would be tried again, then put aside for a person
        log.exception("mail %s cannot be processed", sha256)
        state, written = MailState.FAILED, ()
    return Rehearsed(message=message, opened=opened, state=state, written=written)


def _rehearsed(house: House, opened: Opened) -> tuple[MailState, tuple[OutgoingRecord, ...]]:
    with house.ledger.transaction() as books:
        before = {mail.id for mail in books.outbox.in_state(OutgoingState.QUEUED)}
        _record(house, books, opened)
        written = [mail for mail in books.outbox.in_state(OutgoingState.QUEUED) if mail.id not in before]
        return books.mails.get(opened.seen.record.id).state, tuple(written)


REHEARSAL = "inspect://"
"""Name of the mailbox in which rehearsed mails lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What became of a mail in a rehearsal, and the mails of ours that it caused."""

    message: Message
    opened: Opened
    state: MailState
    written: tuple[OutgoingRecord, ...]


def _act(office: Office, mail: Incoming, papers: ReadPapers | None) -> MailState:
    """Does what the kind of the mail asks for; gives the state in which the mail ends."""
    sight = mail.sight
    if sight.kind is Kind.OWN_MAIL and mail.earlier is None:
        doubt.note_own_copy(office.house, office.books, mail.message)
    if sight.kind in (Kind.BOUNCE, Kind.DELAY):
        return note_report(office, mail)
    if sight.kind in SILENT_KINDS:
        _note_departure(office, mail)
        return MailState.IGNORED
    if sight.course is None or sight.kind in (Kind.UNREADABLE, Kind.QUARANTINE):
        return _hold(office, mail)
    if sight.from_hr and (sight.unit is None or sight.kind is Kind.COMMAND):
        return commands.obey_hr(office, mail)
    if sight.unit is None:
        return _hold(office, mail)
    return _serve(office, sight.unit, mail, papers)


def _note_departure(office: Office, mail: Incoming) -> None:
    """The contact's mailbox says by itself that she has left: HR looks for another one."""
    said = has_left(mail.message) if mail.sight.kind is Kind.AUTO_REPLY else None
    if said is not None and mail.sight.unit is not None:
        answers.tell_hr_of_unreachable(office, mail.sight.unit, mail.message.sender, said)


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
    """Kept intact and shown to HR; a stranger gets no data, the unit's registered contact is told."""
    candidate, kind, unit = mail.sight.candidate, mail.sight.kind, mail.sight.unit
    reason = "encrypted" if mail.message.encrypted and kind is Kind.UNREADABLE else str(kind)
    told = kind is Kind.UNKNOWN_SENDER and candidate is not None
    answers.tell_hr_of_held(office, mail, candidate or unit, reason, told=told)
    if told and candidate is not None:
        answers.tell_contact_of_stranger(office, candidate, mail)
    if kind is Kind.UNKNOWN_SENDER:
        answers.acknowledge_stranger(office, mail)
    elif reason == "encrypted" and unit is not None:
        answers.answer_encrypted(office, unit, mail)
    return MailState.HELD


def _finish(office: Office, mail: Incoming, state: MailState, locked: tuple[str, ...]) -> None:
    """The record's last word; the mailbox learns of it later. `locked`: what of its papers nobody could open."""
    if mail.locked is not None:
        office.books.mails.note_locked(mail.locked.id, locked)
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
        locked=() if mail.locked else locked,
    )
    why = f"{sight.kind}: {'; '.join(reasons)}"
    office.record(unit or "mail", f"mail {state}", why, unit=sight.unit, mail_id=record.id)


def _put_aside(house: House, record: MailRecord) -> None:
    """The shelf of failures: bytes intact, HR told once, `dondoc replay` brings it back."""
    with house.ledger.transaction() as books:
        books.mails.put_aside(record.id, f"failed {record.attempts} times", Folder.REVIEW)
        answers.tell_hr_of_failure(Office(house, books, house.any_campaign), record)
