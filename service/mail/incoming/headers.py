"""Header fields of an incoming mail as text: RFC 2047 words, RFC 2231 parameters, addresses, file names.

Everything here takes the field as the parser gives it (raw bytes kept as surrogates), runs in linear time and
never raises.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from service.mail.incoming.charsets import decode_text

LONGEST_FIELD = 100_000
"""Characters of one header field that we look at; a longer one is an attack or an accident."""

LONGEST_NAME = 150
"""Characters of an attachment's name that we keep."""

ENCODED_WORD = re.compile(rb"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
BETWEEN_WORDS = re.compile(rb"(\?=)\s+(?==\?[^?\s]{1,40}\?[bBqQ]\?)")
CONTINUED = re.compile(r"^(.+?)\*(?:(\d{1,3})(\*)?)?$")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,995}>")
PLAIN_ADDRESS = re.compile(r"^[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\\]+$")
UNSAFE_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def raw_bytes(value: object) -> bytes:
    """The bytes of a field as they came."""
    return str(value)[:LONGEST_FIELD].encode("utf-8", "surrogateescape")


def header_text(value: object) -> str:
    """A field as one line of NFC text, encoded words decoded."""
    content = BETWEEN_WORDS.sub(rb"\1", raw_bytes(value))
    pieces = list(_pieces(content))
    return " ".join("".join(pieces).replace("\ufeff", "").split())


def _pieces(content: bytes) -> Iterator[str]:
    """Plain stretches and encoded words in order; neighbouring words of one charset may share a letter's bytes."""
    position, pending, pending_charset = 0, b"", ""
    for word in ENCODED_WORD.finditer(content):
        charset = word[1].split(b"*")[0].decode("ascii", "replace")
        adjacent = word.start() == position and charset.lower() == pending_charset.lower()
        if not adjacent:
            yield decode_text(pending, pending_charset)
            yield decode_text(content[position : word.start()], None)
            pending = b""
        pending, pending_charset = pending + _word_bytes(word[2], word[3]), charset
        position = word.end()
    yield decode_text(pending, pending_charset)
    yield decode_text(content[position:], None)


def _word_bytes(encoding: bytes, payload: bytes) -> bytes:
    if encoding in b"qQ":
        return quopri.decodestring(payload, header=True)
    return lenient_base64(payload)


def lenient_base64(content: bytes) -> bytes:
    """Base64 with rubbish, missing padding or several paddings, as far as it goes."""
    stretches = re.findall(rb"[A-Za-z0-9+/]+", content.replace(b"\r", b"").replace(b"\n", b"").replace(b" ", b""))
    decoded = bytearray()
    for stretch in stretches:
        whole = stretch[:-1] if len(stretch) % 4 == 1 else stretch
        try:
            decoded += base64.b64decode(whole + b"=" * (-len(whole) % 4))
        except binascii.Error:  # cannot happen with this alphabet and length; kept so that hostile bytes never raise
            break
    return bytes(decoded)


def parameters(value: object) -> tuple[str, dict[str, str]]:
    """A field such as Content-Type: its value in lower case, and its parameters with RFC 2231 and RFC 2047 undone."""
    first, *rest = _split_outside_quotes(str(value)[:LONGEST_FIELD], ";")
    plain: dict[str, str] = {}
    continued: dict[str, dict[int, tuple[bool, str]]] = {}
    for item in rest:
        name, equals, content = item.partition("=")
        name = name.strip().lower()
        if not equals or not name:
            continue
        match = CONTINUED.match(name)
        if match:
            encoded = match[2] is None or match[3] is not None
            continued.setdefault(match[1], {})[int(match[2] or 0)] = (encoded, _unquoted(content))
        else:
            plain.setdefault(name, header_text(_unquoted(content)))
    plain.update({name: _join_continued(pieces) for name, pieces in continued.items()})
    return first.strip().lower(), plain


def _join_continued(pieces: dict[int, tuple[bool, str]]) -> str:
    """RFC 2231 pieces in order; an encoded piece is percent-decoded, the first one names the charset."""
    charset, content = "", b""
    for number in sorted(pieces):
        encoded, text = pieces[number]
        if encoded and number == min(pieces) and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        content += unquote_to_bytes(raw_bytes(text)) if encoded else raw_bytes(text)
    # Some mailers put RFC 2047 words into RFC 2231 pieces.
    return (
        header_text(content.decode("ascii")) if content.isascii() else " ".join(decode_text(content, charset).split())
    )


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return re.sub(r"\\([\\\"])", r"\1", value[1:-1])
    return value.strip('"')


def _split_outside_quotes(value: str, separators: str) -> list[str]:
    """Parts between separators which are neither quoted, nor in a comment, nor in angle brackets."""
    parts, current, quoted, depth, escaped = [], [""], False, 0, False
    for letter in value:
        if escaped or letter == "\\":
            escaped = not escaped
        elif letter == '"':
            quoted = not quoted
        elif not quoted and letter in "()<>":
            depth = max(0, depth + (1 if letter in "(<" else -1))
        elif not quoted and not depth and letter in separators:
            parts.append("".join(current))
            current = []
            continue
        current.append(letter)
    return [*parts, "".join(current)]


def mailboxes(value: object) -> list[tuple[str, str]]:
    """(display name, bare lower-case address) of an address field. An encoded word never becomes an address."""
    found = []
    for part in _split_outside_quotes(str(value)[:LONGEST_FIELD], ",;"):
        name, address = _mailbox(part)
        if address:
            found.append((name, address))
    return found


def _mailbox(part: str) -> tuple[str, str]:
    bare = _without_quotes_and_comments(part)
    opening, closing = bare.rfind("<"), bare.rfind(">")
    if 0 <= opening < closing:
        address = bare[opening + 1 : closing].rpartition(":")[2]  # an old source route ends with a colon
        name = part[: part.rfind("<")]
    else:
        address, name = bare.rpartition(":")[2], ""  # "group: address"
    address = "".join(address.split()).lower()
    if not PLAIN_ADDRESS.match(address):
        return "", ""
    return header_text(_unquoted(name)), raw_bytes(address).decode("utf-8", "replace")


def _without_quotes_and_comments(part: str) -> str:
    """What may hold the address: a quoted display name such as "boss@office" must not be taken for it."""
    kept, quoted, depth, escaped = [], False, 0, False
    for letter in part:
        if escaped or letter == "\\":
            escaped = not escaped
        elif letter == '"' and not depth:
            quoted = not quoted
        elif not quoted and letter in "()":
            depth = max(0, depth + (1 if letter == "(" else -1))
        elif not quoted and not depth:
            kept.append(letter)
    return "".join(kept)


def message_ids(value: object) -> tuple[str, ...]:
    """The identifiers of Message-ID, In-Reply-To or References, with their brackets, in order, each once."""
    text = str(value)[:LONGEST_FIELD]
    found = MESSAGE_ID.findall(text)
    if not found and text.strip() and len(text.split()) == 1:
        found = [f"<{text.strip().strip('<>')}>"]  # some mailers leave the brackets out
    return tuple(dict.fromkeys(raw_bytes(item).decode("utf-8", "replace") for item in found))


def moment(value: object) -> datetime | None:
    """A Date field; without a zone it counts as UTC; None when it is no date."""
    try:
        found = parsedate_to_datetime(str(value)[:200])
    except (ValueError, TypeError, IndexError, OverflowError):  # every one of them met with broken dates
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def file_name(name: str, fallback: str) -> str:
    """A sender's file name as harmless text: no folders, no control or direction marks, NFC, not too long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    clean = " ".join(UNSAFE_IN_NAMES.sub("", last).split()).strip(". ")
    if not clean:
        return fallback
    stem, dot, ending = clean.rpartition(".")
    if len(clean) <= LONGEST_NAME or not dot or len(ending) > 10:
        return clean[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
