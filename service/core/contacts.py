"""A unit's contact person as the ledger remembers her: proposed, current, former; the history is never rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ContactState(StrEnum):
    """The way of a nomination."""

    PROPOSED = "proposed"
    """Waits for HR's word."""
    CURRENT = "current"
    FORMER = "former"
    DECLINED = "declined"


class Missing(StrEnum):
    """What a nomination does not say, without which nobody can be appointed."""

    NAME = "name"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominee:
    """Whom a unit names. Empty where it did not say."""

    name: str = ""
    phone: str = ""
    address: str = ""

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What the unit has to be asked for; a telephone number may be missing."""
        return (*((Missing.NAME,) if not self.name else ()), *((Missing.ADDRESS,) if not self.address else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person named as contact, by whom and when, and what became of it."""

    campaign: str
    unit: str
    nominee: Nominee
    named_by: str
    """Address of whoever named her: the unit's own, or HR's."""
    named_at: datetime
    state: ContactState
    mail_id: int | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    why: str = ""
    """Why it went to HR, or what HR said."""
    id: int = 0


def waits_for_hr(named: Sequence[Contact]) -> Contact | None:
    """The newest nomination without HR's word, of people named one after another; one before the current is past."""
    current = next((place for place, each in enumerate(named) if each.state is ContactState.CURRENT), -1)
    later = named[current + 1 :]
    return next((each for each in reversed(later) if each.state is ContactState.PROPOSED), None)


CODE_IS_GOOD_FOR = timedelta(days=14)
"""And as long as something that its mail asked for is undecided; the mails to HR say both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyCode:
    """The one-time code of a mail of ours to HR. `tasks`: what that mail asks to be decided, by number."""

    code: str
    campaign: str
    recipient: str
    made_at: datetime
    tasks: tuple[int, ...] = ()
    spent_by: int | None = None
    """The incoming mail that used it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedFinding:
    """The number under which people speak of an error of a unit's roster, and HR's word about it."""

    id: int
    campaign: str
    unit: str
    fingerprint: str
    waived_by: str | None = None
    waived_at: datetime | None = None
    why: str = ""
