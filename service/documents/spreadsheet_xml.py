"""The XML of an xlsx, read in one bounded pass: values, number formats, formulas, hidden rows, merged areas.

Namespaces differ between the two editions of the standard (transitional, strict), so elements are known by their
local names. ECMA-376 part 1, chapter 18.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import IO
from xml.etree import ElementTree

from service.core.grids import Cell, CellValue, Sheet, Workbook
from service.core.papers import Problem
from service.core.values import shows_zeros
from service.core.vietnam.encodings import legacy_of_font
from service.documents.errors import UnreadableFile
from service.documents.spreadsheet_fast import read_fast

MAX_PART_BYTES = 400 * 1024 * 1024
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_MOST_MERGED = 20_000
_REFERENCE = re.compile(r"^\$?([A-Z]{1,3})\$?(\d{1,7})$")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FORMAT_LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    14: "dd/mm/yyyy",
    49: "@",
}
_NO_MORE_THAN = 1024


def read_spreadsheet_xml(content: bytes, *, max_cells: int) -> Workbook:
    """An xlsx, xlsm or strict xlsx. Raises UnreadableFile for damaged, encrypted, suspicious or too large ones."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _Package(archive, content).workbook(max_cells)
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, EOFError, KeyError, ValueError, OSError) as error:
        raise UnreadableFile(Problem.CORRUPT, str(error)) from error
    except RuntimeError as error:  # zipfile's only sign of an encrypted member
        raise UnreadableFile(Problem.ENCRYPTED, str(error)) from error
    except NotImplementedError as error:
        raise UnreadableFile(Problem.UNSUPPORTED, str(error)) from error


@dataclass(frozen=True, slots=True)
class _SheetEntry:
    """A sheet as the workbook names it."""

    name: str
    part: str
    hidden: bool


@dataclass(slots=True)
class _Budget:
    """Cells that may still be read, over all sheets."""

    cells: int

    def spend(self) -> None:
        self.cells -= 1
        if self.cells < 0:
            raise UnreadableFile(Problem.TOO_LARGE, "too many cells")


@dataclass(slots=True)
class _Package:
    """The parts of one xlsx. Part names are compared without case, as Excel does."""

    archive: zipfile.ZipFile
    content: bytes
    names: Mapping[str, str] = field(init=False)
    known_relations: dict[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = {name.lower().replace("\\", "/").lstrip("/"): name for name in self.archive.namelist()}

    def workbook(self, max_cells: int) -> Workbook:
        part = self._main_part()
        root = self._tree(part)
        epoch_1904 = _flag(_child(root, "workbookPr"), "date1904")
        entries = list(self._sheets(root, part))
        styles = self._styles(part)
        sheets = self._fast_sheets(entries, styles, max_cells) or self._careful_sheets(
            entries, part, styles, max_cells, epoch_1904=epoch_1904
        )
        return Workbook(
            sheets=sheets,
            epoch_1904=epoch_1904,
            properties=self._properties(),
            has_macros=any(name.endswith("vbaproject.bin") for name in self.names),
        )

    def _fast_sheets(
        self, entries: Sequence[_SheetEntry], styles: tuple[list[str], list[str | None]], max_cells: int
    ) -> tuple[Sheet, ...] | None:
        parts = [((entry.name, entry.hidden), self._bytes(entry.part)) for entry in entries]
        if target := self._related(self._main_part(), "sharedStrings"):
            self._open(target).close()
        return read_fast(self.content, parts, *styles, max_cells=max_cells) if parts else ()

    def _careful_sheets(
        self,
        entries: Sequence[_SheetEntry],
        part: str,
        styles: tuple[list[str], list[str | None]],
        max_cells: int,
        *,
        epoch_1904: bool,
    ) -> tuple[Sheet, ...]:
        strings = self._shared_strings(part)
        budget = _Budget(max_cells)
        sheets = []
        for entry in entries:
            with self._open(entry.part) as source:
                reader = _SheetReader(entry, strings, *styles, budget, epoch_1904=epoch_1904)
                sheets.append(reader.read(source))
        return tuple(sheets)

    def _open(self, part: str) -> IO[bytes]:
        name = self.names[part.lower()]
        if self.archive.getinfo(name).file_size > MAX_PART_BYTES:
            raise UnreadableFile(Problem.TOO_LARGE, part)
        # No spreadsheet declares a document type; entities (floods, files of ours) need one.
        with self.archive.open(name) as head:
            if b"<!DOCTYPE" in head.read(_NO_MORE_THAN).replace(b"\0", b""):
                raise UnreadableFile(Problem.SUSPICIOUS, f"{part} declares entities")
        return self.archive.open(name)

    def _bytes(self, part: str) -> bytes:
        """A part whole, with the precautions of `_open`."""
        name = self.names[part.lower()]
        if self.archive.getinfo(name).file_size > MAX_PART_BYTES:
            raise UnreadableFile(Problem.TOO_LARGE, part)
        content = self.archive.read(name)
        if b"<!DOCTYPE" in content[:_NO_MORE_THAN].replace(b"\0", b""):
            raise UnreadableFile(Problem.SUSPICIOUS, f"{part} declares entities")
        return content

    def _tree(self, part: str) -> ElementTree.Element:
        return ElementTree.fromstring(self._bytes(part))  # noqa: S314 -- DOCTYPE refused, see _bytes

    def _main_part(self) -> str:
        """Where the package says the workbook is; its usual place where it does not say."""
        for target, kind in self._relations("").values():
            if kind == "officeDocument":
                return target
        return "xl/workbook.xml"

    def _relations(self, part: str) -> Mapping[str, tuple[str, str]]:
        """Id → (part, kind) of what a part refers to inside the package."""
        if part not in self.known_relations:
            self.known_relations[part] = self._read_relations(part)
        return self.known_relations[part]

    def _read_relations(self, part: str) -> Mapping[str, tuple[str, str]]:
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if path.lower() not in self.names:
            return {}
        relations = {}
        for element in self._tree(path):
            target = element.get("Target", "").replace("\\", "/")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            if element.get("TargetMode") != "External":
                relations[element.get("Id", "")] = (whole, element.get("Type", "").rpartition("/")[2])
        return relations

    def _related(self, part: str, kind: str) -> str | None:
        return next(
            (target for target, own in self._relations(part).values() if own == kind and target.lower() in self.names),
            None,
        )

    def _sheets(self, root: ElementTree.Element, part: str) -> Iterator[_SheetEntry]:
        relations = self._relations(part)
        for sheet in _child(root, "sheets") or ():
            reference = next((value for name, value in sheet.attrib.items() if _local(name) == "id"), "")
            target, kind = relations.get(reference, ("", ""))
            if kind == "worksheet" and target.lower() in self.names:
                hidden = sheet.get("state", "visible") != "visible"
                yield _SheetEntry(sheet.get("name", ""), target, hidden)

    def _shared_strings(self, part: str) -> list[str]:
        target = self._related(part, "sharedStrings")
        if target is None:
            return []
        strings = []
        with self._open(target) as source:
            for _, element in ElementTree.iterparse(source):  # noqa: S314 -- DOCTYPE refused, see _open
                if _local(element.tag) == "si":
                    strings.append(_text_of(element))
                    element.clear()
        return strings

    def _styles(self, part: str) -> tuple[list[str], list[str | None]]:
        """Number format and font name of each cell style."""
        target = self._related(part, "styles")
        if target is None:
            return [], []
        root = self._tree(target)
        own = {
            int(element.get("numFmtId", "0")): element.get("formatCode", "General")
            for element in _child(root, "numFmts") or ()
        }
        fonts = [_attribute(_child(font, "name"), "val") for font in _child(root, "fonts") or ()]
        formats, names = [], []
        for style in _child(root, "cellXfs") or ():
            number, font = int(style.get("numFmtId", "0")), int(style.get("fontId", "0"))
            formats.append(
                own.get(number) or _BUILT_IN.get(number) or ("dd/mm/yyyy" if number in _BUILT_IN_DATES else "General")
            )
            names.append(fonts[font] if font < len(fonts) else None)
        return formats, names

    def _properties(self) -> Mapping[str, str]:
        """Custom properties; our template leaves its campaign and unit there."""
        target = self._related("", "custom-properties")
        if target is None:
            return {}
        return {element.get("name", ""): "".join(element.itertext()) for element in self._tree(target)}


@dataclass(slots=True)
class _SheetReader:
    """Reads one sheet's XML as it streams by."""

    entry: _SheetEntry
    strings: list[str]
    formats: list[str]
    fonts: list[str | None]
    budget: _Budget
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
            name = _local(element.tag)
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
        if _flag(element, "hidden"):
            self.hidden_rows.add(self.row)

    def _other(self, name: str, element: ElementTree.Element) -> None:
        if name == "mergeCell" and len(self.merged) < _MOST_MERGED:
            first, _, last = element.get("ref", "").partition(":")
            if (start := _place(first)) and (end := _place(last or first)):
                self.merged.append((*start, *end))
        elif name == "col" and _flag(element, "hidden"):
            first_column, last_column = int(element.get("min", "1")), int(element.get("max", "1"))
            self.hidden_columns.update(range(first_column, min(last_column, MAX_COLUMNS) + 1))

    def _cell(self, element: ElementTree.Element) -> None:
        place = _place(element.get("r", "")) or (self.row, self.column + 1)
        self.column = place[1]
        formula = _child(element, "f")
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
            inline = _child(element, "is")
            return None if inline is None else _text_of(inline)
        held = _child(element, "v")
        text = held.text if held is not None else None
        if not text:
            return None
        if kind == "s":
            return self.strings[int(text)] if text.isdigit() and int(text) < len(self.strings) else None
        if kind == "b":
            return text.strip() == "1"
        if kind == "d":
            return _iso_moment(text)
        return _unescaped(text) if kind in ("str", "e") else self._number(text, number_format)

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


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _child(element: ElementTree.Element | None, name: str) -> ElementTree.Element | None:
    return next((child for child in element if _local(child.tag) == name), None) if element is not None else None


def _attribute(element: ElementTree.Element | None, name: str) -> str | None:
    return element.get(name) if element is not None else None


def _flag(element: ElementTree.Element | None, name: str) -> bool:
    return _attribute(element, name) in ("1", "true", "on")


def _text_of(element: ElementTree.Element) -> str:
    """The text of a string item: all its runs, without the phonetic guides of East Asian text."""
    parts = []
    for child in element:
        name = _local(child.tag)
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts.append(_text_of(child))
    return _unescaped("".join(parts))


def _unescaped(text: str) -> str:
    """_x000D_ stands for a character XML cannot carry."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _place(reference: str) -> tuple[int, int] | None:
    """ "F8" → (8, 6)."""
    found = _REFERENCE.match(reference)
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column
