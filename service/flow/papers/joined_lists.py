"""Lists of one mail that belong together: parts of a unit's list in several files or sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from service.core.campaigns import Campaign
from service.core.grids import Workbook
from service.core.records import RosterEntry
from service.core.rosters.roster import Roster
from service.core.rosters.rows import read_roster
from service.core.rosters.versions import compare_lists
from service.core.units import Worker
from service.core.vietnam.names import comparison_key

UNIT_PROPERTY = "dondoc-unit"
"""Our own blank roster says in its properties whose it is."""
_MOST = 0.5


def lists_of(workbook: Workbook, campaign: Campaign, workers: Sequence[Worker]) -> tuple[Roster, ...]:
    """The workbook's list, and the lists on its other sheets with other people of the unit.

    A sheet that repeats people, such as a copy or last year's list, is not read: the list names it.
    """
    main = read_roster(workbook, campaign)
    if main is None or not main.rows or not main.other_sheets:
        return (main,) if main is not None else ()
    parts = [main]
    for name in main.other_sheets:
        alone = replace(workbook, sheets=tuple(sheet for sheet in workbook.sheets if sheet.name == name))
        other = read_roster(alone, campaign)
        if other is not None and other.rows and _is_part(other, parts, campaign, workers):
            parts.append(other)
    names = {part.sheet for part in parts}
    left = tuple(name for name in main.other_sheets if name not in names)
    return tuple(_each_said_once([replace(main, other_sheets=left), *parts[1:]]))


_OF_A_COLUMN = frozenset({"remark.date_order", "remark.column_understood"})
"""What is said of a column rather than of a cell: sheets of one workbook are written by one hand."""


def _each_said_once(parts: Sequence[Roster]) -> Iterator[Roster]:
    said: set[tuple[str, str | None]] = set()
    for part in parts:
        again = [each for each in part.findings if each.key in _OF_A_COLUMN and (each.key, each.column) in said]
        kept = tuple(each for each in part.findings if each not in again)
        said |= {(each.key, each.column) for each in kept}
        yield replace(part, findings=kept)


def joined_places(lists: Sequence[Roster], campaign: Campaign, workers: Sequence[Worker]) -> tuple[int, ...]:
    """Places of the lists that make up the unit's list: the longest, and those with none of its people."""
    order = sorted(range(len(lists)), key=lambda place: -len(lists[place].rows))
    chosen: list[int] = []
    for place in order:
        if not chosen or _is_part(lists[place], [lists[each] for each in chosen], campaign, workers):
            chosen.append(place)
    return tuple(chosen)


def entries_of(roster: Roster) -> tuple[RosterEntry, ...]:
    return tuple(RosterEntry(row=row.row, values=dict(row.values)) for row in roster.rows)


def _is_part(other: Roster, parts: Sequence[Roster], campaign: Campaign, workers: Sequence[Worker]) -> bool:
    """Other people of the same unit, as far as anybody can tell."""
    owners = {roster.properties.get(UNIT_PROPERTY) for roster in (other, *parts)} - {None, ""}
    if len(owners) > 1:
        return False
    if any(compare_lists(entries_of(part), entries_of(other), campaign).pairs for part in parts):
        return False
    return _known(other, campaign, workers) >= _MOST or _known(parts[0], campaign, workers) < _MOST


def _known(roster: Roster, campaign: Campaign, workers: Sequence[Worker]) -> float:
    """The share of people whom HR's file has in this unit; all of them where there is no file."""
    if not workers or not roster.rows:
        return 1.0
    keys = [column.key for column in campaign.columns if column.unique]
    numbers = {(key, worker.values[key]) for worker in workers for key in keys if worker.values.get(key)}
    names = {comparison_key(worker.name) for worker in workers}
    known = sum(
        comparison_key(row.value("full_name")) in names or any((key, row.value(key)) in numbers for key in keys)
        for row in roster.rows
    )
    return known / len(roster.rows)


def foreign_campaign(workbook: Workbook, roster: Roster, campaign: Campaign) -> str | None:
    """The other campaign whose blank this is; None when it is this one's, or fits this one all the same."""
    named = workbook.properties.get("dondoc-campaign", "")
    if not named or named == campaign.id:
        return None
    fits = all(column.key in roster.columns for column in campaign.columns if column.required)
    return None if fits else named
