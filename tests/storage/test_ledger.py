"""The ledger: claims, uniqueness, the audit trail, and what survives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from service.core.events import Event, FindingWaived
from service.core.mail.messages import Kind
from service.core.records import MailState, OutgoingRecord, OutgoingState
from service.flow.ports.ledger import Transaction as TransactionPort
from service.storage.ledger import Ledger, open_ledger

NOW = datetime(2021, 5, 12, 9, 0, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield opened
    opened.close()


def outgoing(key: str) -> OutgoingRecord:
    return OutgoingRecord(
        key=key,
        message_id=f"<{key}@x.example>",
        template="reminder",
        recipients=("mai@x.example",),
        subject="Nhắc",
        raw_sha256="0" * 64,
        created_at=NOW,
        not_before=NOW,
    )


def test_every_commit_is_synced(ledger: Ledger) -> None:
    """WAL with synchronous=FULL: what was committed survives a power cut."""
    with ledger.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2


def test_the_file_is_readable_to_us_alone(tmp_path: Path) -> None:
    """It holds personal data."""
    open_ledger(f"sqlite:///{tmp_path / 'l.sqlite'}").close()
    assert (tmp_path / "l.sqlite").stat().st_mode & 0o077 == 0


def test_the_same_place_in_the_mailbox_is_one_mail(ledger: Ledger) -> None:
    """Received twice, recorded once; another UID is another mail, known by its bytes."""
    with ledger.transaction() as transaction:
        first = transaction.mails.receive("box", 7, 1, "a" * 64, NOW)
        again = transaction.mails.receive("box", 7, 1, "a" * 64, NOW)
        moved = transaction.mails.receive("box", 8, 1, "a" * 64, NOW)
        assert first == again
        assert moved.id != first.id
        assert transaction.mails.earlier_with_bytes(moved) == first
        assert transaction.mails.known_uids("box", 7) == {1}


def test_a_mail_is_claimed_by_one_worker_until_its_lease_ends(ledger: Ledger) -> None:
    """A dead worker's claim runs out; the attempts are counted."""
    with ledger.transaction() as transaction:
        mail = transaction.mails.receive("box", 7, 1, "a" * 64, NOW)
        assert transaction.mails.claim(mail.id, NOW, 60) is not None
        assert transaction.mails.claim(mail.id, NOW, 60) is None
        later = transaction.mails.claim(mail.id, NOW + timedelta(seconds=61), 60)
        assert later is not None and later.attempts == 2


def test_a_finished_mail_is_not_claimed_again_but_can_be_reopened(ledger: Ledger) -> None:
    """HR's decision brings it back."""
    with ledger.transaction() as transaction:
        mail = transaction.mails.receive("box", 7, 1, "a" * 64, NOW)
        transaction.mails.claim(mail.id, NOW, 60)
        finish(transaction, mail.id)
        assert transaction.mails.waiting() == ()
        assert [held.id for held in transaction.mails.held()] == [mail.id]
        transaction.mails.reopen(mail.id)
        assert transaction.mails.waiting() == (mail.id,)


def finish(transaction: TransactionPort, mail_id: int) -> None:
    transaction.mails.finish(
        mail_id,
        state=MailState.HELD,
        kind=Kind.UNKNOWN_SENDER,
        folder="Review",
        campaign=None,
        unit=None,
        message_id=None,
        sender="x@y.example",
        subject="",
        reasons=("nobody knows",),
    )


def test_one_cause_queues_one_mail(ledger: Ledger) -> None:
    """The key is unique; a doubled reminder cannot be written down."""
    with ledger.transaction() as transaction:
        assert transaction.outbox.queue(outgoing("reminder-3"))
        assert not transaction.outbox.queue(outgoing("reminder-3"))


def test_sending_is_claimed_once_and_an_interrupted_one_is_found(ledger: Ledger) -> None:
    """queued → sending is committed before the connection is used."""
    with ledger.transaction() as transaction:
        transaction.outbox.queue(outgoing("a"))
        (due,) = transaction.outbox.due(NOW)
        assert transaction.outbox.claim(due.id, NOW) is not None
        assert transaction.outbox.claim(due.id, NOW) is None
    with ledger.transaction() as transaction:
        (found,) = transaction.outbox.interrupted(NOW + timedelta(minutes=10))
        assert found.state is OutgoingState.SENDING


def test_an_exception_takes_everything_back(ledger: Ledger) -> None:
    """Record and answer are committed together or not at all."""

    class Trouble(Exception):
        pass

    def half() -> None:
        with ledger.transaction() as transaction:
            transaction.mails.receive("box", 7, 1, "a" * 64, NOW)
            transaction.outbox.queue(outgoing("a"))
            raise Trouble

    with pytest.raises(Trouble):
        half()
    with ledger.transaction() as transaction:
        assert transaction.mails.waiting() == ()
        assert transaction.outbox.due(NOW) == ()


def test_the_audit_trail_shows_tampering(ledger: Ledger) -> None:
    """Each event is chained to the one before."""
    with ledger.transaction() as transaction:
        for number in range(3):
            transaction.events.record(Event(at=NOW, who="lan", fact=FindingWaived(finding=number, why="x")))
        assert transaction.events.verify_chain()
    with ledger.engine.begin() as connection:
        connection.execute(text("UPDATE event SET who = 'somebody' WHERE id = 2"))
    with ledger.transaction() as transaction:
        assert not transaction.events.verify_chain()


def test_an_admitted_address_is_no_longer_counted_as_bounced(ledger: Ledger) -> None:
    """HR knows better than an old bounce."""
    with ledger.transaction() as transaction:
        transaction.decisions.mark_bounced("c", "U01", "a@x.example")
        assert transaction.decisions.notes("c", "U01").bounced == ("a@x.example",)
        transaction.decisions.admit("c", "U01", "a@x.example")
        notes = transaction.decisions.notes("c", "U01")
        assert (notes.bounced, notes.addresses) == ((), ("a@x.example",))
