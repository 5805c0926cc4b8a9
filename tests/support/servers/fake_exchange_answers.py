"""The operations of the fake Exchange server: a request's XML in, the answer's XML out, as Microsoft documents them.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/ew-operations-in-exchange
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.utils import getaddresses
from xml.etree.ElementTree import Element

from tests.support.servers.fake_exchange_store import Item, KeptFolder, KeptMailbox
from tests.support.servers.fake_exchange_xml import (
    SPACES,
    M,
    Refused,
    T,
    change,
    folder_element,
    identity_element,
    item_ids,
    matches,
    message,
    page,
    refusal,
    snake,
    success,
    wanted,
)


@dataclass
class Answers:
    """Everybody's mailboxes, and what can be asked of them."""

    mailboxes: dict[str, KeptMailbox]
    invalid_recipients: set[str] = field(default_factory=set)
    largest: int = 36_000_000
    generation: int = 1
    """Raised when the server forgets all synchronisation states."""
    sent: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)

    def answer(self, operation: Element, own: KeptMailbox) -> str:
        """The response element of one operation."""
        name = operation.tag.removeprefix(M)
        work: Callable[[Element, KeptMailbox], Iterable[str]] = getattr(self, f"_{snake(name)}")
        try:
            parts = list(work(operation, own))
        except Refused as refused:
            parts = [refusal(name, refused)]
        return (
            f"<m:{name}Response {SPACES}><m:ResponseMessages>{''.join(parts)}</m:ResponseMessages></m:{name}Response>"
        )

    def _get_folder(self, operation: Element, own: KeptMailbox) -> Iterable[str]:
        for place in operation.findall(f"{M}FolderIds/*"):
            folder, mailbox = self._folder(place, own)
            yield success("GetFolder", f"<m:Folders>{folder_element(folder, mailbox)}</m:Folders>")

    def _find_folder(self, operation: Element, own: KeptMailbox) -> Iterable[str]:
        for place in operation.findall(f"{M}ParentFolderIds/*"):
            parent, mailbox = self._folder(place, own)
            found = mailbox.below(parent.identity)
            inner = f"<t:Folders>{''.join(folder_element(folder, mailbox) for folder in found)}</t:Folders>"
            yield success("FindFolder", page("RootFolder", inner, len(found), None))

    def _create_folder(self, operation: Element, own: KeptMailbox) -> Iterable[str]:
        parent, mailbox = self._folder(operation.findall(f"{M}ParentFolderId/*")[0], own)
        for asked in operation.findall(f"{M}Folders/*"):
            name = asked.findtext(f"{T}DisplayName", "")
            if any(each.name.casefold() == name.casefold() for each in mailbox.below(parent.identity)):
                raise Refused("ErrorFolderExists", "A folder with the specified name already exists.")
            made = mailbox.make_folder(name, parent.identity)
            yield success(
                "CreateFolder",
                f"<m:Folders><t:Folder>{identity_element('Folder', made.identity)}</t:Folder></m:Folders>",
            )

    def _find_item(self, operation: Element, own: KeptMailbox) -> Iterable[str]:
        view = operation.find(f"{M}IndexedPageItemView")
        assert view is not None
        start, most = int(view.get("Offset", "0")), int(view.get("MaxEntriesReturned", "1000"))
        for place in operation.findall(f"{M}ParentFolderIds/*"):
            folder, _ = self._folder(place, own)
            there = [item for item in folder.items.values() if matches(item, operation)]
            items = sorted(there, key=lambda item: item.received, reverse=True)
            shown = items[start : start + most]
            next_offset = start + most if start + most < len(items) else None
            inner = f"<t:Items>{''.join(message(item, wanted(operation)) for item in shown)}</t:Items>"
            yield success("FindItem", page("RootFolder", inner, len(items), next_offset))

    def _sync_folder_items(self, operation: Element, own: KeptMailbox) -> Iterable[str]:
        folder, _ = self._folder(operation.findall(f"{M}SyncFolderId/*")[0], own)
        start = self._position(operation.findtext(f"{M}SyncState", ""), folder)
        end = min(start + int(operation.findtext(f"{M}MaxChangesReturned", "512")), len(folder.log))
        state = base64.b64encode(f"{self.generation} {folder.identity} {end}".encode()).decode()
        changes = "".join(change(what, identity, folder, wanted(operation)) for what, identity in folder.log[start:end])
        last = str(end == len(folder.log)).lower()
        yield success(
            "SyncFolderItems",
            f"<m:SyncState>{state}</m:SyncState><m:IncludesLastItemInRange>{last}</m:IncludesLastItemInRange>"
            f"<m:Changes>{changes}</m:Changes>",
        )

    def _position(self, state: str, folder: KeptFolder) -> int:
        if not state:
            return 0
        generation, identity, position = base64.b64decode(state).decode().split()
        if generation != str(self.generation) or identity != folder.identity:
            raise Refused("ErrorInvalidSyncStateData", "The synchronization state data is corrupted.")
        return int(position)

    def _get_item(self, operation: Element, own: KeptMailbox) -> Iterable[str]:
        for identity in item_ids(operation):
            item = self._item(identity, own)
            if not item.convertible:
                raise Refused("ErrorMimeContentConversionFailed", "The MIME content of the item cannot be made.")
            yield success("GetItem", f"<m:Items>{message(item, wanted(operation))}</m:Items>")

    def _move_item(self, operation: Element, own: KeptMailbox) -> Iterable[str]:
        target, mailbox = self._folder(operation.findall(f"{M}ToFolderId/*")[0], own, "ErrorToFolderNotFound")
        for identity in item_ids(operation):
            self._item(identity, own)
            moved = mailbox.move(identity, target)
            assert moved is not None
            yield success("MoveItem", f"<m:Items>{message(moved, ())}</m:Items>")

    def _create_item(self, operation: Element, own: KeptMailbox) -> Iterable[str]:
        copies, mailbox = self._folder(operation.findall(f"{M}SavedItemFolderId/*")[0], own)
        asked = operation.find(f"{M}Items/{T}Message")
        assert asked is not None
        content = base64.b64decode(asked.findtext(f"{T}MimeContent", ""))
        if operation.get("MessageDisposition") == "SendAndSaveCopy":
            self._send(
                content, [each.text or "" for each in asked.findall(f"{T}BccRecipients//{T}EmailAddress")], mailbox
            )
        mailbox.receive(
            content, copies.distinguished or copies.name, read=asked.findtext(f"{T}IsRead") in ("true", "1")
        )
        yield success("CreateItem", "<m:Items/>")

    def _send(self, content: bytes, blind: list[str], mailbox: KeptMailbox) -> None:
        """To those in the header and those added, as Exchange does. Refuses before anything is sent."""
        header = message_from_bytes(content)
        fields = [str(value) for name in ("To", "Cc", "Bcc") for value in header.get_all(name, [])]
        addresses = (*(address for _, address in getaddresses(fields)), *blind)
        if len(content) > self.largest:
            raise Refused("ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.")
        if not addresses:
            raise Refused("ErrorMissingRecipients", "The message has no recipients.")
        if self.invalid_recipients & set(addresses):
            raise Refused("ErrorInvalidRecipients", "At least one recipient isn't valid.")
        if getaddresses([str(header["From"])])[0][1] != mailbox.address:
            raise Refused("ErrorSendAsDenied", "The user account does not have the right to send mail on behalf of it.")
        self.sent.append((addresses, content))
        for address in addresses:
            if address in self.mailboxes:
                self.mailboxes[address].receive(content)

    def _item(self, identity: str, own: KeptMailbox) -> Item:
        folder = own.holding(identity)
        if folder is None:
            raise Refused("ErrorItemNotFound", "The specified object was not found in the store., Item not found.")
        return folder.items[identity]

    def _folder(
        self, place: Element, own: KeptMailbox, missing: str = "ErrorItemNotFound"
    ) -> tuple[KeptFolder, KeptMailbox]:
        if place.tag == f"{T}DistinguishedFolderId":
            address = place.findtext(f"{T}Mailbox/{T}EmailAddress", own.address)
            if address not in self.mailboxes:
                raise Refused("ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it.")
            if address != own.address:
                raise Refused("ErrorAccessDenied", "Access is denied. Check credentials and try again.")
            return own.folder(place.get("Id", "")), own
        folder = own.folders.get(place.get("Id", ""))
        if folder is None:
            raise Refused(missing, "The specified folder could not be found in the store.")
        return folder, own
