"""Troubles of the service itself: noted in the ledger when they begin and end, told to people once each.

A trouble is open from its event `trouble: …` to its event `well again: …`; nothing is remembered elsewhere, so that a
restart neither forgets a trouble nor tells it twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.core.records import Event, OutgoingState
from service.core.watch import Concern
from service.flow.context import House, Office
from service.flow.outbox.compose import Draft, queue
from service.flow.ports.ledger import Books
from service.flow.ports.world import MailboxUnavailable, Sender, SendingUnavailable, SendResult

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that does not work now."""

    concern: Concern
    since: datetime
    said: str

    @property
    def key(self) -> str:
        """The cause of the mail that tells it."""
        return f"trouble:{self.concern}:{self.since.isoformat()}"


@contextmanager
def watched(house: House, concern: Concern) -> Iterator[None]:
    """Around work at the mailbox: that it cannot be reached begins a trouble, success ends one.

    Other failures, such as a full disk, are not the connection's and say nothing of it.
    """
    try:
        yield
    except MailboxUnavailable as problem:
        begin(house, concern, str(problem))
        raise
    end(house, concern)


@dataclass(frozen=True, slots=True)
class WatchedSender:
    """A sender whose outages are noted. Adapter of the port `Sender` around another."""

    house: House
    sender: Sender

    def send(self, raw: bytes, *, envelope_from: str, recipients: Sequence[str]) -> SendResult:
        try:
            result = self.sender.send(raw, envelope_from=envelope_from, recipients=recipients)
        except SendingUnavailable as problem:
            if problem.wait_seconds is None:  # a server that names a time is busy, not gone
                begin(self.house, Concern.SENDING, str(problem))
            raise
        end(self.house, Concern.SENDING)
        return result


def open_troubles(books: Books) -> tuple[Trouble, ...]:
    """What does not work now, as the ledger has it."""
    troubles = (_open(books, concern) for concern in Concern)
    return tuple(trouble for trouble in troubles if trouble is not None)


def begin(house: House, concern: Concern, said: str) -> None:
    """Notes a trouble, unless it is open already."""
    with house.ledger.transaction() as books:
        if _open(books, concern) is None:
            log.warning("%s: trouble begins: %s", concern, said)
            _note(house, books, _begins(concern), said)


def end(house: House, concern: Concern) -> None:
    """Notes that all is well again; people who were told of the trouble are told of its end."""
    with house.ledger.transaction() as books:
        trouble = _open(books, concern)
        if trouble is None:
            return
        log.warning("%s: well again after %s", concern, house.now() - trouble.since)
        _note(house, books, _ends(concern), f"since {trouble.since.isoformat()}")
        if _withdrawn(house, books, trouble) or _was_told(books, trouble) or _lasted(house, trouble):
            _tell(house, books, trouble, template="recovered", key=trouble.key.replace("trouble:", "recovered:", 1))


def tell_troubles(house: House) -> None:
    """At each pulse: mails about what has been wrong for too long, once each.

    A trouble of sending is told at its end, for until then no mail of ours leaves.
    """
    with house.ledger.transaction() as books:
        for trouble in open_troubles(books):
            if trouble.concern is not Concern.SENDING and _lasted(house, trouble):
                _tell(house, books, trouble, template="trouble", key=trouble.key)


def watch_intake(house: House) -> None:
    """At each pulse: does a stored mail wait for its processing longer than it should?"""
    with house.ledger.transaction() as books:
        oldest = books.mails.oldest_waiting()
    if oldest is not None and house.now() - oldest.received_at >= house.watch.waiting_too_long:
        begin(house, Concern.INTAKE, f"mail {oldest.id} waits since {oldest.received_at.isoformat()}")
    else:
        end(house, Concern.INTAKE)


def _open(books: Books, concern: Concern) -> Trouble | None:
    last = books.events.last(_begins(concern), _ends(concern))
    if last is None or last.what != _begins(concern):
        return None
    return Trouble(concern=concern, since=last.at, said=last.why)


def _lasted(house: House, trouble: Trouble) -> bool:
    """Whether it is time to tell people. Intake and canary have had their patience before they begin."""
    patience = {Concern.INTAKE: timedelta(0), Concern.CANARY: timedelta(0)}
    return house.now() - trouble.since >= patience.get(trouble.concern, house.watch.outage_after)


def _was_told(books: Books, trouble: Trouble) -> bool:
    return books.outbox.with_key(trouble.key) is not None


def _withdrawn(house: House, books: Books, trouble: Trouble) -> bool:
    """A warning that could not leave before the trouble ended would only confuse: the mail about its end says all."""
    warning = books.outbox.with_key(trouble.key)
    if warning is None or warning.state is not OutgoingState.QUEUED:
        return False
    books.outbox.settle(warning.id, state=OutgoingState.SUPPRESSED, now=house.now(), error="the trouble is over")
    return True


def _tell(house: House, books: Books, trouble: Trouble, *, template: str, key: str) -> None:
    office = Office(house, books, house.any_campaign)
    words = office.wording()
    facts = {
        "what": words.say(f"trouble.{trouble.concern}"),
        "what_to_do": words.say(f"trouble.{trouble.concern}.remedy"),
        "since": office.course.local(trouble.since),
        "said": trouble.said,
    }
    to = (house.watch.administrator or office.campaign.hr_addresses[0],)
    queue(office, Draft(key=key, template=template, to=to, facts=facts, language=office.campaign.language))


def _begins(concern: Concern) -> str:
    return f"trouble: {concern}"


def _ends(concern: Concern) -> str:
    return f"well again: {concern}"


def _note(house: House, books: Books, what: str, why: str) -> None:
    books.events.record(Event(at=house.now(), who="dondoc", what=what, why=why))
