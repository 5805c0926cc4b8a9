"""A worker's name counts where it stands on the page, read well enough to be nobody else's of the list."""

from __future__ import annotations

import pytest

from service.core.declarations.names_on_page import is_named, may_name

OTHERS = ["Nguyễn Văn Anh", "Trần Thị Bình", "Lê Minh Hải"]


@pytest.mark.parametrize(
    "line",
    [
        "Họ và tên người khai (chữ in hoa) NGUYỄN VĂN AN",
        "Full name / Họ và tên: Nguyễn Văn An",
        "Người lao động: Nguyễn Văn An, sinh ngày 12/03/1988",
        "NGUYEN VAN AN",
        "Họ tên NGUYỄN VĂNAN",
        "Tên: Nguyên Văn An",
    ],
)
def test_a_name_is_found_anywhere_in_a_line(line: str) -> None:
    """Behind labels, in two languages, in a sentence, with a blank or an accent lost."""
    assert is_named("Nguyễn Văn An", OTHERS, may_name([line]))


@pytest.mark.parametrize(
    "line", ["Nguyễn Văn Anh", "Họ và tên NGUYỄN VĂN ANH", "Nguyễn An", "Trần Văn An", "Kính gửi cơ quan"]
)
def test_the_name_of_another_row_is_not_taken_for_it(line: str) -> None:
    """Brothers are told apart by a letter."""
    assert not is_named("Nguyễn Văn An", OTHERS, may_name([line]))


def test_another_name_on_the_page_does_no_harm() -> None:
    """The head of the unit signs too, and may stand in the list."""
    assert is_named("Nguyễn Văn An", OTHERS, may_name(["Người khai: Nguyễn Văn An", "Thủ trưởng: Trần Thị Bình"]))


def test_namesakes_are_told_apart_by_their_numbers_alone() -> None:
    """The same name in another row says nothing against it."""
    assert is_named("Nguyễn Văn An", [*OTHERS, "Nguyễn Văn An"], may_name(["Nguyễn Văn An"]))


def test_one_word_and_long_texts_name_nobody() -> None:
    """A single word stands in too many lines."""
    assert not is_named("An", [], may_name(["An toàn lao động"]))
    assert may_name(["1234 5678", "x" * 500, "Hai từ"]) == ("hai tu",)
