"""Forms that we print with a code: recognised at any quality, however turned; the signature is still looked for."""

from __future__ import annotations

import io

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from service.core.declarations.form_codes import PREFILLED, TO_BE_FILLED
from service.core.forms import PageKind, PageReading
from service.documents.declarations.page_reader import read_pages
from service.documents.opening_mail.blank_declaration import blank_declaration_pdf
from service.documents.pages.codes import SeenCode, form_code
from tests.drawn_forms.hands import BLUES, STROKES, Hand, Picture, sign
from tests.drawn_forms.wear import Level, captured
from tests.support.papers.drawn_declarations import HUONG, LAYOUT

TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TEXTS = {
    "form_title": "TỜ KHAI",
    "form_subtitle": "Đăng ký giao dịch điện tử",
    "form_signature": "Người kê khai",
    "form_signature_hint": "(Ký, ghi rõ họ tên)",
}


def printed(text: str) -> Picture:
    content = blank_declaration_pdf(LAYOUT, TEXTS, HUONG.fields, code=text)
    with pdfium.PdfDocument(content) as document:
        return np.ascontiguousarray(document[0].render(scale=200 / 72).to_numpy()[:, :, 2::-1])


def read(content: bytes) -> PageReading:
    (reading,) = read_pages(content, "image/jpeg", LAYOUT, max_pages=1, max_pixels=40_000_000)
    return reading


@pytest.mark.parametrize("level", Level)
def test_a_pre_filled_form_is_recognised_by_its_code_at_every_quality(level: Level) -> None:
    """Turned by a quarter, half or not; signed is seen as ever."""
    chance = np.random.default_rng(list(Level).index(level))
    sheet, signed = printed(f"{PREFILLED}{TOKEN}"), level is not Level.OFFICE
    if signed:
        sign(sheet, (144, 193), STROKES[Hand.WEDGE](HUONG.name, chance), BLUES[0], chance)
    rotation = 90 * (list(Level).index(level) % 4)
    reading = read(captured(sheet, level, rotation, chance))
    assert (reading.code, reading.kind, reading.rotation) == (TOKEN, PageKind.DECLARATION, rotation)
    assert reading.signed is signed


def test_a_coded_form_to_be_filled_by_hand_is_read_as_well() -> None:
    """Its code names a worker, but somebody else may have written on it."""
    written = io.BytesIO()
    Image.fromarray(printed(f"{TO_BE_FILLED}{TOKEN}")).save(written, "PNG")
    reading = read(written.getvalue())
    assert reading.code == TOKEN
    assert reading.fields["social_insurance_no"].value == HUONG.social_insurance_no


def test_other_codes_are_not_ours() -> None:
    """A chip card's code or a payment's is no form."""
    assert form_code(printed("001085004321|HUONG|10091989")) is None
    assert form_code(printed(f"{PREFILLED}{TOKEN}")) == SeenCode(token=TOKEN, prefilled=True)
