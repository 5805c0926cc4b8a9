"""The words of a mail that Outlook wrote as RTF: unpacked ([MS-OXRTFCP]), HTML again if they were ([MS-OXRTFEX])."""

from __future__ import annotations

import codecs
import re
import struct
from dataclasses import dataclass, field

LONGEST = 2_000_000
"""Bytes of RTF that are read."""
_PACKED, _PLAIN = 0x75465A4C, 0x414C454D
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_RING = 4096
_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_SKIPPED = frozenset(
    {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"listtable", b"filetbl", b"generator"}
)
_SAID = {b"par": "\n", b"line": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t", b"emdash": "—", b"endash": "–"}


def unpacked(content: bytes) -> bytes:
    """The RTF inside its packing, as far as it goes."""
    if len(content) < 16:
        return b""
    _, size, kind, _ = struct.unpack_from("<IIII", content)
    if kind == _PLAIN:
        return content[16 : 16 + min(size, LONGEST)]
    return _unpacked(content[16:]) if kind == _PACKED else b""


def _unpacked(packed: bytes) -> bytes:
    ring, place, position = bytearray(_DICTIONARY.ljust(_RING, b"\0")), len(_DICTIONARY), 0
    found = bytearray()
    while position < len(packed) and len(found) < LONGEST:
        flags, position = packed[position], position + 1
        for bit in range(8):
            piece = packed[position : position + (2 if flags >> bit & 1 else 1)]
            position += len(piece)
            if len(piece) == 2:
                start, length = int.from_bytes(piece, "big") >> 4, (piece[1] & 0xF) + 2
                if start == place:
                    return bytes(found)
            elif len(piece) == 1 and not flags >> bit & 1:
                start, length = place, 1
                ring[place] = piece[0]
            else:
                return bytes(found)
            for step in range(length):
                letter = ring[(start + step) % _RING]
                found.append(letter)
                ring[place] = letter
                place = (place + 1) % _RING
    return bytes(found)


@dataclass(slots=True)
class _Group:
    """What holds between two braces."""

    skipped: bool = False
    is_tag: bool = False
    muted: bool = False
    """Between `htmlrtf` and `htmlrtf0`: written for readers of RTF alone."""
    width: int = 1
    """Letters that follow a `\\u` for programs without Unicode."""


@dataclass(slots=True)
class _Reading:
    charset: str = "cp1252"
    was_html: bool = False
    said: list[str] = field(default_factory=list)
    waiting: bytearray = field(default_factory=bytearray)
    to_skip: int = 0

    def say(self, text: str) -> None:
        if self.waiting:
            self.said.append(self.waiting.decode(self.charset, "replace"))
            self.waiting.clear()
        self.said.append(text)

    def say_bytes(self, content: bytes) -> None:
        skipped = min(self.to_skip, len(content))
        self.to_skip -= skipped
        self.waiting += content[skipped:]


def words_of(rtf: bytes) -> tuple[bool, str]:
    """(whether it is HTML, the words)."""
    reading, groups = _Reading(), [_Group()]
    for token in _TOKEN.finditer(rtf[:LONGEST]):
        letter, word, number, symbol, brace, text = token.groups()
        group = groups[-1]
        if brace == b"{":
            groups.append(_Group(skipped=group.skipped, is_tag=group.is_tag, muted=group.muted, width=group.width))
        elif brace == b"}":
            groups = groups[:-1] or [_Group()]
        elif word is not None:
            _obey(reading, group, word, int(number) if number else None)
        elif symbol == b"*":
            group.skipped = True
        elif not (group.skipped or group.muted):
            _say(reading, letter, symbol, text)
    reading.say("")
    return reading.was_html, "".join(reading.said).strip("\0 ")


def _obey(reading: _Reading, group: _Group, word: bytes, number: int | None) -> None:
    if word == b"htmltag" and reading.was_html:
        group.skipped, group.is_tag = False, True
    elif word == b"htmlrtf":
        group.muted = number != 0
    elif word == b"fromhtml":
        reading.was_html = True
    elif word == b"ansicpg" and number:
        reading.charset = _charset(number)
    elif word == b"uc":
        group.width = number if number is not None else 1
    elif word in _SKIPPED:
        group.skipped = True
    elif not (group.skipped or group.muted):
        if word == b"u" and number is not None:
            reading.say(chr(number % 0x10000))
            reading.to_skip = min(group.width, 8)
        elif word in _SAID:
            reading.say(_SAID[word])


def _say(reading: _Reading, letter: bytes | None, symbol: bytes | None, text: bytes | None) -> None:
    if letter is not None:
        reading.say_bytes(bytes([int(letter, 16)]))
    elif text is not None:
        reading.say_bytes(text)
    elif symbol == b"~":
        reading.say(" ")
    elif symbol is not None and symbol in b"\\{}":
        reading.say_bytes(symbol)


def _charset(page: int) -> str:
    name = "utf-8" if page == 65001 else f"cp{page}"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
