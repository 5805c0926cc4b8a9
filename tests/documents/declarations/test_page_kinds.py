"""Pages that lie among declarations, drawn and captured as offices send them: each is named for what it is."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from service.core.forms import PageKind, PageReading
from service.documents.declarations.page_reader import read_pages
from tests.drawn_forms.cases import case
from tests.drawn_forms.hands import Picture
from tests.drawn_forms.others import back, card, letter, portrait, scanned_list, title_page
from tests.drawn_forms.people import worker
from tests.drawn_forms.wear import Level, captured
from tests.support.papers.drawn_declarations import LAYOUT

CHANCE = np.random.default_rng(95)
PERSON = worker(CHANCE)
PAGES = {
    PageKind.COVER: letter(CHANCE),
    PageKind.IDENTITY: card(PERSON, CHANCE, scale=0.67),
    PageKind.PICTURE: portrait(CHANCE),
    PageKind.BLANK: back(CHANCE, letter(CHANCE)),
    PageKind.LIST: scanned_list([worker(CHANCE) for _ in range(9)]),
}


def read(content: bytes) -> PageReading:
    (reading,) = read_pages(content, "image/jpeg", LAYOUT, max_pages=1, max_pixels=40_000_000)
    return reading


def as_png(picture: Picture) -> bytes:
    written = io.BytesIO()
    Image.fromarray(picture).save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize(("level", "rotation"), [(Level.OFFICE, 90), (Level.FAX, 0), (Level.PHOTO_GOOD, 0)])
def test_a_page_is_named_however_it_was_captured(kind: PageKind, level: Level, rotation: int) -> None:
    """Letters, cards, portraits, backs and lists."""
    assert read(captured(PAGES[kind], level, rotation, np.random.default_rng(7))).kind is kind


def test_a_title_page_is_a_cover() -> None:
    """Few large words and the number of the bundle."""
    assert read(as_png(title_page())).kind is PageKind.COVER


def test_a_form_too_blurred_to_be_read_is_not_taken_for_a_blank_page() -> None:
    """Nothing can be read on it, yet something stands there: its sender is asked for a better picture."""
    sheet = np.asarray(Image.open(io.BytesIO(case(Level.OFFICE, 0).content)).convert("RGB"), np.uint8)
    blurred = np.asarray(cv2.GaussianBlur(sheet, (0, 0), 10), np.uint8)
    assert read(as_png(blurred)).kind is PageKind.UNREADABLE
