"""The mailbox over IMAP: what it holds, one mail's bytes, filing it away, and waiting for news.

Nothing here depends on flags: people read and flag mails as they like. Any failure drops the connection and raises
MailboxUnavailable; the next call connects anew.
"""

from __future__ import annotations

import contextlib
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from imapclient import SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from service.flow.ports.failures import MailboxUnavailable
from service.flow.ports.world import CLAIM, Folder, Listing
from service.mail.connections.bearer import BearerDialogue, mechanism_among, with_token
from service.mail.connections.oauth import AccessTokens, NoAccess
from service.mail.connections.tls import Tls, tls_context
from service.mail.connections.troubles import Remedies, with_remedy
from service.mail.imap.idle import WatchClient, readable

PIECE = 1024 * 1024
"""Bytes of one partial fetch: a big mail then costs its own size in memory, not three times as much."""

FAILURES = (IMAPClientError, OSError, ValueError, LookupError, EOFError)
"""imapclient answers a confused server with ValueError or LookupError as well."""

REMEDIES: Remedies = ((LoginError, "check the user name and the password"),)
TOKEN_REMEDIES: Remedies = (
    (LoginError, "check the user name and that IMAP is allowed for it, then run `dondoc sign-in mailbox`"),
)

Result = TypeVar("Result")


class ImapMailbox:
    """One folder of one account. One thread uses it; `wake` may be called from any."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        user: str,
        password: str = "",
        tokens: AccessTokens | None = None,
        tls: Tls = Tls.TLS,
        ca_file: Path | None = None,
        folder: str = "INBOX",
        folders: Mapping[Folder, str] | None = None,
        timeout: float = 60.0,
        renew: float = 240.0,
        poll: float = 30.0,
    ) -> None:
        self._host, self._port, self._tls, self._ca_file = host, port, Tls(tls), ca_file
        self._user, self._password, self._tokens = user, password, tokens
        self._folder = folder
        self._folders = {target: (folders or {}).get(target, target.value) for target in Folder}
        self._timeout, self._renew, self._poll = timeout, renew, poll
        self._client: WatchClient | None = None
        self._uidvalidity = 0
        self._known: set[str] = set()
        self._alarm, self._bell = socket.socketpair()
        self._alarm.setblocking(False)
        self._bell.setblocking(False)

    @property
    def name(self) -> str:
        return f"imap://{self._user}@{self._host}/{self._folder}"

    def list(self) -> Listing:
        """All UIDs, ascending. On a server that cannot expunge single mails, those filed away are left out."""

        def ask(client: WatchClient) -> Listing:
            client.noop()  # a server searches what it has announced, and announces after a command
            client.forget_news()
            found = client.search("ALL" if _expunges_singly(client) else "UNDELETED")
            return Listing(uidvalidity=self._uidvalidity, uids=tuple(sorted(int(uid) for uid in found)))

        return self._do("list the folder", ask)

    def fetch(self, uid: int) -> bytes | None:
        """The raw bytes in pieces, flags untouched; None when the mail has vanished."""

        def ask(client: WatchClient) -> bytes | None:
            content = bytearray()
            while True:
                piece = _piece(client, uid, len(content))
                if piece is None:
                    return bytes(content) if content else None
                content += piece
                if len(piece) < PIECE:
                    return bytes(content)

        return self._do(f"fetch mail {uid}", ask)

    def fetch_all(self, uids: Sequence[int]) -> Iterator[tuple[int, bytes | None]]:
        """The first piece of every mail in one step; a mail that has more is fetched by itself."""

        def ask(client: WatchClient) -> dict[int, bytes]:
            answers = client.fetch(list(uids), [f"BODY.PEEK[]<0.{PIECE}>"])
            return {uid: piece for uid, answer in answers.items() if (piece := _body(answer)) is not None}

        heads = self._do(f"fetch {len(uids)} mails", ask)
        for uid in uids:
            head = heads.pop(uid, None)
            yield uid, head if head is None or len(head) < PIECE else self.fetch(uid)

    def received(self, uids: Sequence[int]) -> Mapping[int, datetime]:
        """INTERNALDATE; imapclient gives it in this machine's zone."""

        def ask(client: WatchClient) -> dict[int, datetime]:
            answers = client.fetch(list(uids), ["INTERNALDATE"]) if uids else {}
            moments = {uid: answer.get(b"INTERNALDATE") for uid, answer in answers.items()}
            return {uid: moment.astimezone(UTC) for uid, moment in moments.items() if isinstance(moment, datetime)}

        return self._do(f"ask when {len(uids)} mails came", ask)

    def file(self, uid: int, folder: Folder) -> bool:
        """Moves one mail, by MOVE or by COPY and removal of that very mail; False when it has vanished."""

        def ask(client: WatchClient) -> bool:
            if not _holds(client, uid):
                return False
            target = self._made_sure_of(client, self._folders[folder])
            try:
                _move(client, uid, target)
            except IMAPClientError:
                # Servers differ for a mail that vanished meanwhile: NO [EXPUNGEISSUED] with some, OK with others.
                if _holds(client, uid):
                    raise
                return False
            return True

        return self._do(f"move mail {uid} to {self._folders[folder]!r}", ask)

    def claims(self) -> tuple[str, ...]:
        """By LIST, in the personal namespace."""

        def ask(client: WatchClient) -> tuple[str, ...]:
            listed = client.list_folders("", f"{full_name(client, CLAIM)}%")
            return tuple(_last_part(name, delimiter) for _, delimiter, name in listed)

        return self._do("look for claims", ask)

    def claim(self, folder: str) -> None:
        self._do(f"make the folder {folder!r}", lambda client: self._made_sure_of(client, folder))

    def wait(self, seconds: float) -> None:
        """Until news, `wake` or the time is up, whichever is first. News is a hint: list the folder afterwards."""

        def ask(client: WatchClient) -> None:
            if client.has_capability("IDLE"):
                client.wait_for_news(seconds, self._alarm, self._renew)
            else:
                client.poll_for_news(seconds, self._alarm, self._poll)

        try:
            if not readable(0, self._alarm):
                self._do("wait for mail", ask)
        finally:
            with contextlib.suppress(BlockingIOError):  # nothing rang: the alarm is empty
                self._alarm.recv(4096)

    def wake(self) -> None:
        """Ends a `wait`, also one that has not begun yet."""
        with contextlib.suppress(BlockingIOError):  # rung so often that the line is full: it will be heard
            self._bell.send(b"!")

    def close(self) -> None:
        if self._client is not None:
            with contextlib.suppress(*FAILURES):  # a connection that is already broken is closed as well
                self._client.logout()
        self._drop()
        self._alarm.close()
        self._bell.close()

    def check(self) -> str:
        """Connects anew and says in one line what was found, for `doctor`."""
        self._drop()

        def ask(client: WatchClient) -> str:
            count = len(client.search("ALL"))
            abilities = [ability for ability in ("IDLE", "MOVE", "UIDPLUS") if client.has_capability(ability)]
            found = f"signed in ({self._tls.value}), {count} mails, {', '.join(abilities) or 'no extensions'}"
            return "; ".join(filter(None, (f"{self.name}: {found}", self._tokens.warning() if self._tokens else "")))

        return self._do("look into the folder", ask)

    def _do(self, purpose: str, ask: Callable[[WatchClient], Result]) -> Result:
        try:
            return ask(self._connected())
        except NoAccess as problem:
            self._drop()
            raise MailboxUnavailable(
                f"{self.name}: cannot sign in: {problem}", wait_seconds=problem.wait_seconds
            ) from problem
        except FAILURES as problem:
            self._drop()
            remedies = TOKEN_REMEDIES if self._tokens else REMEDIES
            raise MailboxUnavailable(
                f"{self.name}: cannot {purpose}: {with_remedy(problem, str(problem), remedies)}"
            ) from problem

    def _connected(self) -> WatchClient:
        if self._client is None:
            client = with_token(self._tokens, self._signed_in, LoginError) if self._tokens else self._signed_in()
            self._client = client
            selected = client.select_folder(full_name(client, self._folder))
            # without UIDVALIDITY numbers mean nothing beyond this connection: our own makes every sweep anew
            self._uidvalidity = int(selected.get(b"UIDVALIDITY", 0)) or secrets.randbits(31) | 1
        return self._client

    def _connect(self) -> WatchClient:
        context = None if self._tls is Tls.NONE else tls_context(self._ca_file)
        timeout = SocketTimeout(connect=min(self._timeout, 20.0), read=self._timeout)
        client = WatchClient(
            self._host, port=self._port, ssl=self._tls is Tls.TLS, ssl_context=context, timeout=timeout
        )
        # a command goes out in several writes: with Nagle's algorithm each waits for the server's delayed ACK (40 ms)
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is Tls.STARTTLS:
            client.starttls(context)
        return client

    def _signed_in(self, token: str = "") -> WatchClient:
        self._drop()  # after a refused token some servers hang up: the second try needs a connection of its own
        self._client = client = self._connect()
        if self._tokens:
            mechanism = mechanism_among(client.sign_in_mechanisms())
            client.sasl_login(mechanism.value, BearerDialogue(mechanism, user=self._user, token=token))
        else:
            self._sign_in(client)
        return client

    def _sign_in(self, client: WatchClient) -> None:
        if self._password.isascii() and self._user.isascii():
            client.login(self._user, self._password)
        else:  # LOGIN of imaplib knows ASCII only
            client.plain_login(self._user, self._password)

    def _drop(self) -> None:
        client, self._client = self._client, None
        self._known.clear()
        if client is not None:
            with contextlib.suppress(*FAILURES):  # the connection is given up; how it ends does not matter
                client.shutdown()

    def _made_sure_of(self, client: WatchClient, name: str) -> str:
        """The server's name of a folder for people, created and subscribed when it is missing."""
        full = full_name(client, name)
        if full not in self._known:
            if not client.folder_exists(full):
                client.create_folder(full)
                client.subscribe_folder(full)
            self._known.add(full)
        return full


def _last_part(name: str, delimiter: bytes | None) -> str:
    return name.rsplit(delimiter.decode("ascii", "replace"), 1)[-1] if delimiter else name


def _piece(client: WatchClient, uid: int, start: int) -> bytes | None:
    return _body(client.fetch([uid], [f"BODY.PEEK[]<{start}.{PIECE}>"]).get(uid, {}))


def _body(answer: Mapping[bytes, Any]) -> bytes | None:
    content = next((value for key, value in answer.items() if key.startswith(b"BODY[]")), None)
    return None if content is None else bytes(content)


def _holds(client: WatchClient, uid: int) -> bool:
    return uid in client.search(["UID", str(uid), "ALL" if _expunges_singly(client) else "UNDELETED"])


def _expunges_singly(client: WatchClient) -> bool:
    return bool(client.has_capability("MOVE") or client.has_capability("UIDPLUS"))


def _move(client: WatchClient, uid: int, target: str) -> None:
    if client.has_capability("MOVE"):
        client.move([uid], target)
        return
    client.copy([uid], target)
    client.add_flags([uid], [b"\\Deleted"], silent=True)
    # Without UIDPLUS the mail stays, flagged: EXPUNGE of the whole folder would remove what other people flagged.
    if client.has_capability("UIDPLUS"):
        client.uid_expunge([uid])


def full_name(client: WatchClient, name: str) -> str:
    """A configured name ("Dondoc/Processed") in the server's own form ("INBOX.Dondoc.Processed")."""
    if name.upper() == "INBOX":
        return "INBOX"
    prefix, delimiter = _namespace(client)
    parts = delimiter.join(name.split("/")) if delimiter else name
    top = parts.split(delimiter)[0] if delimiter else parts
    return parts if not prefix or parts.startswith(prefix) or top.upper() == "INBOX" else f"{prefix}{parts}"


def _namespace(client: WatchClient) -> tuple[str, str]:
    if client.has_capability("NAMESPACE"):
        personal = client.namespace().personal
        if personal:
            prefix, delimiter = personal[0]
            return prefix, delimiter or ""
    for _, delimiter, _ in client.list_folders("", "INBOX"):
        return "", (delimiter or b"").decode("ascii", "replace")
    return "", "/"
