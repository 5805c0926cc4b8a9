"""A fake Exchange server on 127.0.0.1: SOAP over HTTP(S), sign-in by password, NTLM or token, and faults on order."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs
from xml.etree import ElementTree

import spnego
from spnego import ContextProxy

from tests.support.servers.fake_exchange_answers import Answers
from tests.support.servers.fake_exchange_store import KeptMailbox
from tests.support.servers.fake_exchange_xml import M, S, T, envelope, fault

PATH, TOKEN_PATH = "/EWS/Exchange.asmx", "/token"


@dataclass(slots=True)
class Fault:
    """What goes wrong at the next calls of an operation ("" is any). Without `code` and `status` the line is cut."""

    operation: str = ""
    code: str = ""
    milliseconds: int = 0
    status: int = 0
    retry_after: int = 0
    hang: float = 0.0
    carried_out: bool = False
    times: int = 1


class FakeExchange:
    """One server in threads of its own."""

    def __init__(
        self,
        users: Mapping[str, str],
        *,
        certificate: ssl.SSLContext | None = None,
        client: tuple[str, str] = ("", ""),
        ntlm_file: Path | None = None,
    ) -> None:
        self.users, self.client, self.ntlm = dict(users), client, ntlm_file is not None
        if ntlm_file:
            _write_ntlm_file(ntlm_file, users)
        self.mailboxes = {address: KeptMailbox(address) for address in users}
        self.answers = Answers(self.mailboxes)
        self.faults: list[Fault] = []
        self.operations: list[str] = []
        self.tokens: set[str] = set()
        self.token_seconds = 3599
        self.down = False
        self.lock = threading.RLock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.exchange = self
        self._scheme = "https" if certificate else "http"
        if certificate:
            self._server.socket = certificate.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="fake-exchange")

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def endpoint(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}{PATH}"

    @property
    def token_url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}{TOKEN_PATH}"

    def deliver(self, address: str, content: bytes, *, convertible: bool = True) -> str:
        """A mail arrives; gives its identity."""
        with self.lock:
            return self.mailboxes[address].receive(content, convertible=convertible).identity

    def cut_connections(self) -> None:
        """As a server does with connections that have been idle for too long."""
        for connection in self._server.connections:
            with contextlib.suppress(OSError):  # some are closed already
                connection.shutdown(socket.SHUT_RDWR)
        self._server.connections.clear()

    def plan(self, planned: Fault) -> None:
        self.faults.append(planned)

    def fault(self, operation: str) -> Fault | None:
        for each in self.faults:
            if each.times > 0 and each.operation in ("", operation):
                each.times -= 1
                return each
        return None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self.cut_connections()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    exchange: FakeExchange

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.connections: list[socket.socket] = []
        super().__init__(address, handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away, or refuses our certificate, is no trouble of ours."""


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: _Server
    user: str | None = None
    """Signed in by NTLM, for as long as the connection lasts."""
    dialogue: ContextProxy | None = None

    def setup(self) -> None:
        super().setup()
        self.server.connections.append(self.connection)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name for it
        """Silence."""

    def do_POST(self) -> None:
        exchange = self.server.exchange
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if exchange.down:
            self._cut()
        elif self.path == TOKEN_PATH:
            self._give_token(body)
        elif self.path == PATH:
            self._serve(body)
        else:
            self._give(404, b"<html>nothing here</html>", {"Content-Type": "text/html"})

    def _serve(self, body: bytes) -> None:
        exchange = self.server.exchange
        user = self._signed_in()
        if user is None:
            return
        root = ElementTree.fromstring(body)
        operation = root.find(f"{S}Body/*")
        assert operation is not None
        name = operation.tag.removeprefix(M)
        with exchange.lock:
            exchange.operations.append(name)
            planned = exchange.fault(name)
            own = exchange.mailboxes[root.findtext(f".//{T}ConnectingSID/{T}PrimarySmtpAddress", user)]
            answer = b""
            if planned is None or planned.carried_out:
                answer = envelope(exchange.answers.answer(operation, own))
        self._go_wrong(planned) if planned else self._give(200, answer, {"Content-Type": "text/xml; charset=utf-8"})

    def _go_wrong(self, planned: Fault) -> None:
        time.sleep(planned.hang)
        if planned.code:
            said = "The server cannot service this request right now. Try again later."
            self._give(500, fault(planned.code, said, planned.milliseconds), {"Content-Type": "text/xml"})
        elif planned.status:
            more = {"Retry-After": str(planned.retry_after)} if planned.retry_after else {}
            self._give(planned.status, b"<html>trouble</html>", {"Content-Type": "text/html", **more})
        else:
            self._cut()

    def _signed_in(self) -> str | None:
        """The account. Otherwise what is needed to sign in has been answered."""
        kind, _, proof = self.headers.get("Authorization", "").partition(" ")
        exchange = self.server.exchange
        if kind == "Bearer" and proof in exchange.tokens:
            return "application"
        if kind == "Basic":
            name, _, password = base64.b64decode(proof).decode().partition(":")
            address = _address(name, exchange.users)
            if address and exchange.users[address] == password:
                return address
        if kind == "NTLM" and exchange.ntlm and self._negotiates(base64.b64decode(proof)):
            return None
        if self.user is None:
            self._give(401, b"", {"WWW-Authenticate": "NTLM" if exchange.ntlm else 'Basic realm="127.0.0.1"'})
        return self.user

    def _negotiates(self, proof: bytes) -> bool:
        """One step of NTLM. True when a challenge was given and the proof is still to come."""
        users = self.server.exchange.users
        if self.dialogue is None:
            self.dialogue = spnego.server(protocol="ntlm")
        try:
            challenge = self.dialogue.step(proof)
        except spnego.exceptions.SpnegoError:
            self.dialogue = None  # a wrong password: the client may begin anew on this connection
            return False
        if self.dialogue.complete:
            self.user = _address(self.dialogue.client_principal or "", users)
            return False
        self._give(401, b"", {"WWW-Authenticate": f"NTLM {base64.b64encode(challenge or b'').decode()}"})
        return True

    def _give_token(self, body: bytes) -> None:
        exchange = self.server.exchange
        asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        kind, _, proof = self.headers.get("Authorization", "").partition(" ")
        known = tuple(base64.b64decode(proof).decode().split(":", 1)) if kind == "Basic" else ()
        client = known or (asked.get("client_id", ""), asked.get("client_secret", ""))
        if asked.get("grant_type") != "client_credentials" or client != exchange.client:
            said = json.dumps({"error": "invalid_client", "error_description": "AADSTS7000215: invalid client secret"})
            self._give(401, said.encode(), {"Content-Type": "application/json"})
            return
        token = f"token-{len(exchange.tokens) + 1}"
        exchange.tokens.add(token)
        answer = {"token_type": "Bearer", "expires_in": exchange.token_seconds, "access_token": token}
        self._give(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _give(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        """In one piece: header and content in two would wait for each other's acknowledgement."""
        lines = [f"HTTP/1.1 {status} {self.responses[status][0]}", f"Content-Length: {len(content)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.wfile.write("\r\n".join((*lines, "", "")).encode() + content)

    def _cut(self) -> None:
        self.close_connection = True


def _write_ntlm_file(file: Path, users: Mapping[str, str]) -> None:
    """Where pyspnego's server looks for passwords: it knows no other place."""
    file.write_text("".join(f"OFFICE:{name.partition('@')[0]}:{users[name]}\n" for name in users))
    os.environ["NTLM_USER_FILE"] = str(file)


def _address(name: str, users: Mapping[str, str]) -> str | None:
    r"""By address or as `OFFICE\hr`."""
    local = name.rpartition("\\")[2].casefold()
    return next((each for each in users if local in (each.casefold(), each.partition("@")[0].casefold())), None)
