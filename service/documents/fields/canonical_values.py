"""What a field's characters mean: canonical values, and whether a value can be true at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

from service.core.campaigns import ColumnKind
from service.core.vietnam import names
from service.core.vietnam.phones import at_home, converted, is_mobile
from service.core.vietnam.provinces import PROVINCES
from service.documents.pages.labels import folded_letters, without_leaders

DIGIT_KINDS = frozenset({ColumnKind.SOCIAL_INSURANCE_NO, ColumnKind.CITIZEN_ID, ColumnKind.PHONE, ColumnKind.DATE})
FIRST_YEAR, LAST_YEAR = 1900, 2099

_LOOKS_LIKE_DIGIT = str.maketrans("OoQDIlSsBZgq", "000011558299")
_LETTER_BESIDE_DIGIT = re.compile(r"(?<=\d)[oqilsbzg]|[oqilsbzg](?=\d)")
_LONGEST = {
    ColumnKind.SOCIAL_INSURANCE_NO: 10,
    ColumnKind.CITIZEN_ID: 12,
    ColumnKind.PHONE: 10,
    ColumnKind.DATE: 8,
}
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def canonical(kind: ColumnKind, text: str) -> str:
    """The value as the rest of the house writes it; empty where there is none."""
    text = unicodedata.normalize("NFC", text)
    return _CANONICAL.get(kind, _as_text)(_likeliest_part(kind, text))


def is_valid(kind: ColumnKind, value: str) -> bool:
    """Whether a canonical value has the form of such a value."""
    return bool(value) and _VALID.get(kind, bool)(value)


def _likeliest_part(kind: ColumnKind, text: str) -> str:
    """A cut value may carry a label's tail ("I:") or the next field's number: the part with most digits counts."""
    most = _LONGEST.get(kind)
    if most is None or sum(character.isdigit() for character in text) <= most:
        return text
    parts = [part for part in re.split(r"[:\[(\])_…]+|\.{2,}", text) if part.strip()]
    return max(parts, key=lambda part: sum(character.isdigit() for character in part), default=text)


def _as_digits(text: str) -> str:
    if not any(character.isdigit() for character in text):
        return ""
    return "".join(character for character in text.translate(_LOOKS_LIKE_DIGIT) if character in "0123456789")


def _as_phone(text: str) -> str:
    return converted(at_home(_as_digits(text)))


def _as_date(text: str) -> str:
    """YYYY-MM-DD from "9/7/1989", "ngày 9 tháng 7 năm 1989" or eight digits; YYYY where only a year stands there."""
    written = _LETTER_BESIDE_DIGIT.sub(lambda letter: letter.group().translate(_LOOKS_LIKE_DIGIT), folded_letters(text))
    parts = re.findall(r"[0-9]+", written)
    digits = "".join(parts)
    if len(parts) == 3 and len(parts[2]) == 4 and len(parts[0]) <= 2 and len(parts[1]) <= 2:
        return _day(parts[2], parts[1], parts[0])
    if len(digits) == 8:
        return _day(digits[4:], digits[2:4], digits[:2])
    return digits if len(parts) == 1 and len(digits) == 4 else ""


def _day(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""  # 31/02 was misread or miswritten: no value


def _as_name(text: str) -> str:
    words = re.sub(r"[^A-Za-zÀ-ỹĐđ' ]", " ", text).split()
    if words and len(words[0]) == 1 and words[0].islower():
        # the last letter of a label that was cut too early
        words = words[1:]
    return " ".join(words)


def _as_email(text: str) -> str:
    bare = without_leaders(re.sub(r"\s+", "", text))
    found = _EMAIL.search(bare)
    return found.group().rstrip(".-") if found else bare


def _as_text(text: str) -> str:
    return " ".join(without_leaders(text).split())


def _is_citizen_id(value: str) -> bool:
    """Stricter than the check of rosters: a misread code must not pass as one of the rare births abroad."""
    return len(value) == 9 or (len(value) == 12 and value[:3] in PROVINCES)


def _is_day(value: str) -> bool:
    """A year alone is no valid reading: it may be what was left of a whole date."""
    return len(value) == 10 and FIRST_YEAR <= int(value[:4]) <= LAST_YEAR


_CANONICAL: Mapping[ColumnKind, Callable[[str], str]] = {
    ColumnKind.NAME: _as_name,
    ColumnKind.SOCIAL_INSURANCE_NO: _as_digits,
    ColumnKind.CITIZEN_ID: _as_digits,
    ColumnKind.PHONE: _as_phone,
    ColumnKind.DATE: _as_date,
    ColumnKind.EMAIL: _as_email,
}
_VALID: Mapping[ColumnKind, Callable[[str], bool]] = {
    ColumnKind.NAME: lambda value: len(value.split()) >= 2,
    ColumnKind.SOCIAL_INSURANCE_NO: lambda value: len(value) == 10,
    ColumnKind.CITIZEN_ID: _is_citizen_id,
    ColumnKind.PHONE: is_mobile,
    ColumnKind.DATE: _is_day,
    ColumnKind.EMAIL: lambda value: _EMAIL.fullmatch(value) is not None,
}


def same_name_as_read(one: str, other: str) -> bool:
    """The same name but for capitals, tone placement (hoà, hòa) and spaces that a reader lost."""
    return names.same_name(one, other) or _run_together(one) == _run_together(other)


def _run_together(name: str) -> tuple[str, str]:
    """The letters without spaces and tones, and the tones in their order."""
    marked = unicodedata.normalize("NFD", name.casefold()).replace(" ", "")
    return "".join(it for it in marked if it not in _TONES), "".join(it for it in marked if it in _TONES)
