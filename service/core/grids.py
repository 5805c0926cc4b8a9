"""A workbook as a grid of cells: what `documents/` reads and `core/rows.py` judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache

CellValue = str | int | float | bool | date | datetime | time | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that holds something. `formula`: the formula's text when the value was computed by one."""

    value: CellValue
    number_format: str = "General"
    formula: str | None = None
    font: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: only cells that hold something, keyed by 1-based (row, column)."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Merged areas as (first row, first column, last row, last column), 1-based, inclusive."""
    hidden_rows: frozenset[int] = field(default_factory=frozenset)
    hidden_columns: frozenset[int] = field(default_factory=frozenset)
    hidden: bool = False

    @property
    def last_row(self) -> int:
        return max((row for row, _ in self.cells), default=0)

    @property
    def last_column(self) -> int:
        return max((column for _, column in self.cells), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """All sheets of a file, in its order. `epoch_1904`: dates count from 1904 (old Mac files)."""

    sheets: tuple[Sheet, ...]
    epoch_1904: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)
    """Custom and core document properties; our template carries `dondoc-campaign` and `dondoc-unit`."""


@lru_cache(maxsize=4096)
def column_letters(column: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """(8, 6) → F8."""
    return f"{column_letters(column)}{row}"
