"""The roster's rules, as a list that can be read aloud. A campaign names those that apply to it, in its order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from service.core.campaigns import Campaign
from service.core.findings import Finding
from service.core.rosters.checks.across import (
    citizen_id_agrees,
    complete_discrepancies,
    health_card_agrees,
    numbers_not_confused,
    periods,
)
from service.core.rosters.checks.checking import Check, Checking
from service.core.rosters.checks.offered import last_days, only_choices
from service.core.rosters.checks.single import (
    addresses,
    answers_are_yes,
    dates_in_window,
    known_genders,
    plausible_names,
    readable_answers,
    readable_dates,
    required_values,
    well_formed_numbers,
    well_formed_phones,
)
from service.core.rosters.checks.whole import (
    formulas,
    hidden_rows,
    legacy_encoding,
    macros,
    no_duplicates,
    other_sheets,
    required_columns,
    unknown_columns,
)
from service.core.rosters.personnel import check_against_personnel, missing_workers
from service.core.rosters.roster import Roster

__all__ = ["CHECKS", "check_against_personnel", "check_roster", "missing_workers"]

CHECKS: Mapping[str, Check] = {
    "required_columns": required_columns,
    "required_values": required_values,
    "names": plausible_names,
    "dates": readable_dates,
    "dates_in_window": dates_in_window,
    "last_days": last_days,
    "genders": known_genders,
    "numbers": well_formed_numbers,
    "phones": well_formed_phones,
    "emails": addresses,
    "yes_no": readable_answers,
    "answers_are_yes": answers_are_yes,
    "choices": only_choices,
    "duplicates": no_duplicates,
    "citizen_id_agrees": citizen_id_agrees,
    "health_card_agrees": health_card_agrees,
    "numbers_not_confused": numbers_not_confused,
    "discrepancies": complete_discrepancies,
    "periods": periods,
    "unknown_columns": unknown_columns,
    "hidden_rows": hidden_rows,
    "formulas": formulas,
    "other_sheets": other_sheets,
    "legacy_encoding": legacy_encoding,
    "macros": macros,
}


def check_roster(roster: Roster, campaign: Campaign, *, today: date) -> tuple[Finding, ...]:
    """What the campaign's checks find, row by row. What reading itself remarked is in `roster.findings`."""
    checking = Checking(roster=roster, campaign=campaign, today=today)
    return tuple(sorted(_checked(checking), key=lambda finding: finding.row or 0))


def _checked(checking: Checking) -> Iterator[Finding]:
    for name in checking.campaign.rules:
        yield from CHECKS[name](checking)
