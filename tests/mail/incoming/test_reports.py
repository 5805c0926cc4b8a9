"""Delivery reports of gateways that no daemon signs, of several people in one, and mails that only look like them."""

from __future__ import annotations

import pytest

from service.core.mail.messages import Kind, Message
from service.core.mail.server_replies import Blame
from service.mail.incoming.mime import read_message
from tests.support.mails.mails_by_kind import judged

OWN, LAN, MINH = "hr@office.example", "lan@unit.example", "minh@unit.example"


def mail(text: str, subject: str, *, sender: str = "baomat@unit.example", more: str = "") -> Message:
    head = f"From: {sender}\nTo: {OWN}\nSubject: {subject}\n{more}Content-Type: text/plain; charset=utf-8\n\n"
    return read_message((head + text).encode())


def with_our_mail(text: str, subject: str, *, sender: str = "baomat@unit.example") -> Message:
    """With a mail of ours attached whole."""
    head = f"From: {sender}\nTo: {OWN}\nSubject: {subject}\nContent-Type: multipart/mixed; boundary=B\n\n"
    words = f"--B\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    ours = f"From: {OWN}\nTo: {LAN}\nMessage-ID: <one@office.example>\n\nKính gửi\n"
    copy = f"--B\nContent-Type: message/rfc822\n\n{ours}--B--\n"
    return read_message((head + words + copy).encode())


FAILED = {
    "a filter that quotes the dialogue": mail(
        f"*** Mail filter of the unit ***\n\nYour mail to {LAN} could not be delivered.\n"
        f">>> RCPT TO:<{LAN}>\n<<< 550 5.1.1 no such user\n",
        "Notice",
    ),
    "Vietnamese, with our mail in it": with_our_mail(
        f"Hệ thống bảo mật thư điện tử.\nThư của Quý vị không thể chuyển đến người nhận: {LAN}\n"
        "Lý do: tài khoản không tồn tại.",
        "Thông báo từ hệ thống thư",
    ),
    "Vietnamese, polite, with the server's reply": mail(
        f"Kính gửi Quý khách,\nKhông gửi được thư đến địa chỉ sau:\n\n{LAN}\n\n"
        "Máy chủ trả lời: 550 5.1.1 không có người dùng này\n",
        "Gửi thư không thành công",
    ),
    "without a sender": mail(
        f"We were unable to deliver your message.\n\nFailed recipient: {LAN}\nReason: mailbox not found\n",
        "Mail problem",
        sender="",
    ),
    "it names nobody but gives our mail back": with_our_mail(
        "A message that you sent could not be delivered: the recipient is not a valid user of this system.",
        "Mail delivery failed",
    ),
    "a daemon in Vietnamese": mail(
        f"Không thể gửi thư đến {LAN}: hộp thư không tồn tại.\n",
        "Thư của bạn không gửi được",
        sender="Mail Delivery System <MAILER-DAEMON@unit.example>",
    ),
}
DELAYED = {
    "still trying": mail(
        f"Your message has not been delivered to the following recipients:\n\n{LAN}\n\n"
        "No need to send it again: we will keep trying for three days.\n",
        "Delivery delay notification",
    ),
    "Vietnamese": mail(
        f"Thư của bạn chưa gửi được đến người nhận: {LAN}\n\nHệ thống sẽ tiếp tục gửi lại trong 2 ngày.\n",
        "Không gửi được thư",
        more="Return-Path: <>\n",
    ),
}


@pytest.mark.parametrize("message", FAILED.values(), ids=FAILED.keys())
def test_a_gateway_without_a_daemons_name_is_known_by_how_it_speaks(message: Message) -> None:
    """It speaks as a mail system, and something besides words shows that it is one."""
    found = judged(message)
    assert (found.kind, found.bounced, found.permanent) == (Kind.BOUNCE, (LAN,), True)
    assert [each.blames for each in message.reported] == [Blame.ADDRESS]


@pytest.mark.parametrize("message", DELAYED.values(), ids=DELAYED.keys())
def test_a_gateway_that_goes_on_trying_has_lost_nothing(message: Message) -> None:
    """A delay, whatever its subject says."""
    found = judged(message)
    assert (found.kind, found.bounced, found.permanent) == (Kind.DELAY, (LAN,), False)
    assert not message.reported[0].lost


PEOPLE = {
    "she asks about a mail of hers": mail(
        "Kính gửi Ban Nhân sự,\nThư của tôi gửi hôm qua bị trả lại, nhờ anh chị kiểm tra giúp địa chỉ.",
        "Thư bị trả lại",
    ),
    "she pastes what she got": mail(
        f"Your message to {OWN} could not be delivered.\n550 5.7.1 message size exceeds the limit\n\n"
        "Em gửi danh sách thì nhận được như trên, anh chị xem giúp em.",
        "Undeliverable",
    ),
    "she forwards the report": mail(
        f"Em chuyển lại ạ.\n\n---------- Forwarded message ----------\nFrom: MAILER-DAEMON@unit.example\n"
        f"Subject: Undelivered Mail\n\nA message that you sent could not be delivered: {OWN}: 552 5.2.2 full\n",
        "Fwd: Undelivered Mail Returned to Sender",
    ),
    "she sends our mail back with a word": with_our_mail(
        "Chào anh chị, thư này không gửi được đến chị Lan vì chị đã nghỉ, đề nghị gửi lại cho em.",
        "Thư gửi chị Lan",
    ),
    "a relay without a return path": mail(
        "Kính gửi Ban Nhân sự, mã số BHXH của anh Minh không tồn tại trên hệ thống, xin hỏi phải làm gì?",
        "Hỏi về mã số",
        more="Return-Path: <>\n",
    ),
    "in English": mail(
        "Dear HR, my report could not be sent to the portal, error 550. Could you extend the deadline?",
        "Report could not be sent",
    ),
}


@pytest.mark.parametrize("message", PEOPLE.values(), ids=PEOPLE.keys())
def test_a_person_who_speaks_of_a_returned_mail_is_a_person(message: Message) -> None:
    """A word makes no report; neither does a pasted or a forwarded one."""
    assert message.reported == ()
    assert judged(message).kind not in (Kind.BOUNCE, Kind.DELAY)


@pytest.mark.parametrize(
    "lines",
    [
        f"<{LAN}>: 550 5.1.1 unknown user\n<{MINH}>: 552 5.2.2 over quota\n",
        f"<{MINH}>:\n552 5.2.2 mailbox full\n\n<{LAN}>:\n550 5.1.1 unknown user\n",
        f'"{LAN}":\nthe remote server said after RCPT:\n5.1.1 no such user\n"{MINH}":\n5.2.2 mailbox full\n',
    ],
)
def test_s88_two_people_in_one_report_are_judged_apart(lines: str) -> None:
    """S88: whoever is gone is named, a full mailbox is a matter of time, in either order."""
    text = f"This message was created automatically by mail delivery software.\nIt could not be delivered:\n\n{lines}"
    message = mail(text, "Mail delivery failed", sender="mailer-daemon@unit.example", more="Return-Path: <>\n")
    assert {each.address: each.blames for each in message.reported} == {LAN: Blame.ADDRESS, MINH: Blame.TIME}
    found = judged(message)
    assert (found.kind, found.bounced, found.permanent) == (Kind.BOUNCE, (LAN,), True)


FIELDS = """From: Mail Delivery System <MAILER-DAEMON@unit.example>
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.unit.example

Final-Recipient: rfc822; {lan}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {said}

Final-Recipient: rfc822; {minh}
Action: delayed
Status: 4.4.1
--B--
"""


@pytest.mark.parametrize(
    ("status", "said", "kind", "permanent", "blames"),
    [
        ("5.1.1", "550 user unknown", Kind.BOUNCE, True, Blame.ADDRESS),
        ("5.7.1", "550 message refused as spam", Kind.BOUNCE, True, Blame.MAIL),
        ("5.2.2", "552 mailbox full", Kind.BOUNCE, False, Blame.TIME),
        ("4.4.7", "450 user unknown for now", Kind.DELAY, False, Blame.TIME),
        ("5.0.0", "500", Kind.BOUNCE, True, Blame.MAIL),
    ],
)
def test_s87_to_s89_the_fields_say_what_is_lost_and_what_is_dead(
    status: str, said: str, kind: Kind, permanent: bool, blames: Blame
) -> None:
    """S87 to S89: each recipient by itself; a mail under way is none that failed."""
    message = read_message(FIELDS.format(lan=LAN, minh=MINH, status=status, said=said).encode())
    lan, minh = message.reported
    assert (lan.lost, lan.blames, minh.lost) == (True, blames, False)
    found = judged(message)
    assert (found.kind, found.permanent) == (kind, permanent)
    assert found.bounced == ((LAN,) if kind is Kind.BOUNCE else (LAN, MINH))


AUTOMATIC = {
    "a guard": mail(
        "Thank you. This mailbox is guarded by SafeSender. Follow https://guard.example/v/1 to verify your address, "
        "then your mail will be delivered.",
        "Re: Danh sách",
        sender=LAN,
    ),
    "held until proven": mail(
        "Your message to Minh is being held. To release it, click https://guard.example/r/2", "Re: x", sender=LAN
    ),
    "Vietnamese": mail(
        "Thư của Quý vị chưa được chuyển đến người nhận. Vui lòng bấm vào https://loc.example/3 để xác nhận địa chỉ.",
        "Re: Danh sách",
        sender=LAN,
    ),
    "a label": mail("Danh sách đã được cập nhật.", "[Automatically generated] Cập nhật", sender=LAN),
    "a Vietnamese label": mail("Số liệu ngày hôm nay.", "(Tin gửi tự động) Số liệu", sender=LAN),
}


@pytest.mark.parametrize("message", AUTOMATIC.values(), ids=AUTOMATIC.keys())
def test_challenges_and_labels_show_a_machine(message: Message) -> None:
    """Programs without headers of their own."""
    assert judged(message).kind is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Để thư của đơn vị được gửi đúng hạn, nhờ chị phản hồi về danh sách em đã gửi.", "Danh sách"),
        ("Anh bấm vào liên kết dưới đây xem danh sách, rồi xác nhận giúp em: https://unit.example/ds", "Xác nhận"),
        ("Could you confirm your address for the parcel? My list is attached below.", "Address"),
        ("Xin hỏi báo cáo tự động tạo từ phần mềm có được không?", "Tự động tạo báo cáo"),
    ],
)
def test_people_who_confirm_and_link_are_people(text: str, subject: str) -> None:
    """The words alone are everyday business."""
    assert judged(mail(text, subject, sender=LAN)).kind is not Kind.AUTO_REPLY
