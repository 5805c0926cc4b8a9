"""Which rows under the heading are workers, and which are section titles, totals, signatures or decoration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.core.campaigns import Campaign, ColumnKind
from service.core.grids import Cell, Sheet
from service.core.headings import Table
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
    r"nơi nhận|lưu\s*:|xác nhận của)|\bngày\b.{0,8}\btháng\b.{0,8}\bnăm\b"
)
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
_ENOUGH = 2
"""A row without a name is a worker's when it carries this many values of its own."""
_WIDEST_SECTION = 3


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
    """One row's cells, with what the heading says each is."""

    cells: Mapping[int, Cell]
    texts: Mapping[int, str]
    keys: Mapping[int, str]
    kinds: Mapping[int, ColumnKind]

    @property
    def names(self) -> list[str]:
        return [text for column, text in self.texts.items() if self.kinds.get(column) is ColumnKind.NAME]

    @property
    def numbered(self) -> int:
        """How many cells hold a number, date or address in a column made for it."""
        return sum(
            any(letter.isdigit() or letter == "@" for letter in text)
            for column, text in self.texts.items()
            if self.kinds.get(column) in _NUMBERED
        )

    @property
    def is_counted(self) -> bool:
        """Whether the row has its number in the list and a name: neither a total nor a signature has both."""
        ordinals = [text for column, text in self.texts.items() if self.kinds.get(column) is ColumnKind.ORDINAL]
        return bool(self.names) and any(text.rstrip(".").removesuffix(".0").isdigit() for text in ordinals)

    def own_values(self, aside: frozenset[ColumnKind]) -> int:
        return sum(column in self.kinds and self.kinds[column] not in aside for column in self.texts)


def body_rows(table: Table, campaign: Campaign) -> tuple[BodyRow, ...]:
    """The workers' rows in their order, up to the totals and signatures under the table."""
    rows: list[BodyRow] = []
    section = ""
    lines = list(_lines(table, campaign))
    # A signature's words inside the table ("Giám đốc" as a title) must not cut the list short.
    last_worker = max((number for number, line in lines if line.names and line.numbered > _ENOUGH), default=0)
    for number, line in lines:
        kind = _kind_of(line, table, campaign, after_worker=bool(rows))
        if kind is RowKind.END and number > last_worker:
            break
        if kind is RowKind.SECTION:
            section = _section_name(line)
        elif kind is RowKind.WORKER:
            rows.append(BodyRow(row=number, section=section))
        elif kind is RowKind.CONTINUED:
            last = rows.pop()
            rows.append(BodyRow(row=last.row, section=last.section, further=(*last.further, number)))
    return tuple(rows)


def shown(cell: Cell) -> str:
    """A cell's text for recognising what its row is; its value is read by `values.py`."""
    return tidy(cell.value) if isinstance(cell.value, str) else str(cell.value) if cell.value is not None else ""


def _lines(table: Table, campaign: Campaign) -> Iterator[tuple[int, _Line]]:
    keys = {column: key for key, column in table.columns.items()}
    kinds = {column: known.kind for column, key in keys.items() if (known := campaign.column(key))}
    for number, cells in _rows_below(table.sheet, table.header_rows[-1]):
        texts = {column: text for column, cell in cells.items() if (text := shown(cell))}
        if texts:
            yield number, _Line(cells, texts, keys, kinds)


def _rows_below(sheet: Sheet, header: int) -> list[tuple[int, dict[int, Cell]]]:
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        if row > header:
            rows.setdefault(row, {})[column] = cell
    return sorted(rows.items())


def _kind_of(line: _Line, table: Table, campaign: Campaign, *, after_worker: bool) -> RowKind:
    """The first question that is answered decides."""
    if _is_index(line) or _is_example(line, campaign) or _is_heading_again(line, table):
        return RowKind.NOTHING
    if line.numbered < _ENOUGH and not line.is_counted:
        if any(_SIGNATURE.search(text.lower()) for text in line.texts.values()):
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


def _is_example(line: _Line, campaign: Campaign) -> bool:
    """Marked as one, and still carrying the example's name: an office may write its first worker over it."""
    if folded_words(next(iter(line.texts.values()))) not in EXAMPLE_MARKS:
        return False
    examples = {fold(column.example) for column in campaign.columns if column.kind is ColumnKind.NAME}
    return not line.names or all(fold(name) in examples or fold(name) == _NOBODY for name in line.names)


def _is_heading_again(line: _Line, table: Table) -> bool:
    """The heading repeated on a printed page's top."""
    same = sum(fold(line.texts.get(column, "")) == fold(table.headings[key]) for key, column in table.columns.items())
    return same >= 3


def _is_section(line: _Line) -> bool:
    if len(line.texts) > _WIDEST_SECTION or line.numbered:
        return False
    texts = list(line.texts.values())
    if any(_SECTION.match(text) for text in texts):
        return all(_SECTION.match(text) or _NUMERAL.match(text.removesuffix(".0")) for text in texts)
    # "I | Khối A" in words we do not know: a numeral no worker's row begins with, and nothing else.
    return len(texts) == 2 and bool(re.fullmatch(r"[IVX]+|[A-Z]", texts[0].rstrip(".)"))) and not texts[1][0].isdigit()


def _section_name(line: _Line) -> str:
    for text in line.texts.values():
        if found := _SECTION.match(text):
            return found["name"].strip()
    return list(line.texts.values())[-1]


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
