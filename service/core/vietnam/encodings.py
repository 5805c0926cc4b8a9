"""Letters of Vietnamese from before Unicode: TCVN3 (fonts ".Vn…"), VNI ("VNI-…"), VIQR, and bytes read in a wrong code.

Sources: TCVN 5712:1993, RFC 1456 (VIQR), Microsoft's code page 1258, the tables of the VNI fonts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

from service.core.vietnam.syllables import is_syllable

LETTERS = "đâăêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
"""The letters ASCII does not have; the tables name them in this order."""
_TCVN3 = "®©¨ª«¬\xad¸µ¶·¹ÊÇÈÉË¾»¼½ÆÐÌÎÏÑÕÒÓÔÖÝ×ØÜÞãßáâäèåæçéíêëìîóïñòôøõö÷ùýúûüþ"
_TCVN3_CAPITALS = dict(zip("§¢¡£¤¥¦", "ĐÂĂÊÔƠƯ", strict=True))
_VNI = (
    "ñ aâ aê eâ oâ ô ö aù aø aû aõ aï aá aà aå aã aä aé aè aú aü aë eù eø eû eõ eï eá eà eå eã eä í "
    "ì æ ó ò où oø oû oõ oï oá oà oå oã oä ôù ôø ôû ôõ ôï uù uø uû uõ uï öù öø öû öõ öï yù yø yû yõ "
    "î "
)
_CP1258 = (
    "ð â ã ê ô õ ý aì aÌ aÒ aÞ aò âì âÌ âÒ âÞ âò ãì ãÌ ãÒ ãÞ ãò eì eÌ eÒ eÞ eò êì êÌ êÒ êÞ êò iì iÌ "
    "iÒ iÞ iò oì oÌ oÒ oÞ oò ôì ôÌ ôÒ ôÞ ôò õì õÌ õÒ õÞ õò uì uÌ uÒ uÞ uò ýì ýÌ ýÒ ýÞ ýò yì yÌ yÒ yÞ "
    "yò "
)

Decoder = Callable[[str], str]


def _by_table(letters: str, *, marks_have_case: bool) -> Decoder:
    """Longest first, so that a vowel takes its mark with it."""
    table = dict(zip(letters.split(), LETTERS, strict=True))
    capitals = {old[0].upper() + old[1:]: new.upper() for old, new in table.items()}
    if marks_have_case:
        capitals |= {old.upper(): new.upper() for old, new in table.items()}
    table |= capitals
    pattern = re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True)))
    return lambda text: pattern.sub(lambda found: table[found[0]], text)


_TCVN3_TABLE = str.maketrans(dict(zip(_TCVN3, LETTERS, strict=True)) | _TCVN3_CAPITALS)


_SMALL = re.compile(r"[a-z]")
_CAPITALS = re.compile(r"[A-Z][^\W\d_]*[A-Z]|[A-Z][^\sA-Za-z]+[A-Z]")
"""A word with two capitals; of "Hµ Mü" nobody can tell, and names are mostly written with one."""


def _from_tcvn3(text: str) -> str:
    """Capitals with tones have no place of their own: they stand where the text's other capitals do."""
    decoded = text.translate(_TCVN3_TABLE)
    if not _SMALL.search(text) and _CAPITALS.search(text):
        return decoded.upper()
    words = decoded.split(" ")
    others = [word for word in words if word[:1].isascii() and word[:1].isalpha()]
    if others and all(word[0].isupper() for word in others):
        return " ".join(word[:1].upper() + word[1:] for word in words)
    return decoded


_TONES = dict(zip("'`?~.", ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True))
_SHAPES = {"^": "\u0302", "(": "\u0306", "+": "\u031b"}
_VIQR = re.compile(r"([AEIOUYaeiouy])([\^(+]?)(['`?~.]?)")


def _from_viqr(text: str) -> str:
    def letter(found: re.Match[str]) -> str:
        return unicodedata.normalize("NFC", found[1] + _SHAPES.get(found[2], "") + _TONES.get(found[3], ""))

    return _VIQR.sub(letter, re.sub(r"[Dd][Dd]", lambda found: "Đ" if found[0][0] == "D" else "đ", text))


def _from_utf8_read_wrongly(text: str) -> str:
    for code in ("cp1252", "latin-1", "cp1258"):
        try:
            return text.encode(code).decode("utf-8")
        except UnicodeError:
            continue
    return _mended(text)


def _mended(text: str) -> str:
    """The same where some bytes were lost on the way: their letters are shown as U+FFFD, the others are right."""
    found = _TWICE.sub(lambda run: _bytes_of(run[0]).decode("utf-8", "replace"), text)
    return found if any("\u1ea0" <= letter <= "\u1ef9" or letter in LETTERS for letter in found) else text


_TWICE = re.compile(r"[\u0080-\u00ff\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{2,}")
"""Letters that bytes above ASCII become when they are read as Windows-1252."""


def _bytes_of(run: str) -> bytes:
    return b"".join(letter.encode("cp1252") if _is_in_1252(letter) else letter.encode("latin-1") for letter in run)


def _is_in_1252(letter: str) -> bool:
    return letter.encode("cp1252", "ignore") != b""


def _without_eth(text: str) -> str:
    return text.replace("ð", "đ").replace("Ð", "Đ")


_BY_1258 = _by_table(_CP1258, marks_have_case=False)
DECODERS: Mapping[str, Decoder] = {
    "tcvn3": _from_tcvn3,
    "vni": _by_table(_VNI, marks_have_case=True),
    "viqr": _from_viqr,
    "cp1258": lambda text: _without_eth(_BY_1258(text)),
    "utf-8": _from_utf8_read_wrongly,
}


def legacy_of_font(font: str) -> str | None:
    """The letters a font shows, by its name: ".VnTime", "VNI-Times"."""
    name = font.strip().lower()
    if name.startswith((".vn", "vn3", "vntime")):
        return "tcvn3"
    return "vni" if name.startswith("vni") else None


def decode(text: str, encoding: str, font: str | None = None) -> str:
    """The text in Unicode (NFC); fonts named ".Vn…H" show capitals only."""
    decoded = unicodedata.normalize("NFC", DECODERS[encoding](text))
    return decoded.upper() if font and encoding == "tcvn3" and font.rstrip().endswith("H") else decoded


_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=16384)
def likeness(text: str) -> tuple[int, int]:
    """(words that are Vietnamese syllables, words) among those that are not plain ASCII."""
    words = [word for word in _WORD.findall(unicodedata.normalize("NFC", text)) if not word.isascii()]
    strange = sum(letter in _NO_LETTERS for letter in text)
    return sum(map(is_syllable, words)), len(words) + strange


_NO_LETTERS = frozenset("¡¢£¤¥¦§¨©«¬®¯¸¹»¼½¾¿×÷¶µ\u00ad†‡ˆ‰Š‹Œ‘’“”•˜™š›œžŸ")
"""What stands between letters in words of an old code and never in Vietnamese ones."""


def is_in_unicode(text: str) -> bool:
    """Whether the text can stand as it is: all its accented words are syllables, or it has letters of Unicode alone."""
    if any("\u1ea0" <= letter <= "\u1ef9" for letter in text):
        return True  # no old code has them, and none is shown with them
    right, words = likeness(text)
    return right == words
