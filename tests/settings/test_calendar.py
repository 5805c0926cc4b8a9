"""The Vietnamese calendar as the service builds it: Tết, 30/4 and 1/5, days in lieu, swapped Saturdays, overrides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from service.settings.calendar import CalendarSettings, on_calendar, read_calendar
from service.settings.campaign_files import SettingRefused
from service.wiring.assembly import open_campaign
from tests.support.harness.bundled_campaign import bundled_folder

CALENDAR = open_campaign(bundled_folder()).calendar


def days(first: str, last: str) -> list[date]:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return [begin + timedelta(days=n) for n in range((end - begin).days + 1)]


@pytest.mark.parametrize(
    ("first", "last", "worked_before", "worked_after"),
    [
        ("2021-02-10", "2021-02-16", "2021-02-09", "2021-02-17"),
        ("2022-01-31", "2022-02-04", "2022-01-28", "2022-02-07"),
        ("2023-01-20", "2023-01-26", "2023-01-19", "2023-01-27"),
        ("2024-02-08", "2024-02-14", "2024-02-07", "2024-02-15"),
        ("2025-01-27", "2025-01-31", "2025-01-24", "2025-02-03"),
        ("2026-02-16", "2026-02-20", "2026-02-13", "2026-02-23"),
    ],
)
def test_tet_is_not_worked(first: str, last: str, worked_before: str, worked_after: str) -> None:
    """The days off of Tết 2021 to 2026, and the last and first working day around them."""
    assert not any(CALENDAR.is_working(day) for day in days(first, last))
    assert CALENDAR.back(date.fromisoformat(last), 0) == date.fromisoformat(worked_before)
    assert CALENDAR.forward(date.fromisoformat(first), 1) == date.fromisoformat(worked_after)


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        (["2021-04-30", "2021-05-03"], ["2021-04-29", "2021-05-04"]),
        (["2022-05-02", "2022-05-03"], ["2022-04-29", "2022-05-04"]),
        (["2023-05-01", "2023-05-02", "2023-05-03"], ["2023-04-28", "2023-05-04"]),
        (["2024-04-29", "2024-04-30", "2024-05-01"], ["2024-04-26", "2024-05-02"]),
        (["2025-04-30", "2025-05-01", "2025-05-02"], ["2025-04-29", "2025-05-05"]),
        (["2026-04-30", "2026-05-01"], ["2026-04-29", "2026-05-04"]),
    ],
)
def test_30_4_and_1_5_with_days_in_lieu(off: list[str], worked: list[str]) -> None:
    """What fell on a weekend is made up for on the next working days."""
    assert [day for day in off if CALENDAR.is_working(date.fromisoformat(day))] == []
    assert [day for day in worked if not CALENDAR.is_working(date.fromisoformat(day))] == []


@pytest.mark.parametrize(
    ("saturday", "instead_of"),
    [("2024-05-04", "2024-04-29"), ("2025-04-26", "2025-05-02"), ("2026-08-22", "2026-08-31")],
)
def test_swapped_saturdays_are_worked(saturday: str, instead_of: str) -> None:
    """The day before or after a holiday is free, and a Saturday is worked instead; the Saturdays around it are not."""
    swapped = date.fromisoformat(saturday)
    assert swapped.weekday() == 5
    assert CALENDAR.is_working(swapped)
    assert not CALENDAR.is_working(date.fromisoformat(instead_of))
    assert not CALENDAR.is_working(swapped - timedelta(days=7))


def test_a_swapped_saturday_counts_as_a_working_day_of_the_plan() -> None:
    """Two working days before Monday 06/05/2024 is Friday 03/05, for Saturday 04/05 is worked."""
    assert CALENDAR.back(date(2024, 5, 6), 1) == date(2024, 5, 4)
    assert CALENDAR.back(date(2024, 5, 6), 2) == date(2024, 5, 3)


def test_the_house_says_when_it_departs_from_the_country(tmp_path: Path) -> None:
    """`calendar.toml` holds for every campaign; what a campaign says itself goes before it."""
    (tmp_path / "calendar.toml").write_text("days_off = [2021-05-04, 2021-05-05]\nworking_days = [2021-05-08]\n")
    folder = bundled_folder()
    own = replace(folder, campaign=replace(folder.campaign, working_days=frozenset({date(2021, 5, 5)})))
    calendar = open_campaign(on_calendar(own, read_calendar(tmp_path))).calendar
    worked = [day.day for day in days("2021-05-04", "2021-05-08") if calendar.is_working(day)]
    assert worked == [5, 6, 7, 8]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("days_off = ['Tuesday']", "days_off"),
        ("holidays = [2021-05-04]", "holidays"),
        ("days_off = [2021-05-04]\nworking_days = [2021-05-04]", "one of them only"),
        ("days_off = [2021-05-04", "not a TOML file"),
    ],
)
def test_a_wrong_calendar_is_refused_in_one_line(tmp_path: Path, written: str, said: str) -> None:
    """File, key, value, remedy."""
    (tmp_path / "calendar.toml").write_text(written)
    with pytest.raises(SettingRefused, match=r"calendar\.toml") as refused:
        read_calendar(tmp_path)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_without_the_file_nothing_departs(tmp_path: Path) -> None:
    """Most houses need none."""
    assert read_calendar(tmp_path) == CalendarSettings()
