"""Vietnamese names: when two spellings are the same name, and when a text can be a name at all."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from service.core.vietnam.text import fold, plain_letters, tidy

_TONES = {"\u0300": "1", "\u0301": "2", "\u0303": "3", "\u0309": "4", "\u0323": "5"}
_LONE_Y = re.compile(r"^([^aeiouyăâêôơư]*)y$")
_SYLLABLES = re.compile(r"[\s\-'.]+")
# Letters, with the marks of upland names (H'Hen, Y-Moan, K'Brơi) and of abbreviations.
_LETTERS = re.compile(r"^[^\W\d_]+(?:['.\-]*[^\W\d_]+)*\.?$")
_ABBREVIATED = re.compile(r"(?:^|\s)[^\W\d_]\.(?:\s|$)")
LONGEST_NAME = 60


def _syllable_key(syllable: str) -> str:
    """Base letters, then the tone: where the mark stood (hoà, hòa) no longer matters; kỳ and kì are one."""
    letters, tone = [], ""
    for letter in unicodedata.normalize("NFD", syllable):
        if letter in _TONES:
            tone = _TONES[letter]
        else:
            letters.append(letter)
    base = unicodedata.normalize("NFC", "".join(letters))
    return _LONE_Y.sub(r"\1i", base) + tone


_LATIN = re.compile(r"[A-Za-z]")
_LOOK_ALIKES = str.maketrans(
    "АВЕКМНОРСТУХЅІЈаеорсухѕіј" + "ΑΒΕΗΙΚΜΝΟΡΤΥΧο" + "Ðð",
    "ABEKMHOPCTYXSIJaeopcyxsij" + "ABEHIKMNOPTYXo" + "Đđ",
)
"""Letters of Cyrillic and Greek that look like Latin ones, and eth, which some keyboards give for đ."""


def in_vietnamese_letters(name: str) -> str:
    """The name with its look-alikes as the letters they look like; one without any Latin letter stays as it is."""
    name = tidy(name)
    return tidy(name.translate(_LOOK_ALIKES)) if not name.isascii() and _LATIN.search(name) else name


@lru_cache(maxsize=16384)
def comparison_key(name: str) -> str:
    """Equal for two spellings of one name: case, spaces, tone placement, i/y and keyboard left aside."""
    text = plain_letters(tidy(name)).casefold()
    return " ".join(_syllable_key(syllable) for syllable in _SYLLABLES.split(text) if syllable)


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are the same name, accents included."""
    return comparison_key(one) == comparison_key(other)


def same_name_without_accents(one: str, other: str) -> bool:
    """Whether two spellings agree once the accents are left aside (typed on a foreign keyboard)."""
    return fold(one).replace("-", " ") == fold(other).replace("-", " ")


def is_plausible(name: str) -> bool:
    """At least two words of letters: neither a number nor a single word can be a full name."""
    words = plain_letters(tidy(name)).split()
    if len(words) == 1 and re.search(r"[-']", words[0]):
        words = re.split(r"[-']", words[0])
    return len(words) > 1 and len(name) <= LONGEST_NAME and all(_LETTERS.match(word) for word in words)


def is_abbreviated(name: str) -> bool:
    """Whether a part is only an initial, as in "Nguyễn T. Hoa"."""
    return bool(_ABBREVIATED.search(tidy(name)))
