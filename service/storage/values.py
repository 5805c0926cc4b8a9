"""Core values to JSON text and back, for the ledger's columns."""

from __future__ import annotations

from typing import TypeVar

from pydantic import TypeAdapter

from service.core.findings import Finding
from service.core.forms import PageReading
from service.core.papers import Paper
from service.core.records import Fate, RosterEntry, RosterPart

T = TypeVar("T")

strings = TypeAdapter(tuple[str, ...])
pairs = TypeAdapter(tuple[tuple[str, str], ...])
outcomes = TypeAdapter(dict[str, tuple[Fate, str]])
totals = TypeAdapter(dict[str, int])
findings = TypeAdapter(tuple[Finding, ...])
entries = TypeAdapter(tuple[RosterEntry, ...])
parts = TypeAdapter(tuple[RosterPart, ...])
reading = TypeAdapter(PageReading)
papers = TypeAdapter(tuple[Paper, ...])


def to_json(adapter: TypeAdapter[T], value: T) -> str:
    """The value as JSON text."""
    return adapter.dump_json(value).decode()
