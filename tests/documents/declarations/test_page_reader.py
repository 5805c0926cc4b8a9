"""Scanned, photographed and faxed declarations: upright, and every field read."""

from __future__ import annotations

import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from PIL import Image

from service.core.forms import PageKind, PageReading, Source
from service.core.papers import Problem
from service.core.vietnam.text import fold
from service.demo.papers.paper import as_pdf
from service.documents.common.errors import UnreadableFile
from service.documents.declarations.page_reader import SHOWN_LONG_SIDE, read_pages
from service.documents.declarations.reader_version import READER_VERSION
from tests.drawn_forms.cases import case
from tests.drawn_forms.layouts import UNUSUAL, Layout
from tests.drawn_forms.wear import Level
from tests.support.papers.drawn_declarations import (
    DUNG,
    HUONG,
    LAYOUT,
    Drawing,
    Person,
    Picture,
    as_file,
    draw,
    faxed,
    photographed,
    scanned,
    turned,
)

NUMBERS = ("social_insurance_no", "citizen_id", "birth_date", "phone")


def read(content: bytes, media_type: str = "image/jpeg") -> tuple[PageReading, ...]:
    return read_pages(content, media_type, LAYOUT, max_pages=10, max_pixels=40_000_000)


def read_one(picture: Picture) -> PageReading:
    (reading,) = read(as_file(picture, quality=90))
    return reading


def assert_read(reading: PageReading, person: Person) -> None:
    assert reading.kind is PageKind.DECLARATION
    assert {key: reading.fields[key].value for key in person.fields} == person.fields
    assert all(reading.fields[key].agreed for key in NUMBERS)


@pytest.mark.parametrize("clockwise", [0, 90, 180, 270])
def test_a_scan_is_read_however_it_was_put_on_the_glass(clockwise: int) -> None:
    """The rotation says by how far the page as sent is turned, and all fields are right."""
    reading = read_one(turned(scanned(draw(Drawing(person=HUONG))), clockwise))
    assert reading.rotation == clockwise
    assert reading.source is Source.OCR
    assert_read(reading, HUONG)


def test_values_on_dotted_lines_are_read_like_values_in_boxes() -> None:
    """Neither layout is known beforehand."""
    assert_read(read_one(scanned(draw(Drawing(person=DUNG, boxed=False)))), DUNG)


def test_a_photograph_in_perspective_and_shadow_is_read() -> None:
    """The sheet is cut out of the table it lies on."""
    reading = read_one(photographed(draw(Drawing(person=DUNG))))
    assert reading.rotation == 0
    assert_read(reading, DUNG)


def test_a_fax_is_read() -> None:
    """Black and white is enough for print."""
    (reading,) = read(as_file(faxed(draw(Drawing(person=HUONG))), "PNG"), "image/png")
    assert_read(reading, HUONG)


@pytest.mark.parametrize(
    ("level", "number"),
    [
        pytest.param(Level.CLEAN, 2000, id="a-name-like-a-label"),
        pytest.param(Level.PHOTO_BAD, 2000, id="dirt-in-a-wide-cell"),
        pytest.param(Level.OFFICE, 3033, id="digits-like-boxes"),
    ],
)
def test_drawn_pages_that_were_once_misread(level: Level, number: int) -> None:
    """Both numbers are agreed, and the name is the worker's but for accents."""
    page = case(level, number)
    (reading,) = read(page.content)
    for key in ("social_insurance_no", "citizen_id"):
        assert (reading.fields[key].value, reading.fields[key].agreed) == (page.person.values[key], True)
    assert fold(reading.fields["full_name"].value) == fold(page.person.name)


@pytest.mark.parametrize("layout", UNUSUAL, ids=lambda layout: layout.name)
@pytest.mark.parametrize("level", [Level.CLEAN, Level.OFFICE, Level.PHOTO_GOOD])
def test_forms_of_layouts_never_measured_are_read(layout: Layout, level: Level) -> None:
    """Labels above their values in two columns, and labels in capitals."""
    page = case(level, 1, layout)
    (reading,) = read(page.content)
    assert {key: reading.fields[key].value for key in NUMBERS} == {key: page.person.values[key] for key in NUMBERS}
    assert all(reading.fields[key].agreed for key in NUMBERS)
    assert fold(reading.fields["full_name"].value) == fold(page.person.name)


def test_the_name_below_the_signature_stands_in_for_one_whose_label_is_blotted_out() -> None:
    """It is the same person's: declarations end with the full name."""
    page = draw(Drawing(person=HUONG))
    box = read_one(page).fields["full_name"].box
    assert box is not None
    blotted = page.copy()
    blotted[box[1] - 8 : box[3] + 8] = 250
    assert fold(read_one(blotted).fields["full_name"].value) == fold(HUONG.name)


def test_boxes_of_fields_fit_the_upright_picture() -> None:
    """A value is shown beside its place on the page, also on a page that was sent sideways."""
    drawing = Drawing(person=HUONG)
    content = as_file(turned(draw(drawing), 90), quality=90)
    (reading,) = read(content)
    factor = min(1.0, SHOWN_LONG_SIDE / max(draw(drawing).shape[:2]))
    for key in ("full_name", *NUMBERS):
        box, (left, top, right, bottom) = reading.fields[key].box, drawing.places[key]
        assert box is not None
        middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        assert left * factor < middle[0] < right * factor
        assert top * factor < middle[1] < bottom * factor


def test_the_empty_form_gives_no_numbers() -> None:
    """Nothing is made up from empty boxes."""
    reading = read_one(scanned(draw(Drawing(filled=False, pen=None, printed_name=False))))
    assert not any(reading.fields[key].agreed for key in NUMBERS if key in reading.fields)


def test_white_paper_is_blank_and_a_picture_is_something_else() -> None:
    """Neither is a declaration."""
    white = np.full((1400, 1000, 3), 252, np.uint8)
    assert read_one(white).kind is PageKind.BLANK
    shades = np.linspace(0, 255, 1000, dtype=np.uint8)
    assert read_one(np.repeat(shades[None, :], 1400, 0)).kind is not PageKind.DECLARATION


def test_a_letter_without_the_forms_labels_is_something_else() -> None:
    """The upper part of the form alone has a title but no fields."""
    page = draw(Drawing())
    page[int(page.shape[0] * 0.22) :] = 250
    assert read_one(page).kind is PageKind.OTHER


def test_pages_are_read_in_a_spawned_process() -> None:
    """Attachments are opened in child processes, which share nothing with their parent."""
    content = as_file(draw(Drawing(person=DUNG)), quality=90)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        (reading,) = pool.submit(read, content).result(timeout=120)
    assert_read(reading, DUNG)


def test_the_same_picture_is_remembered_by_the_same_hash() -> None:
    """A page forwarded twice is read once; another page has another hash."""
    one, other = as_file(draw(Drawing()), "PNG"), as_file(draw(Drawing(person=DUNG)), "PNG")
    assert READER_VERSION
    hashes = [read(content, "image/png")[0].picture_sha256 for content in (one, one, other)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_s110_a_damaged_page_hides_none_of_the_others() -> None:
    """The good page is read, the damaged one is unreadable; where all are damaged the document is."""
    pages = [Image.fromarray(scanned(draw(Drawing(person=person)))).convert("RGB") for person in (HUONG, DUNG)]
    content = as_pdf(pages)
    first, second = (found.start() for found in re.finditer(rb"\xff\xd8\xff", content))
    damaged = content[:second] + bytes(400) + content[second + 400 :]
    good, bad = read(damaged, "application/pdf")
    assert_read(good, HUONG)
    assert (bad.page, bad.kind) == (2, PageKind.UNREADABLE)
    with pytest.raises(UnreadableFile) as caught:
        read(damaged[:first] + bytes(400) + damaged[first + 400 :], "application/pdf")
    assert caught.value.problem is Problem.CORRUPT
