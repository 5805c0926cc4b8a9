"""The unit's own workbook back, with its errors marked: filled cells, comments, and a sheet that lists them.

Everything else goes back as it came, for only those parts of the file are written anew in which a mark stands. Marks
of an earlier round are taken off first, so that a workbook which goes to and fro shows only what is still wrong.
Files of other formats come back as an xlsx of their cells; macros never come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from lxml import etree
from openpyxl.utils import get_column_letter

from service.core.findings import Severity
from service.core.grids import Sheet
from service.core.marks import Mark
from service.core.sentences import Wording
from service.documents.common.errors import UnreadableFile
from service.documents.common.xml_names import child, local
from service.documents.returned.cells import SheetXml, place_of
from service.documents.returned.comments import AUTHOR, Notes
from service.documents.returned.errors_sheet import COLOURS, COLUMNS, MARKER, ListWords, errors_sheet, own_fills
from service.documents.returned.opc import CannotBeKept, Element, SpreadsheetPackage, namespace
from service.documents.returned.plain_copy import plain_copy
from service.documents.returned.styles import MINIMAL, Styles
from service.documents.workbooks.workbook import read_workbook

MOST_COMMENTS = 2000
"""Excel grows slow with more boxes; further cells are filled and listed only."""
_WORKSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACROS = ("vbaProject", "vbaProjectSignature", "wordVbaData", "keyMapCustomizations")
_MACRO_SHEETS = ("xlMacrosheet", "xlIntlMacrosheet")
_OF_THE_PACKAGE = ("extensibility", "ui/extensibility", "origin")
"""Ribbons call macros; a digital signature does not hold for a changed file."""
_SIGNS = (MARKER.encode(), f">{AUTHOR}<".encode())
_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
_LONGEST_COMMENT = 2000
_LONGEST_NAME = 31


def annotate_in_words(content: bytes, marks: Sequence[Mark], wording: Wording) -> bytes:
    """`annotate_workbook` with the words of the unit's language."""
    headings = [wording.say(f"annex.heading_{key}") for key in COLUMNS]
    more = wording.say("annex.more", count="{count}")
    return annotate_workbook(
        content, marks, ListWords(title=wording.say("annex.errors_sheet"), headings=headings, more=more)
    )


def annotate_workbook(content: bytes, marks: Sequence[Mark], words: ListWords) -> bytes:
    """The workbook with its marks as an xlsx. Raises UnreadableFile when the content is no workbook."""
    try:
        return _annotated(content, marks, words)
    except CannotBeKept:
        copied, names = plain_copy(read_workbook(content))
        return _annotated(copied, [mark.renamed(names) for mark in marks], words)


def _annotated(content: bytes, marks: Sequence[Mark], words: ListWords) -> bytes:
    marking = _Marking.of(SpreadsheetPackage.opened(content))
    marking.take_off(content)
    marking.put_on(marks, words)
    return marking.saved()


@dataclass(slots=True)
class _Marking:
    """One workbook at work."""

    package: SpreadsheetPackage
    part: str
    """The workbook's own part."""
    workbook: Element
    styles_part: str
    styles: Styles
    sheets: dict[str, str]
    """Sheet name → part, in the file's order."""
    _open: dict[str, tuple[SheetXml, Notes]] = field(default_factory=dict)

    @classmethod
    def of(cls, package: SpreadsheetPackage) -> _Marking:
        main = package.related("", "officeDocument")
        if main is None:
            raise CannotBeKept("no workbook")
        _without_macros(package, main.target)
        workbook = package.read(main.target)
        styles = package.related(main.target, "styles")
        part = styles.target if styles else package.new_part("xl/styles{}.xml")
        if styles is None:
            package.write(part, MINIMAL, content_type=_STYLES_TYPE)
            package.relate(main.target, f"{_kinds(workbook)}/styles", part)
        marking = cls(package, main.target, workbook, part, Styles(package.read(part)), {})
        marking.sheets = dict(marking._sheet_parts())
        return marking

    def take_off(self, content: bytes) -> None:
        """Removes the list and the marks of an earlier round; each cell gets back the fill that it had."""
        ours = self.styles.coloured(*COLOURS.values())
        if not ours and not any(sign in part for part in self.package.parts.values() for sign in _SIGNS):
            return
        own = self._earlier_lists(content)
        for name in self.sheets:
            sheet, notes = self._sheet(name)
            filled = list(sheet.styled(ours))
            if not filled and not notes.ours():
                del self._open[name]
                continue
            of_columns = _fills_of_columns(name, own)
            fills = {cell: own.get((name, cell), of_columns.get(place_of(cell)[0], "")) for cell in filled}
            sheet.restyle({cell: partial(self.styles.refilled, fill=fill) for cell, fill in fills.items()})
            notes.take_off()

    def put_on(self, marks: Sequence[Mark], words: ListWords) -> None:
        if not marks:
            return
        own: dict[tuple[str, str], str] = {}
        comments_left = MOST_COMMENTS
        for name in self.sheets:
            by_cell = self._by_cell(name, marks)
            if by_cell:
                own |= self._mark_sheet(name, by_cell, comments_left)
                comments_left = max(0, comments_left - len(by_cell))
        self._add_list(marks, own, words)

    def saved(self) -> bytes:
        for name, (sheet, notes) in self._open.items():
            notes.save()
            self.package.write(self.sheets[name], sheet.saved())
        self.package.write(self.styles_part, self.styles.root)
        self.package.write(self.part, self.workbook)
        return self.package.saved()

    def _sheet(self, name: str) -> tuple[SheetXml, Notes]:
        """A sheet opened for changes; only such are written anew."""
        if name not in self._open:
            part = self.sheets[name]
            sheet = SheetXml.opened(self.package.parts[part])
            self._open[name] = (sheet, Notes(self.package, part, sheet))
        return self._open[name]

    def _sheet_parts(self) -> Iterable[tuple[str, str]]:
        """Names and parts of the sheets with cells; charts have sheets of their own."""
        relations = {relation.id: relation for relation in self.package.relations(self.part)}
        for element in self._sheet_elements():
            relation = next((relations[value] for key, value in element.attrib.items() if key.endswith("}id")), None)
            part = self.package.name_of(relation.target) if relation and relation.kind == "worksheet" else None
            if part is not None:
                yield element.get("name", ""), part

    def _sheet_elements(self) -> list[Element]:
        sheets = child(self.workbook, "sheets")
        if sheets is None:
            raise CannotBeKept("no sheets")
        return [each for each in sheets if local(each.tag) == "sheet"]

    def _mark_sheet(self, name: str, marks: Mapping[str, Sequence[Mark]], comments: int) -> dict[tuple[str, str], str]:
        """Fills and comments; gives the fills that the cells had."""
        sheet, notes = self._sheet(name)
        styles = sheet.styles_of(marks)
        restyles = {}
        for cell, mine in marks.items():
            worst = min((mark.severity for mark in mine), key=_SEVERITIES.index)
            if colour := COLOURS.get(worst):
                restyles[cell] = partial(self.styles.filled, colour=colour)
        fills = {style: self.styles.fill_of(style) for style in set(styles.values())}
        own = {(name, cell): fills[styles[cell]] for cell in restyles}
        sheet.restyle(restyles)
        notes.say({cell: _comment(mine) for cell, mine in list(marks.items())[:comments]})
        return own

    def _by_cell(self, name: str, marks: Sequence[Mark]) -> dict[str, list[Mark]]:
        """The sheet's marks by cell; a cell inside a merged area is marked at the area's first cell."""
        mine = [mark for mark in marks if mark.cell and mark.sheet == name]
        if not mine:
            return {}
        areas = self._sheet(name)[0].merged()
        found: dict[str, list[Mark]] = {}
        for mark in mine:
            found.setdefault(_first_of_area(mark.cell or "", areas), []).append(mark)
        return found

    def _add_list(self, marks: Sequence[Mark], own: Mapping[tuple[str, str], str], words: ListWords) -> None:
        space = namespace(self.workbook)
        part = self.package.new_part("xl/worksheets/dondoc{}.xml")
        content = errors_sheet(marks, own, words, self.styles, space)
        self.package.write(part, content, content_type=_WORKSHEET_TYPE)
        relation = self.package.relate(self.part, f"{_kinds(self.workbook)}/worksheet", part)
        elements = self._sheet_elements()
        taken = {element.get("name", "").lower() for element in elements}
        number = max((int(element.get("sheetId") or 0) for element in elements), default=0) + 1
        sheets = child(self.workbook, "sheets")
        added = etree.SubElement(sheets, f"{{{space}}}sheet", name=_free(words.title, taken), sheetId=str(number))
        added.set(f"{{{_kinds(self.workbook)}}}id", relation)

    def _earlier_lists(self, content: bytes) -> dict[tuple[str, str], str]:
        """Removes lists of ours; gives what they remember."""
        own: dict[tuple[str, str], str] = {}
        if not any(MARKER.encode() in part for part in self.package.parts.values()):
            return own
        for sheet in _grids(content):
            remembered = own_fills(sheet)
            if remembered is not None and sheet.name in self.sheets and len(self.sheets) > 1:
                own |= remembered
                self._remove_sheet(sheet.name)
        return own

    def _remove_sheet(self, name: str) -> None:
        elements = self._sheet_elements()
        place = next(number for number, element in enumerate(elements) if element.get("name") == name)
        key = next(value for attribute, value in elements[place].attrib.items() if attribute.endswith("}id"))
        elements[place].getparent().remove(elements[place])
        self.package.unrelate(self.part, key)
        part = self.sheets.pop(name)
        for relation in [each for each in self.package.relations(part) if each.kind in ("comments", "vmlDrawing")]:
            self.package.remove(relation.target)
        self.package.remove(part)
        self._renumber(place, len(elements) - 1)

    def _renumber(self, removed: int, left: int) -> None:
        """Names that belong to one sheet count the sheets; so does the view that says which sheet is shown."""
        for element in [each for each in self.workbook.iter() if local(each.tag) == "definedName"]:
            place = int(element.get("localSheetId") or -1)
            if place == removed:
                element.getparent().remove(element)
            elif place > removed:
                element.set("localSheetId", str(place - 1))
        names = child(self.workbook, "definedNames")
        if names is not None and not len(names):
            self.workbook.remove(names)
        for view in [each for each in self.workbook.iter() if local(each.tag) == "workbookView"]:
            for attribute in ("activeTab", "firstSheet"):
                place = int(view.get(attribute) or 0)
                if place >= removed and place:
                    view.set(attribute, str(min(max(0, place - 1), left - 1)))


def _grids(content: bytes) -> Sequence[Sheet]:
    try:
        return read_workbook(content).sheets
    except UnreadableFile as error:
        raise CannotBeKept(str(error)) from error


def _without_macros(package: SpreadsheetPackage, main: str) -> None:
    """Takes out what would run, and signatures, which a change breaks."""
    relations = list(package.relations(main))
    if any(relation.kind in _MACRO_SHEETS for relation in relations):
        raise CannotBeKept("sheets of macros")
    for relation in relations:
        if relation.kind in _MACROS:
            package.unrelate(main, relation.id)
            if package.name_of(relation.target):
                package.remove(relation.target)
    for relation in list(package.relations("")):
        if relation.kind in _OF_THE_PACKAGE:
            package.unrelate("", relation.id)
            for each in [*package.relations(relation.target), relation]:
                if not each.outside and package.name_of(each.target):
                    package.remove(each.target)
    package.set_content_type(package.name_of(main) or main, _WORKBOOK_TYPE)


def _kinds(workbook: Element) -> str:
    """What types of relations begin with: the standard has two editions."""
    strict = "purl.oclc.org" in namespace(workbook)
    base = "http://purl.oclc.org/ooxml" if strict else "http://schemas.openxmlformats.org"
    return f"{base}/officeDocument{'' if strict else '/2006'}/relationships"


def _fills_of_columns(sheet: str, own: Mapping[tuple[str, str], str]) -> dict[int, str]:
    """For rows that moved since: the fill of a column, where all its marked cells had the same."""
    fills: dict[int, set[str]] = {}
    for (name, cell), fill in own.items():
        if name == sheet:
            fills.setdefault(place_of(cell)[0], set()).add(fill)
    return {column: found.pop() for column, found in fills.items() if len(found) == 1}


def _comment(marks: Sequence[Mark]) -> str:
    lines = (f"{mark.text} → {mark.suggestion}" if mark.suggestion else mark.text for mark in marks)
    return "\n".join(dict.fromkeys(lines))[:_LONGEST_COMMENT]


def _first_of_area(cell: str, areas: Sequence[tuple[int, int, int, int]]) -> str:
    column, row = place_of(cell)
    for left, top, right, bottom in areas:
        if left <= column <= right and top <= row <= bottom:
            return f"{get_column_letter(left)}{top}"
    return cell


def _free(title: str, taken: Iterable[str]) -> str:
    """The list's name; numbered where a sheet of theirs is called so."""
    numbered = [title, *(f"{title[: _LONGEST_NAME - 6]} ({number})" for number in range(2, 1000))]
    return next(name for name in numbered if name.lower() not in taken)
