"""When nothing is sent for a while: the server asked us to slow down, or it cannot be reached."""

from __future__ import annotations

import logging
from datetime import timedelta

from service.core.events import SERVICE, Event, SendingPaused, SendingResumed
from service.core.mail.server_replies import asks_to_slow_down
from service.core.records import SendingPause
from service.flow.context import Services
from service.flow.ports.ledger import Transaction

log = logging.getLogger(__name__)

A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)
SLOWED, LONGEST_SLOWED = timedelta(minutes=5), timedelta(hours=1)
UNREACHABLE, LONGEST_UNREACHABLE = timedelta(seconds=15), timedelta(minutes=15)
"""When our own server is away, nobody asked us to stay away for long: it may be back in a moment."""


def pauses(services: Services, transaction: Transaction) -> bool:
    """Whether nothing may be sent now."""
    begin_pause = transaction.traffic.pause()
    return begin_pause is not None and services.now() < begin_pause.until


def share(services: Services, transaction: Transaction) -> int:
    """How many mails may leave now, by the provider's limits for a minute and a day."""
    now, outbox = services.now(), transaction.outbox
    left = services.sending.mails_per_minute - outbox.sent_since(now - A_MINUTE)
    if services.sending.mails_per_day:
        left = min(left, services.sending.mails_per_day - outbox.sent_since(now - A_DAY))
    return max(0, left)


def begin_pause(services: Services, transaction: Transaction, said: str, *, wait_seconds: float | None = None) -> None:
    """Begins a pause: as long as the server asked for, else longer each time in a row."""
    before = transaction.traffic.pause()
    times = before.times + 1 if before else 1
    first, longest = (SLOWED, LONGEST_SLOWED) if asks_to_slow_down(said) else (UNREACHABLE, LONGEST_UNREACHABLE)
    length = min(first * (1 << min(times - 1, 10)), longest)
    if wait_seconds is not None:
        length = timedelta(seconds=wait_seconds)
    transaction.traffic.set_pause(SendingPause(until=services.now() + length, why=said, times=times))
    log.warning("nothing is sent for %s: %s", length, said)
    if times == 1:  # an outage of hours is one event in the audit trail, not hundreds
        transaction.events.record(Event(at=services.now(), who=SERVICE, fact=SendingPaused(said=said)))


def go_on(services: Services, transaction: Transaction) -> None:
    """A mail was taken: the next pause begins short again."""
    ended = transaction.traffic.pause()
    if ended is not None:
        transaction.traffic.end_pause()
        transaction.events.record(Event(at=services.now(), who=SERVICE, fact=SendingResumed()))
