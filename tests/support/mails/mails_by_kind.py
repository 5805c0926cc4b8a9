"""Mails as machines and people write them, with the kind that each is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from service.core.mail.automatic_words import NO_WORDS, HouseWords
from service.core.mail.conversation import Brought
from service.core.mail.kinds import Circumstances, Classification, classify
from service.core.mail.messages import Attachment, Kind, Message
from service.mail.incoming.texts import new_text

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
    Case("only a greeting to a helping desk", Kind.EMPTY, "Kính gửi Phòng Hỗ trợ,\n\nTrân trọng,"),
    Case("a question on the salutation's line", Kind.QUESTION, "Kính gửi chị, cho em hỏi khi nào hết hạn nộp ạ"),
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
UNMARKED = (
    Case("not in the office", Kind.AUTO_REPLY, "Tôi hiện không có mặt tại văn phòng, sẽ trả lời thư sau ngày 20/05."),
    Case("leave with dates", Kind.AUTO_REPLY, "Hiện tôi đang nghỉ phép từ ngày 10/5 đến hết 14/5."),
    Case("maternity leave", Kind.AUTO_REPLY, "Em đang nghỉ thai sản đến tháng 9. Mọi công việc xin liên hệ chị Hoa."),
    Case("left the office", Kind.AUTO_REPLY, "Tôi đã nghỉ việc tại Trung tâm từ 01/04/2021. Vui lòng liên hệ anh Nam."),
    Case("left, contact others", Kind.AUTO_REPLY, "Tôi không còn công tác tại đơn vị này. Xin liên hệ phòng TCHC."),
    Case(
        "unattended mailbox, vi",
        Kind.AUTO_REPLY,
        "Hộp thư này không được theo dõi. Vui lòng liên hệ hotline 1900 0000.",
    ),
    Case(
        "closed mailbox, vi",
        Kind.AUTO_REPLY,
        "Địa chỉ email này đã ngừng sử dụng, vui lòng gửi tới abc@office.example.",
    ),
    Case(
        "we will answer, vi",
        Kind.AUTO_REPLY,
        "Cảm ơn bạn đã liên hệ với chúng tôi. Chúng tôi đã nhận được email của bạn và sẽ phản hồi trong vòng 24 giờ.",
    ),
    Case(
        "number of a request, vi",
        Kind.AUTO_REPLY,
        "Cảm ơn Quý khách đã gửi thư. Yêu cầu của Quý khách đã được chuyển đến bộ phận liên quan. Mã yêu cầu: 12345",
    ),
    Case(
        "out of office, limited access",
        Kind.AUTO_REPLY,
        "Thank you for your email. I am currently out of the office with limited access to email.",
    ),
    Case("no longer works", Kind.AUTO_REPLY, "I no longer work at the company. Please contact hr@office.example."),
    Case("has left", Kind.AUTO_REPLY, "Lan has left the company. Please direct your email to nam@office.example"),
    Case("unattended mailbox, en", Kind.AUTO_REPLY, "This mailbox is not monitored. Please do not reply."),
    Case(
        "we will answer, en",
        Kind.AUTO_REPLY,
        "Thank you for contacting us. We have received your message and will get back to you within 24 hours.",
    ),
    Case(
        "annual leave until", Kind.AUTO_REPLY, "I'm on annual leave until 20 May. For urgent matters call 0900000000."
    ),
    Case("out from to", Kind.AUTO_REPLY, "I will be out of office from 10 to 14 May."),
    Case("vacation, en", Kind.AUTO_REPLY, "I am on vacation and will reply when I return."),
    Case("OOO", Kind.AUTO_REPLY, "Hi, I'm OOO until Monday."),
    Case(
        "holidays, vi",
        Kind.AUTO_REPLY,
        "Xin chào, tôi đang trong kỳ nghỉ và sẽ không kiểm tra email. Tôi sẽ trả lời khi trở lại làm việc.",
    ),
    Case(
        "training, vi",
        Kind.AUTO_REPLY,
        "Chào anh/chị, hiện tại em đang tham gia khóa đào tạo đến hết ngày 15/5, em sẽ phản hồi email sau.",
    ),
    Case("sent by a system, vi", Kind.AUTO_REPLY, "Thư này được hệ thống gửi tự động."),
    Case("passed on by a system, vi", Kind.AUTO_REPLY, "Email đã được chuyển tiếp tự động đến bộ phận phụ trách."),
    Case("robot mailbox, vi", Kind.AUTO_REPLY, "Đây là hộp thư tự động, xin không trả lời."),
)
"""Automatic answers without any header, as offices and their programs word them."""
IN_PERSON = (
    Case("asks for a day in person", Kind.QUESTION, "Mai em nghỉ phép, em gửi chậm một ngày được không ạ?"),
    Case(
        "about a colleague on leave", Kind.QUESTION, "Chị Hoa đang nghỉ thai sản nên chưa ký được, đơn vị xin gửi sau."
    ),
    Case("on a journey, in person", Kind.QUESTION, "Em đang đi công tác nên xin phép nộp hồ sơ ngày 18/5 ạ."),
    Case("received, in time", Kind.ACKNOWLEDGEMENT, "Đơn vị đã nhận được thư, sẽ thực hiện đúng hạn."),
    Case("new contact in person", Kind.NOMINATION, "Anh Nam không còn công tác tại đơn vị, em là đầu mối mới."),
    Case("about one who left", Kind.QUESTION, "Anh Nam đã nghỉ việc từ 01/04, có cần kê khai không ạ?"),
    Case("asks to contact somebody", Kind.QUESTION, "Nhờ chị liên hệ anh Nam giúp em."),
    Case("thanks for contacting", Kind.ACKNOWLEDGEMENT, "Cảm ơn chị đã liên hệ. Em sẽ gửi trong ngày mai."),
    Case(
        "asks for more time in person",
        Kind.QUESTION,
        "Em đang nghỉ phép từ 10/5 đến 14/5, đề nghị Ban gia hạn cho đơn vị.",
    ),
    Case("about workers on leave", Kind.QUESTION, "Phòng em có 2 người nghỉ phép đến 20/5, có cần ký tờ khai không?"),
    Case("left, and asks", Kind.QUESTION, "Tôi đã nghỉ việc 1 tháng có phải làm không?"),
)
"""Nearly the same words, written by a person."""
CASES = UNMARKED + IN_PERSON + AUTOMATIC + RECEIPTS + LISTS + PROSE_REPORTS + PEOPLE


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


def judged(
    message: Message,
    *,
    known: bool = True,
    ours: bool = False,
    is_command: bool = False,
    words: HouseWords = NO_WORDS,
) -> Classification:
    around = Circumstances(
        own_addresses=(OWN,),
        own_signature_ok=ours,
        known_sender=known,
        brought=Brought.PAPERS if any(not each.inline for each in message.attachments) else Brought.NOTHING,
        is_command=is_command,
        house_words=words,
    )
    return classify(message, around)
