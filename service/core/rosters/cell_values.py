"""One cell's value in the campaign's canonical form; what cannot be read stays as written, for the checks to say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from service.core.campaigns import ColumnKind
from service.core.grids import Cell, CellValue
from service.core.vietnam import names, numbers
from service.core.vietnam.dates import DateShape, read_date
from service.core.vietnam.text import folded_words, tidy

NOTHING_SAID = frozenset(
    {"", "na", "n a", "null", "none", "khong co", "ko co", "k co", "chua co", "chua ro", "trong", "khong", "ko"}
)
"""Words (folded, without punctuation) that mean an empty cell; dashes and dots fold to nothing."""
_NO_ANSWER = frozenset({"na", "n a", "null", "none", "trong", "chua ro"})
"""The same in a yes/no column, where "không" and "chưa có" are answers."""
DITTO = frozenset({"nhu tren", "nt", "n t", "ditto"})
DITTO_MARKS = frozenset({'"', "''", "″", "〃", "”", '""'})
LONGEST_DITTO = 12
YES = frozenset(
    {"x", "v", "co", "yes", "y", "1", "ok", "da", "true", "roi", "xong", "thanh cong", "du", "day du", "hoan thanh"}
    | {"dat", "done"}
)
NO = frozenset({"khong", "ko", "k", "chua", "no", "n", "0", "false"})
_YES_MARKS = (
    frozenset("✓✔☑√✅×☒✗✘🗹🗸") | frozenset("üþûý") | frozenset("\uf0fc\uf0fe\uf0fb\uf0fd\uf050\uf052\uf053\uf054")
)
"""And what ticks and crosses of Wingdings and Wingdings 2 are as letters, where the font is lost."""
_SELECTORS = "\ufe0e\ufe0f"
"""A sign shown as text or as a picture."""
_YES_START = ("da ", "co ", "x ", "thanh cong")
_NO_START = ("chua ", "khong ", "ko ")
_MALE = frozenset({"nam", "nam gioi", "male", "m", "trai", "ong"})
_FEMALE = frozenset({"nu", "nu gioi", "female", "f", "gai", "ba"})
_AS_TEXT = re.compile(r'="([^"]*)"')
"""How programs write a csv so that a spreadsheet keeps the zeros: ="0123"."""
ERROR_VALUES = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
"""What a formula shows that has failed."""
_ZEROS = re.compile(r"^[0 .\-]*0[0 .\-]*$")
_LANGUAGE = re.compile(r"\[(?:\$[^\]]*|black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]", re.IGNORECASE)
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


@dataclass(slots=True)
class ReadColumn:
    """One column, cell by cell: canonical values, the same as written, and what is to be said of single cells."""

    canonical: list[str]
    written: list[str]
    remarks: dict[int, Remark] = field(default_factory=dict)
    dittos: set[str] = field(default_factory=set)
    """Texts that mean the cell above."""

    @classmethod
    def of(cls, values: Sequence[Value]) -> ReadColumn:
        """From single values; the same value comes again and again."""
        remarks = {index: value.remark for index, value in enumerate(values) if value.remark}
        as_written = [value.written for value in values]
        dittos = {text for text in set(as_written) if is_ditto(text)}
        return cls([value.canonical for value in values], as_written, remarks, dittos)


def written(cell: Cell | None) -> str:
    """The cell as a person sees it: dates day first, whole numbers without ".0", zeros its format shows."""
    return shown(cell.value, cell.number_format) if cell else ""


def shown(value: CellValue, number_format: str = "General") -> str:
    """The same of a bare value."""
    if isinstance(value, str):
        return tidy(_unquoted(value))
    if type(value) is float:
        return _number_shown(value, number_format)
    match value:
        case None:
            return ""
        case bool():
            text = "TRUE" if value else "FALSE"
        case datetime() | date():
            text = f"{value:%d/%m/%Y}"
        case time():
            text = f"{value:%H:%M}"
        case timedelta():
            text = _number_shown(value / timedelta(days=1), number_format)
        case _:
            text = _number_shown(value, number_format)
    return text


def _unquoted(text: str) -> str:
    quoted = _AS_TEXT.fullmatch(text) if text[:1] == "=" else None
    return quoted[1] if quoted else text


def is_ditto(text: str) -> bool:
    """ "Như trên" or a ditto mark: the cell above is meant."""
    if len(text) > LONGEST_DITTO or (text[:1].isalnum() and text[0] not in "nNdDđĐ"):
        return False
    return text in DITTO_MARKS or folded_words(text) in DITTO


def read_value(cell: Cell | None, kind: ColumnKind) -> Value:
    """Every kind but dates, which need their column (`dating.py`)."""
    return _read(written(cell), kind)


def read_column(cells: Sequence[CellValue], kind: ColumnKind, special: Mapping[int, Cell] | None = None) -> ReadColumn:
    """A whole column of any kind but dates. `special`: index → cell whose number format counts.

    Most cells of a list are as they should be, and most texts come again: both are recognised without being read.
    """
    reading = _Reading(kind)
    for start in range(0, len(cells), _PIECE):
        piece = cells[start : start + _PIECE]
        if set(map(type, piece)) == {str}:
            reading.texts(piece)  # type: ignore[arg-type]  # as the line above says
        else:
            reading.cells(piece, special or {}, start)
    return reading.column


def _are_plain(texts: Sequence[str], kind: ColumnKind) -> bool:
    """Whether every text is its own canonical form, or empty: one look at all of them joined."""
    plain, lines = _ALL_PLAIN.get(kind), "\n".join(texts)
    return plain is not None and lines.count("\n") == len(texts) - 1 and plain.fullmatch(lines) is not None


def _shown_there(value: CellValue, special: Cell | None) -> str:
    if type(value) is str:
        return value
    return written(special) if special else shown(value)


class _Reading:
    """Reads a column piece by piece; a text once read is remembered."""

    def __init__(self, kind: ColumnKind) -> None:
        self.kind = kind
        self.column = ReadColumn([], [])
        self._known: dict[str, Value] = {}
        self._plain = _PLAIN.get(kind)

    def texts(self, piece: Sequence[str]) -> None:
        """Cells that are all texts."""
        if _are_plain(piece, self.kind):
            self.column.canonical.extend(piece)
            self.column.written.extend(piece)
            return
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        known, begin = self._known, len(self.column.canonical)
        for text in set(piece).difference(known):
            known[text] = self._value(tidy(text))
        self.column.canonical.extend([known[text].canonical for text in piece])
        self.column.written.extend([known[text].written for text in piece])
        if self.kind in (ColumnKind.PHONE, ColumnKind.NAME):
            self.column.remarks |= {
                index: remark for index, text in enumerate(piece, begin) if (remark := known[text].remark)
            }

    def cells(self, piece: Sequence[CellValue], special: Mapping[int, Cell], start: int) -> None:
        """Cells of any type. `start`: the first one's index in the column."""
        self.texts([_shown_there(value, special.get(index)) for index, value in enumerate(piece, start)])

    def _value(self, text: str) -> Value:
        text = _unquoted(text)
        if self._plain and self._plain.fullmatch(text):
            return Value(canonical=text, written=text)
        if is_ditto(text):
            self.column.dittos.add(text)
        return _read(text, self.kind)


_MOST_KNOWN = 50_000
_PIECE = 500
_LETTER = r"[A-Za-z\u00c0-\u00cf\u00d1-\u00ef\u00f1-\u024f\u1e00-\u1eff]"
"""Latin letters, without eth, which some keyboards give for đ."""
_PLAIN: Mapping[ColumnKind, re.Pattern[str]] = {
    ColumnKind.SOCIAL_INSURANCE_NO: re.compile(r"[0-9]{10}"),
    ColumnKind.CITIZEN_ID: re.compile(r"[0-9]{12}|[0-9]{9}"),
    ColumnKind.HEALTH_CARD_NO: re.compile(r"[A-Z]{2}[0-9]{13}|[0-9]{10}"),
    ColumnKind.PHONE: re.compile(r"0[35789][0-9]{8}"),
    ColumnKind.EMAIL: re.compile(r"[a-z0-9][a-z0-9._-]+@[a-z0-9.-]+"),
    ColumnKind.ORDINAL: re.compile(r"[0-9]+"),
    ColumnKind.TEXT: re.compile(r"[A-Za-z]{0,4}[0-9]{3,}"),
    ColumnKind.NAME: re.compile(rf"(?=.{{9}}){_LETTER}{{2,}} (?:{_LETTER}{{2,}} )*{_LETTER}+"),
}
"""Texts that are their own canonical form and say something."""
_ALL_PLAIN = {kind: re.compile(rf"(?:(?:{plain.pattern})?(?:\n|\Z))*") for kind, plain in _PLAIN.items()}
"""The same, a text a line, some lines empty."""


def _read(text: str, kind: ColumnKind) -> Value:
    if says_nothing(text, kind):
        return Value(written=text)
    canonical = _READERS.get(kind, tidy)(text)
    if canonical == text:
        canonical = text  # one and the same is compared and kept at less cost
    remark = None
    if kind is ColumnKind.NAME and canonical != text:
        return Value(canonical=canonical, written=text, remark=Remark(kind="look_alike", suggestion=canonical))
    if kind is ColumnKind.PHONE and len(numbers.compact(text)) == 11 and text[0] == "0" and len(canonical) == 10:
        remark = Remark(kind="phone_converted", suggestion=canonical)
    return Value(canonical=canonical, written=text, remark=remark)


def yes_or_no(text: str) -> str:
    """ "true", "false", or the text itself; a date in such a column says yes."""
    bare = folded_words(text)
    if "?" in text:
        return tidy(text)
    if bare in NO or bare.startswith(_NO_START):
        return FALSE
    if bare in YES or bare.startswith(_YES_START) or text.strip().rstrip(_SELECTORS) in _YES_MARKS:
        return TRUE
    return TRUE if read_date(text).shape in (DateShape.DAY, DateShape.SHORT_YEAR, DateShape.MONTH) else tidy(text)


def gender(text: str) -> str:
    """ "Nam", "Nữ", or the text itself."""
    bare = folded_words(text)
    return "Nam" if bare in _MALE else "Nữ" if bare in _FEMALE else tidy(text)


def month(text: str) -> str:
    """YYYY-MM, or the text itself; of a day its month."""
    read = read_date(text)
    day = read.day_first() if read.shape in (DateShape.MONTH, DateShape.DAY) else None
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
    ColumnKind.NAME: names.in_vietnamese_letters,
    ColumnKind.PHONE: numbers.phone,
    ColumnKind.SOCIAL_INSURANCE_NO: numbers.digits,
    ColumnKind.CITIZEN_ID: numbers.card_number,
    ColumnKind.HEALTH_CARD_NO: numbers.card_number,
    ColumnKind.ORDINAL: ordinal,
}


def says_nothing(text: str, kind: ColumnKind) -> bool:
    """Whether the cell is as good as empty: a dash, "không có"; in a yes/no column "không" is an answer."""
    if text[:1].isdigit():
        return False
    if text in ERROR_VALUES:
        return True
    bare = folded_words(text)
    if bare:
        return bare in (_NO_ANSWER if kind is ColumnKind.YES_NO else NOTHING_SAID)
    return not any(letter in _YES_MARKS for letter in text)


def for_whole_numbers(number_format: str) -> str:
    """What of a number format counts for numbers above zero, without its language: "[$-42A]0000;@" → "0000"."""
    return _LANGUAGE.sub("", number_format.partition(";")[0]).strip()


def shows_zeros(number_format: str) -> bool:
    """Whether a number format shows zeros which the number does not have."""
    number_format = for_whole_numbers(number_format)
    return bool((_ZEROS.match(number_format) and number_format.count("0") > 1) or _LITERAL_ZEROS.match(number_format))


def _number_shown(value: float, number_format: str) -> str:
    if not float(value).is_integer() or abs(value) >= 1e15:
        return repr(value)
    text = str(int(value))
    number_format = for_whole_numbers(number_format)
    if number_format == "General":
        return text
    if _ZEROS.match(number_format):
        return text.zfill(number_format.count("0"))
    if literal := _LITERAL_ZEROS.match(number_format):
        return (literal[1] or literal[2]) + text
    return text


def says_nothing_wrong(text: str) -> bool:
    """The statement "đã rà soát, không có sai lệch"; a condition ("nếu không có sai lệch …") states nothing."""
    bare = folded_words(text)
    return bool(_NOTHING_WRONG.search(bare)) and not bare.startswith(("neu ", "truong hop "))
