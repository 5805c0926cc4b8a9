"""Folders of an Exchange mailbox: finding them by name, and what one of them holds, under numbers for our ledger.

Exchange names a mail by a long text that stays the same while the mail lies in its folder. Our ledger wants a number:
the second of arrival above a hash of that text, so that numbers ascend as mails come.
"""

from __future__ import annotations

import contextlib
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from exchangelib import SHALLOW, Folder
from exchangelib.errors import (
    ErrorFolderExists,
    ErrorInvalidRequest,
    ErrorInvalidSchemaVersionForMailboxVersion,
    ErrorInvalidSyncStateData,
    MalformedResponseError,
    SOAPError,
)
from exchangelib.folders import SingleFolderQuerySet
from exchangelib.services import CreateFolder

from service.mail.exchange.troubles import all_of

INBOX = "INBOX"
MAIL_FOLDER = "IPF.Note"
AT_ONCE = 512
"""Changes in one answer; the most that Exchange gives."""

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
HASH_BITS = 30

CANNOT_SYNCHRONISE = (
    SOAPError,
    MalformedResponseError,
    ErrorInvalidRequest,
    ErrorInvalidSchemaVersionForMailboxVersion,
)
"""What a server (or a gateway before it) says that knows no SyncFolderItems: we list the whole folder each time."""

STATE_LOST = (ErrorInvalidSyncStateData, AttributeError)
"""The server forgot our state. exchangelib fails with AttributeError when the refusal carries no state."""


class Contents:
    """What a folder holds. Each look asks only for what has changed since the one before."""

    def __init__(self, folder: Any) -> None:
        self._folder = folder
        self._synchronises = True
        self._uid_of: dict[str, int] = {}
        self._id_of: dict[int, str] = {}

    @property
    def folder(self) -> Any:
        return self._folder

    @property
    def uidvalidity(self) -> int:
        """31 bits of the folder's identity: another folder of the same name is another one for the ledger."""
        return _hash(str(self._folder.id), 31) or 1

    @property
    def uids(self) -> tuple[int, ...]:
        return tuple(sorted(self._id_of))

    def id_of(self, uid: int) -> str | None:
        return self._id_of.get(uid)

    def forget(self, uid: int) -> None:
        """The mail has left the folder."""
        item = self._id_of.pop(uid, None)
        if item is not None:
            self._uid_of.pop(item, None)

    def refresh(self) -> None:
        """Asks the server."""
        if self._synchronises:
            try:
                self._synchronise()
            except STATE_LOST:
                self._start_anew()
                self._synchronise()
            except CANNOT_SYNCHRONISE:
                self._list_all()
                self._synchronises = False
        else:
            self._list_all()

    def _synchronise(self) -> None:
        # All changes first: when an answer is lost half-way, the old state and the old contents still fit together.
        changes = all_of(self._folder.sync_items(only_fields=["datetime_received"], max_changes_returned=AT_ONCE))
        for change, item in changes:
            if change in ("create", "update"):
                self._note(item)
            elif change == "delete":
                self.forget(self._uid_of.get(str(item.id), 0))

    def _list_all(self) -> None:
        items = all_of(self._folder.all().only("datetime_received"))
        there = {str(item.id) for item in items}
        for gone in [uid for uid, item in self._id_of.items() if item not in there]:
            self.forget(gone)
        for item in items:
            self._note(item)

    def _start_anew(self) -> None:
        self._folder.item_sync_state = None
        self._uid_of.clear()
        self._id_of.clear()

    def _note(self, item: Any) -> None:
        identity = str(item.id)
        if identity not in self._uid_of:
            uid = uid_for(identity, getattr(item, "datetime_received", None))
            while uid in self._id_of:  # two mails of one second with the same hash: one in a thousand million
                uid += 1
            self._uid_of[identity], self._id_of[uid] = uid, identity


def uid_for(identity: str, received: datetime | None) -> int:
    """63 bits: seconds since 2000, then a hash of the identity."""
    seconds = max(0, int((received - EPOCH).total_seconds())) if received else 0
    return (seconds << HASH_BITS | _hash(identity, HASH_BITS)) or 1


def received_of(uid: int) -> datetime | None:
    """The moment of arrival that a number holds."""
    seconds = uid >> HASH_BITS
    return EPOCH + timedelta(seconds=seconds) if seconds else None


def find_folder(account: Any, name: str, *, create: bool) -> Any:
    """ "INBOX", "INBOX/Done" (below the inbox) or "Done" (beside it). None when it is missing and not to be created."""
    first, *rest = [part for part in name.split("/") if part]
    if first.upper() == INBOX:
        folder, parts = account.inbox, rest
    else:
        folder, parts = account.msg_folder_root, [first, *rest]
    for part in parts:
        below = _child(account, folder, part)
        if below is None and create:
            below = _created(account, folder, part)
        if below is None:
            return None
        folder = below
    return folder


def folders_beginning_with(account: Any, start: str) -> tuple[str, ...]:
    """Names of the folders beside the inbox that begin so."""
    names = (str(child.name) for child in _children(account, account.msg_folder_root))
    return tuple(name for name in names if name.casefold().startswith(start.casefold()))


def _children(account: Any, parent: Any) -> list[Any]:
    return list(all_of(SingleFolderQuerySet(account=account, folder=parent).depth(SHALLOW).only("name")))


def _child(account: Any, parent: Any, name: str) -> Any:
    """Compared here, for Exchange takes "processed" and "Processed" for the same name."""
    children = _children(account, parent)
    return next((child for child in children if str(child.name).casefold() == name.casefold()), None)


def _created(account: Any, parent: Any, name: str) -> Any:
    with contextlib.suppress(ErrorFolderExists):  # somebody was quicker: it is there, and that is all we want
        CreateFolder(account=account).get(
            parent_folder=parent, folders=[Folder(parent=parent, name=name, folder_class=MAIL_FOLDER)]
        )
    return _child(account, parent, name)


def _hash(text: str, bits: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> (64 - bits)
