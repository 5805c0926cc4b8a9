"""Networks written anew for speed say what the wheels' own say, on a drawn page and its lines."""

from __future__ import annotations

from functools import cache

import numpy as np
import onnx
import pytest
from trueocr.page import det_input
from trueocr.preprocess import crop_line, pad_batch

from service.documents.pages import networks
from service.documents.pages.pages import opened
from service.documents.pages.shapes import Floats, Picture, grey_of
from tests.drawn_forms.cases import case
from tests.drawn_forms.wear import Level

MODELS = networks.wheel("trueocr") / "models"
ROWS = [(60, top, right, top + 30) for top, right in ((100, 300), (260, 900), (420, 640))]


@cache
def page() -> Picture:
    with opened(case(Level.OFFICE, 7).content, "", max_pages=1, max_pixels=100_000_000) as pages:
        return grey_of(pages.picture(1))


@pytest.mark.parametrize("long_side", [1024, 640])
def test_the_detector_finds_the_same_cores_and_distances(long_side: int) -> None:
    ink, _ = det_input(page(), long_side)
    own: Floats = networks.session(MODELS / "det.onnx").run(None, {"x": ink[None, None]})[0][0]
    packed = networks.session(networks.with_packed_output(onnx.load(MODELS / "det.onnx"))).run(
        None, {"x": ink[None, None]}, networks.giving_back_memory()
    )
    ours = networks.line_map(packed[0][0])
    cores = own[0] > 0
    assert cores.any()
    np.testing.assert_allclose(ours[0], own[0], atol=1e-3)
    np.testing.assert_allclose(ours[1:, cores], own[1:, cores], atol=1e-3)
    assert not ours[1:, ours[0] <= 0].any()


@pytest.mark.parametrize("lines", [1, 3])
def test_the_line_recogniser_reads_the_same_with_rows(lines: int) -> None:
    batch, widths = pad_batch([crop_line(page(), row, window=3) for row in ROWS[:lines]])
    wanted, given = ["ids", "conf", "lengths"], {"x": batch, "widths": widths}
    ids, sure, lengths = networks.session(MODELS / "rec.onnx").run(wanted, given)
    ours = networks.session(networks.with_rows(onnx.load(MODELS / "rec.onnx"))).run(wanted, given)
    assert ids.any()
    np.testing.assert_array_equal(ours[0], ids)
    np.testing.assert_allclose(ours[1], sure, atol=1e-3)
    np.testing.assert_array_equal(ours[2], lengths)
