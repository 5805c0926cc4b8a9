"""The parts of an xlsx: its workbook, styles and shared strings, and its sheets, read fast where that is safe.

Namespaces differ between the two editions of the standard (transitional, strict), so elements are known by their
local names. ECMA-376 part 1, chapter 18.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO
from xml.etree import ElementTree

from service.core.grids import Sheet, Workbook
from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile
from service.documents.common.xml_names import child, local
from service.documents.workbooks.elements import attribute, flag, text_of
from service.documents.workbooks.fast import read_fast, repeats_too_much
from service.documents.workbooks.sheets import Budget, SheetEntry, SheetReader

MAX_PART_BYTES = 400 * 1024 * 1024
LONGEST_TEXT = 32_767
"""Characters of a cell; Excel writes no more."""
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
        epoch_1904 = flag(child(root, "workbookPr"), "date1904")
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
        self, entries: Sequence[SheetEntry], styles: tuple[list[str], list[str | None]], max_cells: int
    ) -> tuple[Sheet, ...] | None:
        parts = [((entry.name, entry.hidden), self._bytes(entry.part)) for entry in entries]
        strings = self._related(self._main_part(), "sharedStrings")
        if strings and repeats_too_much(self._bytes(strings), parts):
            return None
        return read_fast(self.content, parts, *styles, max_cells=max_cells) if parts else ()

    def _careful_sheets(
        self,
        entries: Sequence[SheetEntry],
        part: str,
        styles: tuple[list[str], list[str | None]],
        max_cells: int,
        *,
        epoch_1904: bool,
    ) -> tuple[Sheet, ...]:
        strings = self._shared_strings(part)
        budget = Budget(max_cells)
        sheets = []
        for entry in entries:
            with self._open(entry.part) as source:
                reader = SheetReader(entry, strings, *styles, budget, epoch_1904=epoch_1904)
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

    def _sheets(self, root: ElementTree.Element, part: str) -> Iterator[SheetEntry]:
        relations = self._relations(part)
        for sheet in child(root, "sheets") or ():
            reference = next((value for name, value in sheet.attrib.items() if local(name) == "id"), "")
            target, kind = relations.get(reference, ("", ""))
            if kind == "worksheet" and target.lower() in self.names:
                hidden = sheet.get("state", "visible") != "visible"
                yield SheetEntry(sheet.get("name", ""), target, hidden)

    def _shared_strings(self, part: str) -> list[str]:
        target = self._related(part, "sharedStrings")
        if target is None:
            return []
        strings = []
        with self._open(target) as source:
            for _, element in ElementTree.iterparse(source):  # noqa: S314 -- DOCTYPE refused, see _open
                if local(element.tag) == "si":
                    strings.append(text_of(element)[:LONGEST_TEXT])
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
            for element in child(root, "numFmts") or ()
        }
        fonts = [attribute(child(font, "name"), "val") for font in child(root, "fonts") or ()]
        formats, names = [], []
        for style in child(root, "cellXfs") or ():
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
