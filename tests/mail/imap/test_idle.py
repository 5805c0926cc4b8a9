"""IDLE against a server that follows a script: notices at awkward moments, half lines, refusals."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from service.flow.ports.failures import MailboxUnavailable
from tests.support.servers.mail_servers import mailbox_at

Idle = Callable[[socket.socket, str], None]


@contextmanager
def scripted_server(idle: Idle) -> Iterator[int]:
    """An IMAP server with one empty folder; `idle` answers the IDLE command (socket, tag)."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"* OK ready\r\n")
            for line in lines:
                tag, _, command = line.decode().strip().partition(" ")
                if command == "IDLE":
                    idle(connection, tag)
                elif tag == "DONE":
                    continue
                else:
                    connection.sendall(ANSWERS.get(command.split(" ")[0], b"") + f"{tag} OK done\r\n".encode())

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
    thread.join(5)


ANSWERS = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE MOVE\r\n",
    "SELECT": b"* 0 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n",
    "UID": b"* SEARCH\r\n",
    "LOGOUT": b"* BYE\r\n",
}


def seconds_of_wait(idle: Idle, longest: float) -> float:
    """How long the mailbox waits with such a server."""
    with scripted_server(idle) as port:
        mailbox = mailbox_at(port, timeout=3)
        mailbox.list()
        begun = time.monotonic()
        mailbox.wait(longest)
        passed = time.monotonic() - begun
        mailbox.close()
    return passed


def finish(connection: socket.socket, tag: str) -> None:
    """The server's answer to DONE, which it may send without having read it."""
    connection.sendall(f"{tag} OK idle done\r\n".encode())


def test_a_notice_in_the_same_segment_as_the_continuation_is_heard() -> None:
    """The line that imaplib has already read into its buffer counts."""

    def idle(connection: socket.socket, tag: str) -> None:
        connection.sendall(b"+ idling\r\n* 1 EXISTS\r\n")
        time.sleep(0.3)
        finish(connection, tag)

    assert seconds_of_wait(idle, 3) < 1


def test_a_notice_before_the_continuation_is_heard() -> None:
    """IDLE will not repeat what was said before `+ idling`."""

    def idle(connection: socket.socket, tag: str) -> None:
        connection.sendall(b"* 1 EXISTS\r\n+ idling\r\n")
        finish(connection, tag)

    assert seconds_of_wait(idle, 3) < 1


def test_half_a_line_is_waited_for() -> None:
    """A notice that comes in two segments is one notice."""

    def idle(connection: socket.socket, tag: str) -> None:
        connection.sendall(b"+ idling\r\n* 1 EX")
        time.sleep(0.3)
        connection.sendall(b"ISTS\r\n")
        time.sleep(0.1)
        finish(connection, tag)

    assert 0.2 < seconds_of_wait(idle, 3) < 1.5


def test_still_here_is_no_news() -> None:
    """Servers say that they are still there; nobody needs to look for that."""

    def idle(connection: socket.socket, tag: str) -> None:
        connection.sendall(b"+ idling\r\n* OK Still here\r\n")
        time.sleep(0.8)
        finish(connection, tag)

    assert seconds_of_wait(idle, 0.7) >= 0.6


def test_goodbye_is_an_error() -> None:
    """BYE and the end of the connection raise, once, at once."""

    def idle(connection: socket.socket, tag: str) -> None:
        connection.sendall(b"+ idling\r\n* BYE going down\r\n")
        connection.shutdown(socket.SHUT_RDWR)

    with pytest.raises(MailboxUnavailable, match="cannot wait for mail"):
        seconds_of_wait(idle, 3)


def test_a_refused_idle_is_an_error_not_a_busy_loop() -> None:
    """A server that announces IDLE and refuses it is treated as unavailable; the caller decides how long to pause."""

    def idle(connection: socket.socket, tag: str) -> None:
        connection.sendall(f"{tag} NO not now\r\n".encode())

    with pytest.raises(MailboxUnavailable, match="IDLE refused"):
        seconds_of_wait(idle, 3)
