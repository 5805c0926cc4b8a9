"""The cells of one sheet's XML, restyled in place: only rows that are touched are written anew.

The rows stay text. A tree of a million rows costs gigabytes; what is changed here is one attribute of some cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree
from openpyxl.utils import column_index_from_string, get_column_letter

from service.documents.common.xml_names import child, local
from service.documents.returned.opc import CannotBeKept, Element, parse, serialised

_DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData\b[^>]*?(/?)>")
_STYLE = re.compile(rb"""\bs\s*=\s*(?:"(\d+)"|'(\d+)')""")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{0,3})(\d*)["']""")
_SPANS = re.compile(rb"""\s+spans\s*=\s*(?:"[^"]*"|'[^']*')""")
_CUSTOM = re.compile(rb"""\bcustomFormat\s*=\s*["'](?:1|true)["']""")

Restyle = Callable[[int], int]
"""A cell's style → the style it gets."""


@dataclass(slots=True)
class SheetXml:
    """One sheet: its rows as text, everything around them as a tree."""

    shell: Element
    """The sheet with its rows taken out."""
    rows: bytes
    prefix: bytes

    @classmethod
    def opened(cls, content: bytes) -> SheetXml:
        found = _DATA.search(content)
        if found is None or b"<!" in content or not _is_utf8(content):
            # Comments, CDATA and other encodings are legal and rare: written plainly first.
            content = etree.tostring(_plainly(content), encoding="UTF-8", xml_declaration=True)
            found = _DATA.search(content)
        if found is None:
            raise CannotBeKept("a sheet without cells")
        prefix, is_empty = found[1], bool(found[2])
        end = found.end() if is_empty else content.rfind(b"</" + prefix + b"sheetData")
        if end < found.end():
            raise CannotBeKept("rows without an end")
        closing = end if is_empty else content.index(b">", end) + 1
        shell = content[: found.start()] + b"<" + prefix + b"sheetData/>" + content[closing:]
        return cls(shell=parse(shell), rows=content[found.end() : end], prefix=prefix)

    def saved(self) -> bytes:
        whole = serialised(self.shell)
        opening = b"<" + self.prefix + b"sheetData"
        return whole.replace(opening + b"/>", opening + b">" + self.rows + b"</" + self.prefix + b"sheetData>", 1)

    def styled(self, styles: Collection[int]) -> Iterator[str]:
        """The names of cells which have one of these styles."""
        if not styles:
            return
        wanted = {str(style).encode() for style in styles}
        for number, row in self._each_row():
            if any((one or other) in wanted for one, other in _STYLE.findall(row)):
                for column, cell in self._cells(row):
                    if _style_of(cell) in styles:
                        yield f"{get_column_letter(column)}{number}"

    def restyle(self, cells: Mapping[str, Restyle]) -> None:
        """Gives these cells other styles; a cell that is not there is made."""
        wanted: dict[int, dict[int, Restyle]] = {}
        for name, restyle in cells.items():
            column, row = place_of(name)
            wanted.setdefault(row, {})[column] = restyle
        self.rows = b"".join(self._rewritten(wanted))

    def styles_of(self, names: Collection[str]) -> dict[str, int]:
        """Each cell's style, or what its row or column would give a new one."""
        wanted: dict[int, set[int]] = {}
        for name in names:
            column, number = place_of(name)
            wanted.setdefault(number, set()).add(column)
        found = {}
        for number, row in self._each_row():
            columns = wanted.pop(number, None)
            if columns:
                own = {column: _style_of(cell) for column, cell in self._cells(row)}
                for column in columns:
                    style = own.get(column, self._inherited(row, column))
                    found[f"{get_column_letter(column)}{number}"] = style
        for number, columns in wanted.items():
            found |= {f"{get_column_letter(column)}{number}": self._inherited(b"", column) for column in columns}
        return found

    def insert(self, element: Element, *, before: Collection[str]) -> None:
        """Puts a child of the sheet where the standard wants it: in front of the first of these names."""
        place = next((number for number, each in enumerate(self.shell) if local(each.tag) in before), len(self.shell))
        self.shell.insert(place, element)

    def merged(self) -> list[tuple[int, int, int, int]]:
        """Merged areas as (first column, first row, last column, last row)."""
        areas = child(self.shell, "mergeCells")
        names = [each.get("ref", "") for each in areas if isinstance(each.tag, str)] if areas is not None else []
        pairs = [name.partition(":") for name in names]
        return [(*place_of(first), *place_of(last)) for first, colon, last in pairs if colon]

    def _each_row(self) -> Iterator[tuple[int, bytes]]:
        number = 0
        for start, end, opening in self._row_places():
            number = _number(opening, number + 1)
            yield number, self.rows[start:end]

    def _row_places(self) -> Iterator[tuple[int, int, bytes]]:
        opening, closing = re.compile(b"<" + self.prefix + rb"row\b[^>]*>"), b"</" + self.prefix + b"row>"
        position = 0
        while found := opening.search(self.rows, position):
            position = found.end()
            if not found[0].endswith(b"/>"):
                position = self.rows.find(closing, found.end()) + len(closing)
                if position < found.end():
                    raise CannotBeKept("a row without an end")
            yield found.start(), position, found[0]

    def _cells(self, row: bytes) -> Iterator[tuple[int, bytes]]:
        """(column, opening tag) of each cell of the row."""
        column = 0
        for found in self._cell_tag.finditer(row):
            column = _column(found[0], column + 1)
            yield column, found[0]

    @property
    def _cell_tag(self) -> re.Pattern[bytes]:
        return re.compile(b"<" + self.prefix + rb"c(?=[\s/>])[^>]*>")

    def _rewritten(self, wanted: dict[int, dict[int, Restyle]]) -> Iterator[bytes]:
        position, number = 0, 0
        missing = sorted(wanted)
        for start, end, opening in self._row_places():
            number = _number(opening, number + 1)
            if not missing or missing[0] > number:
                continue
            yield self.rows[position:start]
            while missing and missing[0] < number:
                yield self._new_row(missing[0], wanted[missing.pop(0)])
            if missing and missing[0] == number:
                yield self._row(self.rows[start:end], opening, number, wanted[missing.pop(0)])
                start = end  # noqa: PLW2901 -- written already
            position = start
        yield self.rows[position:]
        for row in missing:
            yield self._new_row(row, wanted[row])

    def _row(self, row: bytes, opening: bytes, number: int, cells: Mapping[int, Restyle]) -> bytes:
        if opening.endswith(b"/>"):
            row = opening[:-2].rstrip() + b"></" + self.prefix + b"row>"
            opening = row[: row.index(b">") + 1]
        position, column, left = len(opening), 0, sorted(cells)
        parts: list[bytes] = []
        present: set[int] = set()
        for found in self._cell_tag.finditer(row, len(opening)):
            column = _column(found[0], column + 1)
            parts.append(row[position : found.start()])
            while left and left[0] < column:
                parts.append(self._new_cell(opening, number, left[0], cells[left.pop(0)]))
            tag = found[0]
            if left and left[0] == column:
                present.add(left.pop(0))
                tag = _with_style(tag, cells[column](_style_of(tag)))
            parts.append(tag)
            position = found.end()
        end = row.rindex(b"</")
        parts.append(row[position:end])
        parts += [self._new_cell(opening, number, each, cells[each]) for each in left]
        # A row's spans are a hint for reading; one that a new cell has made untrue is left out.
        start = opening if present == set(cells) else _SPANS.sub(b"", opening)
        return start + b"".join(parts) + row[end:]

    def _new_cell(self, row: bytes, number: int, column: int, restyle: Restyle) -> bytes:
        style = restyle(self._inherited(row, column))
        return b'<%sc r="%s%d" s="%d"/>' % (self.prefix, get_column_letter(column).encode(), number, style)

    def _new_row(self, number: int, cells: Mapping[int, Restyle]) -> bytes:
        inside = b"".join(self._new_cell(b"", number, column, cells[column]) for column in sorted(cells))
        return b'<%srow r="%d">%s</%srow>' % (self.prefix, number, inside, self.prefix)

    def _inherited(self, row: bytes, column: int) -> int:
        """What a cell looks like that nobody has written yet: like its row, else like its column."""
        opening = row[: row.find(b">") + 1]
        if _CUSTOM.search(opening):
            return _style_of(opening)
        columns = child(self.shell, "cols")
        for each in columns if columns is not None else ():
            if local(each.tag) == "col" and int(each.get("min", 0)) <= column <= int(each.get("max", 0)):
                return int(each.get("style") or 0)
        return 0


def place_of(name: str) -> tuple[int, int]:
    """F8 → (6, 8)."""
    letters = name.replace("$", "").rstrip("0123456789")
    return column_index_from_string(letters), int(name.replace("$", "")[len(letters) :])


def _is_utf8(content: bytes) -> bool:
    head = content[:200].lower()
    return b"encoding=" not in head or b"utf-8" in head


def _plainly(content: bytes) -> Element:
    """Without comments and CDATA."""
    root = parse(content)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    return root


def _number(opening: bytes, expected: int) -> int:
    found = _REFERENCE.search(opening)
    return int(found[2]) if found and found[2] else expected


def _column(opening: bytes, expected: int) -> int:
    found = _REFERENCE.search(opening)
    return column_index_from_string(found[1].decode()) if found and found[1] else expected


def _style_of(opening: bytes) -> int:
    found = _STYLE.search(opening)
    return int(found[1] or found[2]) if found else 0


def _with_style(opening: bytes, style: int) -> bytes:
    own = b's="%d"' % style
    if _STYLE.search(opening):
        return _STYLE.sub(own, opening, count=1)
    end = len(opening) - (2 if opening.endswith(b"/>") else 1)
    return opening[:end].rstrip() + b" " + own + opening[end:]
