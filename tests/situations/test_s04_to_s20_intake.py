"""Mails that come twice, without a name, in a flood, or that cannot be processed (S04, S11, S12, S16-S20)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from service.core.hr_decisions import Replay
from service.core.mail.messages import Message
from service.core.records import MailState
from service.flow.intake.attempts import process_waiting
from service.flow.intake.receive import receive_new
from service.flow.ports.failures import MailboxUnavailable
from service.flow.ports.world import Folder, Listing
from service.wiring.alone import AlreadyRunning, alone
from service.wiring.assembly import build_service
from service.wiring.service import Service
from tests.campaign.test_small_campaign import body
from tests.support.harness.whole_service import HR, SERVICE, Company, company
from tests.support.papers.filled_papers import roster, row_of


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as small:
        small.launch()
        yield small


class Numbered:
    """A mailbox whose numbers we choose: the very same mails under another UIDVALIDITY."""

    def __init__(self, raws: dict[int, bytes], uidvalidity: int) -> None:
        self.raws, self.uidvalidity, self.name = raws, uidvalidity, "test://box"
        self.broken: set[int] = set()
        """Mails that the server cannot give."""
        self.gone_at: int | None = None
        """The mail at which the server goes away."""

    def list(self) -> Listing:
        if self.gone_at in self.broken:
            raise MailboxUnavailable(f"{self.name}: gone")
        return Listing(uidvalidity=self.uidvalidity, uids=tuple(self.raws))

    def fetch(self, uid: int) -> bytes | None:
        if uid == self.gone_at:
            self.broken = set(self.raws)
        if uid in self.broken:
            raise MailboxUnavailable(f"{self.name}: cannot give mail {uid}")
        return self.raws.get(uid)

    def fetch_all(self, uids: Sequence[int]) -> Iterator[tuple[int, bytes | None]]:
        return ((uid, self.fetch(uid)) for uid in uids)

    def received(self, uids: Sequence[int]) -> Mapping[int, datetime]:
        return {}

    def file(self, uid: int, folder: Folder) -> bool:
        return self.raws.pop(uid, None) is not None

    def claims(self) -> tuple[str, ...]:
        return ()

    def claim(self, folder: str) -> None: ...

    def wait(self, seconds: float) -> None: ...

    def wake(self) -> None: ...

    def close(self) -> None: ...


def versions(harness: Company) -> int:
    return next(each.roster_version for each in harness.service.status() if each.unit == "U01")


def answers(harness: Company) -> int:
    """Mails to the contact besides the opening one."""
    return len(harness.post.mails(harness.address_of("U01"))) - 1


def filled(harness: Company) -> bytes:
    unit, campaign = harness.folder.units[0], harness.folder.campaign
    return roster(campaign, unit, [row_of(worker) for worker in harness.folder.workers["U01"]])


def test_s04_numbers_that_mean_nothing_take_nothing_in_twice(harness: Company) -> None:
    """Held, ignored and answered mails come under ever new numbers: known by their bytes; a new mail is not skipped."""
    harness.post.server.add_user("la@nha-rieng.example", "x")
    harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": filled(harness)})
    harness.post.write("la@nha-rieng.example", text="Xin chào")
    harness.post.write(harness.address_of("U02"), subject="Vắng mặt", headers={"Auto-Submitted": "auto-replied"})
    raws = harness.post.server.messages(SERVICE)
    services = harness.service.services
    for uidvalidity in (1, 2, 3):
        receive_new(services, Numbered(dict(enumerate(raws, start=1)), uidvalidity))
        process_waiting(services)
        harness.service.deliver()
    assert (versions(harness), answers(harness)) == (1, 1)
    assert len(harness.post.mails(HR)) == 1, "the held mail is reported once"
    harness.post.write(harness.address_of("U02"), text="Xin hỏi: hạn nộp?")
    newest = harness.post.server.messages(SERVICE)[-1]
    receive_new(services, Numbered({1: newest}, 4))
    process_waiting(services)
    harness.service.deliver()
    assert len(harness.post.mails(harness.address_of("U02"))) == 2


def test_s11_a_backlog_is_taken_in_whole_mails_without_attachments_too(harness: Company) -> None:
    """Hundreds at once: each recorded, none twice, the newest not before the oldest."""
    raws = {
        number: (
            f"From: {harness.address_of('U01')}\r\nTo: {SERVICE}\r\nMessage-ID: <flood-{number}@x.example>\r\n"
            f"Subject: Cam on {number}\r\n\r\nCam on Ban Nhan su.\r\n"
        ).encode()
        for number in range(1, 401)
    }
    box = Numbered(raws, 7)
    assert receive_new(harness.service.services, box) == 400
    assert receive_new(harness.service.services, box) == 0
    assert process_waiting(harness.service.services) == 400
    with harness.service.ledger.transaction() as transaction:
        assert transaction.mails.count_by_state() == {"processed": 400}
        subjects = [transaction.mails.get(number).subject for number in (1, 400)]
    assert subjects == ["Cam on 1", "Cam on 400"]
    assert answers(harness) == 0


def test_s16_a_mail_that_the_server_cannot_give_keeps_no_other_waiting(harness: Company) -> None:
    """All others are taken in; the one is tried again at each pass, and taken in when it can be had."""
    box = Numbered({number: f"Subject: {number}\r\n\r\n{number}".encode() for number in range(1, 41)}, 7)
    box.broken = {17}
    assert receive_new(harness.service.services, box) == 39
    assert receive_new(harness.service.services, box) == 0
    box.broken = set()
    assert receive_new(harness.service.services, box) == 1


def test_s02_a_server_that_gives_nothing_is_out_of_reach(harness: Company) -> None:
    """What was had before is kept; then it is the server, not a mail, and the whole intake pauses."""
    box = Numbered({number: f"Subject: {number}\r\n\r\n{number}".encode() for number in range(1, 41)}, 7)
    box.gone_at = 11
    with pytest.raises(MailboxUnavailable):
        receive_new(harness.service.services, box)
    with harness.service.ledger.transaction() as transaction:
        assert transaction.mails.count_by_state() == {"received": 10}


def test_s12_two_services_on_one_mailbox_process_each_mail_once(harness: Company) -> None:
    """Claims in the ledger, not luck: two at work on the same mails at the same time."""
    for number in range(12):
        harness.post.write(harness.address_of(("U01", "U02")[number % 2]), text=f"TÌNH TRẠNG\n{number}")
    other = build_service(harness.service.settings, now=harness.clock)
    try:
        at_once([harness.service, other])
    finally:
        other.close()
    assert answers(harness) + len(harness.post.mails(harness.address_of("U02"))) - 1 == 12
    with harness.service.ledger.transaction() as transaction:
        assert sum(transaction.mails.count_by_state().values()) == 12


def at_once(services: list[Service]) -> None:
    threads = [threading.Thread(target=service.work_until_quiet) for service in services]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_s12_a_second_service_process_is_refused_in_one_line(tmp_path: Path) -> None:
    """A lock of the operating system, which a dead process cannot keep."""
    with alone(tmp_path), pytest.raises(AlreadyRunning, match="another dondoc is at work"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_s16_a_mail_that_cannot_be_processed_is_put_aside_and_comes_back(harness: Company) -> None:
    """Bytes intact, the others go on, HR is told once, and after an upgrade it is processed."""
    services = harness.service.services
    good = services.mail.read

    def reader_with_a_fault(raw: bytes) -> Message:
        message = good(raw)
        if "độc" in message.text:
            raise RuntimeError("a fault of ours")
        return message

    broken = replace(services, mail=replace(services.mail, read=reader_with_a_fault))
    faulty = replace(harness.service, services=broken)
    harness.post.write(harness.address_of("U01"), text="TÌNH TRẠNG\nthư độc hại")
    harness.post.write(harness.address_of("U02"), text="TÌNH TRẠNG")
    for _ in range(8):
        faulty.work_until_quiet()
    assert len(harness.post.mails(harness.address_of("U02"))) == 2, "the other mail is answered"
    assert answers(harness) == 0
    with harness.service.ledger.transaction() as transaction:
        assert transaction.mails.get(1).state is MailState.FAILED
        raw = harness.service.services.shelf.get(transaction.mails.get(1).sha256)
    assert "độc".encode() in raw or b"=C4=91" in raw or b"base64" in raw
    assert len(harness.post.mails(HR)) == 1
    harness.service.decide(Replay(mail=1), by=HR)
    harness.service.process()
    assert harness.service.mail_state(1) is MailState.PROCESSED
    harness.work()
    assert answers(harness) == 1


def test_s17_a_mail_without_message_id_is_known_by_its_bytes(harness: Company) -> None:
    """Taken in and answered once, however often it is delivered."""
    raw = (
        f"From: {harness.address_of('U01')}\r\nTo: {SERVICE}\r\nSubject: hoi\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\nTÌNH TRẠNG\r\n"
    ).encode()
    for _ in range(3):
        harness.post.server.deliver(SERVICE, raw)
        harness.work()
    assert answers(harness) == 1


def test_s18_the_same_bytes_again_make_no_new_version(harness: Company) -> None:
    """At most one "already received"."""
    harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": filled(harness)})
    harness.work()
    raw = harness.post.server.messages(SERVICE, "Processed")[-1]
    for _ in range(3):
        harness.post.server.deliver(SERVICE, raw)
        harness.work()
    assert (versions(harness), answers(harness)) == (1, 2)


def test_s19_the_same_workbook_in_another_mail_is_recognised(harness: Company) -> None:
    """Confirmed again, no new version."""
    content = filled(harness)
    for _ in range(2):
        harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": content})
        harness.work()
    assert (versions(harness), answers(harness)) == (1, 2)
    assert "giống hệt" in body(harness.post.last(harness.address_of("U01")))


def test_s20_the_same_message_id_with_other_content_is_another_mail(harness: Company) -> None:
    """The hash decides; both are kept and answered."""
    for text in ("TÌNH TRẠNG", "Xin hỏi: hạn nộp là ngày nào?"):
        raw = (
            f"From: {harness.address_of('U01')}\r\nTo: {SERVICE}\r\nMessage-ID: <same@x.example>\r\nSubject: a\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        ).encode()
        harness.post.server.deliver(SERVICE, raw)
        harness.work()
    assert answers(harness) == 2
    with harness.service.ledger.transaction() as transaction:
        assert transaction.mails.get(1).sha256 != transaction.mails.get(2).sha256
