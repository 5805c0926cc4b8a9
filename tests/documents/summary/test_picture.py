"""The picture of progress: small, opaque, the same each time."""

from __future__ import annotations

import io
from datetime import date

import pytest
from PIL import Image

from service.core.progress.summary_facts import BurnUp
from service.documents.summary.picture import PictureRow, PictureWords, progress_picture

WORDS = PictureWords(
    title="Tiến độ",
    subtitle="Đến 16:00 ngày 17/05/2021",
    steps={"roster": "Danh sách", "forms": "Tờ khai", "discrepancies": "Sai lệch"},
    footer="Ô xám: không yêu cầu",
    more="đơn vị khác",
    way="Tiến độ theo ngày",
    units="Đơn vị đã hoàn thành",
    forms="Tờ khai hợp lệ",
    even="Nhịp đều đến hạn",
    last_day="Hạn cuối 19/05",
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
    """Sixty units: below 180 KB, at most 1,200 wide, no transparency, white paper for dark mail programs too."""
    picture = opened(sixty)
    assert len(sixty) < 180_000
    assert picture.width <= 1200
    assert "transparency" not in picture.info
    assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)


def test_more_units_than_fit_are_counted(sixty: bytes) -> None:
    """Two hundred units give a picture with one line more than sixty have."""
    content = progress_picture(rows(200), WORDS)
    assert opened(content).height == opened(sixty).height + 42
    assert len(content) < 180_000


def test_done_and_not_done_look_different_without_colour() -> None:
    """A full field is darker than an empty one, also for those who cannot tell red from green."""
    words = PictureWords(title="", subtitle="", steps={"roster": ""})
    full, empty = (
        opened(progress_picture([PictureRow(code="", name="", parts={"roster": share}, notes={"roster": ""})], words))
        for share in (1.0, 0.0)
    )
    place = (full.width - 120, 175)
    assert full.convert("L").getpixel(place) < empty.convert("L").getpixel(place) - 40  # type: ignore[operator]  # grey


def burn_up(**changes: object) -> BurnUp:
    usual: dict[str, object] = {
        "begun": date(2021, 4, 22),
        "last_day": date(2021, 5, 19),
        "today": date(2021, 5, 17),
        "units": 60,
        "units_done": tuple(date(2021, 5, 3 + number % 14) for number in range(41)),
        "forms": 300,
        "forms_done": tuple(date(2021, 4, 26 + number % 5) for number in range(120)),
    }
    return BurnUp(**{**usual, **changes})  # type: ignore[arg-type]  # fields of a way


def test_the_way_to_the_last_day_stands_above_the_fields(sixty: bytes) -> None:
    """With it the picture is higher, as wide, and still below 180 KB with sixty units."""
    content = progress_picture(rows(60), WORDS, burn_up())
    assert opened(content).width == opened(sixty).width
    assert opened(content).height == opened(sixty).height + 360
    assert len(content) < 180_000
    assert content == progress_picture(rows(60), WORDS, burn_up())


def test_shares_grow_day_by_day_and_never_beyond_all() -> None:
    """What was finished on a day counts from that day on."""
    way = burn_up(units=4, units_done=(date(2021, 5, 3), date(2021, 5, 3), date(2021, 5, 7)), forms=1)
    days = (date(2021, 5, 2), date(2021, 5, 3), date(2021, 5, 7))
    assert [way.units_share(day) for day in days] == [0.0, 0.5, 0.75]
    assert way.forms_share(date(2021, 5, 30)) == 1.0


@pytest.mark.parametrize(
    "changes",
    [
        {"today": date(2021, 4, 22)},
        {"today": date(2021, 7, 1)},
        {"last_day": date(2021, 4, 20)},
        {"units": 0, "units_done": ()},
        {"begun": date(2021, 5, 19), "today": date(2021, 5, 19)},
    ],
)
def test_a_way_of_any_length_is_no_trouble(changes: dict[str, object]) -> None:
    """On the first day, long after the last one, launched after it, without units."""
    assert opened(progress_picture(rows(2), WORDS, burn_up(**changes)))


def test_no_units_and_strange_shares_are_no_trouble() -> None:
    """An empty campaign, shares below 0 and above 1, a unit of whom nothing is asked."""
    strange = PictureRow(code="U", name="", parts={"roster": -1.0, "forms": 7.0})
    assert progress_picture([], WORDS)
    assert progress_picture([strange, PictureRow(code="V", name="x", parts={})], WORDS)


def test_the_same_rows_give_the_same_bytes() -> None:
    """Nothing in the picture depends on the clock."""
    assert progress_picture(rows(5), WORDS) == progress_picture(rows(5), WORDS)
