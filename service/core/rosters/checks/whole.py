"""Checks of the list as a whole: its columns, its repetitions, and what a reader of the sheet might not see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from service.core.campaigns import Column, ColumnKind
from service.core.findings import Code, Finding, Severity
from service.core.rosters.checks.checking import Checking
from service.core.rosters.decoding import UNICODE
from service.core.rosters.roster import RosterRow
from service.core.rosters.second_tables import is_beside
from service.core.vietnam.numbers import digits_lost

_SAME_PERSON = 3
"""So many unique values shared with one earlier row: the whole row was entered twice."""


def required_columns(checking: Checking) -> Iterator[Finding]:
    """Every column that must be filled exists."""
    for column in checking.campaign.columns:
        if column.required and column.key not in checking.roster.columns:
            yield checking.finding(Code.MISSING_COLUMN, "missing_column", column=column.key)


def no_duplicates(checking: Checking) -> Iterator[Finding]:
    """What belongs to one person stands in one row; said at every row that has it, naming the others."""
    columns = [column for column in checking.columns() if column.unique]
    holders = {column.key: _holders(checking, column) for column in columns}
    repeated = {row.row for rows in holders.values() for same in rows.values() for row in same}
    for row in checking.roster.rows if repeated else ():
        if row.row in repeated:
            shared = [
                (column, [other for other in holders[column.key].get(row.value(column.key), ()) if other is not row])
                for column in columns
            ]
            yield from _repeated(checking, row, [(column, others) for column, others in shared if others])


def _holders(checking: Checking, column: Column) -> dict[str, list[RosterRow]]:
    """The rows of each value that stands in several."""
    values = checking.values(column.key)
    if len(values) - values.count("") == len(checking.different(column.key) - {""}):
        return {}
    # Numbers that lost their digits are alike for that reason.
    lost = {value for value in checking.different(column.key) if digits_lost(value, whole=True)}
    twice = {value for value, count in Counter(values).items() if value and count > 1} - lost
    holders: dict[str, list[RosterRow]] = {}
    for row, value in zip(checking.roster.rows, values, strict=True):
        if value in twice:
            holders.setdefault(value, []).append(row)
    return holders


def _repeated(
    checking: Checking, row: RosterRow, shared: Sequence[tuple[Column, Sequence[RosterRow]]]
) -> Iterator[Finding]:
    """One finding a column; a row entered twice whole is said once, at the number people are known by."""
    shared = sorted(shared, key=lambda pair: pair[0].kind is not ColumnKind.SOCIAL_INSURANCE_NO)
    counts = Counter(other.row for _, others in shared for other in others)
    twice = {number for number, count in counts.items() if count >= _SAME_PERSON}
    for index, (column, others) in enumerate(shared):
        whole = bool(twice.intersection(other.row for other in others))
        if whole and index:
            continue
        yield checking.finding(
            Code.DUPLICATE_IN_FILE,
            "duplicate_in_file.row" if whole else "duplicate_in_file",
            row,
            column.key,
            facts={
                "other_rows": ", ".join(str(other.row) for other in others),
                "other_names": ", ".join(dict.fromkeys(other.value("full_name") for other in others)),
            },
        )


def unknown_columns(checking: Checking) -> Iterator[Finding]:
    """Columns we do not know are kept in the unit's workbook, and not used; a list of people in them is an error."""
    unknown = checking.roster.unknown_columns
    if is_beside(list(unknown.values()), checking.campaign.columns):
        yield checking.finding(Code.NOT_ALLOWED, "not_allowed.second_table", facts={"letters": next(iter(unknown))})
        return
    for letters, heading in checking.roster.unknown_columns.items():
        yield checking.finding(
            Code.UNKNOWN_COLUMN,
            "unknown_column",
            severity=Severity.NOTE,
            facts={"heading": heading, "letters": letters},
        )


def hidden_rows(checking: Checking) -> Iterator[Finding]:
    """Hidden rows count like the others; the sender may not know that they are there."""
    rows = checking.roster.hidden_rows
    if rows:
        yield checking.finding(
            Code.HIDDEN_ROW,
            "hidden_row",
            severity=Severity.NOTE,
            at=rows[0],
            facts={"count": str(len(rows)), "rows": _listed(rows)},
        )


def formulas(checking: Checking) -> Iterator[Finding]:
    """A computed value is taken as the file shows it; one never computed cannot be read."""
    by_key: dict[str, list[int]] = {}
    for cell in checking.roster.formulas:
        if cell.has_value:
            by_key.setdefault(cell.key, []).append(cell.row)
        else:
            row = next((row for row in checking.roster.rows if row.row == cell.row), None)
            yield checking.finding(Code.FORMULA, "formula.no_value", row, cell.key)
    for key, rows in by_key.items():
        yield checking.finding(
            Code.FORMULA, "formula", column=key, severity=Severity.NOTE, at=rows[0], facts={"count": str(len(rows))}
        )


def legacy_encoding(checking: Checking) -> Iterator[Finding]:
    """Letters from before Unicode were read into Unicode; names may be looked through."""
    if checking.roster.encoding != UNICODE:
        yield checking.finding(
            Code.LEGACY_ENCODING,
            "legacy_encoding",
            severity=Severity.NOTE,
            facts={"encoding": checking.roster.encoding},
        )
    elif checking.roster.font_is_doubtful:
        yield checking.finding(Code.LEGACY_ENCODING, "legacy_encoding.font", severity=Severity.WARNING)


def macros(checking: Checking) -> Iterator[Finding]:
    """Macros of a workbook are never run; what they would have computed is taken as the file shows it."""
    if checking.roster.has_macros:
        yield checking.finding(Code.NOT_ALLOWED, "not_allowed.macros", severity=Severity.NOTE)


def other_sheets(checking: Checking) -> Iterator[Finding]:
    """A second list in the workbook was not read: HR should look."""
    for name in checking.roster.other_sheets:
        yield checking.finding(
            Code.NOT_ALLOWED, "not_allowed.other_sheet", severity=Severity.WARNING, facts={"other_sheet": name}
        )


def _listed(rows: Sequence[int]) -> str:
    """9, 12–15."""
    parts: list[str] = []
    start = previous = rows[0]
    for row in (*rows[1:], 0):
        if row != previous + 1:
            parts.append(str(start) if start == previous else f"{start}–{previous}")
            start = row
        previous = row
    return ", ".join(parts)
