"""What the commands share: options, the configuration, one JSON document on standard output."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from service.cli.folders import config_folder, templates_folder
from service.core.units import Unit
from service.flow.context import OpenCampaign, Services
from service.flow.ports.world import Clock
from service.settings import Settings, load_settings
from service.wiring.assembly import build_service, reading_services, wall_clock

if TYPE_CHECKING:  # the whole flow, which commands that only read can do without
    from service.wiring.service import Service

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Configuration folder.", envvar="DONDOC_CONFIG", show_default="config/")
]
CampaignOption = Annotated[str | None, typer.Option("--campaign", help="Which campaign, where several are open.")]
NowOption = Annotated[
    str | None, typer.Option("--now", help="A fixed clock such as 2021-05-17T16:00, for trying things out.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
AsOption = Annotated[str, typer.Option("--as", help="Who decides; recorded in the audit trail.")]

console = Console()


def settings_of(config: Path | None) -> Settings:
    return load_settings(config_folder(config), templates=templates_folder())


def clock_of(now: str | None, zone: str) -> Clock:
    """The wall clock, or the fixed one asked for (in the campaign's zone unless it names its own)."""
    if now is None:
        return wall_clock
    try:
        fixed = datetime.fromisoformat(now)
    except ValueError:
        raise typer.BadParameter(f"{now!r} is no time; write for example 2021-05-17T16:00") from None
    moment = fixed if fixed.tzinfo else fixed.replace(tzinfo=ZoneInfo(zone))
    return lambda: moment


def chosen(campaigns: Collection[str], name: str | None) -> str:
    """The named campaign, or the only one."""
    known = ", ".join(sorted(campaigns))
    if name is not None and name not in campaigns:
        raise typer.BadParameter(f"{name!r} is no open campaign; known are {known}")
    if name is None and len(campaigns) > 1:
        raise typer.BadParameter(f"several campaigns are open, say --campaign: {known}")
    return name or next(iter(campaigns))


@contextmanager
def opened_service(config: Path | None, now: str | None = None) -> Iterator[Service]:
    """The service with mailbox and sender, for a command that may write mails."""
    settings = settings_of(config)
    with build_service(settings, now=clock_of(now, _zone(settings))) as service:
        yield service


@contextmanager
def opened_services(config: Path | None, now: str | None = None) -> Iterator[Services]:
    """What a command needs that only reads: no mailbox, nothing remembered."""
    settings = settings_of(config)
    with reading_services(settings, now=clock_of(now, _zone(settings))) as services:
        yield services


def campaign_named(opened: Service | Services, name: str | None) -> OpenCampaign:
    """The named campaign, or the only one."""
    campaigns = opened.campaigns if isinstance(opened, Services) else opened.services.campaigns
    return campaigns[chosen(campaigns, name)]


def _zone(settings: Settings) -> str:
    return next(iter(settings.campaigns.values())).campaign.zone


def unit_of(open_campaign: OpenCampaign, code: str) -> Unit:
    unit = open_campaign.unit(code)
    if unit is None:
        known = ", ".join(each.code for each in open_campaign.units)
        raise typer.BadParameter(f"{code!r} is no unit of {open_campaign.campaign.id}; known are {known}")
    return unit


def read_file(path: Path) -> bytes:
    if not path.is_file():
        raise typer.BadParameter(f"{path}: no such file; check the name")
    return path.read_bytes()


def print_json(value: Any) -> None:
    """The only thing a command with `--json` writes on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"{type(value)} has no place in JSON")
