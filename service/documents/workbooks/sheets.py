"""One sheet of an xlsx read element by element, with what is told of its cells: for what the fast reader leaves.

Values together with number formats, formulas, hidden rows and columns, merged areas. ECMA-376 part 1, chapter 18.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import IO
from xml.etree import ElementTree

from service.core.grids import Cell, CellValue, Sheet
from service.core.papers import Problem
from service.core.rosters.cell_values import shows_zeros
from service.core.vietnam.encodings import legacy_of_font
from service.documents.common.errors import UnreadableFile
from service.documents.common.xml_names import child, local
from service.documents.workbooks.elements import flag, text_of, unescaped

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_MOST_MERGED = 20_000
_REFERENCE = re.compile(r"^\$?([A-Z]{1,3})\$?(\d{1,7})$")
_FORMAT_LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook names it."""

    name: str
    part: str
    hidden: bool


@dataclass(slots=True)
class Budget:
    """Cells that may still be read, over all sheets."""

    cells: int

    def spend(self) -> None:
        self.cells -= 1
        if self.cells < 0:
            raise UnreadableFile(Problem.TOO_LARGE, "too many cells")


@dataclass(slots=True)
class SheetReader:
    """Reads one sheet's XML as it streams by."""

    entry: SheetEntry
    strings: list[str]
    formats: list[str]
    fonts: list[str | None]
    budget: Budget
    epoch_1904: bool = field(kw_only=True)
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    row: int = 0
    column: int = 0

    def read(self, source: IO[bytes]) -> Sheet:
        root: ElementTree.Element | None = None
        for event, element in ElementTree.iterparse(source, events=("start", "end")):  # noqa: S314 -- DOCTYPE refused, see _open
            name = local(element.tag)
            if event == "start":
                root = element if root is None else root
                if name == "row":
                    self._start_row(element)
            elif name == "c":
                self._cell(element)
            elif name == "row":
                element.clear()
            elif name == "sheetData" and root is not None:
                root.clear()
            else:
                self._other(name, element)
        return self._sheet()

    def _sheet(self) -> Sheet:
        return Sheet(
            name=self.entry.name,
            cells=self.cells,
            merged=tuple(self.merged),
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
            hidden=self.entry.hidden,
        )

    def _start_row(self, element: ElementTree.Element) -> None:
        stated = element.get("r", "")
        self.row = int(stated) if stated.isdigit() else self.row + 1
        self.column = 0
        if flag(element, "hidden"):
            self.hidden_rows.add(self.row)

    def _other(self, name: str, element: ElementTree.Element) -> None:
        if name == "mergeCell" and len(self.merged) < _MOST_MERGED:
            first, _, last = element.get("ref", "").partition(":")
            if (start := _place(first)) and (end := _place(last or first)):
                self.merged.append((*start, *end))
        elif name == "col" and flag(element, "hidden"):
            first_column, last_column = int(element.get("min", "1")), int(element.get("max", "1"))
            self.hidden_columns.update(range(first_column, min(last_column, MAX_COLUMNS) + 1))

    def _cell(self, element: ElementTree.Element) -> None:
        place = _place(element.get("r", "")) or (self.row, self.column + 1)
        self.column = place[1]
        formula = child(element, "f")
        style = int(element.get("s", "0"))
        number_format = self.formats[style] if style < len(self.formats) else "General"
        value = self._value(element, number_format)
        if (value is None or value == "") and formula is None:
            return
        if not (1 <= place[0] <= MAX_ROWS and 1 <= place[1] <= MAX_COLUMNS):
            return
        self.budget.spend()
        font = self.fonts[style] if style < len(self.fonts) else None
        self.cells[place] = Cell(
            value,
            number_format=number_format if shows_zeros(number_format) else "General",
            formula=None if formula is None else f"={formula.text or ''}",
            font=font if font and legacy_of_font(font) else None,
        )

    def _value(self, element: ElementTree.Element, number_format: str) -> CellValue:
        kind = element.get("t", "n")
        if kind == "inlineStr":
            inline = child(element, "is")
            return None if inline is None else text_of(inline)
        held = child(element, "v")
        text = held.text if held is not None else None
        if not text:
            return None
        if kind == "s":
            return self.strings[int(text)] if text.isdigit() and int(text) < len(self.strings) else None
        if kind == "b":
            return text.strip() == "1"
        if kind == "d":
            return _iso_moment(text)
        return unescaped(text) if kind in ("str", "e") else self._number(text, number_format)

    def _number(self, text: str, number_format: str) -> CellValue:
        value = float(text)
        if is_date_format(number_format) and 0 <= value < 2_958_466:
            return _moment(value, epoch_1904=self.epoch_1904)
        return int(value) if value.is_integer() and abs(value) < 1e15 else value


def is_date_format(number_format: str) -> bool:
    """Whether a number format shows a day or an hour: a d, m, y or h outside of its quoted and bracketed parts."""
    if number_format == "General":
        return False
    letters = _FORMAT_LITERALS.sub("", number_format.partition(";")[0]).lower()
    return any(letter in letters for letter in "dmyh") and "general" not in letters


def _iso_moment(text: str) -> CellValue:
    """A date written out, as the strict edition allows; kept as text when it is none."""
    bare = text.removesuffix("Z")
    try:
        return time.fromisoformat(bare) if ":" in bare[:3] else datetime.fromisoformat(bare)
    except ValueError:
        return text


def _moment(serial: float, *, epoch_1904: bool) -> CellValue:
    """A spreadsheet's serial number as a day, a moment or an hour."""
    if serial < 1 and not epoch_1904:
        seconds = round(serial * 86_400)
        return time(seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)
    # Excel believes in 29 February 1900; serials before it are a day off.
    start = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 31 if serial < 60 else 30)  # noqa: DTZ001 -- sheets know no zones
    moment = start + timedelta(seconds=round(serial * 86_400))
    return moment if moment.time() != time(0) else moment.date()


def _place(reference: str) -> tuple[int, int] | None:
    """ "F8" → (8, 6)."""
    found = _REFERENCE.match(reference)
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column
