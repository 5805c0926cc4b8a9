"""What the ledger answers from rows and indexes of their own: the same as by reading everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.core.events import Event, EventKind, Paused, TroubleBegan, TroubleEnded
from service.core.records import Fate, OutgoingRecord, OutgoingState
from service.storage.ledger import Ledger, open_ledger

NOW = datetime(2021, 5, 12, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield opened
    opened.close()


def outgoing(key: str, *recipients: str) -> OutgoingRecord:
    return OutgoingRecord(
        key=key,
        message_id=f"<{key}@x.example>",
        template="reminder",
        recipients=recipients,
        subject="Nhắc",
        raw_sha256="0" * 64,
        created_at=NOW,
        not_before=NOW,
    )


def test_mails_to_an_address_are_counted_by_time_template_and_cause(ledger: Ledger) -> None:
    """Letters' case is nothing; a like address is another; whoever got it still counts when others wait."""
    with ledger.transaction() as transaction:
        outbox = transaction.outbox
        outbox.queue(outgoing("a", "Lan_1@x.example", "hoa@x.example"))
        outbox.queue(replace(outgoing("b", "lan_1@x.example"), template="answer", answers_mail=7))
        outbox.queue(outgoing("c", "lanx1@x.example"))
        (first, *_) = outbox.due(NOW)
        outbox.settle(first.id, state=OutgoingState.QUEUED, now=NOW, recipients=("hoa@x.example",))
        assert outbox.count_to("lan_1@x.example", NOW) == 2
        assert outbox.count_to("lan_1@x.example", NOW, answers_only=True) == 1
        assert outbox.count_to("lan_1@x.example", NOW + HOUR) == 0
        assert outbox.count_since("lan_1@X.example", "reminder", NOW - HOUR) == 1


def test_mails_are_found_by_what_became_of_a_recipient(ledger: Ledger) -> None:
    """Whatever it was, and no longer when it was mended."""
    with ledger.transaction() as transaction:
        outbox = transaction.outbox
        for key in "ab":
            outbox.queue(outgoing(key, "lan@x.example"))
        for mail in outbox.due(NOW):
            fates = {"lan@x.example": (Fate.ACCEPTED, "250")}
            outbox.settle(mail.id, state=OutgoingState.SENT, now=NOW, outcomes=fates)
        assert [mail.key for mail in outbox.with_fate(Fate.ACCEPTED)] == ["a", "b"]
        assert outbox.with_fate(Fate.BOUNCED) == ()
        outbox.note_fate(2, "lan@x.example", Fate.BOUNCED, "550")
        assert [mail.key for mail in outbox.with_fate(Fate.BOUNCED)] == ["b"]
        outbox.queue_again(2, NOW, recipients=("lan@x.example",), outcomes={}, sent_again=False)
        assert outbox.with_fate(Fate.BOUNCED) == ()
        assert [mail.key for mail in outbox.in_state(OutgoingState.SENT)] == ["a"]
        assert [mail.key for mail in outbox.in_state(OutgoingState.SENT, OutgoingState.QUEUED)] == ["a", "b"]


def test_mails_in_doubt_count_among_those_sent_once(ledger: Ledger) -> None:
    """Also one of which one recipient got it and another may have."""
    with ledger.transaction() as transaction:
        outbox = transaction.outbox
        for key in "abc":
            outbox.queue(outgoing(key, "lan@x.example"))
        for mail in outbox.due(NOW):
            outbox.claim(mail.id, NOW)
            state = OutgoingState.SENT if mail.key == "a" else OutgoingState.UNKNOWN
            outbox.settle(mail.id, state=state, now=NOW, handed_over=mail.key == "b")
        assert outbox.sent_since(NOW - HOUR) == 3
        assert outbox.sent_since(NOW) == 0
        last = outbox.last_sent()
        assert last is not None and last.key == "a"


def test_the_newest_event_of_a_kind_is_found(ledger: Ledger) -> None:
    """None when nothing of the kind happened; news are what is of no kind that was left out."""
    facts = (TroubleBegan(concern="mailbox", said="x"), TroubleEnded(concern="mailbox"), Paused())
    with ledger.transaction() as transaction:
        for fact in facts:
            transaction.events.record(Event(at=NOW, who="dondoc", fact=fact, campaign="c"))
        newest = transaction.events.last(EventKind.TROUBLE_ENDED)
        assert newest is not None and newest.fact == facts[1]
        assert transaction.events.last(EventKind.RESUMED) is None
        assert [each.fact for each in transaction.events.latest(2)] == [facts[2], facts[1]]
        assert [each.fact for each in transaction.events.since(NOW, EventKind.PAUSED)] == [facts[2]]
        assert transaction.events.any_after(newest.id, "c", but=())
        assert not transaction.events.any_after(newest.id, "c", but={EventKind.PAUSED})
