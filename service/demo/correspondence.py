"""Writing and reading letters as anyone does: IMAP for what came, SMTP for what goes out, answers that quote."""

from __future__ import annotations

import re
import smtplib
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.encoders import encode_base64
from email.header import Header
from email.message import EmailMessage, Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, getaddresses

from imapclient import IMAPClient

from service.demo.words import words

HOST = "127.0.0.1"
PATIENCE = 20.0

File = tuple[str, bytes]
"""Name and content of something attached."""

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedLetter:
    """A mail as its reader sees it."""

    message_id: str
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    text: str
    kind: str = ""
    """Which of the service's mails it is, as its header says."""
    answers: str = ""
    """Message-ID of the mail it answers."""
    references: tuple[str, ...] = ()
    automatic: bool = False
    files: tuple[File, ...] = ()

    def workbooks(self) -> list[bytes]:
        return [content for name, content in self.files if name.lower().endswith(".xlsx")]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDraft:
    """A mail about to be written."""

    sender: str
    sender_name: str
    to: tuple[str, ...]
    subject: str
    text: str
    answers: ReceivedLetter | None = None
    """The letter it answers: quoted, and named in the thread's headers."""
    files: tuple[File, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    automatic: bool = False
    """Written by her mail program, not by her."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A mail that was handed to the mail server."""

    message_id: str
    at: datetime
    draft: LetterDraft


class Inbox:
    """Somebody's mailbox, looked into from time to time; the connection stays open in between."""

    def __init__(self, port: int, user: str, password: str) -> None:
        self._port, self._user, self._password = port, user, password
        self._client: IMAPClient | None = None
        self._seen = 0

    def new(self) -> list[ReceivedLetter]:
        """What came since the last look, oldest first."""
        client = self._opened()
        client.noop()
        # "n:*" always names the last mail, also when its number is lower.
        uids = sorted(uid for uid in client.search(["UID", f"{self._seen + 1}:*"]) if uid > self._seen)
        fetched = client.fetch(uids, ["BODY.PEEK[]"]) if uids else {}
        self._seen = max(uids, default=self._seen)
        return [read_letter(fetched[uid][b"BODY[]"]) for uid in uids]

    def close(self) -> None:
        if self._client is not None:
            self._client.logout()
            self._client = None

    def _opened(self) -> IMAPClient:
        if self._client is None:
            client = IMAPClient(HOST, port=self._port, ssl=False, timeout=PATIENCE)
            # A command goes out in small pieces, and each would wait for the receipt of the one before.
            client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.login(self._user, self._password)
            client.select_folder("INBOX", readonly=True)
            self._client = client
        return self._client


class Post:
    """The way out: hands mails to the mail server, dated by the simulated day."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.sent: list[Sent] = []

    def send(self, draft: LetterDraft, now: datetime) -> str:
        """Sends it and gives its Message-ID."""
        message_id = f"<letter-{len(self.sent) + 1:04d}@{draft.sender.rpartition('@')[2]}>"
        message = compose_letter(draft, now, message_id)
        with smtplib.SMTP(HOST, self._port, local_hostname="desk.example", timeout=PATIENCE) as server:
            server.send_message(message, from_addr=draft.sender, to_addrs=list(draft.to))
        self.sent.append(Sent(message_id=message_id, at=now, draft=draft))
        return message_id


def compose_letter(draft: LetterDraft, now: datetime, message_id: str) -> Message:
    """The mail with its thread, quotation and files; the same draft gives the same bytes.

    Built from the older classes: EmailMessage loses spaces when it folds a long subject in Vietnamese.
    """
    message = _with_files(draft, message_id.strip("<>").partition("@")[0])
    message["From"] = formataddr((str(Header(draft.sender_name, "utf-8")), draft.sender))
    message["To"] = ", ".join(draft.to)
    message["Subject"] = Header(draft.subject, "utf-8").encode()
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    if draft.answers is not None:
        message["In-Reply-To"] = draft.answers.message_id
        message["References"] = " ".join([*draft.answers.references, draft.answers.message_id])
    for name, value in draft.headers:
        message[name] = value
    return message


def _with_files(draft: LetterDraft, mark: str) -> Message:
    """Text and quotation, and after them the files."""
    text = MIMEText(draft.text + (quoted(draft.answers) if draft.answers else ""), "plain", "utf-8")
    if not draft.files:
        return text
    message = MIMEMultipart(boundary=f"=_{mark}")
    message.attach(text)
    for name, content in draft.files:
        maintype, _, subtype = MEDIA_TYPES[name.rpartition(".")[2].lower()].partition("/")
        part = MIMEBase(maintype, subtype)
        part.set_payload(content)
        encode_base64(part)
        part.add_header("Content-Disposition", "attachment", filename=name)
        message.attach(part)
    return message


def quoted(letter: ReceivedLetter) -> str:
    """The letter answered, below the answer, as mail programs put it."""
    lines = "\n".join(f"> {line}" for line in letter.text.strip().splitlines())
    return f"\n\n{words('letters')['quoting'].format(sender=letter.sender)}\n{lines}\n"


def answer_subject(letter: ReceivedLetter) -> str:
    """The subject with one "Re:" before it."""
    return letter.subject if letter.subject.lower().startswith("re:") else f"Re: {letter.subject}"


def read_head(raw: bytes) -> ReceivedLetter:
    """The same as `read_letter` without text and files: much faster where many large mails are only told apart."""
    return read_letter(re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0] + b"\r\n\r\n", head_only=True)


def read_letter(raw: bytes, *, head_only: bool = False) -> ReceivedLetter:
    """A mail's bytes, read with Python's own parser: it must be right for any reader, not only for ours."""
    message = message_from_bytes(raw, policy=policy.default)
    body = None if head_only else message.get_body(("plain", "html"))
    return ReceivedLetter(
        message_id=str(message["Message-ID"] or "").strip(),
        sender=_addresses(message.get_all("From", []))[0] if message["From"] else "",
        to=_addresses(message.get_all("To", [])),
        cc=_addresses(message.get_all("Cc", [])),
        subject=" ".join(str(message["Subject"] or "").split()),
        text=body.get_content() if body is not None else "",
        kind=str(message["X-Dondoc-Mail"] or "").strip(),
        answers=str(message["In-Reply-To"] or "").strip(),
        references=tuple(str(message["References"] or "").split()),
        automatic=str(message["Auto-Submitted"] or "no").lower() != "no",
        files=() if head_only else tuple(_files(message)),
    )


def _addresses(values: Sequence[object]) -> tuple[str, ...]:
    return tuple(address.lower() for _, address in getaddresses([str(value) for value in values]) if address)


def _files(message: EmailMessage) -> list[File]:
    found: list[File] = []
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            found.append((part.get_filename() or "", content))
    return found
