"""Units, their contacts, and HR's own personnel file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit of the organisation. Only `addresses` are registered: they alone cause anything."""

    code: str
    name: str
    addresses: tuple[str, ...]
    """Registered mail addresses, lower case; the first is where we write to."""
    contact: str | None = None
    """Name of the contact person, when known."""
    head_name: str | None = None
    head_address: str | None = None
    phone: str | None = None
    language: str = "vi"
    aliases: tuple[str, ...] = ()
    """Other spellings of the unit's name."""
    passwords: tuple[str, ...] = field(default=(), repr=False)
    """What the unit locks its files with, told to HR beforehand; tried without a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A row of HR's personnel file: canonical keys to canonical values."""

    unit: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.values.get("full_name", "")
