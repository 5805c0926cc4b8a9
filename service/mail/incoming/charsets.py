"""Bytes of a mail to text, whatever the label says: the declared charset is a claim, the bytes decide."""

from __future__ import annotations

import codecs
import unicodedata

ALWAYS_CLAIMED = frozenset({"", "ascii", "iso8859-1", "cp1252"})
"""Labels that mailers put on anything: valid UTF-8 under such a label is UTF-8."""

NOT_FOR_MAIL = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
"""Codecs of Python that no mail uses and that cost quadratic time or do strange things."""

VIETNAMESE_LETTERS = frozenset("ăâđêôơưĂÂĐÊÔƠƯ")


def decode_text(content: bytes, charset: str | None) -> str:
    """The text in NFC. Never fails: what cannot be read becomes U+FFFD."""
    return unicodedata.normalize("NFC", _decode(content, _python_name(charset))).replace("\x00", "")


def _python_name(charset: str | None) -> str:
    """Python's name of a declared charset, empty when it is unknown."""
    wanted = (charset or "").strip().strip("\"'").lower()
    try:
        name = codecs.lookup(wanted).name if wanted else ""
    except (LookupError, ValueError):  # ValueError: a null character in the label
        return ""
    return "" if name.replace("_", "-") in NOT_FOR_MAIL else name


def _decode(content: bytes, name: str) -> str:
    if content.isascii() and name in ALWAYS_CLAIMED:
        return content.decode("ascii")
    candidates = ("utf-8", name) if name in ALWAYS_CLAIMED else (name, "utf-8")
    for candidate in candidates:
        # ISO-8859-1 in mail means windows-1252: it differs only where the former has control characters.
        text = _strictly(content, "cp1252" if candidate == "iso8859-1" else candidate)
        if text is not None and candidate not in ("", "cp1252", "iso8859-1"):
            return text
    return _guess(content)


def _strictly(content: bytes, name: str) -> str | None:
    if not name:
        return None
    try:
        return content.decode(name)
    except (UnicodeError, LookupError):  # LookupError: a codec that is not for text, such as base64
        return None


def _guess(content: bytes) -> str:
    """Single-byte text without a trustworthy label: windows-1258 when it reads as Vietnamese, else windows-1252."""
    vietnamese = unicodedata.normalize("NFC", content.decode("cp1258", "replace"))
    if _reads_as_vietnamese(vietnamese):
        return vietnamese
    return content.decode("cp1252", "replace")


def _reads_as_vietnamese(text: str) -> bool:
    """Every tone mark found its vowel, and there are letters which only Vietnamese has."""
    orphans = any(unicodedata.combining(letter) for letter in text)
    letters = sum("\u1ea0" <= letter <= "\u1ef9" or letter in VIETNAMESE_LETTERS for letter in text)
    return not orphans and "\ufffd" not in text and letters > 0
