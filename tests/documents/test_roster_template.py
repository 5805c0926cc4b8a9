"""The blank roster a unit gets, read back whole."""

from __future__ import annotations

import io

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from service.core.rows import is_blank_template, read_roster
from service.core.rules import check_roster
from service.core.units import Unit
from service.documents.template import roster_template
from service.documents.workbook import read_workbook
from tests.support.bundled_campaign import bundled_campaign
from tests.support.rosters import TODAY, people, roster_of

CAMPAIGN = bundled_campaign()
UNIT = Unit(code="U03", name="Trung tâm Nền tảng số", addresses=("lan@vnpt-it.example",))
COLUMNS = [column for column in CAMPAIGN.columns if column.in_template]


def _page(content: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def _row_of_headings(page: Worksheet) -> int:
    return next(row for row in range(1, 30) if page.cell(row, 1).value == COLUMNS[0].heading)


def test_it_says_whose_it_is_and_for_what() -> None:
    """Organisation, unit, annex and title from the campaign's texts; campaign and unit in the properties."""
    content = roster_template(CAMPAIGN, UNIT)
    top = [row[0] for row in _page(content).iter_rows(max_row=7, values_only=True) if row[0]]
    assert top[:4] == [
        CAMPAIGN.organisation,
        "Trung tâm Nền tảng số (U03)",
        CAMPAIGN.texts["roster_annex"],
        CAMPAIGN.texts["roster_title"],
    ]
    assert "123/VNPT-IT-NS" in str(top[4])
    assert "{" not in str(top[4])
    assert read_workbook(content).properties == {"dondoc-campaign": "vssid-2021", "dondoc-unit": "U03"}


def test_headings_as_the_campaign_prints_them_with_their_numbers() -> None:
    """One row of headings, one of column numbers, then the example."""
    page = _page(roster_template(CAMPAIGN, UNIT))
    row = _row_of_headings(page)
    assert [cell.value for cell in page[row]] == [column.heading for column in COLUMNS]
    assert [cell.value for cell in page[row + 1]] == [f"({number})" for number in range(1, len(COLUMNS) + 1)]
    assert [cell.value or "" for cell in page[row + 2]] == [column.example for column in COLUMNS]


def test_returned_as_it_went_out_it_is_recognised_as_blank() -> None:
    """Nobody in it, nothing to complain of."""
    roster = read_roster(read_workbook(roster_template(CAMPAIGN, UNIT)), CAMPAIGN)
    assert roster
    assert is_blank_template(roster)
    assert set(roster.columns) == {column.key for column in COLUMNS}
    assert check_roster(roster, CAMPAIGN, today=TODAY) == ()
    assert not roster.no_discrepancy


def test_people_written_in_are_read_back() -> None:
    """Canonical values out, the same canonical values in, and no finding."""
    rows = [row.values for row in roster_of(*people(3)).rows]
    roster = read_roster(read_workbook(roster_template(CAMPAIGN, UNIT, rows=rows)), CAMPAIGN)
    assert roster
    assert [row.values for row in roster.rows] == rows
    assert (roster.findings, check_roster(roster, CAMPAIGN, today=TODAY)) == ((), ())


def test_number_and_date_cells_are_text_and_unlocked() -> None:
    """Zeros stay and no spreadsheet turns a date round; headings are protected, without a password."""
    page = _page(roster_template(CAMPAIGN, UNIT, blank_rows=20))
    first = _row_of_headings(page) + 3
    for column in range(1, len(COLUMNS) + 1):
        cell = page.cell(first + 19, column)
        assert (cell.number_format, cell.protection.locked) == ("@", False)
    assert page.cell(first - 3, 1).protection.locked
    assert (page.protection.sheet, page.protection.password) == (True, None)


def test_hints_and_lists_cover_all_input_rows() -> None:
    """Drop-downs where there are choices, a length for numbers, an input message where the campaign has help."""
    page = _page(roster_template(CAMPAIGN, UNIT, blank_rows=20))
    first = _row_of_headings(page) + 2
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    for number, column in enumerate(COLUMNS, start=1):
        letters = openpyxl.utils.get_column_letter(number)
        rule = rules.get(f"{letters}{first}:{letters}{first + 20}")
        assert (rule is not None) == bool(column.help or column.choices or column.kind == "date")
        if rule and column.help:
            assert rule.prompt == column.help[:255]
        if rule and column.choices:
            assert (rule.type, rule.formula1) == ("list", f'"{",".join(column.choices)}"')
        if rule and column.kind == "social_insurance_no":
            assert (rule.type, rule.formula1, rule.formula2, rule.errorStyle) == ("textLength", "10", "10", "warning")


def test_the_heading_stays_in_sight() -> None:
    """Frozen above the first input row, right of the name."""
    page = _page(roster_template(CAMPAIGN, UNIT))
    assert page.freeze_panes == f"D{_row_of_headings(page) + 2}"


def test_names_that_look_like_formulas_stay_text() -> None:
    """S54."""
    page = _page(roster_template(CAMPAIGN, UNIT, rows=[{"full_name": "=cmd|' /C calc'!A0"}]))
    cell = page.cell(_row_of_headings(page) + 3, 3)
    assert (cell.data_type, cell.value) == ("s", "=cmd|' /C calc'!A0")
