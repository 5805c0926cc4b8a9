"""S46, S48, S49, S50: papers as offices and telephones send them; the original is always kept."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from service.core.forms import PageKind
from service.core.papers import Paper, PaperKind, Problem
from service.documents.common.attachment_limits import Limits
from tests.support.papers.drawn_declarations import (
    DUNG,
    HUONG,
    LAYOUT,
    Drawing,
    Picture,
    as_file,
    draw,
    scanned,
    turned,
)
from tests.support.papers.opening import opened_paper

LIMITS = Limits()
HEIC = Path(__file__).parent / "files" / "to-khai.heic"
"""`draw(Drawing())` at 150 dpi, as a telephone would store it."""


def opened(content: bytes, name: str = "image001.jpg", limits: Limits = LIMITS) -> Paper:
    (paper,) = opened_paper(name, content, "application/octet-stream", LAYOUT, limits)
    assert paper.content == content
    assert paper.sha256 == hashlib.sha256(content).hexdigest()
    return paper


def numbers(paper: Paper) -> list[str]:
    return [page.fields["social_insurance_no"].value for page in paper.pages if page.kind is PageKind.DECLARATION]


def bound(pictures: Sequence[Picture], form: str) -> bytes:
    written = io.BytesIO()
    first, *rest = [Image.fromarray(picture) for picture in pictures]
    first.save(written, form, save_all=True, append_images=rest)
    return written.getvalue()


def test_s46_a_scan_in_the_text_of_a_mail_is_read_by_its_content() -> None:
    """Whatever its name and type say."""
    assert numbers(opened(as_file(scanned(draw(Drawing()))), name="image001.gif")) == [HUONG.social_insurance_no]


def test_s48_a_heic_photograph_is_read() -> None:
    """As any other picture; its bytes stay."""
    paper = opened(HEIC.read_bytes(), name="IMG_0042.HEIC")
    assert (paper.media_type, paper.problem) == ("image/heic", None)
    assert numbers(paper) == [HUONG.social_insurance_no]
    assert paper.pages[0].signed is True


def test_s48_every_page_of_a_tiff_is_read_and_blank_backs_are_left_out() -> None:
    """Two sheets scanned on both sides, one upside down."""
    front, other = draw(Drawing()), turned(draw(Drawing(person=DUNG, boxed=False)), 180)
    back = scanned(draw(Drawing()) * 0 + 250)
    paper = opened(bound([scanned(front), back, scanned(other)], "TIFF"), name="scan.tif")
    assert [page.kind for page in paper.pages] == [PageKind.DECLARATION, PageKind.BLANK, PageKind.DECLARATION]
    assert [page.rotation for page in paper.pages] == [0, 0, 180]
    assert numbers(paper) == [HUONG.social_insurance_no, DUNG.social_insurance_no]


def test_s48_a_photograph_is_upright_as_a_viewer_shows_it() -> None:
    """The tag of the camera counts before anything is measured."""
    exif = Image.Exif()
    exif[0x0112] = 8
    written = io.BytesIO()
    Image.fromarray(turned(draw(Drawing()), 90)).save(written, "JPEG", quality=85, exif=exif)
    paper = opened(written.getvalue())
    assert (paper.pages[0].rotation, numbers(paper)) == (0, [HUONG.social_insurance_no])


@pytest.mark.soak
def test_s48_forty_photographs_are_forty_readings() -> None:
    """One after the other in one process: nothing is lost and nothing mixed up."""
    sheets = [scanned(draw(Drawing(person=DUNG if number % 3 else HUONG)), seed=number) for number in range(40)]
    paper = opened(bound(sheets, "PDF"), name="nhieu-to-khai.pdf")
    assert numbers(paper) == [(DUNG if number % 3 else HUONG).social_insurance_no for number in range(40)]


def test_s49_a_digitally_signed_pdf_keeps_every_byte() -> None:
    """Reading never writes: the signature over the bytes stays valid."""
    signed = bound([scanned(draw(Drawing()))], "PDF").replace(
        b"%%EOF", b"% /Type /Sig /ByteRange [0 840 960 240]\n%%EOF"
    )
    paper = opened(signed, name="to-khai-ky-so.pdf")
    assert paper.kind is PaperKind.PAGES
    assert numbers(paper) == [HUONG.social_insurance_no]


def test_s50_too_many_pages_too_large_a_page_and_a_bomb_have_names() -> None:
    """Refused before a pixel is decoded."""
    pages = bound([np.full((80, 60), 255, np.uint8)] * 30, "PDF")
    assert opened(pages, name="a.pdf", limits=Limits(max_pages=20)).problem is Problem.TOO_MANY
    poster = as_file(draw(Drawing()))
    assert opened(poster, limits=Limits(max_pixels=1_000_000)).problem is Problem.TOO_LARGE
    bomb = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    assert opened(bomb.getvalue()).problem is Problem.TOO_LARGE
