"""Drawn declarations: the same every time, small enough to mail, signed only when they should be."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from service.core.campaigns import DeclarationRules
from service.core.units import Worker
from service.demo.papers.ink import Pen
from service.demo.papers.paper import Level, PaperStyle, as_jpeg, as_pdf, draw_declaration, scan

SIGNATURE_SPACE = (900, 1180, 1500, 2000)


def _values(workers: tuple[Worker, ...]) -> Mapping[str, str]:
    return {**workers[0].values, "agency": "Cơ quan mẫu", "signed_on": "2021-04-25", "contact_address": "Số 1 " * 30}


def _page(
    declaration: DeclarationRules,
    values: Mapping[str, str],
    style: PaperStyle,
    signature: Pen = Pen.SIGNATURE,
    stamp: bool = False,
) -> Image.Image:
    return draw_declaration(values, declaration, style=style, seed=7, signature=signature, stamp=stamp)


def _colours(page: Image.Image) -> tuple[int, int]:
    """How many pixels are red, how many blue."""
    pixels = np.asarray(page, dtype=np.int16)
    red = (pixels[:, :, 0] - pixels[:, :, 2] > 60).sum()
    blue = (pixels[:, :, 2] - pixels[:, :, 0] > 60).sum()
    return int(red), int(blue)


@pytest.mark.parametrize("style", list(PaperStyle))
@pytest.mark.parametrize("level", list(Level))
def test_a_page_is_the_same_every_time_and_small_enough_to_mail(
    declaration: DeclarationRules, workers: tuple[Worker, ...], style: PaperStyle, level: Level
) -> None:
    """The same arguments give the same bytes, at most 350 KB."""
    files = [as_jpeg(scan(_page(declaration, _values(workers), style), level=level, turn=90, seed=3)) for _ in range(2)]
    assert files[0] == files[1]
    assert len(files[0]) <= 350 * 1024


def test_a_turned_page_lies_on_its_side(declaration: DeclarationRules, workers: tuple[Worker, ...]) -> None:
    """Turned clockwise by 90 degrees, what stood at the top is at the right edge."""
    page = _page(declaration, _values(workers), PaperStyle.BOXES)
    upright = np.asarray(scan(page, level=Level.CLEAN, turn=0, seed=1))
    turned = np.asarray(scan(page, level=Level.CLEAN, turn=90, seed=1))
    assert turned.shape[:2] == upright.shape[1::-1]
    assert np.array_equal(turned[:, -1], upright[0])
    with pytest.raises(ValueError, match="turn 45"):
        scan(page, level=Level.CLEAN, turn=45, seed=1)


def test_only_a_signed_page_has_strokes_in_the_signature_space(
    declaration: DeclarationRules, workers: tuple[Worker, ...]
) -> None:
    """Without the signature the space under the caption is white, but for the printed name."""
    signed = _page(declaration, _values(workers), PaperStyle.BOXES).crop(SIGNATURE_SPACE)
    unsigned = _page(declaration, _values(workers), PaperStyle.BOXES, signature=Pen.NOTHING).crop(SIGNATURE_SPACE)
    difference = np.abs(np.asarray(signed, dtype=np.int16) - np.asarray(unsigned, dtype=np.int16)).max(axis=2)
    assert 1500 < (difference > 80).sum() < 30000


def test_a_stamp_is_red_and_no_signature(declaration: DeclarationRules, workers: tuple[Worker, ...]) -> None:
    """A stamped, unsigned page has red ink and no blue."""
    red, blue = _colours(_page(declaration, _values(workers), PaperStyle.LEADERS, signature=Pen.NOTHING, stamp=True))
    assert red > 2000
    assert blue == 0


def test_different_people_sign_differently(declaration: DeclarationRules, workers: tuple[Worker, ...]) -> None:
    """Another seed moves the pen along another way."""
    pages = [
        draw_declaration(
            _values(workers), declaration, style=PaperStyle.BOXES, signature=Pen.SIGNATURE, stamp=False, seed=seed
        ).tobytes()
        for seed in range(3)
    ]
    assert len(set(pages)) == 3


def test_pages_bound_into_a_pdf_are_pictures_in_order(
    declaration: DeclarationRules, workers: tuple[Worker, ...]
) -> None:
    """One A4 page a picture, no text layer, the same bytes every time."""
    pages = [
        scan(_page(declaration, _values(workers), style), level=Level.CLEAN, turn=0, seed=1) for style in PaperStyle
    ]
    content = as_pdf(pages)
    assert content == as_pdf(pages)
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    assert len(document) == 2
    assert [round(side) for side in document[0].get_size()] == [595, 842]
    assert document[1].get_textpage().get_text_range() == ""


def test_a_page_costs_little_time(declaration: DeclarationRules, workers: tuple[Worker, ...]) -> None:
    """Fifty pages are drawn while one waits: far below a second each, even on a busy machine."""
    _page(declaration, _values(workers), PaperStyle.BOXES)
    start = time.process_time()
    as_jpeg(scan(_page(declaration, _values(workers), PaperStyle.BOXES), level=Level.OFFICE, turn=0, seed=1))
    assert time.process_time() - start < 1.0
