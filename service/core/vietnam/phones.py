"""Vietnamese mobile numbers: ten digits, known prefixes, and the eleven-digit numbers replaced in 2018."""

from __future__ import annotations

import re

# Ministry of Information and Communications, plan of 2018: old prefix → new prefix.
CONVERTED = {
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",
    "0162": "032",
    "0163": "033",
    "0164": "034",
    "0165": "035",
    "0166": "036",
    "0167": "037",
    "0168": "038",
    "0169": "039",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}
_MOBILE = re.compile(r"^0(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-46-9])\d{7}$")
_COUNTRY = re.compile(r"^(?:\+|00)?84(?=\d{9,10}$)")
_LANDLINE = re.compile(r"^02\d{8,9}$")


def is_mobile(number: str) -> bool:
    """Ten digits with a prefix in use."""
    return bool(_MOBILE.match(number))


def is_landline(number: str) -> bool:
    """A fixed line cannot receive the messages of the registration."""
    return bool(_LANDLINE.match(number))


def at_home(number: str) -> str:
    """Without the country code: +84912345678 → 0912345678."""
    return _COUNTRY.sub("0", number)


def converted(number: str) -> str:
    """The ten-digit number that replaced an eleven-digit one; other numbers unchanged."""
    prefix = CONVERTED.get(number[:4]) if len(number) == 11 else None
    return prefix + number[4:] if prefix else number
