"""A second table on a sheet: below the first one, with its columns in another order, or beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from service.core.campaigns import Column
from service.core.grids import Grid, Sheet
from service.core.rosters.column_keys import FULL_NAME
from service.core.rosters.headings import RosterTable, keys_of, table_headed_by
from service.core.rosters.roster import Roster

_FEWEST = 3
"""Headings, the name's among them, that make a table."""


def stacked(table: RosterTable, columns: Sequence[Column]) -> tuple[RosterTable, ...]:
    """The sheet's table, and those below it whose columns stand elsewhere, each with its own part of the sheet."""
    starts = list(_headings_below(table, columns))
    if not starts:
        return (table,)
    parts = [replace(table, sheet=_between(table.sheet, 0, starts[0]))]
    for start, end in zip(starts, [*starts[1:], 10**9], strict=True):
        parts.append(table_headed_by(_between(table.sheet, start, end), start, columns))
    return tuple(parts)


def _headings_below(table: RosterTable, columns: Sequence[Column]) -> Iterator[int]:
    """A printed list repeats its heading on every page; only one in another order begins a table."""
    if FULL_NAME not in table.columns:
        return
    heading = table.headings[FULL_NAME]
    order = table.columns
    for row, line in table.sheet.grid.lines.items():
        if row > table.header_rows[-1] and heading in line:
            places = keys_of(table.sheet, row, columns)
            if (
                FULL_NAME in places
                and len(places) >= _FEWEST
                and any(order.get(key, at) != at for key, at in places.items())
            ):
                order = places
                yield row


def _between(sheet: Sheet, start: int, end: int) -> Sheet:
    """The rows from `start` up to `end`, under their own numbers."""
    lines = {row: line for row, line in sheet.grid.lines.items() if start <= row < end}
    special = {place: cell for place, cell in sheet.grid.special.items() if start <= place[0] < end}
    return replace(sheet, cells=Grid(lines, special))


def joined(parts: Sequence[Roster]) -> Roster:
    """One list of all; the cells of further tables stand where they do."""
    first, *others = parts
    elsewhere = {key: dict(cells) for key, cells in first.elsewhere.items()}
    for part in others:
        for key, letters in part.columns.items():
            elsewhere.setdefault(key, {}).update({row.row: f"{letters}{row.row}" for row in part.rows})
    return replace(
        first,
        rows=tuple(row for part in parts for row in part.rows),
        findings=tuple(finding for part in parts for finding in part.findings),
        hidden_rows=tuple(row for part in parts for row in part.hidden_rows),
        formulas=tuple(cell for part in parts for cell in part.formulas),
        no_discrepancy=any(part.no_discrepancy for part in parts),
        elsewhere=elsewhere,
    )


def is_beside(unknown: Sequence[str], columns: Sequence[Column]) -> bool:
    """Whether columns left over are headed like a list of people of their own."""
    keys = keys_of(Sheet(name="", cells=Grid({1: list(unknown)})), 1, columns)
    return FULL_NAME in keys and len(keys) >= _FEWEST
