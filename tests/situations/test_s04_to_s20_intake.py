"""Mails that come twice, without a name, in a flood, or that cannot be processed (S04, S11, S12, S16-S20)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from service.core.messages import Message
from service.core.records import MailState
from service.flow.intake.process import process_waiting
from service.flow.intake.receive import receive_new
from service.flow.intake.review import replay
from service.flow.ports.world import Folder, Listing, MailboxUnavailable
from service.wiring.alone import AlreadyRunning, alone
from service.wiring.assembly import build_service
from service.wiring.service import Service
from tests.campaign.test_small_campaign import body
from tests.support.papers import roster, row_of
from tests.support.whole_service import HR, SERVICE, Company, company


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Company]:
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

    def file(self, uid: int, folder: Folder) -> bool:
        return self.raws.pop(uid, None) is not None

    def wait(self, seconds: float) -> None: ...

    def wake(self) -> None: ...

    def close(self) -> None: ...


def versions(office: Company) -> int:
    return next(each.roster_version for each in office.service.status() if each.unit == "U01")


def answers(office: Company) -> int:
    """Mails to the contact besides the opening one."""
    return len(office.post.mails(office.address_of("U01"))) - 1


def filled(office: Company) -> bytes:
    unit, campaign = office.folder.units[0], office.folder.campaign
    return roster(campaign, unit, [row_of(worker) for worker in office.folder.workers["U01"]])


def test_s04_numbers_that_mean_nothing_take_nothing_in_twice(office: Company) -> None:
    """Held, ignored and answered mails come under ever new numbers: known by their bytes; a new mail is not skipped."""
    office.post.server.add_user("la@nha-rieng.example", "x")
    office.post.write(office.address_of("U01"), files={"PL02.xlsx": filled(office)})
    office.post.write("la@nha-rieng.example", text="Xin chào")
    office.post.write(office.address_of("U02"), subject="Vắng mặt", headers={"Auto-Submitted": "auto-replied"})
    raws = office.post.server.messages(SERVICE)
    house = office.service.house
    for uidvalidity in (1, 2, 3):
        receive_new(house, Numbered(dict(enumerate(raws, start=1)), uidvalidity))
        process_waiting(house)
        office.service.deliver()
    assert (versions(office), answers(office)) == (1, 1)
    assert len(office.post.mails(HR)) == 1, "the held mail is reported once"
    office.post.write(office.address_of("U02"), text="Xin hỏi: hạn nộp?")
    newest = office.post.server.messages(SERVICE)[-1]
    receive_new(house, Numbered({1: newest}, 4))
    process_waiting(house)
    office.service.deliver()
    assert len(office.post.mails(office.address_of("U02"))) == 2


def test_s11_a_backlog_is_taken_in_whole_mails_without_attachments_too(office: Company) -> None:
    """Hundreds at once: each recorded, none twice, the newest not before the oldest."""
    raws = {
        number: (
            f"From: {office.address_of('U01')}\r\nTo: {SERVICE}\r\nMessage-ID: <flood-{number}@x.example>\r\n"
            f"Subject: Cam on {number}\r\n\r\nCam on Ban Nhan su.\r\n"
        ).encode()
        for number in range(1, 401)
    }
    box = Numbered(raws, 7)
    assert receive_new(office.service.house, box) == 400
    assert receive_new(office.service.house, box) == 0
    assert process_waiting(office.service.house) == 400
    with office.service.ledger.transaction() as books:
        assert books.mails.count_by_state() == {"processed": 400}
        subjects = [books.mails.get(number).subject for number in (1, 400)]
    assert subjects == ["Cam on 1", "Cam on 400"]
    assert answers(office) == 0


def test_s16_a_mail_that_the_server_cannot_give_keeps_no_other_waiting(office: Company) -> None:
    """All others are taken in; the one is tried again at each pass, and taken in when it can be had."""
    box = Numbered({number: f"Subject: {number}\r\n\r\n{number}".encode() for number in range(1, 41)}, 7)
    box.broken = {17}
    assert receive_new(office.service.house, box) == 39
    assert receive_new(office.service.house, box) == 0
    box.broken = set()
    assert receive_new(office.service.house, box) == 1


def test_s02_a_server_that_gives_nothing_is_out_of_reach(office: Company) -> None:
    """What was had before is kept; then it is the server, not a mail, and the whole intake pauses."""
    box = Numbered({number: f"Subject: {number}\r\n\r\n{number}".encode() for number in range(1, 41)}, 7)
    box.gone_at = 11
    with pytest.raises(MailboxUnavailable):
        receive_new(office.service.house, box)
    with office.service.ledger.transaction() as books:
        assert books.mails.count_by_state() == {"received": 10}


def test_s12_two_services_on_one_mailbox_process_each_mail_once(office: Company) -> None:
    """Claims in the ledger, not luck: two at work on the same mails at the same time."""
    for number in range(12):
        office.post.write(office.address_of(("U01", "U02")[number % 2]), text=f"TÌNH TRẠNG\n{number}")
    other = build_service(office.service.settings, now=office.clock)
    try:
        at_once([office.service, other])
    finally:
        other.close()
    assert answers(office) + len(office.post.mails(office.address_of("U02"))) - 1 == 12
    with office.service.ledger.transaction() as books:
        assert sum(books.mails.count_by_state().values()) == 12


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


def test_s16_a_mail_that_cannot_be_processed_is_put_aside_and_comes_back(office: Company) -> None:
    """Bytes intact, the others go on, HR is told once, and after an upgrade it is processed."""
    good = office.service.house.read_mail

    def reader_with_a_fault(raw: bytes) -> Message:
        message = good(raw)
        if "độc" in message.text:
            raise RuntimeError("a fault of ours")
        return message

    faulty = replace(office.service, house=replace(office.service.house, read_mail=reader_with_a_fault))
    office.post.write(office.address_of("U01"), text="TÌNH TRẠNG\nthư độc hại")
    office.post.write(office.address_of("U02"), text="TÌNH TRẠNG")
    for _ in range(8):
        faulty.work_until_quiet()
    assert len(office.post.mails(office.address_of("U02"))) == 2, "the other mail is answered"
    assert answers(office) == 0
    with office.service.ledger.transaction() as books:
        assert books.mails.get(1).state is MailState.FAILED
        raw = office.service.house.shelf.get(books.mails.get(1).sha256)
    assert "độc".encode() in raw or b"=C4=91" in raw or b"base64" in raw
    assert len(office.post.mails(HR)) == 1
    assert replay(office.service.house, 1, by=HR) is MailState.PROCESSED
    office.work()
    assert answers(office) == 1


def test_s17_a_mail_without_message_id_is_known_by_its_bytes(office: Company) -> None:
    """Taken in and answered once, however often it is delivered."""
    raw = (
        f"From: {office.address_of('U01')}\r\nTo: {SERVICE}\r\nSubject: hoi\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\nTÌNH TRẠNG\r\n"
    ).encode()
    for _ in range(3):
        office.post.server.deliver(SERVICE, raw)
        office.work()
    assert answers(office) == 1


def test_s18_the_same_bytes_again_make_no_new_version(office: Company) -> None:
    """At most one "already received"."""
    office.post.write(office.address_of("U01"), files={"PL02.xlsx": filled(office)})
    office.work()
    raw = office.post.server.messages(SERVICE, "Processed")[-1]
    for _ in range(3):
        office.post.server.deliver(SERVICE, raw)
        office.work()
    assert (versions(office), answers(office)) == (1, 2)


def test_s19_the_same_workbook_in_another_mail_is_recognised(office: Company) -> None:
    """Confirmed again, no new version."""
    content = filled(office)
    for _ in range(2):
        office.post.write(office.address_of("U01"), files={"PL02.xlsx": content})
        office.work()
    assert (versions(office), answers(office)) == (1, 2)
    assert "giống hệt" in body(office.post.last(office.address_of("U01")))


def test_s20_the_same_message_id_with_other_content_is_another_mail(office: Company) -> None:
    """The hash decides; both are kept and answered."""
    for text in ("TÌNH TRẠNG", "Xin hỏi: hạn nộp là ngày nào?"):
        raw = (
            f"From: {office.address_of('U01')}\r\nTo: {SERVICE}\r\nMessage-ID: <same@x.example>\r\nSubject: a\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        ).encode()
        office.post.server.deliver(SERVICE, raw)
        office.work()
    assert answers(office) == 2
    with office.service.ledger.transaction() as books:
        assert books.mails.get(1).sha256 != books.mails.get(2).sha256
