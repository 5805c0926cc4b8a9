"""The parts of an incoming mail: which are its text, which are attachments, which belong to a delivery report."""

from __future__ import annotations

import binascii
import email
import email.policy
import re
from dataclasses import dataclass, field
from email.generator import BytesGenerator
from email.message import Message as Part
from io import BytesIO

from service.core.messages import Attachment
from service.mail.charsets import decode_text
from service.mail.headers import file_name, header_text, lenient_base64, parameters
from service.mail.html_text import html_to_text

DEEPEST = 30
"""Containers within containers that are opened."""

MOST_ATTACHMENTS = 500

REPORT_TYPES = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "message/global-delivery-status",
        "text/rfc822-headers",
    }
)
SIGNATURE_TYPES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
"""Signatures beside the content they sign: no document."""

ENDINGS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/tiff": ".tiff",
    "image/heic": ".heic",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "application/zip": ".zip",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "message/rfc822": ".eml",
}
MEDIA_TYPE = re.compile(r"^[a-z0-9][a-z0-9!#$&^_.+-]{0,80}/[a-z0-9][a-z0-9!#$&^_.+-]{0,120}$")
UNTOUCHED = email.policy.compat32.clone(max_line_length=0, linesep="\r\n")


@dataclass(slots=True)
class Parts:
    """What was found, filled while the mail is walked through."""

    texts: list[tuple[bool, str]] = field(default_factory=list)
    """(is HTML, source) of every text that belongs to the mail's own words."""
    attachments: list[Attachment] = field(default_factory=list)
    report: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)

    def words(self) -> str:
        """The whole text, HTML turned into plain text."""
        return "\n\n".join(html_to_text(text) if is_html else text for is_html, text in self.texts).strip()


def raw_field(part: Part, name: str) -> str:
    """The first field of that name as it came (the library's own access replaces 8-bit letters)."""
    return next((str(value) for key, value in part.raw_items() if key.lower() == name), "")


def collect(message: Part) -> Parts:
    """Walks through the mail."""
    found = Parts()
    _walk(message, found, depth=0, in_report=False)
    html = "".join(text for is_html, text in found.texts if is_html)
    found.attachments = [_with_inline_seen(attachment, html) for attachment in found.attachments]
    return found


def _walk(part: Part, found: Parts, *, depth: int, in_report: bool) -> None:
    # asked for the text of a leaf, get_payload would look its charset up and fail at a NUL in the name
    payload = part.get_payload() if part.is_multipart() else None
    if part.get_content_maintype() != "multipart" or not isinstance(payload, list):
        _leaf(part, found, in_report)
        return
    if depth >= DEEPEST:
        found.defects.append(f"containers nested deeper than {DEEPEST}")
        return
    inside = Parts(attachments=found.attachments, report=found.report, defects=found.defects)
    in_report = in_report or part.get_content_type() == "multipart/report"
    for child in payload:
        if isinstance(child, Part):
            _walk(child, inside, depth=depth + 1, in_report=in_report)
    found.texts += _best(inside.texts) if part.get_content_type() == "multipart/alternative" else inside.texts


def _best(texts: list[tuple[bool, str]]) -> list[tuple[bool, str]]:
    """Of the same words in several forms the plain ones, unless they are blank."""
    plain = [text for text in texts if not text[0] and text[1].strip()]
    return plain[:1] or [text for text in texts if text[0]][:1]


def _leaf(part: Part, found: Parts, in_report: bool) -> None:
    media_type = part.get_content_type()
    _, type_parameters = parameters(raw_field(part, "content-type"))
    disposition, parameters_of_disposition = parameters(raw_field(part, "content-disposition"))
    name = parameters_of_disposition.get("filename") or type_parameters.get("name") or ""
    if media_type in REPORT_TYPES or (in_report and media_type in ("message/rfc822", "message/global")):
        found.report.append(part)
    elif media_type in SIGNATURE_TYPES:
        return
    elif _is_words(part, media_type) and not name and disposition != "attachment":
        found.texts.append((media_type == "text/html", part_text(part, type_parameters.get("charset"))))
    elif len(found.attachments) >= MOST_ATTACHMENTS:
        found.defects.append(f"more than {MOST_ATTACHMENTS} attachments")
    else:
        found.attachments.append(_attachment(part, media_type, name, disposition, len(found.attachments) + 1))


def _is_words(part: Part, media_type: str) -> bool:
    """Text to read; also a container whose parts could not be told apart (its boundary is missing or broken)."""
    return media_type in ("text/plain", "text/html") or part.get_content_maintype() == "multipart"


def part_text(part: Part, charset: str | None) -> str:
    """The text of one part."""
    return decode_text(part_bytes(part), charset).replace("\r\n", "\n").replace("\r", "\n")


def part_bytes(part: Part) -> bytes:
    """The content of a leaf, transfer encoding undone as far as it goes."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return _attached_mail(part)
    if raw_field(part, "content-transfer-encoding").strip().lower() == "base64":
        return _base64(str(payload).encode("utf-8", "replace"))
    # Only `decode=True` gives the bytes as they came; otherwise the library has already guessed a charset.
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def _base64(raw: bytes) -> bytes:
    compact = raw.translate(None, b" \t\r\n")
    if len(compact) % 4 or b"=" in compact[:-2]:
        return lenient_base64(raw)
    try:
        return binascii.a2b_base64(compact)
    except binascii.Error:
        return lenient_base64(raw)


class _Verbatim(BytesGenerator):
    """Writes what the parser read; the library's own refuses letters that it has put into broken fields itself."""

    def write(self, s: str) -> None:
        self._fp.write(s.encode("utf-8", "surrogateescape"))  # type: ignore[attr-defined]  # missing in the stubs


def _attached_mail(part: Part) -> bytes:
    """The bytes of a mail within the mail; the parser has taken it apart, header lines are written as they came."""
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    if not isinstance(inner, Part):
        return b""
    buffer = BytesIO()
    _Verbatim(buffer, mangle_from_=False, policy=UNTOUCHED).flatten(inner)
    # RFC 2046 forbids it, but some programs encode an attached mail whole.
    encoding = raw_field(part, "content-transfer-encoding").strip().lower()
    if encoding == "base64" and not inner.keys():
        return _base64(buffer.getvalue())
    return buffer.getvalue()


def _attachment(part: Part, media_type: str, name: str, disposition: str, number: int) -> Attachment:
    known_type = media_type if MEDIA_TYPE.match(media_type) else "application/octet-stream"
    fallback = f"attachment-{number}{ENDINGS.get(known_type, '.bin')}"
    content_id = header_text(raw_field(part, "content-id")).strip("<> ")
    return Attachment(
        name=_mail_name(part, name, fallback) if known_type == "message/rfc822" else file_name(name, fallback),
        media_type=known_type,
        content=part_bytes(part),
        content_id=content_id or None,
        inline=disposition == "inline",
    )


def _mail_name(part: Part, name: str, fallback: str) -> str:
    """An attached mail is called by its subject; the ending says what it is."""
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    subject = header_text(raw_field(inner, "subject")) if isinstance(inner, Part) else ""
    chosen = file_name(name or re.sub(r"[/\\]", "-", subject), fallback)
    return chosen if chosen.lower().endswith((".eml", ".msg")) else f"{chosen}.eml"


def _with_inline_seen(attachment: Attachment, html: str) -> Attachment:
    """A picture that the HTML shows is inline, whatever its label says."""
    if attachment.inline or not attachment.content_id or f"cid:{attachment.content_id}" not in html:
        return attachment
    return Attachment(
        name=attachment.name,
        media_type=attachment.media_type,
        content=attachment.content,
        content_id=attachment.content_id,
        inline=True,
    )
