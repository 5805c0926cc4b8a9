"""What a mail is: a table of mails as they come, each with the kind it must get."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.core.mail.automatic_words import HouseWords
from service.core.mail.messages import Kind
from service.mail.incoming.mime import read_message
from tests.support.mails.mails_by_kind import (
    CASES,
    LAN,
    MESSAGE,
    OWN,
    Case,
    judged,
    message_of,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_s33_s35_s37_s52_every_mail_gets_its_kind(case: Case) -> None:
    """S33, S35, S37, S52: each mail of the table, with a reason."""
    found = judged(message_of(case), is_command=case.is_command)
    assert found.kind is case.kind, found.reasons
    assert all(found.reasons)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_a_mail_is_goes_before_who_sent_it(case: Case) -> None:
    """An automatic mail from a stranger stays what it is; everything people write becomes an unknown sender."""
    expected = case.kind if case.kind in MACHINES else Kind.UNKNOWN_SENDER
    assert judged(message_of(case), known=False, is_command=case.is_command).kind is expected


MACHINES = (Kind.AUTO_REPLY, Kind.RECEIPT, Kind.LIST_MAIL, Kind.BOUNCE, Kind.DELAY)


def test_s36_our_own_mail_is_known_by_its_signature_and_by_its_address() -> None:
    """S36: a copy of ours that comes back causes nothing."""
    assert judged(MESSAGE, ours=True).kind is Kind.OWN_MAIL
    assert judged(replace(MESSAGE, sender=OWN)).kind is Kind.OWN_MAIL


def test_s16_nothing_readable_is_unreadable() -> None:
    """S16: a mail without sender, words or documents is put before a person."""
    found = judged(read_message(b"\x00\x01"))
    assert (found.kind, found.permanent) == (Kind.UNREADABLE, None)


REPORT = """Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@office.example>
Subject: {subject}
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B
Content-Type: text/plain

{words}
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.office.example

Final-Recipient: rfc822; Lan@Office.Example
Action: {action}
Status: {status}

--B
Content-Type: message/rfc822

Message-ID: <ours@office.example>
X-Dondoc: v1.abc
Content-Type: application/pdf; name=a.pdf

x
--B--
"""


@pytest.mark.parametrize(
    ("action", "status", "kind", "permanent"),
    [
        ("failed", "5.1.1", Kind.BOUNCE, True),
        ("failed", "4.4.7", Kind.DELAY, False),
        ("delayed", "4.4.1", Kind.DELAY, False),
        ("delivered", "2.0.0", Kind.RECEIPT, None),
        ("relayed", "2.0.0", Kind.RECEIPT, None),
    ],
)
def test_s34_a_report_says_who_and_whether_for_good(
    action: str, status: str, kind: Kind, permanent: bool | None
) -> None:
    """S34: only a permanent failure is a bounce; the mail that comes back with it is no submission."""
    words = {"subject": "Undelivered Mail Returned to Sender", "words": "Sorry.", "action": action, "status": status}
    message = read_message(REPORT.format(**words).encode())
    found = judged(message)
    assert (found.kind, found.permanent) == (kind, permanent)
    assert found.bounced == (() if permanent is None else (LAN,))
    assert message.returned_id == "<ours@office.example>"
    assert message.attachments == ()


def test_s34_a_report_in_prose_is_recognised_by_its_format() -> None:
    """S34: qmail and others write no fields; flufl.bounce reads them."""
    raw = (
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@office.example\r\nSubject: failure notice\r\n\r\n"
        b"Hi. This is the qmail-send program at office.example.\r\n"
        b"I'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n"
        b"<lan@office.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n"
        b"--- Below this line is a copy of the message.\r\n\r\nReturn-Path: <hr@office.example>\r\n"
    )
    found = judged(read_message(raw))
    assert (found.kind, found.bounced, found.permanent) == (Kind.BOUNCE, (LAN,), True)


def test_s34_a_full_mailbox_without_a_code_is_a_matter_of_time() -> None:
    """S34: over quota is temporary where no status says otherwise."""
    raw = (
        b"Return-Path: <>\r\nFrom: postmaster@office.example\r\nSubject: Undeliverable Mail\r\n"
        b"X-Mailer: <SMTP32 v10.0>\r\n\r\nUser mailbox exceeds allowed size: lan@office.example\r\n\r\n"
        b"Original message follows.\r\n"
    )
    found = judged(read_message(raw))
    assert (found.kind, found.bounced, found.permanent) == (Kind.DELAY, (LAN,), False)


def test_s34_a_person_who_quotes_a_report_is_no_report() -> None:
    """S34: no mail of a person counts as a bounce."""
    raw = (
        f"From: Lan <{LAN}>\r\nSubject: Fwd: failure notice\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "Chị ơi thư bị trả lại, làm sao ạ?\r\n\r\n"
        "Hi. This is the qmail-send program at office.example.\r\n<nam@office.example>:\r\nSorry, no mailbox here.\r\n"
    )
    assert judged(read_message(raw.encode())).kind is Kind.QUESTION


def test_s33_hr_adds_the_words_of_its_own_systems() -> None:
    """S33: beginnings of subjects and words of the first lines, without regard to accents and capitals."""
    words = HouseWords(subjects=("Cổng dịch vụ:",), first_lines=("Trung tâm xin thông báo tự hệ thống",))
    subject = replace(MESSAGE, subject="RE: CONG DICH VU: phiếu 7", text="x", new_text="x")
    text = replace(MESSAGE, text="trung tam xin thong bao tu he thong", new_text="trung tam xin thong bao tu he thong")
    for message in (subject, text):
        assert judged(message).kind is not Kind.AUTO_REPLY
        assert judged(message, words=words).kind is Kind.AUTO_REPLY
    assert judged(replace(MESSAGE, subject="Về Cổng dịch vụ: hỏi gì?"), words=words).kind is not Kind.AUTO_REPLY


def test_s34_the_class_of_a_failure_is_read_where_it_stands() -> None:
    """S34: in the fields, in what the other server said, in the text of a report whose containers were lost."""
    head = "Return-Path: <>\nFrom: MAILER-DAEMON@office.example\nSubject: Returned mail\n"
    fields = "Final-Recipient: rfc822; lan@office.example\nAction: {action}\n{status}\n"
    cases = (
        ("failed (bad address)", "Status: 5.1.1", Kind.BOUNCE),
        ("failed", "Diagnostic-Code: smtp; 452 4.2.2 mailbox full", Kind.DELAY),
        ("", "Diagnostic-Code: smtp; 550 no such user", Kind.BOUNCE),
        ("delayed", "Status: 4.4.1", Kind.DELAY),
    )
    for action, status, kind in cases:
        report = fields.format(action=action, status=status)
        parts = (
            f"Content-Type: multipart/report; boundary=B\n\n--B\n\nSorry.\n--B\n"
            f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n{report}\n--B--\n"
        )
        for body in (parts, f"\nSorry.\n\n{report}\n") if action else (parts,):
            assert judged(read_message((head + body).encode())).kind is kind, (action, status, body)


def test_s34_a_report_that_still_tries_is_no_failure() -> None:
    """S34: whatever addresses the detectors find in it."""
    raw = (
        "Return-Path: <>\nFrom: MAILER-DAEMON@office.example (Mail Delivery System)\n"
        "Subject: Delayed Mail (still being retried)\n\nYour message could not be delivered for 2 hours.\n"
        "It will be retried until it is 4 days old.\n\n<lan@office.example>: no route to host\n"
    )
    assert judged(read_message(raw.encode())).kind is Kind.DELAY


def test_s47_a_link_in_place_of_a_file_asks_for_the_file() -> None:
    """S47: never followed; the reason names it."""
    link = "https://drive.google.com/file/d/abc"
    found = judged(replace(MESSAGE, text=link, new_text=f"Em gửi hồ sơ: {link}"))
    assert (found.kind, found.reasons) == (Kind.EMPTY, (f"a link in place of a file: {link}",))
