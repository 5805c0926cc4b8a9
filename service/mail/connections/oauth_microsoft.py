"""Tokens from Microsoft Entra ID by its own library: a person signs in with a code, or the service signs in as itself.

The refresh token is kept in our own store, as for every provider; msal's memory lasts as long as the process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msal
import requests

from service.flow.ports.world import Clock
from service.mail.connections.oauth import NoAccess, ProviderUnavailable, SignInNeeded
from service.mail.connections.oauth_endpoint import grant_of, refusal
from service.mail.connections.token_store import Grant
from service.mail.connections.web import web_session, web_trouble

AUTHORITY = "https://login.microsoftonline.com"

TokenAnswer = Mapping[str, Any]


class MicrosoftProvider:
    """Adapter of `Provider`. With a secret and `application` no person is needed; else `sign_in` must come first."""

    def __init__(
        self,
        *,
        tenant: str,
        client_id: str,
        scopes: Sequence[str],
        now: Clock,
        client_secret: str = "",
        application: bool = False,
        authority: str = AUTHORITY,
        session: requests.Session | None = None,
    ) -> None:
        self._authority = f"{authority.rstrip('/')}/{tenant}"
        self._client_id, self._client_secret = client_id, client_secret
        self._scopes, self._now, self._application = list(scopes), now, application
        self._session = session or web_session()
        # Only Microsoft's own addresses can be looked up at Microsoft.
        self._discovery = authority == AUTHORITY
        self._lock = threading.Lock()
        self._client: Any = None

    @property
    def needs_sign_in(self) -> bool:
        return not self._application

    def renew(self, refresh_token: str) -> Grant:
        if self._application:
            return self._ask(self._as_application)
        if not refresh_token:
            raise SignInNeeded("the sign-in gave no refresh token")
        return self._ask(lambda client: client.acquire_token_by_refresh_token(refresh_token, scopes=self._scopes))

    def sign_in(self, show: Callable[[str], None]) -> Grant:
        """Shows where to enter which code, and waits until a person has done so. Raises NoAccess."""

        def ask(client: Any) -> TokenAnswer:
            flow: dict[str, Any] = client.initiate_device_flow(scopes=self._scopes)
            if "user_code" not in flow:
                return flow
            show(f"Open {flow['verification_uri']} and enter the code {flow['user_code']}")
            answer: TokenAnswer = client.acquire_token_by_device_flow(flow)
            return answer

        return self._ask(ask)

    def _as_application(self, client: Any) -> TokenAnswer:
        client.remove_tokens_for_client()
        answer: TokenAnswer = client.acquire_token_for_client(scopes=self._scopes)
        return answer

    def _ask(self, ask: Callable[[Any], TokenAnswer]) -> Grant:
        try:
            with self._lock:
                answer = ask(self._connected())
        except requests.RequestException as problem:
            raise ProviderUnavailable(f"{self._authority}: {web_trouble(problem)}") from problem
        except ValueError as problem:  # msal: the authority's own description is missing or not understood
            raise NoAccess(f"{self._authority}: {problem}; check `tenant` and the authority's address") from problem
        if "access_token" not in answer:
            raise refusal(self._authority, 0, answer)
        return grant_of(answer, self._now)

    def _connected(self) -> Any:
        """msal's client, made when it is first needed: it asks the authority for its addresses at once."""
        if self._client is None:
            common = {
                "client_id": self._client_id,
                "authority": self._authority,
                "http_client": self._session,
                "instance_discovery": self._discovery,
            }
            if self._application:
                self._client = msal.ConfidentialClientApplication(client_credential=self._client_secret, **common)
            else:
                self._client = msal.PublicClientApplication(**common)
        return self._client
