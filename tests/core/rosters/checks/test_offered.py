"""Checks of what a campaign offers to choose from."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.campaigns import Campaign
from service.core.rosters.checks.common import Checking
from service.core.rosters.checks.offered import last_days, only_choices
from service.core.rosters.rows import read_roster
from tests.support.harness.bundled_campaign import bundled_folder
from tests.support.rosters.invented_rosters import sheet, workbook

KEYS = ("full_name", "gender", "exam_date", "exam_place", "not_possible_reason")


def health_check() -> Campaign:
    return bundled_folder("suc-khoe-2021").campaign


def checking(*cells: str) -> Checking:
    """One person's row, the cells in the order of KEYS."""
    campaign = health_check()
    headings = [campaign.heading(key) for key in KEYS]
    roster = read_roster(workbook(sheet([headings, ["Nguyễn Thị Lan", "Nữ", *cells]])), campaign)
    assert roster is not None
    return Checking(roster=roster, campaign=campaign, today=date(2021, 5, 12))


@pytest.mark.parametrize("place", ["Cơ sở Cầu Giấy", "cơ sở cầu giấy", "CO SO CAU GIAY", " Cơ sở  Cầu Giấy."])
def test_an_item_of_the_list_is_right_however_it_is_typed(place: str) -> None:
    """Case, accents, blanks and a full stop are no reason to send a list back."""
    assert list(only_choices(checking("09/06/2021", place))) == []


@pytest.mark.parametrize(
    ("place", "suggestion"),
    [("Cơ sở Cầu Giáy 1", "Cơ sở Cầu Giấy"), ("Cơ sở Hai Bà", "Cơ sở Hai Bà Trưng"), ("Bệnh viện Bạch Mai", None)],
)
def test_anything_else_is_refused_with_the_item_that_was_meant(place: str, suggestion: str | None) -> None:
    """The list is named; a guess is not offered as a suggestion."""
    (finding,) = only_choices(checking("09/06/2021", place))
    assert (finding.key, finding.column, finding.suggestion) == ("not_allowed.choice", "exam_place", suggestion)
    assert "Khám lưu động tại Công ty" in finding.facts["choices"]


def test_nothing_is_demanded_of_who_cannot_come() -> None:
    """A row with a reason may say anything, or nothing, about place."""
    assert list(only_choices(checking("", "chưa chọn", "Đi công tác"))) == []


@pytest.mark.parametrize(("day", "wrong"), [("25/06/2021", False), ("26/06/2021", True), ("25/06/2022", True)])
def test_the_last_day_is_the_last_that_can_be_chosen(day: str, wrong: bool) -> None:
    """The day itself is in time; a year mistyped is not."""
    found = list(last_days(checking(day, "Cơ sở Hà Đông")))
    assert bool(found) is wrong
    assert all(finding.facts["bound"] == "25/06/2021" for finding in found)


def test_days_written_both_ways_are_read_by_the_days_that_are_offered() -> None:
    """09/06 and 06/09 mean the same day of June: September is not offered."""
    for written in ("09/06/2021", "06/09/2021"):
        (row,) = checking(written, "Cơ sở Hà Đông").roster.rows
        assert row.value("exam_date") == "2021-06-09"
