"""Outages, told once and their end once: with servers that are really not there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from service.core.events import EventKind, TroubleBegan, TroubleEnded
from service.core.watch import Concern
from service.flow.ports.failures import MailboxUnavailable, SendingUnavailable
from service.flow.watch import health
from service.mail.connections.tls import Tls
from service.mail.imap.mailbox import ImapMailbox
from service.mail.smtp import SmtpSender
from service.wiring.service import Service
from service.work.embedded import LONGEST_OBEYED, pause_after
from tests.support.harness.whole_service import HR, Company, company
from tests.support.servers.dovecot import free_port
from tests.support.servers.mail_servers import mailbox_at


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path) as opened:
        yield opened


@contextmanager
def without_mailbox(harness: Company) -> Iterator[Service]:
    """The same service while nothing listens where its mailbox was."""
    gone: ImapMailbox = mailbox_at(free_port())
    yield replace(harness.service, mailbox=gone)
    gone.close()


@contextmanager
def without_sending(harness: Company) -> Iterator[Service]:
    """The same service while nothing listens where its sending server was."""
    gone = SmtpSender(host="127.0.0.1", port=free_port(), tls=Tls.NONE, user=None, password=None)
    yield replace(harness.service, sender=gone)
    gone.close()


def subjects(harness: Company) -> list[str]:
    return [str(mail["Subject"]) for mail in harness.post.mails(HR)]


def troubles(harness: Company) -> list[Concern]:
    with harness.service.ledger.transaction() as transaction:
        return [trouble.concern for trouble in health.open_troubles(transaction)]


def pulse(service: Service) -> None:
    """What the engine's threads do in one round while the mailbox is away."""
    with pytest.raises(MailboxUnavailable):
        service.receive()
    service.tick()
    service.deliver()


DOWN = "[VSSID-2021] Cần kiểm tra: Không kết nối được hộp thư nhận"
UP = "[VSSID-2021] Đã hoạt động bình thường trở lại (Không kết nối được hộp thư nhận)"


def test_s02_a_long_outage_of_the_mailbox_is_told_once_and_its_end_once(harness: Company) -> None:
    """S02: hours without the server give one mail after fifteen minutes, and one when it is back."""
    with without_mailbox(harness) as service:
        pulse(service)
        harness.clock.pass_by(minutes=14)
        pulse(service)
        assert subjects(harness) == []
        for _ in range(8):
            harness.clock.pass_by(minutes=30)
            pulse(service)
    assert subjects(harness) == [DOWN]
    assert troubles(harness) == [Concern.MAILBOX]
    harness.tick()
    harness.tick()
    assert subjects(harness) == [DOWN, UP]
    assert troubles(harness) == []


def test_s02_a_short_outage_is_only_in_the_ledger(harness: Company) -> None:
    """S02: a server that restarts is nobody's concern; the audit trail has both moments."""
    with without_mailbox(harness) as service:
        pulse(service)
    harness.clock.pass_by(minutes=5)
    harness.tick()
    assert subjects(harness) == []
    with harness.service.ledger.transaction() as transaction:
        facts = [event.fact for event in reversed(transaction.events.latest(1000))]
        assert transaction.tasks.waiting() == ()
    noted = [fact.kind for fact in facts if isinstance(fact, TroubleBegan | TroubleEnded) and fact.concern == "mailbox"]
    assert noted == [EventKind.TROUBLE_BEGAN, EventKind.TROUBLE_ENDED]


def test_s02_each_outage_is_told_for_itself(harness: Company) -> None:
    """S02: told once means once for each outage, not once for ever."""
    for _ in range(2):
        harness.clock.pass_by(hours=1)
        with without_mailbox(harness) as service:
            pulse(service)
            harness.clock.pass_by(minutes=20)
            pulse(service)
        harness.tick()
    assert subjects(harness) == [DOWN, UP, DOWN, UP]


def test_s02_an_outage_of_sending_is_told_when_it_is_over(harness: Company) -> None:
    """S02: until then no mail leaves; afterwards the waiting answer goes out, and one mail says what was."""
    harness.post.write(harness.address_of("U01"), text="Cho hỏi hạn nộp là ngày nào ạ?")
    with without_sending(harness) as service:
        service.receive()
        service.process()
        service.deliver()
        assert troubles(harness) == [Concern.SENDING]
        harness.clock.pass_by(hours=2)
        service.tick()
        service.deliver()
    harness.clock.pass_by(hours=5)
    harness.tick()
    harness.tick()
    assert len(harness.post.mails(harness.address_of("U01"))) == 1
    recovered = [subject for subject in subjects(harness) if "bình thường trở lại" in subject]
    assert recovered == ["[VSSID-2021] Đã hoạt động bình thường trở lại (Không gửi được thư đi)"]
    assert troubles(harness) == []


def test_s02_a_warning_that_could_not_leave_in_time_is_withdrawn(harness: Company) -> None:
    """S02: both servers were away; HR gets no warning of what is over, only the mails about the end."""
    with without_mailbox(harness) as unread, without_sending(harness) as mute:
        deaf = replace(unread, sender=mute.sender)
        pulse(deaf)
        harness.clock.pass_by(minutes=20)
        pulse(deaf)
        assert Concern.MAILBOX in troubles(harness)
    harness.clock.pass_by(hours=1)
    harness.tick()
    harness.clock.pass_by(hours=5)
    harness.tick()
    assert DOWN not in subjects(harness)
    assert subjects(harness).count(UP) == 1


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


def test_mail_that_is_not_processed_is_told_although_the_connection_works(harness: Company) -> None:
    """Stored for an hour and not looked at: somebody has to look at the service."""
    harness.post.write(harness.address_of("U01"), text="Cho hỏi hạn nộp là ngày nào ạ?")
    harness.service.receive()
    harness.clock.pass_by(minutes=61)
    harness.service.tick()
    harness.service.deliver()
    assert subjects(harness) == ["[VSSID-2021] Cần kiểm tra: Thư đã nhận nhưng chưa được xử lý"]
    harness.work()
    harness.tick()
    assert sum("bình thường trở lại" in subject for subject in subjects(harness)) == 1


def test_s07_a_stated_time_is_obeyed() -> None:
    """S07: a server that says how long to wait is asked again then, not earlier; a wild figure is cut to an hour."""
    jitter = random.Random(7)
    for _ in range(100):
        assert 30 <= pause_after(MailboxUnavailable("busy", wait_seconds=30), 1, jitter) <= 33
        assert 0.8 <= pause_after(MailboxUnavailable("gone"), 1, jitter) <= 1.2
    assert pause_after(MailboxUnavailable("busy", wait_seconds=1e9), 1, jitter) <= LONGEST_OBEYED * 1.1


def test_s07_a_busy_server_is_no_outage(harness: Company) -> None:
    """S07: throttling is obeyed, and nobody is alarmed about it."""

    class Busy:
        def send(self, raw: bytes, *, envelope_from: str, recipients: object) -> None:
            raise SendingUnavailable("slow down", wait_seconds=60)

    watched = health.WatchedSender(harness.service.services, Busy())  # type: ignore[arg-type]  # it never gives a result
    with pytest.raises(SendingUnavailable):
        watched.send(b"", envelope_from="a@b.example", recipients=())
    assert troubles(harness) == []
