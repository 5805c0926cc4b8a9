"""Values merged down over several rows: a department, a day or a tick written once for the people beside it."""

from __future__ import annotations

from collections.abc import Sequence

from service.core.campaigns import Column, ColumnKind
from service.core.grids import CellValue, Sheet
from service.core.rosters.column_keys import BIRTH_DATE

_SHARED = frozenset({ColumnKind.TEXT, ColumnKind.DATE, ColumnKind.MONTH, ColumnKind.YES_NO, ColumnKind.GENDER})
"""What several people can have alike; a name or a number merged over two of them is one of theirs."""


def filled_down(sheet: Sheet, column: Column, place: int, rows: Sequence[int]) -> dict[int, CellValue]:
    """Index of a row to the value that its merged area shows there; empty where nothing is merged down."""
    if column.unique or column.kind not in _SHARED or column.key == BIRTH_DATE:
        return {}
    filled: dict[int, CellValue] = {}
    for top, left, bottom, right in sheet.merged:
        if bottom > top and left <= place <= right:
            value = sheet.grid.value(top, left)
            filled |= {index: value for index, row in enumerate(rows) if top < row <= bottom}
    return filled
