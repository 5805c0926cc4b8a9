"""The comments of one sheet and the boxes they are shown in; those of people stay word by word.

A comment lives in two parts: its text (`comments1.xml`) and the shape of its box (`vmlDrawing1.vml`), an old
language that Excel still asks for. ECMA-376 part 1 §18.7, part 4 §19.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from service.documents.common.xml_names import child, local
from service.documents.returned.cells import SheetXml, place_of
from service.documents.returned.opc import Element, SpreadsheetPackage, namespace

AUTHOR = "dondoc"
_OPENING, _DIVIDER = "Dondoc:", "———"
"""What our part of a comment begins with, and what stands between it and a person's own words."""
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_AFTER_THE_DRAWING = frozenset(
    ["legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"]
)
_SHAPE = re.compile(r"<(?:(\w+):)?shape\b(?!type).*?</(?:\1:)?shape>", re.DOTALL)
_ROW, _COLUMN = re.compile(r"<(?:\w+:)?Row>\s*(\d+)\s*<"), re.compile(r"<(?:\w+:)?Column>\s*(\d+)\s*<")
_SHAPE_ID = re.compile(r"_x0000_s(\d+)")
_EMPTY_DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    "</o:shapelayout></xml>"
)
_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_SHAPE_TYPE = (
    f'<v:shapetype {_SPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_WIDTH, _LINE, _LETTERS = 255, 13.5, 46
"""Points across, points a line, letters a line."""
_TALLEST = 400
_FIRST_SHAPE = 1025


@dataclass(slots=True)
class Notes:
    """The comments of one sheet, read, changed, and written back by `save`."""

    package: SpreadsheetPackage
    part: str
    """The sheet's part."""
    sheet: SheetXml
    _root: Element | None = None
    _drawing: str = ""
    _gone: set[str] = field(default_factory=set)
    _new: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        comments = self.package.related(self.part, "comments")
        self._root = self.package.read(comments.target) if comments else None
        if drawing := self._drawing_part():
            self._drawing = self.package.parts[drawing].decode("utf-8", "replace")

    def ours(self) -> list[str]:
        """Cells with a comment of ours, or with ours in front of a person's."""
        return [str(each.get("ref")) for each in self._comments() if self._is_ours(each)]

    def take_off(self) -> None:
        """Removes what we wrote; a person's own words stay as they were."""
        for comment in [each for each in self._comments() if self._is_ours(each)]:
            if not _strip(comment):
                comment.getparent().remove(comment)
                self._gone.add(str(comment.get("ref")))

    def say(self, texts: Mapping[str, str]) -> None:
        """Comments on these cells; in front of a person's words where there are some."""
        theirs = {str(each.get("ref")): each for each in self._comments()}
        author = self._author() if texts else ""
        for cell, text in texts.items():
            if cell not in theirs:
                self._list().append(self._comment(cell, text, author))
                self._gone.discard(cell)
                self._new[cell] = text
            elif not self._is_thread(theirs[cell]):
                _put_in_front(theirs[cell], text)

    def save(self) -> None:
        """Writes both parts; where no comment is left they are taken out."""
        if self._root is None:
            return
        if not self._comments() and self._gone:
            self._remove()
            return
        comments = self.package.related(self.part, "comments")
        if comments:
            self.package.write(comments.target, self._root)
        elif self._comments():
            name = self.package.new_part("xl/comments{}.xml")
            self.package.write(name, self._root, content_type=_COMMENTS_TYPE)
            self.package.relate(self.part, f"{self._kinds()}/comments", name)
        if self._gone or self._new:
            self._save_drawing()

    def _comments(self) -> list[Element]:
        found = child(self._root, "commentList") if self._root is not None else None
        return [each for each in found if local(each.tag) == "comment"] if found is not None else []

    def _list(self) -> Element:
        root = self._root_or_new()
        found = child(root, "commentList")
        return etree.SubElement(root, self._tag("commentList")) if found is None else found

    def _root_or_new(self) -> Element:
        if self._root is None:
            space = namespace(self.sheet.shell)
            self._root = etree.Element(f"{{{space}}}comments", nsmap={None: space})
        return self._root

    def _tag(self, name: str) -> str:
        return f"{{{namespace(self._root_or_new())}}}{name}"

    def _author(self) -> str:
        """Our place among the authors."""
        root = self._root_or_new()
        authors = child(root, "authors")
        if authors is None:
            authors = etree.Element(self._tag("authors"))
            root.insert(0, authors)
        names = [each.text or "" for each in authors if isinstance(each.tag, str)]
        if AUTHOR not in names:
            etree.SubElement(authors, self._tag("author")).text = AUTHOR
            names.append(AUTHOR)
        return str(names.index(AUTHOR))

    def _author_of(self, comment: Element) -> str:
        authors = child(self._root, "authors")
        names = [each.text or "" for each in authors if isinstance(each.tag, str)] if authors is not None else []
        number = int(comment.get("authorId") or 0)
        return names[number] if number < len(names) else ""

    def _is_ours(self, comment: Element) -> bool:
        return self._author_of(comment) == AUTHOR or _said(comment).startswith(_OPENING)

    def _is_thread(self, comment: Element) -> bool:
        """A conversation of newer Excels: its text here is only a stand-in, which they write anew."""
        return self._author_of(comment).startswith("tc=")

    def _comment(self, cell: str, text: str, author: str) -> Element:
        comment = etree.Element(self._tag("comment"), ref=cell, authorId=author)
        body = etree.SubElement(comment, self._tag("text"))
        for run in _runs(body, text):
            body.append(run)
        return comment

    def _remove(self) -> None:
        comments = self.package.related(self.part, "comments")
        if comments:
            self.package.unrelate(self.part, comments.id)
            self.package.remove(comments.target)
        self._save_drawing()

    def _kinds(self) -> str:
        """What types of relations begin with: the standard has two editions."""
        strict = "purl.oclc.org" in namespace(self.sheet.shell)
        base = "http://purl.oclc.org/ooxml" if strict else "http://schemas.openxmlformats.org"
        return f"{base}/officeDocument{'' if strict else '/2006'}/relationships"

    def _drawing_part(self) -> str | None:
        legacy = child(self.sheet.shell, "legacyDrawing")
        if legacy is None:
            return None
        wanted = next((value for name, value in legacy.attrib.items() if name.endswith("}id")), "")
        targets = (each.target for each in self.package.relations(self.part) if each.id == wanted and not each.outside)
        return next((name for target in targets if (name := self.package.name_of(target))), None)

    def _save_drawing(self) -> None:
        drawing, part = self._drawing or _EMPTY_DRAWING, self._drawing_part()
        drawing = _SHAPE.sub(self._unless_gone, drawing) if self._gone else drawing
        if self._new:
            drawing = _with_shapes(drawing, self._new)
        if part is None and not self._new:
            return
        if part and not self._new and not _SHAPE.search(drawing):
            self._without_drawing(part)
            return
        if part is None:
            part = self._new_drawing()
        self.package.write(part, drawing.encode())

    def _unless_gone(self, found: re.Match[str]) -> str:
        row, column = _ROW.search(found[0]), _COLUMN.search(found[0])
        if row is None or column is None or "Note" not in found[0]:
            return found[0]
        place = (int(column[1]) + 1, int(row[1]) + 1)
        return "" if place in {place_of(cell) for cell in self._gone} else found[0]

    def _new_drawing(self) -> str:
        name = self.package.new_part("xl/drawings/vmlDrawing{}.vml")
        self.package.know_extension("vml", _DRAWING_TYPE)
        own = self.package.relate(self.part, f"{self._kinds()}/vmlDrawing", name)
        space = self._kinds()
        element = etree.Element(f"{{{namespace(self.sheet.shell)}}}legacyDrawing", nsmap={"r": space})
        element.set(f"{{{space}}}id", own)
        self.sheet.insert(element, before=_AFTER_THE_DRAWING)
        return name

    def _without_drawing(self, part: str) -> None:
        legacy = child(self.sheet.shell, "legacyDrawing")
        relation = next(
            (each for each in self.package.relations(self.part) if each.target.lower() == part.lower()), None
        )
        if legacy is not None and relation is not None:
            self.sheet.shell.remove(legacy)
            self.package.unrelate(self.part, relation.id)
            self.package.remove(part)


def _said(comment: Element) -> str:
    """All text of a comment; what only helps with pronouncing Japanese is not part of it."""
    return "".join(
        each.text or "" for each in comment.iter() if local(each.tag) == "t" and local(each.getparent().tag) != "rPh"
    )


def _strip(comment: Element) -> bool:
    """Takes our words off the front; whether a person's are left."""
    body = child(comment, "text")
    left = f"{_DIVIDER}\n" in _said(comment)
    if body is None or not left:
        return False
    for text in [each for each in body.iter() if local(each.tag) == "t"]:
        _, divider, after = (text.text or "").partition(f"{_DIVIDER}\n")
        text.text = after if divider else ""
        if not text.text and local(text.getparent().tag) == "r":
            text.getparent().getparent().remove(text.getparent())
        if divider:
            return True
    return False


def _put_in_front(comment: Element, text: str) -> None:
    body = child(comment, "text")
    if body is None:
        return
    plain = child(body, "t")
    if plain is not None:  # a text without runs: runs and plain text do not go together
        run = etree.Element(plain.tag.replace("}t", "}r"))
        body.replace(plain, run)
        run.append(plain)
    for place, run in enumerate(_runs(body, f"{text}\n{_DIVIDER}\n")):
        body.insert(place, run)


def _runs(body: Element, text: str) -> list[Element]:
    """Our name in bold, then what there is to say."""
    space = namespace(body)
    runs = []
    for bold, words in ((True, _OPENING), (False, f"\n{text}")):
        run = etree.Element(f"{{{space}}}r")
        look = etree.SubElement(run, f"{{{space}}}rPr")
        if bold:
            etree.SubElement(look, f"{{{space}}}b")
        etree.SubElement(look, f"{{{space}}}sz", val="9")
        etree.SubElement(look, f"{{{space}}}rFont", val="Tahoma")
        said = etree.SubElement(run, f"{{{space}}}t")
        said.text = words
        said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        runs.append(run)
    return runs


def _with_shapes(drawing: str, texts: Mapping[str, str]) -> str:
    """Boxes for these comments, in front of the drawing's end."""
    number = max((int(found) for found in _SHAPE_ID.findall(drawing)), default=_FIRST_SHAPE - 1) + 1
    kind = "" if 'id="_x0000_t202"' in drawing else _SHAPE_TYPE
    shapes = [_shape(number + index, cell, text) for index, (cell, text) in enumerate(texts.items())]
    end = drawing.rindex("</")
    return drawing[:end] + kind + "".join(shapes) + drawing[end:]


def _shape(number: int, cell: str, text: str) -> str:
    column, row = place_of(cell)
    lines = sum(1 + len(line) // _LETTERS for line in text.split("\n")) + 2
    height = min(lines * _LINE, _TALLEST)
    rows = max(2, round(height / 15))
    return (
        f'<v:shape {_SPACES} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;'
        f'margin-top:2pt;width:{_WIDTH}pt;height:{height:.0f}pt;z-index:{number - _FIRST_SHAPE + 1};visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{column}, 15, {max(0, row - 2)}, 4, {column + 4}, 15, {max(0, row - 2) + rows}, 4</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column>"
        "</x:ClientData></v:shape>"
    )
