"""Identifiers and addresses made unrecognisable for mail bodies and logs, yet telling apart for those who know them."""

from __future__ import annotations

import re

IDENTIFIER = re.compile(r"(?<!\d)\d(?:[ .-]?\d){8,}(?!\d)")
"""Nine digits or more (citizen ID, social insurance number, telephone), also written in groups."""


def masked(text: str) -> str:
    """Every identifier in the text with its first four and last two digits only: 0110****25."""
    return IDENTIFIER.sub(lambda found: _mask(re.sub(r"\D", "", found[0])), text)


def _mask(digits: str) -> str:
    return f"{digits[:4]}{'*' * (len(digits) - 6)}{digits[-2:]}"


def masked_address(address: str) -> str:
    """A mail address with the first letter of its local part only: l***@example.org."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}" if at else f"{address[:1]}***"
