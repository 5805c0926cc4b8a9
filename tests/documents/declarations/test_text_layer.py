"""Declarations printed to PDF: read from their text layer, unless it cannot be believed."""

from __future__ import annotations

import io

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from service.core.forms import PageKind, PageReading, Source
from service.documents.declarations.page_reader import read_pages
from tests.support.papers.drawn_declarations import DUNG, FONTS, HUONG, LAYOUT, Drawing, Person, draw

POINTS = 72 / 25.4
UNIT = (25, 155, "XÁC NHẬN CỦA ĐƠN VỊ"), (30, 161, "(Ký tên, đóng dấu)")


def typed(
    person: Person, *, signed: bool = False, sideways: bool = False, scan: bool = False, unit: bool = False
) -> bytes:
    """A declaration as a word processor exports it; `scan`: its text lies hidden behind a picture of HUONG's page.

    `unit`: with a place for the unit's confirmation beside the worker's signature.
    """
    pdfmetrics.registerFont(TTFont("Serif", FONTS / "LiberationSerif-Regular.ttf"))
    content = io.BytesIO()
    canvas = Canvas(content, pagesize=(210 * POINTS, 297 * POINTS))
    if sideways:
        canvas.setPageSize((297 * POINTS, 210 * POINTS))
        canvas.translate(0, 210 * POINTS)
        canvas.rotate(-90)
    if scan:
        canvas.drawImage(ImageReader(Image.fromarray(draw(Drawing(person=HUONG)))), 0, 0, 210 * POINTS, 297 * POINTS)
    for x, y, words in [*_words(person), *(UNIT if unit else ())]:
        text = canvas.beginText(x * POINTS, (297 - y) * POINTS)
        text.setFont("Serif", 13)
        text.setTextRenderMode(3 if scan else 0)
        text.textOut(words)
        canvas.drawText(text)
    if signed:
        pen = canvas.beginPath()
        pen.moveTo(140 * POINTS, 120 * POINTS)
        for step in range(12):
            across, up = (141 + 2.2 * step) * POINTS, (113 + (step % 2) * 13) * POINTS
            pen.curveTo(across, up, across + 6, up - 10, across + 3, 118 * POINTS)
        canvas.setLineWidth(1.4)
        canvas.drawPath(pen)
    canvas.showPage()
    canvas.save()
    return content.getvalue()


def _words(person: Person) -> list[tuple[float, float, str]]:
    year, month, day = person.birth_date.split("-")
    return [
        (85, 40, "TỜ KHAI"),
        (60, 47, "ĐĂNG KÝ GIAO DỊCH ĐIỆN TỬ"),
        (22, 70, f"[01] Họ và tên: {person.name}................................"),
        (22, 78, "[02] Mã số BHXH: " + " ".join(person.social_insurance_no)),
        (22, 86, f"[03] Số CCCD/CMND/Hộ chiếu: {person.citizen_id}"),
        (22, 94, f"[04] Ngày, tháng, năm sinh: {day}/{month}/{year}"),
        (120, 94, "[05] Giới tính: Nam"),
        (22, 102, f"[06] Số điện thoại di động: {person.phone}"),
        (22, 110, f"[07] Địa chỉ thư điện tử (email): {person.email}........"),
        (22, 118, "[08] Cơ quan BHXH tiếp nhận: BHXH quận Đống Đa"),
        (135, 155, "Người kê khai"),
        (130, 161, "(Ký, ghi rõ họ tên)"),
        (130, 195, person.name),
    ]


def read(content: bytes) -> PageReading:
    (reading,) = read_pages(content, "application/pdf", LAYOUT, max_pages=1, max_pixels=40_000_000)
    return reading


def test_a_text_layer_is_believed_word_for_word() -> None:
    """No recognition is needed, and all valid values count as agreed."""
    reading = read(typed(DUNG))
    assert reading.source is Source.TEXT
    assert reading.rotation == 0
    assert {key: reading.fields[key].value for key in DUNG.fields} == DUNG.fields
    assert all(reading.fields[key].agreed for key in DUNG.fields)
    assert reading.fields["gender"].value == "Nam"


def test_the_signature_on_a_typed_form_is_judged_on_its_picture() -> None:
    """A printed name alone is none; strokes drawn into the PDF are one."""
    assert read(typed(DUNG)).signed is False
    assert read(typed(DUNG, signed=True)).signed is True


def test_captions_of_two_people_on_one_row_are_told_apart() -> None:
    """The unit's confirmation stands to the left; the worker's space is still the one on the right."""
    assert read(typed(DUNG, unit=True)).signed is False
    assert read(typed(DUNG, unit=True, signed=True)).signed is True


def test_a_scanners_invisible_text_is_not_believed() -> None:
    """It was guessed by the scanner's software; the picture is read instead."""
    reading = read(typed(DUNG, scan=True))
    assert reading.source is Source.OCR
    assert reading.fields["social_insurance_no"].value == HUONG.social_insurance_no


def test_text_printed_sideways_is_turned_upright_by_recognition() -> None:
    """The words of such a layer stand in no rows."""
    reading = read(typed(DUNG, sideways=True))
    assert reading.source is Source.OCR
    assert reading.rotation == 90
    assert reading.fields["citizen_id"].value == DUNG.citizen_id


def test_a_printed_page_of_plain_text_is_another_paper_without_being_recognised() -> None:
    """Many pages of prose cost next to nothing; one label of the form, and the page is looked at."""
    prose = ["The quick report of the committee was read to the members and taken note of by all."] * 12
    other = read(_pages(prose))
    assert (other.kind, other.source) == (PageKind.OTHER, Source.TEXT)
    labelled = read(_pages([*prose, "Mã số BHXH: "]))
    assert labelled.source is Source.OCR


def _pages(lines: list[str]) -> bytes:
    content = io.BytesIO()
    canvas = Canvas(content, pagesize=(210 * POINTS, 297 * POINTS))
    pdfmetrics.registerFont(TTFont("Serif", FONTS / "LiberationSerif-Regular.ttf"))
    canvas.setFont("Serif", 12)
    for row, line in enumerate(lines):
        canvas.drawString(60, 760 - 18 * row, line)
    canvas.save()
    return content.getvalue()
