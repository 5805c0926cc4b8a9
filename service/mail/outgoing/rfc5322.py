"""An outgoing mail to RFC 5322 bytes: the same mail always gives the same bytes, and no value can become a header.

Written by hand instead of with the library's generator, which folds long Message-IDs into encoded words
(threads then break) and chooses random boundaries.
"""

from __future__ import annotations

import base64
import hashlib
import quopri
import re
from collections.abc import Sequence
from email.utils import format_datetime

from service.core.mail.messages import Attachment, OutgoingMail
from service.mail.outgoing.file_names import disposition_name, type_name

Field = tuple[str, str]
LINE_END = b"\r\n"
CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
NOT_IN_ADDRESSES = re.compile(r"[\s<>,;:\"()\[\]\\\x00-\x1f\x7f]")
NOT_IN_IDS = re.compile(r"[^\x21-\x3b\x3d\x3f-\x7e]")
LONGEST_LINE = 76
LETTERS_PER_WORD = 39
"""Bytes of UTF-8 in one encoded word: with base64 and frame it fits beside the name of the field."""


def compose(mail: OutgoingMail) -> bytes:
    """The finished bytes, lines ending in CRLF."""
    boundary = hashlib.sha256(mail.message_id.encode("utf-8", "replace")).hexdigest()[:24]
    fields, body = _body(mail, boundary)
    return b"".join(_field(name, value) for name, value in (*_envelope(mail), *fields)) + LINE_END + body


def _envelope(mail: OutgoingMail) -> list[Field]:
    fields = [
        ("From", _mailbox(mail.sender_name, mail.sender)),
        ("To", _mailbox_list(mail.to) or "undisclosed-recipients:;"),
        ("Cc", _mailbox_list(mail.cc)),
        ("Reply-To", _mailbox_list((mail.reply_to,) if mail.reply_to else ())),
        ("Subject", encoded_text(mail.words.subject, len("Subject: "))),
        ("Date", format_datetime(mail.date)),
        ("Message-ID", _identifier(mail.message_id)),
        ("In-Reply-To", _identifier(mail.in_reply_to or "")),
        ("References", "\r\n ".join(filter(None, map(_identifier, mail.references)))),
        ("Auto-Submitted", encoded_text(mail.automatic)),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Dondoc", encoded_text(mail.signature)),
        ("X-Dondoc-Mail", encoded_text(mail.kind)),
        ("Content-Language", encoded_text(mail.words.language)),
        ("MIME-Version", "1.0"),
    ]
    return [(name, value) for name, value in fields if value]


def _field(name: str, value: str) -> bytes:
    return f"{name}: {value}".encode("utf-8", "replace") + LINE_END


def header_line(text: str) -> str:
    """Text without anything that could end a header line."""
    return " ".join(CONTROL.sub(" ", text).split())


def encoded_text(text: str, taken: int = 20) -> str:
    """Unstructured text: ASCII as it is, folded at spaces; anything else as RFC 2047 words of whole letters."""
    clean = header_line(text)
    if clean.isascii() and "=?" not in clean and max(map(len, clean.split(" ")), default=0) < LONGEST_LINE:
        return _folded(clean, taken)
    words, current = [], b""
    for letter in clean:
        encoded = letter.encode("utf-8", "replace")
        if len(current) + len(encoded) > LETTERS_PER_WORD:
            words.append(current)
            current = b""
        current += encoded
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in (*words, current))


def _folded(text: str, taken: int) -> str:
    lines, length = [""], taken
    for word in text.split(" "):
        if lines[-1] and length + 1 + len(word) > LONGEST_LINE:
            lines.append("")
            length = 1
        lines[-1] += f" {word}" if lines[-1] else word
        length += 1 + len(word)
    return "\r\n ".join(lines)


def _mailbox(name: str, address: str) -> str:
    bare = bare_address(address)
    clean = header_line(name)
    if not clean:
        return f"<{bare}>"
    if clean.isascii() and "=?" not in clean:
        escaped = clean.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{bare}>'
    return f"{encoded_text(clean)}\r\n <{bare}>"


def _mailbox_list(addresses: Sequence[str]) -> str:
    return ",\r\n ".join(filter(None, map(bare_address, addresses)))


def bare_address(address: str) -> str:
    """An address with nothing in it that has a meaning in a header; the domain in ASCII."""
    local, at, domain = NOT_IN_ADDRESSES.sub("", address).rpartition("@")
    if not at or domain.isascii():
        return f"{local}{at}{domain}"
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def _identifier(value: str) -> str:
    bare = NOT_IN_IDS.sub("", value)
    return f"<{bare}>" if bare else ""


def _body(mail: OutgoingMail, boundary: str) -> tuple[list[Field], bytes]:
    """Alternatives (text, HTML with its pictures), then the attachments; containers only where they are needed."""
    pictures = [attachment for attachment in mail.attachments if attachment.inline and attachment.content_id]
    files = [attachment for attachment in mail.attachments if attachment not in pictures]
    words = [_text("plain", mail.words.text)]
    if mail.words.html.strip():
        html = _text("html", mail.words.html)
        words.append(_container("related", boundary + "r", [html, *map(_file, pictures)]) if pictures else html)
    whole = _container("alternative", boundary + "a", words) if len(words) > 1 else words[0]
    return _container("mixed", boundary + "m", [whole, *map(_file, files)]) if files else whole


def _text(kind: str, text: str) -> tuple[list[Field], bytes]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    encoded = quopri.encodestring(lines.encode("utf-8", "replace"))
    fields = [("Content-Type", f"text/{kind}; charset=utf-8"), ("Content-Transfer-Encoding", "quoted-printable")]
    return fields, encoded.replace(b"\n", LINE_END)


def _file(attachment: Attachment) -> tuple[list[Field], bytes]:
    disposition = "inline" if attachment.inline else "attachment"
    fields = [
        ("Content-Type", f"{header_line(attachment.media_type)}{type_name(attachment.name)}"),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", f"{disposition}{disposition_name(attachment.name)}"),
        ("Content-ID", _identifier(attachment.content_id or "")),
    ]
    content = base64.encodebytes(attachment.content).replace(b"\n", LINE_END)
    return [(name, value) for name, value in fields if value], content


def _container(kind: str, boundary: str, parts: list[tuple[list[Field], bytes]]) -> tuple[list[Field], bytes]:
    # "=_" occurs neither in quoted-printable nor in base64, so no content can contain the boundary.
    mark = f"=_{boundary}"
    lines: list[bytes] = []
    for fields, content in parts:
        lines += [f"--{mark}\r\n".encode(), *(_field(name, value) for name, value in fields), LINE_END]
        lines += [content] if content.endswith(LINE_END) else [content, LINE_END]
    lines.append(f"--{mark}--\r\n".encode())
    return [("Content-Type", f'multipart/{kind};\r\n boundary="{mark}"')], b"".join(lines)
