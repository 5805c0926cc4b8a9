"""The stage: a folder of its own, the bundled campaign with fewer workers, mail accounts, and a clock to move."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from service.core.campaigns import Campaign
from service.core.progress.deadlines import WorkingCalendar
from service.core.units import Worker
from service.demo.cast import AFTERNOON, MORNING, Member
from service.demo.server.mail_server import MailServer
from service.settings import CampaignFolder, SettingRefused, Settings, load_settings

FIRST_DAY, LAST_DAY = date(2021, 4, 22), date(2021, 5, 21)
MARKER = ".dondoc-demo"
AUTHSERV_ID = "mx.demo.example"
"""The name under which the demonstration's mail server says who wrote: nobody need confirm her mail."""
PASSWORD_VARIABLE = "DONDOC_DEMO_PASSWORD"  # noqa: S105 - the variable's name, not a password
PASSWORD = "only-on-this-machine"  # noqa: S105 - of accounts that live as long as the demonstration


class FolderInUse(SettingRefused):
    """The folder holds something else than a demonstration; it is not wiped."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "", "", "holds something else; the demonstration needs an empty folder")


@dataclass
class DemoClock:
    """The accelerated clock: stands still until it is moved."""

    moment: datetime

    def __call__(self) -> datetime:
        return self.moment


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStage:
    """Everything prepared, before the mail server starts."""

    folder: Path
    config: Path
    templates: Path
    campaign_folder: CampaignFolder
    service_address: str

    @property
    def campaign(self) -> Campaign:
        return self.campaign_folder.campaign

    @property
    def workers(self) -> tuple[Worker, ...]:
        return tuple(worker for workers in self.campaign_folder.workers.values() for worker in workers)


def prepare(folder: Path, *, config: Path, templates: Path, workers_a_unit: int) -> DemoStage:
    """Wipes the demonstration's folder and reads the bundled campaign."""
    wipe(folder)
    settings = load_settings(config, templates=templates)
    campaign_folder = with_fewer_workers(next(iter(settings.campaigns.values())), workers_a_unit)
    return DemoStage(
        folder=folder,
        config=config,
        templates=templates,
        campaign_folder=campaign_folder,
        service_address=settings.service.own.address.lower(),
    )


def wipe(folder: Path) -> None:
    """Empties the folder when it is ours. Raises FolderInUse otherwise."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise FolderInUse(folder)
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o700)
    (folder / MARKER).touch()


def with_fewer_workers(campaign_folder: CampaignFolder, workers_a_unit: int) -> CampaignFolder:
    """The first workers of each unit: reading pages is what takes time."""
    workers = {unit: rows[:workers_a_unit] for unit, rows in campaign_folder.workers.items()}
    return replace(campaign_folder, workers=workers)


def accounts(stage: DemoStage, members: Sequence[Member]) -> dict[str, str]:
    """Everybody who has a mailbox. The address that bounces is not among them."""
    campaign = stage.campaign
    heads = [unit.head_address for unit in stage.campaign_folder.units if unit.head_address]
    addresses = [stage.service_address, *campaign.hr_addresses, campaign.agency.address, *heads]
    for member in members:
        addresses += [member.mailbox, *([member.private_address] if member.private_address else [])]
    return dict.fromkeys(addresses, PASSWORD)


def settings_for(stage: DemoStage, server: MailServer) -> Settings:
    """The bundled configuration with mailbox, sending and state of the demonstration."""
    os.environ[PASSWORD_VARIABLE] = PASSWORD
    login = {"host": "127.0.0.1", "tls": "none", "user": stage.service_address, "password_env": PASSWORD_VARIABLE}
    configured = load_settings(stage.config, templates=stage.templates).service
    overrides = {
        "campaigns": (stage.campaign.id,),
        "own": {**configured.own.model_dump(), "authserv_id": AUTHSERV_ID},
        "trust": {**configured.trust.model_dump(), "unproven": "confirm"},
        "sending": "on",
        "sending_by": "smtp",
        "mailbox": {**login, "kind": "imap", "port": server.imap_port},
        # The clock stands still while mails go out: a limit by the minute would never let the second batch pass.
        "smtp": {**login, "port": server.smtp_port, "mails_per_minute": 100_000},
        "state": {"folder": str(stage.folder)},
    }
    settings = load_settings(stage.config, templates=stage.templates, overrides=overrides)
    return replace(settings, campaigns={stage.campaign.id: stage.campaign_folder})


def first_moment(campaign: Campaign) -> datetime:
    """When the story begins."""
    return _moment(campaign, FIRST_DAY, MORNING)


def _moment(campaign: Campaign, day: date, hour: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(hour.lstrip("T")), ZoneInfo(campaign.zone))


def half_days(campaign: Campaign, calendar: WorkingCalendar) -> Iterator[datetime]:
    """Morning and afternoon of every working day of the story."""
    day = FIRST_DAY
    while day <= LAST_DAY:
        if calendar.is_working(day):
            for hour in (MORNING, AFTERNOON):
                yield _moment(campaign, day, hour)
        day += timedelta(days=1)
