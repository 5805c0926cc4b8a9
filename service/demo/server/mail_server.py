"""A whole mail server in this process, on 127.0.0.1 only: SMTP takes mail, IMAP shows it, nothing leaves the machine.

    with MailServer({"hr@office.example": "secret"}) as server:
        server.smtp_port, server.imap_port

Mail to an address that does not exist comes back as a report (RFC 3464), as it does in life.
"""

from __future__ import annotations

import asyncio
import fnmatch
import logging
import threading
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from service.demo.server.mail_store import MailStore

LARGEST_MAIL = 35_000_000
PATIENCE = 30.0
"""Seconds after which a call into the server's thread counts as hanging."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """One mail as it was handed in."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


class MailServer:
    """Accounts are named by their addresses. All methods may be called from any thread while the server runs."""

    def __init__(
        self,
        users: Mapping[str, str],
        *,
        host: str = "127.0.0.1",
        imap_port: int = 0,
        smtp_port: int = 0,
        now: Callable[[], datetime] | None = None,
        authserv_id: str | None = None,
    ) -> None:
        """`authserv_id`: the server says under this name (RFC 8601) that its own users are who they say."""
        self._users = dict(users)
        self._authserv_id = authserv_id
        self._unvouched: set[str] = set()
        self._host, self.imap_port, self.smtp_port = host, imap_port, smtp_port
        self._now = now
        self._refusals: dict[str, str | None] = {}
        self._reports = 0
        self.submitted: list[Submitted] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mail-server", daemon=True)
        self._failure: BaseException | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(PATIENCE) or self._failure:
            raise RuntimeError(f"the mail server did not start on {self._host}") from self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE)

    def deliver(self, user: str, content: bytes, folder: str = "INBOX") -> int:
        """Puts a mail into an account without SMTP; its UID."""
        return self._call(self._store.put(user, folder, content, self._moment()))

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """What an account's folder holds, oldest first."""

        async def ask() -> list[bytes]:
            return (await self._store.account(user).folder(folder)).contents()

        return self._call(ask())

    def add_user(self, address: str, password: str) -> None:
        """Opens an account while the server runs."""

        async def ask() -> None:
            self._users[address] = password
            self._store.add_users({address: password})

        self._call(ask())

    def reject(self, pattern: str, reply: str | None = None) -> None:
        """Mail to such addresses is refused at once with `reply` ("550 5.1.1 …"), or taken and reported back later."""
        self._refusals[pattern.lower()] = reply

    def accept_again(self, pattern: str) -> None:
        """Takes a rejection back."""
        self._refusals.pop(pattern.lower(), None)

    def vouch_no_more(self, address: str) -> None:
        """From now on the server says nothing of this sender, as of one who writes by another provider."""
        self._unvouched.add(address.lower())

    def cut_connections(self) -> int:
        """Ends all IMAP sessions, as a server that goes down does."""

        async def ask() -> int:
            return self._store.cut()

        return self._call(ask())

    def _call(self, question: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(question, self._loop).result(PATIENCE)

    def _moment(self) -> datetime | None:
        return self._now() if self._now else None

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as problem:  # told to whoever waits for the start
            self._failure = problem
            self._ready.set()

    async def _serve(self) -> None:
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own old names at every sign-in
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._store = MailStore(self._host, self.imap_port)
        self._store.add_users(self._users)
        imap = await self._store.start()
        smtp = await self._loop.create_server(self._smtp, self._host, self.smtp_port)
        self.imap_port, self.smtp_port = self._store.port, smtp.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        smtp.close()
        imap.close()
        self._store.cut()
        sessions = asyncio.all_tasks() - {asyncio.current_task()}
        for session in sessions:
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)

    def _smtp(self) -> SMTP:
        return SMTP(
            self,
            data_size_limit=LARGEST_MAIL,
            enable_SMTPUTF8=True,
            ident="mail server of the demonstration",
            loop=self._loop,
            authenticator=self._signs_in,
            auth_require_tls=False,
        )

    def _signs_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, secret: Any) -> AuthResult:
        known = isinstance(secret, LoginPassword) and self._users.get(secret.login.decode()) == secret.password.decode()
        return AuthResult(success=known, handled=False)

    def _refusal(self, address: str) -> tuple[bool, str | None]:
        """Whether mail to the address fails, and the reply to give at once, if any."""
        for pattern, reply in self._refusals.items():
            if fnmatch.fnmatchcase(address.lower(), pattern):
                return True, reply
        domains = {user.rpartition("@")[2] for user in self._users}
        return address.rpartition("@")[2].lower() in domains and address.lower() not in self._users, None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        _, reply = self._refusal(address)
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        content, sender = bytes(envelope.original_content or b""), envelope.mail_from or ""
        self.submitted.append(Submitted(sender=sender, recipients=tuple(envelope.rcpt_tos), content=content))
        failed = [address for address in envelope.rcpt_tos if self._refusal(address)[0]]
        for address in envelope.rcpt_tos:
            if address.lower() in self._users and address not in failed:
                head = _received(sender, address) + self._results(sender)
                await self._store.put(address.lower(), "INBOX", head + content, self._moment())
        # A report is never answered with a report: the null sender gets none.
        if failed and sender.lower() in self._users:
            await self._store.put(sender.lower(), "INBOX", self._report(sender, failed, content), self._moment())
        return "250 2.0.0 OK: queued"

    def _results(self, sender: str) -> bytes:
        if self._authserv_id is None or sender.lower() in self._unvouched or sender.lower() not in self._users:
            return b""
        return f"Authentication-Results: {self._authserv_id}; spf=pass smtp.mailfrom={sender}\r\n".encode()

    def _report(self, sender: str, failed: list[str], content: bytes) -> bytes:
        """The delivery report that a mail server writes when it gives up."""
        self._reports += 1
        host = sender.rpartition("@")[2]
        moment = self._moment()
        words = {
            "host": host,
            "sender": sender,
            "mark": f"report-{self._reports}",
            "date": f"Date: {format_datetime(moment)}\n" if moment else "",
            "addresses": "\n".join(f"<{address}>: user unknown" for address in failed),
            "blocks": "\n".join(RECIPIENT_BLOCK.format(address=address) for address in failed),
        }
        head = content.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0]
        text = REPORT.format(**words).encode() + head + f"\n\n--{words['mark']}--\n".encode()
        return text.replace(b"\n", b"\r\n")


def _received(sender: str, recipient: str) -> bytes:
    return f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode("utf-8", "replace")


RECIPIENT_BLOCK = """Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: user unknown
"""

REPORT = """Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@{host}>
To: {sender}
Subject: Undelivered Mail Returned to Sender
{date}Message-ID: <{mark}@{host}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="{mark}"

--{mark}
Content-Type: text/plain; charset=utf-8

This is the mail system at host {host}.

Your message could not be delivered to one or more recipients.

{addresses}

--{mark}
Content-Type: message/delivery-status

Reporting-MTA: dns; {host}

{blocks}
--{mark}
Content-Type: text/rfc822-headers

"""
