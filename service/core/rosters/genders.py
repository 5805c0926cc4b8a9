"""A gender column not written in words: ticked under "Nam" and "Nữ", or in figures that its heading explains."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from service.core.campaigns import Column, ColumnKind
from service.core.grids import Grid
from service.core.rosters.column_keys import BIRTH_DATE
from service.core.rosters.headings import RosterTable
from service.core.vietnam.text import fold, tidy

_WORDS = {"nam": "Nam", "nu": "Nữ"}
_KEY_FIRST = re.compile(r"\b(\d)\s*[:=\-–]?\s*(?:la\s+)?(nam|nu)\b")
_WORD_FIRST = re.compile(r"\b(nam|nu)\s*[:=\-–]?\s*(?:la\s+)?(\d)\b")


def by_heading(values: list[str], heading: str) -> list[str]:
    """Ticks under "Nữ" (or "Nam") alone, and figures that the heading explains: "1: Nam, 0: Nữ"."""
    if any(value in ("Nam", "Nữ") for value in values):
        return values
    headed = tidy(heading).split()[-1].capitalize()
    if other := {"Nữ": "Nam", "Nam": "Nữ"}.get(headed):
        return [headed if value else other for value in values]
    folded = fold(heading)
    meant = {figure: _WORDS[word] for figure, word in _KEY_FIRST.findall(folded)}
    meant = meant or {figure: _WORDS[word] for word, figure in _WORD_FIRST.findall(folded)}
    return [meant.get(value, value) for value in values] if len(meant) > 1 else values


def ticked(grid: Grid, place: int, heading_rows: Sequence[int], rows: Sequence[int]) -> list[str] | None:
    """What two neighbouring columns headed "Nam" and "Nữ" say by their ticks; None when there are no such two."""
    for left in (place, place - 1):
        if pair := _headed(grid, left, heading_rows):
            columns = [grid.column(column, rows) for column in (left, left + 1)]
            return [_said(pair, ticks) for ticks in zip(*columns, strict=True)]
    return None


def are_both(grid: Grid, one: int, other: int, heading_rows: Sequence[int]) -> bool:
    """Whether the two columns are neighbours headed "Nam" and "Nữ": what stands in one of them says the gender too."""
    return abs(one - other) == 1 and _headed(grid, min(one, other), heading_rows) is not None


def _headed(grid: Grid, left: int, heading_rows: Sequence[int]) -> Sequence[str] | None:
    """The two genders over this column and the next, in their order."""
    for row in range(heading_rows[0], heading_rows[-1] + 2) if left > 0 else ():
        pair, of = zip(*(_gender_of(str(grid.value(row, column) or "")) for column in (left, left + 1)), strict=True)
        if all(pair) and pair[0] != pair[1] and of[0] == of[1]:
            return pair
    return None


def _gender_of(heading: str) -> tuple[str, str]:
    """The gender with which a heading ends, and what stands before it: "Ngày sinh Nam"."""
    before, _, last = fold(tidy(heading)).strip(" ()").rpartition(" ")
    return _WORDS.get(last.strip("()"), ""), before.strip(" (-:")


def with_births_by_gender(table: RosterTable, columns: Sequence[Column]) -> RosterTable:
    """The table with its gender where there is one column of birth days for men and one for women."""
    key = next((column.key for column in columns if column.kind is ColumnKind.GENDER), None)
    born = table.columns.get(BIRTH_DATE)
    if key is None or key in table.columns or born is None:
        return table
    for other in (born - 1, born + 1):
        if other in table.unknown and are_both(table.sheet.grid, born, other, table.header_rows):
            return replace(
                table,
                columns={**table.columns, key: other},
                headings={**table.headings, key: table.unknown[other]},
                unknown={column: text for column, text in table.unknown.items() if column != other},
            )
    return table


def _said(pair: Sequence[str], ticks: Sequence[object]) -> str:
    """One tick of two is an answer; two or none are none."""
    made = [word for word, tick in zip(pair, ticks, strict=True) if str(tick or "").strip()]
    return made[0] if len(made) == 1 else ""
