"""What lies in a `winmail.dat` ([MS-OXTNEF]), in which Outlook wraps a mail: its files and its words."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile
from service.documents.files.rtf import unpacked, words_of

_WRAPPER_SIGNATURE = 0x223E9F78
_NEW_ATTACHMENT, _TITLE, _CONTENT, _PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_PROPERTY_LONG_NAME, _PROPERTY_DATA = 0x3707, 0x3701
_FIXED_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_TEXT, _UNICODE_TEXT, _OBJECT, _BYTES = 0x1E, 0x1F, 0x0D, 0x0102
_MANY = 0x1000
_OBJECT_IDENTIFIER_BYTES = 16
_BODY, _MESSAGE_PROPERTIES, _CODE_PAGE = 0x800C, 0x9003, 0x9007
_PROPERTY_PLAIN, _PROPERTY_RTF, _PROPERTY_HTML = 0x1000, 0x1009, 0x1013


@dataclass(slots=True)
class _Attachment:
    """An attachment as its attributes come in, one after the other."""

    name: str = ""
    content: bytes | None = None


def wrapper_files(content: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the files inside a `winmail.dat`."""
    found: list[_Attachment] = []
    try:
        for attribute, data in _attributes(content):
            if attribute == _NEW_ATTACHMENT:
                found.append(_Attachment())
            elif found:
                _add(found[-1], attribute, data)
    except struct.error as error:
        if not any(attachment.content for attachment in found):
            raise UnreadableFile(Problem.CORRUPT, f"winmail.dat: {error}") from error
    for attachment in found:
        if attachment.content is not None:
            yield attachment.name or "attachment", attachment.content


def wrapped_mail(content: bytes) -> tuple[int | None, tuple[tuple[bool, str], ...]]:
    """How many files lie in a `winmail.dat`, and (is HTML, words) of each form of its text; None: it is damaged."""
    try:
        files = sum(1 for _ in wrapper_files(content))
        return files, tuple((is_html, text) for is_html, text in _words(content) if text.strip())
    except (UnreadableFile, struct.error):
        return None, ()


def _words(content: bytes) -> Iterator[tuple[bool, str]]:
    """Plain text, HTML, RTF: in the order in which they are to be preferred."""
    charset, plain, html, rtf = "cp1252", "", "", b""
    for attribute, data in _attributes(content):
        if attribute == _CODE_PAGE and len(data) >= 4:
            charset = _charset(struct.unpack_from("<I", data)[0])
        elif attribute == _BODY:
            plain = data.decode(charset, "replace")
        elif attribute == _MESSAGE_PROPERTIES:
            for number, kind, value in _properties(data):
                text = value.decode("utf-16-le" if kind == _UNICODE_TEXT else charset, "replace")
                plain = text if number == _PROPERTY_PLAIN else plain
                html = text if number == _PROPERTY_HTML else html
                rtf = value if number == _PROPERTY_RTF else rtf
    yield False, _ended(plain)
    yield True, _ended(html)
    is_html, words = words_of(unpacked(rtf))
    yield is_html, words


def _ended(text: str) -> str:
    return text.partition("\0")[0].replace("\r\n", "\n")


def _charset(page: int) -> str:
    try:
        return codecs.lookup("utf-8" if page == 65001 else f"cp{page}").name
    except LookupError:
        return "cp1252"


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    if struct.unpack_from("<I", content)[0] != _WRAPPER_SIGNATURE:
        raise UnreadableFile(Problem.CORRUPT, "no winmail.dat")
    position = 6
    while position + 9 <= len(content):
        _, attribute, size = struct.unpack_from("<BII", content, position)
        yield attribute & 0xFFFF, content[position + 9 : position + 9 + size]
        position += 9 + size + 2


def _add(attachment: _Attachment, attribute: int, data: bytes) -> None:
    if attribute == _TITLE:
        attachment.name = attachment.name or data.rstrip(b"\x00").decode("cp1258", "replace")
    elif attribute == _CONTENT:
        attachment.content = data
    elif attribute == _PROPERTIES:
        for number, kind, value in _properties(data):
            if number == _PROPERTY_LONG_NAME and value:
                encoding = "utf-16-le" if kind == _UNICODE_TEXT else "cp1258"
                attachment.name = value.decode(encoding, "replace").rstrip("\x00")
            elif number == _PROPERTY_DATA and value:
                attachment.content = value[_OBJECT_IDENTIFIER_BYTES:] if kind == _OBJECT else value


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(number, kind, first value) of each property of an attachment."""
    (count,), position = struct.unpack_from("<I", data), 4
    for _ in range(count):
        kind, number = struct.unpack_from("<HH", data, position)
        position = _after_name(data, position + 4, number)
        single = kind & ~_MANY
        if single in _FIXED_SIZES:
            values, position = _count(data, position) if kind & _MANY else (1, position)
            yield number, single, data[position : position + _FIXED_SIZES[single]]
            position += values * _FIXED_SIZES[single]
        elif single in (_TEXT, _UNICODE_TEXT, _OBJECT, _BYTES):
            value, position = _long_values(data, position)
            yield number, single, value
        else:
            return


def _after_name(data: bytes, position: int, number: int) -> int:
    """Properties from 0x8000 on carry their name: a set, and a number or a text."""
    if number < 0x8000:
        return position
    kind, value = struct.unpack_from("<II", data, position + 16)
    return position + 24 + (_padded(value) if kind == 1 else 0)


def _long_values(data: bytes, position: int) -> tuple[bytes, int]:
    count, position = _count(data, position)
    first = b""
    for index in range(min(count, len(data))):
        size, position = _count(data, position)
        first = data[position : position + size] if index == 0 else first
        position += _padded(size)
    return first, position


def _count(data: bytes, position: int) -> tuple[int, int]:
    return struct.unpack_from("<I", data, position)[0], position + 4


def _padded(size: int) -> int:
    return (size + 3) // 4 * 4
