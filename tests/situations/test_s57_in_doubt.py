"""S57: the connection is lost after the last byte. Evidence decides, else HR; nothing is ever sent again blindly."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.core.events import EventKind
from service.core.hr_decisions import GiveUp, Result, SendAgain
from service.core.records import OutgoingState
from service.flow.hr.stuck_mails import StuckKind, stuck_mails
from tests.support.harness.delivery_harness import LONG, MAI, DeliveryHarness, delivery_harness
from tests.support.harness.whole_service import HR, SERVICE
from tests.support.servers.smtp_server import Fault, Stage

OWN_COPY = {"own_copy": True}


def lose_the_answer(harness: DeliveryHarness, *, stored: bool, **how: object) -> None:
    """The first mail is handed over, and the connection ends before the answer."""
    harness.smtp.plan(Fault(Stage.DATA, stored=stored))
    harness.write("one", **how)  # type: ignore[arg-type]  # options of one test
    harness.service.deliver()
    assert harness.state() is OutgoingState.UNKNOWN


def test_s57_stored_and_the_own_copy_comes_in(tmp_path: Path) -> None:
    """The copy proves it: sent, without a second mail; the copy is not taken for anybody's mail."""
    with delivery_harness(tmp_path, delivery=OWN_COPY) as harness:
        lose_the_answer(harness, stored=True)
        harness.work()
        assert harness.state() is OutgoingState.SENT
        harness.pass_by(hours=2)
        assert harness.copies_in(MAI) == 1
        assert harness.copies_in(SERVICE, folder="Ignored") == 1
        assert harness.mail().outcomes[MAI] == ("accepted", "the own copy came in")


def test_s57_lost_and_the_own_copy_stays_away(tmp_path: Path) -> None:
    """After thirty minutes with a mailbox at hand it is surely lost: the same bytes go once more, and arrive once."""
    with delivery_harness(tmp_path, delivery=OWN_COPY) as harness:
        lose_the_answer(harness, stored=False)
        harness.pass_by(minutes=29)
        assert harness.state() is OutgoingState.UNKNOWN
        harness.pass_by(minutes=1)
        assert harness.state() is OutgoingState.SENT
        assert harness.copies_in(MAI) == 1
        assert harness.events(EventKind.OUTGOING_QUEUED_AGAIN) != []
        assert [raw for _, _, raw in harness.smtp.accepted] == [
            harness.service.services.shelf.get(harness.mail().raw_sha256)
        ]


def test_s57_lost_twice_is_left_to_people(tmp_path: Path) -> None:
    """Once more means once: the second loss waits for HR."""
    with delivery_harness(tmp_path, delivery=OWN_COPY) as harness:
        harness.smtp.plan(Fault(Stage.DATA, times=2))
        harness.write()
        harness.work()
        for _ in range(6):
            harness.pass_by(minutes=31)
        assert harness.state() is OutgoingState.UNKNOWN
        assert harness.smtp.accepted == []


def test_s57_a_mailbox_that_is_away_proves_nothing(tmp_path: Path) -> None:
    """While the mailbox cannot be read, absence of the copy means nothing."""
    with delivery_harness(tmp_path, delivery=OWN_COPY) as harness:
        lose_the_answer(harness, stored=True)
        harness.clock.pass_by(hours=3)
        harness.service.tick()
        assert harness.state() is OutgoingState.UNKNOWN
        harness.work()
        assert harness.state() is OutgoingState.SENT
        assert harness.copies_in(MAI) == 1


def test_s57_where_other_copies_got_lost_absence_proves_nothing(tmp_path: Path) -> None:
    """A provider that drops mail to oneself: copies of mails surely sent never came, so HR decides."""
    with delivery_harness(tmp_path, delivery=OWN_COPY) as harness:
        harness.write("surely sent")
        harness.service.deliver()
        for folder in harness.imap.folder.glob(f"mail/{SERVICE}/Maildir/new/*"):
            folder.unlink()
        harness.clock.pass_by(minutes=5)
        lose_the_answer(harness, stored=True)
        for folder in harness.imap.folder.glob(f"mail/{SERVICE}/Maildir/new/*"):
            folder.unlink()
        harness.pass_by(hours=2)
        assert harness.state() is OutgoingState.UNKNOWN
        assert harness.copies_in(MAI) == 1


def test_s57_a_forged_copy_proves_nothing(tmp_path: Path) -> None:
    """Our address and our Message-ID can be written by anybody; our signature cannot."""
    with delivery_harness(tmp_path) as harness:
        lose_the_answer(harness, stored=False)
        head = f"From: {SERVICE}\r\nTo: {SERVICE}\r\nSubject: x\r\nMessage-ID: {harness.mail().message_id}\r\n"
        harness.imap.deliver(SERVICE, f"{head}X-Dondoc: {'0' * 32}\r\n\r\nx\r\n".encode())
        harness.work()
        assert harness.state() is OutgoingState.UNKNOWN


def test_s57_the_servers_own_sent_folder_is_evidence(tmp_path: Path) -> None:
    """Where the server files what it sends, the mail lying there proves it; its absence beside others disproves it."""
    with delivery_harness(tmp_path, delivery={"server_files_sent": True}) as harness:
        sent = harness.service.services.sending.sent_folder
        assert sent is not None
        lose_the_answer(harness, stored=True)
        sent.append(harness.smtp.accepted[0][2], harness.clock())
        harness.service.tick()
        assert harness.state() is OutgoingState.SENT
        harness.smtp.plan(Fault(Stage.DATA))
        harness.write("two")
        harness.service.deliver()
        harness.pass_by(minutes=29)
        assert harness.state("two") is OutgoingState.UNKNOWN
        harness.pass_by(minutes=2)
        assert harness.state("two") is OutgoingState.SENT
        assert (harness.copies_in(MAI), harness.copies_in(MAI, "two")) == (1, 1)


def test_s57_a_sent_folder_that_files_nothing_proves_nothing(tmp_path: Path) -> None:
    """`server_files_sent` set by mistake: no mail surely sent lies there, so its absence means nothing."""
    with delivery_harness(tmp_path, delivery={"server_files_sent": True}) as harness:
        harness.write("surely sent")
        harness.service.deliver()
        lose_the_answer(harness, stored=True)
        harness.pass_by(hours=1)
        assert harness.state() is OutgoingState.UNKNOWN
        assert harness.copies_in(MAI) == 1


@pytest.mark.parametrize("stored", [True, False])
def test_s57_without_evidence_it_stays_in_doubt_and_hr_is_told(tmp_path: Path, stored: bool) -> None:
    """Nothing is repeated, however long it takes; the summary counts it."""
    with delivery_harness(tmp_path) as harness:
        with harness.harness() as transaction:
            transaction.transaction.decisions.mark_launched(transaction.campaign.id, harness.clock())
        lose_the_answer(harness, stored=stored)
        for _ in range(3):
            harness.pass_by(hours=9)
        assert harness.state() is OutgoingState.UNKNOWN
        assert harness.copies_in(MAI) == int(stored)
        summary = next(mail for mail in harness.inbox(HR) if " xong, " in mail["Subject"])
        body = summary.get_body(("plain",))
        assert body is not None and "chưa rõ đã đến máy chủ hay chưa" in " ".join(body.get_content().split())


def test_s57_hr_decides_to_send_it_again(tmp_path: Path) -> None:
    """The same bytes and Message-ID once more, and the audit trail names who decided."""
    with delivery_harness(tmp_path) as harness:
        lose_the_answer(harness, stored=False)
        with harness.service.ledger.transaction() as transaction:
            assert [case.kind for case in stuck_mails(harness.service.services, transaction)] == [StuckKind.UNKNOWN]
        harness.decide(SendAgain(outgoing=harness.mail().id))
        harness.service.deliver()
        assert harness.state() is OutgoingState.SENT
        assert harness.copies_in(MAI) == 1
        assert [event.who for event in harness.events(EventKind.OUTGOING_RESENT)] == [HR]
        again = harness.decide(SendAgain(outgoing=harness.mail().id))
        assert again.result is Result.OUTGOING_REACHED


def test_s57_hr_decides_to_let_it_be(tmp_path: Path) -> None:
    """Given up: never sent, not listed any more, the reason kept."""
    with delivery_harness(tmp_path) as harness:
        lose_the_answer(harness, stored=True)
        harness.decide(GiveUp(outgoing=harness.mail().id, why="she has it, we telephoned"))
        harness.pass_by(hours=2)
        assert harness.mail().last_error == f"given up by {HR}: she has it, we telephoned"
        assert harness.copies_in(MAI) == 1
        with harness.service.ledger.transaction() as transaction:
            assert stuck_mails(harness.service.services, transaction) == ()


def test_s57_one_in_doubt_and_one_put_off(tmp_path: Path) -> None:
    """When the doubt is settled, the recipient who was put off at the time still gets it, and the other not twice."""
    with delivery_harness(tmp_path, delivery=OWN_COPY) as harness:
        harness.smtp.plan(Fault(Stage.RECIPIENT, "450 4.2.0 greylisted", address=LONG))
        lose_the_answer(harness, stored=True, cc=(LONG,))
        harness.work()
        assert harness.state() is OutgoingState.QUEUED
        harness.pass_by(minutes=5)
        assert harness.state() is OutgoingState.SENT
        assert (harness.copies_in(MAI), harness.copies_in(LONG)) == (1, 1)


def test_s57_killed_while_sending_is_a_doubt_like_any_other(tmp_path: Path) -> None:
    """A row found in `sending` after a crash: the own copy that came in meanwhile settles it."""
    with delivery_harness(tmp_path, delivery=OWN_COPY) as harness:
        harness.write()
        with harness.service.ledger.transaction() as transaction:
            claimed = transaction.outbox.claim(harness.mail().id, harness.clock(), carries_copy=True)
        assert claimed is not None
        raw = harness.service.services.shelf.get(claimed.raw_sha256)
        harness.service.sender.send(raw, envelope_from=SERVICE, recipients=[MAI, SERVICE])
        harness.work()
        assert harness.state() is OutgoingState.SENDING
        harness.pass_by(minutes=11)
        assert harness.state() is OutgoingState.SENT
        assert harness.copies_in(MAI) == 1


def test_s57_a_copy_that_comes_late_stops_the_second_sending(tmp_path: Path) -> None:
    """Queued once more, and then the copy comes in after all: nothing is sent."""
    with delivery_harness(tmp_path, delivery=OWN_COPY) as harness:
        lose_the_answer(harness, stored=False)
        raw = harness.service.services.shelf.get(harness.mail().raw_sha256)
        harness.clock.pass_by(minutes=31)
        harness.service.receive()
        harness.service.tick()
        assert harness.state() is OutgoingState.QUEUED
        harness.imap.deliver(SERVICE, raw)
        harness.work()
        assert harness.state() is OutgoingState.SENT
        assert harness.smtp.accepted == []
