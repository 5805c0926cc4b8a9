"""Waiting for news on an IMAP connection: IDLE made safe, on top of imapclient.

Three faults of imapclient 4.1 are worked round (all reproduced): notices that arrive in the same segment as the
server's `+ idling` stay in imaplib's buffer where polling the socket never sees them; a closed connection looks like
"no news" for ever; half a line raises and the rest is lost. Besides, a notice that comes before `+ idling`, or
together with the answer to an earlier command, must not be forgotten either.
"""

from __future__ import annotations

import re
import selectors
import socket
import ssl
import time

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

NEWS = re.compile(rb"^\* \d+ (EXISTS|EXPUNGE)\b|^\* VANISHED\b", re.IGNORECASE)
GOODBYE = re.compile(rb"^\* BYE\b", re.IGNORECASE)
NOTHING_YET = (BlockingIOError, InterruptedError, ssl.SSLWantReadError)


class WatchClient(IMAPClient):  # type: ignore[misc]  # imapclient is published without types
    """An IMAP client that can wait without losing a notice. Works on imaplib's reader of Python 3.11 to 3.13."""

    def sign_in_mechanisms(self) -> list[str]:
        """What the server offers to a client that has not signed in; afterwards it offers other things."""
        offered = [str(name, "ascii", "replace").upper() for name in self.capabilities()]
        self._cached_capabilities = None
        return [name.removeprefix("AUTH=") for name in offered if name.startswith("AUTH=")]

    def forget_news(self) -> None:
        """Called before the folder is listed: what was announced up to here will be in that list."""
        self._imap.untagged_responses.pop("EXISTS", None)

    @property
    def has_news(self) -> bool:
        """Whether the server announced mail since `forget_news`, along with the answer to any command."""
        return "EXISTS" in self._imap.untagged_responses

    def wait_for_news(self, seconds: float, alarm: socket.socket, renew: float) -> None:
        """Idles until news, a byte on `alarm`, or the time is up; renewed so that no gateway forgets the connection."""
        end = time.monotonic() + seconds
        while not self.has_news and (left := end - time.monotonic()) > 0:
            if self._idle_once(min(left, renew), alarm):
                return

    def _idle_once(self, seconds: float, alarm: socket.socket) -> bool:
        """One IDLE command, begun and ended; whether there is something to return for."""
        tag, news = self._begin_idle()
        reading = _IdleReading(self)
        alarmed = False
        end = time.monotonic() + seconds
        while not news and not alarmed and (left := end - time.monotonic()) > 0:
            news = reading.news()
            alarmed = not news and reading.wait(left, alarm)
        news = reading.finish() or news
        self._imap.send(b"DONE\r\n")
        self._consume_until_tagged_response(tag, "IDLE")
        return news or alarmed or self.has_news

    def _begin_idle(self) -> tuple[str, bool]:
        tag = self._imap._command("IDLE")
        news = False
        # None stands for the continuation "+ idling"; anything before it is a notice that IDLE will not repeat.
        while (line := self._imap._get_response()) is not None:
            if self._imap.tagged_commands[tag]:
                raise IMAPClientError(f"IDLE refused: {line!r}")
            news = news or bool(NEWS.match(line))
        return tag, news

    def poll_for_news(self, seconds: float, alarm: socket.socket, pause: float) -> None:
        """The same for a server without IDLE: asks with NOOP now and then."""
        end = time.monotonic() + seconds
        while not self.has_news and (left := end - time.monotonic()) > 0:
            if readable(min(left, pause), alarm):
                return
            self.noop()


class _IdleReading:
    """What comes in during one IDLE: first imaplib's buffer, then the socket, cut into whole lines."""

    def __init__(self, client: WatchClient) -> None:
        self._reader = client._imap.file
        self._client = client
        self._rest = b""

    def news(self) -> bool:
        """Reads all that is there, without waiting; whether a line announces a change."""
        self._rest += self._available()
        *lines, self._rest = self._rest.split(b"\r\n")
        if any(GOODBYE.match(line) for line in lines):
            raise IMAPClientAbortError("the server said goodbye")
        return any(NEWS.match(line) for line in lines)

    def _available(self) -> bytes:
        connection, received = self._client.socket(), b""
        connection.setblocking(False)
        try:
            received += self._reader.read1(65536) or b""
            while chunk := connection.recv(65536):
                received += chunk
        except NOTHING_YET:
            return received
        finally:
            connection.setblocking(True)
            self._client._set_read_timeout()
        if received:  # the last lines first; the next look finds the end again
            return received
        raise IMAPClientAbortError("the server closed the connection")

    def wait(self, seconds: float, alarm: socket.socket) -> bool:
        """Until the connection or the alarm has something; whether it was the alarm."""
        return alarm in readable(seconds, self._client.socket(), alarm)

    def finish(self) -> bool:
        """Half a line left over must be completed before imaplib reads on; whether it announces a change."""
        line = self._rest + bytes(self._reader.readline()) if self._rest else b""
        self._rest = b""
        return bool(NEWS.match(line))


def readable(seconds: float, *sockets: socket.socket) -> list[object]:
    """Those of the sockets that have something to read within the time."""
    with selectors.DefaultSelector() as selector:
        for one in sockets:
            selector.register(one, selectors.EVENT_READ)
        return [key.fileobj for key, _ in selector.select(seconds)]
