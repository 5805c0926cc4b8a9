"""Days as people write them in a mail: a day is only what stands as one.

"đến 25/05" is a day; "5/6 người" is a part of people, "3-5 ngày" a range, "595/QĐ" a decree. Two numbers count as a day
where a word before them says so, where they begin the text, or where a year follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from service.core.vietnam.text import flattened, tidy

_NUMBERS = re.compile(
    r"(?<![\w./\-])(?P<day>\d{1,2})"
    r"(?:\s*/\s*(?P<month>\d{1,2})(?:\s*/\s*(?P<year>\d{4}|\d{2}))?"
    r"|(?P<mark>[.-])(?P<other_month>\d{1,2})(?:(?P=mark)(?P<other_year>\d{4}|\d{2}))?)"
    r"(?![./\-]?\d)(?![/\-]\w)(?!\w)(?!\s*%)"
)
_IN_WORDS = re.compile(
    r"(?<![\w./\-])(?P<day>\d{1,2})\s*(?:thang|thg|th)\.?\s*(?P<month>\d{1,2})(?!\d)"
    r"(?:\s*(?:nam|/|-|,)\s*(?P<year>\d{4}))?"
)
_YEAR_FIRST = re.compile(r"(?<![\w./\-])(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?![\w/\-])")
_FROM_TO = re.compile(r"(?<=\d)\s*[-–]\s*(?=\d{1,2}\s*/\s*\d)")
""" "20/05-30/05": what is meant is up to the second."""
_UNTIL = r"(?:den|toi|het|truoc|until|till|by|to|before)"
_LEADS_UP = re.compile(rf"\b{_UNTIL}\b[\s:,(]*(?:(?:het|cuoi|truoc)\s+)*(?:ngay|hom|mung|mong)?[\s:,(]*$")
_LEADS = re.compile(
    rf"\b(?:{_UNTIL}|ngay|hom|vao|sang|sau|mung|mong|on|after|extend|deadline|chu nhat|cn"
    r"|thu\s*(?:[2-7]|hai|ba|tu|nam|sau|bay))\b[\s:,(]*$"
)
_SAYS_DAY = re.compile(r"\b(?:ngay|hom|mung|mong)[\s:]*$")
_OF_A_DOCUMENT = re.compile(
    r"\b(?:so|qd|cv|nd|tt|nq|cong van|quyet dinh|nghi dinh|thong tu|nghi quyet|luat|dieu|khoan|muc|diem|phong|nha|ngo"
    r"|ngach|hem|toa|tang|duong|kiet|dia chi|phien ban|version|ty le|ti le)[\s:.]*$"
    r"|\b(?:cong van|quyet dinh|van ban|thong bao|thong tu|nghi dinh|mail|email|thu)\b[^,;\n]{0,40}\bngay[\s:]*$"
    r"|\b(?:len|gan|khoang|tam|chung|moi) (?:den|toi)\s*$"
)
_ALWAYS_COUNTED = re.compile(
    r"\s*\(?(?:(?:tong )?so |cac )?(?:nguoi|ng\b|nv\b|nhan vien|nhan su|can bo|cb\b|cbnv|cnv|nld\b|lao dong|ho so|hs\b"
    r"|to khai|tk\b|truong hop|dong chi|tai khoan|ngay|hom|bua|buoi|tuan|thang|gio|tieng|phut|lan\b|people|persons?"
    r"|workers?|employees?|staff|days?|weeks?|months?|of\b|forms?)"
)
_SOMETIMES_COUNTED = re.compile(
    r"\s*\(?(?:ban|ca|anh em|anh chi em|chi em|so|phan|dong|ma|mau|phieu|to|may|dien thoai|don vi|phong|nhom"
    r"|thanh vien|chu ky|chua|da|con|thieu|duoc|xong)\b"
)
"""After a real day a sentence may go on like this; after a fraction it always does."""
_RECENT = timedelta(days=60)
_ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDay:
    """A day where it stands. `day` is None where the calendar has no such day; `leads_up`: "đến", "hết", "trước"."""

    day: date | None
    words: str
    start: int
    leads_up: bool


def day_in(text: str, today: date) -> date | None:
    """The day that a text names, written dd/mm, dd/mm/yy, dd/mm/yyyy or in words; without a year the next to come."""
    found = written_day(text, today)
    return found.day if found else None


def written_day(text: str, today: date) -> WrittenDay | None:
    """The first day with "đến" or the like before it; without such, the first."""
    found = [day for line in text.splitlines() for day in _days_of(tidy(line), today)]
    return next((day for day in found if day.leads_up), found[0] if found else None)


def names_day(text: str) -> bool:
    """Whether something stands in the text as a day, whether the calendar has it or not."""
    return written_day(text, _ANY_DAY) is not None


def _days_of(line: str, today: date) -> Iterator[WrittenDay]:
    line = _FROM_TO.sub(" đến ", line)
    plain = flattened(line)
    matches = [found for pattern in (_NUMBERS, _IN_WORDS, _YEAR_FIRST) for found in pattern.finditer(plain)]
    for found in sorted(matches, key=re.Match.start):
        if _stands_as_day(found, plain):
            day, month, year = _parts(found)
            yield WrittenDay(
                day=_date(day, month, year, today),
                words=line[found.start() : found.end()],
                start=found.start(),
                leads_up=_LEADS_UP.search(plain, 0, found.start()) is not None,
            )


def _parts(found: re.Match[str]) -> tuple[int, int, int | None]:
    said = found.groupdict()
    year = said.get("year") or said.get("other_year")
    return int(said["day"]), int(said.get("month") or said.get("other_month") or 0), _whole(year) if year else None


def _whole(year: str) -> int:
    return int(year) + (2000 if len(year) == 2 else 0)


def _stands_as_day(found: re.Match[str], plain: str) -> bool:
    before, after = plain[: found.start()], plain[found.end() :]
    if _OF_A_DOCUMENT.search(before):
        return False
    if found.re is not _NUMBERS:
        return _ALWAYS_COUNTED.match(after) is None
    if _parts(found)[2] is not None:
        return True
    if _SAYS_DAY.search(before) is not None:
        return not re.match(r"\s*(?:ngay|tuan|thang)\b", after)
    return not _counts_something(found, after) and (_LEADS.search(before) is not None or not re.search(r"\w", before))


def _counts_something(found: re.Match[str], after: str) -> bool:
    """ "5/6 người" is a fraction, "3-5 ngày" a range; "25-05" is written as days are."""
    day, month, _ = _parts(found)
    if _ALWAYS_COUNTED.match(after) or (day <= month and _SOMETIMES_COUNTED.match(after)):
        return True
    return bool(found["mark"]) and not (len(found["day"]) == 2 and len(found["other_month"]) == 2)


def _date(day: int, month: int, year: int | None, today: date) -> date | None:
    """ "15/01" said in December means next January; "15/05" said on 16/05 is a day that has passed."""
    try:
        if year is not None:
            return date(year, month, day)
        this_year = date(today.year, month, day)
        return this_year if this_year > today - _RECENT else date(today.year + 1, month, day)
    except ValueError:
        return None
