"""S91: what lay in the inbox before the campaign is left alone, counted, and told once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from imapclient import IMAPClient

from service.mail.maildir import MaildirMailbox
from service.wiring.service import Service
from tests.support.harness.whole_service import HR, SERVICE, Company, company
from tests.support.servers.dovecot import DOVECOT, MISSING, Dovecot
from tests.support.servers.mail_servers import PASSWORD, mailbox_at


@dataclass(frozen=True, slots=True)
class Inbox:
    """A Maildir whose mails have the times that we choose, and the service that reads it."""

    path: Path
    harness: Company

    @property
    def service(self) -> Service:
        return replace(self.harness.service, mailbox=MaildirMailbox(self.path))

    def deliver(self, number: int, at: datetime, text: str = "Cho em hỏi hạn nộp là ngày nào ạ?") -> None:
        file = self.path / "new" / f"16{number:08}.M1P1.kho"
        file.write_bytes(question(self.harness, number, text))
        os.utime(file, (at.timestamp(), at.timestamp()))

    def lying(self) -> int:
        return len(list((self.path / "new").iterdir()))


def question(harness: Company, number: int, text: str = "Cho em hỏi hạn nộp là ngày nào ạ?") -> bytes:
    head = f"From: {harness.address_of('U01')}\r\nTo: {SERVICE}\r\nSubject: Thu {number}\r\n"
    return f"{head}Message-ID: <{number}@x.example>\r\n\r\n{text}\r\n".encode()


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    for part in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / part).mkdir(parents=True)
    with company(tmp_path / "state") as harness:
        yield Inbox(tmp_path / "Maildir", harness)


def told(harness: Company) -> list[str]:
    return [str(mail["Subject"]) for mail in harness.post.mails(HR) if "thư cũ" in str(mail["Subject"])]


def test_s91_old_mails_are_left_alone_counted_and_told_once(inbox: Inbox) -> None:
    """S91: three hundred of them; the mails of the campaign are answered, and the count is right every day."""
    harness = inbox.harness
    harness.launch()
    launched = harness.clock.moment
    for number in range(300):
        inbox.deliver(number, launched - timedelta(days=1 + number))
    inbox.deliver(500, launched + timedelta(minutes=1))
    harness.clock.pass_by(hours=2)
    service = inbox.service
    service.work_until_quiet()
    assert len(harness.post.mails(harness.address_of("U01"))) == 2, "the opening mail and one answer"
    assert (inbox.lying(), len(told(harness))) == (300, 1)
    assert "300" in told(harness)[0]
    found = service.reconcile()
    assert (found.agrees, found.lying, found.left_alone, found.received) == (True, 300, 300, 1)
    harness.clock.pass_by(days=1)
    inbox.deliver(501, launched - timedelta(days=9))
    inbox.deliver(502, harness.clock.moment)
    inbox.service.work_until_quiet()
    assert (inbox.lying(), len(told(harness)), inbox.service.reconcile().left_alone) == (301, 1, 301)
    assert inbox.service.reconcile().agrees


def test_s91_a_configured_day_is_the_boundary(inbox: Inbox) -> None:
    """S91: `mailbox.since` in the campaign's zone: from midnight on mails are taken in."""
    harness = inbox.harness
    harness.launch()
    services = replace(harness.service.services, since=date(2021, 4, 21))
    inbox.deliver(1, datetime(2021, 4, 20, 16, 59, tzinfo=UTC))
    inbox.deliver(2, datetime(2021, 4, 20, 17, 0, tzinfo=UTC))
    replace(inbox.service, services=services).work_until_quiet()
    assert inbox.lying() == 1
    assert len(harness.post.mails(harness.address_of("U01"))) == 2


def test_s91_a_service_that_starts_before_the_launch_leaves_what_lies_there(inbox: Inbox) -> None:
    """S91: at the first look nothing is launched: what is old then stays; what comes afterwards is taken in."""
    harness = inbox.harness
    inbox.deliver(1, harness.clock.moment - timedelta(days=3))
    inbox.service.work_until_quiet()
    assert inbox.lying() == 1
    harness.clock.pass_by(days=2)
    inbox.deliver(2, harness.clock.moment - timedelta(hours=30))
    inbox.service.work_until_quiet()
    assert (inbox.lying(), inbox.service.reconcile().received) == (1, 1)


@pytest.mark.skipif(DOVECOT is None, reason=MISSING)
def test_s91_old_mails_on_dovecot_and_after_a_renumbering(inbox: Inbox) -> None:
    """S91: by INTERNALDATE; under new numbers they are as old as before, and HR is not told again."""
    harness = inbox.harness
    harness.launch()
    with Dovecot({SERVICE: PASSWORD}) as dovecot:
        with IMAPClient("127.0.0.1", port=dovecot.imap_port, ssl=False) as client:
            client.login(SERVICE, PASSWORD)
            for number in range(3):
                moment = harness.clock.moment - timedelta(days=30)
                client.append("INBOX", question(harness, number), msg_time=moment)
        for _ in range(2):
            mailbox = mailbox_at(dovecot.imap_port, user=SERVICE, password=PASSWORD)
            service = replace(harness.service, mailbox=mailbox)
            service.work_until_quiet()
            found = service.reconcile()
            assert (found.agrees, found.left_alone, found.received) == (True, 3, 0)
            mailbox.close()
            dovecot.renumber(SERVICE)
    assert len(told(harness)) == 1
