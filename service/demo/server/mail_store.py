"""The IMAP half of the demo's mail server: pymap's mailboxes in memory, with the few things that programs need besides.

pymap's own dictionary backend forgets mail that arrives just before IDLE, offers no keywords, and writes an answer in
several pieces, which some clients take for a broken line.
"""

from __future__ import annotations

import asyncio
import socket
from argparse import Namespace
from collections.abc import Mapping
from contextlib import AsyncExitStack, closing
from datetime import datetime
from typing import Any, cast

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.context import connection_exit
from pymap.imap import IMAPConnection, IMAPServer
from pymap.imap.state import ConnectionState
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag, Wildcard
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

SYSTEM_FLAGS = (rb"\Seen", rb"\Answered", rb"\Flagged", rb"\Deleted", rb"\Draft")
LONGEST_COMMAND = 2**20


class StoredFolder(MailboxData):
    """One folder of one account."""

    @property
    def permanent_flags(self) -> frozenset[Any]:
        return frozenset(Flag(flag) for flag in SYSTEM_FLAGS) | {Wildcard}

    async def update_selected(self, selected: Any, *, wait_on: Any = None) -> Any:
        """Tells at once what the client has not heard yet, instead of waiting for the next change."""
        behind = selected.mod_sequence is not None and selected.mod_sequence < self._mod_sequences.highest
        return await super().update_selected(selected, wait_on=None if behind else wait_on)

    def contents(self) -> list[bytes]:
        """The mails' bytes, oldest first."""
        return [bytes(message._content or b"") for _, message in sorted(self._messages.items())]


class Account(MailboxSet):
    """The folders of one account."""

    def __init__(self) -> None:
        super().__init__()
        self._inbox = self._new_folder()

    def _new_folder(self) -> StoredFolder:
        return StoredFolder(self._content_cache, self._thread_cache)

    async def add_mailbox(self, name: str) -> Any:
        if name in self._set:
            raise ValueError(name)
        self._set[name] = folder = self._new_folder()
        return folder.mailbox_id

    async def folder(self, name: str) -> StoredFolder:
        """The folder of that name, made when it is missing."""
        if name.upper() != "INBOX" and name not in self._set:
            await self.add_mailbox(name)
        return cast(StoredFolder, await self.get_mailbox(name))


class _WholeAnswers(list[bytes]):
    """Collects an answer's pieces, so that it leaves in one segment."""

    def write(self, data: Any) -> None:
        self.append(bytes(data))


class _Connection(IMAPConnection):
    async def write_response(self, response: Any) -> None:
        pieces = _WholeAnswers()
        await response.async_write(pieces)
        if not self.writer.is_closing():
            self.writer.write(b"".join(pieces))
        try:
            await self.writer.drain()
        except ConnectionError:  # the client has hung up; reading will notice and end the session
            return


class _Server(IMAPServer):
    """Knows its open connections, so that they can be cut."""

    def __init__(self, login: Login, config: Config) -> None:
        super().__init__(login, config)
        self.open: set[asyncio.StreamWriter] = set()
        self._parts = (login, config)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sock_info: Any) -> None:
        self.open.add(writer)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _Connection(self.commands, self._parts[1], reader, writer, sock_info)
        try:
            async with AsyncExitStack() as stack:
                connection_exit.set(stack)
                stack.enter_context(closing(connection))
                await connection.run(ConnectionState(*self._parts))
        finally:
            self.open.discard(writer)


class MailStore:
    """All accounts and the IMAP server in front of them. Lives in one event loop."""

    def __init__(self, host: str, port: int) -> None:
        arguments = Namespace(
            host=host,
            port=port,
            debug=False,
            cert=None,
            key=None,
            tls=False,
            demo_data=False,
            demo_user="-",
            demo_password="-",  # noqa: S106 - no such account is made
            passlib_cfg=None,
            proxy_protocol=None,
            inherited_sockets=None,
        )
        self._config = Config.from_args(arguments, hash_context=Cleartext(), invalid_user_sleep=0.0)
        self._config.apply_context()
        self._login = Login(self._config)
        self._server = _Server(self._login, self._config)
        self._host, self.port = host, port

    async def start(self) -> asyncio.Server:
        callback = ProxyProtocolReader(self._config.proxy_protocol).get_callback(self._server)
        server = await asyncio.start_server(callback, self._host, self.port, limit=LONGEST_COMMAND)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def add_users(self, users: Mapping[str, str]) -> None:
        for user, password in users.items():
            self._login.users_dict[user] = UserMetadata(self._config, user, password=password)
            self._config.set_cache[user] = (Account(), FilterSet())

    def account(self, user: str) -> Account:
        return cast(Account, self._config.set_cache[user][0])

    async def put(self, user: str, folder: str, content: bytes, received: datetime | None) -> int:
        """Delivers one mail; its UID."""
        message = AppendMessage(content, received, frozenset())
        stored = await (await self.account(user).folder(folder)).append(message, recent=True)
        return int(stored.uid)

    def cut(self) -> int:
        """Ends all connections without a goodbye; how many there were."""
        connections = list(self._server.open)
        for writer in connections:
            writer.transport.abort()
        return len(connections)
