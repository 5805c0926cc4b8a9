"""Paper: a filled declaration as a page, then as an office hands it in: scanned, photographed, turned, bound.

What stands on the page comes from the campaign's declaration (labels, digit boxes, captions) and a worker's values.
Everything is drawn from a seed: the same arguments give the same pixels.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, ImageDraw

from service.core.campaigns import ColumnKind, DeclarationRules, FormField, FormLayout
from service.demo.papers import lens
from service.demo.papers.ink import Pen, font, sign, stamp
from service.demo.papers.lens import Level
from service.demo.words import words

__all__ = ["Level", "PaperStyle", "as_jpeg", "as_pdf", "draw_declaration", "scan"]

DOTS_PER_INCH = 200
WIDTH, HEIGHT = 1654, 2339
PRINT = (24, 24, 24)


class PaperStyle(StrEnum):
    """`boxes`: digits in boxes, as the portal prints the form; `leaders`: typed over dotted lines, as the Word file."""

    BOXES = "boxes"
    LEADERS = "leaders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How one style is set: font names, type sizes and distances in pixels."""

    label: str
    strong: str
    slanted: str
    value: str
    size: int
    left: int
    right: int
    top: int
    line: int
    boxed: bool
    capitals: bool
    photo: bool


LOOKS: Mapping[PaperStyle, Look] = {
    PaperStyle.BOXES: Look(
        label="LiberationSerif-Regular",
        strong="LiberationSerif-Bold",
        slanted="LiberationSerif-Italic",
        value="LiberationSans-Bold",
        size=33,
        left=172,
        right=1516,
        top=130,
        line=66,
        boxed=True,
        capitals=True,
        photo=True,
    ),
    PaperStyle.LEADERS: Look(
        label="LiberationSans-Regular",
        strong="LiberationSans-Bold",
        slanted="LiberationSerif-Italic",
        value="LiberationSerif-BoldItalic",
        size=31,
        left=186,
        right=1490,
        top=150,
        line=60,
        boxed=False,
        capitals=False,
        photo=False,
    ),
}


class PaperSheet:
    """A white A4 sheet in the printer: text goes on at the cursor's height."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.picture = Image.new("RGB", (WIDTH, HEIGHT), (255, 255, 255))
        self.draw = ImageDraw.Draw(self.picture)
        self.y = look.top

    def centred(self, text: str, face: str, size: int, middle: int | None = None) -> None:
        """One centred line; the cursor moves below it."""
        at = (WIDTH // 2 if middle is None else middle, self.y)
        self.draw.text(at, text, font=font(face, size), fill=PRINT, anchor="ma")
        self.y += round(size * 1.35)

    def text(self, x: int, text: str, face: str, size: int | None = None) -> int:
        """Text on the line of the cursor; gives the x after it."""
        type_face = font(face, size or self.look.size)
        self.draw.text((x, self.y), text, font=type_face, fill=PRINT, anchor="ls")
        return x + round(type_face.getlength(text))

    def leaders(self, x: int, until: int) -> None:
        """A dotted line for values."""
        for dot in range(x, until, 9):
            self.draw.ellipse((dot, self.y + 1, dot + 2, self.y + 3), fill=PRINT)


def draw_declaration(
    values: Mapping[str, str],
    declaration: DeclarationRules,
    *,
    style: PaperStyle,
    signature: Pen,
    stamp: bool,
    seed: int,
) -> Image.Image:
    """A filled declaration, upright, A4 at 200 dpi. `values`: canonical keys and values, `signed_on` among them."""
    sheet = PaperSheet(LOOKS[style])
    _heading(sheet, declaration.layout)
    for number, form_field in enumerate(declaration.layout.fields, 1):
        _field(sheet, number, form_field, values.get(form_field.key, ""))
    _pledge(sheet)
    _signature_block(sheet, declaration.layout, values, signature=signature, stamped=stamp, seed=seed)
    return sheet.picture


def _heading(sheet: PaperSheet, layout: FormLayout) -> None:
    form, look = words("form"), sheet.look
    sheet.centred(form["nation"], look.strong, look.size + 3)
    sheet.centred(form["motto"], look.strong, look.size + 2)
    sheet.draw.line((WIDTH // 2 - 210, sheet.y, WIDTH // 2 + 210, sheet.y), fill=PRINT, width=2)
    sheet.y += 60
    top = sheet.y
    middle = WIDTH // 2 + (110 if look.photo else 0)
    for title, size in zip(layout.titles[:2], (look.size + 7, look.size + 1), strict=False):
        for line in _wrapped(title, look.strong, size, 960):
            sheet.centred(line, look.strong, size, middle)
    if look.photo:
        sheet.draw.rectangle((look.left, top, look.left + 236, top + 300), outline=PRINT, width=2)
        at = (look.left + 118, top + 150)
        sheet.draw.text(at, form["photo"], font=font(look.slanted, look.size - 5), fill=PRINT, anchor="mm")
        sheet.y = max(sheet.y, top + 300)
    sheet.y += 80


def _wrapped(text: str, face: str, size: int, width: int) -> list[str]:
    type_face = font(face, size)
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and type_face.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _field(sheet: PaperSheet, number: int, form_field: FormField, value: str) -> None:
    """Label, then boxes or dots with the value; long values go on in a second line."""
    look = sheet.look
    label = form_field.printed or form_field.labels[0]
    x = sheet.text(look.left, f"[{number:02d}] {label}: ", look.label)
    if look.boxed and form_field.boxes:
        _digit_boxes(sheet, x + 10, form_field.boxes, _digits(form_field.kind, value))
    else:
        _typed(sheet, x, _as_written(form_field.kind, value, look))
    sheet.y += look.line


def _typed(sheet: PaperSheet, x: int, value: str) -> None:
    look = sheet.look
    room = look.right - x
    face = font(look.value, look.size)
    first, *rest = [value] if face.getlength(value) <= room else _wrapped(value, look.value, look.size, room)
    sheet.leaders(sheet.text(x, first, look.value) + 4, look.right)
    if rest:
        sheet.y += look.line
        sheet.leaders(sheet.text(look.left, " ".join(rest), look.value) + 4, look.right)


def _as_written(kind: ColumnKind, value: str, look: Look) -> str:
    """A canonical value as people write it."""
    if kind is ColumnKind.DATE and value.count("-") == 2:
        return "/".join(reversed(value.split("-")))
    return value.upper() if kind is ColumnKind.NAME and look.capitals else value


def _digits(kind: ColumnKind, value: str) -> str:
    return "".join(reversed(value.split("-"))) if kind is ColumnKind.DATE else value


def _digit_boxes(sheet: PaperSheet, x: int, groups: Sequence[int], digits: str) -> None:
    """Groups of boxes with one digit each, a slash between groups."""
    look = sheet.look
    face = font("LiberationSans-Regular", look.size)
    cell, high = 45, 48
    top = sheet.y - 37
    rest = iter(digits)
    for index, count in enumerate(groups):
        if index:
            sheet.draw.text((x + 13, sheet.y), "/", font=face, fill=PRINT, anchor="ms")
            x += 26
        for _ in range(count):
            sheet.draw.rectangle((x, top, x + cell, top + high), outline=PRINT, width=2)
            sheet.draw.text((x + cell // 2 + 1, top + high // 2), next(rest, ""), font=face, fill=PRINT, anchor="mm")
            x += cell


def _pledge(sheet: PaperSheet) -> None:
    look = sheet.look
    sheet.y += 14
    for line in _wrapped(words("form")["pledge"], look.label, look.size - 1, look.right - look.left - 60):
        sheet.text(look.left, line, look.label, look.size - 1)
        sheet.y += round(look.size * 1.45)
    sheet.y += 40


def _signature_block(
    sheet: PaperSheet, layout: FormLayout, values: Mapping[str, str], *, signature: Pen, stamped: bool, seed: int
) -> None:
    """Place and date, captions, room for the pen, and the printed name under it."""
    look, form, middle = sheet.look, words("form"), 1170
    signed_on = values.get("signed_on", "")
    year, month, day = signed_on.split("-") if signed_on.count("-") == 2 else ("", "", "")
    dated = form["dated"].format(day=day, month=month, year=year) if signed_on else form["undated"]
    sheet.centred(dated, look.slanted, look.size, middle)
    for caption in _captions(layout):
        face = look.slanted if caption.startswith("(") else look.strong
        sheet.centred(caption, face, look.size - (3 if caption.startswith("(") else 0), middle)
    top = sheet.y + 14
    if stamped:
        stamp(sheet.picture, (middle - 90, top + 90), 118, form["stamp_ring"], form["stamp_lines"], seed=seed + 1)
    room = (middle - 210, top, middle + 230, top + 180)
    sign(sheet.picture, room, seed=seed, pen=signature)
    sheet.y = top + 196
    sheet.centred(values.get("full_name", ""), look.strong, look.size, middle)


def _captions(layout: FormLayout) -> list[str]:
    """One caption in words and one in brackets: the campaign lists every variant that may be printed."""
    plain = [caption for caption in layout.signature_captions if not caption.startswith("(")]
    bracketed = [caption for caption in layout.signature_captions if caption.startswith("(")]
    return [*plain[:1], *bracketed[:1]]


def scan(image: Image.Image, *, level: Level, turn: int, seed: int) -> Image.Image:
    """The page as a scanner or a telephone gives it, turned clockwise by `turn` (0, 90, 180, 270)."""
    return lens.scan_through(image, level=level, turn=turn, seed=seed)


def as_jpeg(image: Image.Image, quality: int = 74) -> bytes:
    """The picture as a JPEG file."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return buffer.getvalue()


def as_pdf(images: Sequence[Image.Image], quality: int = 74) -> bytes:
    """One PDF whose pages are pictures only, as a scanner makes it; without dates, so that it is always the same."""
    buffer = io.BytesIO()
    images[0].save(
        buffer,
        "PDF",
        save_all=True,
        append_images=list(images[1:]),
        resolution=float(DOTS_PER_INCH),
        quality=quality,
        creationDate=None,
        modDate=None,
    )
    return buffer.getvalue()
