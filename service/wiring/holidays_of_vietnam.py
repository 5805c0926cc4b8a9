"""Public holidays and swapped working days of Vietnam; the package is loaded when a day is first asked about."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any


def is_holiday(day: date) -> bool:
    return day in _vietnam()


def is_swapped(day: date) -> bool:
    """A Saturday or Sunday worked instead of another day; the package learns a year when it is asked about it."""
    vietnam = _vietnam()
    return day not in vietnam and day in vietnam.weekend_workdays


@cache
def _vietnam() -> Any:
    import holidays

    return holidays.country_holidays("VN")
