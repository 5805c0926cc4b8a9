"""What HR has to decide or to know: one row each, opened once, closed by a decision or because its cause is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar


class TaskKind(StrEnum):
    """Names of the kinds, as they stand in the ledger and in `dondoc tasks --json`."""

    FORM = "form"
    HELD_MAIL = "held_mail"
    UNCONFIRMED = "unconfirmed"
    AUTOMATIC_MAIL = "automatic_mail"
    FAILED_MAIL = "failed_mail"
    QUESTION = "question"
    EXTENSION = "extension"
    NOMINATION = "nomination"
    NO_CONTACT = "no_contact"
    WHOSE_LIST = "whose_list"
    LISTED_TWICE = "listed_twice"
    OTHER_PAGES = "other_pages"
    UNREACHABLE = "unreachable"
    CLAIMED_UNREACHABLE = "claimed_unreachable"
    CALL = "call"
    OUTGOING = "outgoing"
    PACKAGE = "package"
    TROUBLE = "trouble"


class Ending(StrEnum):
    """How a task came to its end."""

    DECIDED = "decided"
    """Somebody decided; `closed_by` says who."""
    CAUSE_GONE = "cause_gone"
    """Nobody has to decide any more."""
    TOLD = "told"
    """It was only to be known, and stood in a summary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a task is about. The same subject in the same campaign is the same task while it is open."""

    kind: ClassVar[TaskKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormToLookAt(Subject):
    kind = TaskKind.FORM
    form: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMail(Subject):
    kind = TaskKind.HELD_MAIL
    mail: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed(Subject):
    """A held mail of a registered address that nothing proved: the address has been asked, and has not answered."""

    kind = TaskKind.UNCONFIRMED
    mail: int
    documents: tuple[str, ...] = ()
    """SHA-256 of its attachments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticMail(Subject):
    """A contact's mail that was taken for a machine's by its words or a header alone, and not answered."""

    kind = TaskKind.AUTOMATIC_MAIL
    mail: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedMail(Subject):
    """A mail that we could not process."""

    kind = TaskKind.FAILED_MAIL
    mail: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Subject):
    """A unit asked in this mail, and nobody has answered."""

    kind = TaskKind.QUESTION
    mail: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionWish(Subject):
    """A unit wants time up to and with this day."""

    kind = TaskKind.EXTENSION
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedContact(Subject):
    kind = TaskKind.NOMINATION
    contact: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoContact(Subject):
    """The unit has something to do, and nobody in it is sure to do it."""

    kind = TaskKind.NO_CONTACT


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoseList(Subject):
    """A list that names another unit than its sender's."""

    kind = TaskKind.WHOSE_LIST
    mail: int
    document_sha256: str
    sender: str
    """Code of the sender's unit."""
    named: str
    """Code of the unit that the list names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerListedTwice(Subject):
    kind = TaskKind.LISTED_TWICE
    case: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesToLookAt(Subject):
    """Pages of a mail which nobody could name."""

    kind = TaskKind.OTHER_PAGES
    mail: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable(Subject):
    """An address of the unit, or of the agency, that our mail cannot reach."""

    kind = TaskKind.UNREACHABLE
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedUnreachable(Subject):
    """A report says so, but gives back no mail of ours: anybody can have written it, and mail goes there as before."""

    kind = TaskKind.CLAIMED_UNREACHABLE
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToBeCalled(Subject):
    """The unit is so late that writing has not helped."""

    kind = TaskKind.CALL


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckOutgoing(Subject):
    """A mail of ours that has not surely reached everybody."""

    kind = TaskKind.OUTGOING
    outgoing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageToApprove(Subject):
    kind = TaskKind.PACKAGE
    package: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTrouble(Subject):
    """Something of ours does not work; the value of `Concern`."""

    kind = TaskKind.TROUBLE
    concern: str


SUBJECTS: dict[TaskKind, type[Subject]] = {
    each.kind: each
    for each in tuple(globals().values())
    if isinstance(each, type) and issubclass(each, Subject) and hasattr(each, "kind")
}
"""The class of each kind's subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing that waits, or waited, for HR."""

    subject: Subject
    opened_at: datetime
    campaign: str | None = None
    """None: it concerns the service as a whole."""
    unit: str | None = None
    said: str = ""
    """For people: what came with it, such as a server's words. Never read back."""
    closed_at: datetime | None = None
    closed_by: str | None = None
    ending: Ending | None = None
    id: int = 0

    @property
    def kind(self) -> TaskKind:
        return self.subject.kind

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
