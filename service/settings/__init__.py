"""Typed settings from `config/` and the environment. A wrong setting is refused at start: file, key, value, remedy.

Layout of a configuration folder: `service.toml`, and for each campaign `campaigns/<id>/` with `campaign.toml`,
`roster.toml`, `units.xlsx`, optionally `workers.xlsx`, and `annexes/`;
`calendar.toml` where the house has days of its own.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator

from service.settings.calendar import on_calendar, read_calendar
from service.settings.campaign_files import CampaignFolder, SettingRefused, read_campaign_folder
from service.settings.delivery import SENDING, DeliverySettings
from service.settings.exchange import ExchangeSettings
from service.settings.graph import GraphSettings
from service.settings.mailboxes import MailboxSettings
from service.settings.oauth import OAuthSettings
from service.settings.sending import SendingBy, SmtpSettings
from service.settings.table import SettingsTable
from service.settings.trust import AutomaticSettings, TrustSettings
from service.settings.watching import CanarySettings, WatchSettings

SERVICE_FILE = "service.toml"
SERVERS = frozenset({"exchange", "graph"})
"""Kinds of mailboxes whose connection has a table of its own, because the same server may send as well."""


class Own(SettingsTable):
    """Who we are in mail."""

    address: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    name: str
    authserv_id: str = ""


class StateSettings(SettingsTable):
    """Where run-time data lies."""

    folder: str = "state"
    ledger: str = ""


class LimitSettings(SettingsTable):
    """How much of a mail is opened."""

    seconds_per_mail: float = Field(default=120, gt=0)
    megabytes_per_mail: int = Field(default=50, gt=0)
    files_per_mail: int = Field(default=400, gt=0)
    pages_per_file: int = Field(default=200, gt=0)
    megapixels_per_page: int = Field(default=60, gt=0)
    cells_per_workbook: int = Field(default=200_000, gt=0)
    archive_depth: int = Field(default=3, ge=0)


class RecognitionSettings(SettingsTable):
    """The processes which read scanned pages."""

    processes: int = Field(default=2, gt=0)
    megabytes_per_process: int = Field(default=1500, gt=0)


class ServiceSettings(SettingsTable):
    """The whole of `service.toml`."""

    campaigns: tuple[str, ...] = Field(min_length=1)
    sending: str = Field(default="on", pattern=SENDING)
    """"on"; "hold": nothing goes out; "redirect:address": everything goes to this address only."""
    allowed_domains: tuple[str, ...] = ()
    own: Own
    mailbox: MailboxSettings
    sending_by: SendingBy = "smtp"
    smtp: SmtpSettings | None = None
    exchange: ExchangeSettings | None = None
    graph: GraphSettings | None = None
    oauth: OAuthSettings | None = None
    delivery: DeliverySettings = DeliverySettings()
    trust: TrustSettings = TrustSettings()
    automatic: AutomaticSettings = AutomaticSettings()
    state: StateSettings = StateSettings()
    limits: LimitSettings = LimitSettings()
    recognition: RecognitionSettings = RecognitionSettings()
    watch: WatchSettings = WatchSettings()
    canary: CanarySettings = CanarySettings()

    @model_validator(mode="after")
    def _has_the_tables_it_names(self) -> Self:
        if self.mailbox.kind in SERVERS and getattr(self, self.mailbox.kind) is None:
            raise ValueError(f'mailbox.kind = "{self.mailbox.kind}": add the table [{self.mailbox.kind}]')
        if getattr(self, self.sending_by) is None:
            raise ValueError(f'sending_by = "{self.sending_by}": add the table [{self.sending_by}]')
        return self

    @model_validator(mode="after")
    def _knows_how_to_sign_in(self) -> Self:
        senders = {"graph": "graph", "smtp": self.smtp.sign_in if self.smtp else ""}
        for place, kind in (
            ("mailbox", getattr(self.mailbox, "sign_in", self.mailbox.kind)),
            ("sending_by", senders.get(self.sending_by, "")),
        ):
            if kind in ("graph", "oauth") and self.oauth is None:
                raise ValueError(f"{place}: add the table [oauth], which says how to sign in without a password")
        return self

    @model_validator(mode="after")
    def _keeps_one_copy(self) -> Self:
        """Exchange and Graph keep a copy themselves, which is all the evidence that is needed."""
        if self.sending_by != "smtp" and (self.delivery.own_copy or self.delivery.sent_copy):
            raise ValueError(
                f'sending_by = "{self.sending_by}" files what it sends: leave out delivery.own_copy and sent_copy'
            )
        return self

    @model_validator(mode="after")
    def _can_reach_the_sent_folder(self) -> Self:
        if self.delivery.looks_into_sent and self.sending_by == "smtp" and self.mailbox.kind != "imap":
            raise ValueError('delivery.sent_copy and server_files_sent need a [mailbox] of kind "imap"')
        return self

    @property
    def mails_per_minute(self) -> int:
        """How many mails the server that sends takes in a minute."""
        return int(getattr(self, self.sending_by).mails_per_minute)


__all__ = [
    "CampaignFolder",
    "ServiceSettings",
    "SettingRefused",
    "Settings",
    "load_for_reading",
    "load_settings",
    "real_state",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be configured, checked."""

    folder: Path
    templates: Path
    service: ServiceSettings
    campaigns: Mapping[str, CampaignFolder]

    @property
    def state(self) -> Path:
        return Path(self.service.state.folder)

    @property
    def ledger_url(self) -> str:
        return self.service.state.ledger or f"sqlite:///{self.state.absolute() / 'ledger.sqlite'}"

    def password(self, variable: str) -> str:
        """A password from the environment; "" when none is configured."""
        if not variable:
            return ""
        if variable not in os.environ:
            file = self.folder / SERVICE_FILE
            raise SettingRefused(file, "password_env", variable, "set this environment variable to the password")
        return os.environ[variable]


def load_settings(folder: Path, *, templates: Path, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Reads and checks a configuration folder. `overrides` replaces tables of `service.toml` (demo and tests)."""
    service = _service_settings(folder / SERVICE_FILE, overrides or {})
    campaigns = _campaigns(folder, service.campaigns)
    return Settings(folder=folder, templates=templates, service=service, campaigns=campaigns)


def load_for_reading(folder: Path, *, templates: Path, state: Path, campaign: str | None = None) -> Settings:
    """Settings for commands which only read files: no mailbox is needed, and the state lies elsewhere.

    The campaign that is named, even a closed one; else those the service runs; without a service, all that lie here.
    """
    own_place = {"state": {"folder": str(state)}, **({"campaigns": [campaign]} if campaign else {})}
    if (folder / SERVICE_FILE).is_file():
        return load_settings(folder, templates=templates, overrides=own_place)
    known = (
        [campaign] if campaign else sorted(file.parent.name for file in (folder / "campaigns").glob("*/campaign.toml"))
    )
    if not known:
        raise SettingRefused(folder, "campaigns", "", "no campaign folder here; name the configuration by --config")
    own_place["campaigns"] = known
    nowhere = {"host": "127.0.0.1", "port": 1, "user": "", "password_env": ""}
    table = {"own": {"address": "dondoc@localhost.invalid", "name": ""}, "mailbox": nowhere, "smtp": nowhere}
    service = ServiceSettings.model_validate({**table, **own_place})
    campaigns = _campaigns(folder, known)
    return Settings(folder=folder, templates=templates, service=service, campaigns=campaigns)


def real_state(folder: Path) -> Path | None:
    """Where the service that this configuration describes keeps its state; None without one."""
    file = folder / SERVICE_FILE
    return Path(_service_settings(file, {}).state.folder) if file.is_file() else None


def _campaigns(folder: Path, names: Iterable[str]) -> dict[str, CampaignFolder]:
    """The named campaigns, on the calendar of the house."""
    calendar = read_calendar(folder)
    return {name: on_calendar(read_campaign_folder(folder / "campaigns" / name), calendar) for name in names}


def _service_settings(file: Path, overrides: Mapping[str, Any]) -> ServiceSettings:
    if not file.is_file():
        raise SettingRefused(file, "", "", "this file is missing; copy the sample configuration, or use `dondoc init`")
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingRefused(file, "", "", f"not a TOML file: {problem}") from None
    try:
        return ServiceSettings.model_validate({**table, **overrides})
    except ValidationError as problem:
        first = problem.errors()[0]
        place = [str(part) for part in first["loc"]]
        if place[:1] == ["mailbox"] and len(place) > 2:
            del place[1]  # the kind of the mailbox, which is no table of the file
        value = "" if isinstance(first["input"], Mapping) else first["input"]
        raise SettingRefused(file, ".".join(place), value, first["msg"].removeprefix("Value error, ")) from None
