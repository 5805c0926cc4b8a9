"""From when on a trouble is told to people, and how often we try ourselves out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum


class Concern(StrEnum):
    """What the service watches about itself."""

    MAILBOX = "mailbox"
    SENDING = "sending"
    INTAKE = "intake"
    """Mails are stored, but their processing stands still."""
    CANARY = "canary"
    """Our mail to ourselves does not come back, although every connection works."""
    OTHER_SERVICE = "other_service"
    """A second state folder serves the mailbox, or has tried to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How patient we are."""

    administrator: str | None = None
    """Who is told of troubles; None: HR."""
    outage_after: timedelta = timedelta(minutes=15)
    """A connection that fails for a shorter time is nobody's concern."""
    waiting_too_long: timedelta = timedelta(minutes=60)
    """A stored mail should have been processed by then."""
    reconcile_at: time = time(7, 0)
    """Local time of the first campaign; from then on, once a day."""
    canary_every: timedelta | None = None
    """None: no mail to ourselves."""
    canary_limit: timedelta = timedelta(minutes=20)
    """A mail to ourselves should have come back by then."""
