"""The blank declaration on one A4 page, as PDF: numbered fields with digit boxes or dotted leaders, and room to sign.

Labels and boxes come from the campaign's layout; title, pledge and captions from its texts, by keys that begin with
`form_`: `form_mark`, `form_issued`, `form_title`, `form_subtitle`, `form_before_<field>` (a sentence above a field),
`form_choices_<field>` (boxes to tick, a line each), `form_beside` (fields printed on the line of the one before),
`form_pledge`, `form_place_and_date`, `form_signature`, `form_signature_hint`; and `nation`, `motto`.
The Word form of the same page is in `blank_declaration_word.py`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from service.core.campaigns import FormField, FormLayout
from service.documents.letters.lettering import BOLD, FAMILY, ITALIC, escaped, register_fonts

LEFT, RIGHT, TOP = 25 * mm, A4[0] - 18 * mm, A4[1] - 16 * mm
BOX, BOX_HEIGHT, GROUP_GAP = 6.2 * mm, 7 * mm, 3 * mm
LINE = 10.5 * mm
MIDDLE = (LEFT + RIGHT) / 2
SIZE = 12.5
CODE_SIZE = 25 * mm
"""With its white border: modules of 0.67 mm, which even a bad photograph shows."""


@dataclass(frozen=True, slots=True)
class FormLine:
    """Fields that share a line; only the first one is numbered."""

    number: int
    fields: tuple[FormField, ...]


def form_lines(layout: FormLayout, texts: Mapping[str, str]) -> tuple[FormLine, ...]:
    """The layout's fields in their order, line by line."""
    beside = texts.get("form_beside", "").split()
    lines: list[list[FormField]] = []
    for field in layout.fields:
        if field.key in beside and lines:
            lines[-1].append(field)
        else:
            lines.append([field])
    return tuple(FormLine(number, tuple(fields)) for number, fields in enumerate(lines, 1))


def label_of(field: FormField) -> str:
    return field.printed or field.labels[0]


def choices_of(field: FormField, texts: Mapping[str, str]) -> tuple[str, ...]:
    """What is ticked instead of written."""
    return tuple(line.strip() for line in texts.get(f"form_choices_{field.key}", "").splitlines() if line.strip())


def digits_for(field: FormField, value: str) -> str:
    """What stands in the boxes: a day 2021-05-19 as 19052021, a number as it is, at the right when it is shorter."""
    if field.boxes == (2, 2, 4) and len(value) == 10:
        year, month, day = value.split("-")
        return f"{day}{month}{year}"
    return value.rjust(sum(field.boxes)) if field.boxes else value


def blank_declaration_pdf(
    layout: FormLayout, texts: Mapping[str, str], values: Mapping[str, str] | None = None, *, code: str = ""
) -> bytes:
    """The page, with `values` (canonical, by key) filled in and `code` as a QR code. Same input, same bytes."""
    register_fonts()
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=A4, invariant=1, lang="vi")
    canvas.setTitle(texts.get("form_subtitle", ""))
    canvas.setCreator("dondoc")
    page = _Page(canvas, texts, values or {})
    if code:
        page.code(code)
    page.head()
    for line in form_lines(layout, texts):
        page.line(line)
    page.foot()
    canvas.save()
    return written.getvalue()


class _Page:
    """Draws from the top down; `y` is where the next line stands."""

    def __init__(self, canvas: Canvas, texts: Mapping[str, str], values: Mapping[str, str]) -> None:
        self.canvas, self.texts, self.values = canvas, texts, values
        self.y = TOP

    def code(self, text: str) -> None:
        """In the corner above the first field, where nothing else is printed or written."""
        drawing = Drawing(CODE_SIZE, CODE_SIZE)
        drawing.add(QrCodeWidget(text, barLevel="M", barWidth=CODE_SIZE, barHeight=CODE_SIZE, barBorder=4))
        renderPDF.draw(drawing, self.canvas, LEFT - 6 * mm, TOP - CODE_SIZE + 7 * mm)

    def head(self) -> None:
        self._right("form_mark", BOLD, 12)
        self._right("form_issued", ITALIC, 10)
        self.y -= 4 * mm
        self._centre(self.texts.get("nation", ""), BOLD, 12.5)
        motto = self.texts.get("motto", "")
        self._centre(motto, BOLD, 13)
        half = stringWidth(motto, BOLD, 13) / 2
        self.canvas.setLineWidth(0.7)
        self.canvas.line(MIDDLE - half, self.y + 3.4 * mm, MIDDLE + half, self.y + 3.4 * mm)
        self.y -= 5 * mm
        self._centre(self.texts.get("form_title", ""), BOLD, 15)
        self._centre(self.texts.get("form_subtitle", ""), BOLD, 13)
        self.y -= 4 * mm

    def line(self, line: FormLine) -> None:
        for field in line.fields:
            self._sentence(self.texts.get(f"form_before_{field.key}", ""))
        x = LEFT
        for index, field in enumerate(line.fields):
            label = f"{line.number}. {label_of(field)}:" if index == 0 else f"{label_of(field)}:"
            is_last = index == len(line.fields) - 1
            end = RIGHT if is_last else LEFT + (RIGHT - LEFT) * 0.58
            x = self._field(field, label, x, end) + 5 * mm
        self.y -= LINE

    def foot(self) -> None:
        self.y -= 1 * mm
        self._sentence(self.texts.get("form_pledge", ""))
        middle = LEFT + (RIGHT - LEFT) * 0.72
        self.y -= 2 * mm
        for key, face in (("form_place_and_date", ITALIC), ("form_signature", BOLD), ("form_signature_hint", ITALIC)):
            self.canvas.setFont(face, SIZE)
            self.canvas.drawCentredString(middle, self.y, self.texts.get(key, ""))
            self.y -= 6 * mm

    def _field(self, field: FormField, label: str, x: float, end: float) -> float:
        """Draws one field; gives where it ends."""
        self.canvas.setFont(FAMILY, SIZE)
        self.canvas.drawString(x, self.y, label)
        x += float(stringWidth(label, FAMILY, SIZE)) + 2.5 * mm
        value, choices = self.values.get(field.key, ""), choices_of(field, self.texts)
        if field.boxes:
            return self._boxes(field, value, x)
        if choices:
            return self._choices(choices, value, x, end)
        self._leader(x, end, value)
        return end

    def _boxes(self, field: FormField, value: str, x: float) -> float:
        digits = iter(digits_for(field, value))
        self.canvas.setLineWidth(0.6)
        bottom = self.y - 2 * mm
        for group in field.boxes:
            for _ in range(group):
                self.canvas.rect(x, bottom, BOX, BOX_HEIGHT)
                self.canvas.drawCentredString(x + BOX / 2, self.y, next(digits, ""))
                x += BOX
            x += GROUP_GAP
        return float(x - GROUP_GAP)

    def _choices(self, choices: tuple[str, ...], value: str, x: float, end: float) -> float:
        """Squares with their words; on lines of their own where one line does not hold them."""
        widths = [stringWidth(choice, FAMILY, SIZE) + 11 * mm for choice in choices]
        own_lines = x + sum(widths) > end + 5 * mm
        for choice, width in zip(choices, widths, strict=True):
            if own_lines:
                self.y -= 6.5 * mm
                x = LEFT + 8 * mm
            self._square(x, is_ticked=choice == value)
            self.canvas.drawString(x + 6 * mm, self.y, choice)
            x += width
        return x

    def _square(self, x: float, *, is_ticked: bool) -> None:
        side, bottom = 4 * mm, self.y - 0.8 * mm
        self.canvas.setLineWidth(0.6)
        self.canvas.rect(x, bottom, side, side)
        if is_ticked:
            self.canvas.line(x, bottom, x + side, bottom + side)
            self.canvas.line(x, bottom + side, x + side, bottom)

    def _leader(self, x: float, end: float, value: str) -> None:
        """Dots to write on, or the value above them."""
        if value:
            self.canvas.drawString(x + 1 * mm, self.y, value)
        self.canvas.saveState()
        self.canvas.setLineWidth(0.7)
        self.canvas.setLineCap(1)
        self.canvas.setDash(0, 2.6)
        self.canvas.line(x, self.y - 1.1 * mm, end, self.y - 1.1 * mm)
        self.canvas.restoreState()

    def _sentence(self, text: str) -> None:
        if not text:
            return
        style = ParagraphStyle("sentence", fontName=FAMILY, fontSize=SIZE - 0.5, leading=15, alignment=TA_JUSTIFY)
        paragraph = Paragraph(escaped(text), style)
        _, height = paragraph.wrap(RIGHT - LEFT, A4[1])
        paragraph.drawOn(self.canvas, LEFT, self.y - height + 4.5 * mm)
        self.y -= height + 3 * mm

    def _centre(self, text: str, face: str, size: float) -> None:
        for line in _broken(text, face, size, RIGHT - LEFT):
            self.canvas.setFont(face, size)
            self.canvas.drawCentredString(MIDDLE, self.y, line)
            self.y -= size * 1.3

    def _right(self, key: str, face: str, size: float) -> None:
        self.canvas.setFont(face, size)
        self.canvas.drawRightString(RIGHT, self.y, self.texts.get(key, ""))
        self.y -= size * 1.25


def _broken(text: str, face: str, size: float, width: float) -> Iterator[str]:
    """Words into lines that fit."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and stringWidth(longer, face, size) > width:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line
