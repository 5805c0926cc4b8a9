"""Vietnamese text made comparable: one Unicode form, one kind of space, and a form without accents.

Offices write the same word composed or decomposed (Mac), with no-break spaces (Word) or with the letter eth
instead of đ (old keyboards); everything that compares text goes through here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""Letters and digits of East Asian keyboards: ０ is 0."""
_ETH = str.maketrans({"Ð": "Đ", "ð": "đ"})
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´′", "'"))
_PUNCTUATION = re.compile(r"[\W_]+")


def tidy(text: str) -> str:
    """NFC, without invisible characters, single ordinary spaces."""
    if not text.isascii():
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        text = _INVISIBLE.sub("", text).translate(_FULL_WIDTH)
    return " ".join(text.split())


def plain_letters(text: str) -> str:
    """The same letters typed by one keyboard: eth becomes đ, every apostrophe the straight one."""
    return text.translate(_ETH).translate(_APOSTROPHES)


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """Lower case without accents, đ as d: "Đỗ Thị Hoà" → "do thi hoa"."""
    if text.isascii():
        return tidy(text).lower().replace("`", "'")
    decomposed = unicodedata.normalize("NFD", plain_letters(tidy(text)).casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).replace("đ", "d")


@lru_cache(maxsize=16384)
def folded_words(text: str) -> str:
    """Folded, with every punctuation mark as a space: "Số CMND/CCCD (*)" → "so cmnd cccd"."""
    return _PUNCTUATION.sub(" ", fold(text)).strip()


def flattened(text: str) -> str:
    """Lower case without accents, letter for letter: places in it are places in the text (composed, NFC)."""
    return "".join(_flat_letter(letter) for letter in unicodedata.normalize("NFC", text))


@lru_cache(maxsize=2048)
def _flat_letter(letter: str) -> str:
    if letter.isspace():
        return "\n" if letter == "\n" else " "
    plain = fold(letter)
    return plain if len(plain) == 1 else letter
