"""The XML of the fake Exchange server's answers, piece by piece."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection
from email import message_from_bytes
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from tests.support.servers.fake_exchange_store import Item, KeptFolder, KeptMailbox

TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
T, M, S = f"{{{TYPES}}}", f"{{{MESSAGES}}}", f"{{{SOAP}}}"
SPACES = f'xmlns:m="{MESSAGES}" xmlns:t="{TYPES}"'
VERSION = (
    f'<h:ServerVersionInfo MajorVersion="15" MinorVersion="2" MajorBuildNumber="1544" MinorBuildNumber="4" '
    f'Version="V2017_07_11" xmlns:h="{TYPES}"/>'
)


class Refused(Exception):
    """An operation's refusal: the response code and what is said."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code, self.said = code, said


def envelope(body: str) -> bytes:
    head = f"<s:Header>{VERSION}</s:Header>"
    text = (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{SOAP}">{head}<s:Body>{body}</s:Body></s:Envelope>'
    )
    return text.encode()


def fault(code: str, said: str, milliseconds: int = 0) -> bytes:
    """A refusal of the whole request, as a busy server gives it."""
    value = f'<t:Value Name="BackOffMilliseconds">{milliseconds}</t:Value>'
    more = f'<t:MessageXml xmlns:t="{TYPES}">{value}</t:MessageXml>' if milliseconds else ""
    return envelope(
        f'<s:Fault><faultcode xmlns:a="{TYPES}">a:{code}</faultcode><faultstring xml:lang="en-US">{said}</faultstring>'
        f'<detail><e:ResponseCode xmlns:e="{ERRORS}">{code}</e:ResponseCode>'
        f'<e:Message xmlns:e="{ERRORS}">{said}</e:Message>{more}</detail></s:Fault>'
    )


def success(operation: str, inner: str) -> str:
    name = f"m:{operation}ResponseMessage"
    return f'<{name} ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>{inner}</{name}>'


def refusal(operation: str, refused: Refused) -> str:
    name = f"m:{operation}ResponseMessage"
    text = f"<m:MessageText>{escape(refused.said)}</m:MessageText><m:ResponseCode>{refused.code}</m:ResponseCode>"
    # Microsoft's own example of a refused synchronisation carries an empty state.
    state = "<m:SyncState/><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>"
    more = state if operation == "SyncFolderItems" else ""
    return f'<{name} ResponseClass="Error">{text}<m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>{more}</{name}>'


def page(name: str, inner: str, total: int, next_offset: int | None) -> str:
    offset = f' IndexedPagingOffset="{next_offset}"' if next_offset is not None else ""
    last = str(next_offset is None).lower()
    return f'<m:{name}{offset} TotalItemsInView="{total}" IncludesLastItemInRange="{last}">{inner}</m:{name}>'


def folder_element(folder: KeptFolder, mailbox: KeptMailbox) -> str:
    return (
        f"<t:Folder>{identity_element('Folder', folder.identity)}"
        f'<t:ParentFolderId Id="{folder.parent or folder.identity}" ChangeKey="AQAAAA=="/>'
        f"<t:FolderClass>IPF.Note</t:FolderClass><t:DisplayName>{escape(folder.name)}</t:DisplayName>"
        f"<t:TotalCount>{len(folder.items)}</t:TotalCount>"
        f"<t:ChildFolderCount>{len(mailbox.below(folder.identity))}</t:ChildFolderCount>"
        f"<t:UnreadCount>{sum(not item.read for item in folder.items.values())}</t:UnreadCount></t:Folder>"
    )


def identity_element(kind: str, identity: str) -> str:
    return f'<t:{kind}Id Id="{identity}" ChangeKey="CQAAABYAAAA="/>'


def message(item: Item, fields: Collection[str]) -> str:
    mime = base64.b64encode(item.content).decode() if "item:MimeContent" in fields else ""
    content = f'<t:MimeContent CharacterSet="UTF-8">{mime}</t:MimeContent>' if mime else ""
    received = f"<t:DateTimeReceived>{item.received:%Y-%m-%dT%H:%M:%SZ}</t:DateTimeReceived>"
    more = received if "item:DateTimeReceived" in fields else ""
    name = str(message_from_bytes(item.content)["Message-ID"])
    named = f"<t:InternetMessageId>{escape(name)}</t:InternetMessageId>"
    more += named if "message:InternetMessageId" in fields else ""
    return f"<t:Message>{content}{identity_element('Item', item.identity)}{more}</t:Message>"


def change(what: str, identity: str, folder: KeptFolder, fields: Collection[str]) -> str:
    """One change; what came and went between two looks is not told at all."""
    if what == "Delete":
        return f"<t:Delete>{identity_element('Item', identity)}</t:Delete>"
    item = folder.items.get(identity)
    return f"<t:{what}>{message(item, fields)}</t:{what}>" if item else ""


def wanted(operation: Element) -> set[str]:
    return {each.get("FieldURI", "") for each in operation.iter(f"{T}FieldURI")}


def matches(item: Item, operation: Element) -> bool:
    """Whether a mail is what a restriction to one Message-ID asks for."""
    constant = operation.find(f"{M}Restriction//{T}Constant")
    return constant is None or constant.get("Value") == message_from_bytes(item.content)["Message-ID"]


def item_ids(operation: Element) -> list[str]:
    return [each.get("Id", "") for each in operation.findall(f"{M}ItemIds/*")]


def snake(name: str) -> str:
    """`GetItem` as `get_item`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
