"""Binary workbooks (xlsb): read as any other, their macros told of and never run."""

from __future__ import annotations

from service.core.rosters.rows import read_roster
from service.documents.common.attachment_limits import Limits
from service.documents.workbooks.workbook import read_workbook
from tests.support.harness.bundled_campaign import bundled_campaign
from tests.support.papers.opening import opened_paper
from tests.support.rosters.invented_rosters import people, table
from tests.support.rosters.xlsb import xlsb


def test_s39_a_binary_workbook_is_read() -> None:
    """Texts and numbers of every row, whatever the file is called."""
    persons = people(40)
    (paper,) = opened_paper("danh sach.xls", xlsb(table(persons)), "", None, Limits())
    assert paper.workbook is not None
    roster = read_roster(paper.workbook, bundled_campaign())
    assert roster is not None
    keys = ("full_name", "citizen_id", "social_insurance_no", "phone", "email")
    assert [[row.value(key) for key in keys] for row in roster.rows] == [
        [each[key] for key in keys] for each in persons
    ]
    assert not roster.has_macros


def test_macros_of_a_binary_workbook_are_told_of() -> None:
    """The file carries them; nothing runs them."""
    assert read_workbook(xlsb(table(people(2)), macros=True)).has_macros
