"""`calendar.toml`: days on which the whole house departs from the Vietnamese public holidays, for all campaigns."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from service.core.campaigns import Campaign
from service.settings.campaign_files import CampaignFolder, SettingRefused
from service.settings.table import SettingsTable

CALENDAR_FILE = "calendar.toml"


class CalendarSettings(SettingsTable):
    """The whole file; without one nothing departs."""

    days_off: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()


def read_calendar(folder: Path) -> CalendarSettings:
    """Reads and checks the file of a configuration folder."""
    file = folder / CALENDAR_FILE
    if not file.is_file():
        return CalendarSettings()
    try:
        calendar = CalendarSettings.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingRefused(file, "", "", f"not a TOML file: {problem}") from None
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(str(part) for part in first["loc"][:1])
        raise SettingRefused(file, place, first["input"], f"{first['msg']}; days are written 2021-05-08") from None
    for day in sorted(calendar.days_off & calendar.working_days):
        raise SettingRefused(file, "working_days", f"{day}", "stands in days_off too; one of them only")
    return calendar


def on_calendar(read: CampaignFolder, calendar: CalendarSettings) -> CampaignFolder:
    """The campaign with the house's days; what the campaign itself says goes before them."""
    own: Campaign = read.campaign
    campaign = replace(
        own,
        days_off=own.days_off | (calendar.days_off - own.working_days),
        working_days=own.working_days | (calendar.working_days - own.days_off),
    )
    return replace(read, campaign=campaign)
