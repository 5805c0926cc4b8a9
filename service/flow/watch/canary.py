"""The canary: a mail to ourselves through the real server, which must come back through the mailbox.

It finds what no connection test can: a rule at the mail server that swallows mail, a mailbox that shows an old picture,
a reader that stands still. It is known by its Message-ID, which nobody else can make, when intake has looked at it.
"""

from __future__ import annotations

from service.core.records import OutgoingRecord, OutgoingState
from service.core.watch import Concern
from service.flow.context import House, Office
from service.flow.outbox.compose import Draft, queue
from service.flow.ports.ledger import Books
from service.flow.sending.limits import is_allowed
from service.flow.watch.health import begin, end, open_troubles, tell_troubles, watch_intake

CANARY = "canary"
"""Its template."""


def keep_watch(house: House) -> None:
    """One pulse of watching ourselves: what stands still, what does not come back, and who is told."""
    watch_intake(house)
    watch_canary(house)
    tell_troubles(house)


def watch_canary(house: House) -> None:
    """At each pulse: has the last one come back in time, and is another one due?"""
    if house.watch.canary_every is None or not _may_leave(house):
        return
    with house.ledger.transaction() as books:
        last = books.outbox.latest_of(CANARY)
        is_back = last is not None and books.mails.has_come(last.message_id)
        troubles = open_troubles(books)
    connected = not any(trouble.concern in (Concern.MAILBOX, Concern.SENDING) for trouble in troubles)
    is_lost = last is not None and not is_back and _is_overdue(house, last)
    if last is not None and is_lost and connected:
        begin(house, Concern.CANARY, f"{last.message_id}: {last.last_error or 'sent, and not seen again'}")
    elif is_back:
        end(house, Concern.CANARY)
    if last is None or ((is_back or is_lost) and house.now() - last.created_at >= house.watch.canary_every):
        with house.ledger.transaction() as books:
            _send(house, books)


def _may_leave(house: House) -> bool:
    """A valve that keeps mail back or leads it elsewhere would make every canary a false alarm."""
    return not house.holds_sending and house.redirect_to is None and is_allowed(house, house.identity.address)


def _is_overdue(house: House, canary: OutgoingRecord) -> bool:
    """Refused for good, or handed over long ago. One that still waits in the outbox is the concern of sending."""
    if canary.state is OutgoingState.SENT and canary.sent_at is not None:
        return house.now() - canary.sent_at >= house.watch.canary_limit
    settled = (OutgoingState.FAILED, OutgoingState.SUPPRESSED, OutgoingState.UNKNOWN)
    return canary.state in settled and house.now() - canary.created_at >= house.watch.canary_limit


def _send(house: House, books: Books) -> None:
    office = Office(house, books, house.any_campaign)
    queue(
        office,
        Draft(
            key=f"canary:{house.now().isoformat()}",
            template=CANARY,
            to=(house.identity.address,),
            facts={},
            language=office.campaign.language,
        ),
    )
