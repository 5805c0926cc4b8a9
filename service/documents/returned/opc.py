"""An xlsx as parts that can be changed one by one: what is not touched goes back as it came.

A library that reads a workbook into objects writes back only what it knows; pictures, charts, shapes, pivot tables
and slicers of a unit would be lost. ECMA-376 part 2 (packages), part 1 chapters 12 and 18.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from service.documents.common.xml_names import local

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPES_PART = "[Content_Types].xml"
MOST_UNPACKED = 300 * 1024 * 1024
_STORED_FROM = 8 * 1024 * 1024
"""Parts larger than this are packed quickly rather than tightly."""

Element = Any
"""An lxml element; the library is published without types."""


class CannotBeKept(Exception):
    """This workbook cannot be changed part by part; a plain copy of its cells can still be made."""


def parse(content: bytes) -> Element:
    """XML of a part. Entities, external files and floods are refused: no spreadsheet declares a document type."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise CannotBeKept(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise CannotBeKept("declares a document type")
    return root


def serialised(root: Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def namespace(element: Element) -> str:
    return str(etree.QName(element).namespace or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """One line of a part's relations. `kind`: the last word of its type, such as `comments`."""

    id: str
    kind: str
    target: str
    """The part's name in the package, or an outside address."""
    outside: bool


@dataclass(slots=True)
class SpreadsheetPackage:
    """The parts by name. Raises CannotBeKept where they cannot be read."""

    parts: dict[str, bytes]
    _names: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._names = {name.lower(): name for name in self.parts}
        if _TYPES_PART not in self.parts:
            raise CannotBeKept("no content types")

    @classmethod
    def opened(cls, content: bytes) -> SpreadsheetPackage:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if sum(info.file_size for info in archive.infolist()) > MOST_UNPACKED:
                    raise CannotBeKept("too large")
                names = [name for name in archive.namelist() if not name.endswith("/")]
                parts = {name.replace("\\", "/").lstrip("/"): archive.read(name) for name in names}
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError) as error:
            raise CannotBeKept(str(error)) from error
        types = next((name for name in parts if name.lower() == _TYPES_PART.lower()), None)
        return cls({(_TYPES_PART if name == types else name): part for name, part in parts.items()})

    def saved(self) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            # Content types first: programs that look only at the beginning tell the kind of file by them.
            for name in sorted(self.parts, key=lambda name: name != _TYPES_PART):
                content = self.parts[name]
                archive.writestr(name, content, compresslevel=1 if len(content) > _STORED_FROM else 6)
        return packed.getvalue()

    def name_of(self, part: str) -> str | None:
        """The part's name as the package writes it: names are compared without case, as Excel does."""
        return self._names.get(part.lower())

    def read(self, part: str) -> Element:
        name = self.name_of(part)
        if name is None:
            raise CannotBeKept(f"{part} is missing")
        return parse(self.parts[name])

    def write(self, part: str, content: bytes | Element, *, content_type: str | None = None) -> None:
        """Puts a part; `content_type` for one that is new."""
        name = self.name_of(part) or part
        self.parts[name] = content if isinstance(content, bytes) else serialised(content)
        self._names[name.lower()] = name
        if content_type:
            self.set_content_type(name, content_type)

    def remove(self, part: str) -> None:
        """Takes a part out with its relations and its content type."""
        name = self.name_of(part)
        for each in (name, self.name_of(_relations_part(part))):
            if each is not None:
                del self.parts[each], self._names[each.lower()]
        self.set_content_type(part, None)

    def new_part(self, pattern: str) -> str:
        """A name not taken yet: `xl/comments{}.xml` → `xl/comments3.xml`."""
        return next(name for number in range(1, 100_000) if self.name_of(name := pattern.format(number)) is None)

    def set_content_type(self, part: str, content_type: str | None) -> None:
        root = self.read(_TYPES_PART)
        for element in root:
            if local(element.tag) == "Override" and element.get("PartName", "").lower() == f"/{part}".lower():
                root.remove(element)
        if content_type:
            etree.SubElement(root, f"{{{_CONTENT_TYPES}}}Override", PartName=f"/{part}", ContentType=content_type)
        self.parts[_TYPES_PART] = serialised(root)

    def know_extension(self, extension: str, content_type: str) -> None:
        root = self.read(_TYPES_PART)
        if not any(local(each.tag) == "Default" and each.get("Extension", "").lower() == extension for each in root):
            element = etree.Element(f"{{{_CONTENT_TYPES}}}Default", Extension=extension, ContentType=content_type)
            root.insert(0, element)
            self.parts[_TYPES_PART] = serialised(root)

    def relations(self, part: str) -> Iterator[Relationship]:
        """What a part refers to; "" for the package itself."""
        name = self.name_of(_relations_part(part))
        if name is None:
            return
        folder = posixpath.dirname(part)
        for element in self.read(name):
            if local(element.tag) != "Relationship":
                continue
            outside, target = element.get("TargetMode") == "External", element.get("Target", "")
            yield Relationship(
                id=element.get("Id", ""),
                kind=element.get("Type", "").rpartition("/")[2],
                target=target if outside else _whole(folder, target),
                outside=outside,
            )

    def related(self, part: str, *kinds: str) -> Relationship | None:
        """The first relation of one of these kinds to a part that is there."""
        found = (relation for relation in self.relations(part) if relation.kind in kinds and not relation.outside)
        return next((relation for relation in found if self.name_of(relation.target)), None)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Adds a relation; gives its id. `kind`: the whole type."""
        name = self.name_of(_relations_part(part)) or _relations_part(part)
        root = self.read(name) if name in self.parts else etree.Element(f"{{{RELATIONS}}}Relationships")
        taken = {element.get("Id") for element in root if isinstance(element.tag, str)}
        own = next(f"rId{number}" for number in range(1, 100_000) if f"rId{number}" not in taken)
        element = etree.SubElement(root, f"{{{RELATIONS}}}Relationship", Id=own, Type=kind)
        element.set("Target", f"/{target}")
        self.write(name, root)
        return own

    def unrelate(self, part: str, relation_id: str) -> None:
        name = self.name_of(_relations_part(part))
        if name is None:
            return
        root = self.read(name)
        for element in root:
            if isinstance(element.tag, str) and element.get("Id") == relation_id:
                root.remove(element)
        self.write(name, root)


def _relations_part(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _whole(folder: str, target: str) -> str:
    target = re.sub(r"[?#].*$", "", target.replace("\\", "/"))
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
