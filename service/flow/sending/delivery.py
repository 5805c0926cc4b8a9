"""Delivers the outbox: claim, send, settle. A mail that may have been sent is never sent again blindly."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from service.core.events import NoCopyInSent, OutgoingKeptBack, OutgoingSuppressed
from service.core.records import Fate, OutgoingRecord, OutgoingState
from service.flow.context import Services
from service.flow.outbox.still_wanted import CLOCK_MAILS, must_wait, reason_against
from service.flow.ports.failures import MailboxUnavailable, SendingUnavailable
from service.flow.ports.ledger import Transaction
from service.flow.ports.world import Sender, SendOutcome
from service.flow.sending import limits, outcomes, pauses

log = logging.getLogger(__name__)


def deliver_due(services: Services, sender: Sender, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Sends what is due, no more than the provider allows; gives how many were settled."""
    if services.sending.holds:
        return 0
    with services.ledger.transaction() as transaction:
        if pauses.pauses(services, transaction):
            return 0
        unread = bool(transaction.mails.waiting())
        due = [
            record
            for record in transaction.outbox.due(services.now())
            if not _waits(services, transaction, record, unread)
        ]
        due.sort(key=lambda record: record.answers_mail is None)  # an answer does not wait for an opening wave
        due = due[: pauses.share(services, transaction)]
    settled = 0
    for record in due:
        if stopping():
            break
        try:
            settled += deliver(services, sender, record.id)
        except SendingUnavailable as reason:
            log.warning("sending is unavailable: %s", reason)
            break
    return settled


def _waits(services: Services, transaction: Transaction, record: OutgoingRecord, unread: bool) -> bool:
    """A reminder waits for decent hours, and until every mail that came in has been read: it may be the answer."""
    return must_wait(services, transaction, record) or (unread and record.template in CLOCK_MAILS)


def deliver(services: Services, sender: Sender, outgoing_id: int) -> bool:
    """Sends one mail; safe to call twice. The claim is committed before the connection is used."""
    with services.ledger.transaction() as transaction:
        record = _claim(services, transaction, outgoing_id)
        if record is None:
            return False
        if _suppressed(services, transaction, record):
            return True
    services.reached("deliver.claimed")
    sent = limits.envelope(services, record, services.shelf.get(record.raw_sha256))
    try:
        result = sender.send(sent.raw, envelope_from=services.identity.address, recipients=sent.recipients)
    except SendingUnavailable as reason:
        with services.ledger.transaction() as transaction:
            outcomes.unavailable(services, transaction, record, str(reason), reason.wait_seconds)
        raise
    services.reached("deliver.handed_over")
    with services.ledger.transaction() as transaction:
        outcomes.settle_attempt(services, transaction, record, sent, result.outcomes)
        services.reached("deliver.settling")
    services.reached("deliver.settled")
    answers = sent.outcomes(result.outcomes).values()
    if record.sent_at is None and any(outcome is SendOutcome.ACCEPTED for outcome, _ in answers):
        _keep_copy(services, record, sent.raw)
    return True


def _claim(services: Services, transaction: Transaction, outgoing_id: int) -> OutgoingRecord | None:
    if services.sending.holds or pauses.pauses(services, transaction):
        return None
    record = transaction.outbox.get(outgoing_id)
    if record is None or must_wait(services, transaction, record):  # the hours may have ended while others were sent
        return None
    return transaction.outbox.claim(outgoing_id, services.now(), carries_copy=limits.carries_own_copy(services))


def _suppressed(services: Services, transaction: Transaction, record: OutgoingRecord) -> bool:
    """Looked at again at the moment of sending: a reminder no longer needed, or nobody to whom mail may go."""
    against = reason_against(services, transaction, record)
    kept = limits.kept_back(services, record.recipients)
    if against is None and len(kept) < len(set(record.recipients)):
        return False
    reason = against or limits.NOT_ALLOWED
    transaction.outbox.settle(
        record.id,
        state=OutgoingState.SENT if _reached_anybody(record) else OutgoingState.SUPPRESSED,
        now=services.now(),
        error=reason,
        outcomes={**record.outcomes, **({} if against else kept)},
    )
    kind = OutgoingSuppressed if against else OutgoingKeptBack
    outcomes.event(services, transaction, record, kind(outgoing=record.id, template=record.template, said=reason))
    if against is None:
        outcomes.open_stuck(services, transaction, record, reason)
    return True


def _reached_anybody(record: OutgoingRecord) -> bool:
    return any(fate is Fate.ACCEPTED for fate, _ in record.outcomes.values())


def _keep_copy(services: Services, record: OutgoingRecord, raw: bytes) -> None:
    """A copy in Sent for people. Its failure is a line in the audit trail and never a reason to send again."""
    if not services.sending.keeps_copy or services.sending.sent_folder is None:
        return
    try:
        services.sending.sent_folder.append(raw, services.now())
    except MailboxUnavailable as reason:
        log.warning("no copy in Sent of mail %s: %s", record.id, reason)
        with services.ledger.transaction() as transaction:
            fact = NoCopyInSent(outgoing=record.id, template=record.template, said=str(reason))
            outcomes.event(services, transaction, record, fact)


def settle_interrupted(services: Services, before_seconds: float = 600) -> int:
    """Found in `sending` though nobody can be sending them: perhaps sent; evidence decides, and nothing is repeated."""
    with services.ledger.transaction() as transaction:
        interrupted = transaction.outbox.interrupted(services.now() - timedelta(seconds=before_seconds))
        for record in interrupted:
            in_doubt = dict.fromkeys(record.recipients, (Fate.UNKNOWN, "interrupted while sending"))
            outcomes.conclude_sending(services, transaction, record, {**record.outcomes, **in_doubt})
    return len(interrupted)
