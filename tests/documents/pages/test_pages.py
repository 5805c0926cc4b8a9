"""Files to page pictures: as a viewer shows them, every page, and one clear problem for what cannot be read."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile
from service.documents.declarations.page_reader import upright_picture
from service.documents.pages.pages import opened
from tests.support.papers.drawn_declarations import Picture, as_file

WIDE, HIGH = 600, 850


def landmark() -> Picture:
    """White, with a black block in the upper left corner that tells which way is up."""
    page = np.full((HIGH, WIDE, 3), 255, np.uint8)
    page[40:200, 30:120] = 0
    return page


def pictures(content: bytes, media_type: str = "", max_pages: int = 5, max_pixels: int = 10**7) -> list[Picture]:
    with opened(content, media_type, max_pages=max_pages, max_pixels=max_pixels) as pages:
        return [pages.picture(page) for page in range(1, pages.count + 1)]


def problem_of(content: bytes, media_type: str = "", max_pages: int = 5, max_pixels: int = 10**7) -> Problem:
    with pytest.raises(UnreadableFile) as raised:
        pictures(content, media_type, max_pages, max_pixels)
    return raised.value.problem


def pdf(*, turn: int = 0, pages: int = 1, encrypt: StandardEncryption | None = None, words: str = "") -> bytes:
    """Each page is one bitmap that fills it."""
    content = io.BytesIO()
    # reportlab swaps the sides of a page that it turns
    size = (HIGH, WIDE) if turn in (90, 270) else (WIDE, HIGH)
    canvas = Canvas(content, pagesize=size, encrypt=encrypt)
    for _ in range(pages):
        canvas.drawImage(ImageReader(Image.fromarray(landmark())), 0, 0, WIDE, HIGH)
        if words:
            canvas.drawString(300, 400, words)
        canvas.setPageRotation(turn)
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def corner_of_block(page: Picture) -> tuple[str, str]:
    """In which corner the landmark's block lies."""
    dark = np.argwhere(page.reshape(*page.shape[:2], -1).mean(2) < 100).mean(0)
    return ("top" if dark[0] < page.shape[0] / 2 else "bottom"), ("left" if dark[1] < page.shape[1] / 2 else "right")


def test_a_pdf_page_that_is_one_bitmap_gives_that_bitmap() -> None:
    """Nothing is lost by rendering it anew."""
    (page,) = pictures(pdf(), "application/pdf")
    assert np.array_equal(page, landmark())


@pytest.mark.parametrize(
    ("turn", "corner"), [(90, ("top", "right")), (180, ("bottom", "right")), (270, ("bottom", "left"))]
)
@pytest.mark.parametrize("words", ["", "typed over the scan"])
def test_a_pdf_page_is_turned_as_its_viewer_turns_it(turn: int, corner: tuple[str, str], words: str) -> None:
    """Whether its bitmap is taken or the page is rendered."""
    (page,) = pictures(pdf(turn=turn, words=words), "application/pdf")
    assert corner_of_block(page) == corner
    assert (page.shape[1] > page.shape[0]) == (turn in (90, 270))


def test_words_typed_over_a_bitmap_are_in_the_picture() -> None:
    """Then the bitmap alone is not what a viewer shows."""
    (plain,), (typed,) = pictures(pdf(words=" ")), pictures(pdf(words="9 9 9 9 9 9"))
    assert (typed < 100).mean() > (plain < 100).mean()


def test_a_photograph_is_turned_by_its_exif() -> None:
    """Phones store the picture as the sensor lay and say how to turn it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    (page,) = pictures(as_file(landmark(), "JPEG", exif=exif, quality=95), "image/jpeg")
    assert page.shape[:2] == (WIDE, HIGH)
    assert corner_of_block(page) == ("top", "right")


def test_every_frame_of_a_tiff_is_a_page() -> None:
    """Fax machines and scanners put many pages into one file."""
    frame = Image.fromarray(landmark())
    content = io.BytesIO()
    frame.save(content, "TIFF", save_all=True, append_images=[frame.convert("1"), frame.convert("L")])
    pages = pictures(content.getvalue(), "image/tiff")
    assert [corner_of_block(page) for page in pages] == [("top", "left")] * 3


def test_transparent_and_sixteen_bit_pictures_are_dark_on_white() -> None:
    """What is transparent is paper, and deep shades are scaled."""
    ink = np.zeros((HIGH, WIDE, 4), np.uint8)
    ink[40:200, 30:120, 3] = 255
    deep = (landmark()[..., 0].astype(np.uint16)) * 257
    for content in (as_file(ink, "PNG"), as_file_deep(deep)):
        (page,) = pictures(content, "image/png")
        assert corner_of_block(page) == ("top", "left")
        assert page.max() == 255


def as_file_deep(shades: np.ndarray[tuple[int, ...], np.dtype[np.uint16]]) -> bytes:
    content = io.BytesIO()
    Image.fromarray(shades).save(content, "PNG")
    return content.getvalue()


def test_what_cannot_be_read_has_one_problem() -> None:
    """So that the unit is told the right thing."""
    locked = StandardEncryption("secret", ownerPassword="owner", canPrint=0, strength=128)
    assert problem_of(b"", "image/png") is Problem.EMPTY
    assert problem_of(pdf(encrypt=locked), "application/pdf") is Problem.ENCRYPTED
    assert problem_of(b"%PDF-1.7\nnothing of a PDF", "application/pdf") is Problem.CORRUPT
    assert problem_of(pdf(pages=3), "application/pdf", max_pages=2) is Problem.TOO_MANY
    assert problem_of(pdf(), "application/pdf", max_pixels=1000) is Problem.TOO_LARGE
    assert problem_of(as_file(landmark(), "PNG"), "image/png", max_pixels=1000) is Problem.TOO_LARGE
    assert problem_of(as_file(landmark())[:2000], "image/jpeg") is Problem.CORRUPT
    assert problem_of(b"just some words", "image/png") is Problem.UNSUPPORTED


def test_a_pdf_with_only_an_owner_password_is_open_to_everyone() -> None:
    """Viewers show it without asking."""
    content = pdf(encrypt=StandardEncryption("", ownerPassword="owner", strength=128))
    assert len(pictures(content, "application/pdf")) == 1


def test_the_upright_picture_is_turned_back_and_never_huge() -> None:
    """People see the page as it should be, in a size that a browser likes."""
    large = np.ascontiguousarray(np.rot90(np.kron(landmark(), np.ones((4, 4, 1), np.uint8)), -1))
    shown = np.asarray(Image.open(io.BytesIO(upright_picture(as_file(large, "PNG"), 1, 90))))
    assert max(shown.shape[:2]) == 2000
    assert corner_of_block(shown) == ("top", "left")
