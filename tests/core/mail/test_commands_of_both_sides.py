"""Commands of units and of HR: what is one, what only begins like one, and what of a reply is HR's own."""

from datetime import date

import pytest

from service.core.mail.answer_text import own_words
from service.core.mail.commands import MOST_ORDERS, Command, order_in, orders_in
from service.core.mail.days import day_in
from service.core.passwords import spoken_password

TODAY = date(2021, 5, 12)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("TÌNH TRẠNG", Command.STATUS),
        ("Kính gửi Ban Nhân sự,\ntinh trang ho so", Command.STATUS),
        ("“Mẫu” ạ", Command.TEMPLATE),
        ("Xin gia hạn đến 25/05 được không ạ", Command.EXTEND),
        ("Đề nghị gia hạn 2 tuần", Command.EXTEND),
        ("Xin gia hạn vì 7/9 đồng chí đang đi thực địa", Command.EXTEND),
        ("KHÔNG THỰC HIỆN ĐƯỢC: chị Hoa nghỉ thai sản", Command.NOT_POSSIBLE),
    ],
)
def test_a_units_words(text: str, command: Command) -> None:
    """After a salutation too."""
    order = order_in(text, from_hr=False)
    assert order is not None
    assert order.command is command


@pytest.mark.parametrize(
    "text",
    [
        "Tình trạng hồ sơ của em thế nào ạ?",
        "Mẫu này bị lỗi công thức",
        "Duyệt giúp em hồ sơ với ạ",
        "Gia hạn giúp em với ạ",
        "Không thực hiện được đăng ký trên cổng thì làm thế nào ạ?",
    ],
)
def test_a_sentence_that_begins_like_a_command_is_a_question(text: str) -> None:
    """A person answers it."""
    assert order_in(text, from_hr=False) is None


def test_hr_says_several_things_one_a_line_up_to_a_limit() -> None:
    """The first line that is no command ends them."""
    said = orders_in("GIA HẠN U03 25/05/2021\n- bỏ qua số 7: chị Hoa không dùng\nTrân trọng\nDUYỆT", from_hr=True)
    assert [order.command for order in said] == [Command.EXTEND, Command.WAIVE]
    assert (said[0].first_word, said[0].after_first_word) == ("U03", "25/05/2021")
    assert (said[1].number, said[1].after_number) == (7, "chị Hoa không dùng")
    assert len(orders_in("NHẮC U01\n" * 20, from_hr=True)) == MOST_ORDERS


@pytest.mark.parametrize(("text", "plain"), [("DUYỆT", True), ("Duyệt nhé.", True), ("duyệt trừ U03", False)])
def test_a_condition_after_duyet_is_no_agreement(text: str, plain: bool) -> None:
    """Approving half of a thing approves nothing."""
    order = order_in(text)
    assert order is not None
    assert order.is_plain_agreement is plain


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25/05", date(2021, 5, 25)),
        ("đến 25.5.21", date(2021, 5, 25)),
        ("15/1", date(2022, 1, 15)),
        ("11/05", date(2021, 5, 11)),
        ("31/02", None),
        ("tuần sau", None),
        ("từ 20/05 đến 30/05", date(2021, 5, 30)),
        ("hết ngày 28 tháng 5 năm 2021", date(2021, 5, 28)),
        ("mùng 3/6", date(2021, 6, 3)),
        ("ngày 3-6", date(2021, 6, 3)),
        ("2021-06-03", date(2021, 6, 3)),
        ("đến 26/05 em gửi nốt ạ", date(2021, 5, 26)),
        ("theo công văn ngày 04/05/2021, đến 28/05", date(2021, 5, 28)),
    ],
)
def test_days_as_people_write_them(text: str, day: date | None) -> None:
    """Without a year the next one that makes sense."""
    assert day_in(text, TODAY) == day


@pytest.mark.parametrize(
    "text",
    [
        "vì 4/7 người chưa có mã",
        "đến nay mới có 4/7 phiếu",
        "lên đến 4/7 đồng chí đi vắng",
        "2-4 ngày",
        "đến 2-4 ngày nữa",
        "khoảng 2-4",
        "1/2 ngày",
        "3/4 số tờ khai",
        "được 4/7",
        "theo Quyết định 595/QĐ-BHXH",
        "theo Nghị định 166/2016/NĐ-CP",
        "theo công văn số 12/5",
        "công văn ngày 04/05/2021",
        "số 024.3.5.7777",
        "0912.05.06.21",
        "phòng 12/5",
        "bản 2.1.5",
        "4/7%",
    ],
)
def test_what_is_no_day(text: str) -> None:
    """A fraction, a range, a decree, a telephone, a room."""
    assert day_in(text, TODAY) is None


OURS = "=== Viết trả lời phía trên dòng này. ===\nTình hình của đơn vị: Cần chỉnh sửa\nGửi Tờ khai của Lê Văn Nam."


@pytest.mark.parametrize(
    "tail",
    ["\n".join(f"> {line}" for line in OURS.splitlines()), OURS, "Vào 09:15 12/05, Ban Nhân sự đã viết:\n" + OURS],
)
def test_nothing_of_our_mail_to_hr_is_handed_on(tail: str) -> None:
    """However the mail program quotes it, or whether HR copied a line of it."""
    reply = f"Không phải ký.\n\nGửi Tờ khai của Lê Văn Nam.\nTrân trọng\n\n{tail}"
    assert own_words(reply, OURS) == "Không phải ký.\n\nTrân trọng"


def test_a_password_can_be_spoken_and_is_anothers_for_another() -> None:
    """The same for the same thing, so that it need not be kept."""
    first = spoken_password(b"secret", "roster U01")
    assert first == spoken_password(b"secret", "roster U01")
    assert len({first, spoken_password(b"secret", "roster U02"), spoken_password(b"other", "roster U01")}) == 3
    assert [len(group) for group in first.split("-")] == [4, 4, 4]
