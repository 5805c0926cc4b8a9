"""Between the mailbox and the shelf: takes new mails in, and moves decided ones to their folders for people.

Raw bytes are durable on the shelf and the ledger's rows committed before anything changes in the mailbox.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from service.flow.context import Services
from service.flow.ports.failures import MailboxUnavailable
from service.flow.ports.world import Folder, Mailbox
from service.flow.sending import in_doubt
from service.flow.watch import old_mail
from service.flow.watch.reconciliation import note_vanished

log = logging.getLogger(__name__)

BATCH = 16
"""Mails of one fetch and one commit; an adapter holds up to a megabyte of each."""


def receive_new(services: Services, mailbox: Mailbox) -> int:
    """Stores every mail of the mailbox that the ledger does not know; gives how many. `\\Seen` means nothing to us."""
    listing = mailbox.list()
    with services.ledger.transaction() as transaction:
        known = transaction.mails.known_uids(mailbox.name, listing.uidvalidity)
        left = old_mail.left_alone(transaction, mailbox.name, listing.uidvalidity)
    unknown = [uid for uid in listing.uids if uid not in known and uid not in left]
    old = old_mail.leave_old(services, mailbox, listing.uidvalidity, unknown)
    new = [uid for uid in unknown if uid not in old]
    received = sum(_receive(services, mailbox, listing.uidvalidity, batch) for batch in _batches(new))
    in_doubt.note_sweep(services, mailbox.name)
    return received


def _batches(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (uids[start : start + BATCH] for start in range(0, len(uids), BATCH))


def _receive(services: Services, mailbox: Mailbox, uidvalidity: int, uids: Sequence[int]) -> int:
    """A batch, or its mails one by one: a mail that the server cannot give must not keep the others waiting."""
    try:
        return _receive_together(services, mailbox, uidvalidity, uids)
    except MailboxUnavailable as problem:
        mailbox.list()  # raises when it is the server that fails, not a mail
        if len(uids) > 1:
            return sum(_receive(services, mailbox, uidvalidity, [uid]) for uid in uids)
        log.warning("%s: mail %s stays there until it can be fetched: %s", mailbox.name, uids[0], problem)
        return 0


def _receive_together(services: Services, mailbox: Mailbox, uidvalidity: int, uids: Sequence[int]) -> int:
    """Every mail on the shelf, then one commit for all of them. What was fetched before trouble is kept."""
    shelved: dict[int, str] = {}
    received = mailbox.received(uids)
    try:
        for uid, raw in mailbox.fetch_all(uids):
            if raw is None:
                note_vanished(services, mailbox.name, uid)
                continue
            services.reached("received.fetched")
            shelved[uid] = services.shelf.put(raw)
            services.reached("received.shelved")
    finally:
        _record(services, mailbox.name, uidvalidity, shelved, received)
    return len(shelved)


def _record(
    services: Services, mailbox: str, uidvalidity: int, shelved: dict[int, str], received: Mapping[int, datetime]
) -> None:
    """One commit. A mail that we had under another name or numbering of the mailbox is no new one."""
    if not shelved:
        return
    with services.ledger.transaction() as transaction:
        for uid, sha256 in shelved.items():
            if not transaction.mails.came_from_elsewhere(mailbox, uidvalidity, uid, sha256):
                transaction.mails.receive(mailbox, uidvalidity, uid, sha256, services.now(), received=received.get(uid))
        services.reached("received.recording")
    services.reached("received.recorded")


def file_decided(services: Services, mailbox: Mailbox) -> int:
    """Moves decided mails to their folders for people. A failure is tried at the next pass, and costs nothing else."""
    listing = mailbox.list()
    with services.ledger.transaction() as transaction:
        unfiled = transaction.mails.unfiled(mailbox.name, listing.uidvalidity)
    filed = 0
    for record in unfiled:
        try:
            if not mailbox.file(record.uid, Folder(str(record.folder))):
                note_vanished(services, mailbox.name, record.uid, record)
        except MailboxUnavailable as reason:
            log.warning("mail %s could not be moved to %s: %s", record.id, record.folder, reason)
            break
        with services.ledger.transaction() as transaction:
            transaction.mails.mark_filed(record.id)
        filed += 1
    return filed
