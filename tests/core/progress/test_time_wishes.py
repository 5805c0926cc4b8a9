"""S84: what a unit's wish for time comes to, counted in working days; which words wish, and for whom."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.mail.time_requests import asks_for_time
from service.core.progress.deadlines import WorkingCalendar
from service.core.progress.time_wishes import TimeWish, Understood, time_wish_in, time_wish_of

HOLIDAY = date(2021, 5, 24)
CALENDAR = WorkingCalendar(is_holiday=lambda day: day == HOLIDAY)
TODAY, LAST_DAY = date(2021, 5, 11), date(2021, 5, 19)
"""A Tuesday, and the Wednesday of the week after."""


def wished(argument: str, *, today: date = TODAY) -> TimeWish:
    return time_wish_of(argument, today, CALENDAR, last_day=LAST_DAY)


def wish_in(text: str) -> TimeWish | None:
    return time_wish_in(text, TODAY, CALENDAR, last_day=LAST_DAY)


@pytest.mark.parametrize(
    ("argument", "until", "words"),
    [
        ("thêm 2 ngày", date(2021, 5, 21), "2 ngày"),
        ("3 ngày", date(2021, 5, 25), "3 ngày"),  # over a weekend and a holiday
        ("2-4 ngày do nhiều đồng chí đi công tác", date(2021, 5, 26), "2-4 ngày"),
        ("từ 2 đến 4 ngày", date(2021, 5, 26), "2 đến 4 ngày"),
        ("hai, ba hôm", date(2021, 5, 25), "hai, ba hôm"),
        ("hai ngay", date(2021, 5, 21), "hai ngay"),
        ("sáu ngày", date(2021, 5, 28), "sáu ngày"),
        ("vài bữa ạ", date(2021, 5, 25), "vài bữa"),
        ("1 tuần", date(2021, 5, 27), "1 tuần"),
        ("1 tháng", date(2021, 6, 21), "1 tháng"),
        ("đến thứ năm tuần sau nữa", date(2021, 5, 27), "thứ năm tuần sau nữa"),
        ("đến thứ hai", HOLIDAY + (TODAY - date(2021, 5, 10)), "thứ hai"),  # the Monday itself is a holiday
        ("sang tuần sau", date(2021, 5, 21), "sang tuần sau"),
        ("hết tháng", date(2021, 5, 31), "hết tháng"),
        ("cuối tháng 6", date(2021, 6, 30), "cuối tháng 6"),
        ("đến ngày 27", date(2021, 5, 27), "ngày 27"),
        ("until Friday next week", date(2021, 5, 21), "Friday next week"),
        ("3 more days", date(2021, 5, 25), "3 more days"),
    ],
)
def test_s84_a_time_in_words_is_counted_in_working_days(argument: str, until: date, words: str) -> None:
    """From the last day in time on; of a range the longer; said as counted, never as a day that was written."""
    assert wished(argument) == TimeWish(until=until, understood=Understood.COUNTED, words=words)


def test_s84_after_the_last_day_durations_begin_today() -> None:
    """Two days more than a day long past would be no time at all."""
    assert wished("2 ngày", today=date(2021, 5, 27)).until == date(2021, 5, 31)


@pytest.mark.parametrize("argument", ["vì 4/7 người chưa có mã", "do mất mạng 2 ngày nay", "giúp đơn vị"])
def test_s84_where_no_time_is_named_hr_gets_a_proposal(argument: str) -> None:
    """Neither a fraction nor a reason is a time."""
    assert wished(argument) == TimeWish(until=date(2021, 5, 27), understood=Understood.UNSAID)


def test_s84_a_day_is_a_day_and_one_that_is_none_is_none() -> None:
    """Nothing is counted where a day stands."""
    assert wished("đến 28/05 (thêm 5 ngày)").understood is Understood.WRITTEN
    assert wished("đến 31/06") == TimeWish(until=None, understood=Understood.NO_DAY, words="31/06")


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("Chào chị,\nThứ sáu tuần sau bên em mới thu đủ chữ ký ạ.", date(2021, 5, 21)),
        ("Vì máy hỏng, em xin phép nộp sau 21/05 nhé.", date(2021, 5, 21)),
        ("Em xin thêm 3 hôm nữa ạ.", date(2021, 5, 25)),
        ("Em xin gia hạn ạ. Ngày 28/5 em nộp đủ.", date(2021, 5, 28)),
        ("Kính đề nghị Phòng cho lùi thời hạn thêm 1 tuần.", date(2021, 5, 27)),
        ("Đơn vị sẽ nộp chậm 2 ngày, mong Phòng thông cảm.", date(2021, 5, 21)),
        ("Nho chi cho em nop muon 2 ngay", date(2021, 5, 21)),
        ("Có thể gia hạn cho đơn vị đến 28/05 được không ạ?", date(2021, 5, 28)),
        ("Could we have two more days, please?", date(2021, 5, 21)),
        ("Em Hoa xin gia hạn đến 28/05 vì chị Mai nghỉ ốm.", date(2021, 5, 28)),
    ],
)
def test_s84_a_wish_inside_a_sentence_is_a_wish(text: str, until: date) -> None:
    """Without the command word on the first line; what is a reason is no time."""
    wish = wish_in(text)
    assert wish is not None
    assert (wish.until, wish.for_some) == (until, False)


@pytest.mark.parametrize(
    "text",
    [
        "Đơn vị có được gia hạn không ạ?",
        "Bên em không cần gia hạn nữa.",
        "Cảm ơn chị đã gia hạn cho đơn vị đến 28/05.",
        "Gia hạn thẻ BHYT cho người mới thì làm ở đâu ạ?",
        "Cho em hỏi 2 ngày nữa đã có kết quả chưa?",
        "Em muốn gửi lại danh sách.",
        "Mọi người nộp đủ đến 12/05 rồi ạ.",
        "Em xin nghỉ phép 3 ngày, có việc gì chị gọi anh Tuấn này.",
        "Đơn vị gửi danh sách, 4/7 người đã ký.",
        "Thư sau em gửi nốt.",
    ],
)
def test_s84_other_sentences_wish_for_nothing(text: str) -> None:
    """Questions about the rules, thanks, leave, and words that only look alike without their accents."""
    assert not asks_for_time(text)
    assert wish_in(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Riêng anh Quang xin nộp sau 30/05 ạ.",
        "Chị Nhung đang nghỉ thai sản nên xin gia hạn đến 30/05.",
        "Xin gia hạn cho 2 bạn mới vào đến 30/05.",
        "Trường hợp của anh Dũng, đề nghị cho nộp chậm 1 tuần.",
        "2 người còn lại tuần sau mới ký được ạ.",
    ],
)
def test_s84_a_wish_for_some_persons_is_none_of_the_unit(text: str) -> None:
    """A question to HR."""
    wish = wish_in(text)
    assert wish is not None
    assert wish.for_some
