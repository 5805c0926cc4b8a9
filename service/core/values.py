"""One cell's value in the campaign's canonical form; what cannot be read stays as written, for the checks to say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from service.core.campaigns import ColumnKind
from service.core.grids import Cell
from service.core.vietnam import numbers
from service.core.vietnam.dates import Shape, read_date
from service.core.vietnam.text import folded_words, tidy

NOTHING_SAID = frozenset(
    {"", "na", "n a", "null", "none", "khong co", "ko co", "k co", "chua co", "chua ro", "trong", "khong", "ko"}
)
"""Words (folded, without punctuation) that mean an empty cell; dashes and dots fold to nothing."""
DITTO = frozenset({"nhu tren", "nt", "n t", "ditto"})
DITTO_MARKS = frozenset({'"', "''", "″", "〃", "”", '""'})
YES = frozenset(
    {"x", "v", "co", "yes", "y", "1", "ok", "da", "true", "roi", "xong", "thanh cong", "du", "day du", "hoan thanh"}
)
NO = frozenset({"khong", "ko", "k", "chua", "no", "n", "0", "false"})
_YES_MARKS = frozenset("✓✔☑√✅×")
_YES_START = ("da ", "co ", "x ", "thanh cong")
_NO_START = ("chua ", "khong ", "ko ")
_MALE = frozenset({"nam", "male", "m", "trai", "ong"})
_FEMALE = frozenset({"nu", "female", "f", "gai", "ba"})
_ZEROS = re.compile(r"^[0 .\-]*0[0 .\-]*$")
_LITERAL_ZEROS = re.compile(r'^(?:"(0+)"|\\(0))[#0]+$')
_NOTHING_WRONG = re.compile(
    r"\b(?:khong|ko)(?: co)?(?: thong tin| noi dung| du lieu)?(?: nao)?(?: bi)? sai(?: lech| sot)?\b"
)
TRUE, FALSE = "true", "false"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something reading did that the sender should know: `kind` names the sentence."""

    kind: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A cell as read: canonical (or as written when it cannot be read), and as written."""

    canonical: str = ""
    written: str = ""
    remark: Remark | None = None


def written(cell: Cell | None) -> str:
    """The cell as a person sees it: dates day first, whole numbers without ".0", zeros its format shows."""
    value = cell.value if cell else None
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime() | date():
            return f"{value:%d/%m/%Y}"
        case time():
            return f"{value:%H:%M}"
        case int() | float():
            return _number_shown(value, cell.number_format if cell else "General")
    return tidy(value)


def is_ditto(text: str) -> bool:
    """ "Như trên" or a ditto mark: the cell above is meant."""
    return text in DITTO_MARKS or folded_words(text) in DITTO


def read_value(cell: Cell | None, kind: ColumnKind) -> Value:
    """Every kind but dates, which need their column (`dating.py`)."""
    text = written(cell)
    if says_nothing(text, kind):
        return Value(written=text)
    canonical = _READERS.get(kind, tidy)(text)
    remark = None
    if kind is ColumnKind.PHONE and len(numbers.compact(text)) == 11 and len(canonical) == 10:
        remark = Remark(kind="phone_converted", suggestion=canonical)
    return Value(canonical=canonical, written=text, remark=remark)


def yes_or_no(text: str) -> str:
    """ "true", "false", or the text itself; a date in such a column says yes."""
    bare = folded_words(text)
    if bare in NO or bare.startswith(_NO_START):
        return FALSE
    if bare in YES or bare.startswith(_YES_START) or text.strip() in _YES_MARKS:
        return TRUE
    return TRUE if read_date(text).shape in (Shape.DAY, Shape.SHORT_YEAR, Shape.MONTH) else tidy(text)


def gender(text: str) -> str:
    """ "Nam", "Nữ", or the text itself."""
    bare = folded_words(text)
    return "Nam" if bare in _MALE else "Nữ" if bare in _FEMALE else tidy(text)


def month(text: str) -> str:
    """YYYY-MM, or the text itself; of a day its month."""
    read = read_date(text)
    day = read.day_first() if read.shape in (Shape.MONTH, Shape.DAY) else None
    return f"{day:%Y-%m}" if day else tidy(text)


def email(text: str) -> str:
    """Lower case, without what mail programs put around an address."""
    bare = tidy(text).removeprefix("mailto:")
    found = re.search(r"<([^<>\s]+@[^<>\s]+)>", bare)
    return (found.group(1) if found else bare).lower().strip()


def ordinal(text: str) -> str:
    return tidy(text).rstrip(".")


_READERS: Mapping[ColumnKind, Callable[[str], str]] = {
    ColumnKind.YES_NO: yes_or_no,
    ColumnKind.GENDER: gender,
    ColumnKind.MONTH: month,
    ColumnKind.EMAIL: email,
    ColumnKind.PHONE: numbers.phone,
    ColumnKind.SOCIAL_INSURANCE_NO: numbers.digits,
    ColumnKind.CITIZEN_ID: numbers.card_number,
    ColumnKind.HEALTH_CARD_NO: numbers.card_number,
    ColumnKind.ORDINAL: ordinal,
}


def says_nothing(text: str, kind: ColumnKind) -> bool:
    """Whether the cell is as good as empty: a dash, "không có"; in a yes/no column "không" is an answer."""
    bare = folded_words(text)
    if bare:
        return kind is not ColumnKind.YES_NO and bare in NOTHING_SAID
    return not any(letter in _YES_MARKS for letter in text)


def _number_shown(value: float, number_format: str) -> str:
    if not float(value).is_integer() or abs(value) >= 1e15:
        return repr(value)
    text = str(int(value))
    if _ZEROS.match(number_format):
        return text.zfill(number_format.count("0"))
    if literal := _LITERAL_ZEROS.match(number_format):
        return (literal[1] or literal[2]) + text
    return text


def says_nothing_wrong(text: str) -> bool:
    """The statement "đã rà soát, không có sai lệch"; a condition ("nếu không có sai lệch …") states nothing."""
    bare = folded_words(text)
    return bool(_NOTHING_WRONG.search(bare)) and not bare.startswith(("neu ", "truong hop "))
