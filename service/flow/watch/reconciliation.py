"""The mailbox against the ledger, once a day and on demand: is every mail that lies there known, and every mail that
is known still where it should be? What differs is named; HR is told of each difference once.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.core.events import SERVICE, Event, EventKind, MailboxReconciled, MailVanished
from service.core.records import MailRecord, MailState
from service.core.sentences import Wording
from service.flow.context import CampaignContext, Services
from service.flow.outbox.compose import queue
from service.flow.outbox.letters import Draft
from service.flow.ports.ledger import Transaction
from service.flow.ports.world import Listing, Mailbox
from service.flow.watch import old_mail
from service.flow.watch.health import Trouble, open_troubles

log = logging.getLogger(__name__)

SHOWN = 20
"""Differences of one kind that are named; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A mail that lies in the mailbox and is not in the ledger."""

    uid: int
    sender: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What was found."""

    at: datetime
    mailbox: str
    lying: int
    """Mails in the watched folder."""
    counts: dict[str, int]
    """Mails of the ledger by state."""
    left_alone: int = 0
    """Of these, mails of before the campaign (`mailbox.since`)."""
    not_taken_in: tuple[Stray, ...] = ()
    vanished: tuple[MailRecord, ...] = ()
    """Taken in, not filed by us, and no longer there: a person moved or deleted them. Their bytes are kept."""
    vanished_unread: int = 0
    """Gone between listing and fetching since the last reconciliation: nothing of them is kept."""
    not_moved: tuple[MailRecord, ...] = ()
    """Decided long ago and still in the watched folder: the server refuses to move them (S09: a full mailbox)."""
    came_back: tuple[int, ...] = ()
    """UIDs that we filed away and that lie there again."""
    waiting_too_long: MailRecord | None = None
    oldest_waiting_seconds: float | None = None
    troubles: tuple[Trouble, ...] = ()

    @property
    def received(self) -> int:
        return sum(self.counts.values())

    @property
    def agrees(self) -> bool:
        """Whether mailbox and ledger say the same, and nothing stands still."""
        different = (self.not_taken_in, self.vanished, self.vanished_unread, self.not_moved, self.came_back)
        return not any(different) and self.waiting_too_long is None

    @property
    def fingerprint(self) -> str:
        """The same differences have the same one: they are told once."""
        waiting = self.waiting_too_long.id if self.waiting_too_long else None
        gone = [record.id for record in (*self.vanished, *self.not_moved)]
        strays = [stray.uid for stray in self.not_taken_in]
        said = repr((self.mailbox, strays, gone, self.vanished_unread, self.came_back, waiting))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def reconcile(
    services: Services, mailbox: Mailbox, listing: Listing | None = None, *, moves: bool = True
) -> Reconciliation:
    """Compares; changes nothing. `moves`: whether we file mails (False in read-only mode, where people may).

    `listing`: an earlier look, for comparing after what it showed was taken in: mail that came since is no difference.
    """
    listing = listing or mailbox.list()
    present = frozenset(listing.uids)
    with services.ledger.transaction() as transaction:
        known = transaction.mails.known_uids(mailbox.name, listing.uidvalidity)
        left = old_mail.left_alone(transaction, mailbox.name, listing.uidvalidity) & present
        lying = transaction.mails.lying(mailbox.name, listing.uidvalidity)
        counts, oldest, troubles = (
            transaction.mails.count_by_state(),
            transaction.mails.oldest_waiting(),
            open_troubles(transaction),
        )
        vanished = (
            *_vanished_while_filing(transaction),
            *(record for record in lying if _is_gone(record, present, moves)),
        )
        vanished_unread = len([event for event in _vanished_since(transaction) if event.mail_id is None])
    waited = services.now() - oldest.taken_in_at if oldest else None
    return Reconciliation(
        at=services.now(),
        mailbox=mailbox.name,
        lying=len(listing.uids),
        left_alone=len(left),
        counts=counts,
        not_taken_in=_strays(services, mailbox, sorted(present - known - left)),
        vanished=vanished,
        vanished_unread=vanished_unread,
        not_moved=tuple(record for record in lying if moves and _should_be_filed(services, record, present)),
        came_back=tuple(sorted((present & known) - {record.uid for record in lying})),
        waiting_too_long=oldest if waited is not None and waited >= services.watch.waiting_too_long else None,
        oldest_waiting_seconds=waited.total_seconds() if waited is not None else None,
        troubles=troubles,
    )


def is_due(services: Services) -> bool:
    """Once a day, from the configured hour on; a missed day is caught up at the next look."""
    local = services.any_campaign.local(services.now())
    if local.time() < services.watch.reconcile_at:
        return False
    with services.ledger.transaction() as transaction:
        last = transaction.events.last(EventKind.MAILBOX_RECONCILED)
    return last is None or services.any_campaign.local(last.at).date() < local.date()


def report(services: Services, found: Reconciliation) -> bool:
    """Records that it was done; HR gets a mail when there is a difference that it was not told of before."""
    with services.ledger.transaction() as transaction:
        context = CampaignContext(services, transaction, services.any_campaign)
        told = not found.agrees and _tell(context, found)
        fact = MailboxReconciled(mailbox=found.mailbox, differences="" if found.agrees else found.fingerprint)
        transaction.events.record(Event(at=services.now(), who=SERVICE, fact=fact))
    return told


def note_vanished(services: Services, mailbox: str, uid: int, record: MailRecord | None = None) -> None:
    """A person was quicker than we: counted at the next reconciliation.

    Once each until then: a server that goes on listing what is gone would fill the audit trail.
    """
    log.info("mail %s of %s vanished", uid, mailbox)
    fact, mail_id = MailVanished(mailbox=mailbox, uid=uid, fetched=record is not None), record.id if record else None
    with services.ledger.transaction() as transaction:
        if all(event.fact != fact for event in _vanished_since(transaction)):
            transaction.events.record(Event(at=services.now(), who=SERVICE, fact=fact, mail_id=mail_id))


def in_words(found: Reconciliation, words: Wording) -> list[str]:
    """Each difference as a sentence, for HR's mail."""
    lines = [
        words.say("reconciliation.not_taken_in", uid=str(stray.uid), sender=stray.sender, subject=stray.subject)
        for stray in found.not_taken_in[:SHOWN]
    ]
    lines += [
        words.say("reconciliation.vanished", id=str(record.id), sender=record.sender, subject=record.subject)
        for record in found.vanished[:SHOWN]
    ]
    hidden = max(0, len(found.not_taken_in) - SHOWN) + max(0, len(found.vanished) - SHOWN)
    lines += [words.say("reconciliation.more", count=str(hidden))] if hidden else []
    for name, count in (
        ("vanished_unread", found.vanished_unread),
        ("not_moved", len(found.not_moved)),
        ("came_back", len(found.came_back)),
    ):
        lines += [words.say(f"reconciliation.{name}", count=str(count))] if count else []
    if found.waiting_too_long is not None:
        minutes = int((found.oldest_waiting_seconds or 0) // 60)
        said = words.say("reconciliation.waiting", id=str(found.waiting_too_long.id), minutes=str(minutes))
        lines.append(said)
    return lines


def as_json(found: Reconciliation) -> dict[str, Any]:
    """For `dondoc doctor --reconcile --json`."""
    return {
        "at": found.at,
        "mailbox": found.mailbox,
        "agrees": found.agrees,
        "lying": found.lying,
        "left_alone": found.left_alone,
        "received": found.received,
        "counts": {str(state): found.counts.get(state, 0) for state in MailState},
        "not_taken_in": [
            {"uid": each.uid, "sender": each.sender, "subject": each.subject} for each in found.not_taken_in
        ],
        "vanished": [{"mail": each.id, "sender": each.sender, "subject": each.subject} for each in found.vanished],
        "vanished_unread": found.vanished_unread,
        "not_moved": [each.id for each in found.not_moved],
        "came_back": list(found.came_back),
        "waiting_too_long": found.waiting_too_long.id if found.waiting_too_long else None,
        "oldest_unprocessed_seconds": found.oldest_waiting_seconds,
        "troubles": [{"concern": str(each.concern), "since": each.since, "said": each.said} for each in found.troubles],
    }


def _tell(context: CampaignContext, found: Reconciliation) -> bool:
    watch, words = context.services.watch, context.wording()
    counts = {state.value: found.counts.get(state, 0) for state in MailState}
    return queue(
        context,
        Draft(
            key=f"reconciliation:{found.fingerprint}",
            template="reconciliation",
            to=context.campaign.hr_addresses[:1],
            cc=(watch.administrator,) if watch.administrator else (),
            facts={"differences": in_words(found, words), "counts": counts, "received": found.received},
            language=context.campaign.language,
        ),
    )


def _is_gone(record: MailRecord, present: frozenset[int], moves: bool) -> bool:
    """In read-only mode people clear the folder themselves: only what they took before it was looked at counts."""
    return record.uid not in present and (moves or record.state is MailState.RECEIVED)


def _should_be_filed(services: Services, record: MailRecord, present: frozenset[int]) -> bool:
    decided = record.uid in present and record.folder is not None
    return decided and services.now() - record.taken_in_at >= services.watch.waiting_too_long


def _vanished_since(transaction: Transaction) -> tuple[Event, ...]:
    """What intake noted since the last reconciliation."""
    last = transaction.events.last(EventKind.MAILBOX_RECONCILED)
    return transaction.events.after(last.id if last else 0, EventKind.MAIL_VANISHED)


def _vanished_while_filing(transaction: Transaction) -> tuple[MailRecord, ...]:
    ids = dict.fromkeys(event.mail_id for event in _vanished_since(transaction) if event.mail_id is not None)
    return tuple(transaction.mails.get(mail_id) for mail_id in ids)


def _strays(services: Services, mailbox: Mailbox, uids: list[int]) -> tuple[Stray, ...]:
    """The first of them by name, as far as they can be fetched."""
    named = [_named(services, mailbox, uid) for uid in uids[:SHOWN]]
    return (*named, *(Stray(uid=uid) for uid in uids[SHOWN:]))


def _named(services: Services, mailbox: Mailbox, uid: int) -> Stray:
    raw = mailbox.fetch(uid)
    if raw is None:
        return Stray(uid=uid)
    message = services.mail.read(raw)
    return Stray(uid=uid, sender=message.sender, subject=message.subject)
