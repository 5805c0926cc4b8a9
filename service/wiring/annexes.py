"""The documents which go out with mails: campaign data and values of the flow into `documents/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from service.core.campaigns import Campaign
from service.core.deadlines import last_day_in_time
from service.core.messages import Attachment
from service.core.packages import Package, PackageFile, PackageUnit
from service.core.progress import Progress
from service.core.summing import SummaryFacts
from service.core.units import Unit, Worker
from service.core.wording import Wording
from service.documents.opening_annexes import calendar_file, opening_annexes, roster_annex
from service.documents.package_files import build_package
from service.documents.progress_picture import PictureRow, PictureWords, progress_picture
from service.documents.protect import protected
from service.documents.summary_workbook import summary_workbook
from service.documents.template import roster_template
from service.settings import CampaignFolder
from service.work.child_processes import ChildProcesses

_FEWEST_ROWS = 30
"""Bordered rows of a blank roster: what is printed. Below them there is room for any number."""
PACKAGE_SECONDS = 900.0
"""Thousands of scanned pages are copied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltAnnexes:
    """Adapter of the port `Annexes`."""

    folders: Mapping[str, CampaignFolder]
    wording: Callable[[str, str], Wording]

    def opening(self, campaign: Campaign, unit: Unit) -> tuple[Attachment, ...]:
        sources = self.folders[campaign.id].sources
        wording, last_day = self.wording(campaign.id, unit.language), last_day_in_time(campaign)
        expected = len(self.folders[campaign.id].workers.get(unit.code, ()))
        template = roster_template(campaign, unit, blank_rows=max(_FEWEST_ROWS, expected * 3 // 2), wording=wording)
        annexes = opening_annexes(campaign, unit, sources, template, wording, last_day=last_day)
        return tuple(
            Attachment(name=name, media_type=media_type, content=content) for name, media_type, content in annexes
        )

    def calendar(self, campaign: Campaign, unit: Unit, last_day: date, now: datetime) -> Attachment:
        name, media_type, content = calendar_file(campaign, unit, last_day, now)
        return Attachment(name=name, media_type=media_type, content=content)

    def roster(
        self, campaign: Campaign, unit: Unit, workers: Sequence[Worker], password: str | None
    ) -> tuple[Attachment, ...]:
        filled = roster_template(campaign, unit, rows=[worker.values for worker in workers])
        name, media_type, content = roster_annex(campaign, unit, protected(filled, password) if password else filled)
        return (Attachment(name=name, media_type=media_type, content=content),)

    def summary(self, campaign: Campaign, facts: SummaryFacts) -> tuple[bytes, bytes]:
        wording = self.wording(campaign.id, campaign.language)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageBuilder:
    """Builds the package in a child process: the library which copies pages is not made for threads."""

    children: ChildProcesses

    def __call__(
        self, campaign: Campaign, units: Sequence[PackageUnit], made_at: datetime, wording: Wording
    ) -> Package:
        return self.children.run(_package_files, campaign, units, wording, made_at, seconds=PACKAGE_SECONDS)


def _package_files(campaign: Campaign, units: Sequence[PackageUnit], wording: Wording, made_at: datetime) -> Package:
    return build_package(campaign, units, wording, made_at=made_at)


def kept_package(folder: Path, files: Sequence[PackageFile]) -> str:
    """Writes the files for people to look at, readable to us alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in files:
        (folder / Path(file.name).name).write_bytes(file.content)
    return str(folder)
