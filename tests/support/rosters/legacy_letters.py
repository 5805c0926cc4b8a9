"""Writes Vietnamese in codes from before Unicode, letter by letter: the opposite of `core/vietnam/encodings.py`."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

from service.core.vietnam import encodings

_TONES = {"\u0301": "'", "\u0300": "`", "\u0309": "?", "\u0303": "~", "\u0323": "."}
_SHAPES = {"\u0302": "^", "\u0306": "(", "\u031b": "+"}


def _by_table(letters: Mapping[str, str], *, marks_have_case: bool) -> Callable[[str], str]:
    table = dict(letters)
    for letter, old in letters.items():
        table[letter.upper()] = old.upper() if marks_have_case else old[0].upper() + old[1:]
    return lambda text: "".join(table.get(letter, letter) for letter in unicodedata.normalize("NFC", text))


def _viqr(text: str) -> str:
    letters = text.replace("đ", "dd").replace("Đ", "DD")
    decomposed = unicodedata.normalize("NFD", letters)
    return "".join(_SHAPES.get(letter) or _TONES.get(letter) or letter for letter in _shape_first(decomposed))


def _shape_first(decomposed: str) -> str:
    """VIQR writes the shape of a vowel before its tone; Unicode orders the dot below first."""
    letters = list(decomposed)
    for index in range(1, len(letters)):
        if letters[index] in _SHAPES and letters[index - 1] in _TONES:
            letters[index - 1], letters[index] = letters[index], letters[index - 1]
    return "".join(letters)


def _tcvn3(text: str) -> str:
    table = dict(zip(encodings.LETTERS, encodings._TCVN3, strict=True))
    capitals = {new: old for old, new in encodings._TCVN3_CAPITALS.items()}
    return "".join(
        capitals.get(letter) or table.get(letter) or table.get(letter.lower()) or letter
        for letter in unicodedata.normalize("NFC", text)
    )


ENCODERS: Mapping[str, Callable[[str], str]] = {
    "tcvn3": _tcvn3,
    "vni": _by_table(dict(zip(encodings.LETTERS, encodings._VNI.split(), strict=True)), marks_have_case=True),
    "viqr": _viqr,
    "cp1258": _by_table(dict(zip(encodings.LETTERS, encodings._CP1258.split(), strict=True)), marks_have_case=False),
    "utf-8": lambda text: text.encode().decode("latin-1"),
}
