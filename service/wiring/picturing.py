"""HR's summary from the flow's values: picture and workbook.

Runs in child processes, apart from `building.py`: charts are half of what a child would load for any annex.
"""

from __future__ import annotations

from service.core.campaigns import Campaign
from service.core.progress.progress import Progress
from service.core.progress.summary_facts import SummaryFacts
from service.core.sentences import Wording
from service.core.units import Unit
from service.documents.summary.picture import PictureRow, PictureWords, progress_picture
from service.documents.summary.summary_workbook import summary_workbook


def summary(campaign: Campaign, facts: SummaryFacts, wording: Wording) -> tuple[bytes, bytes]:
    return _picture(campaign, facts, wording), summary_workbook(campaign, facts, wording)


def _picture(campaign: Campaign, facts: SummaryFacts, wording: Wording) -> bytes:
    rows = [_picture_row(unit, each, campaign) for unit, each in zip(facts.units, facts.progress, strict=True)]
    steps = ["roster", "forms"] if campaign.declaration else ["roster"]
    if campaign.discrepancy:
        steps.append("discrepancies")
    burn_up = facts.burn_up
    words = PictureWords(
        title=wording.say("board.title"),
        subtitle=wording.say("board.as_of", moment=f"{facts.now:%H:%M %d/%m/%Y}"),
        steps={step: wording.say(f"board.{step}") for step in steps},
        more=wording.say("board.more"),
        way=wording.say("board.way"),
        units=wording.say("board.units_done"),
        forms=wording.say("board.forms_done") if campaign.declaration else "",
        even=wording.say("board.even"),
        last_day=wording.say("board.last_day", day=f"{burn_up.last_day:%d/%m}"),
    )
    return progress_picture(rows, words, burn_up)


def _picture_row(unit: Unit, progress: Progress, campaign: Campaign) -> PictureRow:
    """Steps as shares of what is expected; nothing is expected of a step the campaign does not have."""
    people = max(progress.workers, progress.expected)
    right = people - progress.roster_errors - len(progress.not_in_roster)
    parts = {"roster": max(0.0, right / people) if progress.roster_version and people else 0.0}
    notes = {"roster": f"{progress.workers}/{people}"}
    if campaign.declaration:
        expected = progress.forms_expected or people
        parts["forms"] = progress.forms_accepted / expected if expected else 0.0
        notes["forms"] = f"{progress.forms_accepted}/{expected}"
    if campaign.discrepancy:
        parts["discrepancies"] = float(progress.discrepancies_answered and progress.roster_version > 0)
        notes["discrepancies"] = str(progress.discrepancies) if progress.roster_version else "–"
    return PictureRow(code=unit.code, name=unit.name, parts=parts, notes=notes)
