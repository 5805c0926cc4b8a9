"""Whether an xlsx is put together as strictly as Excel asks: LibreOffice forgives what Excel offers to repair."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

_ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection"),
    *("protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells"),
    *("phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins"),
    *("pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors"),
    *("smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls"),
    *("webPublishItems", "tableParts", "extLst"),
)
_STYLE_LISTS = ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "dxfs")
_ROW, _COLUMN = re.compile(rb"<x:Row>(\d+)</x:Row>"), re.compile(rb"<x:Column>(\d+)</x:Column>")


def complaints(content: bytes) -> list[str]:
    """Everything that is not as the standard wants it; nothing for a sound workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        parts = {name: archive.read(name) for name in names}
    found = [f"{name} is there twice" for name in sorted(names) if names.count(name) > 1]
    found += _content_types(parts)
    found += [line for name in parts if name.endswith(".rels") for line in _relations(name, parts)]
    sheets = [name for name in parts if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
    formats = _formats(parts)
    found += [line for name in sheets for line in _sheet(name, parts, formats)]
    return [*found, *_styles(parts), *_workbook(parts)]


def _tree(content: bytes) -> Any:
    return etree.fromstring(content)


def _local(element: Any) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def _content_types(parts: dict[str, bytes]) -> Iterator[str]:
    root = _tree(parts["[Content_Types].xml"])
    defaults = {each.get("Extension").lower() for each in root if _local(each) == "Default"}
    overrides = [each.get("PartName").lstrip("/") for each in root if _local(each) == "Override"]
    yield from (f"type of {name} said twice" for name in set(overrides) if overrides.count(name) > 1)
    yield from (f"type of {name}, which is not there" for name in overrides if name not in parts)
    for name in parts:
        if name not in overrides and name.rpartition(".")[2].lower() not in defaults and name != "[Content_Types].xml":
            yield f"{name} has no type"
    for name in parts:
        if re.match(r"xl/(worksheets/[^/]+|comments\d*|styles|workbook)\.xml$", name) and name not in overrides:
            yield f"{name} is of no type of its own"


def _relations(name: str, parts: dict[str, bytes]) -> Iterator[str]:
    folder, own = posixpath.split(name)
    source = posixpath.join(posixpath.dirname(folder), own.removesuffix(".rels"))
    if source not in parts and source not in ("", "."):
        yield f"{name} belongs to nothing"
    ids = [each.get("Id") for each in _tree(parts[name])]
    yield from (f"{name}: {own_id} twice" for own_id in set(ids) if ids.count(own_id) > 1)
    for each in _tree(parts[name]):
        target = each.get("Target")
        whole = (
            target.lstrip("/")
            if target.startswith("/")
            else posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        )
        if each.get("TargetMode") != "External" and whole.partition("#")[0] not in parts:
            yield f"{name}: {target} is not there"


def _ids(name: str, parts: dict[str, bytes]) -> dict[str, tuple[str, str]]:
    folder, own = posixpath.split(name)
    rels = parts.get(f"{folder}/_rels/{own}.rels")
    found = {}
    for each in _tree(rels) if rels else ():
        target = each.get("Target")
        whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[each.get("Id")] = (each.get("Type").rpartition("/")[2], whole)
    return found


def _sheet(name: str, parts: dict[str, bytes], formats: int) -> Iterator[str]:
    root = _tree(parts[name])
    children = [_local(each) for each in root if _local(each)]
    places = [_ORDER.index(each) for each in children if each in _ORDER]
    if places != sorted(places):
        yield f"{name}: children in the order {children}"
    yield from (
        f"{name}: {each} is no child of a sheet"
        for each in children
        if each not in _ORDER and each != "AlternateContent"
    )
    ids = _ids(name, parts)
    for each in root.iter():
        for key, value in each.attrib.items() if isinstance(each.tag, str) else ():
            if key.startswith("{") and key.endswith("relationships}id") and value not in ids:
                yield f"{name}: {_local(each)} refers to {value}"
    yield from _rows(name, root, formats)
    yield from _comments(name, root, ids, parts)


def _rows(name: str, root: Any, formats: int) -> Iterator[str]:
    last = 0
    for row in (each for each in root.iter() if _local(each) == "row"):
        number = int(row.get("r") or last + 1)
        if number <= last:
            yield f"{name}: row {number} after row {last}"
        last, place = number, 0
        for cell in row:
            reference = cell.get("r") or ""
            column = _column(reference) if reference else place + 1
            if column <= place or (reference and not reference.endswith(str(number))):
                yield f"{name}: cell {reference} after column {place} in row {number}"
            place = column
            if int(cell.get("s") or 0) >= formats:
                yield f"{name}: {reference} has the style {cell.get('s')} of {formats}"
    links = [each.get("ref") for each in root.iter() if _local(each) == "hyperlink"]
    yield from (f"{name}: two links at {each}" for each in set(links) if links.count(each) > 1)


def _column(reference: str) -> int:
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def _comments(name: str, root: Any, ids: dict[str, tuple[str, str]], parts: dict[str, bytes]) -> Iterator[str]:
    comments = [part for kind, part in ids.values() if kind == "comments"]
    legacy = [each for each in root if _local(each) == "legacyDrawing"]
    if len(comments) > 1 or len(legacy) > 1:
        yield f"{name}: {len(comments)} parts of comments, {len(legacy)} drawings"
    if not comments:
        return
    if not legacy:
        yield f"{name}: comments without boxes"
        return
    drawing = ids[next(iter(legacy[0].attrib.values()))][1]
    etree.fromstring(parts[drawing])
    places = set(zip(_ROW.findall(parts[drawing]), _COLUMN.findall(parts[drawing]), strict=True))
    tree = _tree(parts[comments[0]])
    said = [each for each in tree.iter() if _local(each) == "comment"]
    authors = sum(_local(each) == "author" for each in tree.iter())
    if [_local(each) for each in tree if _local(each)][:2] != ["authors", "commentList"]:
        yield f"{comments[0]}: not authors and comments"
    references = [each.get("ref") for each in said]
    yield from (f"{name}: two comments at {each}" for each in set(references) if references.count(each) > 1)
    for each in said:
        reference = each.get("ref")
        row = int(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        if (str(row - 1).encode(), str(_column(reference) - 1).encode()) not in places:
            yield f"{name}: no box for the comment at {reference}"
        if int(each.get("authorId")) >= authors:
            yield f"{name}: the comment at {reference} has no author"


def _formats(parts: dict[str, bytes]) -> int:
    return sum(len(each) for each in _tree(parts["xl/styles.xml"]) if _local(each) == "cellXfs")


def _styles(parts: dict[str, bytes]) -> Iterator[str]:
    root = _tree(parts["xl/styles.xml"])
    counts = {_local(each): len(each) for each in root}
    for each in root:
        if _local(each) in _STYLE_LISTS and each.get("count") and int(each.get("count")) != len(each):
            yield f"styles: {_local(each)} says {each.get('count')}, has {len(each)}"
    for xf in (xf for each in root if _local(each) == "cellXfs" for xf in each):
        for key, of in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"), ("xfId", "cellStyleXfs")):
            if int(xf.get(key) or 0) >= counts.get(of, 1):
                yield f"styles: {key} {xf.get(key)} of {counts.get(of)}"


def _workbook(parts: dict[str, bytes]) -> Iterator[str]:
    root, ids = _tree(parts["xl/workbook.xml"]), _ids("xl/workbook.xml", parts)
    sheets = [each for each in root.iter() if _local(each) == "sheet"]
    for what in ("name", "sheetId"):
        values = [each.get(what).lower() for each in sheets]
        yield from (f"two sheets of {what} {each}" for each in set(values) if values.count(each) > 1)
    for each in sheets:
        own = next(value for key, value in each.attrib.items() if key.endswith("relationships}id"))
        if own not in ids:
            yield f"sheet {each.get('name')} has no part"
        if len(each.get("name")) > 31:
            yield f"sheet {each.get('name')}: too long a name"
    for each in root.iter():
        if _local(each) == "definedName" and int(each.get("localSheetId") or 0) >= len(sheets):
            yield f"name {each.get('name')} belongs to no sheet"
        if _local(each) == "workbookView" and int(each.get("activeTab") or 0) >= len(sheets):
            yield "no such sheet is shown"
