"""A sheet made of rows and cells as a page or a letter brings them, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.core.grids import WIDEST, Cell, CellValue, Grid, Sheet
from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile

MOST_TABLES = 50
"""Tables of a page or a letter that are taken."""
_MOST_SPAN = 200


@dataclass(slots=True)
class TableBuilder:
    """Rows and cells as they come, with cells that reach over several rows or columns."""

    max_cells: int
    lines: dict[int, list[CellValue]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    taken_to: dict[int, int] = field(default_factory=dict)
    """The last row down to which a cell from above takes a column."""
    special: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    row: int = 0
    column: int = 0
    cells: int = 0

    def start_row(self, number: int | None = None) -> None:
        self.row = number or self.row + 1
        self.column = 0

    def add(self, value: CellValue, *, columns: int = 1, rows: int = 1, at: int | None = None) -> None:
        """The next cell of the row; it covers so many columns and rows."""
        self.column = at or self.column + 1
        while self.taken_to.get(self.column, 0) >= self.row:
            self.column += 1
        columns, rows = min(max(columns, 1), _MOST_SPAN), min(max(rows, 1), _MOST_SPAN)
        last_row, last_column = self.row + rows - 1, self.column + columns - 1
        if columns > 1 or rows > 1:
            self._count(columns * rows - 1)  # a few bytes can state that a cell covers thousands
            self.merged.append((self.row, self.column, last_row, last_column))
        if rows > 1:
            for column in range(self.column, last_column + 1):
                self.taken_to[column] = max(last_row, self.taken_to.get(column, 0))
        if value is not None and value != "":
            self._put(value)
        self.column = last_column

    def _put(self, value: CellValue) -> None:
        self._count(1)
        if self.column > WIDEST:
            self.special[self.row, self.column] = Cell(value)
            return
        line = self.lines.setdefault(self.row, [])
        line.extend([None] * (self.column - len(line)))
        line[self.column - 1] = value

    def _count(self, cells: int) -> None:
        self.cells += cells
        if self.cells > self.max_cells:
            raise UnreadableFile(Problem.TOO_LARGE, f"more than {self.max_cells} cells")

    def sheet(self, name: str) -> Sheet:
        grid = Grid(dict(sorted(self.lines.items())), self.special)
        return Sheet(name=name, cells=grid, merged=tuple(self.merged), hidden_rows=frozenset(self.hidden))


def span(text: str | None) -> int:
    """How many rows or columns an attribute says a cell covers."""
    return int(text) if text and text.strip().isdecimal() and len(text) < 6 else 1
