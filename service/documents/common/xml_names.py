"""Elements and attributes of office files by their local names: the editions of a standard differ in namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, TypeVar


class _Element(Protocol):
    """Of the standard library or of lxml."""

    tag: Any

    def __iter__(self) -> Iterator[Any]: ...


E = TypeVar("E", bound=_Element)


def local(tag: object) -> str:
    """The name of an element or an attribute without its namespace; comments and instructions have none."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(parent: E | None, name: str) -> E | None:
    """The first child of this local name."""
    return next((element for element in parent if local(element.tag) == name), None) if parent is not None else None
