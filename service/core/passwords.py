"""A password that can be read out over the telephone, made from our secret and from what it opens."""

from __future__ import annotations

import hashlib
import hmac

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without letters that are mistaken for digits or for each other when spoken."""


def spoken_password(secret: bytes, what: str) -> str:
    """Twelve letters in three groups (58 bits): the same for the same thing, another for any other."""
    number = int.from_bytes(hmac.new(secret, f"password {what}".encode(), hashlib.sha256).digest(), "big")
    letters = []
    for _ in range(12):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))
