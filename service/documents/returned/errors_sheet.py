"""The sheet "Lỗi" of a returned workbook: every error with a link to its cell and the right value ready to copy.

A hidden column keeps what our marks covered (sheet, cell, its own fill), so that the next round can take them off.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from xml.sax.saxutils import escape, quoteattr

from service.core.findings import Severity
from service.core.grids import Sheet
from service.core.marks import Mark
from service.documents.letters.print_sheets import FONT
from service.documents.returned.styles import Styles

COLUMNS = ("row", "cell", "column", "value", "message", "suggestion")
MARKER = "dondoc:marks"
MOST_LISTED = 5000
"""A list longer than this helps nobody; it says how many more there are."""
COLOURS: Mapping[Severity, str] = {Severity.ERROR: "FFFFC9CE", Severity.WARNING: "FFFFEAA0"}
"""Near to Excel's own "bad" and "neutral", and not the same: a unit may use those itself."""
_WIDTHS = (8, 12, 26, 24, 70, 24)
_LINE_HEIGHT, _MOST_LINES = 16, 25
_HIDDEN = "G"
_NOT_ALLOWED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_000
_BORDER = (
    "<border>"
    + "".join(f'<{side} style="thin"><color rgb="FFBFBFBF"/></{side}>' for side in ("left", "right", "top", "bottom"))
    + "<diagonal/></border>"
)
_TOP_LEFT = '<alignment vertical="top" wrapText="1"/>'
_CENTRED = '<alignment horizontal="center" vertical="top" wrapText="1"/>'

OwnFills = Mapping[tuple[str, str], str]
"""(sheet, cell) → the fill it had before ours, as XML; "" for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWords:
    """What the list is called and what stands above its columns. `more`: a sentence with the blank {count}."""

    title: str
    headings: Sequence[str]
    more: str = "… +{count}"


def own_fills(sheet: Sheet) -> OwnFills | None:
    """What an earlier list remembers; None when the sheet is no list of ours."""
    if (marker := sheet.cells.get((1, len(COLUMNS) + 1))) is None or marker.value != MARKER:
        return None
    found: dict[tuple[str, str], str] = {}
    for (row, column), cell in sheet.cells.items():
        if column == len(COLUMNS) + 1 and row > 1 and isinstance(cell.value, str):
            try:
                place, name, fill = json.loads(cell.value)
            except ValueError:
                continue  # in the hands of others it may have become anything
            found[str(place), str(name)] = str(fill)
    return found


def errors_sheet(marks: Sequence[Mark], own: OwnFills, words: ListWords, styles: Styles, namespace: str) -> bytes:
    """The sheet's XML. Everything in it is text that is never computed."""
    looks = _looks(styles)
    sheets = Counter(mark.sheet for mark in marks).most_common(1)
    main = sheets[0][0] if sheets else None
    shown = marks[:MOST_LISTED]
    lines = [_line(1, words.headings, [looks["heading"]] * len(COLUMNS), MARKER)]
    lines += [_mark_line(row, mark, looks, own, main) for row, mark in enumerate(shown, start=2)]
    if len(marks) > len(shown):
        more = words.more.format(count=len(marks) - len(shown))
        lines.append(_line(len(shown) + 2, ["", "", "", "", more, ""], [looks["text"]] * len(COLUMNS), ""))
    links = "".join(_link(row, mark) for row, mark in enumerate(shown, start=2) if mark.cell)
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(_WIDTHS, start=1)
    )
    hidden = f'<col min="{len(_WIDTHS) + 1}" max="{len(_WIDTHS) + 1}" width="9" hidden="1" customWidth="1"/>'
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{namespace}">'
        '<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{_HIDDEN}{len(lines)}"/><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}{hidden}</cols>'
        f"<sheetData>{''.join(lines)}</sheetData>"
        f'<autoFilter ref="A1:F{len(lines)}"/>{f"<hyperlinks>{links}</hyperlinks>" if links else ""}'
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _looks(styles: Styles) -> dict[str, int]:
    """Styles of the list's cells by name; messages are in the colour of their severity."""
    font = f'<font><sz val="11"/><name val="{FONT}"/><family val="1"/></font>'
    bold, link = (
        font.replace("<sz", "<b/><sz"),
        font.replace("<sz", "<u/><sz").replace('<sz val="11"/>', '<sz val="11"/><color rgb="FF0563C1"/>'),
    )

    def solid(colour: str) -> str:
        colours = f'<fgColor rgb="{colour}"/><bgColor indexed="64"/>'
        return f'<fill><patternFill patternType="solid">{colours}</patternFill></fill>'

    looks = {
        "heading": styles.added(font=bold, fill=solid("FFDDE6F0"), border=_BORDER, alignment=_CENTRED),
        "text": styles.added(font=font, border=_BORDER, alignment=_TOP_LEFT),
        "centred": styles.added(font=font, border=_BORDER, alignment=_CENTRED),
        "link": styles.added(font=link, border=_BORDER, alignment=_CENTRED),
        "suggestion": styles.added(font=bold, border=_BORDER, alignment=_TOP_LEFT),
    }
    for severity, colour in COLOURS.items():
        # Not the colour of a marked cell itself: by that one the next round knows what to take off.
        looks[severity] = styles.added(font=font, fill=solid(_lighter(colour)), border=_BORDER, alignment=_TOP_LEFT)
    return looks


def _lighter(colour: str) -> str:
    return "FF" + "".join(f"{(int(colour[at : at + 2], 16) + 255) // 2:02X}" for at in (2, 4, 6))


def _mark_line(row: int, mark: Mark, looks: Mapping[str, int], own: OwnFills, main: str | None) -> str:
    place = f"{mark.sheet}!{mark.cell}" if mark.cell and mark.sheet != main else mark.cell or ""
    values = (str(mark.row or ""), place, mark.heading, mark.value, mark.text, mark.suggestion)
    message = looks.get(mark.severity, looks["text"])
    look = (looks["link"], looks["link"], looks["text"], looks["text"], message, looks["suggestion"])
    key = (mark.sheet or "", mark.cell or "")
    kept = json.dumps([*key, own.get(key, "")], ensure_ascii=False) if mark.cell else ""
    return _line(row, values, look, kept)


def _line(row: int, values: Sequence[str], looks: Sequence[int], kept: str) -> str:
    places = (f"{chr(64 + number)}{row}" for number in range(1, len(values) + 1))
    cells = [_cell(*each) for each in zip(places, values, looks, strict=True)]
    hidden = _cell(f"{_HIDDEN}{row}", kept, looks[2]) if kept else ""
    # Not every program makes rows as high as their text, so we do.
    lines = max(_lines(value, width) for value, width in zip(values, _WIDTHS, strict=True))
    return f'<row r="{row}" ht="{lines * _LINE_HEIGHT:g}" customHeight="1">{"".join(cells)}{hidden}</row>'


def _lines(text: str, width: float) -> int:
    return min(_MOST_LINES, sum(max(1, ceil(len(line) / (width * 1.2))) for line in text.split("\n")))


def _cell(name: str, value: str, look: int) -> str:
    if not value:
        return f'<c r="{name}" s="{look}"/>'
    text = escape(_NOT_ALLOWED.sub("\ufffd", value)[:_LONGEST]).replace("_x", "_x005F_x")
    return f'<c r="{name}" s="{look}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _link(row: int, mark: Mark) -> str:
    """From the row's number and from the cell's name."""
    sheet = (mark.sheet or "").replace("'", "''")
    place, shown = quoteattr(f"'{sheet}'!{mark.cell}"), quoteattr(mark.cell or "")
    return "".join(f'<hyperlink ref="{column}{row}" location={place} display={shown}/>' for column in "AB")
