"""The numbers people are known by: how each is written down, and what is wrong with one that is not right.

Sources: decision 346/QĐ-BHXH (social insurance number), 1351/QĐ-BHXH and 1697/QĐ-BHXH (health card),
circular 59/2021/TT-BCA with decree 137/2015/NĐ-CP (citizen ID).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.core.vietnam import phones
from service.core.vietnam.provinces import PROVINCES, is_birthplace
from service.core.vietnam.text import tidy

_SEPARATORS = re.compile(r"[\s.\-'’`_\u2010-\u2015\u2212\u00ad]")
_WHOLE_NUMBER = re.compile(r"^(\d+)\.0+$")
_HEALTH_CARD = re.compile(r"^[A-Z]{2}[1-5]\d{12}$")
_KINDS = (
    "DN HX CH NN TK HC XK HT TB NO CT XB TN CS QN CA CY XN MS CC CK CB KC HD TE BT HN DT DK XD TS TC TQ "
    "TV TA TY HG LS PV CN HS SV GB GD "
)
_OBJECTS = frozenset(_KINDS.split())
"""Kinds of insured people: the two letters at the beginning of a card before 2021 (decision 1351/QĐ-BHXH)."""
_PASSPORT = re.compile(r"^[A-Z](?=[A-Z0-9]*\d)[A-Z0-9]{5,9}$")
_LIKE_DIGITS = str.maketrans("OoIlS", "00115")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What is wrong with a number. `kind` names the catalogue's sentence; `suggestion` only where it is certain."""

    kind: str
    suggestion: str | None = None
    doubtful: bool = False
    """Unusual, yet not impossible."""

    @property
    def lost_zero(self) -> bool:
        return self.kind == LOST_ZERO

    @property
    def digits_lost(self) -> bool:
        return self.kind in (SCIENTIFIC, ROUNDED)


_COUNTED = frozenset({"1234567890", "9876543210"})
_CARD_PROVINCES = frozenset(code[1:] for code in PROVINCES) | {"97", "98", "99"}
"""Provinces, and the army, the police and the cipher service."""
LOST_ZERO = "lost_zero"
SCIENTIFIC, ROUNDED = "scientific", "rounded"
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
_ROUNDED_SHORT, _ROUNDED_WHOLE = "0" * 4, "0" * 6
"""Zeros at the end of a number that is too short, and of one that is not: by chance one in 10,000, in a million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenIdParts:
    """What twelve digits of a citizen ID say about their holder."""

    birthplace: str
    gender: str
    birth_year: int


def compact(text: str) -> str:
    """Without the separators people put into numbers; a number that went through a spreadsheet loses its ".0"."""
    text = tidy(text)
    whole = _WHOLE_NUMBER.match(text)
    return whole.group(1) if whole else _SEPARATORS.sub("", text)


def digits(text: str) -> str:
    """The digits alone; a text that holds anything else stays as written."""
    bare = compact(text)
    return bare if bare.isascii() and bare.isdigit() else tidy(text)


def card_number(text: str) -> str:
    """Digits or an identity of capitals and digits (passport, health card); anything else stays as written."""
    bare = compact(text).upper()
    return bare if bare.isascii() and bare.isalnum() and any(letter.isdigit() for letter in bare) else tidy(text)


def phone(text: str) -> str:
    """Ten digits, without country code, old eleven-digit numbers converted; anything else as written."""
    bare = phones.at_home(compact(text).replace("(0)", "").replace("(", "").replace(")", ""))
    return phones.converted(bare) if bare.isascii() and bare.isdigit() else tidy(text)


def citizen_id_parts(value: str) -> CitizenIdParts | None:
    """Birthplace code, gender and year of birth in a twelve-digit citizen ID; None for other identities."""
    if len(value) != 12 or not value.isdigit():
        return None
    century, year = divmod(int(value[3]), 2)[0], int(value[4:6])
    gender = "Nữ" if int(value[3]) % 2 else "Nam"
    return CitizenIdParts(birthplace=value[:3], gender=gender, birth_year=1900 + 100 * century + year)


def digits_lost(value: str, *, whole: bool) -> Flaw | None:
    """A number that passed through scientific notation (1.188E+09): what it was nobody can tell from it.

    `whole`: it has the length of a right one; then it may be right all the same.
    """
    if _SCIENTIFIC.fullmatch(value):
        return Flaw(kind=SCIENTIFIC)
    if _is_number(value) and value.strip("0") and value.endswith(_ROUNDED_WHOLE if whole else _ROUNDED_SHORT):
        return Flaw(kind=ROUNDED, doubtful=whole)
    return None


def flaw_of_social_insurance_no(value: str) -> Flaw | None:
    """Ten digits. Nine digits are a number whose first zero a spreadsheet dropped."""
    if lost := digits_lost(value, whole=len(value) == 10):
        return lost
    if not _is_number(value):
        return _with_letters(value, length=10)
    if len(value) == 9:
        return Flaw(kind=LOST_ZERO, suggestion="0" + value)
    if len(value) != 10:
        return Flaw(kind="length")
    return Flaw(kind="repeated", doubtful=True) if len(set(value)) == 1 or value in _COUNTED else None


def flaw_of_health_card_no(value: str) -> Flaw | None:
    """Fifteen characters of the card before 2021, or the ten digits of the social insurance number."""
    if lost := digits_lost(value, whole=len(value) == 10):
        return lost
    if _HEALTH_CARD.match(value) and value[:2] in _OBJECTS:
        return None if value[3:5] in _CARD_PROVINCES else Flaw(kind="province", doubtful=True)
    if _HEALTH_CARD.match(value):
        return Flaw(kind="object")
    if _is_number(value) and len(value) == 10:
        return None
    if _is_number(value) and len(value) == 9:
        return Flaw(kind=LOST_ZERO, suggestion="0" + value)
    return Flaw(kind="shape")


def flaw_of_citizen_id(value: str) -> Flaw | None:
    """Twelve digits (citizen ID), nine (old identity card), or a passport number."""
    if lost := digits_lost(value, whole=len(value) in (9, 12)):
        return lost
    if not _is_number(value):
        return None if _PASSPORT.match(value) and len(value) < 10 else _with_letters(value, length=12)
    if len(value) == 12:
        return None if is_birthplace(value[:3]) else Flaw(kind="birthplace", doubtful=True)
    if len(value) == 9:
        return None
    whole = _citizen_id_with_zeros(value)
    return Flaw(kind=LOST_ZERO, suggestion=whole) if whole else Flaw(kind="length")


def flaw_of_phone(value: str) -> Flaw | None:
    """Ten digits of a mobile number: the messages with account and password go there."""
    if phones.is_mobile(value):
        return None
    if not _is_number(value):
        several = sum(letter.isdigit() for letter in value) >= 18
        return digits_lost(value, whole=True) or Flaw(kind="several" if several else "letters")
    with_zero = phones.converted("0" + value)
    if phones.is_mobile(with_zero):
        return Flaw(kind=LOST_ZERO, suggestion=with_zero)
    if len(value) >= 18:
        return Flaw(kind="several")
    if phones.is_landline(value):
        return Flaw(kind="landline")
    return Flaw(kind="length" if len(value) != 10 else "prefix")


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _with_letters(value: str, *, length: int) -> Flaw:
    """A letter among the digits; O for 0 and l for 1 are common enough to propose the number that was meant."""
    meant = compact(value).translate(_LIKE_DIGITS)
    return Flaw(kind="letters", suggestion=meant if _is_number(meant) and len(meant) == length else None)


def _citizen_id_with_zeros(value: str) -> str | None:
    """The twelve digits meant when a spreadsheet dropped zeros: one in general, two for codes below 010."""
    if len(value) in (10, 11) and (whole := value.zfill(12)) and is_birthplace(whole[:3]):
        return whole
    return "0" + value if len(value) == 8 else None
