"""Laws of days in mails: only what stands as a day is one, whatever stands around it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from service.core.mail.days import day_in
from service.core.progress.deadlines import WorkingCalendar
from service.core.progress.time_wishes import Understood, time_wish_of

TODAY = date(2021, 5, 12)
CALENDAR = WorkingCalendar(is_holiday=lambda _day: False)
small = some.integers(1, 31)
counted = some.sampled_from(["người", "nhân viên", "đồng chí", "tờ khai", "hồ sơ", "trường hợp", "ngày", "tuần", "hôm"])
before = some.sampled_from(["", "vì ", "do mới có ", "đến ", "lên đến ", "khoảng ", "còn ", "thêm ", "chờ "])
after = some.sampled_from(["", " chưa ký", " nữa", ", mong Phòng thông cảm", ".", " ạ"])
days = some.integers(0, 300).map(lambda number: TODAY + timedelta(days=number))


def _numbers(*alternatives: str) -> some.SearchStrategy[str]:
    """Shapes with two small numbers in them."""
    return some.builds(lambda shape, one, two: shape.format(one, two), some.sampled_from(alternatives), small, small)


fractions = some.builds(lambda numbers, noun: f"{numbers} {noun}", _numbers("{}/{}", "{} / {}"), counted)
ranges = some.builds(lambda numbers, noun: f"{numbers} {noun}", _numbers("{}-{}", "{} - {}", "{}–{}", "{}.{}"), counted)
documents = some.builds(
    lambda number, tail: f"theo quyết định số {number}/{tail}",
    small | some.integers(100, 5000),
    some.sampled_from(["QĐ-BHXH", "2016/NĐ-CP", "5/TT-BYT", "CV", "05/2021/QĐ"]),
)
telephones = some.builds(
    lambda digits, mark: "số " + mark.join((digits[:4], digits[4:6], digits[6:8], digits[8:])),
    some.text("0123456789", min_size=9, max_size=9).map(lambda digits: f"0{digits}"),
    some.sampled_from([".", "-", " ", ""]),
)


@given(before, fractions | ranges | documents | telephones, after)
def test_no_fraction_range_decree_or_telephone_becomes_a_day(lead: str, numbers: str, tail: str) -> None:
    """Nor does a wish with nothing else in it say that a day was written."""
    text = f"{lead}{numbers}{tail}"
    assert day_in(text, TODAY) is None
    assert time_wish_of(text, TODAY, CALENDAR, last_day=TODAY).understood in (Understood.COUNTED, Understood.UNSAID)


@given(some.sampled_from(["", "đến ", "đến hết ngày ", "tới ", "hết ", "ngày "]), days, fractions | ranges)
def test_a_day_is_found_beside_them(lead: str, day: date, reason: str) -> None:
    """The reason after it changes nothing."""
    written = f"{lead}{day.day}/{day.month}" + ("" if day.year == TODAY.year else f"/{day.year}")
    assert day_in(f"{written} vì {reason} chưa xong", TODAY) == day


@given(some.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    """Every wish has a day, unless a day was written that the calendar does not have."""
    wish = time_wish_of(text, TODAY, CALENDAR, last_day=TODAY)
    assert (wish.until is None) == (wish.understood is Understood.NO_DAY)
