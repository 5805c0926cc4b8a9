"""HR's mail taken apart: plain orders, lists of numbers, words that only look like an order, what is left undone."""

from __future__ import annotations

import pytest

from service.core.mail.answer_text import says_something
from service.core.mail.commands import MOST_NUMBERS, MOST_ORDERS, Command, Order, order_on
from service.core.mail.hr_orders import Heard, heard, heard_beside_answer, is_whole

UNITS = frozenset({"u01", "u02", "u07"})


def beside_answer(text: str) -> Heard:
    return heard_beside_answer(text, UNITS, also=lambda _order: False)


@pytest.mark.parametrize(
    ("line", "numbers", "reason"),
    [
        ("CHẤP NHẬN 4, 6, 9", (4, 6, 9), ""),
        ("chap nhan so 4 va 6", (4, 6), ""),
        ("CHẤP NHẬN 4-6", (4, 5, 6), ""),
        ("TỪ CHỐI 8 và 10: ảnh chụp lệch", (8, 10), "ảnh chụp lệch"),
        ("TỪ CHỐI 8 chữ ký nhòe", (8,), "chữ ký nhòe"),
        ("Từ chối: hết kỳ nộp", (), ""),
        (f"CHẤP NHẬN 1-{MOST_NUMBERS + 1}", (), ""),
        ("CHẤP NHẬN 9-4", (), ""),
    ],
)
def test_numbers_come_alone_in_lists_and_in_ranges(line: str, numbers: tuple[int, ...], reason: str) -> None:
    """What stands after them is the reason; far too many are none."""
    order = order_on(line, from_hr=True)
    assert order is not None
    assert order.numbers == numbers
    assert not numbers or order.after_number == reason


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("GIA HẠN U07 đến hết ngày 21/05 nhé", True),
        ("Gia hạn U07 21/05 vì cả phòng đi tập huấn", True),
        ("Gia hạn U07 đến 21/05 thì không kịp", False),
        ("Gia hạn U07 từ 19/05 đến 21/05", False),
        ("Gia hạn U99 21/05", False),
        ("Nhắc U02 giúp chị", True),
        ("Nhắc U02 thì từ từ đã", False),
        ("Tạm dừng U01.", True),
        ("Đầu mối U01 Lý Thu Cúc, cuc@vnpt-it.example, 0988000111", True),
        ("Đầu mối U01 vẫn như cũ", False),
        ("Chấp nhận 3 ngày", False),
        ("Chấp nhận số 3", True),
        ("Chấp nhận 3 nếu có bản gốc", False),
        ("Bỏ qua 2 bạn mới: 14", True),
        ("Bỏ qua 4 trường hợp đang thử việc", False),
        ("Trả lời 5: được em nhé", True),
    ],
)
def test_an_order_is_plain_or_it_is_none(line: str, whole: bool) -> None:
    """A day with a doubt behind it, a number that counts people, a unit that does not exist: words."""
    order = order_on(line, from_hr=True)
    assert order is not None
    assert is_whole(order, UNITS) is whole


def test_a_sentence_that_begins_with_an_answer_is_no_order() -> None:
    """Only a number and a colon name a question."""
    assert order_on("Trả lời em như sau", from_hr=True) is None
    assert order_on("Trả lời 2 ý của em", from_hr=True) is None


def test_an_answer_by_number_goes_on_to_the_next_order() -> None:
    """Its lines keep their marks; a sentence that begins like an order stays in it."""
    said = heard(
        "Chào em,\nTRẢ LỜI 12: Ghi “nghỉ ốm” vào cột cuối.\nNhắc lại: không cần ký.\n\n"
        "TRẢ LỜI 14:\nĐược.\nGIA HẠN U07 21/05\nDUYỆT",
        UNITS,
    )
    assert [order.command for order in said.orders] == [
        Command.ANSWER,
        Command.ANSWER,
        Command.EXTEND,
        Command.APPROVE,
    ]
    assert said.orders[0].text == "Ghi “nghỉ ốm” vào cột cuối.\nNhắc lại: không cần ký."
    assert (said.orders[1].number, said.orders[1].text) == (14, "Được.")


def test_below_other_words_only_what_names_its_matter_is_obeyed() -> None:
    """A bare word there is said to be left undone: it may end a sentence."""
    said = heard("Chị xem rồi, như sau:\nCHẤP NHẬN 4, 6\nNhắc nhau cùng cố gắng\nDUYỆT", UNITS)
    assert [order.numbers for order in said.orders] == [(4, 6)]
    assert said.too_late == ("DUYỆT",)


def test_orders_beyond_the_limit_are_kept_to_be_said() -> None:
    """In HR's own words."""
    said = heard("\n".join(f"CHẤP NHẬN {number}" for number in range(1, MOST_ORDERS + 3)), UNITS)
    assert len(said.orders) == MOST_ORDERS
    assert said.too_many == (f"CHẤP NHẬN {MOST_ORDERS + 1}", f"CHẤP NHẬN {MOST_ORDERS + 2}")


def test_s78_in_an_answer_only_a_unit_s_order_is_no_word() -> None:
    """Everything else is handed on, whatever it begins with."""
    words = "Chấp nhận 3 ngày nhé em\nBỏ qua 4 người đã chuyển đi\nĐầu mối giữ như cũ\nTừ chối thì báo chị\nDuyệt nhé"
    said = beside_answer(f"{words}\nGIA HẠN U07 21/05")
    assert said.words == words
    assert said.orders == (Order(Command.EXTEND, "U07 21/05"),)


@pytest.mark.parametrize(
    ("words", "something"),
    [
        ("Trân trọng,\nĐỗ Ngọc Lan\nBan Nhân sự", False),
        ("Chào em,", False),
        ("👍", False),
        (":+1:", False),
        ("Được gửi từ iPhone của tôi", False),
        ("", False),
        ("Ok em", True),
        ("Chào em,\nKhông cần.\nTrân trọng", True),
        ("Cảm ơn em, cứ làm vậy.", True),
    ],
)
def test_s83_a_thumb_or_a_signature_says_nothing(words: str, something: bool) -> None:
    """One word does."""
    assert says_something(words) is something
