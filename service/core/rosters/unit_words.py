"""Whose list a roster says it is: the mark of our own blank, and what stands above the table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from service.core.grids import Workbook
from service.core.rosters.roster import Roster
from service.core.units import Unit
from service.core.vietnam.text import folded_words

UNIT_PROPERTY = "dondoc-unit"
_MOST_LINES, _LONGEST = 20, 200


def unit_words(workbook: Workbook, roster: Roster) -> tuple[str, ...]:
    """The code in the file's properties, then the texts above the header."""
    sheet = next((each for each in workbook.sheets if each.name == roster.sheet), None)
    first = min(roster.header_rows, default=1)
    above = [
        str(cell.value)[:_LONGEST]
        for (row, _), cell in sorted(sheet.cells.items() if sheet else ())
        if row < first and isinstance(cell.value, str)
    ]
    code = workbook.properties.get(UNIT_PROPERTY)
    return (*([code] if code else []), *above[:_MOST_LINES])


def unit_said(words: Sequence[str], units: Iterable[Unit], sender: Unit | None) -> Unit | None:
    """The one other unit that the words name; None when they name the sender's own, none or several.

    A name that contains another one ("Trung tâm An toàn" in "Trung tâm An toàn thông tin") stands for itself only.
    """
    lines = [f" {folded_words(word)} " for word in words]
    named = {
        unit.code: length
        for unit in units
        if (length := max((_length(name, lines) for name in names_of(unit)), default=0))
    }
    if sender is not None and sender.code in named and named[sender.code] == max(named.values()):
        return None
    others = [unit for unit in units if named.get(unit.code) == max(named.values(), default=0)]
    return others[0] if len(others) == 1 else None


def names_of(unit: Unit) -> tuple[str, ...]:
    return (unit.code, unit.name, *unit.aliases)


def _length(name: str, lines: Sequence[str]) -> int:
    """How long the name is that stands in a line; 0 when it does not."""
    wanted = folded_words(name)
    return len(wanted) if wanted and any(f" {wanted} " in line for line in lines) else 0
