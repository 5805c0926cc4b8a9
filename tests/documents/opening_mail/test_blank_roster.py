"""The blank roster a unit gets, read back whole."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from service.core.rosters.rows import is_blank_template, read_roster
from service.core.rosters.rules import check_roster
from service.core.rosters.template_mark import is_old_template, template_mark
from service.core.units import Unit
from service.documents.opening_mail.blank_roster import roster_template
from service.documents.workbooks.workbook import read_workbook
from tests.support.harness.bundled_campaign import bundled_campaign, bundled_wording
from tests.support.rosters.invented_rosters import TODAY, people, roster_of
from tests.support.rosters.workbook_structure import complaints

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
    lines = _page(content).iter_rows(max_row=7, values_only=True)
    top = [next(filter(None, line)) for line in lines if any(line)]
    assert top[:4] == [
        CAMPAIGN.organisation,
        "Trung tâm Nền tảng số (U03)",
        CAMPAIGN.texts["roster_annex"],
        CAMPAIGN.texts["roster_title"],
    ]
    assert "123/VNPT-IT-NS" in str(top[4])
    assert "{" not in str(top[4])
    assert read_workbook(content).properties == {
        "dondoc-campaign": "vssid-2021",
        "dondoc-unit": "U03",
        "dondoc-template": template_mark(CAMPAIGN),
    }


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


def test_the_further_sheets_are_empty_for_the_reader_and_open_for_the_unit() -> None:
    """Discrepancies and contact: labels locked, cells open; returned blank the workbook is blank."""
    content = roster_template(CAMPAIGN, UNIT, wording=bundled_wording())
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[1:] == ["Sai lệch", "Đầu mối"]
    contact, discrepancies = book["Đầu mối"], book["Sai lệch"]
    assert [contact.cell(row, 1).value for row in range(4, 9)] == [
        *("Đơn vị", "Họ và tên", "Chức vụ", "Số điện thoại", "Email")
    ]
    assert (contact["A5"].protection.locked, contact["B5"].protection.locked, contact.protection.sheet) == (
        True,
        False,
        True,
    )
    assert (discrepancies["B4"].protection.locked, discrepancies["B5"].protection.locked) == (True, False)
    roster = read_roster(read_workbook(content), CAMPAIGN)
    assert roster
    assert is_blank_template(roster)
    assert (roster.other_sheets, roster.no_discrepancy) == ((), False)
    assert check_roster(roster, CAMPAIGN, today=TODAY) == ()
    assert complaints(content) == []


def test_discrepancies_of_the_further_sheet_reach_their_workers() -> None:
    """Two lines of one worker, known by her number."""
    people_rows = [dict(row.values) for row in roster_of(*people(3)).rows]
    book = openpyxl.load_workbook(
        io.BytesIO(roster_template(CAMPAIGN, UNIT, rows=people_rows, wording=bundled_wording()))
    )
    page = book["Sai lệch"]
    for row, said in ((5, ("Thẻ BHYT", "Bệnh viện A", "Bệnh viện B")), (6, ("Nhân thân", "1990", "1991"))):
        for column, value in enumerate(
            ("1", people_rows[1]["full_name"], people_rows[1]["social_insurance_no"], *said), 1
        ):
            page.cell(row, column).value = value
    saved = io.BytesIO()
    book.save(saved)
    roster = read_roster(read_workbook(saved.getvalue()), CAMPAIGN)
    assert roster
    assert [len(row.discrepancies) for row in roster.rows] == [0, 2, 0]


def test_a_wide_list_is_printed_on_two_pages_with_the_names_on_both() -> None:
    """A4 across, headings repeated, the legend above them."""
    page = _page(roster_template(CAMPAIGN, UNIT, wording=bundled_wording()))
    row = _row_of_headings(page)
    assert (page.page_setup.orientation, page.page_setup.fitToWidth, page.page_setup.fitToHeight) == ("landscape", 2, 0)
    assert (page.print_title_rows, page.print_title_cols) == (f"${row}:${row + 1}", "$A:$C")
    assert "nền đậm" in str(page.cell(row - 1, 4).value)


def test_an_old_blank_is_known_by_its_mark() -> None:
    """The mark depends on the columns and their headings, and on nothing else."""
    rows = [dict(row.values) for row in roster_of(*people(2)).rows]
    roster = read_roster(read_workbook(roster_template(CAMPAIGN, UNIT, rows=rows)), CAMPAIGN)
    assert roster
    assert not is_old_template(roster, CAMPAIGN)
    assert not is_old_template(roster, replace(CAMPAIGN, title="Đợt 2", deadline=TODAY))
    first, *others = CAMPAIGN.columns
    changed = replace(CAMPAIGN, columns=(replace(first, heading="Số thứ tự"), *others))
    assert is_old_template(roster, changed)
    assert not is_old_template(roster_of(*people(2)), changed)
