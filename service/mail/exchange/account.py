"""How exchangelib talks to the server: an account as exchangelib wants it, sign-in, certificates, and HTTP's answers.

exchangelib keeps its own sessions and renews them. What is ours: certificates are checked against the house's
authorities, every connection has a protocol of its own, and nothing is tried again behind our back.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from exchangelib import (
    BASIC,
    DELEGATE,
    IMPERSONATION,
    NTLM,
    OAUTH2,
    UTC,
    Account,
    Build,
    Configuration,
    Credentials,
    FailFast,
    Identity,
    OAuth2Credentials,
    Version,
)
from exchangelib.errors import ErrorServerBusy, UnauthorizedError
from exchangelib.protocol import Protocol
from requests import Response, Session
from requests.adapters import HTTPAdapter

from service.mail.connections.tls import tls_context
from service.mail.exchange.troubles import AnswerLost, TooBig

PIECE = 64 * 1024
"""Bytes of an answer that are read at once."""

OLDEST_KNOWN = Version(build=Build(15, 0, 847), api_version="Exchange2013_SP1")
"""What we say first. exchangelib learns the real version from the answer, and goes down for older servers."""


class SignIn(StrEnum):
    """How the account proves who it is."""

    BASIC = "basic"
    NTLM = "ntlm"
    OAUTH = "oauth"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeAccount:
    """A mailbox and how it is reached. `secret`: the password, or the client's secret for OAuth."""

    endpoint: str
    address: str
    sign_in: SignIn = SignIn.NTLM
    user: str = ""
    secret: str = field(default="", repr=False)
    client_id: str = ""
    token_url: str = ""
    scope: str = ""
    impersonates: bool = False
    ca_file: Path | None = None
    timeout: float = 120.0

    @property
    def name(self) -> str:
        return f"exchange://{self.address}@{urlsplit(self.endpoint).hostname}"


def open_account(account: ExchangeAccount) -> Any:
    """exchangelib's Account. Nothing is sent yet."""
    # It logs whole requests with the mails in them; what went wrong is told by our own exceptions.
    logging.getLogger("exchangelib").setLevel(logging.CRITICAL + 1)
    configuration = Configuration(
        service_endpoint=account.endpoint,
        credentials=_credentials(account),
        auth_type={SignIn.BASIC: BASIC, SignIn.NTLM: NTLM, SignIn.OAUTH: OAUTH2}[account.sign_in],
        version=OLDEST_KNOWN,
        retry_policy=_OurPolicy(),
        max_connections=1,
    )
    # An application signed in by OAuth is nobody: it always acts for the mailbox.
    acts_for = account.impersonates or account.sign_in is SignIn.OAUTH
    opened = Account(
        primary_smtp_address=account.address,
        config=configuration,
        access_type=IMPERSONATION if acts_for else DELEGATE,
        default_timezone=UTC,
        locale="en_US",
    )
    opened.protocol = _OurProtocol.of(configuration, account)
    return opened


def _credentials(account: ExchangeAccount) -> Any:
    if account.sign_in is not SignIn.OAUTH:
        # requests writes text as Latin-1, which has no Vietnamese letters; bytes go as they are.
        secret = account.secret.encode() if account.sign_in is SignIn.BASIC else account.secret
        return Credentials(account.user, secret)
    return _ApplicationCredentials(account)


class _ApplicationCredentials(OAuth2Credentials):  # type: ignore[misc]  # exchangelib has no types
    """Client credentials at the house's own token endpoint (AD FS), or Microsoft's."""

    def __init__(self, account: ExchangeAccount) -> None:
        self._token_url, self._asked_scope = account.token_url, account.scope
        super().__init__(
            client_id=account.client_id,
            client_secret=account.secret,
            identity=Identity(primary_smtp_address=account.address),
        )

    def session_params(self) -> dict[str, Any]:
        """Without requests-oauthlib's own renewal: it wants a refresh token, and an application has none."""
        return {"token": self.access_token}

    @property
    def token_url(self) -> str:
        return self._token_url

    @property
    def scope(self) -> list[str]:
        return self._asked_scope.split()


class _OurProtocol(Protocol):  # type: ignore[misc]  # exchangelib has no types
    """exchangelib's protocol with authorities and patience of one account, instead of one for the whole process."""

    @classmethod
    def of(cls, configuration: Any, account: ExchangeAccount) -> _OurProtocol:
        # Past the metaclass, which would hand out one cached protocol for all: reading and sending get their own.
        protocol: _OurProtocol = type.__call__(cls, config=configuration)
        protocol.TIMEOUT = account.timeout
        protocol.ca_file = account.ca_file
        return protocol

    ca_file: Path | None = None

    def raw_session(
        self,
        prefix: str,
        oauth2_client: Any = None,
        oauth2_session_params: Any = None,
        oauth2_token_endpoint: str | None = None,
    ) -> Session:
        session: Session = super().raw_session(prefix, oauth2_client, oauth2_session_params)
        session.trust_env = False  # no proxy and no .netrc of the environment between us and the house's own server
        adapter = _HouseAdapter(self.ca_file)
        session.mount("https://", adapter)
        session.mount(prefix, adapter)
        if oauth2_token_endpoint:
            session.mount(oauth2_token_endpoint, adapter)
        return session


class _HouseAdapter(HTTPAdapter):
    """Checks certificates against the system's authorities or those of one file, not against requests' own list."""

    def __init__(self, ca_file: Path | None) -> None:
        self._context = tls_context(ca_file)
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0, pool_block=True)

    def init_poolmanager(self, *sizes: Any, **options: Any) -> None:
        super().init_poolmanager(*sizes, **options, ssl_context=self._context)

    def build_response(self, req: Any, resp: Any) -> Response:
        response: Response = super().build_response(req, resp)
        response.__class__ = _Answer
        return response

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        conn.cert_reqs, conn.ca_certs, conn.ca_cert_dir = "CERT_REQUIRED", None, None


class _Answer(Response):
    """exchangelib reads an answer by requests' default piece, which is one byte: 7 s for a mail of 25 MB."""

    def iter_content(self, chunk_size: int | None = PIECE, decode_unicode: Any = False) -> Any:
        return super().iter_content(chunk_size, decode_unicode)


class _OurPolicy(FailFast):  # type: ignore[misc]  # exchangelib has no types
    """Nothing is tried again here; an answer by HTTP tells whether the request was carried out."""

    def raise_response_errors(self, response: Response) -> None:
        status = response.status_code
        if status == 401:
            raise UnauthorizedError(f"sign-in refused at {response.url}")
        if status in (429, 503):
            raise ErrorServerBusy(f"HTTP {status}", back_off=_seconds(response.headers.get("Retry-After", "")))
        if status == 413:
            raise TooBig(f"HTTP {status}: larger than the server takes")
        page = response.headers.get("Content-Type", "").startswith("text/html")
        if status in (408, 502, 504) or (status == 500 and page):
            raise AnswerLost(f"HTTP {status}: the server, or something before it, gave no answer of its own")
        super().raise_response_errors(response)


def _seconds(text: str) -> float | None:
    return float(text) if text.isdecimal() else None
