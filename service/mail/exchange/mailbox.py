"""The mailbox at an Exchange server of the house's own, over EWS.

Nothing is marked as read, nothing is deleted: mails are listed, fetched as the MIME they came as, and moved.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from exchangelib.errors import ErrorFolderNotFound

from service.flow.ports.failures import MailboxUnavailable
from service.flow.ports.world import CLAIM, Folder, Listing
from service.mail.connections.troubles import one_line
from service.mail.exchange.account import ExchangeAccount
from service.mail.exchange.connection import Connection
from service.mail.exchange.folders import Contents, find_folder, folders_beginning_with, received_of
from service.mail.exchange.troubles import FOLDER_GONE, FOLDER_LOST, GONE, UNREADABLE, only

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class ExchangeMailbox:
    """One folder of one mailbox. One thread uses it; `wake` may be called from any."""

    def __init__(
        self,
        account: ExchangeAccount,
        *,
        folder: str = "INBOX",
        folders: Mapping[Folder, str] | None = None,
        poll: float = 10.0,
    ) -> None:
        self._connection = Connection(account, MailboxUnavailable)
        self._name = folder
        self._targets = {target: (folders or {}).get(target, target.value) for target in Folder}
        self._known: dict[str, Any] = {}
        self._contents: Contents | None = None
        self._listed: tuple[int, ...] = ()
        self._poll = poll
        self._bell = threading.Event()

    @property
    def name(self) -> str:
        return f"{self._connection.account.name}/{self._name}"

    def list(self) -> Listing:
        """All mails, ascending by arrival."""
        contents = self._ask("list the folder", self._refreshed)
        self._listed = contents.uids
        return Listing(uidvalidity=contents.uidvalidity, uids=contents.uids)

    def fetch(self, uid: int) -> bytes | None:
        """The mail as MIME, untouched; None when it has vanished."""

        def ask(account: Any) -> bytes | None:
            identity = self._identity(account, uid)
            return _mime(account, self._looked_into(account).folder, identity) if identity else None

        return self._ask(f"fetch mail {uid}", ask)

    def fetch_all(self, uids: Sequence[int]) -> Iterator[tuple[int, bytes | None]]:
        """One after the other."""
        return ((uid, self.fetch(uid)) for uid in uids)

    def received(self, uids: Sequence[int]) -> Mapping[int, datetime]:
        """`DateTimeReceived` as it stands in the numbers; without those that came without it."""
        return {uid: moment for uid in uids if (moment := received_of(uid)) is not None}

    def file(self, uid: int, folder: Folder) -> bool:
        """Moves one mail; False when it has vanished. Moved, it gets a new identity, and we know it no more."""

        def ask(account: Any) -> bool:
            identity = self._identity(account, uid)
            if identity is None:
                return False
            contents = self._looked_into(account)
            moved = self._moved(account, identity, self._targets[folder])
            contents.forget(uid)
            return moved

        return self._ask(f"move mail {uid} to {self._targets[folder]!r}", ask)

    def claims(self) -> tuple[str, ...]:
        return self._ask("look for claims", lambda account: folders_beginning_with(account, CLAIM))

    def claim(self, folder: str) -> None:
        self._ask(f"make the folder {folder!r}", lambda account: find_folder(account, folder, create=True))

    def wait(self, seconds: float) -> None:
        """Looks every few seconds, until there is news since the last list, `wake`, or the time is up."""
        end = time.monotonic() + seconds
        while not self._rung(0) and not self._news():
            left = end - time.monotonic()
            if self._rung(min(self._poll, max(left, 0))) or left <= self._poll:
                return

    def wake(self) -> None:
        """Ends a `wait`, also one that has not begun yet."""
        self._bell.set()

    def close(self) -> None:
        self._contents = None
        self._known.clear()
        self._connection.close()

    def check(self) -> str:
        """Connects anew and says in one line what was found, for `doctor`."""
        self.close()

        def ask(account: Any) -> str:
            count = len(self._refreshed(account).uids)
            sign_in = self._connection.account.sign_in.value
            return f"{self.name}: signed in ({sign_in}), {count} mails, Exchange {account.version.build}"

        return self._ask("look into the folder", ask)

    def _ask(self, purpose: str, ask: Callable[[Any], Result]) -> Result:
        try:
            return self._connection.ask(purpose, ask)
        except MailboxUnavailable as problem:
            if isinstance(problem.__cause__, FOLDER_LOST):
                self.close()  # deleted or made anew by people: everything is looked for again next time
            raise

    def _looked_into(self, account: Any) -> Contents:
        if self._contents is None:
            folder = find_folder(account, self._name, create=False)
            if folder is None:
                raise ErrorFolderNotFound(f"there is no folder {self._name!r} in this mailbox")
            self._contents = Contents(folder)
        return self._contents

    def _refreshed(self, account: Any) -> Contents:
        contents = self._looked_into(account)
        contents.refresh()
        return contents

    def _identity(self, account: Any, uid: int) -> str | None:
        """Exchange's name of the mail; after a restart the folder is asked first."""
        contents = self._looked_into(account)
        if contents.id_of(uid) is None:
            contents.refresh()
        return contents.id_of(uid)

    def _moved(self, account: Any, identity: str, target: str) -> bool:
        """With the target made when it is missing, also when people removed it since our last move."""
        for attempt in (1, 2):
            if target not in self._known:
                self._known[target] = find_folder(account, target, create=True)
            try:
                only(account.bulk_move(ids=[(identity, None)], to_folder=self._known[target]))
                return True
            except GONE:
                return False
            except FOLDER_GONE:
                del self._known[target]
                if attempt == 2:
                    raise
        return False

    def _news(self) -> bool:
        """Whether there is a mail that the last list did not show."""
        contents = self._ask("look for new mail", self._refreshed)
        return not set(contents.uids) <= set(self._listed)

    def _rung(self, seconds: float) -> bool:
        rung = self._bell.wait(seconds)
        if rung:
            self._bell.clear()
        return rung


def _mime(account: Any, folder: Any, identity: str) -> bytes | None:
    try:
        item = only(account.fetch(ids=[(identity, None)], folder=folder, only_fields=["mime_content"]))
    except GONE:
        return None
    except UNREADABLE as problem:
        return _stand_in(account, identity, str(problem))
    content: bytes | None = item.mime_content
    return content or _stand_in(account, identity, "no content")


def _stand_in(account: Any, identity: str, said: str) -> bytes:
    """For a mail that Exchange cannot convert: it names no sender, so people look at it; the rest is not blocked."""
    log.warning("%s: Exchange cannot give a mail as MIME: %s", account.primary_smtp_address, one_line(said))
    head = ("Subject: Exchange cannot give this mail as MIME", f"X-Exchange-Trouble: {one_line(said)}")
    return "\r\n".join((*head, f"X-Exchange-Id: {identity}", "", "")).encode("ascii", "replace")
