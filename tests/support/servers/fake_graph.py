"""A Microsoft Graph of our own on 127.0.0.1, made after Microsoft's documentation, with faults on order.

Mail of one user: folders, changes (delta), MIME content, move, and MIME `sendMail`, with the documented errors.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import itertools
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.utils import getaddresses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

IMMUTABLE = 'IdType="ImmutableId"'
LARGEST = 4 * 1024 * 1024
EARLIEST = 1_621_216_800
"""17 May 2021; each mail is received one second after the last."""

WELL_KNOWN = {"inbox": "Hộp thư đến", "sentitems": "Các mục đã gửi", "deleteditems": "Mục đã xóa"}


@dataclass(slots=True)
class Fault:
    """The next `times` requests whose "METHOD path" holds `where` get this. Without a status the connection is cut."""

    where: str = ""
    status: int = 0
    code: str = ""
    header: Mapping[str, str] = field(default_factory=dict)
    stored: bool = False
    times: int = 1


@dataclass(slots=True)
class _Mail:
    key: str
    raw: bytes
    received: int
    folder: str
    is_read: bool = False
    changed: int = 0
    left: dict[str, int] = field(default_factory=dict)
    """When it left which folder, for the list of changes there."""


class Refused(Exception):
    """Becomes Microsoft's error object."""

    def __init__(self, status: int, code: str, message: str = "refused") -> None:
        super().__init__(message)
        self.status, self.code = status, code


class FakeGraph:
    """One user's mailbox. `takes` says which tokens are good."""

    def __init__(self, user: str, *, takes: Callable[[str], bool]) -> None:
        self.user, self.takes = user, takes
        self.faults: list[Fault] = []
        self.requests: list[str] = []
        self.sent: list[tuple[tuple[str, ...], bytes]] = []
        self.page = 0
        """Above zero: a page is never larger, whatever was asked for."""
        self._lock = threading.RLock()
        self._mails: dict[str, _Mail] = {}
        self._folders: dict[str, tuple[str, str]] = {f"id-{name}": (shown, "") for name, shown in WELL_KNOWN.items()}
        self._count = itertools.count(1)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.graph = self
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1.0"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="fake-graph", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    # What servers and people do around it.

    def deliver(self, raw: bytes, folder: str = "id-inbox") -> str:
        with self._lock:
            number = next(self._count)
            key = f"AAkALg{hashlib.sha256(str(number).encode()).hexdigest()[:24]}=/{number}"
            self._mails[key] = _Mail(key, raw, EARLIEST + number, folder, changed=number)
            return key

    def take_away(self, key: str) -> None:
        self._put(self._mails[key], "id-deleteditems")

    def put_elsewhere(self, key: str, folder: str) -> None:
        self._put(self._mails[key], folder)

    def contents(self, shown: str) -> list[bytes]:
        """The mails of a folder, by its path of names."""
        with self._lock:
            return [mail.raw for mail in self._mails.values() if self._path(mail.folder) == shown]

    def keys(self, folder: str = "id-inbox") -> list[str]:
        return [mail.key for mail in self._mails.values() if mail.folder == folder]

    def unread(self) -> int:
        return sum(not mail.is_read for mail in self._mails.values() if mail.folder == "id-inbox")

    def plan(self, fault: Fault) -> None:
        self.faults.append(fault)

    def mend(self) -> None:
        self.faults.clear()

    def forget_changes(self) -> None:
        """Links for changes given so far are no longer known (410)."""
        with self._lock:
            self._oldest = next(self._count)

    # What Graph does.

    def fault(self, request: str) -> Fault | None:
        with self._lock:
            self.requests.append(request)
            for fault in self.faults:
                if fault.times > 0 and fault.where in request:
                    fault.times -= 1
                    return fault
        return None

    def answer(self, method: str, path: str, query: Mapping[str, str], header: Mapping[str, str], body: bytes) -> Any:
        """The JSON object or the bytes of a good answer, with its status. Raises Refused."""
        root = f"/v1.0/users/{self.user}/"
        if not self.takes(header.get("Authorization", "").removeprefix("Bearer ")):
            raise Refused(401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.")
        if not unquote(path).startswith(root):
            raise Refused(404, "ErrorInvalidUser", "The requested user is invalid.")
        parts = [unquote(part) for part in path.removeprefix(root).split("/")]
        with self._lock:
            if parts[0] == "sendMail":
                return 202, self._send(body)
            if parts[0] == "messages":
                return self._message(method, parts, header, body)
            if method == "POST":
                return 201, self._make_folder(parts, json.loads(body))
            return 200, self._folder_answer(parts, query, header)

    def _message(self, method: str, parts: list[str], header: Mapping[str, str], body: bytes) -> Any:
        if IMMUTABLE not in header.get("Prefer", ""):
            raise Refused(400, "ErrorInvalidIdMalformed", "Id is malformed.")
        mail = self._mails.get(parts[1])
        if mail is None:
            raise Refused(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        if parts[2:] == ["$value"]:
            return 200, mail.raw
        if parts[2:] == ["move"] and method == "POST":
            self._put(mail, json.loads(body)["destinationId"])
            return 201, {"id": mail.key, "parentFolderId": mail.folder}
        return 200, {"id": mail.key, "parentFolderId": mail.folder}

    def _folder_answer(self, parts: list[str], query: Mapping[str, str], header: Mapping[str, str]) -> Any:
        if len(parts) == 1:
            return self._children("", query)
        folder = parts[1] if parts[1] in self._folders else f"id-{parts[1]}"
        if folder not in self._folders:
            raise Refused(404, "ErrorItemNotFound", "The specified folder could not be found in the store.")
        if parts[2:] == ["childFolders"]:
            return self._children(folder, query)
        if parts[2:] == ["messages", "delta"]:
            return self._changes(folder, query, header.get("Prefer", ""))
        if parts[2:] == ["messages"]:
            return self._search(folder, query["$filter"])
        return {"id": folder, "displayName": self._folders[folder][0]}

    def _children(self, parent: str, query: Mapping[str, str]) -> Any:
        filtered = query["$filter"]
        wanted = re.fullmatch(r"displayName eq '(.*)'|startswith\(displayName,'(.*)'\)", filtered)
        name = (wanted.group(1) or wanted.group(2)).replace("''", "'").lower() if wanted else ""
        begins = filtered.startswith("startswith")
        below = [(key, shown.lower()) for key, (shown, above) in self._folders.items() if above == parent]
        found = [key for key, shown in below if shown == name or (begins and shown.startswith(name))]
        return {"value": [{"id": key, "displayName": self._folders[key][0]} for key in found]}

    def _make_folder(self, parts: list[str], fields: Mapping[str, str]) -> Any:
        parent = parts[1] if len(parts) > 1 else ""
        if self._children(parent, {"$filter": f"displayName eq '{fields['displayName']}'"})["value"]:
            raise Refused(409, "ErrorFolderExists", "A folder with the specified name already exists.")
        key = f"AAMk{len(self._folders)}+/="
        self._folders[key] = (fields["displayName"], parent)
        return {"id": key, "displayName": fields["displayName"]}

    def _changes(self, folder: str, query: Mapping[str, str], prefer: str) -> Any:
        """One page of a round: everything at first, afterwards what changed since `$deltatoken`."""
        if IMMUTABLE not in prefer:
            raise Refused(400, "BadRequest", "these tests ask for immutable ids only")
        since, skip = int(query.get("$deltatoken", 0)), int(query.get("$skiptoken", 0))
        if 0 < since < self._oldest:
            raise Refused(410, "syncStateNotFound", "The sync state generation is not found.")
        entries = sorted(self._entries(folder, since), key=lambda pair: pair[0])
        asked = re.search(r"odata.maxpagesize=(\d+)", prefer)
        size = min(filter(None, (self.page, int(asked.group(1)) if asked else 10)))
        content: dict[str, Any] = {"value": [entry for _, entry in entries[skip : skip + size]]}
        place = f"{self.base_url}/users/{self.user}/mailFolders/{folder}/messages/delta"
        if skip + size < len(entries):
            content["@odata.nextLink"] = f"{place}?{urlencode({'$deltatoken': since, '$skiptoken': skip + size})}"
        else:
            content["@odata.deltaLink"] = f"{place}?{urlencode({'$deltatoken': next(self._count)})}"
        return content

    def _entries(self, folder: str, since: int) -> list[tuple[int, dict[str, Any]]]:
        found: list[tuple[int, dict[str, Any]]] = []
        for mail in self._mails.values():
            received = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(mail.received))
            if mail.folder == folder and mail.changed > since:
                found.append((mail.changed, {"id": mail.key, "receivedDateTime": received}))
            elif mail.folder != folder and mail.left.get(folder, 0) > since > 0:
                found.append((mail.left[folder], {"id": mail.key, "@removed": {"reason": "deleted"}}))
        return found

    def _search(self, folder: str, wanted: str) -> Any:
        value = wanted.removeprefix("internetMessageId eq '").removesuffix("'").replace("''", "'")
        found = [mail for mail in self._mails.values() if mail.folder == folder]
        return {"value": [{"id": mail.key} for mail in found if message_from_bytes(mail.raw)["Message-ID"] == value]}

    def _send(self, body: bytes) -> bytes:
        if len(body) > LARGEST:
            raise Refused(413, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.")
        try:
            raw = base64.b64decode(body, validate=True)
        except binascii.Error:
            raise Refused(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME.") from None
        fields = message_from_bytes(raw)
        values = [str(value) for name in ("To", "Cc", "Bcc") for value in fields.get_all(name, [])]
        recipients = tuple(address for _, address in getaddresses(values))
        if not recipients:
            raise Refused(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
        self.sent.append((recipients, raw))
        self.deliver(raw, "id-sentitems")
        return b""

    _oldest = 0

    def _put(self, mail: _Mail, folder: str) -> None:
        with self._lock:
            target = folder if folder in self._folders else f"id-{folder}"
            mail.left[mail.folder] = mail.changed = next(self._count)
            mail.folder = target

    def _path(self, folder: str) -> str:
        shown, above = self._folders[folder]
        return f"{self._path(above)}/{shown}" if above else shown


class _Server(ThreadingHTTPServer):
    graph: FakeGraph
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        address = urlsplit(self.path)
        fault = self.server.graph.fault(f"{method} {unquote(self.path)}")
        if fault and not fault.status and not fault.stored:
            self._cut()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if fault and not fault.stored:
            self._say(fault.status, _error(fault.code, "on order"), fault.header)
            return
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        header = {name.title(): value for name, value in self.headers.items()}
        try:
            status, content = self.server.graph.answer(method, address.path, query, header, body)
        except Refused as refused:
            status, content = refused.status, _error(refused.code, str(refused))
        if fault and not fault.status:
            self._cut()
        elif fault:
            self._say(fault.status, _error(fault.code, "on order"), fault.header)
        else:
            self._say(status, content, {})

    def _say(self, status: int, content: Any, header: Mapping[str, str]) -> None:
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"request-id": "fake", **header, "Content-Length": str(len(raw))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *arguments: object) -> None:
        """Nothing: tests say themselves what they saw."""


def _error(code: str, message: str) -> Mapping[str, Any]:
    return {"error": {"code": code, "message": message, "innerError": {"request-id": "fake"}}}
