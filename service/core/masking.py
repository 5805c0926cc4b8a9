"""Identifiers and addresses made unrecognisable for mail bodies and logs, yet telling apart for those who know them."""

from __future__ import annotations

import re
from collections.abc import Sequence

IDENTIFIER = re.compile(r"(?<!\d)\d(?:[ .-]?\d){8,}(?!\d)")
"""Nine digits or more (citizen ID, social insurance number, telephone), also written in groups."""

DIFFERING = 2
"""Two numbers that differ in more digits are different numbers, and no digit says why."""


def masked(text: str) -> str:
    """Every identifier in the text with its first four and last two digits only: 0110****25."""
    return IDENTIFIER.sub(lambda found: _mask(re.sub(r"\D", "", found[0])), text)


def _mask(digits: str) -> str:
    return f"{digits[:4]}{'*' * (len(digits) - 6)}{digits[-2:]}"


def masked_apart(one: str, other: str) -> tuple[str, str]:
    """Two numbers of the same length that differ in a digit or two, masked but for those: 0110*[3]**25, 0110*[8]**25.

    Whoever has the papers sees which digit differs; nobody else learns more than one digit. Others are masked as usual.
    """
    places = [at for at, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs]
    alike = len(one) == len(other) and IDENTIFIER.fullmatch(one) and IDENTIFIER.fullmatch(other)
    if not alike or not (one + other).isdigit() or not 1 <= len(places) <= DIFFERING:
        return masked(one), masked(other)
    return _mask_but(one, places), _mask_but(other, places)


def _mask_but(digits: str, places: Sequence[int]) -> str:
    shown = _mask(digits)
    return "".join(f"[{digits[at]}]" if at in places else shown[at] for at in range(len(digits)))


def masked_address(address: str) -> str:
    """A mail address with the first letter of its local part only: l***@example.org."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}" if at else f"{address[:1]}***"
