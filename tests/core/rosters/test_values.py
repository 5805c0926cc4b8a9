"""What stands in `values`: canonical forms, and the text itself where there is none."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from service.core.campaigns import ColumnKind
from service.core.grids import Cell, CellValue
from service.core.rosters.values import read_value, yes_or_no
from tests.support.rosters.invented_rosters import Person, person, read, roster_of, sheet, table


def _read(key: str, value: CellValue) -> str:
    return roster_of(person(0, **{key: value})).rows[0].value(key)


@pytest.mark.parametrize(
    ("key", "written", "canonical"),
    [
        ("full_name", "  Nguyễn\u00a0Văn   An ", "Nguyễn Văn An"),
        ("gender", "nữ", "Nữ"),
        ("gender", "NAM", "Nam"),
        ("gender", "Male", "Nam"),
        ("gender", "khác", "khác"),
        ("social_insurance_no", "0123 456 789", "0123456789"),
        ("social_insurance_no", 101857068.0, "101857068"),
        ("social_insurance_no", "110129425.0", "110129425"),
        ("social_insurance_no", "01234A6789", "01234A6789"),
        ("citizen_id", 37179489107.0, "37179489107"),
        ("citizen_id", "b1234567", "B1234567"),
        ("phone", "+84912345678", "0912345678"),
        ("phone", 912345678, "912345678"),
        ("email", "An.Nguyen@VNPT-IT.example ", "an.nguyen@vnpt-it.example"),
        ("email", "An <an@vnpt-it.example>", "an@vnpt-it.example"),
        ("email", "mailto:an@vnpt-it.example", "an@vnpt-it.example"),
        ("vssid_installed", "✓", "true"),
        ("vssid_installed", 1, "true"),
        ("vssid_installed", True, "true"),
        ("vssid_installed", date(2021, 5, 4), "true"),
        ("vssid_installed", "04/05/2021", "true"),
        ("vssid_installed", "chưa cài", "false"),
        ("vssid_installed", "đang làm", "đang làm"),
        ("vssid_installed", "-", ""),
        ("registered_on", datetime.combine(date(2021, 5, 4), time(8, 30)), "2021-05-04"),
        ("registered_on", 44287, "2021-04-01"),
        ("registered_on", "X", "X"),
        ("birth_date", 1985, "1985"),
        ("birth_date", "1985", "1985"),
        ("birth_date", date(1905, 6, 7), "1985"),
        ("birth_date", 5041990, "1990-04-05"),
        ("birth_date", "31/02/1985", "31/02/1985"),
        ("note", "—", ""),
        ("note", "không có", ""),
        ("note", "Không liên lạc được", "Không liên lạc được"),
    ],
)
def test_canonical_values(key: str, written: CellValue, canonical: str) -> None:
    """One form for each value; what cannot be read stays as written."""
    assert _read(key, written) == canonical


def test_zeros_shown_by_a_number_format_are_there() -> None:
    """A cell formatted 0000000000 shows ten digits, and a person reads ten digits."""
    cell = Cell(101857068.0, number_format="0000000000")
    assert read_value(cell, ColumnKind.SOCIAL_INSURANCE_NO).canonical == "0101857068"
    literal = Cell(912345678, number_format='"0"#########')
    assert read_value(literal, ColumnKind.PHONE).canonical == "0912345678"


def test_yes_and_no_in_the_words_of_offices() -> None:
    """Marks, words, whole phrases."""
    assert {yes_or_no(text) for text in ("x", "X", "v", "Có", "đã ký", "Rồi", "OK", "√", "Đã nộp bản giấy")} == {"true"}
    assert {yes_or_no(text) for text in ("Không", "chưa", "K", "0", "Chưa duyệt", "không cài được")} == {"false"}


@pytest.mark.parametrize("mark", ["nt", "Như trên", '"', "〃"])
def test_a_ditto_mark_copies_the_cell_above_and_says_so(mark: str) -> None:
    """Chains of ditto marks reach back to the last value; a first row has nothing above it."""
    rows = [person(0, note="Phòng A"), person(1, note=mark), person(2, note=mark)]
    roster = roster_of(*rows)
    assert [row.value("note") for row in roster.rows] == ["Phòng A"] * 3
    assert [(finding.key, finding.cell) for finding in roster.findings] == [
        ("remark.ditto", "P3"),
        ("remark.ditto", "P4"),
    ]


def test_an_old_telephone_number_is_converted_with_a_note() -> None:
    """Eleven digits of before 2018."""
    roster = roster_of(person(0, phone="01234567890"))
    assert roster.rows[0].value("phone") == "0834567890"
    assert [finding.key for finding in roster.findings] == ["remark.phone_converted"]


def _registered(*dates: CellValue) -> list[Person]:
    return [person(number, registered_on=day) for number, day in enumerate(dates)]


def test_a_column_is_decided_by_its_own_unambiguous_dates() -> None:
    """04/25/2021 makes the whole column month first; 25/04/2021 day first."""
    american = roster_of(*_registered("04/25/2021", "05/04/2021"))
    assert [row.value("registered_on") for row in american.rows] == ["2021-04-25", "2021-05-04"]
    vietnamese = roster_of(*_registered("25/04/2021", "05/04/2021"))
    assert [row.value("registered_on") for row in vietnamese.rows] == ["2021-04-25", "2021-04-05"]


def test_then_by_the_campaigns_window() -> None:
    """03/04 cannot be 4 March, before the registration began."""
    roster = roster_of(*[row | {"birth_date": None} for row in _registered("03/04/2021", "01/04/2021")])
    assert [row.value("registered_on") for row in roster.rows] == ["2021-04-03", "2021-04-01"]
    assert roster.findings == ()


def test_then_it_asks() -> None:
    """Both orders possible and nobody beside to tell: day first, with a question."""
    roster = roster_of(person(0, birth_date=None, registered_on="04/05/2021"))
    assert roster.rows[0].value("registered_on") == "2021-05-04"
    assert [(finding.key, finding.severity) for finding in roster.findings] == [("remark.date_order", "warning")]


def test_dates_an_english_spreadsheet_turned_round() -> None:
    """Days up to 12 became dates, the others stayed text: the sign of a spreadsheet that reads month first."""
    turned = [date(2021, 1, 4), date(2021, 8, 4), date(2021, 5, 4)]
    roster = roster_of(*_registered("13/04/2021", "25/04/2021", *turned))
    values = [row.value("registered_on") for row in roster.rows]
    assert values == ["2021-04-13", "2021-04-25", "2021-04-01", "2021-04-08", "2021-05-04"]
    keys = [(finding.key, finding.cell) for finding in roster.findings]
    assert keys == [("remark.date_turned", "I4"), ("remark.date_turned", "I5"), ("remark.date_perhaps_turned", "I6")]


def test_a_column_headed_for_one_gender_is_ticked() -> None:
    """A column headed "Nữ" has a cross for women and is empty for men."""
    lines = table([person(0, gender="X"), person(1, gender=None)])
    lines[0][3] = "Nữ"
    assert [row.value("gender") for row in read(sheet(lines)).rows] == ["Nữ", "Nam"]
