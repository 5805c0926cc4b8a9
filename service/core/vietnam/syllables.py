"""Whether a word is a Vietnamese syllable: an onset, a rime and at most one tone. Names of smaller peoples differ."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_ONSET = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|đ|g|h|k|l|m|n|p|q|r|s|t|v|x"
_RIME = (
    "a(?:ch|ng|nh|[cimnoptuy])?|ă(?:ng|[cmnpt])?|â(?:ng|[cmnptuy])?|e(?:ng|[cmnopt])?|ê(?:ch|nh|[mnptu])?"
    "|i(?:ch|nh|a|[mnptu]|êng|ê[cmnptu]?)?|o(?:ng|oc|ong|[cimnpt]|a(?:ch|ng|nh|[cimnoptuy])?|ă(?:ng|[cmnt])|e(?:[not])?)?"
    "|ô(?:ng|[cimnpt])?|ơ(?:[imnpt])?|u(?:ng|a|[cimnpt]|â(?:ng|[nty])?|ê(?:ch|nh|[n])?|ô(?:ng|[cimnt])?|ơ|y(?:a|ên|êt|nh|[tnu])?)?"
    "|ư(?:ng|a|[cimntu]|ơ(?:ng|[cimnptu])?)?|y(?:êm|ên|êt|êu|nh)?"
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_RIME})$")


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """One word, in any case. At most one tone."""
    bare, tones = _TONES.subn("", unicodedata.normalize("NFD", word.lower()))
    return tones <= 1 and _SYLLABLE.match(unicodedata.normalize("NFC", bare)) is not None
