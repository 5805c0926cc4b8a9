"""A workbook as a grid of cells: what `documents/` reads and `core/rosters/` judges."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import zip_longest

CellValue = str | int | float | bool | date | datetime | time | timedelta | None
Place = tuple[int, int]
"""1-based row and column."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that holds something. `formula`: the formula's text when the value was computed by one."""

    value: CellValue
    number_format: str = "General"
    formula: str | None = None
    font: str | None = None


WIDEST = 256
"""Columns beyond are kept as single cells: one of them must not make its whole row as wide."""


class Grid(Mapping[Place, Cell]):
    """A sheet's cells, kept as rows of bare values: a list of a hundred thousand people must fit into memory.

    `lines`: row number → values from column 1 on, "" or None where nothing stands. `special`: the few cells of
    which more is known than their value. As a mapping it looks like the cells that hold something.
    """

    __slots__ = ("_special_by_column", "lines", "special")

    def __init__(self, lines: Mapping[int, Sequence[CellValue]], special: Mapping[Place, Cell] | None = None) -> None:
        self.lines = dict(lines)
        self.special = dict(special or {})
        self._special_by_column: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in self.special.items():
            self._special_by_column.setdefault(column, {})[row] = cell

    @classmethod
    def of(cls, cells: Mapping[Place, Cell]) -> Grid:
        """From single cells in any order."""
        if isinstance(cells, Grid):
            return cells
        lines: dict[int, list[CellValue]] = {}
        special: dict[Place, Cell] = {}
        for place, cell in cells.items():
            row, column = place
            if column > WIDEST:
                special[place] = cell
                continue
            line = lines.setdefault(row, [])
            if column > len(line):
                line.extend([None] * (column - len(line)))
            line[column - 1] = cell.value
            if cell.formula is not None or cell.font is not None or cell.number_format != "General":
                special[place] = cell
        return cls(dict(sorted(lines.items())), special)

    @classmethod
    def of_lines(cls, lines: Iterable[Sequence[CellValue]], special: Mapping[Place, Cell] | None = None) -> Grid:
        """From the sheet's lines, the first of which is row 1; empty ones are left out."""
        return cls({row: line for row, line in enumerate(lines, start=1) if any(map(_holds, line))}, special)

    def value(self, row: int, column: int) -> CellValue:
        """What stands there; None for nothing."""
        line = self.lines.get(row)
        return (line[column - 1] or _nothing(line[column - 1])) if line and column <= len(line) else None

    @property
    def width(self) -> int:
        """The last column in which a line may hold something."""
        return max(map(len, self.lines.values()), default=0)

    def column(self, column: int, rows: Collection[int]) -> list[CellValue]:
        """The values of one column in these rows."""
        lines, index = self.lines, column - 1
        try:
            return [lines[row][index] for row in rows]
        except (KeyError, IndexError):  # lines need not be equally long
            return [line[index] if (line := lines.get(row)) and index < len(line) else None for row in rows]

    def columns(self, rows: Collection[int]) -> Sequence[Sequence[CellValue]]:
        """All columns in these rows, in one go; lines that are shorter than others hold nothing further."""
        return list(zip_longest(*(self.lines.get(row, ()) for row in rows)))

    def special_in(self, column: int) -> Mapping[int, Cell]:
        """Row → the column's cells of which more is known than their value."""
        return self._special_by_column.get(column, {})

    def line(self, row: int) -> dict[int, CellValue]:
        """Column → value of the cells of one row that hold something."""
        return {
            column: value for column, value in enumerate(self.lines.get(row, ()), start=1) if value or _holds(value)
        }

    def __getitem__(self, place: Place) -> Cell:
        if found := self.special.get(place):
            return found
        value = self.value(*place)
        if value is None:
            raise KeyError(place)
        return Cell(value)

    def __iter__(self) -> Iterator[Place]:
        special = {place for place in self.special if self.value(*place) is None}
        for row, line in self.lines.items():
            for column, value in enumerate(line, start=1):
                if value or _holds(value):
                    yield row, column
        yield from sorted(special)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __reduce__(self) -> tuple[type[Grid], tuple[dict[int, Sequence[CellValue]], dict[Place, Cell]]]:
        return Grid, (self.lines, self.special)


def _holds(value: CellValue) -> bool:
    return value is not None and value != ""


def _nothing(value: CellValue) -> CellValue:
    """An empty text is nothing; zero and False are something."""
    return None if value == "" else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: only cells that hold something, keyed by 1-based (row, column)."""

    name: str
    cells: Mapping[Place, Cell]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Merged areas as (first row, first column, last row, last column), 1-based, inclusive."""
    hidden_rows: frozenset[int] = field(default_factory=frozenset)
    hidden_columns: frozenset[int] = field(default_factory=frozenset)
    hidden: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", Grid.of(self.cells))

    @property
    def grid(self) -> Grid:
        """The cells by row and column."""
        assert isinstance(self.cells, Grid)
        return self.cells

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
    has_macros: bool = False
    """The file carries macros; they are never run."""


@lru_cache(maxsize=4096)
def column_letters(column: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters
