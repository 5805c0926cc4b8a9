"""What every check is given, and how a check says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from service.core.campaigns import Campaign, Column, ColumnKind
from service.core.findings import Code, Finding, Severity
from service.core.rosters.roster import Discrepancy, Roster, RosterRow

NOT_POSSIBLE = "not_possible_reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """One roster being checked."""

    roster: Roster
    campaign: Campaign
    today: date
    _by_column: dict[str, Sequence[str]] = field(default_factory=dict, init=False)
    _different: dict[str, frozenset[str]] = field(default_factory=dict, init=False)

    def columns(self, *kinds: ColumnKind) -> Iterator[Column]:
        """The sheet's columns of these kinds (of every kind when none is given), in the campaign's order."""
        for column in self.campaign.columns:
            if column.key in self.roster.columns and (not kinds or column.kind in kinds):
                yield column

    def column_of(self, kind: ColumnKind) -> Column | None:
        """The first column of this kind in the sheet."""
        return next(self.columns(kind), None)

    def values(self, key: str) -> Sequence[str]:
        """One column's values, row by row; "" where nothing is said."""
        if key not in self._by_column:
            self._by_column[key] = [row.values.get(key, "") for row in self.roster.rows]
        return self._by_column[key]

    def different(self, key: str) -> frozenset[str]:
        """One column's values, each once; "" where a cell says nothing."""
        if key not in self._different:
            self._different[key] = frozenset(self.values(key))
        return self._different[key]

    def cells(self, *kinds: ColumnKind) -> Iterator[tuple[RosterRow, Column, str]]:
        """Every cell of these kinds that says something, column by column."""
        for column in self.columns(*kinds):
            for row, value in zip(self.roster.rows, self.values(column.key), strict=True):
                if value:
                    yield row, column, value

    def doubtful(self, column: Column, is_fine: Callable[[str], object]) -> Iterator[tuple[RosterRow, str]]:
        """The column's cells which a quick look does not pass; the same text is looked at once."""
        doubtful = {value for value in self.different(column.key) if value and not is_fine(value)}
        for row, value in zip(self.roster.rows, self.values(column.key), strict=True) if doubtful else ():
            if value in doubtful:
                yield row, value

    def finding(
        self,
        code: Code,
        key: str,
        row: RosterRow | None = None,
        column: str | None = None,
        *,
        severity: Severity = Severity.ERROR,
        suggestion: str | None = None,
        at: int | Discrepancy | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> Finding:
        """A finding at this row and column; `at` names another place than the worker's first row."""
        sheet, number, cell = self._place(row, column, at)
        return Finding(
            code=code,
            severity=severity,
            key=key,
            facts={**self._known_facts(row, column), **(facts or {})},
            sheet=sheet,
            row=number,
            cell=cell,
            column=column,
            value=self._value(row, column, at),
            suggestion=suggestion,
        )

    def _place(
        self, row: RosterRow | None, column: str | None, at: int | Discrepancy | None
    ) -> tuple[str, int | None, str | None]:
        if isinstance(at, Discrepancy):
            return at.sheet, at.row, at.cells.get(column or "")
        number = at or (row.row if row else None)
        return self.roster.sheet, number, self.roster.cell(number, column) if number and column else None

    @staticmethod
    def _value(row: RosterRow | None, column: str | None, at: int | Discrepancy | None) -> str | None:
        if isinstance(at, Discrepancy):
            return at.values.get(column or "")
        return row.as_written(column or "") if row else None

    def _known_facts(self, row: RosterRow | None, column: str | None) -> dict[str, str]:
        """What every sentence may use: the column's printed heading and the worker's name."""
        facts = {"heading": self.roster.heading(column, self.campaign)} if column else {}
        if row and row.value("full_name"):
            facts["name"] = row.value("full_name")
        return facts


Check = Callable[[Checking], Iterator[Finding]]


def is_excused(row: RosterRow) -> bool:
    """Whether the row says why the worker cannot take part: then nothing is demanded of it."""
    return bool(row.value(NOT_POSSIBLE))
