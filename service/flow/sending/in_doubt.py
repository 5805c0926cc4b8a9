"""Mails that were perhaps sent: settled by evidence only, else left to HR.

Evidence is our own copy coming in, or the mail lying where the server files what it sends. A mail of which the evidence
is surely absent after a wait is queued once more, once, with the same Message-ID and the same bytes.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from service.core.messages import Message
from service.core.records import PENDING, Fate, OutgoingRecord, OutgoingState
from service.flow.context import House
from service.flow.ports.ledger import Books
from service.flow.ports.world import MailboxUnavailable
from service.flow.sending import outcomes as settling

log = logging.getLogger(__name__)

WAIT = timedelta(minutes=30)
"""By then an own copy has come in, or it never will."""
SEARCH_FOR = timedelta(days=1)
"""So long the Sent folder is looked into."""
LOOKED_EVERY = timedelta(minutes=1)


def note_own_copy(house: House, books: Books, message: Message) -> None:
    """A mail of our own came in. Only our signature counts: anybody can write our address into From."""
    if message.message_id is None or not house.identity.is_ours(message.message_id, message.header("x-dondoc")):
        return
    record = books.outbox.by_message_id(message.message_id)
    if record is None:
        return
    seen = books.outbox.see_copy(record.id)
    # Queued and yet seen: it was to go out once more, and the evidence came just before.
    if seen.copy_came_in and seen.state in (OutgoingState.UNKNOWN, OutgoingState.QUEUED):
        _found(house, books, seen, "the own copy came in")


def note_look(house: House, mailbox: str) -> None:
    """All that lay in the mailbox is stored: absence of a mail from now on means something."""
    with house.ledger.transaction() as books:
        last = books.traffic.looked_at()
        if last is None or house.now() - last >= LOOKED_EVERY:  # each note is a synced commit
            books.traffic.note_look(mailbox, house.now())


def settle_doubts(house: House) -> int:
    """Looks for evidence about every mail in doubt; gives how many were settled."""
    with house.ledger.transaction() as books:
        doubtful = books.outbox.in_state(OutgoingState.UNKNOWN)
    return sum(_settle_doubt(house, record) for record in doubtful)


def _settle_doubt(house: House, record: OutgoingRecord) -> bool:
    try:
        in_sent = _in_sent_folder(house, record)
    except MailboxUnavailable as reason:  # not absent: not looked
        log.warning("mail %s stays in doubt: %s", record.id, reason)
        return False
    with house.ledger.transaction() as books:
        current = books.outbox.get(record.id)
        if current is None or current.state is not OutgoingState.UNKNOWN:
            return False
        if in_sent or current.copy_came_in:
            _found(house, books, current, "it lies in Sent" if in_sent else "the own copy came in")
        elif _surely_absent(house, books, current, in_sent):
            _once_more(house, books, current)
        else:
            return False
    return True


def _in_sent_folder(house: House, record: OutgoingRecord) -> bool | None:
    """None: absence would mean nothing, there is no folder to look into, or it was looked into for long enough."""
    since = record.doubted_at or record.created_at
    if house.sent_folder is None or house.now() - since > SEARCH_FOR:
        return None
    if house.sent_folder.holds(record.message_id):
        return True
    if not house.sent_folder.files_all:
        return None
    # Absence means something only where another mail that was surely sent is there.
    with house.ledger.transaction() as books:
        other = books.outbox.last_sent()
    return False if other is None or house.sent_folder.holds(other.message_id) else None


def _surely_absent(house: House, books: Books, record: OutgoingRecord, in_sent: bool | None) -> bool:
    waited_until = (record.doubted_at or house.now()) + WAIT
    if record.sent_again or house.now() < waited_until:
        return False
    if house.sent_folder is not None and house.sent_folder.files_all and in_sent is False:
        return True
    looked_at = books.traffic.looked_at()
    everything_read = looked_at is not None and looked_at >= waited_until and not books.mails.waiting()
    return record.carries_copy and everything_read and _copies_come_in(house, books, record)


def _copies_come_in(house: House, books: Books, record: OutgoingRecord) -> bool:
    """Where copies of other mails got lost (a filter, a provider that drops mail to oneself), absence means nothing."""
    if books.mails.failed_since(record.claimed_at or record.created_at):
        return False
    return books.outbox.copies_missing(house.now() - timedelta(days=1), house.now() - WAIT) == 0


def _found(house: House, books: Books, record: OutgoingRecord, why: str) -> None:
    # whoever took the mail took the copy along, also one that is still on its way
    copied = record.carries_copy or record.copy_came_in
    books.outbox.note_copy(record.id, named=record.carries_copy, accepted=copied)
    in_doubt = [who for who in record.recipients if record.outcomes.get(who, (Fate.UNKNOWN, ""))[0] is Fate.UNKNOWN]
    fate = Fate.REDIRECTED if house.redirect_to else Fate.ACCEPTED
    fates = {**record.outcomes, **dict.fromkeys(in_doubt, (fate, why))}
    settling.conclude(house, books, record, fates, note=why)


def _once_more(house: House, books: Books, record: OutgoingRecord) -> None:
    kept = {who: fate for who, fate in record.outcomes.items() if fate[0] not in PENDING}
    books.outbox.queue_again(record.id, house.now(), recipients=record.recipients, outcomes=kept, sent_again=True)
    settling.event(house, books, record, "mail queued once more", "surely not sent: no copy of it came in")
