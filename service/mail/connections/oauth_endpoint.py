"""Tokens from a token endpoint as RFC 6749 describes it: Google, and any other provider named by its addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import requests

from service.flow.ports.world import Clock
from service.mail.connections.oauth import NoAccess, ProviderUnavailable, SignInNeeded
from service.mail.connections.token_store import Grant
from service.mail.connections.troubles import one_line
from service.mail.connections.web import fields_of, wait_asked, web_session, web_trouble

GOOGLE_AUTHORIZATION = "https://accounts.google.com/o/oauth2/v2/auth"
GOOGLE_TOKEN = "https://oauth2.googleapis.com/token"  # noqa: S105  # an address, no secret
GOOGLE_MAIL = "https://mail.google.com/"

USUAL_LIFETIME = 3600
"""Seconds, where an answer does not say (RFC 6749 §5.1 only recommends that it does)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenEndpoint:
    """Adapter of `Provider` for a service registered at a provider by `client_id`."""

    token_url: str
    client_id: str
    now: Clock
    client_secret: str = ""
    scopes: Sequence[str] = ()
    application: bool = False
    """The service signs in as itself (client credentials): no person, no refresh token."""
    session: requests.Session = field(default_factory=web_session)

    @property
    def needs_sign_in(self) -> bool:
        return not self.application

    def renew(self, refresh_token: str) -> Grant:
        if self.application:
            return self._ask({"grant_type": "client_credentials", "scope": " ".join(self.scopes)})
        if not refresh_token:
            raise SignInNeeded("the sign-in gave no refresh token")
        return self._ask({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def exchange(self, code: str, *, redirect: str, verifier: str) -> Grant:
        """The tokens for the code with which a sign-in ended; `verifier` proves that it was ours (RFC 7636)."""
        return self._ask(
            {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
        )

    def _ask(self, fields: Mapping[str, str]) -> Grant:
        identity = {"client_id": self.client_id, "client_secret": self.client_secret}
        form = {name: value for name, value in {**fields, **identity}.items() if value}
        try:
            answer = self.session.post(self.token_url, data=form, allow_redirects=False)
        except requests.RequestException as problem:
            raise ProviderUnavailable(f"{self.token_url}: {web_trouble(problem)}") from problem
        content = fields_of(answer)
        if answer.status_code != 200 or "access_token" not in content:
            raise refusal(self.token_url, answer.status_code, content, wait_asked(answer))
        return grant_of(content, self.now)


def grant_of(content: Mapping[str, Any], now: Clock) -> Grant:
    """A token endpoint's answer (RFC 6749 §5.1), with the lifetimes as times."""
    moment = now()
    refresh_lifetime = content.get("refresh_token_expires_in")  # Google, for services that are still being tried out
    return Grant(
        access_token=str(content["access_token"]),
        expires_at=moment + timedelta(seconds=float(content.get("expires_in") or USUAL_LIFETIME)),
        refresh_token=str(content.get("refresh_token") or ""),
        refresh_expires_at=moment + timedelta(seconds=float(refresh_lifetime)) if refresh_lifetime else None,
    )


def refusal(where: str, status: int, content: Mapping[str, Any], wait_seconds: float | None = None) -> NoAccess:
    """What a provider's error means for us (RFC 6749 §5.2)."""
    error = str(content.get("error", "") or f"answer {status}")
    said = one_line(f"{where}: {error} {content.get('error_description', '')}")
    if error in ("invalid_grant", "interaction_required", "consent_required", "login_required"):
        return SignInNeeded(said)
    if error in ("invalid_client", "unauthorized_client"):
        return NoAccess(f"{said}; check `client_id`, `tenant` and the client's secret")
    if error == "invalid_scope":
        return NoAccess(f"{said}; check `scopes` and what the provider's administrator has admitted")
    return ProviderUnavailable(said, wait_seconds=wait_seconds)
