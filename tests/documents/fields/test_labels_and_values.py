"""Labels in lines of text, values behind them, and the rule by which readers agree."""

from __future__ import annotations

import pytest

from service.core.campaigns import ColumnKind
from service.documents.fields.values import canonical, is_valid
from service.documents.fields.votes import Vote, decide, decide_name, vote
from service.documents.pages.labels import label_book, number_before, without_leaders
from service.documents.pages.readers import Read
from service.documents.pages.shapes import Box
from tests.support.papers.drawn_declarations import LAYOUT

BOOK = label_book(LAYOUT)
HERE = Box(0, 0, 10, 10)


def values_in(text: str) -> dict[str, str]:
    """The value behind each label of a line."""
    found = BOOK.find(text)
    ends = [*(number_before(text, label) for label in found), len(text)][1:]
    return {label.key: without_leaders(text[label.end : end]) for label, end in zip(found, ends, strict=False)}


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("[01] Họ và tên: Nguyễn Thị Hường......", {"full_name": "Nguyễn Thị Hường"}),
        ("(011Ho vàtên: TRẦN VĂN DŨNG", {"full_name": "TRẦN VĂN DŨNG"}),
        ("[02] Mã số bảo hiểm xã hội: 0120348765", {"social_insurance_no": "0120348765"}),
        ("(02ỊM3 s6 BHXH: 9 2 0 8 8 0 3 7 1 0", {"social_insurance_no": "9 2 0 8 8 0 3 7 1 0"}),
        ("[06] Số điện thoại di động: 0912345870", {"phone": "0912345870"}),
        ("[04] Ngày sinh: 3/12/1985 ...... [05] Giới tính: Nam", {"birth_date": "3/12/1985", "gender": "Nam"}),
        ("[07] Địa chỉ thư điện tử (email): a.b@c.example", {"email": "a.b@c.example"}),
        ("Tôi xin cam đoan những nội dung kê khai trên là đúng", {}),
        ("Hà Nội, ngày 12 tháng 05 năm 2021", {}),
        ("ĐĂNG KÝ GIAO DỊCH ĐIỆN TỬ", {}),
    ],
)
def test_labels_are_found_although_letters_are_misread(line: str, values: dict[str, str]) -> None:
    """And sentences that only resemble a label are none."""
    assert values_in(line) == values


@pytest.mark.parametrize(
    ("kind", "text", "value", "valid"),
    [
        (ColumnKind.SOCIAL_INSURANCE_NO, "5807 312433", "5807312433", True),
        (ColumnKind.SOCIAL_INSURANCE_NO, "58O7 3l2433", "5807312433", True),
        (ColumnKind.SOCIAL_INSURANCE_NO, "580731243", "580731243", False),
        (ColumnKind.CITIZEN_ID, "058 301 804 099", "058301804099", True),
        (ColumnKind.CITIZEN_ID, "958301804099", "958301804099", False),
        (ColumnKind.CITIZEN_ID, "300295657", "300295657", True),
        (ColumnKind.PHONE, "+84 949 620 632", "0949620632", True),
        (ColumnKind.PHONE, "0949.620.632", "0949620632", True),
        (ColumnKind.DATE, "1/9/2001", "2001-09-01", True),
        (ColumnKind.DATE, "ngày 16 tháng 03 năm 1997", "1997-03-16", True),
        (ColumnKind.DATE, "ngy 07 thang 06 nữm 1987", "1987-06-07", True),
        (ColumnKind.DATE, "16031997", "1997-03-16", True),
        (ColumnKind.DATE, "31/02/1990", "", False),
        (ColumnKind.DATE, "1965", "1965", False),
        (ColumnKind.EMAIL, "__a.b@vnpt-it.example......", "a.b@vnpt-it.example", True),
        (ColumnKind.NAME, "  Trần  Văn Dũng _", "Trần Văn Dũng", True),
    ],
)
def test_values_are_written_in_one_form(kind: ColumnKind, text: str, value: str, valid: bool) -> None:
    """What cannot be such a value is shown but never valid."""
    assert canonical(kind, text) == value
    assert is_valid(kind, value) is valid


def heard(*said: tuple[str, str], kind: ColumnKind = ColumnKind.SOCIAL_INSURANCE_NO) -> list[Vote]:
    return [vote(kind, network, str(i), Read(text=text, least_sure=0.9)) for i, (network, text) in enumerate(said)]


def test_two_independent_networks_make_a_value_agreed() -> None:
    """One network twice is still one opinion."""
    both = decide(heard(("trueocr", "5807312433"), ("ppocr", "5807312433")), HERE)
    twice = decide(heard(("trueocr", "5807312433"), ("trueocr", "5807312433")), HERE)
    assert both is not None and both.agreed
    assert twice is not None and not twice.agreed


def test_another_valid_value_breaks_the_agreement() -> None:
    """A misread that is no such number does not."""
    other = decide(heard(("trueocr", "5807312433"), ("ppocr", "5807312433"), ("ppocr", "5807312438")), HERE)
    short = decide(heard(("trueocr", "5807312433"), ("ppocr", "5807312433"), ("ppocr", "580731243")), HERE)
    assert other is not None and other.value == "5807312433" and not other.agreed
    assert short is not None and short.agreed


def test_names_agree_across_capitals_spaces_and_tone_places() -> None:
    """ "HÒA" and "Hoà" are one name; another accent is another name."""
    same = decide_name(heard(("asterocr", "Lê Thị Hoà"), ("trueocr", "LÊ THỊHÒA"), kind=ColumnKind.NAME), HERE)
    differing = decide_name(heard(("asterocr", "Lê Thị Hoa"), ("trueocr", "Lê Thị Hoà"), kind=ColumnKind.NAME), HERE)
    assert same is not None and same.agreed and same.value == "Lê Thị Hoà"
    assert differing is not None and not differing.agreed and differing.value == "Lê Thị Hoa"


def test_nothing_read_is_no_field() -> None:
    """A field without characters is left out instead of being empty."""
    assert decide(heard(("trueocr", " . . ."), ("ppocr", "")), HERE) is None


@pytest.mark.parametrize("name", ["TRẦN ĐÌNH TOÀN", "TRÃNĐÌNH TOÀN", "Trần Đình Toàn", "Nguyễn Hữu Thọ Tên"])
def test_no_label_begins_in_the_middle_of_a_name(name: str) -> None:
    """ "Đình Toàn" resembles "Điện thoại"."""
    assert BOOK.find(name) == ()
