"""S57: the connection is lost after the last byte. Evidence decides, else HR; nothing is ever sent again blindly."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.core.records import OutgoingState
from service.flow.hr.stuck_mails import CaseKind, NoSuchCase, give_up, open_cases, send_again
from tests.support.post_office import LONG, MAI, PostOffice, post_office
from tests.support.smtp_server import Fault, Stage
from tests.support.whole_service import HR, SERVICE

OWN_COPY = {"own_copy": True}


def lose_the_answer(office: PostOffice, *, stored: bool, **how: object) -> None:
    """The first mail is handed over, and the connection ends before the answer."""
    office.smtp.plan(Fault(Stage.DATA, stored=stored))
    office.write("one", **how)  # type: ignore[arg-type]  # options of one test
    office.service.deliver()
    assert office.state() is OutgoingState.UNKNOWN


def test_s57_stored_and_the_own_copy_comes_in(tmp_path: Path) -> None:
    """The copy proves it: sent, without a second mail; the copy is not taken for anybody's mail."""
    with post_office(tmp_path, delivery=OWN_COPY) as office:
        lose_the_answer(office, stored=True)
        office.work()
        assert office.state() is OutgoingState.SENT
        office.pass_by(hours=2)
        assert office.copies_in(MAI) == 1
        assert office.copies_in(SERVICE, folder="Ignored") == 1
        assert office.mail().outcomes[MAI] == ("accepted", "the own copy came in")


def test_s57_lost_and_the_own_copy_stays_away(tmp_path: Path) -> None:
    """After thirty minutes with a mailbox at hand it is surely lost: the same bytes go once more, and arrive once."""
    with post_office(tmp_path, delivery=OWN_COPY) as office:
        lose_the_answer(office, stored=False)
        office.pass_by(minutes=29)
        assert office.state() is OutgoingState.UNKNOWN
        office.pass_by(minutes=1)
        assert office.state() is OutgoingState.SENT
        assert office.copies_in(MAI) == 1
        assert office.events("mail queued once more") != []
        assert [raw for _, _, raw in office.smtp.accepted] == [office.service.house.shelf.get(office.mail().raw_sha256)]


def test_s57_lost_twice_is_left_to_people(tmp_path: Path) -> None:
    """Once more means once: the second loss waits for HR."""
    with post_office(tmp_path, delivery=OWN_COPY) as office:
        office.smtp.plan(Fault(Stage.DATA, times=2))
        office.write()
        office.work()
        for _ in range(6):
            office.pass_by(minutes=31)
        assert office.state() is OutgoingState.UNKNOWN
        assert office.smtp.accepted == []


def test_s57_a_mailbox_that_is_away_proves_nothing(tmp_path: Path) -> None:
    """While the mailbox cannot be read, absence of the copy means nothing."""
    with post_office(tmp_path, delivery=OWN_COPY) as office:
        lose_the_answer(office, stored=True)
        office.clock.pass_by(hours=3)
        office.service.tick()
        assert office.state() is OutgoingState.UNKNOWN
        office.work()
        assert office.state() is OutgoingState.SENT
        assert office.copies_in(MAI) == 1


def test_s57_where_other_copies_got_lost_absence_proves_nothing(tmp_path: Path) -> None:
    """A provider that drops mail to oneself: copies of mails surely sent never came, so HR decides."""
    with post_office(tmp_path, delivery=OWN_COPY) as office:
        office.write("surely sent")
        office.service.deliver()
        for folder in office.imap.folder.glob(f"mail/{SERVICE}/Maildir/new/*"):
            folder.unlink()
        office.clock.pass_by(minutes=5)
        lose_the_answer(office, stored=True)
        for folder in office.imap.folder.glob(f"mail/{SERVICE}/Maildir/new/*"):
            folder.unlink()
        office.pass_by(hours=2)
        assert office.state() is OutgoingState.UNKNOWN
        assert office.copies_in(MAI) == 1


def test_s57_a_forged_copy_proves_nothing(tmp_path: Path) -> None:
    """Our address and our Message-ID can be written by anybody; our signature cannot."""
    with post_office(tmp_path) as office:
        lose_the_answer(office, stored=False)
        head = f"From: {SERVICE}\r\nTo: {SERVICE}\r\nSubject: x\r\nMessage-ID: {office.mail().message_id}\r\n"
        office.imap.deliver(SERVICE, f"{head}X-Dondoc: {'0' * 32}\r\n\r\nx\r\n".encode())
        office.work()
        assert office.state() is OutgoingState.UNKNOWN


def test_s57_the_servers_own_sent_folder_is_evidence(tmp_path: Path) -> None:
    """Where the server files what it sends, the mail lying there proves it; its absence beside others disproves it."""
    with post_office(tmp_path, delivery={"server_files_sent": True}) as office:
        sent = office.service.house.sent_folder
        assert sent is not None
        lose_the_answer(office, stored=True)
        sent.append(office.smtp.accepted[0][2], office.clock())
        office.service.tick()
        assert office.state() is OutgoingState.SENT
        office.smtp.plan(Fault(Stage.DATA))
        office.write("two")
        office.service.deliver()
        office.pass_by(minutes=29)
        assert office.state("two") is OutgoingState.UNKNOWN
        office.pass_by(minutes=2)
        assert office.state("two") is OutgoingState.SENT
        assert (office.copies_in(MAI), office.copies_in(MAI, "two")) == (1, 1)


def test_s57_a_sent_folder_that_files_nothing_proves_nothing(tmp_path: Path) -> None:
    """`server_files_sent` set by mistake: no mail surely sent lies there, so its absence means nothing."""
    with post_office(tmp_path, delivery={"server_files_sent": True}) as office:
        office.write("surely sent")
        office.service.deliver()
        lose_the_answer(office, stored=True)
        office.pass_by(hours=1)
        assert office.state() is OutgoingState.UNKNOWN
        assert office.copies_in(MAI) == 1


@pytest.mark.parametrize("stored", [True, False])
def test_s57_without_evidence_it_stays_in_doubt_and_hr_is_told(tmp_path: Path, stored: bool) -> None:
    """Nothing is repeated, however long it takes; the summary counts it."""
    with post_office(tmp_path) as office:
        with office.office() as books:
            books.books.decisions.mark_launched(books.campaign.id, office.clock())
        lose_the_answer(office, stored=stored)
        for _ in range(3):
            office.pass_by(hours=9)
        assert office.state() is OutgoingState.UNKNOWN
        assert office.copies_in(MAI) == int(stored)
        summary = next(mail for mail in office.inbox(HR) if "tổng hợp" in mail["Subject"].lower())
        body = summary.get_body(("plain",))
        assert body is not None and "1 thư gửi đi chưa rõ" in " ".join(body.get_content().split())


def test_s57_hr_decides_to_send_it_again(tmp_path: Path) -> None:
    """The same bytes and Message-ID once more, and the audit trail names who decided."""
    with post_office(tmp_path) as office:
        lose_the_answer(office, stored=False)
        with office.service.ledger.transaction() as books:
            assert [case.kind for case in open_cases(office.service.house, books)] == [CaseKind.UNKNOWN]
        send_again(office.service.house, office.mail().id, by=HR)
        office.service.deliver()
        assert office.state() is OutgoingState.SENT
        assert office.copies_in(MAI) == 1
        with office.service.ledger.transaction() as books:
            resent = next(event for event in books.events.latest() if event.what == "mail resent")
        assert resent.who == HR
        with pytest.raises(NoSuchCase, match="it was sent"):
            send_again(office.service.house, office.mail().id, by=HR)


def test_s57_hr_decides_to_let_it_be(tmp_path: Path) -> None:
    """Given up: never sent, not listed any more, the reason kept."""
    with post_office(tmp_path) as office:
        lose_the_answer(office, stored=True)
        give_up(office.service.house, office.mail().id, by=HR, why="she has it, we telephoned")
        office.pass_by(hours=2)
        assert office.mail().last_error == f"given up by {HR}: she has it, we telephoned"
        assert office.copies_in(MAI) == 1
        with office.service.ledger.transaction() as books:
            assert open_cases(office.service.house, books) == ()


def test_s57_one_in_doubt_and_one_put_off(tmp_path: Path) -> None:
    """When the doubt is settled, the recipient who was put off at the time still gets it, and the other not twice."""
    with post_office(tmp_path, delivery=OWN_COPY) as office:
        office.smtp.plan(Fault(Stage.RECIPIENT, "450 4.2.0 greylisted", address=LONG))
        lose_the_answer(office, stored=True, cc=(LONG,))
        office.work()
        assert office.state() is OutgoingState.QUEUED
        office.pass_by(minutes=5)
        assert office.state() is OutgoingState.SENT
        assert (office.copies_in(MAI), office.copies_in(LONG)) == (1, 1)


def test_s57_killed_while_sending_is_a_doubt_like_any_other(tmp_path: Path) -> None:
    """A row found in `sending` after a crash: the own copy that came in meanwhile settles it."""
    with post_office(tmp_path, delivery=OWN_COPY) as office:
        office.write()
        with office.service.ledger.transaction() as books:
            claimed = books.outbox.claim(office.mail().id, office.clock(), carries_copy=True)
        assert claimed is not None
        raw = office.service.house.shelf.get(claimed.raw_sha256)
        office.service.sender.send(raw, envelope_from=SERVICE, recipients=[MAI, SERVICE])
        office.work()
        assert office.state() is OutgoingState.SENDING
        office.pass_by(minutes=11)
        assert office.state() is OutgoingState.SENT
        assert office.copies_in(MAI) == 1


def test_s57_a_copy_that_comes_late_stops_the_second_sending(tmp_path: Path) -> None:
    """Queued once more, and then the copy comes in after all: nothing is sent."""
    with post_office(tmp_path, delivery=OWN_COPY) as office:
        lose_the_answer(office, stored=False)
        raw = office.service.house.shelf.get(office.mail().raw_sha256)
        office.clock.pass_by(minutes=31)
        office.service.receive()
        office.service.tick()
        assert office.state() is OutgoingState.QUEUED
        office.imap.deliver(SERVICE, raw)
        office.work()
        assert office.state() is OutgoingState.SENT
        assert office.smtp.accepted == []
