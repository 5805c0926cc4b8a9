"""Signed or not: strokes count, stamps and print do not, and what cannot be told stays open."""

from __future__ import annotations

import pytest

from service.core.forms import PageReading
from service.documents.page_reader import read_pages
from tests.documents.drawn_declarations import (
    BLACK_PEN,
    BLUE_PEN,
    LAYOUT,
    Colour,
    Drawing,
    Picture,
    as_file,
    draw,
    faxed,
    photographed,
    scanned,
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


def test_a_red_stamp_with_a_printed_name_is_not_a_signature() -> None:
    """The worker signs; the stamp is the company's."""
    assert read(scanned(draw(Drawing(pen=None, stamped=True)))).signed is False


@pytest.mark.parametrize("worn", [photographed, faxed])
def test_a_stamp_is_never_taken_for_a_signature_on_bad_pictures(worn: object) -> None:
    """Where red is no longer red, a person looks: wrongly accepted is worse than asked."""
    assert callable(worn)
    assert read(worn(draw(Drawing(pen=None, stamped=True)))).signed is not True


def test_the_signature_box_lies_where_the_pen_was() -> None:
    """The desk shows HR the strokes themselves."""
    page = draw(Drawing(printed_name=False))
    box = read(page).signature_box
    assert box is not None
    assert 0.55 * page.shape[1] < (box[0] + box[2]) / 2 < 0.9 * page.shape[1]
    assert 0.55 * page.shape[0] < (box[1] + box[3]) / 2 < 0.66 * page.shape[0]
