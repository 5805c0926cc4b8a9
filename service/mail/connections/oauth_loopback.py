"""A person's sign-in in a browser on this machine: the provider sends the browser back to an address of ours.

RFC 8252 (loopback address, any port) with RFC 7636 (the code is worth nothing to whoever else sees it).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from service.mail.connections.oauth import NoAccess
from service.mail.connections.token_store import Grant

PATIENCE = 300.0
"""Seconds a person has to sign in."""

SIGNED_IN = b"<!doctype html><title>Dondoc</title><p>Signed in. You may close this page.</p>"
NOT_SIGNED_IN = b"<!doctype html><title>Dondoc</title><p>Not signed in. The terminal says why.</p>"


class Exchange(Protocol):
    """Gives tokens for a code."""

    def exchange(self, code: str, *, redirect: str, verifier: str) -> Grant: ...


def sign_in_by_browser(
    endpoint: Exchange,
    *,
    authorization_url: str,
    client_id: str,
    scopes: Sequence[str],
    show: Callable[[str], None],
    user: str = "",
    extra: Mapping[str, str] | None = None,
    patience: float = PATIENCE,
) -> Grant:
    """Shows the address to open, waits for the browser to come back, and gives the tokens. Raises NoAccess."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    with _Loopback(state) as loopback:
        request = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": loopback.address,
            "scope": " ".join(scopes),
            "state": state,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
            **({"login_hint": user} if user else {}),
            **(extra or {}),
        }
        show(f"{authorization_url}{'&' if '?' in authorization_url else '?'}{urlencode(request)}")
        code = loopback.wait(patience)
        return endpoint.exchange(code, redirect=loopback.address, verifier=verifier)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class _Loopback(HTTPServer):
    """Listens on 127.0.0.1 for one browser that knows our `state`; others get 404 and change nothing."""

    def __init__(self, state: str) -> None:
        super().__init__(("127.0.0.1", 0), _Return)
        self.state, self.code, self.error = state, "", ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def wait(self, patience: float) -> str:
        end = time.monotonic() + patience
        while not self.code and not self.error:
            self.timeout = end - time.monotonic()
            if self.timeout <= 0:
                raise NoAccess(f"nobody signed in within {patience:.0f} s; run the command again")
            self.handle_request()
        if self.error:
            raise NoAccess(f"the provider said {self.error!r}; sign in again and allow the access")
        return self.code


class _Return(BaseHTTPRequestHandler):
    """The browser, sent back by the provider."""

    server: _Loopback
    timeout = 5.0  # a browser that only opens connections must not keep the next one waiting

    def do_GET(self) -> None:
        fields = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if not hmac.compare_digest(fields.get("state", "").encode(), self.server.state.encode()):
            self.send_error(404)
            return
        self.server.code, self.server.error = fields.get("code", ""), fields.get("error", "")
        page = SIGNED_IN if self.server.code else NOT_SIGNED_IN
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *arguments: object) -> None:
        """Nothing: the address holds the code."""
