"""Delivers the outbox: claim, send, settle. A mail that may have been sent is never sent again blindly."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from service.core.records import Fate, OutgoingRecord, OutgoingState
from service.flow.clock.reminders import CLOCK_MAILS, must_wait, reason_against
from service.flow.context import House
from service.flow.ports.ledger import Books
from service.flow.ports.world import MailboxUnavailable, Outcome, Sender, SendingUnavailable
from service.flow.sending import limits as valves
from service.flow.sending import outcomes as settling
from service.flow.sending import pauses

log = logging.getLogger(__name__)


def deliver_due(house: House, sender: Sender, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Sends what is due, no more than the provider allows; gives how many were settled."""
    if house.holds_sending:
        return 0
    with house.ledger.transaction() as books:
        if pauses.pauses(house, books):
            return 0
        unread = bool(books.mails.waiting())
        due = [record for record in books.outbox.due(house.now()) if not _waits(house, books, record, unread)]
        due.sort(key=lambda record: record.answers_mail is None)  # an answer does not wait for an opening wave
        due = due[: pauses.share(house, books)]
    settled = 0
    for record in due:
        if stopping():
            break
        try:
            settled += deliver(house, sender, record.id)
        except SendingUnavailable as reason:
            log.warning("sending is unavailable: %s", reason)
            break
    return settled


def _waits(house: House, books: Books, record: OutgoingRecord, unread: bool) -> bool:
    """A reminder waits for decent hours, and until every mail that came in has been read: it may be the answer."""
    return must_wait(house, books, record) or (unread and record.template in CLOCK_MAILS)


def deliver(house: House, sender: Sender, outgoing_id: int) -> bool:
    """Sends one mail; safe to call twice. The claim is committed before the connection is used."""
    with house.ledger.transaction() as books:
        record = _claim(house, books, outgoing_id)
        if record is None:
            return False
        if _suppressed(house, books, record):
            return True
    house.reached("deliver.claimed")
    sent = valves.envelope(house, record, house.shelf.get(record.raw_sha256))
    try:
        result = sender.send(sent.raw, envelope_from=house.identity.address, recipients=sent.recipients)
    except SendingUnavailable as reason:
        with house.ledger.transaction() as books:
            settling.unavailable(house, books, record, str(reason), reason.wait_seconds)
        raise
    house.reached("deliver.handed_over")
    with house.ledger.transaction() as books:
        settling.settle(house, books, record, sent, result.outcomes)
        house.reached("deliver.settling")
    house.reached("deliver.settled")
    answers = sent.outcomes(result.outcomes).values()
    if record.sent_at is None and any(outcome is Outcome.ACCEPTED for outcome, _ in answers):
        _keep_copy(house, record, sent.raw)
    return True


def _claim(house: House, books: Books, outgoing_id: int) -> OutgoingRecord | None:
    if house.holds_sending or pauses.pauses(house, books):
        return None
    record = books.outbox.get(outgoing_id)
    if record is None or must_wait(house, books, record):  # the hours may have ended while others were sent
        return None
    return books.outbox.claim(outgoing_id, house.now(), carries_copy=valves.carries_own_copy(house))


def _suppressed(house: House, books: Books, record: OutgoingRecord) -> bool:
    """Looked at again at the moment of sending: a reminder no longer needed, or nobody to whom mail may go."""
    against = reason_against(house, books, record)
    kept = valves.kept_back(house, record.recipients)
    if against is None and len(kept) < len(set(record.recipients)):
        return False
    reason = against or valves.NOT_ALLOWED
    books.outbox.settle(
        record.id,
        state=OutgoingState.SENT if _reached_anybody(record) else OutgoingState.SUPPRESSED,
        now=house.now(),
        error=reason,
        outcomes={**record.outcomes, **({} if against else kept)},
    )
    settling.event(house, books, record, "mail suppressed" if against else "mail kept back", reason)
    return True


def _reached_anybody(record: OutgoingRecord) -> bool:
    return any(fate is Fate.ACCEPTED for fate, _ in record.outcomes.values())


def _keep_copy(house: House, record: OutgoingRecord, raw: bytes) -> None:
    """A copy in Sent for people. Its failure is a line in the audit trail and never a reason to send again."""
    if not house.keeps_sent_copy or house.sent_folder is None:
        return
    try:
        house.sent_folder.append(raw, house.now())
    except MailboxUnavailable as reason:
        log.warning("no copy in Sent of mail %s: %s", record.id, reason)
        with house.ledger.transaction() as books:
            settling.event(house, books, record, "no copy in Sent", str(reason))


def settle_interrupted(house: House, before_seconds: float = 600) -> int:
    """Found in `sending` though nobody can be sending them: perhaps sent; evidence decides, and nothing is repeated."""
    with house.ledger.transaction() as books:
        interrupted = books.outbox.interrupted(house.now() - timedelta(seconds=before_seconds))
        for record in interrupted:
            doubt = dict.fromkeys(record.recipients, (Fate.UNKNOWN, "interrupted while sending"))
            settling.conclude(house, books, record, {**record.outcomes, **doubt})
    return len(interrupted)
