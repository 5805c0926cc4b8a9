"""Single cells as some keyboards and offices write them: the same value as everybody's."""

from __future__ import annotations

import pytest

from service.core.campaigns import ColumnKind
from service.core.grids import Cell
from service.core.rosters.values import read_value
from service.core.vietnam.dates import Shape, read_date


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (ColumnKind.SOCIAL_INSURANCE_NO, "０１１００００００５", "0110000005"),
        (ColumnKind.SOCIAL_INSURANCE_NO, "\u202a0110 000\u2009018\u202c", "0110000018"),
        (ColumnKind.SOCIAL_INSURANCE_NO, "’0110000003", "0110000003"),
        (ColumnKind.CITIZEN_ID, "001.065.100-007", "001065100007"),
        (ColumnKind.PHONE, "+84 (0) 912100004", "0912100004"),
        (ColumnKind.PHONE, "0084912100002", "0912100002"),
        (ColumnKind.PHONE, "84912100001", "0912100001"),
        (ColumnKind.GENDER, "Nam giới", "Nam"),
        (ColumnKind.GENDER, "NỮ GIỚI.", "Nữ"),
        (ColumnKind.YES_NO, "Đạt", "true"),
        (ColumnKind.EMAIL, "ｈｏａ@vnpt-it.example", "hoa@vnpt-it.example"),
    ],
)
def test_a_cell_in_other_clothes(kind: ColumnKind, written: str, value: str) -> None:
    """Read without a word: nothing about it is wrong."""
    read = read_value(Cell(written), kind)
    assert (read.canonical, read.remark) == (value, None)


@pytest.mark.parametrize(
    "written",
    [
        *("ngày 15/04/1988", "15-thg 4-1988", "15 thg 4, 1988", "１５/０４/１９８８", "15/04/1988."),
        *("15-Apr-1988", "15 April 1988", "10:30 15/04/1988", "10h30 ngày 15/04/1988", "Sinh ngày 15/04/1988"),
    ],
)
def test_a_day_in_other_clothes(written: str) -> None:
    """With its word or the hour before it, or with the month's name as Excel shows it."""
    read = read_date(written)
    day = read.day_first()
    assert read.shape is Shape.DAY and day is not None and day.isoformat() == "1988-04-15"


@pytest.mark.parametrize("written", ["1988", "1988.0", "Sinh năm 1988", "Năm sinh: 1988", "năm 1988"])
def test_a_year_in_other_clothes(written: str) -> None:
    """A number that went through a spreadsheet, or with its words before it."""
    read = read_date(written)
    assert (read.shape, read.year) == (Shape.YEAR, 1988)
