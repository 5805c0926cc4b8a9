"""Signed declarations of one unit as one PDF: a page that lists the workers, then each page as it came, upright.

A page with two declarations stands there once, and both workers' lines name it.

PDF pages are copied untouched, only their turn is set; JPEG pictures keep their bytes unless they are very large.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageOps
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from service.core.progress.packages import PackageForm
from service.documents.letters.lettering import FAMILY, escaped, line_style

_MARGIN = 8 * mm
_KEPT_JPEG_BYTES = 600_000
"""Larger pictures are made smaller: a unit's sixty photos have to fit into a mail."""
_LONGEST_SIDE = 2200
"""A4 at about 190 dpi."""
_FILE_IDENTIFIER = re.compile(rb"/ID\s*\[\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*\]")


_WRITTEN_AT = re.compile(rb"(/CreationDate\(D:)\d{14}(\+00'00'\)/Creator\(PDFium\))")
_TABLE_STYLE = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), FAMILY, 12),
        ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#DDE6F0")),
        ("ALIGN", (0, 1), (0, -1), "CENTER"),
        ("ALIGN", (2, 1), (-1, -1), "CENTER"),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsTitle:
    """The words of the first page."""

    organisation: str
    unit: str
    title: str
    headings: tuple[str, str, str, str]
    """Ordinal, worker, row of the roster, page of this file."""
    total: str


def declarations_pdf(forms: Sequence[PackageForm], words: FormsTitle, made_at: datetime) -> bytes:
    """All forms in the given order behind a title page; the same bytes for the same arguments."""
    merged = pdfium.PdfDocument.new()
    opened: dict[str, Any] = {}
    try:
        title_pages = _append(merged, _title_page(forms, words, first_page=2))
        if title_pages > 1:
            _remove_pages(merged)
            _append(merged, _title_page(forms, words, first_page=title_pages + 1))
        for form in _pages(forms):
            _add_form(merged, form, opened)
        return _saved(merged, made_at)
    finally:
        for document in opened.values():
            document.close()
        merged.close()


def _pages(forms: Sequence[PackageForm]) -> list[PackageForm]:
    """One form of each page, in the order in which the pages are first needed."""
    pages: dict[tuple[str, int, int], PackageForm] = {}
    for form in forms:
        pages.setdefault(_page(form), form)
    return list(pages.values())


def _page(form: PackageForm) -> tuple[str, int, int]:
    return hashlib.sha256(form.content).hexdigest(), form.page, form.rotation


def _append(merged: Any, pdf: bytes) -> int:
    """Adds all pages of a PDF; returns how many."""
    document = pdfium.PdfDocument(pdf)
    try:
        merged.import_pages(document)
        return len(document)
    finally:
        document.close()


def _remove_pages(merged: Any) -> None:
    for _ in range(len(merged)):
        del merged[0]


def _add_form(merged: Any, form: PackageForm, opened: dict[str, Any]) -> None:
    """One page. Originals stay open: thirty pages of one scan are copied from one opened document."""
    if form.media_type != "application/pdf":
        _add_picture(merged, form)
        return
    key = hashlib.sha256(form.content).hexdigest()
    if key not in opened:
        opened[key] = pdfium.PdfDocument(form.content)
    merged.import_pages(opened[key], [form.page - 1])
    page = merged[len(merged) - 1]
    page.set_rotation((page.get_rotation() - form.rotation) % 360)
    page.close()


def _add_picture(merged: Any, form: PackageForm) -> None:
    """A picture on an A4 page, upright, as large as fits."""
    picture = pdfium.PdfImage.new(merged)
    picture.load_jpeg(io.BytesIO(_as_jpeg(form)), inline=True)
    width, height = picture.get_px_size()
    upright_width, upright_height = (height, width) if form.rotation in (90, 270) else (width, height)
    paper_width, paper_height = A4 if upright_height >= upright_width else (A4[1], A4[0])
    room_width, room_height = paper_width - 2 * _MARGIN, paper_height - 2 * _MARGIN
    factor = min(room_width / upright_width, room_height / upright_height)
    place = pdfium.PdfMatrix().translate(-0.5, -0.5).scale(width * factor, height * factor)
    # Counter-clockwise: back by what the page was turned clockwise.
    picture.set_matrix(place.rotate(form.rotation, ccw=True).translate(paper_width / 2, paper_height / 2))
    page = merged.new_page(paper_width, paper_height)
    page.insert_obj(picture)
    page.gen_content()
    page.close()


def _as_jpeg(form: PackageForm) -> bytes:
    """The picture's own bytes where they are a plain JPEG of ordinary size."""
    with Image.open(io.BytesIO(form.content)) as picture:
        plain_jpeg = picture.format == "JPEG" and picture.mode in ("RGB", "L")
        if plain_jpeg and len(form.content) <= _KEPT_JPEG_BYTES and not _exif_turn(picture):
            return form.content
        picture.seek(form.page - 1 if getattr(picture, "n_frames", 1) >= form.page else 0)
        return _smaller_jpeg(picture)


def _exif_turn(picture: Image.Image) -> bool:
    """Whether the camera says the picture is to be shown otherwise than it is stored."""
    return bool(picture.getexif().get(0x0112, 1) != 1)


def _smaller_jpeg(picture: Image.Image) -> bytes:
    shown = ImageOps.exif_transpose(picture)
    if shown.mode in ("RGBA", "LA", "PA", "P"):
        opaque = shown.convert("RGBA")
        shown = Image.new("RGB", opaque.size, "white")
        shown.paste(opaque, mask=opaque.getchannel("A"))
    if shown.mode not in ("L", "RGB"):
        shown = shown.convert("L" if shown.mode in ("1", "I", "F", "I;16") else "RGB")
    shown.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    written = io.BytesIO()
    shown.save(written, "JPEG", quality=85, optimize=True)
    return written.getvalue()


def _title_page(forms: Sequence[PackageForm], words: FormsTitle, *, first_page: int) -> bytes:
    """Who is in the file, and on which page of it."""
    body, bold = line_style(12, centred=False), line_style(12, bold=True, centred=False)
    lines: list[list[Any]] = [[Paragraph(escaped(heading), line_style(12, bold=True)) for heading in words.headings]]
    places = {_page(form): number for number, form in enumerate(_pages(forms), first_page)}
    for ordinal, form in enumerate(forms, 1):
        lines.append([str(ordinal), Paragraph(escaped(form.worker), body), str(form.row), str(places[_page(form)])])
    table = Table(lines, colWidths=[14 * mm, 96 * mm, 30 * mm, 26 * mm], repeatRows=1, spaceBefore=14, spaceAfter=8)
    table.setStyle(_TABLE_STYLE)
    written = io.BytesIO()
    document = SimpleDocTemplate(
        written, pagesize=A4, leftMargin=25 * mm, rightMargin=18 * mm, topMargin=20 * mm, title=words.title, invariant=1
    )
    document.build(
        [
            Paragraph(escaped(words.organisation), bold),
            Spacer(1, 18),
            Paragraph(escaped(words.title.upper()), line_style(14, bold=True)),
            Paragraph(escaped(words.unit), line_style(13)),
            table,
            Paragraph(escaped(words.total), bold),
        ]
    )
    return written.getvalue()


def _saved(document: Any, made_at: datetime) -> bytes:
    """PDFium writes its clock and an identifier made up each time; ours follow from `made_at` and the content."""
    written = io.BytesIO()
    document.save(written)
    stamp = f"{made_at.astimezone(UTC):%Y%m%d%H%M%S}".encode()
    content = _WRITTEN_AT.sub(rb"\g<1>" + stamp + rb"\g<2>", written.getvalue(), count=1)
    digest = hashlib.sha256(_FILE_IDENTIFIER.sub(b"", content)).hexdigest().upper().encode()

    def fixed(found: re.Match[bytes]) -> bytes:
        first, second = (digest[: len(part)] for part in found.groups())
        return found.group().replace(found.group(1), first).replace(found.group(2), second)

    return _FILE_IDENTIFIER.sub(fixed, content)
