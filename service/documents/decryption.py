"""Locked Office files opened with a password that the sender gave; passwords are used and never kept."""

from __future__ import annotations

import io
from collections.abc import Sequence

import msoffcrypto
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

MOST_PASSWORDS = 8
"""Each try costs a tenth of a second by design of the format."""
_TROUBLE = (DecryptionError, FileFormatError, InvalidKeyError, ParseError, ValueError, KeyError, OSError, IndexError)


def unlocked(content: bytes, passwords: Sequence[str]) -> bytes | None:
    """The file without its lock; None when no password opens it or it is no locked Office file."""
    for password in dict.fromkeys(passwords[:MOST_PASSWORDS]):
        try:
            return _opened(content, password)
        except _TROUBLE:
            continue
    return None


def _opened(content: bytes, password: str) -> bytes:
    locked = msoffcrypto.OfficeFile(io.BytesIO(content))
    locked.load_key(password=password)
    opened = io.BytesIO()
    locked.decrypt(opened)
    return opened.getvalue()
