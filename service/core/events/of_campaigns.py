"""Facts about a campaign: papers, people, time, decisions, the package."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.core.events.event import EventKind, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignLaunched(Fact):
    kind = EventKind.CAMPAIGN_LAUNCHED
    queued: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterTaken(Fact):
    kind = EventKind.ROSTER_TAKEN
    version: int
    rows: int
    relation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkersGone(Fact):
    kind = EventKind.WORKERS_GONE
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationsTaken(Fact):
    kind = EventKind.DECLARATIONS_TAKEN
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPagesNoted(Fact):
    """Pages that are no declarations, by kind."""

    kind = EventKind.OTHER_PAGES_NOTED
    pages: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDecided(Fact):
    kind = EventKind.FORM_DECIDED
    form: int
    verdict: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormJudgedAnew(Fact):
    """A person's decision fell, for a number in the row had changed."""

    kind = EventKind.FORM_JUDGED_ANEW
    form: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingWaived(Fact):
    kind = EventKind.FINDING_WAIVED
    finding: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOfAnotherUnit(Fact):
    kind = EventKind.LIST_OF_ANOTHER_UNIT
    document: str
    named: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPlaced(Fact):
    """HR said whose list a workbook is."""

    kind = EventKind.LIST_PLACED
    document_sha256: str
    home: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTwiceNoted(Fact):
    kind = EventKind.LISTED_TWICE
    other: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeDecided(Fact):
    """HR said to which of two units a worker belongs."""

    kind = EventKind.HOME_DECIDED
    case: int
    home: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactProposed(Fact):
    kind = EventKind.CONTACT_PROPOSED
    contact: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactNamed(Fact):
    kind = EventKind.CONTACT_NAMED
    contact: int
    name: str
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDeclined(Fact):
    kind = EventKind.CONTACT_DECLINED
    contact: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressAdmitted(Fact):
    kind = EventKind.ADDRESS_ADMITTED
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAsked(Fact):
    kind = EventKind.EXTENSION_ASKED
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended(Fact):
    kind = EventKind.EXTENDED
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionDeclined(Fact):
    kind = EventKind.EXTENSION_DECLINED
    until: date
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntryGiven(Fact):
    """The unit was sent its last day as a calendar entry; another day is the same entry with a greater sequence."""

    kind = EventKind.CALENDAR_ENTRY_GIVEN
    last_day: date
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Fact):
    """Mails to the event's unit, or to all units."""

    kind = EventKind.PAUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Fact):
    kind = EventKind.RESUMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed(Fact):
    """No reminders up to and with this day; None: as planned again."""

    kind = EventKind.SNOOZED
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded(Fact):
    """`step`: the plan's step; empty when HR had it done by hand."""

    kind = EventKind.REMINDED
    step: str = ""
    escalated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionToTell(Fact):
    """HR decided something that the event's unit is to read of: with everything else of the same sitting."""

    kind = EventKind.DECISION_TO_TELL
    result: str
    """The value of `Result`."""
    number: int = 0
    """Of the form or finding."""
    about: str = ""
    """The person whose form it is, or where in the list."""
    why: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsTold(Fact):
    """The unit was told of all decisions before this event."""

    kind = EventKind.DECISIONS_TOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSettled(Fact):
    """HR says that a task is done, in another way."""

    kind = EventKind.TASK_SETTLED
    task: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageBuilt(Fact):
    kind = EventKind.PACKAGE_BUILT
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageDecided(Fact):
    kind = EventKind.PACKAGE_DECIDED
    package: int
    approved: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSent(Fact):
    kind = EventKind.PACKAGE_SENT
    package: int
    to: str
