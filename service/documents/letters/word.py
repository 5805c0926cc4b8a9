"""What our Word files share: page, font, lines of text, tables without borders. The same input gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt

from service.documents.common.fixed_zip import fixed_zip

FONT = "Times New Roman"
MADE_AT = datetime(2021, 1, 1)  # noqa: DTZ001 - Word's core properties know no zone
CENTRE = WD_ALIGN_PARAGRAPH.CENTER
LEFT = WD_ALIGN_PARAGRAPH.LEFT
RIGHT = WD_ALIGN_PARAGRAPH.RIGHT
JUSTIFY = WD_ALIGN_PARAGRAPH.JUSTIFY


def new_document(*, title: str, margins: tuple[int, int, int, int]) -> Any:
    """An empty A4 document; margins in mm: top, right, bottom, left."""
    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title, "dondoc", "dondoc"
    properties.created = properties.modified = MADE_AT
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    sides = ("top_margin", "right_margin", "bottom_margin", "left_margin")
    for side, margin in zip(sides, margins, strict=True):
        setattr(section, side, Mm(margin))
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(13)
    # Word takes the font of Vietnamese letters from here on some systems.
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    return document


def write(
    paragraph: Any, text: str, *, size: float = 13, bold: bool = False, italic: bool = False, underline: bool = False
) -> Any:
    """Adds a run; a line break in the text becomes one in the paragraph."""
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic, run.underline = Pt(size), bold, italic, underline
    return paragraph


def line(
    holder: Any,
    text: str,
    *,
    size: float = 13,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = CENTRE,
) -> Any:
    """A paragraph of its own in a document or a cell; a cell's empty first paragraph is used up first."""
    empty = [paragraph for paragraph in holder.paragraphs if not paragraph.runs] if hasattr(holder, "width") else []
    paragraph = empty[0] if empty and len(holder.paragraphs) == 1 else holder.add_paragraph()
    paragraph.alignment = align
    return write(paragraph, text, size=size, bold=bold, italic=italic) if text else paragraph


def rule(holder: Any, *, indent: Length) -> None:
    """A thin line of its own, shortened by `indent` on both sides."""
    paragraph = line(holder, " ", size=1)
    paragraph.paragraph_format.line_spacing = Pt(3)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)


def plain_table(holder: Any, widths: Sequence[int], rows: int = 1) -> Any:
    """A table without lines; widths in EMU, as `Mm` and `Cm` give them."""
    table = holder.add_table(rows=rows, cols=len(widths))
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    table._tbl.tblPr.append(_no_margins())
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
    return table


def _no_margins() -> Any:
    """Word keeps 1.9 mm on both sides of a cell's text: too much for a box of one digit."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    return margins


def saved(document: Any) -> bytes:
    """The file, packed without the clock."""
    written = io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(io.BytesIO(written.getvalue())) as packed:
        return fixed_zip([(name, packed.read(name)) for name in packed.namelist()], MADE_AT)
