"""What a mail is: a table of mails as they come, each with the kind it must get."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from service.core.kinds import Classification, classify
from service.core.messages import Attachment, Kind, Message
from service.mail.mime import read_message
from service.mail.texts import new_text

OWN = "nhansu@office.example"
LAN = "lan@office.example"
MESSAGE = Message(message_id="<1@x>", sender=LAN, sender_name="Lan", subject="Re: [U03] Phụ lục 02", date=None)
ROSTER = Attachment(name="a.xlsx", media_type="application/vnd.ms-excel", content=b"x")
INVITATION = Attachment(name="i.ics", media_type="text/calendar", content=b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n")


@dataclass(frozen=True, slots=True)
class Case:
    """One mail, told by what matters, and its kind."""

    name: str
    kind: Kind
    text: str = ""
    subject: str = MESSAGE.subject
    headers: dict[str, str] = field(default_factory=dict)
    sender: str = LAN
    return_path: str | None = LAN
    attachments: tuple[Attachment, ...] = ()
    content_type: str = "text/plain"
    is_command: bool = False


AUTOMATIC = (
    Case("RFC 3834", Kind.AUTO_REPLY, "x", headers={"auto-submitted": "auto-replied"}),
    Case("generated", Kind.AUTO_REPLY, "x", headers={"auto-submitted": "auto-generated; type=x"}),
    Case("not automatic", Kind.QUESTION, "Hạn nộp là ngày nào ạ?", headers={"auto-submitted": "no"}),
    Case("Exchange", Kind.AUTO_REPLY, "x", headers={"x-auto-response-suppress": "All"}),
    Case("old header", Kind.AUTO_REPLY, "x", headers={"x-autoreply": "yes"}),
    Case("loop", Kind.AUTO_REPLY, "x", headers={"x-loop": LAN}),
    Case("precedence", Kind.AUTO_REPLY, "x", headers={"precedence": "auto_reply"}),
    Case("null sender", Kind.AUTO_REPLY, "x", return_path=""),
    Case("no-reply", Kind.AUTO_REPLY, "x", sender="no-reply@office.example"),
    Case("service no reply", Kind.AUTO_REPLY, "x", sender="hethong.noreply@office.example"),
    Case("vacation and bulk", Kind.AUTO_REPLY, "x", headers={"precedence": "bulk", "auto-submitted": "auto-replied"}),
    Case("subject, vi", Kind.AUTO_REPLY, "x", subject="Trả lời tự động: [U03] Phụ lục 02"),
    Case("subject, vi, capitals", Kind.AUTO_REPLY, "x", subject="TRẢ LỜI TỰ ĐỘNG: x"),
    Case("subject, vi, other words", Kind.AUTO_REPLY, "x", subject="Tự động trả lời: x"),
    Case("subject, vi, after Re", Kind.AUTO_REPLY, "x", subject="Re: Phản hồi tự động"),
    Case("subject, absence", Kind.AUTO_REPLY, "x", subject="Vắng mặt: Re: [U03] Phụ lục 02"),
    Case("subject, leave", Kind.AUTO_REPLY, "x", subject="Thông báo nghỉ phép"),
    Case("subject, en", Kind.AUTO_REPLY, "x", subject="Automatic reply: [U03] Phụ lục 02"),
    Case("subject, en, absence", Kind.AUTO_REPLY, "x", subject="Out of Office: x"),
    Case("subject, Lotus", Kind.AUTO_REPLY, "x", subject="AUTO: Lan is out of the office (returning 05/01)"),
    Case("subject, en, with file", Kind.AUTO_REPLY, "x", subject="Automatic reply: x", attachments=(ROSTER,)),
    Case(
        "text, absence",
        Kind.AUTO_REPLY,
        "Tôi hiện đang nghỉ phép đến hết ngày 21/05. Việc gấp xin liên hệ anh Nam, 0900 000 000.",
    ),
    Case("text, journey", Kind.AUTO_REPLY, "Em đang đi công tác, em sẽ phản hồi sau khi quay lại."),
    Case("text, after a greeting", Kind.AUTO_REPLY, "Chào anh/chị\nTôi đang nghỉ phép\nCần gấp xin liên hệ chị Hoa"),
    Case("text, en", Kind.AUTO_REPLY, "I am out of the office until Monday. For urgent matters contact Nam."),
    Case("text, machine, vi", Kind.AUTO_REPLY, "Đây là thư trả lời tự động, vui lòng không trả lời thư này."),
    Case("text, ticket, vi", Kind.AUTO_REPLY, "Yêu cầu #1234 của bạn đã được tiếp nhận."),
    Case("text, ticket, en", Kind.AUTO_REPLY, "Your request (#1234) has been received and is being reviewed."),
    Case("text, challenge", Kind.AUTO_REPLY, "Please verify your email address by clicking the link below."),
    Case("text, do not reply", Kind.AUTO_REPLY, "Please do not reply to this email."),
)
RECEIPTS = (
    Case(
        "MDN",
        Kind.RECEIPT,
        headers={"content-type": "multipart/report; report-type=disposition-notification"},
        content_type="multipart/report",
    ),
    Case(
        "ARF",
        Kind.RECEIPT,
        headers={"content-type": "multipart/report; report-type=feedback-report"},
        content_type="multipart/report",
    ),
    Case("read, vi", Kind.RECEIPT, subject="Đã đọc: [U03] Phụ lục 02"),
    Case("read, en", Kind.RECEIPT, "Your message was read on Monday.", subject="Read: x"),
    Case("accepted invitation", Kind.RECEIPT, subject="Accepted: Hạn nộp", attachments=(INVITATION,)),
    Case("invitation with a document", Kind.SUBMISSION, attachments=(INVITATION, ROSTER)),
    Case("a person's subject", Kind.QUESTION, "Chị xem giúp em với ạ?", subject="Read: hướng dẫn"),
)
LISTS = (
    Case("List-Id", Kind.LIST_MAIL, "x", headers={"list-id": "<news.elsewhere.example>"}),
    Case("List-Unsubscribe", Kind.LIST_MAIL, "x", headers={"list-unsubscribe": "<mailto:x@y>"}),
    Case("bulk", Kind.LIST_MAIL, "x", headers={"precedence": "bulk"}),
    Case("our own group", Kind.SUBMISSION, headers={"list-id": "<nhansu.office.example>"}, attachments=(ROSTER,)),
    Case("our own group's address", Kind.QUESTION, "Hỏi gì?", headers={"list-post": f"<mailto:{OWN}>"}),
)
PROSE_REPORTS = (
    Case(
        "failure in Vietnamese",
        Kind.BOUNCE,
        "Địa chỉ không tồn tại.",
        subject="Không gửi được thư",
        sender="mailer-daemon@office.example",
    ),
    Case(
        "delay",
        Kind.DELAY,
        "Delivery has been delayed. We will continue to try.",
        subject="Delivery Status Notification (Delay)",
        sender="mailer-daemon@office.example",
        return_path="",
    ),
    Case(
        "warning",
        Kind.DELAY,
        "Your message could not be delivered yet, it will be retried.",
        subject="Warning: message delayed 4 hours",
        sender="postmaster@office.example",
    ),
    Case("a person speaks of failure", Kind.QUESTION, "Thư của em bị trả lại: undeliverable, làm sao ạ?"),
)
PEOPLE = (
    Case("documents", Kind.SUBMISSION, "Em gửi ạ", attachments=(ROSTER,)),
    Case("absence and documents", Kind.SUBMISSION, "x", subject="Vắng mặt và Phụ lục 02", attachments=(ROSTER,)),
    Case("command", Kind.COMMAND, "TÌNH TRẠNG", is_command=True),
    Case("question", Kind.QUESTION, "Đơn vị em có 2 người đã nghỉ việc thì kê khai thế nào ạ?"),
    Case("question without a mark", Kind.QUESTION, "Nhờ chị hướng dẫn giúp em cách cài ứng dụng"),
    Case("thanks", Kind.ACKNOWLEDGEMENT, "Em cảm ơn chị ạ!"),
    Case("received", Kind.ACKNOWLEDGEMENT, "Đơn vị đã nhận được thư. Trân trọng."),
    Case("ok", Kind.ACKNOWLEDGEMENT, "OK chị"),
    Case("thanks, en", Kind.ACKNOWLEDGEMENT, "Dear all,\nThank you, well received.\nBest regards,\nNam"),
    Case("thanks and a question", Kind.QUESTION, "Cảm ơn chị. Cho em hỏi hạn nộp là bao giờ ạ?"),
    Case("empty", Kind.EMPTY, ""),
    Case("only a greeting", Kind.EMPTY, "Kính gửi Ban Nhân sự,\n\nTrân trọng,"),
    Case("forgotten attachment", Kind.EMPTY, "Em gửi danh sách của đơn vị ạ."),
    Case("see attached", Kind.EMPTY, "Chi tiết trong file đính kèm."),
    Case("link", Kind.EMPTY, "Hồ sơ đây ạ: https://drive.google.com/drive/folders/abc"),
    Case("nomination", Kind.NOMINATION, "Trung tâm cử chị Đặng Thùy Linh làm đầu mối, sđt 0900 000 000."),
    Case("change of contact", Kind.NOMINATION, "Từ hôm nay đầu mối của đơn vị là anh Nam, nam@office.example"),
    Case(
        "on leave, in person", Kind.QUESTION, "Hai người của em đang nghỉ thai sản, em chưa liên hệ được, xin gia hạn."
    ),
    Case("a person's own absence", Kind.QUESTION, "Mai em nghỉ phép, em gửi chậm một ngày được không ạ?"),
)
CASES = AUTOMATIC + RECEIPTS + LISTS + PROSE_REPORTS + PEOPLE


def message_of(case: Case) -> Message:
    return replace(
        MESSAGE,
        subject=case.subject,
        sender=case.sender,
        return_path=case.return_path,
        text=case.text,
        new_text=new_text(case.text),
        attachments=case.attachments,
        content_type=case.content_type,
        headers={name: (value,) for name, value in case.headers.items()} | {"from": (case.sender,)},
    )


def judged(message: Message, *, known: bool = True, ours: bool = False, is_command: bool = False) -> Classification:
    return classify(
        message,
        own_addresses=(OWN,),
        own_signature_ok=ours,
        known_sender=known,
        has_documents=any(not attachment.inline for attachment in message.attachments),
        is_command=is_command,
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
