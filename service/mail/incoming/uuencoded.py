"""Files which old programs write into the text itself: `begin 644 name`, lines of uuencode, `end`."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from itertools import islice

_BEGIN = re.compile(r"^begin (?:-base64 )?[0-7]{3,4} +(\S.{0,200})$")
_LINE = re.compile(r"^[ -`]{1,90}$")
MOST_FILES = 50


def take_out(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without the encoded files, and (name, content) of each. A `begin` without data or end stays text."""
    if "\nbegin " not in f"\n{text}":
        return text, []
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    lines, number, tries = text.split("\n"), 0, 0
    ends = [index for index, line in enumerate(lines) if line.strip() == "end"][: MOST_FILES * 2]
    while number < len(lines):
        match = _BEGIN.match(lines[number].rstrip()) if tries < MOST_FILES else None
        tries += match is not None
        end = next((index for index in ends if index > number), None) if match else None
        content = _decoded(islice(lines, number + 1, end)) if end is not None else None
        if match is None or content is None or end is None:
            kept.append(lines[number])
            number += 1
            continue
        files.append((match[1].strip(), content))
        number = end + 1
    return "\n".join(kept), files


def _decoded(lines: Iterable[str]) -> bytes | None:
    """The bytes of the lines; None as soon as one of them is no uuencode."""
    content = bytearray()
    for line in lines:
        if not line.strip():
            continue
        if not _LINE.match(line):
            return None
        piece = _line(line)
        if piece is None:
            return None
        content += piece
    return bytes(content) if content else None


def _line(line: str) -> bytes | None:
    length = (ord(line[0]) - 32) & 63
    needed = (length * 4 + 2) // 3
    if len(line) - 1 < needed - 3:  # blanks at the end are often lost on the way, more is another text
        return None
    data = line[: 1 + (length + 2) // 3 * 4].encode("ascii")  # some programs add a check letter
    try:
        return binascii.a2b_uu(data)
    except binascii.Error:
        return None
