"""The book of pages that are no declarations, as the flow sees it. Adapter: `storage/aside_pages.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from service.core.records import OtherPage


class OtherPages(Protocol):
    """Covers, identity cards, portraits, backs, and what nobody could name; each with its document."""

    def add(self, pages: Sequence[OtherPage]) -> int:
        """How many were new: the same page of the same document is one, however often it is sent."""
        ...

    def of(self, campaign: str, unit: str | None = None) -> tuple[OtherPage, ...]:
        """Oldest first."""
        ...
