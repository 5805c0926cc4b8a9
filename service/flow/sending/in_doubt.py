"""Mails that were perhaps sent: settled by evidence only, else left to HR.

Evidence is our own copy coming in, or the mail lying where the server files what it sends. A mail of which the evidence
is surely absent after a wait is queued once more, once, with the same Message-ID and the same bytes.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from service.core.events import OutgoingQueuedAgain
from service.core.mail.messages import Message
from service.core.records import PENDING, Fate, OutgoingRecord, OutgoingState
from service.flow.context import Services
from service.flow.ports.failures import MailboxUnavailable
from service.flow.ports.ledger import Transaction
from service.flow.sending import outcomes

log = logging.getLogger(__name__)

WAIT = timedelta(minutes=30)
"""By then an own copy has come in, or it never will."""
SEARCH_FOR = timedelta(days=1)
"""So long the Sent folder is looked into."""
SWEPT_EVERY = timedelta(minutes=1)


def note_own_copy(services: Services, transaction: Transaction, message: Message) -> None:
    """A mail of our own came in. Only our signature counts: anybody can write our address into From."""
    if message.message_id is None or not services.identity.is_ours(message.message_id, message.header("x-dondoc")):
        return
    record = transaction.outbox.by_message_id(message.message_id)
    if record is None:
        return
    seen = transaction.outbox.see_copy(record.id)
    # Queued and yet seen: it was to go out once more, and the evidence came just before.
    if seen.copy_came_in and seen.state in (OutgoingState.UNKNOWN, OutgoingState.QUEUED):
        _found(services, transaction, seen, "the own copy came in")


def note_sweep(services: Services, mailbox: str) -> None:
    """All that lay in the mailbox is stored: absence of a mail from now on means something."""
    with services.ledger.transaction() as transaction:
        last = transaction.traffic.swept_at()
        if last is None or services.now() - last >= SWEPT_EVERY:  # each note is a synced commit
            transaction.traffic.note_sweep(mailbox, services.now())


def settle_doubts(services: Services) -> int:
    """Looks for evidence about every mail in doubt; gives how many were settled."""
    with services.ledger.transaction() as transaction:
        doubtful = transaction.outbox.in_state(OutgoingState.UNKNOWN)
    return sum(_settle_doubt(services, record) for record in doubtful)


def _settle_doubt(services: Services, record: OutgoingRecord) -> bool:
    try:
        in_sent = _in_sent_folder(services, record)
    except MailboxUnavailable as reason:  # not absent: not looked
        log.warning("mail %s stays in doubt: %s", record.id, reason)
        return False
    with services.ledger.transaction() as transaction:
        current = transaction.outbox.get(record.id)
        if current is None or current.state is not OutgoingState.UNKNOWN:
            return False
        if in_sent or current.copy_came_in:
            _found(services, transaction, current, "it lies in Sent" if in_sent else "the own copy came in")
        elif _surely_absent(services, transaction, current, in_sent):
            _once_more(services, transaction, current)
        else:
            return False
    return True


def _in_sent_folder(services: Services, record: OutgoingRecord) -> bool | None:
    """None: absence would mean nothing, there is no folder to look into, or it was looked into for long enough."""
    since = record.doubted_at or record.created_at
    if services.sending.sent_folder is None or services.now() - since > SEARCH_FOR:
        return None
    if services.sending.sent_folder.holds(record.message_id):
        return True
    if not services.sending.sent_folder.files_all:
        return None
    # Absence means something only where another mail that was surely sent is there.
    with services.ledger.transaction() as transaction:
        other = transaction.outbox.last_sent()
    return False if other is None or services.sending.sent_folder.holds(other.message_id) else None


def _surely_absent(services: Services, transaction: Transaction, record: OutgoingRecord, in_sent: bool | None) -> bool:
    waited_until = (record.doubted_at or services.now()) + WAIT
    if record.sent_again or services.now() < waited_until:
        return False
    if services.sending.sent_folder is not None and services.sending.sent_folder.files_all and in_sent is False:
        return True
    swept_at = transaction.traffic.swept_at()
    everything_read = swept_at is not None and swept_at >= waited_until and not transaction.mails.waiting()
    return record.carries_copy and everything_read and _copies_come_in(services, transaction, record)


def _copies_come_in(services: Services, transaction: Transaction, record: OutgoingRecord) -> bool:
    """Where copies of other mails got lost (a filter, a provider that drops mail to oneself), absence means nothing."""
    if transaction.mails.failed_since(record.claimed_at or record.created_at):
        return False
    return transaction.outbox.copies_missing(services.now() - timedelta(days=1), services.now() - WAIT) == 0


def _found(services: Services, transaction: Transaction, record: OutgoingRecord, why: str) -> None:
    # whoever took the mail took the copy along, also one that is still on its way
    copied = record.carries_copy or record.copy_came_in
    transaction.outbox.note_copy(record.id, named=record.carries_copy, accepted=copied)
    in_doubt = [who for who in record.recipients if record.outcomes.get(who, (Fate.UNKNOWN, ""))[0] is Fate.UNKNOWN]
    fate = Fate.REDIRECTED if services.sending.redirect_to else Fate.ACCEPTED
    fates = {**record.outcomes, **dict.fromkeys(in_doubt, (fate, why))}
    outcomes.conclude_sending(services, transaction, record, fates, note=why)


def _once_more(services: Services, transaction: Transaction, record: OutgoingRecord) -> None:
    kept = {who: fate for who, fate in record.outcomes.items() if fate[0] not in PENDING}
    transaction.outbox.queue_again(
        record.id, services.now(), recipients=record.recipients, outcomes=kept, sent_again=True
    )
    said = "surely not sent: no copy of it came in"
    fact = OutgoingQueuedAgain(outgoing=record.id, template=record.template, said=said)
    outcomes.event(services, transaction, record, fact)
