"""What the checks say of single cells, and that they say nothing of cells that are right."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.findings import Code, Severity
from service.core.grids import Cell, CellValue
from tests.support.rosters.invented_rosters import KEYS, checked, people, person, read, roster_of, said, sheet, table


def test_people_who_are_right_are_left_alone() -> None:
    """No finding at all for forty right rows: a false error is as bad as a miss."""
    assert said(*people(40)) == []


@pytest.mark.parametrize(
    ("key", "value", "finding"),
    [
        ("full_name", None, "missing_value"),
        ("birth_date", None, "missing_value"),
        ("citizen_id", "-", "missing_value"),
        ("social_insurance_no", "chưa có", "missing_value"),
        ("vssid_installed", None, "missing_value"),
        ("full_name", "An", "bad_format.name"),
        ("full_name", "Nguyễn Văn 2", "bad_format.name"),
        ("full_name", "Nguyễn T. Hoa", "bad_format.name_abbreviated"),
        ("birth_date", "15/13/1990", "bad_date.impossible"),
        ("birth_date", "29/02/1990", "bad_date.impossible"),
        ("birth_date", "13/04/90", "bad_date.short_year"),
        ("birth_date", "13 tháng 4", "bad_date"),
        ("birth_date", "01/01/2030", "out_of_range.in_future"),
        ("birth_date", "13/04/1890", "out_of_range.too_early"),
        ("registered_on", "13/02/2021", "out_of_range.too_early"),
        ("registered_on", "13/05/2021", "out_of_range.in_future"),
        ("registered_on", "2021", "bad_date.no_day"),
        ("registered_on", "05/2021", "bad_date.no_day"),
        ("registered_on", "X", "bad_date.ticked"),
        ("registered_on", "chưa", "missing_value.not_yet"),
        ("gender", "khác", "bad_format.gender"),
        ("social_insurance_no", 101857068.0, "lost_zero.social_insurance_no"),
        ("social_insurance_no", "01625548547", "bad_format.social_insurance_no.length"),
        ("social_insurance_no", "01074A6141", "bad_format.social_insurance_no.letters"),
        ("social_insurance_no", "0000000000", "bad_format.social_insurance_no.repeated"),
        ("citizen_id", "99999", "bad_format.citizen_id.length"),
        ("phone", 912345678, "lost_zero.phone"),
        ("phone", "00976763700", "bad_format.phone.length"),
        ("phone", "0123", "bad_format.phone.length"),
        ("phone", "0212345678", "bad_format.phone.landline"),
        ("phone", "0952345678", "bad_format.phone.prefix"),
        ("phone", "0912345678; 0987654321", "bad_format.phone.several"),
        ("email", "an at vnpt-it.example", "bad_format.email"),
        ("email", "an@vnpt-it,example", "bad_format.email"),
        ("email", "ân@vnpt-it.example", "bad_format.email"),
        ("email", "an@gmail.com", "wrong_domain"),
        ("vssid_installed", "đang cài", "bad_format.yes_no"),
        ("declaration_signed", "chưa", "not_allowed.not_done"),
    ],
)
def test_one_wrong_cell_gives_one_finding_there(key: str, value: CellValue, finding: str) -> None:
    """The second of three rows is wrong in one cell: one finding, at that cell."""
    # An old identity card contradicts neither gender nor birth, so that only the changed cell is wrong.
    wrong = person(1, **{"citizen_id": "012345678", key: value})
    cell = f"{'ABCDEFGHIJKLMNOP'[KEYS.index(key)]}3"
    assert said(person(0), wrong, person(2)) == [(finding, cell)]


@pytest.mark.parametrize(
    ("key", "value", "suggestion"),
    [
        ("social_insurance_no", 101857068.0, "0101857068"),
        ("citizen_id", 1060100001, "001060100001"),
        ("phone", 912345678, "0912345678"),
        ("email", "an at vnpt-it.example", "an@vnpt-it.example"),
        ("email", "an@vnpt-it,example", "an@vnpt-it.example"),
        ("email", "an@vnpt-it.exmaple", "an@vnpt-it.example"),
        ("email", "an@gmail.com", None),
        ("social_insurance_no", "01625548547", None),
    ],
)
def test_the_right_value_is_proposed_where_it_is_certain(key: str, value: CellValue, suggestion: str | None) -> None:
    """Zeros and slips of the keyboard; never a guess."""
    found = [finding for finding in checked(roster_of(person(1, **{key: value}))) if finding.column == key]
    assert [finding.suggestion for finding in found] == [suggestion]


def test_a_month_first_date_in_a_day_first_column() -> None:
    """The column is day first, so 04/25 is wrong, and what was meant is certain."""
    roster = roster_of(person(0), person(1, registered_on="04/25/2021"))
    assert [(finding.key, finding.suggestion) for finding in checked(roster)] == [
        ("bad_date.month_first", "25/04/2021")
    ]


def test_a_reason_excuses_everything_but_the_name() -> None:
    """Who is on leave or abroad needs no number, date or cross."""
    excused = {key: None for key in KEYS if key not in ("ordinal", "full_name")}
    assert said(person(0, **{**excused, "not_possible_reason": "Nghỉ thai sản"})) == []
    assert said(person(0, vssid_installed="chưa", registered_on="chưa", not_possible_reason="Đi nước ngoài")) == []


def test_what_is_written_in_an_excused_row_must_still_be_right() -> None:
    """A wrong number stays wrong."""
    row = person(0, social_insurance_no="12", not_possible_reason="Nghỉ thai sản")
    assert said(row) == [("bad_format.social_insurance_no.length", "F2")]


def test_a_year_of_birth_is_enough() -> None:
    """And is compared with the citizen ID like a whole date."""
    assert said(person(0, birth_date="1960")) == []
    assert said(person(0, birth_date="1961")) == [("inconsistent.birth_year", "C2")]


def test_a_missing_required_column_is_said_once() -> None:
    """Not once for each row."""
    keys = [key for key in KEYS if key != "phone"]
    assert said(*people(5), keys=keys) == [("missing_column", "")]


def test_findings_say_where_and_what() -> None:
    """Sheet, row, cell, column, value as written, heading as printed in this sheet."""
    lines = table([person(0, social_insurance_no=101857068.0)])
    lines[0][5] = "Số sổ BHXH"
    (finding,) = checked(read(sheet(lines, name="PL02")))
    assert (finding.code, finding.severity) == (Code.LOST_ZERO, Severity.ERROR)
    assert (finding.sheet, finding.row, finding.cell, finding.column) == ("PL02", 2, "F2", "social_insurance_no")
    assert (finding.value, finding.facts["heading"]) == ("101857068", "Số sổ BHXH")
    assert finding.facts["name"] == "Nguyễn Văn An"


def test_a_formula_without_its_result_is_an_error_of_its_own() -> None:
    """Not "missing": the unit sees a value there. Formulas with results are only noted, once a column."""
    grid = sheet(table(people(3)))
    formulas = {(2, 8): Cell(None, formula="=A1"), (3, 8): Cell("b@vnpt-it.example", formula="=A2")}
    roster = read(type(grid)(name="S", cells={**grid.cells, **formulas}))
    found = [(finding.key, finding.severity, finding.row) for finding in checked(roster)]
    assert found == [("formula.no_value", "error", 2), ("formula", "note", 3)]


def test_hidden_rows_and_unknown_columns_are_noted() -> None:
    """One note each, with the rows and the heading named."""
    lines = table(people(4))
    lines[0].append("Chức danh")
    lines[1].append("Kỹ sư")
    roster = read(sheet(lines, hidden_rows=frozenset({2, 3, 5})))
    found = {finding.key: finding.facts for finding in checked(roster)}
    assert found["hidden_row"] == {"count": "3", "rows": "2–3, 5"}
    assert found["unknown_column"] == {"heading": "Chức danh", "letters": "Q"}


def test_the_clock_is_the_one_it_is_given() -> None:
    """The same list on another day has other findings."""
    roster = roster_of(person(0, registered_on="13/05/2021"))
    assert checked(roster, today=date(2021, 5, 13)) == ()
