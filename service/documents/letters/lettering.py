"""The fonts of our PDF files, and the paragraph styles which Decree 30/2020/NĐ-CP asks of office letters.

Liberation Serif has the widths of Times New Roman and all Vietnamese letters; reportlab's own fonts do not.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from service.documents.letters.letter_text import ParagraphKind, Span

FAMILY = "LiberationSerif"
BOLD = f"{FAMILY}-Bold"
ITALIC = f"{FAMILY}-Italic"
_FACES = ("Regular", "Bold", "Italic", "BoldItalic")
_FOLDER = Path(__file__).parents[1] / "fonts"


@cache
def register_fonts() -> None:
    """Makes the family known to reportlab, once in a process."""
    names = [FAMILY if face == "Regular" else f"{FAMILY}-{face}" for face in _FACES]
    for name, face in zip(names, _FACES, strict=True):
        pdfmetrics.registerFont(TTFont(name, _FOLDER / f"{FAMILY}-{face}.ttf"))
    regular, bold, italic, bold_italic = names
    pdfmetrics.registerFontFamily(FAMILY, normal=regular, bold=bold, italic=italic, boldItalic=bold_italic)


def body_styles(size: float = 13) -> dict[ParagraphKind, ParagraphStyle]:
    """Annex I, II.6.đ, e: 13-14 pt, both margins, first line in by 1 cm, at least 6 pt between paragraphs."""
    leading = size * 1.32
    body = ParagraphStyle(
        "body", fontName=FAMILY, fontSize=size, leading=leading, alignment=TA_JUSTIFY, firstLineIndent=cm, spaceAfter=6
    )
    heading = ParagraphStyle("heading", body, fontName=BOLD, alignment=TA_LEFT, spaceBefore=6, keepWithNext=1)
    return {
        ParagraphKind.PARAGRAPH: body,
        ParagraphKind.HEADING: heading,
        ParagraphKind.SUBHEADING: ParagraphStyle("subheading", heading, fontName=f"{FAMILY}-BoldItalic"),
        ParagraphKind.ITEM: body,
        ParagraphKind.SUBITEM: body,
    }


def line_style(size: float, *, bold: bool = False, italic: bool = False, centred: bool = True) -> ParagraphStyle:
    """A line of the letter's head or foot, without indent."""
    register_fonts()
    face = BOLD if bold else ITALIC if italic else FAMILY
    face = f"{FAMILY}-BoldItalic" if bold and italic else face
    alignment = TA_CENTER if centred else TA_LEFT
    return ParagraphStyle(f"line-{face}-{size}", fontName=face, fontSize=size, leading=size * 1.25, alignment=alignment)


def marked_up(spans: tuple[Span, ...]) -> str:
    """As reportlab's paragraphs take it; what looks like a tag in the text stays text."""
    return "".join(_tagged(span) for span in spans)


def _tagged(span: Span) -> str:
    text = escaped(span.text)
    if span.italic:
        text = f"<i>{text}</i>"
    return f"<b>{text}</b>" if span.bold else text


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
