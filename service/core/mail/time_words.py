"""Times in words that are no day: "3-5 ngày", "thứ 6 tuần sau", "hết tháng", "vài hôm".

What day that comes to is counted in `core/progress/time_wishes.py`; here are only words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.core.vietnam.text import flattened, tidy


class TimeKind(StrEnum):
    """What a time that is no day names."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    WEEKDAY = "weekday"
    END_OF_WEEK = "end_of_week"
    DAY_OF_MONTH = "day_of_month"
    FROM_TODAY = "from_today"
    """So many days from today, worked or not."""
    END_OF_MONTH = "end_of_month"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTime:
    """A time in words. `number`: of days, weeks or months, of the weekday (Monday 0), of the day or the month.

    `ahead`: weeks or months from this one; None where none is said. `words` as written, from `start` on.
    """

    kind: TimeKind
    number: int = 0
    ahead: int | None = None
    words: str = ""
    start: int = 0


_OTHER_WORDS = frozenset(
    {
        "muốn",
        "mượn",
        "mọi",
        "mỗi",
        "mời",
        "đó",
        "đỏ",
        "độ",
        "đo",
        "đợi",
        "đội",
        "đòi",
        "đổi",
        "chấm",
        "trẻ",
        "tuấn",
        "tuân",
        "thư",
        "thủ",
        "thú",
        "căn",
        "cán",
        "bá",
    }
)
"""They look like "muộn", "mới", "do", "dời", "chậm", "trễ", "tuần", "thứ", "cần" without their accents."""
A_FEW = 3
"""Working days that "vài hôm" is taken for, until HR says otherwise."""
_WORDS_FOR_NUMBERS: Mapping[str, int] = {
    **dict(zip(("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"), range(1, 11), strict=True)),
    **dict(zip(("one", "two", "three", "four", "five", "six", "seven"), range(1, 8), strict=True)),
}
_PLAIN_NUMBERS = {flattened(word): number for word, number in _WORDS_FOR_NUMBERS.items() if word not in ("sáu", "năm")}
"""Typed without accents; "sau" and "nam" are too common words for that."""
_N = r"(?:\d{1,2}(?:[.,]5)?|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|one|two|three|four|five|six|seven)"
_SPAN_TO = r"(?:\s*(?:-|–|~|den|toi|to|hoac|hay|or|,)\s+|\s*[-–~]\s*|\s+)"
COUNT = re.compile(
    r"(?<![\w/.,\-])(?:(?P<few>(?:mot |1 )?(?:vai|it|may|dam)(?: ba)?|a few|some|several)"
    rf"|(?:{_N}{_SPAN_TO})?(?P<number>{_N}))\s*(?:more |additional |working |business )*"
    r"(?P<unit>ngay|hom|bua|tuan|thang|days?|weeks?|months?)\b(?: lam viec| nghi)?"
    r"(?!\s*(?:\d|nay\b|qua\b|truoc\b|vua\b|roi\b|gan day\b|ago\b|le\b))"
)
"""Of "3-5 ngày" the number is 5: what the unit surely needs."""
_WEEKDAYS = {
    **{number: place for place, number in enumerate("234567")},
    **{word: place for place, word in enumerate(("hai", "ba", "tu", "nam", "sau", "bay"))},
    **{
        word: place
        for place, word in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
    },
}
_WEEK = r"(?:trong |cua |of )?(?:tuan (?P<which>nay|sau nua|sau|toi|ke tiep)|(?P<english>this|next) week)"
_WEEKDAY = re.compile(
    r"(?<!lan )(?<!nguoi )(?<!dot )\b(?:(?P<thu>thu)\s?(?P<day>[2-7]|hai|ba|tu|nam|sau|bay)|(?P<sunday>chu nhat)"
    r"|(?P<next>next )?(?P<name>(?:mon|tues|wednes|thurs|fri|satur|sun)day)|t(?P<short>[2-7])(?=[\s,(]+tuan ))\b"
    rf"(?!\s+la\b)(?:[\s,(]*(?:{_WEEK}|(?P<near>toi|nay|sau)\b))?"
)
_WHOLE_WEEK = re.compile(rf"(?:\b(?:het|cuoi|trong|end of|sang|qua)\s+)?\b{_WEEK}|\b(?:het|cuoi) (?P<plain>tuan)\b")
_WHOLE_MONTH = re.compile(
    r"\b(?:het|cuoi|end of)\s+(?:the\s+)?(?:thang|month)\b(?:\s+(?P<month>\d{1,2})(?![\d/])|\s+(?P<which>nay|sau|toi))?"
    r"|\b(?:sang )?thang (?P<alone>sau|toi)\b"
)
_DAY_OF_MONTH = re.compile(
    r"\b(?:ngay|mung|mong)\s+(?P<number>\d{1,2})\b(?!\s*[/.\-]\s*\d)(?!\s*(?:thang|thg|th|nguoi|ngay)\b\.?\s*\d?)"
)
_WORD = re.compile(r"[^\W\d_]+")
_TOMORROW = re.compile(
    r"\b(?:(?:ngay|sang|trua|chieu|toi|het|den|hom) (?P<day>mai|kia|mot)|(?P<english>tomorrow))\b(?! \d)"
)


def plain_words(text: str) -> str:
    """Without accents, letter for letter, and without the words that would then be taken for others."""
    kept = _WORD.sub(lambda word: "_" * len(word[0]) if word[0].lower() in _OTHER_WORDS else word[0], text)
    return flattened(kept)


def named_time(text: str) -> NamedTime | None:
    """The first time in a text that is no day: a duration, a weekday, the end of a week or month."""
    line = tidy(text)
    plain = plain_words(line)
    found = [each for finder in _FINDERS for each in finder(line, plain)]
    return min(found, key=lambda each: (each.start, _ORDER[each.kind]), default=None)


def _counted(line: str, plain: str) -> Iterator[NamedTime]:
    for found in COUNT.finditer(plain):
        number = A_FEW if found["few"] else _number(line[slice(*found.span("number"))])
        months = found["unit"].startswith(("th", "mo"))
        weeks = found["unit"].startswith(("tu", "w"))
        kind = TimeKind.MONTHS if months else TimeKind.WEEKS if weeks else TimeKind.DAYS
        if number:
            yield NamedTime(kind=kind, number=number, words=line[found.start() : found.end()], start=found.start())


def _number(written: str) -> int:
    """0 for a word that is none: "sau ngày 25" speaks of no six days."""
    if written[0].isdigit():
        whole, _, half = written.replace(",", ".").partition(".")
        return int(whole) + bool(half)
    word = written.lower()
    return _WORDS_FOR_NUMBERS.get(word) or _PLAIN_NUMBERS.get(word, 0)


def _weekdays(line: str, plain: str) -> Iterator[NamedTime]:
    for found in _WEEKDAY.finditer(plain):
        said = found["day"] or found["short"] or found["name"] or ""
        weekday = 6 if found["sunday"] else _WEEKDAYS[said]
        ahead = _ahead(found["which"] or found["english"] or ("sau" if found["next"] else found["near"]))
        if found["near"] == "toi":
            ahead = None
        words = line[found.start() : found.end()].strip(" ,(")
        yield NamedTime(kind=TimeKind.WEEKDAY, number=weekday, ahead=ahead, words=words, start=found.start())


def _weeks(line: str, plain: str) -> Iterator[NamedTime]:
    for found in _WHOLE_WEEK.finditer(plain):
        ahead = _ahead("nay" if found["plain"] else found["which"] or found["english"])
        words = line[found.start() : found.end()].strip()
        yield NamedTime(kind=TimeKind.END_OF_WEEK, ahead=ahead, words=words, start=found.start())


def _months(line: str, plain: str) -> Iterator[NamedTime]:
    for found in _WHOLE_MONTH.finditer(plain):
        number = int(found["month"] or 0)
        ahead = None if number else _ahead(found["which"] or found["alone"] or "nay")
        if number <= 12:
            words = line[found.start() : found.end()]
            yield NamedTime(kind=TimeKind.END_OF_MONTH, number=number, ahead=ahead, words=words, start=found.start())
    for found in _DAY_OF_MONTH.finditer(plain):
        if 1 <= int(found["number"]) <= 31:
            words = line[found.start() : found.end()]
            yield NamedTime(kind=TimeKind.DAY_OF_MONTH, number=int(found["number"]), words=words, start=found.start())


def _tomorrow(line: str, plain: str) -> Iterator[NamedTime]:
    for found in _TOMORROW.finditer(plain):
        if found["day"] == "mot" and "mốt" not in line.lower():
            continue
        days = 2 if found["day"] in ("kia", "mot") else 1
        words = line[found.start() : found.end()]
        yield NamedTime(kind=TimeKind.FROM_TODAY, number=days, words=words, start=found.start())


def _ahead(said: str | None) -> int | None:
    return {"nay": 0, "this": 0, "sau": 1, "toi": 1, "ke tiep": 1, "next": 1, "sau nua": 2}.get(said or "")


_FINDERS: tuple[Callable[[str, str], Iterator[NamedTime]], ...] = (_counted, _weekdays, _weeks, _months, _tomorrow)
_ORDER: Mapping[TimeKind, int] = {kind: place for place, kind in enumerate(TimeKind)}
