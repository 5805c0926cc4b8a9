"""The Sent folder over IMAP: whether a mail lies there, and copies for people. A connection of its own."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from imapclient.exceptions import IMAPClientError

from service.flow.ports.failures import MailboxUnavailable
from service.mail.imap.idle import WatchClient
from service.mail.imap.mailbox import ImapMailbox, full_name

MARK = b"\\Sent"
READ = b"\\Seen"
USUAL_NAME = "Sent"


class ImapSentFolder(ImapMailbox):
    """Adapter of the port `SentFolder`: signs in as the mailbox does; several threads may ask, one after the other."""

    def __init__(self, *, sent_folder: str = "", files_all: bool = False, **account: Any) -> None:
        super().__init__(**account)
        self._sent_folder, self._files_all = sent_folder, files_all
        self._turn = threading.Lock()

    @property
    def files_all(self) -> bool:
        return self._files_all

    def holds(self, message_id: str) -> bool:
        """Whether the mail lies in Sent. A folder that cannot be found is no proof of absence."""

        def ask(client: WatchClient) -> bool:
            folder = self._found(client)
            if folder is None:
                raise IMAPClientError("no folder is marked as \\Sent; name it in `delivery.sent_folder`")
            client.select_folder(folder, readonly=True)
            return bool(client.search(["HEADER", "Message-ID", message_id]))

        with self._turn:
            self._renew_if_stale()
            return self._do(f"look for {message_id} in Sent", ask)

    def append(self, raw: bytes, at: datetime) -> None:
        """A copy for people, read already."""

        def ask(client: WatchClient) -> None:
            folder = self._found(client) or self._made_sure_of(client, self._sent_folder or USUAL_NAME)
            client.append(folder, raw, flags=[READ], msg_time=at)

        with self._turn:
            self._renew_if_stale()
            self._do("put a copy into Sent", ask)

    def _found(self, client: WatchClient) -> str | None:
        if not self._sent_folder:
            name = client.find_special_folder(MARK)
            return None if name is None else str(name)
        full = full_name(client, self._sent_folder)
        return full if client.folder_exists(full) else None

    def _renew_if_stale(self) -> None:
        """Servers hang up after half an hour of silence; that is no failure of what is asked now."""
        if self._client is None:
            return
        try:
            self._do("ask whether the connection lives", lambda client: client.noop())
        except MailboxUnavailable:
            return  # dropped: the next question connects anew, and tells what is wrong if anything is
