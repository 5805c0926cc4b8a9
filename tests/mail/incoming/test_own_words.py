"""S72, S74: what the sender says is found, whatever stands around it; what we offered is nobody's word."""

from __future__ import annotations

import textwrap
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.core.mail.commands import orders_in
from service.core.mail.greetings import only_greets
from service.core.mail.messages import Message
from service.mail.incoming.mime import read_message
from service.mail.incoming.notices import is_device_line
from service.mail.incoming.texts import new_text
from tests.support.mails.pasted_tables import QUOTING
from tests.support.mails.quoting_programs import FORWARDING, MARKED, UNMARKED, quoting

OURS = (
    "Kính gửi Anh/Chị,\n\nĐơn vị còn thiếu Phụ lục 02 và tờ khai của hai người lao động, đề nghị gửi trước 20/05.\n"
    "Anh/Chị có thể trả lời thư này bằng một dòng:\n\nTÌNH TRẠNG\nGỬI LẠI MẪU\nXIN GIA HẠN 25/05/2021\n\n"
    "Để duyệt, đề nghị trả lời thư này với dòng đầu tiên là\nDUYỆT\n\nTrân trọng,\nBan Nhân sự"
)
QUESTION = "Người đang nghỉ thai sản có phải ký tờ khai không chị?"


def mail(text: str, subject: str = "Re: [VSSID-2021 U03] Nhắc", html: str | None = None, **fields: str) -> Message:
    """As it reaches us from Lan."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "lan@office.example", "nhansu@office.example", subject
    for name, value in fields.items():
        made[name.replace("_", "-")] = value
    made.set_content(text if html is None else html, subtype="plain" if html is None else "html")
    return read_message(made.as_bytes())


ALL = {**MARKED, **UNMARKED}
ORDINARY = st.sampled_from(
    [
        "Em gửi chị danh sách của đơn vị, có gì chị báo em sửa.",
        "Đã gửi từ hôm thứ Hai mà chưa thấy chị trả lời.",
        "Gửi từ đơn vị chúng tôi đến nay vẫn chưa có phản hồi.",
        "Trong giấy này có 2 chỗ do chị Hoa bên bảo hiểm viết",
        "Ngày 12/05 chị Hoa bên quận viết:",
        "Từ: 8 giờ sáng đến 5 giờ chiều đơn vị em đều có người.",
        "On Monday we will send what the office wrote",
        "Ngày: thứ Tư này em gửi nốt ạ.",
        "- Anh Nam: đã nghỉ việc; chị Thu: đang nghỉ ốm",
        "Vào ngày 17/05 đơn vị sẽ gửi.",
        "Lưu ý: đơn vị em có 3 người ở ngoài Hà Nội, gửi sau có được không ạ?",
        "Thư này em gửi thay cho anh trưởng phòng đang đi công tác.",
        "-----",
        "",
    ]
)


@pytest.mark.parametrize("program", ALL)
def test_s74_the_words_above_a_quotation_are_the_senders(program: str) -> None:
    """Of every program, in Vietnamese and in English: her thanks are hers, our offers are ours."""
    read = mail(quoting(ALL[program], own="Em cảm ơn chị.", earlier=OURS))
    assert (read.new_text, read.whole_words, read.is_forward) == ("Em cảm ơn chị.", "", False)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(ALL)), st.lists(ORDINARY, min_size=1, max_size=5))
@example("Outlook in Vietnamese", ["Ngày 12/05 chị Hoa bên quận viết:", "Đơn vị nộp sau."])
def test_no_letter_of_a_fresh_paragraph_is_lost(program: str, paragraphs: list[str]) -> None:
    """Sentences that resemble what programs write stay, whichever program quotes below them."""
    own = "\n".join(["Em chào chị, em là Lan ạ.", *paragraphs, "Chị xem giúp em."])
    kept = new_text(quoting(ALL[program], own=own, earlier=OURS))
    assert kept.split() == own.split()


@settings(max_examples=150, deadline=None)
@given(
    program=st.sampled_from(sorted(ALL)),
    own=st.sampled_from(
        ["", "Kính gửi chị,", "Em cảm ơn chị.", "Kính gửi chị,\n\nTrân trọng,\nNguyễn Thị Lan", QUESTION]
    ),
    width=st.integers(30, 90),
)
def test_s74_a_command_that_we_offered_is_never_the_senders(program: str, own: str, width: int) -> None:
    """Also when a server has broken the quoted lines anew, so that their ends have lost the mark."""
    whole = quoting(ALL[program], own=own, earlier=OURS)
    broken = "\n".join(part for line in whole.split("\n") for part in (textwrap.wrap(line, width) or [""]))
    for text in (whole, broken):
        for from_hr in (True, False):
            assert orders_in(new_text(text), from_hr=from_hr) == ()


@pytest.mark.parametrize("program", QUOTING)
def test_s74_quotations_in_html(program: str) -> None:
    """The same in HTML: nothing of the quoted mail, all of her own words."""
    page = QUOTING[program].format(own=f"<p>{QUESTION}</p>", earlier="<p>TÌNH TRẠNG</p><p>DUYỆT</p>")
    assert mail("", html=page).new_text == QUESTION


@pytest.mark.parametrize("program", [name for name in MARKED if name != "marks alone"])
@pytest.mark.parametrize("top", ["", "Kính gửi chị,", "Em cảm ơn chị."])
def test_s74_an_answer_below_a_marked_quotation_counts(program: str, top: str) -> None:
    """With nothing, a greeting or thanks on top."""
    read = mail(f"{quoting(MARKED[program], own=top, earlier=OURS)}\n\n{QUESTION}")
    assert read.new_text.split() == f"{top} {QUESTION}".split()


def test_s74_a_command_below_the_quotation_is_one() -> None:
    """Some people write below what they quote; with a greeting on top it is still her first line."""
    for top in ("", "Chào chị,"):
        text = f"{quoting(MARKED['Thunderbird'], own=top, earlier=OURS)}\n\nXin gia hạn 28/05/2021"
        assert [order.argument for order in orders_in(mail(text).new_text, from_hr=False)] == ["28/05/2021"]


def test_s74_answers_between_quoted_lines_count() -> None:
    """Each below its question, plain."""
    text = (
        "Em trả lời ạ.\n\nVào 17/05/2021 09:15, Ban Nhân sự viết:\n> Ông Khế: thiếu ngày sinh.\nSinh 03/04/1990 ạ.\n"
        "> Bà Mận: số điện thoại có 9 chữ số.\n\nBà ấy dùng máy bàn có được không chị?\n> Trân trọng\n"
    )
    assert mail(text).new_text.endswith("\n\nSinh 03/04/1990 ạ.\n\nBà ấy dùng máy bàn có được không chị?")


def test_s74_answers_between_quoted_boxes_count() -> None:
    """Gmail splits the quoted box; Thunderbird too, without a box around."""
    attribution = '<div class="gmail_attr">Vào Th 2, Ban Nhân sự &lt;hr@office.example&gt; đã viết:<br></div>'
    boxes = (
        "<blockquote class='gmail_quote'><p>DUYỆT</p></blockquote>{}<blockquote class='gmail_quote'>MẪU</blockquote>"
    )
    answer = f"<div>{QUESTION}</div>"
    gmail = f"<div>Em trả lời bên dưới.</div><div class='gmail_quote'>{attribution}{boxes.format(answer)}</div>"
    for page in (gmail, f"<p>Em trả lời bên dưới.</p>{boxes.format(answer)}"):
        assert mail("", html=page).new_text.split() == f"Em trả lời bên dưới. {QUESTION}".split()


def test_s74_a_forwarded_box_is_no_answer() -> None:
    """What stands in Gmail's box of a forwarded mail is somebody else's, below a quotation of its own too."""
    page = (
        "<div>Chị xem giúp em.</div><div class='gmail_quote'><div class='gmail_attr'>---------- Forwarded message "
        "---------<br>Từ: Quân</div><p>Em hỏi:</p><blockquote>TÌNH TRẠNG</blockquote><p>DUYỆT</p></div>"
    )
    assert mail("", html=page).new_text == "Chị xem giúp em."


@pytest.mark.parametrize("form", FORWARDING)
def test_s74_a_forward_without_words_says_what_the_forwarded_mail_says(form: str) -> None:
    """The question is there to be judged, and never a command; with words of her own these come first."""
    silent = mail(quoting(FORWARDING[form], own="", earlier=QUESTION), subject="Fwd: Hỏi")
    assert (silent.new_text, silent.whole_words, silent.is_forward) == ("", QUESTION, True)
    said = mail(quoting(FORWARDING[form], own="Chị trả lời giúp em.", earlier=QUESTION), subject="Fwd: Hỏi")
    assert (said.new_text, said.whole_words, said.is_forward) == ("Chị trả lời giúp em.", QUESTION, True)


def test_a_forward_of_a_forward_is_read_to_its_words() -> None:
    """Each hand adds its own head, and a signature above it."""
    inner = quoting(FORWARDING["Gmail"], own="", earlier=QUESTION)
    outer = quoting(FORWARDING["Outlook"], own="\n--\nNguyễn Thị Lan\nPhòng Hành chính", earlier=inner)
    assert mail(outer, subject="FW: Hỏi").whole_words == QUESTION


def test_an_empty_answer_that_quotes_us_says_nothing() -> None:
    """What the reader wrote himself is not said anew, forwarded or not."""
    for name, form in UNMARKED.items():
        read = mail(quoting(form, own="", earlier=OURS), In_Reply_To="<1@office.example>")
        assert (only_greets(read.new_text), read.whole_words) == (True, ""), name
    again = FORWARDING["Gmail"].replace("quan@office.example", "nhansu@office.example")
    assert mail(quoting(again, own="", earlier=OURS), subject="Fwd: Nhắc").whole_words == ""


def test_s74_a_wish_in_the_subject_alone() -> None:
    """Without words in the mail; the subject of our own mail is no wish of hers."""
    assert mail("", subject=f" {QUESTION}").whole_words == QUESTION
    assert [
        mail("", subject=f"{prefix}Nhắc").whole_words for prefix in ("Re: ", "TL: ", "Fwd: ", "[VSSID-2021 U03] ")
    ] == [""] * 4
    assert mail("Em gửi ạ.", subject=QUESTION).whole_words == ""


def test_s74_a_memo_typed_by_hand_is_no_quotation() -> None:
    """Its head has neither an address nor the time of day; a copied head below words is one."""
    memo = f"Từ: Phòng Kinh doanh\nKính gửi: Ban Nhân sự\nGửi: Ban Nhân sự\nNgày: 12/05/2021\n\n{QUESTION}"
    assert mail(memo, subject="Hỏi").new_text == memo
    copied = memo.replace("Kính gửi: Ban Nhân sự\n", "")
    assert mail(copied, subject="Hỏi").new_text == copied
    assert mail(f"Chị xem giúp.\n\n{copied}", subject="Hỏi").new_text == "Chị xem giúp."


@pytest.mark.parametrize("line", ["--", "-----", "***", "________"])
def test_s74_dashes_between_paragraphs_are_no_signature(line: str) -> None:
    """What is asked below them is asked."""
    for above in ("Kính gửi chị,", "Em gửi danh sách của đơn vị."):
        words = mail(f"{above}\n{line}\n{QUESTION}\n\n--\nNguyễn Thị Lan\nPhòng Hành chính, 57 phố Mới").new_text
        assert words.replace(line, "").split() == f"{above} {QUESTION}".split()


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Sent from my Samsung Galaxy smartphone.",
        "Sent from Outlook for iOS<https://aka.ms/x>",
        "Sent from Yahoo Mail on Android",
        "Đã gửi từ iPhone của tôi",
        "Được gửi từ iPad của tôi",
        "Gửi từ điện thoại thông minh Samsung Galaxy A52 của tôi",
        "Tải Outlook cho Android",
        "Gửi từ Thư dành cho Windows 10",
        "Được gửi từ thiết bị di động của tôi",
    ],
)
def test_s74_device_lines_end_the_words(line: str) -> None:
    """They say the device and nothing else; above the words they are left out."""
    assert is_device_line(line)
    assert mail(f"Em cảm ơn chị.\n\n{line}\n\nDUYỆT").new_text == "Em cảm ơn chị."
    assert mail(f"{line}\n\n{QUESTION}").new_text == QUESTION


@pytest.mark.parametrize(
    "line",
    [
        "Gửi từ máy tính của đơn vị lên cổng thì báo lỗi",
        "Sent from my office last Monday, no answer yet",
        "Đã gửi từ tuần trước",
        "Gửi từ hộp thư của trưởng phòng có được không?",
        "Được gửi từ Hà Nội bằng chuyển phát nhanh",
    ],
)
def test_s74_sentences_about_sending_stay(line: str) -> None:
    """They begin like device lines."""
    assert mail(f"{line}\n{QUESTION}").new_text == f"{line}\n{QUESTION}"


BANNERS = [
    "[EXTERNAL] CẢNH BÁO: Thư này được gửi từ bên ngoài tổ chức. Không bấm vào liên kết khi chưa rõ người gửi.",
    "CAUTION: This email originated from outside of the organization. Do not click links or open attachments unless\n"
    "you recognize the sender and know the content is safe.",
    "***\nEmail này đến từ bên ngoài công ty\n***",
    "LƯU Ý:\nThư đến từ bên ngoài. Không mở tệp đính kèm nếu không quen người gửi.",
    "You don't often get email from lan@office.example. Learn why this is important",
    "[EXT]",
]


@pytest.mark.parametrize("banner", BANNERS)
def test_s72_banners_of_gateways_are_nobodys_words(banner: str) -> None:
    """A command, thanks or a question below is what the mail says."""
    for words in ("TÌNH TRẠNG", "Em cảm ơn chị ạ.", QUESTION):
        assert mail(f"{banner}\n\n{words}").new_text == words


DISCLAIMERS = [
    "NOTICE: If you are not the intended recipient please do not reply to this message and delete it.",
    "This e-mail and any attachments are confidential and intended solely for one. If you have received\n"
    "it in error, please notify the sender and delete it.",
    "Thư này và tệp đính kèm chỉ dành cho người nhận có tên và có thể chứa thông tin mật. Nếu Quý vị nhận được do\n"
    "nhầm lẫn, vui lòng thông báo cho người gửi và xóa thư.",
    "Please consider the environment before printing this e-mail.",
    "Hãy nghĩ đến môi trường trước khi in thư này.",
]


@pytest.mark.parametrize("disclaimer", DISCLAIMERS)
def test_s72_disclaimers_are_nobodys_words(disclaimer: str) -> None:
    """Below the words, with and without a rule; alone they say nothing."""
    for rule in ("\n", "\n______________\n"):
        assert mail(f"{QUESTION}\n{rule}{disclaimer}").new_text == QUESTION
    assert mail(disclaimer).new_text == ""


@pytest.mark.parametrize(
    "words",
    [
        "Cảnh báo màu đỏ ở dòng 5 nghĩa là gì ạ?",
        "Thư này chỉ dành cho đầu mối phải không chị?",
        "Lưu ý: chị Thu đang ở ngoài Bắc, tuần sau mới ký được.",
        "Em nhận được email bên ngoài nói là của bảo hiểm, có phải của chị không?",
        "Tài liệu này có bảo mật không, em gửi cho trưởng phòng được chứ?",
        "Nếu chị không phải người nhận thì em gửi ai ạ?",
    ],
)
def test_s72_a_persons_words_about_such_things_stay(words: str) -> None:
    """They use the words of banners and disclaimers."""
    assert mail(words).new_text == words
    assert mail(f"Chào chị,\n\n{words}").new_text == f"Chào chị,\n\n{words}"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*BANNERS, *DISCLAIMERS, "--", "> x", "Từ: a", "Gửi: b", "", "Ngày 1/1/2021 08:30 A viết:"])
    )
)
def test_any_order_of_such_lines_is_read(lines: list[str]) -> None:
    """Nothing raises, and what is cut never grows."""
    text = "\n".join(lines)
    assert len(new_text(text)) <= len(text)
    assert new_text(new_text(text)) is not None
