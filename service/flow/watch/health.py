"""Troubles of the service itself: noted in the ledger when they begin and end, told to people once each.

A trouble is a task while it lasts; nothing is remembered elsewhere, so that a restart neither forgets a trouble nor
tells it twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from service.core.events import SERVICE, Event, Fact, TroubleBegan, TroubleEnded
from service.core.records import OutgoingState
from service.core.tasks import Ending, ServiceTrouble, Task
from service.core.watch import Concern
from service.flow.context import CampaignContext, Services
from service.flow.outbox.compose import queue
from service.flow.outbox.letters import Draft
from service.flow.ports.failures import MailboxUnavailable, SendingUnavailable
from service.flow.ports.ledger import Transaction
from service.flow.ports.world import Sender, SendResult

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that does not work now."""

    concern: Concern
    since: datetime
    said: str
    task: int

    @property
    def key(self) -> str:
        """The cause of the mail that tells it."""
        return f"trouble:{self.concern}:{self.since.isoformat()}"


@contextmanager
def watched(services: Services, concern: Concern) -> Iterator[None]:
    """Around work at the mailbox: that it cannot be reached begins a trouble, success ends one.

    Other failures, such as a full disk, are not the connection's and say nothing of it.
    """
    try:
        yield
    except MailboxUnavailable as problem:
        begin(services, concern, str(problem))
        raise
    end(services, concern)


@dataclass(frozen=True, slots=True)
class WatchedSender:
    """A sender whose outages are noted. Adapter of the port `Sender` around another."""

    services: Services
    sender: Sender

    def send(self, raw: bytes, *, envelope_from: str, recipients: Sequence[str]) -> SendResult:
        try:
            result = self.sender.send(raw, envelope_from=envelope_from, recipients=recipients)
        except SendingUnavailable as problem:
            if problem.wait_seconds is None:  # a server that names a time is busy, not gone
                begin(self.services, Concern.SENDING, str(problem))
            raise
        end(self.services, Concern.SENDING)
        return result


def open_troubles(transaction: Transaction) -> tuple[Trouble, ...]:
    """What does not work now, as the ledger has it."""
    troubles = (_open(transaction, concern) for concern in Concern)
    return tuple(trouble for trouble in troubles if trouble is not None)


def begin(services: Services, concern: Concern, said: str) -> None:
    """Notes a trouble, unless it is open already."""
    with services.ledger.transaction() as transaction:
        if _open(transaction, concern) is None:
            log.warning("%s: trouble begins: %s", concern, said)
            transaction.tasks.open(Task(subject=ServiceTrouble(concern=concern), opened_at=services.now(), said=said))
            _note(services, transaction, TroubleBegan(concern=concern, said=said))


def end(services: Services, concern: Concern) -> None:
    """Notes that all is well again; people who were told of the trouble are told of its end."""
    with services.ledger.transaction() as transaction:
        trouble = _open(transaction, concern)
        if trouble is None:
            return
        log.warning("%s: well again after %s", concern, services.now() - trouble.since)
        transaction.tasks.close(trouble.task, by=SERVICE, at=services.now(), ending=Ending.CAUSE_GONE)
        _note(services, transaction, TroubleEnded(concern=concern))
        if _withdrawn(services, transaction, trouble) or _was_told(transaction, trouble) or _lasted(services, trouble):
            _tell(
                services,
                transaction,
                trouble,
                template="recovered",
                key=trouble.key.replace("trouble:", "recovered:", 1),
            )


def tell_troubles(services: Services) -> None:
    """At each pulse: mails about what has been wrong for too long, once each.

    A trouble of sending is told at its end, for until then no mail of ours leaves.
    """
    with services.ledger.transaction() as transaction:
        for trouble in open_troubles(transaction):
            if trouble.concern is not Concern.SENDING and _lasted(services, trouble):
                _tell(services, transaction, trouble, template="trouble", key=trouble.key)


def watch_intake(services: Services) -> None:
    """At each pulse: does a stored mail wait for its processing longer than it should?"""
    with services.ledger.transaction() as transaction:
        oldest = transaction.mails.oldest_waiting()
    if oldest is not None and services.now() - oldest.taken_in_at >= services.watch.waiting_too_long:
        begin(services, Concern.INTAKE, f"mail {oldest.id} waits since {oldest.taken_in_at.isoformat()}")
    else:
        end(services, Concern.INTAKE)


def _open(transaction: Transaction, concern: Concern) -> Trouble | None:
    task = transaction.tasks.find(None, None, ServiceTrouble(concern=concern))
    return Trouble(concern=concern, since=task.opened_at, said=task.said, task=task.id) if task else None


def _lasted(services: Services, trouble: Trouble) -> bool:
    """Whether it is time to tell people."""
    return trouble.concern in _AT_ONCE or services.now() - trouble.since >= services.watch.outage_after


_AT_ONCE = (Concern.INTAKE, Concern.CANARY, Concern.OTHER_SERVICE)
"""Intake and canary have had their patience before they begin; a second service harms from its first minute."""


def _was_told(transaction: Transaction, trouble: Trouble) -> bool:
    return transaction.outbox.with_key(trouble.key) is not None


def _withdrawn(services: Services, transaction: Transaction, trouble: Trouble) -> bool:
    """A warning that could not leave before the trouble ended would only confuse: the mail about its end says all."""
    warning = transaction.outbox.with_key(trouble.key)
    if warning is None or warning.state is not OutgoingState.QUEUED:
        return False
    transaction.outbox.settle(
        warning.id, state=OutgoingState.SUPPRESSED, now=services.now(), error="the trouble is over"
    )
    return True


def _tell(services: Services, transaction: Transaction, trouble: Trouble, *, template: str, key: str) -> None:
    context = CampaignContext(services, transaction, services.any_campaign)
    words = context.wording()
    facts = {
        "what": words.say(f"trouble.{trouble.concern}"),
        "what_to_do": words.say(f"trouble.{trouble.concern}.remedy"),
        "since": context.local(trouble.since),
        "said": trouble.said,
    }
    to = (services.watch.administrator or context.campaign.hr_addresses[0],)
    queue(context, Draft(key=key, template=template, to=to, facts=facts, language=context.campaign.language))


def _note(services: Services, transaction: Transaction, fact: Fact) -> None:
    transaction.events.record(Event(at=services.now(), who=SERVICE, fact=fact))
