"""The documents which go out with mails, built in child processes by `building.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from service.core.campaigns import Campaign
from service.core.mail.messages import Attachment
from service.core.progress.packages import Package, PackageFile, PackageUnit
from service.core.progress.summary_facts import SummaryFacts
from service.core.sentences import Wording
from service.core.units import Unit, Worker
from service.settings import CampaignFolder
from service.work.child_processes import ChildProcesses

PACKAGE_SECONDS = 900.0
"""Thousands of scanned pages are copied."""


def _built(what: str, *arguments: object) -> Any:
    """In the child: calls a function of `building`, whose libraries nobody else loads."""
    from service.wiring import building  # noqa: PLC0415  # 60 MB of libraries that the parent does without

    return getattr(building, what)(*arguments)


def _summarised(campaign: Campaign, facts: SummaryFacts, words: Wording) -> tuple[bytes, bytes]:
    from service.wiring.picturing import summary  # noqa: PLC0415  # charts: 40 MB that no other annex needs

    return summary(campaign, facts, words)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltAnnexes:
    """Adapter of the port `Annexes`."""

    folders: Mapping[str, CampaignFolder]
    wording: Callable[[str, str], Wording]
    children: ChildProcesses

    def opening(self, campaign: Campaign, unit: Unit, last_day: date) -> tuple[Attachment, ...]:
        words = self.wording(campaign.id, unit.language)
        files = self.children.run(_built, "opening", self.folders[campaign.id], unit, words, last_day)
        return tuple(map(_attachment, files))

    def blanks(self, campaign: Campaign, unit: Unit) -> tuple[Attachment, ...]:
        words = self.wording(campaign.id, unit.language)
        return tuple(map(_attachment, self.children.run(_built, "blanks", self.folders[campaign.id], unit, words)))

    def calendar(self, campaign: Campaign, unit: Unit, last_day: date, now: datetime, sequence: int) -> Attachment:
        return _attachment(self.children.run(_built, "calendar", campaign, unit, last_day, now, sequence))

    def roster(
        self, campaign: Campaign, unit: Unit, workers: Sequence[Worker], password: str | None
    ) -> tuple[Attachment, ...]:
        return (_attachment(self.children.run(_built, "roster", campaign, unit, tuple(workers), password)),)

    def declaration(self, campaign: Campaign, values: Mapping[str, str], code: str) -> bytes:
        words = self.wording(campaign.id, campaign.language)
        content: bytes = self.children.run(_built, "declaration", campaign, dict(values), code, words)
        return content

    def summary(self, campaign: Campaign, facts: SummaryFacts) -> tuple[bytes, bytes]:
        words = self.wording(campaign.id, campaign.language)
        return self.children.run(_summarised, campaign, facts, words)


def _attachment(file: tuple[str, str, bytes]) -> Attachment:
    name, media_type, content = file
    return Attachment(name=name, media_type=media_type, content=content)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageBuilder:
    """Builds the package in a child process: the library which copies pages is not made for threads."""

    children: ChildProcesses

    def __call__(
        self, campaign: Campaign, units: Sequence[PackageUnit], made_at: datetime, wording: Wording
    ) -> Package:
        arguments = ("built_package", campaign, units, wording, made_at)
        package: Package = self.children.run(_built, *arguments, seconds=PACKAGE_SECONDS)
        return package


def kept_package(folder: Path, files: Sequence[PackageFile]) -> str:
    """Writes the files for people to look at, readable to us alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in files:
        (folder / Path(file.name).name).write_bytes(file.content)
    return str(folder)
