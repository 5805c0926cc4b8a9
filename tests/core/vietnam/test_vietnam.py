"""Vietnamese text, names, numbers, telephones and dates."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from service.core.vietnam import names, numbers, phones
from service.core.vietnam.dates import Shape, day_of_serial, read_date
from service.core.vietnam.text import fold, folded_words, tidy


def test_text_of_a_mac_and_of_word_becomes_one_form() -> None:
    """Decomposed letters, no-break spaces and invisible marks leave the same text."""
    assert tidy(unicodedata.normalize("NFD", "Đỗ\u00a0Thị  Hoà\u200b ")) == "Đỗ Thị Hoà"


def test_folding_drops_accents_and_the_bar_of_d() -> None:
    """Eth from old keyboards folds like đ."""
    assert fold("ĐỖ Thị Hoà") == fold("Ðỗ thị hòa") == "do thi hoa"
    assert folded_words("Số CMND/CCCD (*)") == "so cmnd cccd"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Trần Thị Hoà", "TRẦN THỊ HÒA"),
        ("Nguyễn Thuý", "Nguyễn Thúy"),
        ("Kỳ Văn Lý", "Kì Văn Lí"),
        ("H’Hen Niê", "H'Hen Niê"),
        ("Ðặng  Đức", "Đặng Đức"),
    ],
)
def test_two_spellings_of_a_name_are_one(one: str, other: str) -> None:
    """Tone placement, i/y, case, apostrophes and spaces do not make another name."""
    assert names.same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("Nguyễn Thuý", "Nguyễn Thuỷ"), ("Lê Vân", "Lê Văn"), ("Hà Ngọc", "Hạ Ngọc")]
)
def test_another_tone_or_letter_is_another_name(one: str, other: str) -> None:
    """Accents carry meaning: Thuý is not Thuỷ."""
    assert not names.same_name(one, other)


@pytest.mark.parametrize(
    "name", ["Nguyễn Văn An", "H'Hen Niê", "Y-Moan", "K'Brơi", "John Smith-Jones", "Lê Nguyễn T. Hoa"]
)
def test_plausible_names(name: str) -> None:
    """Upland and foreign names are names."""
    assert names.is_plausible(name)


@pytest.mark.parametrize("name", ["An", "Nguyễn Văn 3", "0912345678", "=cmd|' /C calc'!A0", "A" * 80 + " B"])
def test_implausible_names(name: str) -> None:
    """A single word, digits or a formula are no full name."""
    assert not names.is_plausible(name)


@pytest.mark.parametrize(
    ("value", "kind", "suggestion"),
    [
        ("0123456789", None, None),
        ("123456789", "lost_zero", "0123456789"),
        ("01234567890", "length", None),
        ("01234A6789", "letters", None),
        ("O123456789", "letters", "0123456789"),
        ("1111111111", "repeated", None),
    ],
)
def test_social_insurance_numbers(value: str, kind: str | None, suggestion: str | None) -> None:
    """Ten digits; nine are a lost zero; O for 0 is proposed."""
    flaw = numbers.flaw_of_social_insurance_no(value)
    assert (flaw and flaw.kind, flaw and flaw.suggestion) == (kind, suggestion)


@pytest.mark.parametrize(
    ("value", "kind", "suggestion"),
    [
        ("001090123456", None, None),
        ("123456789", None, None),
        ("B1234567", None, None),
        ("036163838771", None, None),
        ("36163838771", "lost_zero", "036163838771"),
        ("1090123456", "lost_zero", "001090123456"),
        ("12345678", "lost_zero", "012345678"),
        ("0361638387712", "length", None),
        ("99990123456", "length", None),
        ("003090123456", "birthplace", None),
        ("036163838A71", "letters", None),
    ],
)
def test_citizen_ids(value: str, kind: str | None, suggestion: str | None) -> None:
    """Twelve digits with a birthplace, nine of the old card, a passport; Ha Noi's 001 loses two zeros."""
    flaw = numbers.flaw_of_citizen_id(value)
    assert (flaw and flaw.kind, flaw and flaw.suggestion) == (kind, suggestion)


def test_what_a_citizen_id_says() -> None:
    """Century and gender share a digit: 0/1 are the 1900s, 2/3 the 2000s, odd is a woman."""
    parts = numbers.citizen_id_parts("058301804099")
    assert parts and (parts.birthplace, parts.gender, parts.birth_year) == ("058", "Nữ", 2001)
    assert numbers.citizen_id_parts("123456789") is None


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("0912 345 678", "0912345678"),
        ("+84 912.345.678", "0912345678"),
        ("84912345678", "0912345678"),
        ("(091) 234-5678", "0912345678"),
        ("01234567890", "0834567890"),
        ("'0912345678", "0912345678"),
        ("0912345678 / 0987654321", "0912345678 / 0987654321"),
    ],
)
def test_telephones_as_written(written: str, canonical: str) -> None:
    """Separators and the country code go, eleven digits of before 2018 become ten; two numbers stay as written."""
    assert numbers.phone(written) == canonical


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("0912345678", None),
        ("912345678", "lost_zero"),
        ("0243456789", "landline"),
        ("0952345678", "prefix"),
        ("09123456789", "length"),
        ("0912345678 / 0987654321", "several"),
        ("không nhớ", "letters"),
    ],
)
def test_what_is_wrong_with_a_telephone(value: str, kind: str | None) -> None:
    """Only a mobile number in use receives the messages of the registration."""
    flaw = numbers.flaw_of_phone(value)
    assert (flaw and flaw.kind) == kind


def test_every_old_prefix_becomes_a_number_in_use() -> None:
    """The table of 2018 leads to prefixes that exist."""
    assert all(phones.is_mobile(phones.converted(f"{old}1234567")) for old in phones.CONVERTED)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("05/04/1990", date(1990, 4, 5)),
        ("5-4-1990", date(1990, 4, 5)),
        ("5.4.1990", date(1990, 4, 5)),
        ("1990-04-05", date(1990, 4, 5)),
        ("05 / 04 / 1990", date(1990, 4, 5)),
        ("05/04/1990 00:00:00", date(1990, 4, 5)),
        ("05041990", date(1990, 4, 5)),
        ("ngày 5 tháng 4 năm 1990", date(1990, 4, 5)),
    ],
)
def test_days_as_written(written: str, day: date) -> None:
    """The ways an office writes a day."""
    assert read_date(written).day_first() == day


@pytest.mark.parametrize(
    ("written", "shape"),
    [
        ("1990", Shape.YEAR),
        ("năm 1990", Shape.YEAR),
        ("04/1990", Shape.MONTH),
        ("tháng 4 năm 1990", Shape.MONTH),
        ("05/04/90", Shape.SHORT_YEAR),
        ("X", Shape.NONE),
        ("sinh năm nào", Shape.NONE),
        ("", Shape.NONE),
    ],
)
def test_what_a_date_can_be(written: str, shape: Shape) -> None:
    """A year, a month, a year of two digits, nothing."""
    assert read_date(written).shape is shape


def test_days_that_are_in_no_calendar() -> None:
    """29 February of a common year and a 13th month are no days in either order."""
    assert read_date("29/02/1990").day_first() is None
    assert (read_date("15/13/1990").day_first(), read_date("15/13/1990").month_first()) == (None, None)


def test_serial_numbers_count_from_1900_or_1904() -> None:
    """Old Mac files begin four years later."""
    assert day_of_serial(44287) == date(2021, 4, 1)
    assert day_of_serial(42825, epoch_1904=True) == date(2021, 4, 1)
    assert day_of_serial(10_000_000) is None
