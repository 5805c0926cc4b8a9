"""Which rows under the heading are workers, and which are section titles, totals, signatures or decoration."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.core.campaigns import Campaign, ColumnKind
from service.core.grids import CellValue
from service.core.rosters.headings import RosterTable
from service.core.vietnam.text import fold, folded_words, tidy

EXAMPLE_MARKS = frozenset({"vd", "vi du", "mau", "ex", "example"})
"""What the ordinal of an example row says; our own template writes one of these."""

_NOBODY = "nguyen van a"

_INDEX = re.compile(r"^\(?\s*(?:\d{1,2}|[A-Z])\s*\)?$")
_NUMERAL = re.compile(r"^\(?(?:[IVX]{1,5}|[A-Z]|\d{1,3})\s*[.)\-/:]?$")
_PART = r"(?:Phòng|Ban|Trung tâm|Tổ|Đội|Khối|Chi nhánh|Văn phòng|Đơn vị|Bộ phận|Xưởng|Phân xưởng|Nhóm|Department)"
_SECTION = re.compile(rf"^(?:(?:[IVX]+|[A-Z]|\d+(?:\.\d+)*)\s*[.)\-/:]?\s*)?(?P<name>{_PART}\b.*)$", re.IGNORECASE)
_TOTAL = re.compile(
    r"^(?:tổng(?:\s+(?:số|cộng)\b|\s*[:.]|$)|cộng\b|danh sách (?:này )?(?:gồm|có)|ấn định danh sách|total\b)"
)
_SIGNATURE = re.compile(
    r"^(?:người lập|thủ trưởng|đại diện đơn vị|giám đốc|phó giám đốc|tổng giám đốc|trưởng (?:phòng|ban|đơn vị)\b|"
    r"phụ trách|đầu mối|(?:kt|tl|tuq|tm|q)\s*\.\s*\w|\(?ký[, ]|\(?đã ký|cán bộ thu|người sử dụng lao động|"
    r"nơi nhận|lưu\s*:|xác nhận của)|\bngày\b.{0,8}\btháng\b.{0,8}\bnăm\b|"
    r"^[^\d,@]{3,30},\s*(?:ngày\s+)?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}$"
)
"""The last: a place and a day, as letters are dated."""
_NUMBERED = frozenset(
    {
        ColumnKind.CITIZEN_ID,
        ColumnKind.SOCIAL_INSURANCE_NO,
        ColumnKind.HEALTH_CARD_NO,
        ColumnKind.PHONE,
        ColumnKind.EMAIL,
        ColumnKind.DATE,
    }
)
_FEWEST_DIGITS = 4
"""A year has as many; "12 số" and the count of a section's people have fewer."""
_COUNT = re.compile(r"^(?:gồm\s+)?\d{1,4}(?:\.0)?\s*(?:người|lao động|lđ|nv|cbcnv|đ/c)?$", re.IGNORECASE)
_COUNTED_SECTION = re.compile(
    r"\s*[(\[:–-]\s*(?:gồm\s+)?\d{1,4}\s*(?:người|lao động|lđ|nv|cbcnv|đ/c)?\s*[)\]]?\s*$", re.IGNORECASE
)
_HINT = re.compile(r"^[(\[].*[)\]]$", re.DOTALL)
"""An explanation under a heading: (dd/mm/yyyy), (10 số)."""
_ENOUGH = 2
"""A row without a name is a worker's when it carries this many values of its own."""
_WIDEST_SECTION = 3
_NO_SURNAME = frozenset(
    {"phòng", "ban", "trung", "tổ", "đội", "khối", "chi", "văn", "đơn", "bộ", "xưởng", "phân", "nhóm", "department"}
    | {"tổng", "cộng", "ấn", "danh", "người", "nơi", "giám", "thủ", "đại", "total"}
)
"""Words with which a section, a total or a signature begins; a person named so is looked at more closely."""


class RowKind(StrEnum):
    """What one row of the sheet is."""

    WORKER = "worker"
    CONTINUED = "continued"
    """A further discrepancy of the worker above."""
    SECTION = "section"
    NOTHING = "nothing"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyRow:
    """A worker's row with the section title it stands under, and the rows that continue it."""

    row: int
    section: str = ""
    further: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """One row's texts, with what the heading says each is."""

    texts: Mapping[int, str]
    keys: Mapping[int, str]
    kinds: Mapping[int, ColumnKind]

    @property
    def names(self) -> list[str]:
        return [text for column, text in self.texts.items() if self.kinds.get(column) is ColumnKind.NAME]

    @property
    def numbered(self) -> int:
        """How many cells hold a number, date or address in a column made for it; counts and hints are shorter."""
        return sum(
            "@" in text or sum(map(str.isdigit, text)) >= _FEWEST_DIGITS
            for column, text in self.texts.items()
            if self.kinds.get(column) in _NUMBERED
        )

    @property
    def is_counted(self) -> bool:
        """Whether the row has its number in the list and a name: neither a total nor a signature has both."""
        ordinals = [text for column, text in self.texts.items() if self.kinds.get(column) is ColumnKind.ORDINAL]
        if self.numbered == 0 and any(_SECTION.match(name) or _TOTAL.match(name.lower()) for name in self.names):
            return False
        return bool(self.names) and any(text.rstrip(".").removesuffix(".0").isdigit() for text in ordinals)

    def own_values(self, aside: frozenset[ColumnKind]) -> int:
        return sum(column in self.kinds and self.kinds[column] not in aside for column in self.texts)


def body_rows(table: RosterTable, campaign: Campaign) -> tuple[BodyRow, ...]:
    """The workers' rows in their order, up to the totals and signatures under the table."""
    reading = _Reading(table, campaign)
    rows: list[BodyRow] = []
    section = ""
    # A signature's words inside the table ("Giám đốc" as a title) must not cut the list short.
    last_worker = reading.last_worker()
    for number in reading.numbers:
        kind, line = reading.kind_of(number, after_worker=bool(rows))
        if kind is RowKind.END and number > last_worker:
            break
        if kind is RowKind.SECTION and line:
            section = _section_name(line)
        elif kind is RowKind.WORKER:
            rows.append(BodyRow(row=number, section=section))
        elif kind is RowKind.CONTINUED:
            last = rows.pop()
            rows.append(BodyRow(row=last.row, section=last.section, further=(*last.further, number)))
    return tuple(rows)


class _Reading:
    """Goes through the rows under one heading. Most are plainly workers and are recognised at a glance."""

    def __init__(self, table: RosterTable, campaign: Campaign) -> None:
        self.table, self.campaign = table, campaign
        self.keys = {column: key for key, column in table.columns.items()}
        self.kinds = {column: known.kind for column, key in self.keys.items() if (known := campaign.column(key))}
        self.lines = table.sheet.grid.lines
        self.numbers = sorted(number for number in self.lines if number > table.header_rows[-1])
        self._ordinal = next((place - 1 for place, kind in self.kinds.items() if kind is ColumnKind.ORDINAL), -1)
        self._name = next((place - 1 for place, kind in self.kinds.items() if kind is ColumnKind.NAME), -1)

    def last_worker(self) -> int:
        """The last row with a name and several numbers; 0 when there is none."""
        for number in reversed(self.numbers):
            line = self._line(number)
            if line and line.names and line.numbered > _ENOUGH:
                return number
        return 0

    def kind_of(self, number: int, *, after_worker: bool) -> tuple[RowKind, _Line | None]:
        """What the row is, with its texts where they had to be looked at."""
        if self._is_plainly_worker(self.lines[number]):
            return RowKind.WORKER, None
        line = self._line(number)
        if line is None:
            return RowKind.NOTHING, None
        return _kind_of(line, self.table, self.campaign, after_worker=after_worker), line

    def _is_plainly_worker(self, line: Sequence[CellValue]) -> bool:
        """A number in the list and a name of several words: no heading, title, total or signature has both."""
        if not 0 <= max(self._ordinal, self._name) < len(line) or min(self._ordinal, self._name) < 0:
            return False
        ordinal, name = line[self._ordinal], line[self._name]
        counted = type(ordinal) is float or type(ordinal) is int or (type(ordinal) is str and ordinal.isdigit())
        if not counted or type(name) is not str:
            return False
        words = name.split(None, 1)
        return len(words) > 1 and words[0].lower() not in _NO_SURNAME and name.replace(" ", "").isalpha()

    def _line(self, number: int) -> _Line | None:
        texts = {
            column: text
            for column, value in enumerate(self.lines[number], start=1)
            if value is not None and value != "" and (text := cell_text(value))
        }
        return _Line(texts, self.keys, self.kinds) if texts else None


def cell_text(value: CellValue) -> str:
    """A cell's text for recognising what its row is; its value is read by `cell_values.py`."""
    return tidy(value) if isinstance(value, str) else str(value)


def _kind_of(line: _Line, table: RosterTable, campaign: Campaign, *, after_worker: bool) -> RowKind:
    """The first question that is answered decides."""
    if _is_index(line) or _is_hints(line) or _is_example(line, campaign) or _is_heading_again(line, table):
        return RowKind.NOTHING
    signed = [bool(_SIGNATURE.search(text.lower())) for text in line.texts.values()]
    if (line.numbered < _ENOUGH or all(signed)) and not line.is_counted:
        if any(signed):
            return RowKind.END
        if any(_TOTAL.match(text.lower()) for text in line.texts.values()):
            return RowKind.NOTHING
        if _is_section(line):
            return RowKind.SECTION
    if _is_worker(line):
        return RowKind.WORKER
    return RowKind.CONTINUED if after_worker and _is_continued(line, campaign) else RowKind.NOTHING


def _is_index(line: _Line) -> bool:
    """The row of column numbers under the heading: (1) (2) (3) or A B C 1 2 3."""
    texts = list(line.texts.values())
    return len(texts) > 2 and all(_INDEX.match(text.removesuffix(".0")) for text in texts)


def _is_hints(line: _Line) -> bool:
    """The row of explanations under the heading."""
    return len(line.texts) > 2 and all(_HINT.match(text) for text in line.texts.values())


def _is_example(line: _Line, campaign: Campaign) -> bool:
    """Marked as one, and still carrying the example's name: an office may write its first worker over it."""
    if folded_words(next(iter(line.texts.values()))) not in EXAMPLE_MARKS:
        return False
    examples = {fold(column.example) for column in campaign.columns if column.kind is ColumnKind.NAME}
    return not line.names or all(fold(name) in examples or fold(name) == _NOBODY for name in line.names)


def _is_heading_again(line: _Line, table: RosterTable) -> bool:
    """The heading repeated on a printed page's top."""
    same = sum(fold(line.texts.get(column, "")) == fold(table.headings[key]) for key, column in table.columns.items())
    return same >= 3


def _is_section(line: _Line) -> bool:
    texts = [text for place, text in line.texts.items() if line.kinds.get(place) in _TITLED or not _COUNT.match(text)]
    if len(texts) > _WIDEST_SECTION or line.numbered:
        return False
    if any(_SECTION.match(text) for text in texts):
        return all(_SECTION.match(text) or _NUMERAL.match(text.removesuffix(".0")) for text in texts)
    # "I | Khối A" in words we do not know: a numeral no worker's row begins with, and nothing else.
    return len(texts) == 2 and bool(re.fullmatch(r"[IVX]+|[A-Z]", texts[0].rstrip(".)"))) and not texts[1][0].isdigit()


def _section_name(line: _Line) -> str:
    """Without the count of its people."""
    for text in line.texts.values():
        if found := _SECTION.match(text):
            return _COUNTED_SECTION.sub("", found["name"].strip())
    return list(line.texts.values())[-1]


_TITLED = frozenset({ColumnKind.ORDINAL, ColumnKind.NAME})


_BESIDE_THE_WORKER = frozenset({ColumnKind.ORDINAL})


def _is_worker(line: _Line) -> bool:
    """A name with anything beside it, or enough values without a name; an ordinal alone is an empty line."""
    values = line.own_values(_BESIDE_THE_WORKER)
    has_ordinal = any(line.kinds.get(column) is ColumnKind.ORDINAL for column in line.texts)
    if line.names:
        return values > 1 or has_ordinal
    return line.numbered >= _ENOUGH


def _is_continued(line: _Line, campaign: Campaign) -> bool:
    block = campaign.discrepancy
    if block is None or line.names or line.numbered:
        return False
    return any(line.keys.get(column) in (block.kind, block.shown, block.actual) for column in line.texts)
