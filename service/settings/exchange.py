"""The `[exchange]` table: an Exchange server of the house's own (EWS), for reading, for sending, or for both."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from service.settings.table import SettingsTable


class ExchangeSettings(SettingsTable):
    """Where the server is and how we sign in. `endpoint` is given, never guessed by autodiscovery."""

    endpoint: str = Field(pattern=r"^https?://[^\s/]+/\S*$")
    address: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    sign_in: Literal["basic", "ntlm", "oauth"] = "ntlm"
    user: str = ""
    password_env: str = ""
    """For `oauth`: the variable that holds the client's secret."""
    client_id: str = ""
    token_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    scope: str = "https://outlook.office365.com/.default"
    access: Literal["delegate", "impersonation"] = "delegate"
    """`delegate`: the account has access to this mailbox, its own or given; `impersonation`: it may act as anybody."""
    tls: Literal["tls", "none"] = "tls"
    ca_file: str = ""
    timeout_seconds: float = Field(default=120, gt=0)
    mails_per_minute: int = Field(default=20, gt=0)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        plain = [url for url in (self.endpoint, self.token_url) if url.startswith("http://")]
        if self.tls == "tls" and plain:
            raise ValueError(
                f'{plain[0]} would send passwords in the clear; use https, or tls = "none" on this machine'
            )
        if self.sign_in == "oauth" and not (self.client_id and self.token_url and self.password_env):
            raise ValueError('sign_in = "oauth" needs `client_id`, `token_url` and `password_env` (the secret)')
        if self.sign_in != "oauth" and not (self.user and self.password_env):
            raise ValueError(f'sign_in = "{self.sign_in}" needs `user` and `password_env`')
        return self
