"""The workbook beside HR's summary: where every unit stands, with the names that are missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from service.core.campaigns import Campaign
from service.core.progress import Progress
from service.core.units import Unit
from service.core.wording import Wording
from service.documents.print_sheets import PrintColumn, PrintGroup, PrintSheet, print_workbook

_COLUMNS: tuple[tuple[str, float, bool], ...] = (
    ("code", 8, True),
    ("unit", 32, False),
    ("stage", 18, False),
    ("last_received", 17, True),
    ("workers", 11, True),
    ("errors", 9, True),
    ("forms", 11, True),
    ("in_review", 9, True),
    ("discrepancies", 11, True),
    ("missing", 44, False),
    ("contact", 34, False),
)
"""Key of the heading, width, centred."""


def summary_workbook(
    campaign: Campaign, units: Sequence[Unit], progress: Sequence[Progress], wording: Wording, now: datetime
) -> bytes:
    """One line a unit, in the order of the units; figures as `done/expected`."""
    by_unit = {each.unit: each for each in progress}
    pairs = [(unit, by_unit.get(unit.code, Progress(unit=unit.code))) for unit in units]
    local = now.astimezone(ZoneInfo(campaign.zone))
    done = sum(each.unit_is_done for _, each in pairs)
    sheet = PrintSheet(
        tab=wording.say("package.summary.tab"),
        corner=(campaign.organisation.upper(),),
        title=(campaign.title, wording.say("package.summary.at", moment=f"{local:%H:%M %d/%m/%Y}")),
        columns=[
            PrintColumn(heading=wording.say(f"package.summary.{key}"), width=width, centred=centred)
            for key, width, centred in _COLUMNS
        ],
        groups=(PrintGroup(rows=[_line(unit, each, campaign, wording) for unit, each in pairs]),),
        totals=(wording.say("package.summary.total", done=str(done), units=str(len(pairs))),),
    )
    return print_workbook((sheet,), made_at=now)


def _line(unit: Unit, progress: Progress, campaign: Campaign, wording: Wording) -> tuple[str, ...]:
    received = progress.last_received_at
    local = received.astimezone(ZoneInfo(campaign.zone)) if received else None
    return (
        unit.code,
        unit.name,
        wording.say(f"stage.{progress.stage}"),
        f"{local:%H:%M %d/%m/%Y}" if local else "",
        _of(progress.workers, progress.expected),
        str(progress.roster_errors or ""),
        _of(progress.forms_accepted, progress.forms_expected),
        str(len(progress.forms_in_review) or ""),
        str(progress.discrepancies) if progress.discrepancies_answered else wording.say("package.summary.unanswered"),
        _missing(progress, wording),
        _contact(unit, progress, wording),
    )


def _of(done: int, expected: int) -> str:
    return f"{done}/{expected}" if expected else str(done or "")


def _missing(progress: Progress, wording: Wording) -> str:
    """Names by what is missing, a line for each."""
    named = (
        ("not_in_roster", progress.not_in_roster),
        ("forms_missing", progress.forms_missing),
        ("forms_rejected", progress.forms_rejected),
    )
    return "\n".join(wording.say(f"package.summary.{key}", names=", ".join(names)) for key, names in named if names)


def _contact(unit: Unit, progress: Progress, wording: Wording) -> str:
    lines = [unit.contact or "", ", ".join(unit.addresses), unit.phone or ""]
    if progress.bounced:
        lines.append(wording.say("package.summary.bounced"))
    return "\n".join(line for line in lines if line)
