"""What a summary shows besides where units stand now: how they came there, what HR has to do, what the clock did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from service.core.progress.progress import Progress
from service.core.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnUp:
    """The campaign's way to its last day. Days are those on which something was finished, one entry each."""

    begun: date
    last_day: date
    today: date
    units: int
    units_done: tuple[date, ...] = ()
    forms: int = 0
    """Declarations to be handed in; 0 where the campaign collects none."""
    forms_done: tuple[date, ...] = ()

    def units_share(self, day: date) -> float:
        """Share of the units that had done their part by the end of the day, 0 to 1."""
        return _share(self.units_done, self.units, day)

    def forms_share(self, day: date) -> float:
        return _share(self.forms_done, self.forms, day)


def _share(done: Sequence[date], of: int, day: date) -> float:
    return min(1.0, sum(each <= day for each in done) / of) if of else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryFacts:
    """Everything the picture and the workbook of a summary are made of."""

    units: Sequence[Unit]
    progress: Sequence[Progress]
    """In the order of the units."""
    now: datetime
    burn_up: BurnUp
    needs: Sequence[str] = ()
    """What HR has to do, a sentence each."""
    last_days: Mapping[str, date] = field(default_factory=dict)
    """Unit code to its own last day in time."""
    reminded: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Unit code to the clock's mails so far, in words."""
