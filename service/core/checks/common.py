"""What every check is given, and how a check says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from service.core.campaigns import Campaign, Column, ColumnKind
from service.core.findings import Code, Finding, Severity
from service.core.roster import Discrepancy, Roster, RosterRow

NOT_POSSIBLE = "not_possible_reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """One roster being checked."""

    roster: Roster
    campaign: Campaign
    today: date

    def columns(self, *kinds: ColumnKind) -> Iterator[Column]:
        """The sheet's columns of these kinds (of every kind when none is given), in the campaign's order."""
        for column in self.campaign.columns:
            if column.key in self.roster.columns and (not kinds or column.kind in kinds):
                yield column

    def column_of(self, kind: ColumnKind) -> Column | None:
        """The first column of this kind in the sheet."""
        return next(self.columns(kind), None)

    def cells(self, *kinds: ColumnKind) -> Iterator[tuple[RosterRow, Column, str]]:
        """Every cell of these kinds that says something."""
        for row in self.roster.rows:
            for column in self.columns(*kinds):
                if value := row.value(column.key):
                    yield row, column, value

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
        said = at.values if isinstance(at, Discrepancy) else row.written if row else {}
        return said.get(column or "")

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
