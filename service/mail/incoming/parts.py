"""The parts of an incoming mail: which are its text, which are attachments, which belong to a delivery report."""

from __future__ import annotations

import binascii
import email
import email.policy
import re
from dataclasses import dataclass, field, replace
from email.generator import BytesGenerator
from email.message import Message as Part
from io import BytesIO

from service.core.mail.greetings import only_greets
from service.core.mail.messages import Attachment
from service.mail.incoming.charsets import decode_text
from service.mail.incoming.headers import file_name, header_text, lenient_base64, parameters
from service.mail.incoming.html_text import html_to_text
from service.mail.incoming.uuencoded import take_out
from service.mail.incoming.wrapped import (
    BESIDE,
    CLEAR,
    ENCRYPTED,
    NO_OPENERS,
    OPAQUE,
    OUTLOOK_BEGINS,
    OUTLOOK_TYPES,
    SIGNATURE_ENDINGS,
    SIGNATURE_TYPES,
    SMIME_TYPES,
    Openers,
    is_armoured,
    is_entity,
    without_armour,
)

DEEPEST = 30
"""Containers within containers that are opened."""

MOST_ATTACHMENTS = 500
ONE_PIECE = "one piece of a mail that was sent in several (message/partial, RFC 2046 §5.2.2)"

REPORT_TYPES = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "message/global-delivery-status",
        "text/rfc822-headers",
    }
)
WORDS = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
OTHER_FORMS = frozenset({"text/x-amp-html", "text/watch-html"})
"""The same words once more, for programs that we are not."""

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
LOOSE_BOUNDARY = re.compile(
    rb"^--([0-9A-Za-z'()+_,./:=? -]{1,69}[0-9A-Za-z'()+_,./:=?-])[ \t]*\r?\n(?=content-)", re.I | re.M
)
"""A line that can only begin a part (RFC 2046 §5.1.1): the part's own fields follow."""
_CRLF = "\r\n"
_LINE_END = re.compile(r"\r\n|\r|\n")
UNTOUCHED = email.policy.compat32.clone(max_line_length=0, linesep="\r\n")


@dataclass(slots=True)
class Parts:
    """What was found, filled while the mail is walked through."""

    texts: list[tuple[bool, str]] = field(default_factory=list)
    """(has tags, source) of every text that belongs to the mail's own words."""
    pages: list[str] = field(default_factory=list)
    """Every HTML form of those words: it keeps the tables that plain text loses."""
    attachments: list[Attachment] = field(default_factory=list)
    report: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    wrappings: list[str] = field(default_factory=list)
    """Signatures and encryption that were met."""
    openers: Openers = NO_OPENERS

    def within(self) -> Parts:
        """For the parts of one container: texts of their own, everything else shared."""
        return replace(self, texts=[])

    def words(self) -> str:
        """The whole text, HTML turned into plain text."""
        return "\n\n".join(html_to_text(text) if is_html else text for is_html, text in self.texts).strip()


def raw_field(part: Part, name: str) -> str:
    """The first field of that name as it came (the library's own access replaces 8-bit letters)."""
    return next((str(value) for key, value in part.raw_items() if key.lower() == name), "")


def collect(message: Part, openers: Openers) -> Parts:
    """Walks through the mail."""
    found = Parts(openers=openers)
    _walk(message, found, depth=0, in_report=False)
    _take_files_out_of_texts(found)
    take_words_out_of_wrappers(found)
    html = "".join(text for is_html, text in found.texts if is_html)
    found.attachments = [_with_inline_seen(attachment, html) for attachment in found.attachments]
    return found


def _walk(part: Part, found: Parts, *, depth: int, in_report: bool) -> None:
    # asked for the text of a leaf, get_payload would look its charset up and fail at a NUL in the name
    payload = part.get_payload() if part.is_multipart() else None
    if part.get_content_maintype() != "multipart" or not isinstance(payload, list):
        _leaf(part, found, in_report=in_report, depth=depth)
        return
    if part.get_content_type() == "multipart/encrypted":
        _mark(found, ENCRYPTED)
    if depth >= DEEPEST:
        found.defects.append(f"containers nested deeper than {DEEPEST}")
        return
    inside = found.within()
    in_report = in_report or part.get_content_type() == "multipart/report"
    for child in payload:
        if isinstance(child, Part):
            _walk(child, inside, depth=depth + 1, in_report=in_report)
    found.texts += _best(inside.texts) if part.get_content_type() == "multipart/alternative" else inside.texts


def _best(texts: list[tuple[bool, str]]) -> list[tuple[bool, str]]:
    """Of the same words in several forms the plain ones, unless they are blank."""
    plain = [text for text in texts if not text[0] and text[1].strip()]
    return plain[:1] or [text for text in texts if text[0]][:1]


def _leaf(part: Part, found: Parts, *, in_report: bool, depth: int) -> None:
    media_type = part.get_content_type()
    _, type_parameters = parameters(raw_field(part, "content-type"))
    disposition, parameters_of_disposition = parameters(raw_field(part, "content-disposition"))
    name = parameters_of_disposition.get("filename") or type_parameters.get("name") or ""
    if media_type in REPORT_TYPES or (in_report and media_type in ("message/rfc822", "message/global")):
        found.report.append(part)
    elif media_type == "message/partial":
        _take_piece(part, found, is_first=type_parameters.get("number") == "1", depth=depth)
    elif media_type in SIGNATURE_TYPES or name.lower().endswith(SIGNATURE_ENDINGS):
        _mark(found, BESIDE)
    elif media_type in OTHER_FORMS or _unwrapped(part, found, media_type, in_report=in_report, depth=depth):
        return
    elif _taken_apart(part, found, in_report=in_report, depth=depth):
        found.defects.append("the boundary was missing or wrong and has been guessed")
    elif _is_words(part, media_type) and not name and disposition != "attachment":
        _take_words(part, found, media_type, type_parameters.get("charset"))
    elif len(found.attachments) >= MOST_ATTACHMENTS:
        found.defects.append(f"more than {MOST_ATTACHMENTS} attachments")
    else:
        found.attachments.append(_attachment(part, media_type, name, disposition, len(found.attachments) + 1))


def _take_piece(part: Part, found: Parts, *, is_first: bool, depth: int) -> None:
    """The first piece has the words; papers are cut wherever the piece ends, and are left out."""
    found.defects.append(ONE_PIECE)
    payload = part.get_payload()
    if is_first and depth < DEEPEST and isinstance(payload, list) and isinstance(payload[0], Part):
        beginning = Parts(openers=found.openers)
        _walk(payload[0], beginning, depth=depth + 1, in_report=False)
        found.texts += beginning.texts


def _take_words(part: Part, found: Parts, media_type: str, charset: str | None) -> None:
    text, has_tags = part_text(part, charset), media_type in WORDS - {"text/plain"}
    found.texts.append((has_tags, text))
    if has_tags:
        found.pages.append(text)


def _mark(found: Parts, wrapping: str) -> None:
    if wrapping not in found.wrappings:
        found.wrappings.append(wrapping)


def _unwrapped(part: Part, found: Parts, media_type: str, *, in_report: bool, depth: int) -> bool:
    """Whether this was a mail in an opaque S/MIME signature: its parts are read as if they lay open."""
    if media_type not in SMIME_TYPES or depth >= DEEPEST:
        return False
    content = found.openers.signed(part_bytes(part))
    if not content:
        _mark(found, ENCRYPTED)
        return False
    _mark(found, OPAQUE)
    if not is_entity(content):
        return False
    _walk(email.message_from_bytes(content.lstrip()), found, depth=depth + 1, in_report=in_report)
    return True


def _taken_apart(part: Part, found: Parts, *, in_report: bool, depth: int) -> bool:
    """Whether this was a container without a usable boundary whose parts could be told apart by their own lines."""
    if part.get_content_maintype() != "multipart" or depth >= DEEPEST:
        return False
    content = part_bytes(part)
    line = LOOSE_BOUNDARY.search(content[:100_000])
    if line is None:
        return False
    head = b'Content-Type: multipart/mixed; boundary="' + line[1] + b'"\r\n\r\n'
    guessed = email.message_from_bytes(head + content[line.start() :])
    if not guessed.is_multipart():
        return False
    _walk(guessed, found, depth=depth + 1, in_report=in_report)
    return True


def _take_files_out_of_texts(found: Parts) -> None:
    """Words inside a PGP frame, and files that old programs write into the text."""
    for number, (is_html, text) in enumerate(found.texts):
        if is_html:
            continue
        if is_armoured(text):
            _mark(found, ENCRYPTED)
        words = without_armour(text)
        if words is not None:
            _mark(found, CLEAR)
        rest, files = take_out(text if words is None else words)
        found.texts[number] = (False, rest)
        for name, content in files[: max(0, MOST_ATTACHMENTS - len(found.attachments))]:
            fallback = f"attachment-{len(found.attachments) + 1}.bin"
            named = file_name(header_text(name), fallback)
            found.attachments.append(Attachment(name=named, media_type="application/octet-stream", content=content))


def take_words_out_of_wrappers(found: Parts) -> None:
    """What Outlook says in a `winmail.dat`, when the mail says nothing itself; one without files is no attachment."""
    kept: list[Attachment] = []
    for attachment in found.attachments:
        if attachment.media_type not in OUTLOOK_TYPES and not attachment.content.startswith(OUTLOOK_BEGINS):
            kept.append(attachment)
            continue
        files, texts = found.openers.wrapped(attachment.content)
        if texts and only_greets(found.words()):
            found.texts = [texts[0]]
            found.pages += [text for is_html, text in texts if is_html][:1]
        if files != 0:
            kept.append(attachment)
    found.attachments = kept


def _is_words(part: Part, media_type: str) -> bool:
    """Text to read; also a container whose parts could not be told apart (its boundary is missing or broken)."""
    return media_type in WORDS or part.get_content_maintype() == "multipart"


def part_text(part: Part, charset: str | None) -> str:
    """The text of one part."""
    return decode_text(part_bytes(part), charset).replace("\r\n", "\n").replace("\r", "\n")


def part_bytes(part: Part) -> bytes:
    """The content of a leaf, transfer encoding undone as far as it goes."""
    if part.is_multipart():
        return _attached_mail(part)
    if raw_field(part, "content-transfer-encoding").strip().lower() == "base64":
        return _base64(_written(part))
    # Only `decode=True` gives the bytes as they came; otherwise the library has already guessed a charset.
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def _written(part: Part) -> bytes:
    """A leaf's content as it stands in the mail."""
    try:
        return str(part.get_payload()).encode("utf-8", "replace")
    except ValueError:  # a NUL in the name of the charset, which the library looks up on its own
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
    """Writes what the parser read; the library refuses broken fields, and letters that it put there itself."""

    def write(self, s: str) -> None:
        self._fp.write(s.encode("utf-8", "surrogateescape"))  # type: ignore[attr-defined]  # missing in the stubs

    def _write_headers(self, msg: Part) -> None:
        for name, value in msg.raw_items():
            self.write(f"{name}: {_LINE_END.sub(_CRLF, str(value))}{_CRLF}")
        self.write(_CRLF)


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
