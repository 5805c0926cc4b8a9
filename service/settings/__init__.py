"""Typed settings from `config/` and the environment. A wrong setting is refused at start: file, key, value, remedy.

Layout of a configuration folder: `service.toml`, and for each campaign `campaigns/<id>/` with `campaign.toml`,
`roster.toml`, `units.xlsx`, optionally `workers.xlsx`, and `annexes/`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.settings.campaign_files import CampaignFolder, SettingRefused, read_campaign_folder

SERVICE_FILE = "service.toml"


class Table(BaseModel):
    """A table of `service.toml`: unknown keys are refused, for a mistyped key would be ignored in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Own(Table):
    """Who we are in mail."""

    address: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    name: str
    authserv_id: str = ""


class MailboxSettings(Table):
    """The HR mailbox."""

    kind: Literal["imap"] = "imap"
    host: str
    port: int = Field(gt=0, lt=65536)
    tls: Literal["tls", "starttls", "none"] = "tls"
    ca_file: str = ""
    user: str
    password_env: str
    folder: str = "INBOX"
    processed: str = "Processed"
    review: str = "Review"
    ignored: str = "Ignored"
    poll_seconds: float = Field(default=60, gt=0, le=600)
    renew_seconds: float = Field(default=300, gt=0, le=1500)


class SendingSettings(Table):
    """The mail server which takes our mails."""

    host: str
    port: int = Field(gt=0, lt=65536)
    tls: Literal["tls", "starttls", "none"] = "starttls"
    ca_file: str = ""
    user: str = ""
    password_env: str = ""
    mails_per_minute: int = Field(default=20, gt=0)


class StateSettings(Table):
    """Where run-time data lies."""

    folder: str = "state"
    ledger: str = ""


class LimitSettings(Table):
    """How much of a mail is opened."""

    seconds_per_mail: float = Field(default=120, gt=0)
    megabytes_per_mail: int = Field(default=50, gt=0)
    files_per_mail: int = Field(default=400, gt=0)
    pages_per_file: int = Field(default=200, gt=0)
    megapixels_per_page: int = Field(default=60, gt=0)
    cells_per_workbook: int = Field(default=200_000, gt=0)
    archive_depth: int = Field(default=3, ge=0)


class RecognitionSettings(Table):
    """The processes which read scanned pages."""

    processes: int = Field(default=2, gt=0)
    megabytes_per_process: int = Field(default=1500, gt=0)


class ServiceSettings(Table):
    """The whole of `service.toml`."""

    campaigns: tuple[str, ...] = Field(min_length=1)
    sending: Literal["on", "hold"] = "on"
    own: Own
    mailbox: MailboxSettings
    smtp: SendingSettings
    state: StateSettings = StateSettings()
    limits: LimitSettings = LimitSettings()
    recognition: RecognitionSettings = RecognitionSettings()


__all__ = ["CampaignFolder", "ServiceSettings", "SettingRefused", "Settings", "load_for_reading", "load_settings"]


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
    campaigns = {name: read_campaign_folder(folder / "campaigns" / name) for name in service.campaigns}
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
    campaigns = {name: read_campaign_folder(folder / "campaigns" / name) for name in known}
    return Settings(folder=folder, templates=templates, service=service, campaigns=campaigns)


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
        key = ".".join(str(part) for part in first["loc"])
        raise SettingRefused(file, key, first["input"], first["msg"]) from None
