"""The contact at her desk: rosters filled, zeros lost, cells mended."""

from __future__ import annotations

import io
from datetime import date, datetime

from openpyxl import Workbook, load_workbook

from service.core.campaigns import Campaign
from service.core.units import Unit, Worker
from service.demo.papers.roster_filling import (
    Habits,
    Slip,
    Values,
    correct_roster,
    fill_roster,
    find_table,
    has_error_list,
    plain_roster,
    worker_values,
)


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day)  # noqa: DTZ001 - a workbook's dates have no zone


def _people(campaign: Campaign, workers: tuple[Worker, ...]) -> tuple[Values, ...]:
    return tuple(worker_values(worker, campaign, date(2021, 4, 24)) for worker in workers)


def _cells(content: bytes, row: int) -> list[object]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [cell.value for cell in sheet[row]]


def _with_error_list(content: bytes, cells: tuple[str, ...]) -> bytes:
    """As our answer returns it: a sheet that names the wrong cells."""
    book = load_workbook(io.BytesIO(content))
    errors = book.create_sheet("Lỗi", 0)
    for cell in cells:
        errors.append(["Dòng", cell, "sai"])
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_roster_is_filled_as_people_write(campaign: Campaign, unit: Unit, workers: tuple[Worker, ...]) -> None:
    """Dates as dates, yes as X, numbers as text."""
    filled = fill_roster(plain_roster(campaign, unit), campaign, _people(campaign, workers), Habits())
    assert _cells(filled, 5) == [
        1, "Trần Văn Độ", _day(1993, 12, 14), "Nam", "001093841798", "0101494708", "0794402490",
        "do@office.example", _day(2021, 4, 24), "X", None, None, None,
    ]  # fmt: skip


def test_numbers_typed_as_numbers_lose_their_zeros(campaign: Campaign, unit: Unit, workers: tuple[Worker, ...]) -> None:
    """The cell holds a number; the zero at its head is gone."""
    habits = Habits(numbers_as_numbers=True)
    filled = fill_roster(plain_roster(campaign, unit), campaign, _people(campaign, workers), habits)
    assert _cells(filled, 5)[4:7] == [1093841798, 101494708, 794402490]


def test_the_example_row_is_overwritten_and_the_number_row_left(
    campaign: Campaign, unit: Unit, workers: tuple[Worker, ...]
) -> None:
    """Below the headings stands (1), (2), (3) …, then an example: her first worker takes its place."""
    book = load_workbook(io.BytesIO(plain_roster(campaign, unit)))
    sheet = book.worksheets[0]
    sheet.append([f"({number})" for number in range(1, 14)])
    sheet.append(["VD", "Nguyễn Văn Mẫu", None, "Nam", "000", "000", "000", "mau@office.example"])
    filled = fill_roster(_saved(book), campaign, _people(campaign, workers), Habits())
    assert _cells(filled, 5)[:2] == ["(1)", "(2)"]
    assert _cells(filled, 6)[:2] == [1, "Trần Văn Độ"]
    assert _cells(filled, 6)[4] == "001093841798"


def test_headings_in_two_rows_are_found(campaign: Campaign, workers: tuple[Worker, ...]) -> None:
    """The columns under a merged heading have their own headings in the row below."""
    book = Workbook()
    sheet = book.worksheets[0]
    headings = [column.heading for column in campaign.columns]
    sheet.append([*headings[:10], "Thông tin sai lệch", None, None])
    sheet.append([None] * 10 + headings[10:])
    table = find_table(book, campaign)
    assert table.first_row == 3
    assert set(table.columns) == {column.key for column in campaign.columns}


def test_named_cells_are_mended_and_others_left(campaign: Campaign, unit: Unit, workers: tuple[Worker, ...]) -> None:
    """She goes by the list of errors: the cell it does not name keeps its mistake."""
    people = _people(campaign, workers)
    slips = (
        Slip(worker=0, column="birth_date", written="31/02/1990"),
        Slip(worker=1, column="social_insurance_no", written=people[0]["social_insurance_no"]),
        Slip(worker=2, column="phone", written="123"),
    )
    wrong = fill_roster(plain_roster(campaign, unit), campaign, people, Habits(slips=slips))
    mended = correct_roster(_with_error_list(wrong, ("C5", "F6")), campaign, people)
    book = load_workbook(io.BytesIO(mended))
    sheet = find_table(book, campaign).sheet
    assert sheet["C5"].value == _day(1993, 12, 14)
    assert sheet["F6"].value == "7912345678"
    assert sheet["G7"].value == "123"


def test_a_row_whose_named_cell_is_right_is_compared_as_a_whole(
    campaign: Campaign, unit: Unit, workers: tuple[Worker, ...]
) -> None:
    """Told that number and gender contradict each other, she finds the gender wrong and leaves the number."""
    people = _people(campaign, workers)
    habits = Habits(dates_as_text=True, slips=(Slip(worker=0, column="gender", written="Nữ"),))
    wrong = fill_roster(plain_roster(campaign, unit), campaign, people, habits)
    mended = correct_roster(_with_error_list(wrong, ("E5",)), campaign, people)
    sheet = find_table(load_workbook(io.BytesIO(mended)), campaign).sheet
    assert [sheet["D5"].value, sheet["E5"].value, sheet["C5"].value] == ["Nam", "001093841798", "14/12/1993"]


def test_only_a_returned_workbook_has_a_list_of_errors(
    campaign: Campaign, unit: Unit, workers: tuple[Worker, ...]
) -> None:
    """The blank roster is not taken for a returned one."""
    blank = plain_roster(campaign, unit)
    assert not has_error_list(blank, campaign)
    assert has_error_list(_with_error_list(blank, ("F6",)), campaign)
    assert not has_error_list(_with_error_list(blank, ("A1",)), campaign)
