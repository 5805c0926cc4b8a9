"""The two-digit province codes of the General Statistics Office as citizen IDs carry them.

Source: decision 124/2004/QĐ-TTg with its changes; since July 2025 there are 34 provinces, but a number once
given keeps its old code. 28 is the former Hà Tây, 13, 16, 18 and others were given up before citizen IDs existed.
"""

from __future__ import annotations

PROVINCES = frozenset(
    f"{code:03}"
    for code in (
        *(1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 28, 30, 31, 33, 34, 35, 36, 37, 38),
        *(40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79),
        *(80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96),
    )
)
"""Codes of places of birth in Viet Nam, "001" to "096"."""

FIRST_COUNTRY = 101
"""Codes from here on name the country of birth of citizens born abroad."""


def is_birthplace(code: str) -> bool:
    """Whether the first three digits of a citizen ID can name a place of birth."""
    return code in PROVINCES or int(code) >= FIRST_COUNTRY
