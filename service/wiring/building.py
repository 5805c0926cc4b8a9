"""What the annexes and the package are built from: campaign data and values of the flow into `documents/`.

Runs in child processes: its libraries (charts, PDF, workbooks) take much memory, and some are not made for threads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from service.core.campaigns import Campaign
from service.core.deadlines import last_day_in_time
from service.core.packages import Package, PackageUnit
from service.core.progress import Progress
from service.core.summing import SummaryFacts
from service.core.units import Unit, Worker
from service.core.wording import Wording
from service.documents.blank_form import blank_declaration_pdf
from service.documents.opening_annexes import calendar_file, form_texts, opening_annexes, roster_annex
from service.documents.package_files import build_package
from service.documents.progress_picture import PictureRow, PictureWords, progress_picture
from service.documents.protect import protected
from service.documents.summary_workbook import summary_workbook
from service.documents.template import roster_template
from service.settings import CampaignFolder

File = tuple[str, str, bytes]
"""Name, media type, content."""
_FEWEST_ROWS = 30
"""Bordered rows of a blank roster: what is printed. Below them there is room for any number."""


def opening(folder: CampaignFolder, unit: Unit, wording: Wording) -> tuple[File, ...]:
    campaign = folder.campaign
    expected = len(folder.workers.get(unit.code, ()))
    template = roster_template(campaign, unit, blank_rows=max(_FEWEST_ROWS, expected * 3 // 2), wording=wording)
    return tuple(
        opening_annexes(campaign, unit, folder.sources, template, wording, last_day=last_day_in_time(campaign))
    )


def calendar(campaign: Campaign, unit: Unit, last_day: date, now: datetime) -> File:
    return calendar_file(campaign, unit, last_day, now)


def roster(campaign: Campaign, unit: Unit, workers: Sequence[Worker], password: str | None) -> File:
    filled = roster_template(campaign, unit, rows=[worker.values for worker in workers])
    return roster_annex(campaign, unit, protected(filled, password) if password else filled)


def declaration(campaign: Campaign, values: Mapping[str, str], code: str, wording: Wording) -> bytes:
    if campaign.declaration is None:
        raise ValueError(f"campaign {campaign.id} asks for no declaration")
    return blank_declaration_pdf(campaign.declaration.layout, form_texts(campaign, wording), values, code=code)


def package(campaign: Campaign, units: Sequence[PackageUnit], wording: Wording, made_at: datetime) -> Package:
    return build_package(campaign, units, wording, made_at=made_at)


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
