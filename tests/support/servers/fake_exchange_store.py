"""What the fake Exchange server keeps: mailboxes with folders and items, as Exchange keeps them.

An item has an identity that changes when it moves, and a folder a log of changes, which is what a client's
synchronisation state points into.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

FIRST_MAIL = datetime(2021, 4, 22, 2, 0, tzinfo=UTC)
DISTINGUISHED = {
    "root": "",
    "msgfolderroot": "root",
    "inbox": "msgfolderroot",
    "sentitems": "msgfolderroot",
    "outbox": "msgfolderroot",
}
NAMES = {
    "root": "Root",
    "msgfolderroot": "Top of Information Store",
    "inbox": "Hộp thư đến",
    "sentitems": "Sent Items",
    "outbox": "Outbox",
}


@dataclass(slots=True)
class Item:
    """One mail."""

    identity: str
    content: bytes
    received: datetime
    read: bool = False
    convertible: bool = True
    """Exchange cannot give every item as MIME."""


@dataclass(slots=True)
class KeptFolder:
    """One folder. `log`: ("Create" or "Delete", identity), oldest first."""

    identity: str
    name: str
    parent: str
    distinguished: str = ""
    items: dict[str, Item] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)

    def put(self, item: Item) -> None:
        self.items[item.identity] = item
        self.log.append(("Create", item.identity))

    def remove(self, identity: str) -> Item:
        self.log.append(("Delete", identity))
        return self.items.pop(identity)


@dataclass(slots=True)
class KeptMailbox:
    """One person's mailbox, with the folders that every mailbox has."""

    address: str
    folders: dict[str, KeptFolder] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _seconds: Iterator[int] = field(default_factory=lambda: itertools.count(0, 7))

    def __post_init__(self) -> None:
        for name, parent in DISTINGUISHED.items():
            folder = KeptFolder(self._identity("F"), NAMES[name], self._parent(parent), name)
            self.folders[folder.identity] = folder

    def folder(self, name: str) -> KeptFolder:
        """By distinguished or display name, as "inbox" or "Processed"."""
        return next(each for each in self.folders.values() if name in (each.distinguished, each.name))

    def holding(self, identity: str) -> KeptFolder | None:
        return next((each for each in self.folders.values() if identity in each.items), None)

    def below(self, parent: str) -> list[KeptFolder]:
        return [each for each in self.folders.values() if each.parent == parent]

    def make_folder(self, name: str, parent: str) -> KeptFolder:
        folder = KeptFolder(self._identity("F"), name, parent)
        self.folders[folder.identity] = folder
        return folder

    def drop_folder(self, name: str) -> None:
        del self.folders[self.folder(name).identity]

    def receive(self, content: bytes, folder: str = "inbox", *, read: bool = False, convertible: bool = True) -> Item:
        received = FIRST_MAIL + timedelta(seconds=next(self._seconds))
        item = Item(self._identity("I"), content, received, read, convertible)
        self.folder(folder).put(item)
        return item

    def move(self, identity: str, target: KeptFolder) -> Item | None:
        """The item under its new identity."""
        source = self.holding(identity)
        if source is None:
            return None
        item = source.remove(identity)
        item.identity = self._identity("I")
        target.put(item)
        return item

    def _parent(self, name: str) -> str:
        return self.folder(name).identity if name else ""

    def _identity(self, kind: str) -> str:
        text = f"{self.address} {kind} {next(self._numbers):06d}"
        return f"AAMk{base64.b64encode(text.encode()).decode()}"
