"""What HR may decide, as values: the same whether it came by mail, at the command line or at the desk.

The one door for them is `flow/hr/decisions.py`. Units are named by their code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from service.core.contacts import Nominee
from service.core.mail.messages import Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One thing that somebody at HR decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptForm(Decision):
    """The declaration counts."""

    form: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnForm(Decision):
    """The declaration does not count; the unit is asked for another one."""

    form: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveFinding(Decision):
    """An error of a roster no longer counts, in this version or a later one. A reason is needed."""

    finding: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend(Decision):
    """More time; `until` is the unit's new last day in time."""

    unit: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineExtension(Decision):
    """The unit's open wish for more time is refused."""

    unit: str
    until: date
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Decision):
    """Nothing is mailed to the unit, or to any unit, until HR says so; what comes in is still taken."""

    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Decision):
    """Mails go on: answers that waited leave now, reminders of days that have passed do not."""

    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze(Decision):
    """No reminders to the unit up to and with this day; None ends it. Answers go out all the same."""

    unit: str
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind(Decision):
    """The unit is reminded now."""

    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Admit(Decision):
    """An address writes for the unit from now on; its held mails are taken in."""

    unit: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appoint(Decision):
    """The unit's contact; whoever was it before is told."""

    unit: str
    nominee: Nominee


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmContact(Decision):
    """A nomination that waited."""

    contact: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineContact(Decision):
    contact: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Decision):
    """A held mail is taken in as this unit's, without registering its address."""

    mail: int
    unit: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismiss(Decision):
    """A held mail is closed without being taken in; it stays stored."""

    mail: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay(Decision):
    """A stored mail is processed again; what it changed before is not changed twice."""

    mail: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceList(Decision):
    """Whose list a workbook is that names another unit than its sender's."""

    mail: int
    document_sha256: str
    unit: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideHome(Decision):
    """To which of the two units that list her a worker belongs."""

    case: int
    unit: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovePackage(Decision):
    """The package goes to the agency."""

    package: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectPackage(Decision):
    package: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Decision):
    """HR's words to the unit that asked in this mail. `given_in`: the mail of HR's that holds them."""

    question: int
    text: str
    files: tuple[Attachment, ...] = ()
    given_in: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle(Decision):
    """A task is done in another way, by telephone for instance."""

    task: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAgain(Decision):
    """A mail of ours goes once more: the same bytes, to whoever has not surely got it."""

    outgoing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp(Decision):
    """A mail of ours is not sent (again)."""

    outgoing: int
    why: str


class Result(StrEnum):
    """What came of a decision; the catalogue has a sentence for each below `command.`."""

    FORM_ACCEPTED = "form_accepted"
    FORM_RETURNED = "form_returned"
    FORM_DECIDED_BEFORE = "form_decided_before"
    NO_FORM = "no_form"
    WAIVED = "waived"
    WAIVED_BEFORE = "waived_before"
    WAIVE_NEEDS_REASON = "waive_needs_reason"
    NO_FINDING = "no_finding"
    EXTENDED = "extended"
    EXTEND_PAST = "extend_past"
    EXTEND_EARLIER = "extend_earlier"
    EXTENSION_DECLINED = "extension_declined"
    PAUSED_UNIT = "paused_unit"
    PAUSED_ALL = "paused_all"
    PAUSED_BEFORE_UNIT = "paused_before_unit"
    PAUSED_BEFORE_ALL = "paused_before_all"
    RESUMED_UNIT = "resumed_unit"
    RESUMED_ALL = "resumed_all"
    NOT_PAUSED_UNIT = "not_paused_unit"
    NOT_PAUSED_ALL = "not_paused_all"
    SNOOZED = "snoozed"
    SNOOZE_ENDED = "snooze_ended"
    SNOOZE_PAST = "snooze_past"
    REMINDED = "reminded"
    REMIND_DONE = "remind_done"
    REMIND_PAUSED = "remind_paused"
    REMIND_TODAY = "remind_today"
    REMIND_OUTSIDE_HOURS = "remind_outside_hours"
    ADMITTED = "admitted"
    ADMIT_OWN = "admit_own"
    CONTACT_NAMED = "contact_named"
    CONTACT_ACCEPTED = "contact_accepted"
    CONTACT_DECLINED = "contact_declined"
    CONTACT_DECIDED = "contact_decided"
    MAIL_RELEASED = "mail_released"
    MAIL_DISMISSED = "mail_dismissed"
    MAIL_REPLAYED = "mail_replayed"
    NOT_HELD = "not_held"
    NO_MAIL = "no_mail"
    WHOSE_NAMED = "whose_named"
    WHOSE_SENDER = "whose_sender"
    LIST_PLACED_BEFORE = "list_placed_before"
    LISTED_TWICE_NEWER = "listed_twice_newer"
    LISTED_TWICE_FORMER = "listed_twice_former"
    LISTED_TWICE_SETTLED = "listed_twice_settled"
    HOME_NEITHER = "home_neither"
    PACKAGE_APPROVED = "package_approved"
    PACKAGE_REJECTED = "package_rejected"
    DECIDED = "decided"
    ANSWERED = "answered"
    ANSWER_EMPTY = "answer_empty"
    ANSWER_UNREGISTERED = "answer_unregistered"
    NO_QUESTION = "no_question"
    SETTLED = "settled"
    NO_TASK = "no_task"
    SENT_AGAIN = "sent_again"
    GIVEN_UP = "given_up"
    NO_OUTGOING = "no_outgoing"
    OUTGOING_QUEUED = "outgoing_queued"
    OUTGOING_BEING_SENT = "outgoing_being_sent"
    OUTGOING_REACHED = "outgoing_reached"
    NO_UNIT = "no_unit"


CHANGED = frozenset(
    {
        Result.FORM_ACCEPTED,
        Result.FORM_RETURNED,
        Result.WAIVED,
        Result.EXTENDED,
        Result.EXTENSION_DECLINED,
        Result.PAUSED_UNIT,
        Result.PAUSED_ALL,
        Result.RESUMED_UNIT,
        Result.RESUMED_ALL,
        Result.SNOOZED,
        Result.SNOOZE_ENDED,
        Result.REMINDED,
        Result.ADMITTED,
        Result.CONTACT_NAMED,
        Result.CONTACT_ACCEPTED,
        Result.CONTACT_DECLINED,
        Result.MAIL_RELEASED,
        Result.MAIL_DISMISSED,
        Result.MAIL_REPLAYED,
        Result.WHOSE_NAMED,
        Result.WHOSE_SENDER,
        Result.LISTED_TWICE_NEWER,
        Result.LISTED_TWICE_FORMER,
        Result.PACKAGE_APPROVED,
        Result.PACKAGE_REJECTED,
        Result.ANSWERED,
        Result.SETTLED,
        Result.SENT_AGAIN,
        Result.GIVEN_UP,
    }
)
"""Results after which something is as HR wants it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a decision. `facts` fill the sentence; `unit`: the code of the unit that it concerned."""

    result: Result
    facts: Mapping[str, str] = field(default_factory=dict)
    unit: str | None = None

    @property
    def changed(self) -> bool:
        return self.result in CHANGED
