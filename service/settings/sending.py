"""The `[smtp]` table, and which of the configured servers takes our mails."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from service.settings.table import SettingsTable

SendingBy = Literal["smtp", "exchange", "graph"]
"""The table of `service.toml` that sends. A further way is one more name here, a field of that name in
`ServiceSettings`, and one more case in `service/wiring/mailboxes.py`."""


class SmtpSettings(SettingsTable):
    """The mail server which takes our mails."""

    host: str
    port: int = Field(gt=0, lt=65536)
    tls: Literal["tls", "starttls", "none"] = "starttls"
    ca_file: str = ""
    user: str = ""
    sign_in: Literal["password", "oauth"] = "password"
    """`oauth`: without a password, as `[oauth]` says."""
    password_env: str = ""
    mails_per_minute: int = Field(default=20, gt=0)
