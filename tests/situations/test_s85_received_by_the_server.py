"""S85: a mail is received when the mail server got it, however late the service looked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from imapclient import IMAPClient

from service.core.records import MailRecord
from service.mail.maildir import MaildirMailbox
from tests.support.harness.whole_service import HANOI, HR, SERVICE, Company, company
from tests.support.papers.filled_papers import roster, row_of
from tests.support.servers.dovecot import DOVECOT, MISSING, Dovecot
from tests.support.servers.mail_servers import PASSWORD, mailbox_at

IN_TIME = datetime(2021, 5, 19, 16, 52, tzinfo=HANOI)


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as small:
        small.launch()
        yield small


def papers(harness: Company, subject: str = "Nộp danh sách") -> bytes:
    unit = harness.folder.units[0]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = harness.address_of("U01"), SERVICE, subject
    mail["Date"] = datetime(2021, 5, 2, tzinfo=HANOI)  # what a program writes here proves nothing
    mail["Message-ID"] = f"<{subject.replace(' ', '.')}@vnpt-it.example>".encode("ascii", "replace").decode()
    mail.set_content("Đơn vị nộp danh sách.")
    content = roster(harness.folder.campaign, unit, [row_of(worker) for worker in harness.folder.workers["U01"]])
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename="PL02.xlsx")
    return mail.as_bytes(policy=SMTP)


def newest(harness: Company) -> MailRecord:
    with harness.service.ledger.transaction() as transaction:
        found = [transaction.mails.find(number) for number in range(1, 10)]
    return [record for record in found if record is not None][-1]


@pytest.mark.skipif(DOVECOT is None, reason=MISSING)
def test_s85_what_came_while_the_service_was_down_came_in_time(harness: Company) -> None:
    """S85: in the mailbox on the last day, read on the day after: Dovecot's INTERNALDATE counts, not our look."""
    harness.clock.go_to("2021-05-20 09:30")
    with Dovecot({SERVICE: PASSWORD}) as dovecot:
        with IMAPClient("127.0.0.1", port=dovecot.imap_port, ssl=False) as client:
            client.login(SERVICE, PASSWORD)
            client.append("INBOX", papers(harness), msg_time=IN_TIME)
        mailbox = mailbox_at(dovecot.imap_port, user=SERVICE, password=PASSWORD)
        service = replace(harness.service, mailbox=mailbox)
        service.work_until_quiet()
        record = newest(harness)
        assert (record.received_at, record.taken_in_at) == (IN_TIME, harness.clock.moment)
        (progress,) = (each for each in service.status() if each.unit == "U01")
        assert progress.last_received_at == IN_TIME
        assert service.reconcile().agrees, "nothing of ours stood still, however long the mail had lain there"
        mailbox.close()


def test_s85_a_server_with_a_fast_clock_receives_nothing_in_the_future(harness: Company, tmp_path: Path) -> None:
    """S85: never later than now; an hour earlier is an hour earlier."""
    place = tmp_path / "Maildir"
    for part in ("new", "cur", "tmp"):
        (place / part).mkdir(parents=True)
    service, now = replace(harness.service, mailbox=MaildirMailbox(place)), harness.clock.moment
    for number, moment in enumerate((now + timedelta(days=2), now - timedelta(hours=1))):
        file = place / "new" / f"162010000{number}.M1P1.kho"
        file.write_bytes(papers(harness, f"Lan {number}"))
        os.utime(file, (moment.timestamp(), moment.timestamp()))
        service.work_until_quiet()
        assert newest(harness).received_at == min(moment, now)


def test_s85_papers_that_lay_there_keep_a_reminder_at_home(harness: Company, tmp_path: Path) -> None:
    """S85: the server had the papers before the reminder was written, we read them after: it is not sent."""
    place = tmp_path / "Maildir"
    for part in ("new", "cur", "tmp"):
        (place / part).mkdir(parents=True)
    service = replace(harness.service, mailbox=MaildirMailbox(place))
    harness.clock.go_to("2021-05-14 09:00")
    service.tick()
    with service.ledger.transaction() as transaction:
        reminders = list(transaction.outbox.of_unit(harness.folder.campaign.id, "U01"))[1:]
    assert [mail.template for mail in reminders] == ["reminder"]
    file = place / "new" / "1620100000.M1P1.kho"
    file.write_bytes(papers(harness).replace(b"PL02.xlsx", b"danh-sach.xlsx"))
    early = harness.clock.moment - timedelta(hours=2)
    os.utime(file, (early.timestamp(), early.timestamp()))
    service.receive()
    service.process()
    service.deliver()
    subjects = [str(mail["Subject"]) for mail in harness.post.mails(harness.address_of("U01"))]
    assert str(reminders[0].subject) not in subjects


def test_s85_a_question_came_when_the_server_got_it(harness: Company, tmp_path: Path) -> None:
    """S85: the unit and HR read when the question reached the server, not when it was looked at."""
    place = tmp_path / "Maildir"
    for part in ("new", "cur", "tmp"):
        (place / part).mkdir(parents=True)
    service = replace(harness.service, mailbox=MaildirMailbox(place))
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = harness.address_of("U01"), SERVICE, "Hỏi về tờ khai"
    mail["Message-ID"] = "<hoi@vnpt-it.example>"
    mail.set_content("Người đang nghỉ thai sản có phải kê khai không ạ?")
    file = place / "new" / "1620100000.M1P1.kho"
    file.write_bytes(mail.as_bytes(policy=SMTP))
    harness.clock.go_to("2021-05-04 09:00")
    early = harness.clock.moment - timedelta(hours=3)
    os.utime(file, (early.timestamp(), early.timestamp()))
    service.work_until_quiet()
    for reader in (harness.address_of("U01"), HR):
        said = harness.post.last(reader).get_body(("plain",))
        assert said is not None
        assert f"lúc {early:%H:%M} ngày {early:%d/%m/%Y}" in said.get_content().replace("Lúc", "lúc")
