"""The blank declaration: read back as PDF and Word, and read by our own reader when it is filled in."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import pdfplumber

from service.core.campaigns import FormLayout
from service.core.forms import Source
from service.documents.declarations.page_reader import read_pages
from service.documents.opening_mail.annexes import form_texts
from service.documents.opening_mail.blank_declaration import blank_declaration_pdf, digits_for, form_lines, label_of
from service.documents.opening_mail.blank_declaration_word import blank_declaration_docx
from tests.support.harness.bundled_campaign import bundled_campaign, bundled_wording

TEXTS = form_texts(bundled_campaign(), bundled_wording())
HUNG = {
    "full_name": "Nguyễn Văn Hùng",
    "birth_date": "1988-09-14",
    "gender": "Nam",
    "social_insurance_no": "0109208043",
    "citizen_id": "036088393216",
    "email": "hung.nv@vnpt-it.example",
    "phone": "0329903134",
    "registered_at": "Cổng thông tin điện tử của Bảo hiểm xã hội Việt Nam",
    "agency": "BHXH quận Đống Đa",
}


def layout() -> FormLayout:
    declaration = bundled_campaign().declaration
    assert declaration is not None
    return declaration.layout


def test_the_form_is_one_page_with_every_label_and_the_place_to_sign() -> None:
    """All fields in order, the pledge, and the caption above free space."""
    with pdfplumber.open(io.BytesIO(blank_declaration_pdf(layout(), TEXTS))) as document:
        (page,) = document.pages
        text = page.extract_text()
        captions = [word for word in page.extract_words() if word["text"] == "(Ký,"]
        assert page.height - captions[0]["bottom"] > 100
    places = [text.index(label_of(field)) for field in layout().fields]
    assert places == sorted(places)
    for words in ("TỜ KHAI", "Độc lập - Tự do - Hạnh phúc", "Tôi cam kết", "Người kê khai", "Mẫu số: 01"):
        assert words in text, words


def test_a_box_is_drawn_for_every_digit() -> None:
    """10 + 12 + 10 + 8 boxes, and four squares to tick."""
    with pdfplumber.open(io.BytesIO(blank_declaration_pdf(layout(), TEXTS))) as document:
        boxes = document.pages[0].rects
    wide = [box for box in boxes if box["width"] > 15]
    assert (len(wide), len(boxes) - len(wide)) == (40, 4)


def test_fields_beside_each_other_share_a_number() -> None:
    """The place of issue stands beside its day; what is not named so gets a line of its own."""
    lines = form_lines(layout(), TEXTS)
    assert [field.key for field in lines[5].fields] == ["issued_on", "issued_at"]
    assert [line.number for line in lines] == list(range(1, 12))
    assert len(form_lines(layout(), {})) == len(layout().fields)


def test_digits_stand_in_their_boxes_as_people_write_them() -> None:
    """Days day first; short numbers to the right."""
    fields = {field.key: field for field in layout().fields}
    assert digits_for(fields["birth_date"], "1988-09-14") == "14091988"
    assert digits_for(fields["citizen_id"], "012345678") == "   012345678"
    assert digits_for(fields["full_name"], "An") == "An"


def test_a_filled_form_is_read_by_our_own_reader() -> None:
    """What we print, we can read: every value comes back in its canonical form."""
    content = blank_declaration_pdf(layout(), TEXTS, HUNG)
    (page,) = read_pages(content, "application/pdf", layout(), max_pages=1, max_pixels=40_000_000)
    assert page.source is Source.TEXT
    assert {key: page.fields[key].value for key in HUNG if key in page.fields} == HUNG
    assert page.signed is not True


def test_the_word_form_has_the_same_fields_on_one_page() -> None:
    """Labels in order, a bordered cell for each digit, squares to tick; filled in when values are given."""
    document = docx.Document(io.BytesIO(blank_declaration_docx(layout(), TEXTS, HUNG)))
    text = "\n".join(
        [paragraph.text for paragraph in document.paragraphs]
        + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )
    for field in layout().fields:
        assert label_of(field) in text, field.key
    digits = ["".join(cell.text for cell in table.rows[0].cells[1:-1]) for table in document.tables]
    assert {"14091988", "0109208043", "036088393216", "0329903134"} <= set(digits)
    assert "☒ Nam" in text
    assert "☐ Nữ" in text


def test_the_same_form_gives_the_same_bytes() -> None:
    """Nothing depends on the clock."""
    assert blank_declaration_pdf(layout(), TEXTS) == blank_declaration_pdf(layout(), TEXTS)
    assert blank_declaration_docx(layout(), TEXTS) == blank_declaration_docx(layout(), TEXTS)


def test_a_layout_without_texts_is_drawn_too() -> None:
    """A campaign that says nothing of its form gets labels and leaders."""
    plain = replace(layout(), fields=layout().fields[:2])
    with pdfplumber.open(io.BytesIO(blank_declaration_pdf(plain, {}))) as document:
        assert "1. Họ và tên:" in document.pages[0].extract_text()
