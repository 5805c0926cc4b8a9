"""Mail servers of several kinds, seen alike: where a mail is put in, what lies in a folder, how a connection is cut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from service.demo.server.mail_server import MailServer
from service.mail.connections.tls import Tls
from service.mail.imap.mailbox import ImapMailbox
from tests.support.servers.dovecot import DOVECOT, MISSING, Dovecot

HR = "hr@office.example"
FULL = "full@office.example"
PASSWORD = "only for tests"
USERS = {HR: PASSWORD, FULL: PASSWORD}


class CampaignContext(Protocol):
    """One mail server with HR's account."""

    @property
    def imap_port(self) -> int: ...

    def deliver(self, user: str, content: bytes) -> object: ...

    def cut_connections(self, user: str) -> object: ...

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]: ...


@dataclass(frozen=True, slots=True)
class Embedded:
    """The demonstration's server."""

    server: MailServer

    @property
    def imap_port(self) -> int:
        return self.server.imap_port

    def deliver(self, user: str, content: bytes) -> object:
        return self.server.deliver(user, content)

    def cut_connections(self, user: str) -> object:
        return self.server.cut_connections()

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        return self.server.messages(user, folder)


BARE = "IMAP4rev1 NAMESPACE LITERAL+"

DOVECOTS: dict[str, dict[str, str]] = {
    "dovecot": {},
    "dovecot with prefix, without MOVE": {
        "prefix": "INBOX.",
        "separator": ".",
        "capability": f"{BARE} IDLE UIDPLUS",
    },
    "dovecot without MOVE, UIDPLUS, IDLE": {"capability": BARE},
}
KINDS = ("embedded", *DOVECOTS)


@contextmanager
def open_office(kind: str) -> Iterator[CampaignContext]:
    """The server of that kind; skips the test when it is not installed."""
    if kind == "embedded":
        with MailServer(USERS) as server:
            yield Embedded(server)
        return
    if DOVECOT is None:
        pytest.skip(MISSING)
    with Dovecot(USERS, quota={FULL: "30K"}, **DOVECOTS[kind]) as dovecot:
        yield dovecot


def mailbox_at(
    port: int,
    *,
    user: str = HR,
    password: str = PASSWORD,
    tls: Tls = Tls.NONE,
    ca_file: Path | None = None,
    host: str = "127.0.0.1",
    timeout: float = 10.0,
    renew: float = 240.0,
    folder: str = "INBOX",
) -> ImapMailbox:
    """HR's mailbox as the service opens it."""
    return ImapMailbox(
        host=host,
        port=port,
        user=user,
        password=password,
        tls=tls,
        ca_file=ca_file,
        timeout=timeout,
        renew=renew,
        poll=0.2,
        folder=folder,
    )


def plain_mail(subject: str, size: int = 0) -> bytes:
    """A small mail, or one of about `size` bytes."""
    head = (
        f"From: lan@office.example\r\nTo: {HR}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@office.example>\r\n\r\n"
    )
    return head.encode() + b"Kinh gui,\r\n" + (b"x" * 74 + b"\r\n") * (size // 76)
