"""S81: one mail that comes by two routes, or through another name or kind of connection of the same mailbox."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from service.core.mail.same_mail import is_same_mail
from service.core.records import MailRecord, MailState
from service.flow.context import SenderChecks
from service.mail.connections.tls import Tls
from service.mail.imap.mailbox import ImapMailbox
from service.mail.incoming.mime import read_message
from service.mail.maildir import MaildirMailbox
from tests.support.harness.whole_service import HR, SERVICE, Company, company
from tests.support.papers.filled_papers import roster, row_of
from tests.support.servers.dovecot import DOVECOT, MISSING, Dovecot


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as small:
        small.launch()
        yield small


DIRECT = b"Received: from pc-7 by thu.vnpt-it.example with ESMTPSA; Tue, 4 May 2021 09:00:00 +0700\r\n"
BY_GROUP = (
    b"Return-Path: <nhom-bounces@vnpt-it.example>\r\nDelivered-To: nhansu@vnpt-it.example\r\nX-Spam-Status: No\r\n"
    b"Received: from thu.vnpt-it.example by nhom.vnpt-it.example with ESMTP; Tue, 4 May 2021 09:00:41 +0700\r\n"
    b"DKIM-Signature: v=1; d=vnpt-it.example; s=a; h=from; bh=x; b=y\r\n"
)


def letter(harness: Company, text: str = "Gửi Ban Nhân sự danh sách của đơn vị ạ.", *, files: bool = True) -> bytes:
    """One mail as its writer's program handed it over."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = harness.address_of("U01"), SERVICE, "Danh sách Phòng A"
    mail["Message-ID"] = "<may-quet.1@vnpt-it.example>"
    mail.set_content(text, cte="8bit")
    if files:
        unit = harness.folder.units[0]
        rows = [row_of(worker) for worker in harness.folder.workers["U01"]]
        content = roster(harness.folder.campaign, unit, rows)
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename="PL02.xlsx")
    return mail.as_bytes(policy=SMTP)


def answers(harness: Company) -> int:
    """Mails to the contact besides the opening one."""
    return len(harness.post.mails(harness.address_of("U01"))) - 1


def records(harness: Company) -> list[MailRecord]:
    with harness.service.ledger.transaction() as transaction:
        found = (transaction.mails.find(number) for number in range(1, 20))
        return [record for record in found if record is not None]


def test_s81_one_mail_by_two_routes_is_answered_once(harness: Company) -> None:
    """S81: direct and by a group's list, at once or an hour later: one version, one answer, and the reason is kept."""
    raw = letter(harness)
    for route, hours in ((DIRECT, 0), (BY_GROUP, 1)):
        harness.clock.pass_by(hours=hours)
        harness.post.server.deliver(SERVICE, route + raw)
        harness.work()
    first, second = records(harness)
    assert answers(harness) == 1
    assert (first.state, second.state, second.duplicate_of) == (MailState.PROCESSED, MailState.PROCESSED, first.id)
    assert any("by another route" in reason for reason in second.reasons)
    assert next(each.roster_version for each in harness.service.status() if each.unit == "U01") == 1


def test_s81_a_question_by_two_routes_reaches_hr_once(harness: Company) -> None:
    """S81: both lie there when the service looks; the second asks HR nothing."""
    raw = letter(harness, "Cho em hỏi người nghỉ thai sản có phải kê khai không ạ?", files=False)
    for route in (BY_GROUP, DIRECT):
        harness.post.server.deliver(SERVICE, route + raw)
    harness.work()
    assert answers(harness) == 1
    assert len(harness.post.mails(HR)) == 1


def test_s81_the_same_message_id_with_other_content_is_another_mail(harness: Company) -> None:
    """S81: a scanner gives one Message-ID to all that it sends."""
    harness.post.server.deliver(SERVICE, DIRECT + letter(harness))
    other = letter(harness, "Cho em hỏi hạn nộp là ngày nào ạ?", files=False)
    harness.post.server.deliver(SERVICE, DIRECT + other)
    harness.work()
    assert answers(harness) == 2
    assert [record.duplicate_of for record in records(harness)] == [None, None]


def test_s81_what_was_held_on_one_route_is_taken_in_by_the_other(harness: Company) -> None:
    """S81: the route that broke the proof is held; the good one counts. A stranger's two copies are told HR once."""
    services = replace(harness.service.services, senders=SenderChecks(authserv_id="mx.vnpt-it.example"))
    careful = replace(harness, service=replace(harness.service, services=services))
    raw = letter(harness)
    failed = b"Authentication-Results: mx.vnpt-it.example; dmarc=fail header.from=vnpt-it.example\r\n"
    for route in (failed + BY_GROUP, failed + DIRECT, DIRECT):
        harness.post.server.deliver(SERVICE, route + raw)
        careful.work()
    assert [record.state for record in records(harness)] == [MailState.HELD, MailState.HELD, MailState.PROCESSED]
    assert len(harness.post.mails(HR)) == 1
    assert answers(harness) == 1


def test_s81_a_failed_copy_of_a_mail_that_was_taken_in_holds_nothing(harness: Company) -> None:
    """S81: the second copy came through a list which broke its signature: nobody is asked about it."""
    services = replace(harness.service.services, senders=SenderChecks(authserv_id="mx.vnpt-it.example"))
    careful = replace(harness, service=replace(harness.service, services=services))
    raw = letter(harness)
    failed = b"Authentication-Results: mx.vnpt-it.example; dmarc=fail header.from=vnpt-it.example\r\n"
    for route in (DIRECT, failed + BY_GROUP):
        harness.post.server.deliver(SERVICE, route + raw)
        careful.work()
    assert [record.state for record in records(harness)] == [MailState.PROCESSED, MailState.PROCESSED]
    assert harness.post.mails(HR) == []


def test_s81_a_gateway_that_encodes_anew_changes_nothing() -> None:
    """S81: other transfer encodings, folding, charset and a list's mark in the subject are the same mail."""
    head = b"From: a@x.example\r\nMessage-ID: <1@x.example>\r\n"
    words = "Gửi Ban Nhân sự:\r\n  danh sách ạ"
    plain = head + "Subject: Báo cáo\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n".encode() + words.encode()
    coded = (
        head
        + b"Subject: [nhom-a] =?utf-8?q?B=C3=A1o_c=C3=A1o?=\r\nContent-Type: text/plain; charset=utf-8\r\n"
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(f"{words}\r\n\r\n".encode())
    )
    assert is_same_mail(read_message(plain), read_message(coded))
    assert not is_same_mail(read_message(plain), read_message(coded.replace(b"<1@", b"<2@")))
    assert not is_same_mail(read_message(plain), read_message(coded.replace(b"a@x", b"b@x")))
    assert not is_same_mail(read_message(b"From: a@x.example\r\n\r\nx"), read_message(b"From: a@x.example\r\n\r\nx"))


@pytest.mark.skipif(DOVECOT is None, reason=MISSING)
def test_s81_a_mailbox_under_another_hosts_name_is_the_same_mailbox(harness: Company) -> None:
    """DESIGN §4: `127.0.0.1` becomes `localhost`; nothing is taken in anew, answered again or missed."""
    with Dovecot({SERVICE: "thu-x"}) as dovecot:
        for text in ("Cho em hỏi hạn nộp là ngày nào ạ?", "Xin chào Ban Nhân sự"):
            sender = harness.address_of("U01") if "hỏi" in text else "la@nha-rieng.example"
            raw = f"From: {sender}\r\nTo: {SERVICE}\r\nSubject: Thư\r\n\r\n{text}\r\n"
            dovecot.deliver(SERVICE, raw.encode())
        before: tuple[int, int] | None = None
        for host in ("127.0.0.1", "localhost"):
            mailbox = ImapMailbox(host=host, port=dovecot.imap_port, user=SERVICE, password="thu-x", tls=Tls.NONE)
            service = replace(harness.service, mailbox=mailbox)
            service.receive()
            service.process()
            service.deliver()
            found = service.reconcile()
            assert found.agrees
            assert (found.mailbox, found.received) == (mailbox.name, 2)
            told = (answers(harness), len(harness.post.mails(HR)))
            assert told == (before or told)
            before = told
            mailbox.close()


def test_s81_the_same_mailbox_through_a_maildir_answers_nothing_twice(harness: Company, tmp_path: Path) -> None:
    """DESIGN §4: the bytes differ (line ends, a field of the server's), the mails do not; a new one is answered."""
    for number, text in enumerate(("Cho em hỏi hạn nộp là ngày nào ạ?", "Cho em hỏi mẫu lấy ở đâu ạ?")):
        raw = letter(harness, text, files=False).replace(b"may-quet.1", f"thu.{number}".encode())
        harness.post.server.deliver(SERVICE, DIRECT + raw)
    settings = harness.service.settings.service
    kept = settings.model_copy(update={"mailbox": settings.mailbox.model_copy(update={"read_only": True})})
    reader = replace(harness.service, settings=replace(harness.service.settings, service=kept))
    reader.work_until_quiet()
    said = (answers(harness), len(harness.post.mails(HR)))
    place = tmp_path / "Maildir"
    for part in ("new", "cur", "tmp"):
        (place / part).mkdir(parents=True)
    for number, raw in enumerate(harness.post.server.messages(SERVICE)):
        moved = b"Delivered-To: nhansu\n" + raw.replace(b"\r\n", b"\n")
        (place / "cur" / f"162010{number:04}.M1P1.kho:2,S").write_bytes(moved)
    other = replace(reader, mailbox=MaildirMailbox(place))
    other.work_until_quiet()
    assert (answers(harness), len(harness.post.mails(HR))) == said
    assert other.reconcile().agrees
    (place / "new" / "1620200000.M1P1.kho").write_bytes(letter(harness, "Em hỏi thêm về mẫu ạ?", files=False))
    other.work_until_quiet()
    assert answers(harness) == said[0] + 1
