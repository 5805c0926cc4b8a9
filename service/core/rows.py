"""A workbook judged to be a roster: its table found, its rows read into canonical values.

Nothing is decided here about right or wrong (that is `rules.py`); only what reading itself did, such as copying
the cell above for a ditto mark, is remarked in `Roster.findings`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from service.core.campaigns import Campaign, Column, ColumnKind
from service.core.dating import Order, Window, order_of, read_dates
from service.core.findings import Code, Finding, Severity
from service.core.grids import Cell, Sheet, Workbook, column_letters
from service.core.guessing import with_understood_columns
from service.core.headings import Table, find_table
from service.core.roster import Discrepancy, FormulaCell, Roster, RosterRow
from service.core.supplements import joined, with_supplements
from service.core.tables import BodyRow, body_rows
from service.core.values import Remark, Value, is_ditto, read_value, says_nothing, says_nothing_wrong, written
from service.core.vietnam.text import tidy

BESIDE_THE_BLOCK = ("period_from", "period_to", "evidence")

__all__ = ["Discrepancy", "FormulaCell", "Roster", "RosterRow", "is_blank_template", "read_roster"]

FAMILY_NAME, GIVEN_NAME, FULL_NAME, DEPARTMENT = "family_name", "given_name", "full_name", "department"

_REMARKS: Mapping[str, tuple[Code, Severity]] = {
    "ditto": (Code.BAD_FORMAT, Severity.NOTE),
    "phone_converted": (Code.BAD_FORMAT, Severity.NOTE),
    "date_order": (Code.BAD_DATE, Severity.WARNING),
    "date_turned": (Code.BAD_DATE, Severity.WARNING),
    "date_perhaps_turned": (Code.BAD_DATE, Severity.WARNING),
}


def read_roster(workbook: Workbook, campaign: Campaign) -> Roster | None:
    """The campaign's roster in this workbook; None when no sheet looks like one."""
    tables = [table for sheet in workbook.sheets if (table := find_table(sheet, campaign.columns))]
    readers = [_reader(table, campaign, epoch_1904=workbook.epoch_1904) for table in tables]
    whole = [reader for reader in readers if reader.table.is_roster]
    if not whole:
        return None
    main = max(whole, key=lambda reader: reader.rank)
    further = [reader for reader in readers if reader is not main and reader.body and not reader.sheet.hidden]
    supplements = [reader.roster() for reader in further if reader.is_supplement]
    others = tuple(reader.sheet.name for reader in further if reader.table.is_roster and not reader.is_supplement)
    roster = replace(main.roster(), other_sheets=others, properties=workbook.properties)
    return with_supplements(roster, supplements, campaign)


def is_blank_template(roster: Roster) -> bool:
    """Whether nobody has been written into the list yet: only headings, and perhaps the example."""
    return not roster.rows


def _reader(table: Table, campaign: Campaign, *, epoch_1904: bool) -> _Reader:
    body = body_rows(table, campaign)
    table = with_understood_columns(table, body, campaign.columns)
    return _Reader(table=table, body=body, campaign=campaign, epoch_1904=epoch_1904)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads one table column by column, for dates and ditto marks need their neighbours."""

    table: Table
    body: tuple[BodyRow, ...]
    campaign: Campaign
    epoch_1904: bool

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
        return bool(self._block()) and sum(required) < len(required) / 2

    def roster(self) -> Roster:
        read = {column.key: self._column(column) for column in self._columns()}
        return Roster(
            sheet=self.sheet.name,
            header_rows=self.table.header_rows,
            columns=self._letters(),
            headings=self._headings(),
            rows=tuple(self._row(body, index, read) for index, body in enumerate(self.body)),
            findings=tuple(self._remarks(read)),
            unknown_columns={column_letters(column): text for column, text in self._unknown()},
            hidden_rows=tuple(body.row for body in self.body if body.row in self.sheet.hidden_rows),
            formulas=tuple(self._formulas()),
            no_discrepancy=self._says_no_discrepancy(),
        )

    def _columns(self) -> Iterator[Column]:
        return (column for column in self.campaign.columns if column.key in self.table.columns)

    def _cells(self, column: Column, rows: Sequence[int]) -> list[Cell | None]:
        place = self.table.columns[column.key]
        return [self.sheet.cells.get((row, place)) for row in rows]

    def _column(self, column: Column) -> list[Value]:
        """The column's value in each worker's row."""
        return self._copied_from_above(self._values(column, [body.row for body in self.body]))

    def _values(self, column: Column, rows: Sequence[int]) -> list[Value]:
        cells = self._cells(column, rows)
        if column.kind is ColumnKind.DATE:
            return list(self._dates(column, cells))
        values = [read_value(cell, column.kind) for cell in cells]
        heading = tidy(self.table.headings[column.key])
        return _by_heading(values, heading) if column.kind is ColumnKind.GENDER else values

    def _dates(self, column: Column, cells: Sequence[Cell | None]) -> Iterator[Value]:
        dates = read_dates(
            cells,
            column,
            window=Window(
                first=column.not_before,
                last=column.not_after or (self.campaign.deadline if column.not_after_today else None),
            ),
            heading=self.table.headings[column.key],
            epoch_1904=self.epoch_1904,
            hint=self._order_of_other_dates(column),
        )
        for value in dates:
            yield Value(written=value.written) if says_nothing(value.written, column.kind) else value

    def _order_of_other_dates(self, column: Column) -> Order | None:
        others = [other for other in self._columns() if other.kind is ColumnKind.DATE and other.key != column.key]
        orders = {order_of(self._cells(other, [body.row for body in self.body]), other) for other in others} - {None}
        return orders.pop() if len(orders) == 1 else None

    def _copied_from_above(self, values: list[Value]) -> list[Value]:
        above = ""
        result = []
        for value in values:
            if is_ditto(value.written) and above:
                remark = Remark(kind="ditto", suggestion=above)
                result.append(Value(canonical=above, written=value.written, remark=remark))
            else:
                result.append(value)
            above = result[-1].canonical
        return result

    def _row(self, body: BodyRow, index: int, read: Mapping[str, list[Value]]) -> RosterRow:
        values = {key: column[index].canonical for key, column in read.items()}
        discrepancies = tuple(self._discrepancies(body, values))
        values |= dict.fromkeys((column.key for column in self._block_columns()), "") | joined(discrepancies)
        if not values.get(FULL_NAME) and (values.get(FAMILY_NAME) or values.get(GIVEN_NAME)):
            values[FULL_NAME] = tidy(f"{values.get(FAMILY_NAME, '')} {values.get(GIVEN_NAME, '')}")
        if body.section and DEPARTMENT not in read and self.campaign.column(DEPARTMENT):
            values[DEPARTMENT] = body.section
        return RosterRow(
            row=body.row,
            values={key: value for key, value in values.items() if value},
            written={key: column[index].written for key, column in read.items() if column[index].written},
            discrepancies=discrepancies,
        )

    def _block_columns(self) -> list[Column]:
        """The discrepancy block with the columns that stand beside it: periods and evidence."""
        keys = {*self._block(), *BESIDE_THE_BLOCK} if self._block() else set()
        return [column for column in self._columns() if column.key in keys]

    def _discrepancies(self, body: BodyRow, first: Mapping[str, str]) -> Iterator[Discrepancy]:
        kind = self.campaign.discrepancy.kind if self.campaign.discrepancy else ""
        block = self._block_columns()
        lines = [{column.key: first.get(column.key, "") for column in block}]
        lines += [{column.key: self._values(column, [row])[0].canonical for column in block} for row in body.further]
        for row, line in zip((body.row, *body.further), lines, strict=True):
            if says_nothing_wrong(line.get(kind, "")):
                continue
            said = {key: text for key, text in line.items() if text}
            if said:
                cells = {key: f"{column_letters(self.table.columns[key])}{row}" for key in self._block()}
                yield Discrepancy(sheet=self.sheet.name, row=row, values=said, cells=cells)

    def _block(self) -> list[str]:
        """The sheet's columns of the discrepancy block proper."""
        block = self.campaign.discrepancy
        keys = (block.kind, block.shown, block.actual) if block else ()
        return [key for key in keys if key in self.table.columns]

    def _says_no_discrepancy(self) -> bool:
        block = self.campaign.discrepancy
        if block is None:
            return False
        texts = (cell.value for cell in self.sheet.cells.values() if isinstance(cell.value, str))
        return any("lệch" in text.lower() and says_nothing_wrong(text) for text in texts)

    def _remarks(self, read: Mapping[str, list[Value]]) -> Iterator[Finding]:
        for key in self.table.guessed:
            yield Finding(
                code=Code.UNKNOWN_COLUMN,
                severity=Severity.NOTE,
                key="remark.column_understood",
                facts={"heading": self._headings()[key], "meaning": self.campaign.heading(key)},
                sheet=self.sheet.name,
                column=key,
            )
        for index, body in enumerate(self.body):
            for key, column in read.items():
                if remark := column[index].remark:
                    yield self._finding(remark, key, body.row, column[index])

    def _finding(self, remark: Remark, key: str, row: int, value: Value) -> Finding:
        code, severity = _REMARKS[remark.kind]
        return Finding(
            code=code,
            severity=severity,
            key=f"remark.{remark.kind}",
            facts={"heading": self._headings()[key]},
            sheet=self.sheet.name,
            row=row,
            cell=f"{column_letters(self.table.columns[key])}{row}",
            column=key,
            value=value.written,
            suggestion=remark.suggestion,
        )

    def _formulas(self) -> Iterator[FormulaCell]:
        for column in self._columns():
            for body, cell in zip(self.body, self._cells(column, [body.row for body in self.body]), strict=True):
                if cell and cell.formula and column.kind is not ColumnKind.ORDINAL:
                    yield FormulaCell(row=body.row, key=column.key, has_value=bool(written(cell)))

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
        people = {body.row for body in self.body}
        used = {column for row, column in self.sheet.cells if row in people}
        return ((column, text) for column, text in sorted(self.table.unknown.items()) if column in used)


def _by_heading(values: list[Value], heading: str) -> list[Value]:
    """A column headed "Nữ" (or "Nam") alone is ticked for that gender and left empty for the other."""
    headed = tidy(heading).split()[-1].capitalize()
    other = {"Nữ": "Nam", "Nam": "Nữ"}.get(headed)
    if other is None or any(value.canonical in ("Nam", "Nữ") for value in values):
        return values
    return [Value(canonical=headed if value.canonical else other, written=value.written) for value in values]
