"""A workbook judged to be a roster: its table found, its rows read into canonical values.

Nothing is decided here about right or wrong (that is `rules.py`); only what reading itself did, such as copying
the cell above for a ditto mark, is remarked in `Roster.findings`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress, repeat

from service.core.campaigns import Campaign, Column, ColumnKind
from service.core.findings import Code, Finding, Severity
from service.core.grids import Cell, CellValue, Sheet, Workbook, column_letters
from service.core.rosters.body_rows import BodyRow, body_rows
from service.core.rosters.cell_values import (
    ReadColumn,
    Remark,
    read_column,
    read_value,
    says_nothing_wrong,
    written,
)
from service.core.rosters.column_keys import BIRTH_DATE, DEPARTMENT, FAMILY_NAME, FULL_NAME, GIVEN_NAME
from service.core.rosters.dating import DateCell, DayOrder, Window, date_cells, own_order, read_dates
from service.core.rosters.decoding import UNICODE, in_doubtful_font, in_unicode
from service.core.rosters.genders import are_both, by_heading, ticked, with_births_by_gender
from service.core.rosters.guessing import with_understood_columns
from service.core.rosters.headings import RosterTable, find_roster_table
from service.core.rosters.merged_down import filled_down
from service.core.rosters.roster import Discrepancy, FormulaCell, Roster, RosterRow
from service.core.rosters.second_tables import joined, stacked
from service.core.rosters.split_names import with_split_name
from service.core.rosters.supplements import joined_discrepancies, with_supplements
from service.core.vietnam.text import tidy

BESIDE_THE_BLOCK = ("period_from", "period_to", "evidence")

_LONGEST_STATEMENT = 500

__all__ = ["Discrepancy", "FormulaCell", "Roster", "RosterRow", "is_blank_template", "read_roster"]

_EMPTY = (None, "")

_REMARKS: Mapping[str, tuple[Code, Severity]] = {
    "ditto": (Code.BAD_FORMAT, Severity.NOTE),
    "phone_converted": (Code.BAD_FORMAT, Severity.NOTE),
    "look_alike": (Code.BAD_FORMAT, Severity.NOTE),
    "date_order": (Code.BAD_DATE, Severity.WARNING),
    "date_turned": (Code.BAD_DATE, Severity.WARNING),
    "date_perhaps_turned": (Code.BAD_DATE, Severity.WARNING),
}


def read_roster(workbook: Workbook, campaign: Campaign) -> Roster | None:
    """The campaign's roster in this workbook; None when no sheet looks like one."""
    doubtful = in_doubtful_font(workbook)
    workbook, codes = in_unicode(workbook)
    found = [table for sheet in workbook.sheets if (table := find_roster_table(sheet, campaign.columns))]
    parts = {table.sheet.name: stacked(table, campaign.columns) for table in found}
    readers = [_reader(part[0], campaign, epoch_1904=workbook.epoch_1904) for part in parts.values()]
    whole = [reader for reader in readers if reader.table.is_roster]
    if not whole:
        return None
    main = max(whole, key=lambda reader: reader.rank)
    further = [reader for reader in readers if reader is not main and reader.body and not reader.sheet.hidden]
    supplements = [reader.roster() for reader in further if reader.is_supplement]
    others = tuple(reader.sheet.name for reader in further if reader.table.is_roster and not reader.is_supplement)
    encoding = codes.get(main.sheet.name, UNICODE)
    below = [_reader(part, campaign, epoch_1904=workbook.epoch_1904) for part in parts[main.sheet.name][1:]]
    roster = replace(
        joined([main.roster(), *(reader.roster() for reader in below)]),
        other_sheets=others,
        properties=workbook.properties,
        encoding=encoding,
        font_is_doubtful=main.sheet.name in doubtful,
        has_macros=workbook.has_macros,
    )
    return with_supplements(roster, supplements, campaign)


def is_blank_template(roster: Roster) -> bool:
    """Whether nobody has been written into the list yet: only headings, and perhaps the example."""
    return not roster.rows


def _reader(table: RosterTable, campaign: Campaign, *, epoch_1904: bool) -> _Reader:
    body = body_rows(table, campaign)
    columns = campaign.columns
    table = with_split_name(
        with_births_by_gender(with_understood_columns(table, body, columns), columns), body, columns
    )
    return _Reader(table=table, body=body, campaign=campaign, epoch_1904=epoch_1904)


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """Reads one table column by column, for dates and ditto marks need their neighbours."""

    table: RosterTable
    body: tuple[BodyRow, ...]
    campaign: Campaign
    epoch_1904: bool

    @cached_property
    def _rows_of_workers(self) -> tuple[int, ...]:
        return tuple(body.row for body in self.body)

    @cached_property
    def _cells(self) -> Sequence[Sequence[CellValue]]:
        """Every column of the sheet, in the workers' rows."""
        return self.sheet.grid.columns(self._rows_of_workers)

    def _cells_in(self, place: int) -> Sequence[CellValue]:
        return self._cells[place - 1] if place <= len(self._cells) else [None] * len(self.body)

    @property
    def sheet(self) -> Sheet:
        return self.table.sheet

    @property
    def rank(self) -> tuple[bool, bool, float, int]:
        """Seen before hidden, with people before without, more columns, more people."""
        return (not self.sheet.hidden, bool(self.body), self.table.score, len(self.body))

    @property
    def is_supplement(self) -> bool:
        """Whether the sheet only adds discrepancies: the block's columns, and few of the required ones."""
        required = [column.key in self.table.columns for column in self.campaign.columns if column.required]
        return bool(self._block) and sum(required) < len(required) / 2

    def roster(self) -> Roster:
        read = self._read()
        return Roster(
            sheet=self.sheet.name,
            header_rows=self.table.header_rows,
            columns=self._letters(),
            headings=self._headings(),
            rows=tuple(self._rows(read)),
            findings=tuple(self._remarks(read)),
            unknown_columns={column_letters(column): text for column, text in self._unknown()},
            hidden_rows=tuple(body.row for body in self.body if body.row in self.sheet.hidden_rows),
            formulas=tuple(self._formulas()),
            no_discrepancy=self._says_no_discrepancy(),
            elsewhere=self._cells_elsewhere,
        )

    def _columns(self) -> Iterator[Column]:
        return (column for column in self.campaign.columns if column.key in self.table.columns)

    def _read(self) -> dict[str, ReadColumn]:
        """Every column's value in each worker's row."""
        read = {column.key: self._column(column) for column in self._columns() if not _is_date(column)}
        dates = [column for column in self._columns() if _is_date(column)]
        entries = {column.key: self._entries(column) for column in dates}
        orders = {key: own_order(set(column)) for key, column in entries.items()}
        read |= {column.key: self._dates(column, entries[column.key], orders) for column in dates}
        return {column.key: _copied_from_above(read[column.key]) for column in self._columns()}

    def _column(self, column: Column) -> ReadColumn:
        place = self.table.columns[column.key]
        read = read_column(self._cells_of(column), column.kind, self._special(place))
        if column.kind is ColumnKind.GENDER:
            ticks = ticked(self.sheet.grid, place, self.table.header_rows, self._rows_of_workers)
            read.canonical = ticks or by_heading(read.canonical, self.table.headings[column.key])
        return read

    def _cells_of(self, column: Column) -> Sequence[CellValue]:
        """The column in the workers' rows, with what is merged down over them."""
        place = self.table.columns[column.key]
        cells = self._cells_in(place)
        below = filled_down(self.sheet, column, place, self._rows_of_workers) if self.sheet.merged else {}
        if not below:
            return cells
        return [below.get(index, cell) if cell in _EMPTY else cell for index, cell in enumerate(cells)]

    def _special(self, place: int) -> dict[int, Cell]:
        """Index → cell of which more is known than its value."""
        special = self.sheet.grid.special_in(place)
        rows = self._rows_of_workers if special else ()
        return {index: special[row] for index, row in enumerate(rows) if row in special}

    def _entries(self, column: Column) -> list[DateCell]:
        place = self.table.columns[column.key]
        cells, special = self._cells_of(column), self._special(place)
        if column.key == BIRTH_DATE and self._births_aside:
            aside, more = self._cells_in(self._births_aside), self._special(self._births_aside)
            cells = [
                one if other in _EMPTY else other if one in _EMPTY else None
                for one, other in zip(cells, aside, strict=True)
            ]
            special = {**more, **special}
        return date_cells(cells, column, special=special, epoch_1904=self.epoch_1904, zone=self.campaign.zone)

    @cached_property
    def _births_aside(self) -> int | None:
        """The other column of days of birth, where there is one for men and one for women."""
        genders = [column.key for column in self._columns() if column.kind is ColumnKind.GENDER]
        places = [self.table.columns[key] for key in (BIRTH_DATE, *genders) if key in self.table.columns]
        if len(places) != 2:
            return None
        born, sex = places
        return sex if are_both(self.sheet.grid, born, sex, self.table.header_rows) else None

    @cached_property
    def _cells_elsewhere(self) -> dict[str, dict[int, str]]:
        """Birth days that stand in their other column."""
        if self._births_aside is None:
            return {}
        letters = column_letters(self._births_aside)
        cells = zip(self._rows_of_workers, self._cells_in(self._births_aside), strict=True)
        return {BIRTH_DATE: {row: f"{letters}{row}" for row, value in cells if value not in _EMPTY}}

    def _dates(self, column: Column, entries: Sequence[DateCell], orders: Mapping[str, DayOrder | None]) -> ReadColumn:
        others = {order for key, order in orders.items() if key != column.key} - {None}
        last = column.not_after or (self.campaign.deadline if column.not_after_today else None)
        return read_dates(
            entries,
            column,
            window=Window(first=column.not_before, last=last),
            heading=self.table.headings[column.key],
            hint=others.pop() if len(others) == 1 else None,
        )

    def _rows(self, read: Mapping[str, ReadColumn]) -> Iterator[RosterRow]:
        keys, columns = list(read), list(read.values())
        block = {column.key for column in self._block_columns}
        # Most columns are written as they are meant; only the others need a second look.
        otherwise = {key: other for key, column in read.items() if (other := _otherwise_written(column))}
        otherwise_written = zip(*otherwise.values(), strict=True) if otherwise else repeat(())
        for index, (values, texts) in enumerate(
            zip(zip(*(column.canonical for column in columns), strict=True), otherwise_written, strict=False)
        ):
            said = dict(compress(zip(keys, values, strict=True), values))
            as_written = dict(compress(zip(otherwise, texts, strict=True), texts))
            body = self.body[index]
            discrepancies: tuple[Discrepancy, ...] = ()
            if body.further or not block.isdisjoint(said):
                discrepancies = self._with_discrepancies(body, said, block)
            if self._complete(said, body, has_department=DEPARTMENT in read) or discrepancies:
                as_written = {key: text for key in keys if (text := read[key].written[index]) != said.get(key, "")}
            yield RosterRow(row=body.row, values=said, written=as_written, discrepancies=discrepancies)

    def _with_discrepancies(self, body: BodyRow, values: dict[str, str], block: Set[str]) -> tuple[Discrepancy, ...]:
        """The lines of the discrepancy block; the row's values then hold them joined."""
        discrepancies = tuple(self._discrepancies(body, values))
        for key in block:
            values.pop(key, None)
        values |= {key: value for key, value in joined_discrepancies(discrepancies).items() if value}
        return discrepancies

    def _complete(self, values: dict[str, str], body: BodyRow, *, has_department: bool) -> bool:
        """Adds what stands elsewhere: a name in two parts, the section's title. Whether there was any."""
        added = False
        if FULL_NAME not in values and (FAMILY_NAME in values or GIVEN_NAME in values):
            values[FULL_NAME] = tidy(f"{values.get(FAMILY_NAME, '')} {values.get(GIVEN_NAME, '')}")
            added = True
        if body.section and not has_department and self.campaign.column(DEPARTMENT):
            values[DEPARTMENT] = body.section
        return added

    @cached_property
    def _block_columns(self) -> list[Column]:
        """The discrepancy block with the columns that stand beside it: periods and evidence."""
        keys = {*self._block, *BESIDE_THE_BLOCK} if self._block else set()
        return [column for column in self._columns() if column.key in keys]

    def _discrepancies(self, body: BodyRow, first: Mapping[str, str]) -> Iterator[Discrepancy]:
        kind = self.campaign.discrepancy.kind if self.campaign.discrepancy else ""
        block = self._block_columns
        lines = [{column.key: first.get(column.key, "") for column in block}]
        lines += [{column.key: self._single(column, row) for column in block} for row in body.further]
        for row, line in zip((body.row, *body.further), lines, strict=True):
            if says_nothing_wrong(line.get(kind, "")):
                continue
            said = {key: text for key, text in line.items() if text}
            if said:
                cells = {key: f"{letters}{row}" for key, letters in self._letters_of_block}
                yield Discrepancy(sheet=self.sheet.name, row=row, values=said, cells=cells)

    def _single(self, column: Column, row: int) -> str:
        """One cell outside the workers' own rows."""
        place = self.table.columns[column.key]
        cell = self.sheet.grid.special_in(place).get(row)
        return read_value(cell or Cell(self.sheet.grid.value(row, place)), column.kind).canonical

    @cached_property
    def _letters_of_block(self) -> list[tuple[str, str]]:
        return [(key, column_letters(self.table.columns[key])) for key in self._block]

    @cached_property
    def _block(self) -> list[str]:
        """The sheet's columns of the discrepancy block proper."""
        block = self.campaign.discrepancy
        keys = (block.kind, block.shown, block.actual) if block else ()
        return [key for key in keys if key in self.table.columns]

    def _says_no_discrepancy(self) -> bool:
        block = self.campaign.discrepancy
        if block is None:
            return False
        short = (text for text in self._free_texts() if len(text) <= _LONGEST_STATEMENT)
        return any("lệch" in text.lower() and says_nothing_wrong(text) for text in short)

    def _free_texts(self) -> Iterator[str]:
        """Texts where a statement can stand: anywhere but in the columns of numbers, names and dates."""
        people = set(self._rows_of_workers)
        strict = {self.table.columns[column.key] for column in self._columns() if column.kind is not ColumnKind.TEXT}
        free = [place for place in range(1, len(self._cells) + 1) if place not in strict]
        for row, line in self.sheet.grid.lines.items():
            if row not in people:
                yield from (value for value in line if isinstance(value, str))
        for place in free:
            yield from {value for value in self._cells_in(place) if isinstance(value, str)}

    def _remarks(self, read: Mapping[str, ReadColumn]) -> Iterator[Finding]:
        for key in self.table.guessed:
            yield Finding(
                code=Code.UNKNOWN_COLUMN,
                severity=Severity.NOTE,
                key="remark.column_understood",
                facts={"heading": self._headings()[key], "meaning": self.campaign.heading(key)},
                sheet=self.sheet.name,
                column=key,
            )
        remarked = sorted({index for column in read.values() for index in column.remarks})
        for index in remarked:
            for key, column in read.items():
                if remark := column.remarks.get(index):
                    yield self._finding(remark, key, self.body[index].row, column.written[index])

    def _finding(self, remark: Remark, key: str, row: int, as_written: str) -> Finding:
        code, severity = _REMARKS[remark.kind]
        return Finding(
            code=code,
            severity=severity,
            key=f"remark.{remark.kind}",
            facts={"heading": self._headings()[key]},
            sheet=self.sheet.name,
            row=row,
            cell=self._cells_elsewhere.get(key, {}).get(row) or f"{column_letters(self.table.columns[key])}{row}",
            column=key,
            value=as_written,
            suggestion=remark.suggestion,
        )

    def _formulas(self) -> Iterator[FormulaCell]:
        rows = self._rows_of_workers
        for column in self._columns():
            for index, cell in self._special(self.table.columns[column.key]).items():
                if cell.formula and column.kind is not ColumnKind.ORDINAL:
                    yield FormulaCell(row=rows[index], key=column.key, has_value=bool(written(cell)))

    def _letters(self) -> dict[str, str]:
        """In the sheet's order; a name in two columns stands where its family part does."""
        places = sorted(self.table.columns.items(), key=lambda item: item[1])
        letters = {key: column_letters(column) for key, column in places}
        if FULL_NAME not in letters and (FAMILY_NAME in letters or GIVEN_NAME in letters):
            letters[FULL_NAME] = letters.get(FAMILY_NAME) or letters[GIVEN_NAME]
        return letters

    def _headings(self) -> dict[str, str]:
        headings = {key: tidy(text) for key, text in self.table.headings.items()}
        if FULL_NAME not in headings and FAMILY_NAME in headings:
            headings[FULL_NAME] = tidy(f"{headings[FAMILY_NAME]} {headings.get(GIVEN_NAME, '')}")
        return headings

    def _unknown(self) -> Iterator[tuple[int, str]]:
        """Unknown headings over cells that hold something in a worker's row."""
        for column, text in sorted(self.table.unknown.items()):
            if any(value is not None and value != "" for value in self._cells_in(column)):
                yield column, text


def _is_date(column: Column) -> bool:
    return column.kind is ColumnKind.DATE


def _otherwise_written(column: ReadColumn) -> list[str]:
    """The texts that are not the canonical value itself, "" in the other rows; empty when there is none."""
    if column.canonical == column.written:
        return []
    pairs = zip(column.written, column.canonical, strict=True)
    return ["" if written is meant or written == meant else written for written, meant in pairs]


def _copied_from_above(column: ReadColumn) -> ReadColumn:
    for index, text in enumerate(column.written) if column.dittos else ():
        if text in column.dittos and index and (above := column.canonical[index - 1]):
            column.canonical[index] = above
            column.remarks[index] = Remark(kind="ditto", suggestion=above)
    return column
