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
    columns = _columns(campaign)
    pairs = [(unit, by_unit.get(unit.code, Progress(unit=unit.code))) for unit in units]
    local = now.astimezone(ZoneInfo(campaign.zone))
    done = sum(each.unit_is_done for _, each in pairs)
    sheet = PrintSheet(
        tab=wording.say("package.summary.tab"),
        corner=(campaign.organisation.upper(),),
        title=(campaign.title, wording.say("package.summary.at", moment=f"{local:%H:%M %d/%m/%Y}")),
        columns=[
            PrintColumn(heading=wording.say(f"package.summary.{key}"), width=width, centred=centred)
            for key, width, centred in columns
        ],
        groups=(PrintGroup(rows=[_line(unit, each, campaign, wording, columns) for unit, each in pairs]),),
        totals=(wording.say("package.summary.total", done=str(done), units=str(len(pairs))),),
    )
    return print_workbook((sheet,), made_at=now)


def _columns(campaign: Campaign) -> list[tuple[str, float, bool]]:
    """Without what the campaign does not collect."""
    forms, discrepancies = campaign.declaration is not None, campaign.discrepancy is not None
    collected = {"forms": forms, "in_review": forms, "discrepancies": discrepancies}
    return [column for column in _COLUMNS if collected.get(column[0], True)]


def _line(
    unit: Unit, progress: Progress, campaign: Campaign, wording: Wording, columns: Sequence[tuple[str, float, bool]]
) -> tuple[str, ...]:
    received = progress.last_received_at
    local = received.astimezone(ZoneInfo(campaign.zone)) if received else None
    unanswered = wording.say("package.summary.unanswered")
    said = {
        "code": unit.code,
        "unit": unit.name,
        "stage": wording.say(f"stage.{progress.stage}"),
        "last_received": f"{local:%H:%M %d/%m/%Y}" if local else "",
        "workers": _of(progress.workers, progress.expected),
        "errors": str(progress.roster_errors or ""),
        "forms": _of(progress.forms_accepted, progress.forms_expected),
        "in_review": str(len(progress.forms_in_review) or ""),
        "discrepancies": str(progress.discrepancies) if progress.discrepancies_answered else unanswered,
        "missing": _missing(progress, wording),
        "contact": _contact(unit, progress, wording),
    }
    return tuple(said[key] for key, _width, _centred in columns)


def _of(done: int, expected: int) -> str:
    return f"{done}/{expected}" if expected else str(done or "")


def _missing(progress: Progress, wording: Wording) -> str:
    """Names by what is missing, a line for each."""
    named = (
        ("not_in_roster", progress.not_in_roster),
        ("gone", progress.gone),
        ("forms_missing", progress.forms_missing),
        ("forms_rejected", progress.forms_rejected),
    )
    return "\n".join(wording.say(f"package.summary.{key}", names=", ".join(names)) for key, names in named if names)


def _contact(unit: Unit, progress: Progress, wording: Wording) -> str:
    lines = [unit.contact or "", ", ".join(unit.addresses), unit.phone or ""]
    if progress.bounced:
        lines.append(wording.say("package.summary.bounced"))
    return "\n".join(line for line in lines if line)
