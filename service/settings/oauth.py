"""The `[oauth]` table: signing in without a password, at Google, Microsoft or another provider of tokens.

One registration of the service serves reading and sending; which access is asked for follows from what is configured.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from service.settings.table import SettingsTable

ADDRESS = r"^(https?://\S+)?$"


class OAuthSettings(SettingsTable):
    """How the service is registered at the provider. Secrets are named by an environment variable, as passwords."""

    provider: Literal["google", "microsoft", "other"]
    client_id: str = Field(min_length=1)
    client_secret_env: str = ""
    tenant: str = ""
    """Microsoft: the office's directory, by id or domain."""
    sign_in: Literal["person", "application"] = "person"
    """`person`: somebody signs in once by `dondoc sign-in`; `application`: the service signs in as itself."""
    scopes: tuple[str, ...] = ()
    """Empty: what reading and sending need at this provider."""
    authority: str = Field(default="", pattern=ADDRESS)
    """Microsoft: another cloud's sign-in address."""
    token_url: str = Field(default="", pattern=ADDRESS)
    authorization_url: str = Field(default="", pattern=ADDRESS)
    ca_file: str = ""
    proxy: str = ""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.provider == "microsoft" and not self.tenant:
            raise ValueError('provider = "microsoft" needs `tenant`: the id or the domain of the directory')
        if self.provider == "other" and not self.token_url:
            raise ValueError('provider = "other" needs `token_url`')
        if self.provider == "google" and self.sign_in == "application":
            raise ValueError('provider = "google" knows only sign_in = "person"')
        if self.sign_in == "application" and not self.client_secret_env:
            raise ValueError('sign_in = "application" needs `client_secret_env`')
        return self
