"""Names of attached files in header fields: whole by RFC 2231, and plain for programs that do not read it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from service.core.vietnam.text import plain_letters

LONGEST_PLAIN = 60
"""Letters of a plain name: with its parameter it fits on a line of 76."""
LONGEST_PIECE = 50
LONGEST_ENDING = 10
NOT_IN_NAMES = str.maketrans({'"': "'", "\\": "-"})


def disposition_name(name: str) -> str:
    """`filename` for Content-Disposition: as it is when plain and short, else percent-encoded, in pieces when long."""
    clean = _clean(name)
    if clean.isascii() and len(clean) <= LONGEST_PLAIN and "=?" not in clean:
        return f';\r\n filename="{clean}"'
    first, *more = _pieces(clean)
    if not more:
        return f";\r\n filename*=utf-8''{first}"
    pieces = (f"utf-8''{first}", *more)
    return "".join(f";\r\n filename*{number}*={piece}" for number, piece in enumerate(pieces))


def type_name(name: str) -> str:
    """`name` for Content-Type, which programs read that know nothing of RFC 2231: without accents, cut short.

    An encoded word between quotation marks, as some programs write it, is forbidden (RFC 2047 §5).
    """
    plain = _without_accents(_clean(name)).replace("=?", "=").translate(NOT_IN_NAMES)
    stem, dot, ending = plain.rpartition(".")
    if not stem or len(ending) > LONGEST_ENDING:
        stem, dot, ending = plain, "", ""
    return f';\r\n name="{stem[: LONGEST_PLAIN - len(dot + ending)]}{dot}{ending}"'


def _clean(name: str) -> str:
    """Composed letters, one line, nothing that would need escaping between quotation marks."""
    letters = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    printable = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in letters)
    return " ".join(printable.translate(NOT_IN_NAMES).split()) or "attachment"


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", plain_letters(text).translate({ord("đ"): "d", ord("Đ"): "D"}))
    bare = (letter for letter in decomposed if not unicodedata.combining(letter))
    return "".join(letter if letter.isascii() else "_" for letter in bare)


def _pieces(text: str) -> Iterator[str]:
    """Percent-encoded, cut between letters: a reader may decode each piece by itself."""
    piece = ""
    for letter in _letters(text):
        encoded = quote(letter, safe="")
        if piece and len(piece) + len(encoded) > LONGEST_PIECE:
            yield piece
            piece = ""
        piece += encoded
    yield piece


def _letters(text: str) -> Iterator[str]:
    """Letters with the marks that stand on them, where Unicode has no single sign for both."""
    letter = ""
    for sign in text:
        if letter and not (unicodedata.combining(sign) and len(letter) < 4):
            yield letter
            letter = ""
        letter += sign
    yield letter
