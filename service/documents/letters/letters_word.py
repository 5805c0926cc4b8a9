"""The same letter as a Word file, for those who have to number, sign and send it by their own document system."""

from __future__ import annotations

from typing import Any

from docx.shared import Cm, Mm, Pt

from service.documents.letters.letters import Letter
from service.documents.letters.office_text import Kind, Paragraph
from service.documents.letters.word import (
    CENTRE,
    JUSTIFY,
    LEFT,
    line,
    new_document,
    page_number,
    plain_table,
    rule,
    saved,
    write,
)

MARGINS = (20, 18, 20, 30)
HALVES = (Mm(66), Mm(96))


def letter_docx(letter: Letter) -> bytes:
    """Laid out as `letter_pdf`; text can be edited."""
    document = new_document(title=letter.about, margins=MARGINS)
    page_number(document)
    _head(document, letter)
    _addressees(document, letter)
    for paragraph in letter.body:
        _paragraph(document, paragraph)
    _foot(document, letter)
    return saved(document)


def _head(document: Any, letter: Letter) -> None:
    table = plain_table(document, HALVES, rows=2)
    issuer, nation = table.rows[0].cells
    line(issuer, letter.parent.upper(), size=12)
    line(issuer, letter.organisation.upper(), size=12, bold=True)
    rule(issuer, indent=Mm(22))
    line(nation, letter.nation, size=12, bold=True)
    line(nation, letter.motto, size=13, bold=True)
    rule(nation, indent=Mm(20))
    number, day = table.rows[1].cells
    line(number, letter.number).paragraph_format.space_before = Pt(6)
    line(number, letter.about, size=12).paragraph_format.space_before = Pt(6)
    line(day, letter.place_and_date, italic=True).paragraph_format.space_before = Pt(6)
    line(document, "")


def _addressees(document: Any, letter: Letter) -> None:
    if len(letter.to) == 1:
        line(document, f"{letter.to_caption} {letter.to[0]}", size=14).paragraph_format.space_after = Pt(12)
        return
    caption, names = plain_table(document, (Cm(3), Cm(10))).rows[0].cells
    line(caption, letter.to_caption, size=14, align=LEFT)
    for name in letter.to:
        line(names, f"- {name}{'.' if name == letter.to[-1] else ';'}", size=14, align=LEFT)
    line(document, "")


def _paragraph(document: Any, paragraph: Paragraph) -> None:
    """First line in by 1 cm, 6 pt between paragraphs, both margins."""
    written = line(document, "", align=JUSTIFY)
    written.paragraph_format.first_line_indent = Cm(1)
    written.paragraph_format.space_after = Pt(6)
    written.paragraph_format.line_spacing = 1.15
    heading = paragraph.kind in (Kind.HEADING, Kind.SUBHEADING)
    written.paragraph_format.keep_with_next = heading
    mark = {Kind.ITEM: "- ", Kind.SUBITEM: "+ "}.get(paragraph.kind, "")
    if mark:
        write(written, mark)
    for span in paragraph.spans:
        italic = span.italic or paragraph.kind is Kind.SUBHEADING
        write(written, span.text, bold=span.bold or heading, italic=italic)


def _foot(document: Any, letter: Letter) -> None:
    receivers, signer = plain_table(document, HALVES).rows[0].cells
    line(receivers, letter.receivers_caption, size=12, bold=True, italic=True, align=LEFT)
    for receiver in letter.receivers:
        line(receivers, f"- {receiver}", size=11, align=LEFT)
    for title in letter.signer_title:
        line(signer, title, bold=True).paragraph_format.keep_with_next = True
    name = line(signer, letter.signer_name, size=14, bold=True, align=CENTRE)
    name.paragraph_format.space_before = Cm(2.4)
