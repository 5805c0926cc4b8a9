"""What the annexes and the package are built from: campaign data and values of the flow into `documents/`.

Runs in child processes: its libraries (PDF, workbooks) take much memory, and some are not made for threads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from service.core.campaigns import Campaign
from service.core.progress.packages import Package, PackageUnit
from service.core.sentences import Wording
from service.core.units import Unit, Worker
from service.documents.opening_mail.blank_declaration import blank_declaration_pdf
from service.documents.opening_mail.blank_roster import roster_template
from service.documents.opening_mail.opening_annexes import (
    blank_papers,
    calendar_file,
    form_texts,
    opening_annexes,
    roster_annex,
)
from service.documents.opening_mail.protect import protected
from service.documents.package.build_package import build_package
from service.settings import CampaignFolder

File = tuple[str, str, bytes]
"""Name, media type, content."""
_FEWEST_ROWS = 30
"""Bordered rows of a blank roster: what is printed. Below them there is room for any number."""


def opening(folder: CampaignFolder, unit: Unit, wording: Wording, last_day: date) -> tuple[File, ...]:
    template = _blank_roster(folder, unit, wording)
    return opening_annexes(folder.campaign, unit, folder.sources, template, wording, last_day=last_day)


def blanks(folder: CampaignFolder, unit: Unit, wording: Wording) -> tuple[File, ...]:
    return blank_papers(folder.campaign, unit, _blank_roster(folder, unit, wording), wording)


def _blank_roster(folder: CampaignFolder, unit: Unit, wording: Wording) -> bytes:
    expected = len(folder.workers.get(unit.code, ()))
    return roster_template(folder.campaign, unit, blank_rows=max(_FEWEST_ROWS, expected * 3 // 2), wording=wording)


def calendar(campaign: Campaign, unit: Unit, last_day: date, now: datetime, sequence: int) -> File:
    return calendar_file(campaign, unit, last_day, now, sequence)


def roster(campaign: Campaign, unit: Unit, workers: Sequence[Worker], password: str | None) -> File:
    filled = roster_template(campaign, unit, rows=[worker.values for worker in workers])
    return roster_annex(campaign, unit, protected(filled, password) if password else filled)


def declaration(campaign: Campaign, values: Mapping[str, str], code: str, wording: Wording) -> bytes:
    if campaign.declaration is None:
        raise ValueError(f"campaign {campaign.id} asks for no declaration")
    return blank_declaration_pdf(campaign.declaration.layout, form_texts(campaign, wording), values, code=code)


def built_package(campaign: Campaign, units: Sequence[PackageUnit], wording: Wording, made_at: datetime) -> Package:
    return build_package(campaign, units, wording, made_at=made_at)
