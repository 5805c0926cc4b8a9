"""What the ledger keeps of our own mails: queued, claimed, sent, doubted, given up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from service.core.records import Fate, OutgoingRecord, OutgoingState


class Outbox(Protocol):
    """Our mails."""

    def queue(self, record: OutgoingRecord) -> bool:
        """False when a mail with this key was queued before."""
        ...

    def mailed_out(self, sha256s: Collection[str]) -> frozenset[str]:
        """Which of these files went out with any mail of ours."""
        ...

    def due(self, now: datetime) -> tuple[OutgoingRecord, ...]: ...

    def get(self, outgoing_id: int) -> OutgoingRecord | None: ...

    def claim(self, outgoing_id: int, now: datetime, *, carries_copy: bool = False) -> OutgoingRecord | None:
        """queued → sending; None when it is not queued any more. `carries_copy`: an own copy will go along."""
        ...

    def settle(
        self,
        outgoing_id: int,
        *,
        state: OutgoingState,
        now: datetime,
        recipients: Sequence[str] = (),
        not_before: datetime | None = None,
        error: str | None = None,
        outcomes: Mapping[str, tuple[Fate, str]] | None = None,
        handed_over: bool = False,
    ) -> None:
        """`handed_over`: somebody got it, whatever the state."""
        ...

    def note_copy(self, outgoing_id: int, *, named: bool, accepted: bool) -> None:
        """What became of the own copy of the attempt: named to the server, accepted by it."""
        ...

    def see_copy(self, outgoing_id: int) -> OutgoingRecord:
        """An own copy came in."""
        ...

    def queue_again(
        self,
        outgoing_id: int,
        now: datetime,
        *,
        recipients: Sequence[str],
        outcomes: Mapping[str, tuple[Fate, str]],
        sent_again: bool,
    ) -> None:
        """The same bytes once more, not before `now`. `sent_again`: nobody decided it, the evidence did."""
        ...

    def in_state(self, *states: OutgoingState) -> tuple[OutgoingRecord, ...]: ...

    def kept_back(self) -> tuple[OutgoingRecord, ...]:
        """Mails which a safety valve kept from a recipient."""
        ...

    def last_sent(self) -> OutgoingRecord | None:
        """The mail that was handed over last."""
        ...

    def copies_missing(self, since: datetime, before: datetime) -> int:
        """Mails sent in this time whose own copy was taken by the server and never came in."""
        ...

    def interrupted(self, before: datetime) -> tuple[OutgoingRecord, ...]:
        """Found in `sending` though nobody can be sending them any more."""
        ...

    def by_message_id(self, message_id: str) -> OutgoingRecord | None: ...

    def latest_of(self, template: str) -> OutgoingRecord | None:
        """The newest mail of this template."""
        ...

    def with_key(self, key: str) -> OutgoingRecord | None: ...

    def of_unit(self, campaign: str, unit: str) -> tuple[OutgoingRecord, ...]: ...

    def count_since(self, recipient: str, template: str, since: datetime) -> int:
        """How many mails of this template to this address were queued since then."""
        ...

    def count_to(self, recipient: str, since: datetime, *, answers_only: bool = False) -> int:
        """Mails written to this address since then, of every kind; or only those that a mail caused."""
        ...

    def note_fate(self, outgoing_id: int, recipient: str, fate: Fate, said: str) -> None:
        """What became of one recipient after the mail was sent."""
        ...

    def with_fate(self, fate: Fate) -> tuple[OutgoingRecord, ...]:
        """Mails of which at least one recipient has this fate."""
        ...

    def sent_since(self, moment: datetime) -> int:
        """How many mails were handed over since then, those in doubt among them."""
        ...

    def count_by_state(self) -> dict[str, int]: ...
