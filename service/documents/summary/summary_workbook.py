"""The workbook beside HR's summary: where every unit stands with the names that are missing, and what HR has to do."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from service.core.campaigns import Campaign
from service.core.progress.progress import Progress
from service.core.progress.summary_facts import SummaryFacts
from service.core.sentences import Wording
from service.core.units import Unit
from service.documents.letters.print_sheets import PrintColumn, PrintGroup, PrintSheet, print_workbook

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
    ("last_day", 12, True),
    ("reminded", 26, False),
    ("contact", 34, False),
)
"""Key of the heading, width, centred."""


def summary_workbook(campaign: Campaign, facts: SummaryFacts, wording: Wording) -> bytes:
    """One line a unit, in the order of the units, figures as `done/expected`; on a second sheet what HR has to do."""
    by_unit = {each.unit: each for each in facts.progress}
    columns = _columns(campaign)
    pairs = [(unit, by_unit.get(unit.code, Progress(unit=unit.code))) for unit in facts.units]
    local = facts.now.astimezone(ZoneInfo(campaign.zone))
    done = sum(each.unit_is_done for _, each in pairs)
    title = (campaign.title, wording.say("package.summary.at", moment=f"{local:%H:%M %d/%m/%Y}"))
    corner = (campaign.organisation.upper(),)
    sheet = PrintSheet(
        tab=wording.say("package.summary.tab"),
        corner=corner,
        title=title,
        columns=[
            PrintColumn(heading=wording.say(f"package.summary.{key}"), width=width, centred=centred)
            for key, width, centred in columns
        ],
        groups=(PrintGroup(rows=[_line(unit, each, campaign, wording, facts) for unit, each in pairs]),),
        totals=(wording.say("package.summary.total", done=str(done), units=str(len(pairs))),),
    )
    to_do = PrintSheet(
        tab=wording.say("package.summary.needs_tab"),
        corner=corner,
        title=title,
        columns=[
            PrintColumn(heading=wording.say("package.ordinal"), width=6, centred=True),
            PrintColumn(heading=wording.say("package.summary.needs"), width=110),
        ],
        groups=(PrintGroup(rows=[(str(number), need) for number, need in enumerate(facts.needs, start=1)]),),
    )
    return print_workbook((sheet, to_do) if facts.needs else (sheet,), made_at=facts.now)


def _columns(campaign: Campaign) -> list[tuple[str, float, bool]]:
    """Without what the campaign does not collect."""
    forms, discrepancies = campaign.declaration is not None, campaign.discrepancy is not None
    collected = {"forms": forms, "in_review": forms, "discrepancies": discrepancies}
    return [column for column in _COLUMNS if collected.get(column[0], True)]


def _line(unit: Unit, progress: Progress, campaign: Campaign, wording: Wording, facts: SummaryFacts) -> tuple[str, ...]:
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
        "last_day": f"{facts.last_days[unit.code]:%d/%m/%Y}" if unit.code in facts.last_days else "",
        "reminded": "\n".join(facts.reminded.get(unit.code, ())),
        "contact": _contact(unit, progress, wording),
    }
    return tuple(said[key] for key, _width, _centred in _columns(campaign))


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
