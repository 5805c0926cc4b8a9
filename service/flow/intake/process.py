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
from service.flow.context import CampaignContext, OpenCampaign, Services
from service.flow.hr import commands
from service.flow.hr.command_handlers import obey_unit
from service.flow.intake.prefetch import Opened, Steps, in_turn
from service.flow.intake.unit_mail import take_named, take_papers
from service.flow.outbox import notices
from service.flow.papers.assessment import ReadPapers
from service.flow.ports.ledger import Transaction
from service.flow.ports.world import CannotGoOn, Folder
from service.flow.sending import in_doubt
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
    services: Services, *, stopping: Callable[[], bool] = lambda: False, after_each: Callable[[], None] = lambda: None
) -> int:
    """Processes every mail that waits; gives how many. While one is recorded, the papers of others are opened.

    `after_each` is called when a mail is done, so that its answer need not wait for the others.
    """
    with services.ledger.transaction() as transaction:
        waiting = transaction.mails.waiting()
    steps = Steps(
        claim=partial(_claim, services),
        look=partial(_first_triage, services),
        open=partial(_open, services),
        give_back=partial(_give_back, services),
    )
    turns = in_turn(services, waiting, steps, at_once=services.documents.papers.at_once, stopping=stopping)
    with closing(turns):
        done = 0
        for each in turns:
            done += _attempt(services, each.record, each.opened.result)
            after_each()
        return done


def process(services: Services, mail_id: int) -> bool:
    """Processes one mail; safe to call twice."""
    record = _claim(services, mail_id)
    return record is not None and _attempt(services, record, lambda: _open(services, _first_triage(services, record)))


def _claim(services: Services, mail_id: int) -> MailRecord | None:
    with services.ledger.transaction() as transaction:
        record = transaction.mails.claim(mail_id, services.now(), services.attempts.lease_seconds)
    if record is not None:
        services.reached("process.claimed")
    return record


def _give_back(services: Services, record: MailRecord) -> None:
    """As if it had never been tried: the mail is not to blame."""
    with services.ledger.transaction() as transaction:
        transaction.mails.release(record.id, counts=False)


def _attempt(services: Services, record: MailRecord, opened: Callable[[], Opened]) -> bool:
    """One attempt at a claimed mail. One that fails again and again is put aside, and the others go on."""
    if record.attempts > services.attempts.most:
        _give_up_on(services, record)
        return True
    try:
        _conclude(services, opened())
    except CannotGoOn:
        _give_back(services, record)
        raise  # the ledger is locked, the disk is full, we are told to stop: everything pauses
    except Exception:  # noqa: BLE001  # one mail must not stop the others; it is tried again, then put aside
        with services.ledger.transaction() as transaction:
            transaction.mails.release(record.id)
        _after_failure(services, record)
    return True


def _after_failure(services: Services, record: MailRecord) -> None:
    log.exception("mail %s: attempt %s failed", record.id, record.attempts)
    if record.attempts >= services.attempts.most:
        _give_up_on(services, record)


def _first_triage(services: Services, record: MailRecord) -> Incoming:
    message = read_incoming(services, services.shelf.get(record.sha256))
    with services.ledger.transaction() as transaction:
        return _triaged(services, transaction, record, message)


def _triaged(services: Services, transaction: Transaction, record: MailRecord, message: Message) -> Incoming:
    """What the ledger knows of a mail now: who, which unit, what kind, and whether the same bytes came before."""
    earlier = transaction.mails.earlier_with_bytes(record)
    if earlier is not None and earlier.state is not MailState.PROCESSED and not _renumbered(record, earlier):
        earlier = None  # held or failed then: this one is looked at for itself
    triage = look(services, transaction, message, record.vouched)
    triage, locked = with_locked(transaction, message, triage, record.received_at)
    before = words_before(transaction, triage, record.received_at)
    return Incoming(record=record, message=message, triage=triage, earlier=earlier, locked=locked, words_before=before)


def _open(services: Services, seen: Incoming) -> Opened:
    """Reading takes seconds: it happens outside of any transaction, and what was opened lies on the shelf."""
    triage = placed(services, seen.message, with_pasted(services, seen.message, seen.triage))
    open_campaign, unit = triage.open_campaign, triage.unit
    if triage.kind is not Kind.SUBMISSION or open_campaign is None or unit is None or seen.earlier is not None:
        return Opened(seen=seen, triage=triage)
    read = _read(services, seen, open_campaign, unit)
    for paper in read.papers:
        if paper.content:
            services.shelf.put(paper.content)
    return Opened(seen=seen, triage=triage, papers=read)


def _read(services: Services, seen: Incoming, open_campaign: OpenCampaign, unit: Unit) -> ReadPapers:
    message, workers = seen.message, open_campaign.workers_of(unit)
    read = partial(
        services.documents.papers.read,
        campaign=open_campaign.campaign,
        workers=workers,
        today=open_campaign.day_of(services.now()),
    )
    files = locked_attachments(services, seen.locked) if seen.locked else message.attachments
    given = (*message.passwords, *unit.passwords)
    attached = read(files, passwords=given)
    if locked_in(attached.papers) and (said := passwords_in(services, seen.words_before)):
        attached = read(files, passwords=(*given, *said))
    return (
        joined(attached, read(message.pasted), message, open_campaign.campaign, workers) if message.pasted else attached
    )


def _conclude(services: Services, opened: Opened) -> None:
    """Decides and records in one transaction; opens the papers again if what is known of the mail has changed."""
    services.reached("process.opened")
    seen = opened.seen
    with services.ledger.transaction() as transaction:
        now = _triaged(services, transaction, seen.record, seen.message)
        if now == seen:
            _record(services, transaction, opened)
            services.reached("process.recording")
    if now == seen:
        services.reached("process.recorded")
    else:
        _conclude(services, _open(services, now))


def _record(services: Services, transaction: Transaction, opened: Opened) -> None:
    mail, triage = replace(opened.seen, triage=opened.triage), opened.triage
    context = CampaignContext(services, transaction, triage.open_campaign or services.any_campaign)
    renumbered = mail.earlier is not None and _renumbered(mail.record, mail.earlier)
    state = mail.earlier.state if mail.earlier and renumbered else _act(context, mail, opened.papers)
    _finish(context, mail, state, locked_in(opened.papers.papers) if opened.papers else ())


def rehearse(services: Services, raw: bytes, number: int) -> Rehearsed:
    """The whole way of one mail in a house of its own, for people who ask what would happen (`dondoc inspect`).

    Whether the same bytes came before is left out: the question is what the mail is.
    """
    sha256 = services.shelf.put(raw)
    message = read_incoming(services, raw)
    with services.ledger.transaction() as transaction:
        record = transaction.mails.receive(REHEARSAL, 0, number, sha256, services.now())
        seen = Incoming(record=record, message=message, triage=look(services, transaction, message))
    opened = _open(services, seen)
    try:
        state, written = _rehearsed(services, opened)
    except Exception:  # as in the service: it would be tried again, then put aside for a person
        log.exception("mail %s cannot be processed", sha256)
        state, written = MailState.FAILED, ()
    return Rehearsed(message=message, opened=opened, state=state, written=written)


def _rehearsed(services: Services, opened: Opened) -> tuple[MailState, tuple[OutgoingRecord, ...]]:
    with services.ledger.transaction() as transaction:
        before = {mail.id for mail in transaction.outbox.in_state(OutgoingState.QUEUED)}
        _record(services, transaction, opened)
        written = [mail for mail in transaction.outbox.in_state(OutgoingState.QUEUED) if mail.id not in before]
        return transaction.mails.get(opened.seen.record.id).state, tuple(written)


REHEARSAL = "inspect://"
"""Name of the mailbox in which rehearsed mails lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What became of a mail in a rehearsal, and the mails of ours that it caused."""

    message: Message
    opened: Opened
    state: MailState
    written: tuple[OutgoingRecord, ...]


def _act(context: CampaignContext, mail: Incoming, papers: ReadPapers | None) -> MailState:
    """Does what the kind of the mail asks for; gives the state in which the mail ends."""
    triage = mail.triage
    if triage.kind is Kind.OWN_MAIL and mail.earlier is None:
        in_doubt.note_own_copy(context.services, context.transaction, mail.message)
    if triage.kind in (Kind.BOUNCE, Kind.DELAY):
        return note_report(context, mail)
    if triage.kind in SILENT_KINDS:
        _note_departure(context, mail)
        return MailState.IGNORED
    if triage.open_campaign is None or triage.kind in (Kind.UNREADABLE, Kind.QUARANTINE):
        return _hold(context, mail)
    if triage.from_hr and (triage.unit is None or triage.kind is Kind.COMMAND):
        return commands.obey_hr(context, mail)
    if triage.unit is None:
        return _hold(context, mail)
    return _serve(context, triage.unit, mail, papers)


def _note_departure(context: CampaignContext, mail: Incoming) -> None:
    """The contact's mailbox says by itself that she has left: HR looks for another one."""
    said = has_left(mail.message) if mail.triage.kind is Kind.AUTO_REPLY else None
    if said is not None and mail.triage.unit is not None:
        notices.tell_hr_of_unreachable(context, mail.triage.unit, mail.message.sender, said)


def _serve(context: CampaignContext, unit: Unit, mail: Incoming, papers: ReadPapers | None) -> MailState:
    """A mail from a registered address of a unit."""
    kind = mail.triage.kind
    if mail.earlier is not None and mail.earlier.unit == unit.code:
        if kind is Kind.SUBMISSION:
            answers.answer_again(context, unit, mail, mail.earlier)
    elif papers is not None:
        take_papers(context, unit, mail, papers)
    elif kind is Kind.COMMAND:
        obey_unit(context, unit, mail, orders_in(mail.message.new_text, from_hr=False), beside_papers=False)
    elif kind is Kind.NOMINATION:
        take_named(context, unit, mail)
    elif note_statement(context, unit, mail.message):
        answers.answer_status(context, unit, mail)
    elif kind is Kind.EMPTY:
        answers.answer_empty(context, unit, mail)
    elif kind is not Kind.ACKNOWLEDGEMENT:
        answers.answer_question(context, unit, mail)
    return MailState.PROCESSED


def _renumbered(record: MailRecord, earlier: MailRecord) -> bool:
    """The server numbered the folder anew (UIDVALIDITY): the same mail, not sent again, and decided before."""
    decided = earlier.state in (MailState.PROCESSED, MailState.HELD, MailState.IGNORED)
    return decided and record.mailbox == earlier.mailbox and record.uidvalidity != earlier.uidvalidity


def _hold(context: CampaignContext, mail: Incoming) -> MailState:
    """Kept intact and shown to HR; a stranger gets no data, the unit's registered contact is told."""
    candidate, kind, unit = mail.triage.candidate, mail.triage.kind, mail.triage.unit
    reason = "encrypted" if mail.message.encrypted and kind is Kind.UNREADABLE else str(kind)
    told = kind is Kind.UNKNOWN_SENDER and candidate is not None
    notices.tell_hr_of_held(context, mail, candidate or unit, reason, told=told)
    if told and candidate is not None:
        answers.tell_contact_of_stranger(context, candidate, mail)
    if kind is Kind.UNKNOWN_SENDER:
        answers.acknowledge_stranger(context, mail)
    elif reason == "encrypted" and unit is not None:
        answers.answer_encrypted(context, unit, mail)
    return MailState.HELD


def _finish(context: CampaignContext, mail: Incoming, state: MailState, locked: tuple[str, ...]) -> None:
    """The record's last word; the mailbox learns of it later. `locked`: what of its papers nobody could open."""
    if mail.locked is not None:
        context.transaction.mails.note_locked(mail.locked.id, locked)
    triage, record, message = mail.triage, mail.record, mail.message
    folder = {MailState.IGNORED: Folder.IGNORED, MailState.HELD: Folder.REVIEW}.get(state, Folder.PROCESSED)
    unit = triage.unit.code if triage.unit else None
    reasons = (*triage.reasons, f"same bytes as mail {mail.earlier.id}") if mail.earlier else triage.reasons
    context.transaction.mails.finish(
        record.id,
        state=state,
        kind=triage.kind,
        folder=folder,
        campaign=triage.open_campaign.campaign.id if triage.open_campaign else None,
        unit=unit,
        message_id=message.message_id,
        sender=message.sender,
        subject=message.subject[:500],
        reasons=reasons,
        duplicate_of=mail.earlier.id if mail.earlier else None,
        locked=() if mail.locked else locked,
    )
    why = f"{triage.kind}: {'; '.join(reasons)}"
    context.record(unit or "mail", f"mail {state}", why, unit=triage.unit, mail_id=record.id)


def _give_up_on(services: Services, record: MailRecord) -> None:
    """The shelf of failures: bytes intact, HR told once, `dondoc replay` brings it back."""
    with services.ledger.transaction() as transaction:
        transaction.mails.give_up_on(record.id, f"failed {record.attempts} times", Folder.REVIEW)
        notices.tell_hr_of_failure(CampaignContext(services, transaction, services.any_campaign), record)
