"""The blank declaration in Word, for those who fill it in on a computer: the same fields as `blank_declaration.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from service.core.campaigns import FormField, FormLayout
from service.documents.letters.word import (
    CENTRE,
    JUSTIFY,
    LEFT,
    RIGHT,
    line,
    new_document,
    plain_table,
    rule,
    saved,
    write,
)
from service.documents.opening_mail.blank_declaration import FormLine, choices_of, digits_for, form_lines, label_of

MARGINS = (14, 18, 12, 25)
WIDTH = Mm(210 - 18 - 25)
LABEL = Mm(60)
ONE_LINE = 50
"""Letters of choices that still fit beside their label."""
BOX = Mm(6.2)
SIZE = 12.5
SQUARE, TICKED = "☐", "☒"


def blank_declaration_docx(
    layout: FormLayout, texts: Mapping[str, str], values: Mapping[str, str] | None = None
) -> bytes:
    """One page; with `values` (canonical, by key) filled in."""
    document = new_document(title=texts.get("form_subtitle", ""), margins=MARGINS)
    _head(document, texts)
    for form_line in form_lines(layout, texts):
        _line(document, form_line, texts, values or {})
    _foot(document, texts)
    return saved(document)


def _head(document: Any, texts: Mapping[str, str]) -> None:
    line(document, texts.get("form_mark", ""), size=12, bold=True, align=RIGHT)
    line(document, texts.get("form_issued", ""), size=10, italic=True, align=RIGHT)
    line(document, texts.get("nation", ""), size=12.5, bold=True).paragraph_format.space_before = Pt(8)
    line(document, texts.get("motto", ""), bold=True)
    rule(document, indent=Mm(57))
    line(document, texts.get("form_title", ""), size=15, bold=True).paragraph_format.space_before = Pt(10)
    line(document, texts.get("form_subtitle", ""), bold=True).paragraph_format.space_after = Pt(8)


def _line(document: Any, form_line: FormLine, texts: Mapping[str, str], values: Mapping[str, str]) -> None:
    for field in form_line.fields:
        sentence = texts.get(f"form_before_{field.key}", "")
        if sentence:
            line(document, sentence, size=SIZE - 0.5, align=JUSTIFY).paragraph_format.space_before = Pt(6)
    first = form_line.fields[0]
    if first.boxes:
        _boxes(document, form_line, texts, values)
    else:
        _written(document, form_line, texts, values)


def _boxes(document: Any, form_line: FormLine, texts: Mapping[str, str], values: Mapping[str, str]) -> None:
    """A row of a table: the label, a bordered cell for each digit, and what stands beside."""
    first, beside = form_line.fields[0], form_line.fields[1:]
    places = sum(first.boxes) + len(first.boxes) - 1
    rest = WIDTH - LABEL - BOX * places
    cells = plain_table(document, (LABEL, *[BOX] * places, rest)).rows[0].cells
    line(cells[0], f"{form_line.number}. {label_of(first)}:", size=SIZE, align=LEFT)
    digits = iter(digits_for(first, values.get(first.key, "")))
    place = 1
    for number, group in enumerate(first.boxes):
        place += 1 if number else 0
        for cell in cells[place : place + group]:
            _bordered(cell)
            line(cell, next(digits, "").strip(), size=SIZE)
        place += group
    line(cells[-1], "".join(f"  {_beside(field, texts, values)}" for field in beside), size=SIZE, align=LEFT)
    line(document, "", align=LEFT).paragraph_format.line_spacing = Pt(7)


def _beside(field: FormField, texts: Mapping[str, str], values: Mapping[str, str]) -> str:
    value, choices = values.get(field.key, ""), choices_of(field, texts)
    said = _ticks(choices, value) if choices else value or "…" * 12
    return f"{label_of(field)}: {said}"


def _ticks(choices: tuple[str, ...], value: str) -> str:
    return "  ".join(f"{TICKED if choice == value else SQUARE} {choice}" for choice in choices)


def _written(document: Any, form_line: FormLine, texts: Mapping[str, str], values: Mapping[str, str]) -> None:
    """Label and dots up to a tab stop for every field of the line; long choices below."""
    paragraph = line(document, "", align=LEFT)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(4)
    ends = [WIDTH] if len(form_line.fields) == 1 else [int(WIDTH * 0.56), WIDTH]
    for end in ends:
        paragraph.paragraph_format.tab_stops.add_tab_stop(end, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    for index, field in enumerate(form_line.fields):
        number = f"{form_line.number}. " if index == 0 else " "
        choices = choices_of(field, texts)
        write(paragraph, f"{number}{label_of(field)}: ", size=SIZE)
        ticks = _ticks(choices, values.get(field.key, ""))
        if choices and len(ticks) <= ONE_LINE:
            write(paragraph, ticks, size=SIZE)
        elif choices:
            for choice in choices:
                ticked = _ticks((choice,), values.get(field.key, ""))
                line(document, ticked, size=SIZE, align=LEFT).paragraph_format.left_indent = Mm(8)
        else:
            write(paragraph, f"{values.get(field.key, '')}\t", size=SIZE)


def _foot(document: Any, texts: Mapping[str, str]) -> None:
    pledge = line(document, texts.get("form_pledge", ""), size=SIZE - 0.5, align=JUSTIFY)
    pledge.paragraph_format.space_before = pledge.paragraph_format.space_after = Pt(6)
    _, signer = plain_table(document, (Mm(67), Mm(100))).rows[0].cells
    line(signer, texts.get("form_place_and_date", ""), size=SIZE, italic=True, align=CENTRE)
    line(signer, texts.get("form_signature", ""), size=SIZE, bold=True, align=CENTRE)
    line(signer, texts.get("form_signature_hint", ""), size=SIZE, italic=True, align=CENTRE)
    line(signer, " ", size=SIZE).paragraph_format.space_after = Mm(25)


def _bordered(cell: Any) -> None:
    borders = OxmlElement("w:tcBorders")
    for side in ("top", "left", "bottom", "right"):
        border = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", "000000")):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    cell._tc.get_or_add_tcPr().append(borders)
