"""A submission server that misbehaves on order; what it takes goes to a list and, if wanted, to a real LMTP server."""

from __future__ import annotations

import asyncio
import base64
import re
import smtplib
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Stage(StrEnum):
    """Where in the dialogue a fault happens."""

    CONNECT = "connect"
    SIGN_IN = "sign in"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    """After the final dot."""


@dataclass(slots=True)
class Fault:
    """`reply` is given instead of yes; without one the connection is cut. `stored`: the mail is taken all the same."""

    stage: Stage
    reply: str | None = None
    address: str = ""
    times: int = 1
    stored: bool = False
    hang: float = 0.0


class _Dialogue(SMTP):
    """Refuses or cuts a connection before the dialogue begins."""

    def connection_made(self, transport: Any) -> None:
        server: SmtpServer = self.event_handler
        fault = server.fault(Stage.CONNECT)
        if fault is None:
            server.connections += 1
            super().connection_made(transport)
        elif fault.reply:
            transport.write(fault.reply.encode() + b"\r\n")
            transport.close()
        else:
            transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        if self.session is not None:
            super().connection_lost(error)


class _TokenDialogue(_Dialogue):
    """Takes access tokens as well, in both forms."""

    async def auth_XOAUTH2(  # noqa: N802 - aiosmtpd looks for this name
        self, _: SMTP, arguments: list[str]
    ) -> AuthResult:
        return await self._judge(arguments, r"user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01", ending="")

    async def auth_OAUTHBEARER(  # noqa: N802 - aiosmtpd looks for this name
        self, _: SMTP, arguments: list[str]
    ) -> AuthResult:
        return await self._judge(arguments, r"n,a=([^,]*),\x01auth=Bearer ([^\x01]*)\x01\x01", ending="\x01")

    async def _judge(self, arguments: list[str], form: str, *, ending: str) -> AuthResult:
        """A refusal is explained first, as providers do; the client ends it with a line (RFC 7628 §3.2.3)."""
        server: SmtpServer = self.event_handler
        said = re.fullmatch(form, base64.b64decode(arguments[1]).decode())
        if said and server.takes is not None and server.takes(said[1], said[2]):
            return AuthResult(success=True, auth_data=said[1])
        await self.push("334 " + base64.b64encode(b'{"status":"401","schemes":"Bearer"}').decode())
        answered = base64.b64decode(await self._reader.readline()).decode()
        return AuthResult(success=False, handled=False, message=None if answered == ending else "501 5.5.2 bad ending")


def _cut(dialogue: SMTP) -> None:
    if isinstance(dialogue.transport, asyncio.Transport):
        dialogue.transport.abort()


class SmtpServer:
    """One server on 127.0.0.1 in a thread of its own."""

    def __init__(
        self,
        *,
        users: Mapping[str, str] | None = None,
        lmtp_port: int | None = None,
        certificate: ssl.SSLContext | None = None,
        largest: int = 10_000_000,
        takes: Callable[[str, str], bool] | None = None,
        without: Sequence[str] = (),
        utf8: bool = True,
    ) -> None:
        """`takes`: whether an access token is good for a user; `without`: ways of signing in that are not offered."""
        self.takes, self._without = takes, without
        self._users, self._lmtp_port, self._certificate, self._largest = users or {}, lmtp_port, certificate, largest
        self._utf8 = utf8
        self.faults: list[Fault] = []
        self.accepted: list[tuple[str, tuple[str, ...], bytes]] = []
        self.connections = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="smtp-server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def plan(self, fault: Fault) -> None:
        self.faults.append(fault)

    def fault(self, stage: Stage, address: str = "") -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and fault.stage is stage and fault.address in ("", address):
                fault.times -= 1
                return fault
        return None

    def cut_connections(self) -> None:
        """As a server does with connections that have been idle for too long."""

        async def cut() -> None:
            for dialogue in self._dialogues:
                _cut(dialogue)

        asyncio.run_coroutine_threadsafe(cut(), self._loop).result(10)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._dialogues: list[_Dialogue] = []
        server = await self._loop.create_server(self._dialogue, "127.0.0.1", 0)
        self.port = int(server.sockets[0].getsockname()[1])
        self._ready.set()
        await self._stop.wait()
        server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _dialogue(self) -> _Dialogue:
        dialogue = (_TokenDialogue if self.takes else _Dialogue)(
            self,
            loop=self._loop,
            data_size_limit=self._largest,
            enable_SMTPUTF8=self._utf8,
            ident="hostile",
            tls_context=self._certificate,
            auth_require_tls=False,
            auth_exclude_mechanism=self._without,
            authenticator=self._signs_in,
        )
        self._dialogues.append(dialogue)
        return dialogue

    def _signs_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, secret: Any) -> AuthResult:
        fault = self.fault(Stage.SIGN_IN)
        if fault:
            return AuthResult(success=False, handled=False, message=fault.reply)
        known = isinstance(secret, LoginPassword) and self._users.get(secret.login.decode()) == secret.password.decode()
        return AuthResult(success=known, handled=False)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self.fault(Stage.SENDER)
        if fault:
            return fault.reply or "421 busy"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self.fault(Stage.RECIPIENT, address)
        if fault and fault.reply:
            return fault.reply
        if fault:
            _cut(server)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        fault = self.fault(Stage.DATA)
        if fault is None or fault.stored:
            self._take(envelope)
        if fault is None:
            return "250 2.0.0 queued"
        if fault.hang:
            await asyncio.sleep(fault.hang)
        elif fault.reply is None:
            _cut(server)
        return fault.reply or "250 2.0.0 queued"

    def _take(self, envelope: Envelope) -> None:
        content = bytes(envelope.original_content or b"")
        self.accepted.append((envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        if self._lmtp_port:
            with smtplib.LMTP("127.0.0.1", self._lmtp_port) as connection:
                # one by one: LMTP answers for each recipient, and smtplib reads one answer
                for address in envelope.rcpt_tos:
                    connection.sendmail(envelope.mail_from or "", [address], content)
