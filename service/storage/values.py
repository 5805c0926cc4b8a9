"""Core values to JSON text and back, for the ledger's columns."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

from service.core.events import FACTS, EventKind, Fact
from service.core.findings import Finding
from service.core.forms import PageReading
from service.core.papers import Paper
from service.core.records import Fate, RosterEntry, RosterPart
from service.core.tasks import SUBJECTS, Subject, TaskKind

T = TypeVar("T")

strings = TypeAdapter(tuple[str, ...])
pairs = TypeAdapter(tuple[tuple[str, str], ...])
outcomes = TypeAdapter(dict[str, tuple[Fate, str]])
numbers = TypeAdapter(tuple[int, ...])
words = TypeAdapter(dict[str, str])
totals = TypeAdapter(dict[str, int])
findings = TypeAdapter(tuple[Finding, ...])
entries = TypeAdapter(tuple[RosterEntry, ...])
parts = TypeAdapter(tuple[RosterPart, ...])
reading = TypeAdapter(PageReading)
papers = TypeAdapter(tuple[Paper, ...])


def to_json(adapter: TypeAdapter[T], value: T) -> str:
    """The value as JSON text."""
    return adapter.dump_json(value).decode()


@cache
def _fact(kind: EventKind) -> TypeAdapter[Any]:
    return TypeAdapter(FACTS[kind])


@cache
def _subject(kind: TaskKind) -> TypeAdapter[Any]:
    return TypeAdapter(SUBJECTS[kind])


def fact_to_json(fact: Fact) -> str:
    """Its fields; the kind stands in a column of its own."""
    return to_json(_fact(fact.kind), fact)


def fact_from_json(kind: EventKind, text: str) -> Fact:
    fact: Fact = _fact(kind).validate_json(text)
    return fact


def subject_to_json(subject: Subject) -> str:
    """Its fields in their order: equal subjects are equal text."""
    return to_json(_subject(subject.kind), subject)


def subject_from_json(kind: TaskKind, text: str) -> Subject:
    subject: Subject = _subject(kind).validate_json(text)
    return subject
