"""A provider of tokens on 127.0.0.1: what RFC 6749, 7662 and 8628 describe, with rotation and faults on order."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT = "dondoc-client"
SECRET = "invented client secret"
TENANT = "office-tenant"

Answer = tuple[int, Mapping[str, Any]]


@dataclass(slots=True)
class Rules:
    """How the provider behaves."""

    lifetime: int = 3600
    refresh_lifetime: int = 0
    rotates: bool = False
    needs_secret: bool = False
    pending: int = 0
    """How often a device code is answered with "not yet"."""
    answers: list[tuple[int, Mapping[str, Any], Mapping[str, str]]] = field(default_factory=list)
    """Faults, each given once instead of an answer: status, fields, header."""


class TokenServer:
    """The provider. `user` is the one person who can sign in."""

    def __init__(self, user: str, *, rules: Rules | None = None, certificate: tuple[Path, Path] | None = None) -> None:
        self.user, self.rules = user, rules or Rules()
        self.access: dict[str, float] = {}
        self.refresh: set[str] = set()
        self.codes: dict[str, str] = {}
        self.requests: list[dict[str, str]] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.provider = self
        name, scheme = "127.0.0.1", "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            name, scheme = "localhost", "https"
        self.base = f"{scheme}://{name}:{self._server.server_port}"
        self.token_url = f"{self.base}/{TENANT}/token"
        self.introspection_url = f"{self.base}/introspect"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="token-server", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def signed_in(self) -> str:
        """A refresh token, as a person's sign-in gives it."""
        token = f"refresh-{secrets.token_hex(8)}"
        self.refresh.add(token)
        return token

    def is_good(self, token: str) -> bool:
        return self.access.get(token, 0) > time.time()

    def revoke_access(self) -> None:
        """The tokens given so far are no longer taken, although their time is not up."""
        self.access.clear()

    def answer(self, path: str, form: Mapping[str, str]) -> tuple[int, Mapping[str, Any], Mapping[str, str]]:
        with self._lock:
            if path == "/introspect":
                return (*self._introspected(form.get("token", "")), {})
            self.requests.append(dict(form))
            if self.rules.answers:
                return self.rules.answers.pop(0)
            if path.endswith("/devicecode"):
                return 200, self._device(), {}
            return (*self._granted(form), {})

    def configuration(self) -> Mapping[str, Any]:
        """OpenID Connect's description of the provider, which msal asks for."""
        place = f"{self.base}/{TENANT}"
        return {
            "issuer": place,
            "token_endpoint": f"{place}/token",
            "authorization_endpoint": f"{self.base}/authorize",
            "device_authorization_endpoint": f"{place}/devicecode",
        }

    def authorize(self, query: Mapping[str, str]) -> str:
        """The person signs in and allows the access: where the browser is sent back to."""
        code = secrets.token_hex(8)
        self.codes[code] = query["code_challenge"]
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def _introspected(self, token: str) -> Answer:
        if not self.is_good(token):
            return 200, {"active": False}
        return 200, {"active": True, "username": self.user, "email": self.user}

    def _device(self) -> Mapping[str, Any]:
        return {
            "device_code": "device",
            "user_code": "ABCD-EFGH",
            "verification_uri": f"{self.base}/device",
            "expires_in": 60,
            "interval": 1,
            "message": "enter the code",
        }

    def _granted(self, form: Mapping[str, str]) -> Answer:
        if self.rules.needs_secret and form.get("client_secret") != SECRET:
            return 401, {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret"}
        kind = form.get("grant_type", "")
        if kind == "client_credentials":
            return 200, self._tokens()
        if kind == "refresh_token":
            return self._renewed(form["refresh_token"])
        if kind == "authorization_code":
            return self._exchanged(form)
        if "device_code" in kind:
            return self._device_granted()
        return 400, {"error": "unsupported_grant_type"}

    def _renewed(self, token: str) -> Answer:
        if token not in self.refresh:
            return 400, {"error": "invalid_grant", "error_description": "the refresh token is not valid any more"}
        if not self.rules.rotates:
            return 200, self._tokens()
        self.refresh.remove(token)
        return 200, {**self._tokens(), "refresh_token": self.signed_in()}

    def _exchanged(self, form: Mapping[str, str]) -> Answer:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if self.codes.pop(form["code"], "") != challenge.decode():
            return 400, {"error": "invalid_grant", "error_description": "wrong code or verifier"}
        return 200, {**self._tokens(), "refresh_token": self.signed_in()}

    def _device_granted(self) -> Answer:
        if self.rules.pending > 0:
            self.rules.pending -= 1
            return 400, {"error": "authorization_pending"}
        return 200, {**self._tokens(), "refresh_token": self.signed_in()}

    def _tokens(self) -> dict[str, Any]:
        token = f"access-{secrets.token_hex(16)}"
        self.access[token] = time.time() + self.rules.lifetime
        fields: dict[str, Any] = {"token_type": "Bearer", "access_token": token, "expires_in": self.rules.lifetime}
        if self.rules.refresh_lifetime:
            fields["refresh_token_expires_in"] = self.rules.refresh_lifetime
        return fields


class _Server(ThreadingHTTPServer):
    provider: TokenServer
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._say(*self.server.provider.answer(urlsplit(self.path).path, form))

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path.endswith("/.well-known/openid-configuration"):
            self._say(200, self.server.provider.configuration(), {})
        elif address.path == "/authorize":
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            self._say(302, {}, {"Location": self.server.provider.authorize(query)})
        else:
            self._say(404, {}, {})

    def _say(self, status: int, fields: Mapping[str, Any], header: Mapping[str, str]) -> None:
        content = json.dumps(fields).encode()
        self.send_response(status)
        for name, value in {**header, "Content-Type": "application/json", "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Nothing: tests say themselves what they saw."""
