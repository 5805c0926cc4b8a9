"""What happens to a mail, from the mailbox to the answer in the outbox.

Received: raw bytes on the shelf and a row in the ledger, committed before the mailbox is touched. Then looked at (who,
which unit, what kind), its papers opened and judged, and everything recorded in one transaction together with the
answer. Filing the mail into a folder for people comes last and may fail without harm.
"""

from __future__ import annotations

import errno
import logging

from service.core.messages import Kind
from service.core.records import MailRecord, MailState
from service.core.units import Unit
from service.flow import answers, commands, doubt
from service.flow.house import House, Office, addresses_of
from service.flow.placing import placed
from service.flow.ports import Folder, Mailbox, MailboxUnavailable
from service.flow.reading import ReadPapers, open_papers, read_papers
from service.flow.reconciliation import note_vanished
from service.flow.sight import Incoming, look
from service.flow.submissions import note_statement, take

log = logging.getLogger(__name__)

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
SILENT_KINDS = frozenset({Kind.AUTO_REPLY, Kind.DELAY, Kind.RECEIPT, Kind.LIST_MAIL, Kind.OWN_MAIL})
"""Logged with the reason, never answered."""


def receive_new(house: House, mailbox: Mailbox) -> int:
    """Stores every mail of the mailbox that the ledger does not know; gives how many. `\\Seen` means nothing to us."""
    listing = mailbox.list()
    with house.ledger.transaction() as books:
        known = books.mails.known_uids(mailbox.name, listing.uidvalidity)
    new = [uid for uid in listing.uids if uid not in known]
    received = sum(_receive(house, mailbox, listing.uidvalidity, uid) for uid in new)
    doubt.note_look(house, mailbox.name)
    return received


def _receive(house: House, mailbox: Mailbox, uidvalidity: int, uid: int) -> bool:
    raw = mailbox.fetch(uid)
    if raw is None:
        note_vanished(house, mailbox.name, uid)
        return False
    house.reached("received.fetched")
    sha256 = house.shelf.put(raw)
    house.reached("received.shelved")
    with house.ledger.transaction() as books:
        books.mails.receive(mailbox.name, uidvalidity, uid, sha256, house.now())
        house.reached("received.recording")
    house.reached("received.recorded")
    return True


def process_waiting(house: House) -> int:
    """Processes every mail that waits; gives how many."""
    with house.ledger.transaction() as books:
        waiting = books.mails.waiting()
    return sum(process(house, mail_id) for mail_id in waiting)


def process(house: House, mail_id: int) -> bool:
    """Processes one mail; safe to call twice. A mail that fails again and again is put aside, and the others go on."""
    with house.ledger.transaction() as books:
        record = books.mails.claim(mail_id, house.now(), house.lease_seconds)
    if record is None:
        return False
    house.reached("process.claimed")
    if record.attempts > house.max_attempts:
        _put_aside(house, record)
        return True
    try:
        _process(house, record)
    except OSError as problem:
        full = problem.errno in DISK_FULL
        with house.ledger.transaction() as books:
            books.mails.release(record.id, counts=not full)
        if full:
            raise  # the mail is not to blame: everything pauses until there is room
        _after_failure(house, record)
    except Exception:  # noqa: BLE001  # one mail must not stop the others; it is tried again, then put aside
        with house.ledger.transaction() as books:
            books.mails.release(record.id)
        _after_failure(house, record)
    return True


def _after_failure(house: House, record: MailRecord) -> None:
    log.exception("mail %s: attempt %s failed", record.id, record.attempts)
    if record.attempts >= house.max_attempts:
        _put_aside(house, record)


def _process(house: House, record: MailRecord) -> None:
    message = house.read_mail(house.shelf.get(record.sha256))
    with house.ledger.transaction() as books:
        sight = look(house, books, message)
        earlier = books.mails.earlier_with_bytes(record)
        if earlier is not None and earlier.state is not MailState.PROCESSED and not _renumbered(record, earlier):
            earlier = None  # held or failed then: this one is looked at for itself
    sight = placed(house, message, sight)
    mail = Incoming(record=record, message=message, sight=sight, earlier=earlier)
    papers = _open(house, mail)
    house.reached("process.opened")
    with house.ledger.transaction() as books:
        office = Office(house, books, sight.course or house.any_campaign)
        renumbered = earlier is not None and _renumbered(record, earlier)
        _finish(office, mail, earlier.state if earlier and renumbered else _act(office, mail, papers))
        house.reached("process.recording")
    house.reached("process.recorded")


def _open(house: House, mail: Incoming) -> ReadPapers | None:
    """Reading takes seconds: it happens before the transaction, and what was opened lies on the shelf."""
    course, unit = mail.sight.course, mail.sight.unit
    if mail.sight.kind is not Kind.SUBMISSION or course is None or unit is None or mail.earlier is not None:
        return None
    papers = open_papers(house, mail.message, course.campaign)
    for paper in papers:
        if paper.content:
            house.shelf.put(paper.content)
    return read_papers(papers, course.campaign, workers=course.workers_of(unit), today=course.today(house.now()))


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
        taken = take(office, unit, mail, papers)
        answers.answer_submission(office, mail, taken)
    elif kind is Kind.COMMAND or note_statement(office, unit, mail.message):
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


def file_decided(house: House, mailbox: Mailbox) -> int:
    """Moves decided mails to their folders for people. A failure is tried at the next pass, and costs nothing else."""
    listing = mailbox.list()
    with house.ledger.transaction() as books:
        unfiled = books.mails.unfiled(mailbox.name, listing.uidvalidity)
    filed = 0
    for record in unfiled:
        try:
            if not mailbox.file(record.uid, Folder(str(record.folder))):
                note_vanished(house, mailbox.name, record.uid, record)
        except MailboxUnavailable as reason:
            log.warning("mail %s could not be moved to %s: %s", record.id, record.folder, reason)
            break
        with house.ledger.transaction() as books:
            books.mails.mark_filed(record.id)
        filed += 1
    return filed
