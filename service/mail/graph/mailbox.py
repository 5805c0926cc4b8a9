"""A mailbox at Microsoft 365 through Graph: what the inbox holds, one mail's bytes, filing it away, waiting for news.

Graph names a mail by text. The port's number is made of the moment at which it was received and a hash of that text, so
that it stays the same after a restart and older mails come first. Changes are asked for (delta), not whole lists.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import requests

from service.flow.ports.failures import MailboxUnavailable
from service.flow.ports.world import CLAIM, Folder, Listing
from service.mail.connections.oauth import NoAccess
from service.mail.connections.web import web_trouble
from service.mail.graph.client import GraphClient, GraphRefused, in_path
from service.mail.graph.folders import GraphFolders

PAGE = 500
"""Mails a page; Graph gives ten when it is not asked, and a thousand at the most."""

LIST_ANEW_AFTER = 3600.0
"""Seconds: changes are only told, so now and then we look for ourselves."""

HASH_BITS = 29
"""Beside 34 bits of seconds: 63 bits, as the ledger holds. Two mails of one second differ in all but one of 10^8."""

STALE = (400, 404, 410)
"""What Graph says to a link for changes which it no longer knows (`syncStateNotFound`, `resyncRequired`)."""

Result = TypeVar("Result")


class GraphMailbox:
    """One folder of one user's mailbox. One thread uses it; `wake` may be called from any."""

    def __init__(
        self,
        client: GraphClient,
        *,
        folder: str = "inbox",
        folders: Mapping[Folder, str] | None = None,
        poll: float = 30.0,
    ) -> None:
        self._client, self._folder, self._poll = client, folder, poll
        self._names = {target: (folders or {}).get(target, target.value) for target in Folder}
        self._tree = GraphFolders(client)
        self._held: dict[int, str] = {}
        self._changes_link = ""
        self._listed_at = 0.0
        self._news = False
        self._bell = threading.Event()

    @property
    def name(self) -> str:
        return f"graph://{self._client.user}/{self._folder}"

    def list(self) -> Listing:
        """All mails of the folder, the oldest first."""

        def ask() -> Listing:
            self._look()
            self._news = False
            validity = int.from_bytes(hashlib.sha256(self._folder_id().encode()).digest()[:4], "big") >> 1
            return Listing(uidvalidity=validity or 1, uids=tuple(sorted(self._held)))

        return self._do("list the folder", ask)

    def fetch(self, uid: int) -> bytes | None:
        """The mail in its MIME form; None when it has vanished. Nothing is marked as read."""

        def ask() -> bytes | None:
            key = self._key(uid)
            return self._client.get_bytes(f"messages/{in_path(key)}/$value") if key else None

        return self._do(f"fetch mail {uid}", lambda: self._unless_vanished(ask, uid))

    def fetch_all(self, uids: Sequence[int]) -> Iterator[tuple[int, bytes | None]]:
        """One after the other."""
        return ((uid, self.fetch(uid)) for uid in uids)

    def received(self, uids: Sequence[int]) -> Mapping[int, datetime]:
        """`receivedDateTime` as it stands in the numbers."""
        return {uid: datetime.fromtimestamp(uid >> HASH_BITS, UTC) for uid in uids}

    def file(self, uid: int, folder: Folder) -> bool:
        """Moves one mail; False when it has vanished or a person has moved it."""

        def ask() -> bool | None:
            key = self._key(uid)
            if not key:
                return False
            # The id is good in every folder: what a person has put elsewhere must stay there.
            lies = self._client.get(f"messages/{in_path(key)}", {"$select": "parentFolderId"}).get("parentFolderId")
            moved = lies == self._folder_id()
            if moved:
                target = self._tree.made_sure_of(self._names[folder])
                self._client.post(f"messages/{in_path(key)}/move", {"destinationId": target})
            self._held.pop(uid, None)
            return moved

        return bool(self._do(f"move mail {uid} to {folder}", lambda: self._unless_vanished(ask, uid)))

    def claims(self) -> tuple[str, ...]:
        return self._do("look for claims", lambda: self._tree.beginning_with(CLAIM))

    def claim(self, folder: str) -> None:
        self._do(f"make the folder {folder!r}", lambda: self._tree.made_sure_of(folder))

    def wait(self, seconds: float) -> None:
        """Looks for changes now and then, until there is news, `wake` was called, or the time is up."""
        end = time.monotonic() + seconds
        try:
            while not self._bell.is_set() and not self._do("look for changes", self._has_news):
                left = end - time.monotonic()
                if left <= 0 or self._bell.wait(min(left, self._poll)):
                    return
                if time.monotonic() >= end:
                    return
        finally:
            self._bell.clear()

    def wake(self) -> None:
        """Ends a `wait`, also one that has not begun yet."""
        self._bell.set()

    def close(self) -> None:
        self._client.close()

    def check(self) -> str:
        """Looks anew and says in one line what was found, for `doctor`."""

        def ask() -> str:
            self._forget()
            self._look()
            found = f"{self.name}: signed in, {len(self._held)} mails"
            return "; ".join(filter(None, (found, self._client.warning())))

        return self._do("look into the folder", ask)

    def _do(self, purpose: str, ask: Callable[[], Result]) -> Result:
        try:
            return ask()
        except (GraphRefused, NoAccess) as problem:
            said, wait = str(problem), problem.wait_seconds
            self._forget()
        except requests.RequestException as problem:
            said, wait = web_trouble(problem), None
            self._forget()
        raise MailboxUnavailable(f"{self.name}: cannot {purpose}: {said}", wait_seconds=wait)

    def _unless_vanished(self, ask: Callable[[], Result | None], uid: int) -> Result | None:
        try:
            return ask()
        except GraphRefused as problem:
            if problem.status != 404:
                raise
            self._held.pop(uid, None)
            return None

    def _key(self, uid: int) -> str:
        """Graph's name of a mail; "" when it is not in the folder."""
        if not self._listed_at:
            self._look()
        return self._held.get(uid, "")

    def _has_news(self) -> bool:
        self._look()
        return self._news

    def _look(self) -> None:
        """Brings what we know up to date: the changes since the last look, or everything."""
        if self._changes_link and time.monotonic() - self._listed_at < LIST_ANEW_AFTER:
            try:
                self._take_changes(self._changes_link, {})
            except GraphRefused as problem:
                if problem.status not in STALE:
                    raise
            else:
                return
        known, self._held = self._held, {}
        self._take_changes(f"mailFolders/{self._folder_id()}/messages/delta", {"$select": "receivedDateTime"})
        self._news = self._news or bool(self._held.keys() - known.keys())
        self._listed_at = time.monotonic()

    def _take_changes(self, start: str, parameters: Mapping[str, str]) -> None:
        for content in self._client.pages(start, parameters, page=PAGE):
            for entry in content.get("value", ()):
                self._take(entry)
            self._changes_link = str(content.get("@odata.deltaLink", self._changes_link))

    def _take(self, entry: Mapping[str, Any]) -> None:
        key = str(entry["id"])
        if "@removed" in entry:
            self._held = {uid: other for uid, other in self._held.items() if other != key}
        elif "receivedDateTime" in entry:  # a change of a flag may come without it
            uid = number_of(key, str(entry["receivedDateTime"]))
            self._news = self._news or uid not in self._held
            self._held[uid] = key

    def _folder_id(self) -> str:
        return self._tree.id_of(self._folder)

    def _forget(self) -> None:
        """After trouble nothing is taken for granted; what is held stays, so that old mail is no news."""
        self._changes_link, self._listed_at = "", 0.0
        self._tree.forget()


def number_of(key: str, received: str) -> int:
    """The port's number of a mail: seconds since 1970, then a hash of Graph's name for it."""
    seconds = int(datetime.fromisoformat(received.replace("Z", "+00:00")).timestamp())
    mark = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") >> (32 - HASH_BITS)
    return (max(seconds, 0) % 2**34) << HASH_BITS | (mark or 1)
