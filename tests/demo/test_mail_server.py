"""The demonstration's own mail server: it delivers, bounces, refuses and keeps everything on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from service.demo.server.mail_server import MailServer
from service.flow.ports.world import SendOutcome
from service.mail.connections.tls import Tls
from service.mail.incoming.mime import read_message
from service.mail.smtp import SmtpSender

HR, LAN = "hr@office.example", "lan@office.example"
NOW = datetime(2021, 5, 12, 9, 15, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer({HR: "secret", LAN: "secret"}, now=lambda: NOW) as running:
        yield running


def send(server: MailServer, *recipients: str) -> dict[str, tuple[SendOutcome, str]]:
    sender = SmtpSender(host="127.0.0.1", port=server.smtp_port, tls=Tls.NONE, user=HR, password="secret")
    raw = b"From: hr@office.example\r\nMessage-ID: <1@office.example>\r\nSubject: x\r\n\r\nhello\r\n"
    outcomes = dict(sender.send(raw, envelope_from=HR, recipients=recipients).outcomes)
    sender.close()
    return outcomes


def test_mail_is_delivered_with_its_envelope(server: MailServer) -> None:
    """The account gets the mail, with Return-Path and Delivered-To above it; the log has it as it was handed in."""
    send(server, LAN)
    (raw,) = server.messages(LAN)
    assert raw.startswith(b"Return-Path: <hr@office.example>\r\nDelivered-To: lan@office.example\r\nFrom: ")
    assert [(mail.sender, mail.recipients) for mail in server.submitted] == [(HR, (LAN,))]
    assert raw.endswith(server.submitted[0].content)


@pytest.mark.parametrize("address", ["nobody@office.example", "gone@elsewhere.example"])
def test_mail_to_nobody_comes_back_as_a_report(server: MailServer, address: str) -> None:
    """A report by RFC 3464 with the null sender names the address and gives back our Message-ID."""
    server.reject("gone@*")
    assert send(server, address, LAN)[address][0] is SendOutcome.ACCEPTED
    assert len(server.messages(LAN)) == 1
    report = read_message(server.messages(HR)[0])
    assert report.bounced == ((address, True),)
    assert (report.return_path, report.returned_id) == ("", "<1@office.example>")
    assert report.date == NOW


def test_an_address_can_be_refused_at_once_and_taken_back(server: MailServer) -> None:
    """A reply at RCPT goes to that recipient only."""
    server.reject(LAN, "550 5.1.1 moved")
    assert send(server, LAN)[LAN] == (SendOutcome.REFUSED, "550 5.1.1 moved")
    server.accept_again(LAN)
    assert send(server, LAN)[LAN][0] is SendOutcome.ACCEPTED


def test_a_report_is_never_answered_with_a_report(server: MailServer) -> None:
    """Mail from the null sender to nobody vanishes, as it must."""
    sender = SmtpSender(host="127.0.0.1", port=server.smtp_port, tls=Tls.NONE)
    sender.send(b"Subject: x\r\n\r\nx\r\n", envelope_from="", recipients=["nobody@office.example"])
    sender.close()
    assert server.messages(HR) == server.messages(LAN) == []


def test_mail_to_other_domains_stays_on_this_machine(server: MailServer) -> None:
    """It is accepted and logged, nothing more."""
    assert send(server, "x@elsewhere.example")["x@elsewhere.example"][0] is SendOutcome.ACCEPTED
    assert server.messages(HR) == []


def test_an_account_can_be_opened_while_the_server_runs(server: MailServer) -> None:
    """A new contact gets a mailbox and mail."""
    server.add_user("new@office.example", "secret")
    send(server, "new@office.example")
    assert len(server.messages("new@office.example")) == 1
