"""Where the words of choices stand in lines of text, well or badly read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from service.core.campaigns import FormField
from service.documents.fields.choices import Printed, printed_choices
from service.documents.fields.places import value_places
from service.documents.pages.labels import label_book
from service.documents.pages.lines import Line
from service.documents.pages.shapes import Box
from tests.support.harness.bundled_campaign import bundled_campaign

PORTAL = "Cổng thông tin điện tử của Bảo hiểm xã hội Việt Nam"
IVAN = "Tổ chức I-VAN"
LETTER, HIGH = 12, 24


def printed(key: str, texts: Sequence[str]) -> list[Printed]:
    """`texts`: one line below the other, each letter LETTER wide, on a page that begins with a name."""
    declaration = bundled_campaign().declaration
    assert declaration is not None
    field: FormField = next(it for it in declaration.layout.fields if it.key == key)
    lines = [
        Line(
            text=text,
            sure=0.98,
            box=Box(100, 100 + 50 * row, 100 + LETTER * len(text), 100 + HIGH + 50 * row),
            places=tuple(100.0 + LETTER * (at + 0.5) for at in range(len(text))),
        )
        for row, text in enumerate(("1. Họ và tên: Nguyễn Thị Nữ", *texts))
    ]
    places = value_places(np.full((900, 1400), 250, np.uint8), lines, label_book(declaration.layout))
    return printed_choices(field, places, lines)


@pytest.mark.parametrize(
    "texts",
    [
        ["8. Đăng ký giao dịch tại: O Cổng thông tin điện tử của BHXH Việt Nam X Tổ chức I-VAN"],
        ["8. Đăng ký giao dịch tại:", "[ ] Cổng thông tin điện tử của BHXH Việt Nam", "[x] Tổ chức I-VAN"],
        [
            "8. Đăng ký giao dịch tại: O Cõng thôngtin diện tử cua BHXH Việt Nam X lổ chức 1-VAN",
            "9. Nơi tiếp nhận hồ sơ",
        ],
        ["ang k giao dch ti Cổng thông tin điện tử của BHXH Việt Nam X Tổ chức I-VAN"],
    ],
)
def test_both_places_are_found(texts: list[str]) -> None:
    """On the label's row or below it, with letters misread, also where the label itself cannot be read."""
    assert [(it.value, it.surely) for it in printed("registered_at", texts)] == [(PORTAL, True), (IVAN, True)]


def test_words_begin_where_they_stand() -> None:
    """Also where a letter was lost, which shifts the whole."""
    (portal, ivan) = printed("registered_at", ["8. Đăng ký giao dịch tại: X Cổng thng tin điện tử O Tổ chức I-VAN"])
    text = "8. Đăng ký giao dịch tại: X Cổng thng tin điện tử O Tổ chức I-VAN"
    assert portal.box.left == pytest.approx(100 + LETTER * text.index("Cổng"), abs=LETTER / 2)
    assert ivan.box.left == pytest.approx(100 + LETTER * text.index("Tổ"), abs=LETTER / 2)
    assert ivan.before.endswith("O ")


def test_words_end_where_another_choice_begins() -> None:
    """A longer spelling of the first resembles the first and the second together."""
    text = "8. Đăng ký giao dịch tại: Cổng thông tin điện tử X Tổ chức I-VAN O"
    (portal, _) = printed("registered_at", [text])
    assert portal.box.right == pytest.approx(100 + LETTER * text.index(" X"), abs=LETTER)
    assert portal.after.startswith(" X")


def test_badly_read_words_beside_others_are_found_but_not_surely() -> None:
    """Nobody can say where their box begins, but a person has to look."""
    found = printed("registered_at", ["8. Đăng ký giao dịch tại: ()Công thông un điên tư t lỏchư l-VXN"])
    assert [(it.value, it.surely) for it in found] == [(PORTAL, True), (IVAN, False)]


@pytest.mark.parametrize(
    "written",
    ["Cổng thông tin điện tử của BHXH Việt Nam", "Cõng thông tin diện tử cua BHXH Viet Nam....", "Tổ chức I-VAN", ""],
)
def test_a_written_place_is_no_choice(written: str) -> None:
    """It begins where values begin, without room for a box."""
    texts = [f"8. Đăng ký giao dịch tại: {written}", "9. Cơ quan BHXH tiếp nhận: BHXH quận Đống Đa"]
    assert printed("registered_at", texts) == []


def test_short_words_stand_beside_their_label_only() -> None:
    """The country and the worker's name hold them too; a box is easily read as one more letter."""
    label = "4. Giới tính: "
    assert [it.value for it in printed("gender", [f"{label}ONam XNữ", "5. Địa chỉ liên hệ: Việt Nam"])] == ["Nam", "Nữ"]
    assert printed("gender", [f"{label}Nữ", "5. Địa chỉ liên hệ: Việt Nam"]) == []
