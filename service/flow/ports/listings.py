"""The book of who stands in whose list, as the flow sees it. Adapter: `storage/listings.py`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from service.core.progress.listed_twice import ListedPerson, ListedTwice


class Listings(Protocol):
    """Numbers of the people in the units' current lists, and the workers whom two units list."""

    def list_people(self, campaign: str, unit: str, people: Sequence[ListedPerson]) -> None:
        """Takes the place of what was known of this unit's list."""
        ...

    def met_elsewhere(self, campaign: str, unit: str) -> tuple[tuple[ListedPerson, ListedPerson], ...]:
        """(this unit's, another's) for every number that stands in this unit's list and another's."""
        ...

    def note_twice(self, campaign: str, case: ListedTwice) -> int | None:
        """The number of the new case; None when the two units are known to list this number, whichever came first."""
        ...

    def twice(self, campaign: str, unit: str | None = None) -> tuple[ListedTwice, ...]:
        """Who stands in two lists now, oldest first; a case ends by itself when a unit takes the row out."""
        ...

    def decide_home(self, case_id: int, home: str, *, by: str, at: datetime, why: str) -> None: ...
