"""The picture of progress: small, opaque, the same each time."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from service.documents.progress_picture import PictureRow, PictureWords, progress_picture

WORDS = PictureWords(
    title="Tiến độ",
    subtitle="Đến 16:00 ngày 17/05/2021",
    steps={"roster": "Danh sách", "forms": "Tờ khai", "discrepancies": "Sai lệch"},
    footer="Ô xám: không yêu cầu",
    more="đơn vị khác",
)


def rows(count: int) -> list[PictureRow]:
    return [
        PictureRow(
            code=f"U{number:02d}",
            name=f"Trung tâm Giải pháp số {number} có tên rất dài $x^2$",
            parts={"roster": number % 3 / 2, "forms": number % 7 / 6},
            notes={"forms": f"{number % 7}/6"},
        )
        for number in range(1, count + 1)
    ]


@pytest.fixture(scope="module")
def sixty() -> bytes:
    """The picture of sixty units: a large company."""
    return progress_picture(rows(60), WORDS)


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "PNG"
    return picture


def test_it_is_small_opaque_and_fits_a_mail(sixty: bytes) -> None:
    """Sixty units: below 80 KB, at most 1,200 wide, no transparency, white paper for dark mail programs too."""
    picture = opened(sixty)
    assert len(sixty) < 80_000
    assert picture.width <= 1200
    assert "transparency" not in picture.info
    assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)


def test_more_units_than_fit_are_counted(sixty: bytes) -> None:
    """Two hundred units give a picture with one line more than sixty have."""
    content = progress_picture(rows(200), WORDS)
    assert opened(content).height == opened(sixty).height + 30
    assert len(content) < 80_000


def test_done_and_not_done_look_different_without_colour() -> None:
    """A full field is darker than an empty one, also for those who cannot tell red from green."""
    words = PictureWords(title="", subtitle="", steps={"roster": ""})
    full, empty = (
        opened(progress_picture([PictureRow(code="", name="", parts={"roster": share}, notes={"roster": ""})], words))
        for share in (1.0, 0.0)
    )
    place = (full.width - 80, 110)
    assert full.convert("L").getpixel(place) < empty.convert("L").getpixel(place) - 40  # type: ignore[operator]  # grey


def test_no_units_and_strange_shares_are_no_trouble() -> None:
    """An empty campaign, shares below 0 and above 1, a unit of whom nothing is asked."""
    strange = PictureRow(code="U", name="", parts={"roster": -1.0, "forms": 7.0})
    assert progress_picture([], WORDS)
    assert progress_picture([strange, PictureRow(code="V", name="x", parts={})], WORDS)


def test_the_same_rows_give_the_same_bytes() -> None:
    """Nothing in the picture depends on the clock."""
    assert progress_picture(rows(5), WORDS) == progress_picture(rows(5), WORDS)
