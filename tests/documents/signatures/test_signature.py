"""Signed or not: strokes count, stamps and print do not, and what cannot be told stays open."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from service.core.forms import PageReading, Spot
from service.documents.declarations.page_reader import picture_of, read_pages
from service.documents.signatures.ink import Strokes
from service.documents.signatures.verdict import verdict
from tests.drawn_forms.cases import Case, case, framed_case, marked_case, stamped_case, ticked_case
from tests.drawn_forms.marks import Mark
from tests.drawn_forms.wear import Level
from tests.support.harness.bundled_campaign import bundled_campaign
from tests.support.papers.drawn_declarations import (
    BLACK_PEN,
    BLUE_PEN,
    LAYOUT,
    MM,
    Colour,
    Drawing,
    Picture,
    as_file,
    draw,
    faxed,
    photographed,
    scanned,
    turned,
)


def read(picture: Picture) -> PageReading:
    (reading,) = read_pages(as_file(picture, quality=88), "image/jpeg", LAYOUT, max_pages=1, max_pixels=40_000_000)
    return reading


@pytest.mark.parametrize("pen", [BLUE_PEN, BLACK_PEN])
@pytest.mark.parametrize("stamped", [False, True])
def test_strokes_of_a_pen_are_a_signature(pen: Colour, stamped: bool) -> None:
    """In blue or black, beside a printed name, with a red stamp over it or without."""
    reading = read(scanned(draw(Drawing(pen=pen, stamped=stamped))))
    assert reading.signed is True
    assert reading.signature_box is not None


@pytest.mark.parametrize("printed_name", [False, True])
def test_an_empty_space_is_not_signed(printed_name: bool) -> None:
    """A printed name is not a signature."""
    assert read(scanned(draw(Drawing(pen=None, printed_name=printed_name)))).signed is False


@pytest.mark.parametrize("worn", [scanned, photographed])
def test_a_name_written_with_a_blue_pen_is_for_a_person(worn: Callable[[Picture], Picture]) -> None:
    """It may be all that the worker wrote, or how he signs: neither accepted nor sent back."""
    assert read(worn(draw(Drawing(pen=None, name_colour=BLUE_PEN)))).signed is None


def test_a_red_stamp_with_a_printed_name_is_not_a_signature() -> None:
    """The worker signs; the stamp is the company's."""
    assert read(scanned(draw(Drawing(pen=None, stamped=True)))).signed is False


@pytest.mark.parametrize("worn", [photographed, faxed])
def test_a_stamp_is_never_taken_for_a_signature_on_bad_pictures(worn: object) -> None:
    """Where red is no longer red, a person looks: wrongly accepted is worse than asked."""
    assert callable(worn)
    assert read(worn(draw(Drawing(pen=None, stamped=True)))).signed is not True


@pytest.mark.parametrize(
    ("level", "number"), [("clean", 1), ("photo_good", 341), ("photo_bad", 5), ("office", 29), ("photo_bad", 303)]
)
def test_a_thin_pen_under_a_red_stamp_is_a_signature(level: str, number: int) -> None:
    """Black and blue, held lightly; the stamp is seen through."""
    page = stamped_case(Level(level), number)
    assert page.signed and page.filled.fine_pen
    assert drawn(page).signed is True


@pytest.mark.parametrize(("level", "number"), [("clean", 3055), ("photo_good", 1154), ("photo_bad", 1032)])
def test_a_printed_name_under_a_red_stamp_is_not_a_signature(level: str, number: int) -> None:
    """Run together by the stamp or by blur, the name's letters are the largest dark piece."""
    page = stamped_case(Level(level), number)
    assert not page.signed
    assert drawn(page).signed is not True


@pytest.mark.parametrize(
    ("level", "number"), [("photo_bad", 3), ("photo_bad", 9), ("photo_bad", 11), ("office", 1), ("fax", 2)]
)
def test_a_worn_framed_stamp_is_not_a_signature(level: str, number: int) -> None:
    """Turned, doubled, or with sides that left little ink: blue, black or grey."""
    assert drawn(framed_case(Level(level), number, signed=False, worn=True)).signed is not True


@pytest.mark.parametrize(("level", "number"), [("photo_good", 4), ("office", 2), ("clean", 6)])
def test_a_pen_across_a_framed_stamp_is_a_signature(level: str, number: int) -> None:
    """It leaves the frame, or is darker than the stamp, or of another hue."""
    assert drawn(framed_case(Level(level), number, signed=True)).signed is True


def test_the_words_of_a_stamp_are_not_the_printed_name() -> None:
    """ "TNHH AN BÌNH" resembles the name of somebody called Bình, whose initials stand beside it."""
    page = stamped_case(Level.CLEAN, 8)
    assert page.signed
    assert drawn(page).signed is True


def drawn(page: Case) -> PageReading:
    (reading,) = read_pages(page.content, "", LAYOUT, max_pages=1, max_pixels=40_000_000)
    return reading


def test_the_signature_box_lies_where_the_pen_was() -> None:
    """The desk shows HR the strokes themselves."""
    page = draw(Drawing(printed_name=False))
    box = read(page).signature_box
    assert box is not None
    assert 0.55 * page.shape[1] < (box[0] + box[2]) / 2 < 0.9 * page.shape[1]
    assert 0.55 * page.shape[0] < (box[1] + box[3]) / 2 < 0.66 * page.shape[0]


def test_a_signature_that_reads_like_letters_is_still_one() -> None:
    """Zigzags are taken for "NVNV" by every reader."""
    page = scanned(draw(Drawing(pen=None)))
    points = [(142 + 3.2 * step, 173 + 8 * (step % 2)) for step in range(8)]
    stroke = (np.array(points) * MM).round().astype(np.int32)
    cv2.polylines(page, [stroke[:, None]], False, BLACK_PEN, 4, cv2.LINE_AA)
    assert read(page).signed is True


PEN = Strokes(
    area=60, length=90, width=30, height=14, largest=31, largest_area=50, largest_height=14, pieces=3, name_found=True,
    least_crossed=2, most_crossed=7,
)  # fmt: skip
CRUMBS = Strokes(area=20, length=60, width=34, height=20, largest=3, largest_area=1.2, largest_height=2, pieces=40)


@pytest.mark.parametrize(
    ("strokes", "signed"),
    [
        (PEN, True),
        (replace(PEN, ring=True), None),
        (replace(PEN, arc=True), None),
        (replace(PEN, largest_area=8), None),
        (replace(PEN, largest_area=8, blue=0.9), True),
        (replace(PEN, largest_area=15, red=0.05), None),
        (replace(PEN, height=4.4, largest_height=4.4), None),
        (replace(PEN, largest_height=5, name_found=False), True),
        (replace(PEN, largest_height=5, name_found=False, text_inside=True), None),
        (replace(PEN, largest_height=6, red=0.05), True),
        (replace(PEN, largest_height=6, red=0.05, name_found=False), None),
        (replace(PEN, frame=True), None),
        (replace(PEN, framed=True), True),
        (replace(PEN, framed=True, largest_height=4), None),
        (Strokes(framed=True), None),
        (replace(PEN, blue=0.9, largest_height=2.5), None),
        (replace(PEN, most_crossed=2), None),
        (replace(PEN, most_crossed=2, blue=0.9), None),
        (replace(PEN, ring=True, ring_closed=0.8, most_crossed=2), True),
        (replace(PEN, ring=True, ring_closed=0.8, least_crossed=7, width=15), None),
        (replace(PEN, least_crossed=7), True),
        (replace(PEN, least_crossed=7, width=15), None),
        (replace(PEN, ring=True, ring_closed=0.8), True),
        (replace(PEN, ring=True, ring_closed=0.8, largest_area=4), None),
        (Strokes(), False),
        (Strokes(ring=True), None),
        (Strokes(print_contrast=0.2), None),
        (Strokes(read_as_text=6.0), None),
        (Strokes(name_found=True, name_sure=0.5), None),
        (CRUMBS, None),
        (replace(CRUMBS, red=0.03), False),
    ],
)
def test_what_could_be_either_is_left_to_a_person(strokes: Strokes, signed: bool | None) -> None:
    """Stamps, low print, faint pages and handwriting read as text are doubts in both directions."""
    assert verdict(strokes) is signed


@pytest.mark.parametrize(("level", "number"), [("photo_bad", 60110), ("photo_bad", 60158)])
def test_a_given_name_by_a_blue_pen_is_how_somebody_signs(level: str, number: int) -> None:
    """It is read as letters, and yet no print."""
    page = case(Level(level), number)
    assert page.signed
    assert drawn(page).signed is True


def test_a_given_name_on_a_fax_is_not_sent_back_as_unsigned() -> None:
    """It could be taken for the printed name, which is whole."""
    page = case(Level.FAX, 60130)
    assert page.signed
    assert drawn(page).signed is not False


@pytest.mark.parametrize("mark", list(Mark))
@pytest.mark.parametrize(("level", "number"), [(Level.CLEAN, 71), (Level.PHOTO_GOOD, 74)])
def test_a_mark_in_the_space_is_no_signature(mark: Mark, level: Level, number: int) -> None:
    """A cross where to sign, a tick, a staple, a finger's print: wrongly accepted is worse than asked."""
    page = marked_case(level, number, mark)
    assert not page.signed
    assert drawn(page).signed is not True


def test_the_sender_is_shown_where_to_sign() -> None:
    """A small picture of the empty space below the captions, framed, whichever way the page was sent."""
    content = as_file(turned(draw(Drawing(pen=None)), 90), quality=88)
    (reading,) = read_pages(content, "image/jpeg", LAYOUT, max_pages=1, max_pixels=40_000_000)
    assert (reading.signed, reading.rotation) == (False, 90)
    assert reading.signature_box is not None
    shown = picture_of(content, Spot(page=1, rotation=90, box=reading.signature_box))
    with Image.open(io.BytesIO(shown)) as image:
        pixels = np.asarray(image.convert("RGB"), np.int16)
    assert max(pixels.shape) <= 700
    assert len(shown) < 60_000
    framed = (pixels[..., 0] > 150) & (pixels[..., 1] < 110)
    assert framed.sum() > 500


@pytest.mark.parametrize(("level", "number"), [(Level.CLEAN, 339), (Level.OFFICE, 340)])
def test_a_legible_signature_is_not_taken_for_the_printed_name(level: Level, number: int) -> None:
    """Both wrote a syllable of their name in large letters, and no name is printed: no page says "not signed"."""
    page = ticked_case(level, number)
    assert page.signed
    declaration = bundled_campaign().declaration
    assert declaration is not None
    (reading,) = read_pages(page.content, "", declaration.layout, max_pages=1, max_pixels=40_000_000)
    assert reading.signed is not False
