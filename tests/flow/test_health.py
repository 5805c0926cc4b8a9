"""Outages, told once and their end once: with servers that are really not there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from service.core.watch import Concern
from service.flow.ports.world import MailboxUnavailable, SendingUnavailable
from service.flow.watch import health
from service.mail.connections.tls import Tls
from service.mail.imap.mailbox import ImapMailbox
from service.mail.smtp import SmtpSender
from service.wiring.service import Service
from service.work.embedded import LONGEST_OBEYED, pause_after
from tests.support.dovecot import free_port
from tests.support.offices import mailbox_at
from tests.support.whole_service import HR, Company, company


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path) as opened:
        yield opened


@contextmanager
def without_mailbox(office: Company) -> Iterator[Service]:
    """The same service while nothing listens where its mailbox was."""
    gone: ImapMailbox = mailbox_at(free_port())
    yield replace(office.service, mailbox=gone)
    gone.close()


@contextmanager
def without_sending(office: Company) -> Iterator[Service]:
    """The same service while nothing listens where its sending server was."""
    gone = SmtpSender(host="127.0.0.1", port=free_port(), tls=Tls.NONE, user=None, password=None)
    yield replace(office.service, sender=gone)
    gone.close()


def subjects(office: Company) -> list[str]:
    return [str(mail["Subject"]) for mail in office.post.mails(HR)]


def troubles(office: Company) -> list[Concern]:
    with office.service.ledger.transaction() as books:
        return [trouble.concern for trouble in health.open_troubles(books)]


def pulse(service: Service) -> None:
    """What the engine's threads do in one round while the mailbox is away."""
    with pytest.raises(MailboxUnavailable):
        service.receive()
    service.tick()
    service.deliver()


DOWN = "[VSSID-2021] Cần kiểm tra: Không kết nối được hộp thư nhận"
UP = "[VSSID-2021] Đã hoạt động bình thường trở lại (Không kết nối được hộp thư nhận)"


def test_s02_a_long_outage_of_the_mailbox_is_told_once_and_its_end_once(office: Company) -> None:
    """S02: hours without the server give one mail after fifteen minutes, and one when it is back."""
    with without_mailbox(office) as service:
        pulse(service)
        office.clock.pass_by(minutes=14)
        pulse(service)
        assert subjects(office) == []
        for _ in range(8):
            office.clock.pass_by(minutes=30)
            pulse(service)
    assert subjects(office) == [DOWN]
    assert troubles(office) == [Concern.MAILBOX]
    office.tick()
    office.tick()
    assert subjects(office) == [DOWN, UP]
    assert troubles(office) == []


def test_s02_a_short_outage_is_only_in_the_ledger(office: Company) -> None:
    """S02: a server that restarts is nobody's concern; the audit trail has both moments."""
    with without_mailbox(office) as service:
        pulse(service)
    office.clock.pass_by(minutes=5)
    office.tick()
    assert subjects(office) == []
    with office.service.ledger.transaction() as books:
        noted = [event.what for event in reversed(books.events.latest(1000)) if event.what.endswith(": mailbox")]
    assert noted == ["trouble: mailbox", "well again: mailbox"]


def test_s02_each_outage_is_told_for_itself(office: Company) -> None:
    """S02: told once means once for each outage, not once for ever."""
    for _ in range(2):
        office.clock.pass_by(hours=1)
        with without_mailbox(office) as service:
            pulse(service)
            office.clock.pass_by(minutes=20)
            pulse(service)
        office.tick()
    assert subjects(office) == [DOWN, UP, DOWN, UP]


def test_s02_an_outage_of_sending_is_told_when_it_is_over(office: Company) -> None:
    """S02: until then no mail leaves; afterwards the waiting answer goes out, and one mail says what was."""
    office.post.write(office.address_of("U01"), text="Cho hỏi hạn nộp là ngày nào ạ?")
    with without_sending(office) as service:
        service.receive()
        service.process()
        service.deliver()
        assert troubles(office) == [Concern.SENDING]
        office.clock.pass_by(hours=2)
        service.tick()
        service.deliver()
    office.clock.pass_by(hours=5)
    office.tick()
    office.tick()
    assert len(office.post.mails(office.address_of("U01"))) == 1
    recovered = [subject for subject in subjects(office) if "bình thường trở lại" in subject]
    assert recovered == ["[VSSID-2021] Đã hoạt động bình thường trở lại (Không gửi được thư đi)"]
    assert troubles(office) == []


def test_s02_a_warning_that_could_not_leave_in_time_is_withdrawn(office: Company) -> None:
    """S02: both servers were away; HR gets no warning of what is over, only the mails about the end."""
    with without_mailbox(office) as unread, without_sending(office) as mute:
        deaf = replace(unread, sender=mute.sender)
        pulse(deaf)
        office.clock.pass_by(minutes=20)
        pulse(deaf)
        assert Concern.MAILBOX in troubles(office)
    office.clock.pass_by(hours=1)
    office.tick()
    office.clock.pass_by(hours=5)
    office.tick()
    assert DOWN not in subjects(office)
    assert subjects(office).count(UP) == 1


def test_s02_a_restart_neither_forgets_nor_repeats_an_outage(tmp_path: Path) -> None:
    """S02: the outage stands in the ledger, not in the process."""
    with company(tmp_path) as before:
        with without_mailbox(before) as service:
            pulse(service)
            before.clock.pass_by(minutes=20)
            pulse(service)
        assert subjects(before) == [DOWN]
    with company(tmp_path) as after:
        after.clock.pass_by(hours=1)
        assert troubles(after) == [Concern.MAILBOX]
        after.tick()
        assert subjects(after) == [UP]


def test_mail_that_is_not_processed_is_told_although_the_connection_works(office: Company) -> None:
    """Stored for an hour and not looked at: somebody has to look at the service."""
    office.post.write(office.address_of("U01"), text="Cho hỏi hạn nộp là ngày nào ạ?")
    office.service.receive()
    office.clock.pass_by(minutes=61)
    office.service.tick()
    office.service.deliver()
    assert subjects(office) == ["[VSSID-2021] Cần kiểm tra: Thư đã nhận nhưng chưa được xử lý"]
    office.work()
    office.tick()
    assert sum("bình thường trở lại" in subject for subject in subjects(office)) == 1


def test_s07_a_stated_time_is_obeyed() -> None:
    """S07: a server that says how long to wait is asked again then, not earlier; a wild figure is cut to an hour."""
    jitter = random.Random(7)
    for _ in range(100):
        assert 30 <= pause_after(MailboxUnavailable("busy", wait_seconds=30), 1, jitter) <= 33
        assert 0.8 <= pause_after(MailboxUnavailable("gone"), 1, jitter) <= 1.2
    assert pause_after(MailboxUnavailable("busy", wait_seconds=1e9), 1, jitter) <= LONGEST_OBEYED * 1.1


def test_s07_a_busy_server_is_no_outage(office: Company) -> None:
    """S07: throttling is obeyed, and nobody is alarmed about it."""

    class Busy:
        def send(self, raw: bytes, *, envelope_from: str, recipients: object) -> None:
            raise SendingUnavailable("slow down", wait_seconds=60)

    watched = health.WatchedSender(office.service.house, Busy())  # type: ignore[arg-type]  # it never gives a result
    with pytest.raises(SendingUnavailable):
        watched.send(b"", envelope_from="a@b.example", recipients=())
    assert troubles(office) == []
