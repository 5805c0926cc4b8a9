"""What an event is: who, when, what it concerns, and a fact of one of these kinds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

SERVICE, CLOCK = "dondoc", "clock"
"""Who acted when nobody did: the service itself, and its clock."""


class EventKind(StrEnum):
    """Names of the facts, as they stand in the ledger. Never renamed once released."""

    CAMPAIGN_LAUNCHED = "campaign_launched"
    MAIL_DECIDED = "mail_decided"
    MAIL_DISMISSED = "mail_dismissed"
    MAIL_VOUCHED_FOR = "mail_vouched_for"
    MAIL_DENIED = "mail_denied"
    MAIL_REPLAYED = "mail_replayed"
    MAIL_VANISHED = "mail_vanished"
    OLD_MAIL_LEFT = "old_mail_left"
    MAILBOX_RECONCILED = "mailbox_reconciled"
    FOREIGN_REPORT = "foreign_report"
    ROSTER_TAKEN = "roster_taken"
    WORKERS_GONE = "workers_gone"
    DECLARATIONS_TAKEN = "declarations_taken"
    OTHER_PAGES_NOTED = "other_pages_noted"
    FORM_DECIDED = "form_decided"
    FORM_JUDGED_ANEW = "form_judged_anew"
    FINDING_WAIVED = "finding_waived"
    LIST_OF_ANOTHER_UNIT = "list_of_another_unit"
    LIST_PLACED = "list_placed"
    LISTED_TWICE = "listed_twice"
    HOME_DECIDED = "home_decided"
    CONTACT_PROPOSED = "contact_proposed"
    CONTACT_NAMED = "contact_named"
    CONTACT_DECLINED = "contact_declined"
    ADDRESS_ADMITTED = "address_admitted"
    ADDRESS_REACHED = "address_reached"
    EXTENSION_ASKED = "extension_asked"
    EXTENDED = "extended"
    EXTENSION_DECLINED = "extension_declined"
    CALENDAR_ENTRY_GIVEN = "calendar_entry_given"
    PAUSED = "paused"
    RESUMED = "resumed"
    SNOOZED = "snoozed"
    REMINDED = "reminded"
    QUESTION_ANSWERED = "question_answered"
    CODE_REFUSED = "code_refused"
    DECISION_TO_TELL = "decision_to_tell"
    DECISIONS_TOLD = "decisions_told"
    TASK_SETTLED = "task_settled"
    PACKAGE_BUILT = "package_built"
    PACKAGE_DECIDED = "package_decided"
    PACKAGE_SENT = "package_sent"
    SUMMARY_WRITTEN = "summary_written"
    MANAGEMENT_WRITTEN = "management_written"
    NOTICE_GATHERED = "notice_gathered"
    NOTICES_TOLD = "notices_told"
    ANSWER_WITHHELD = "answer_withheld"
    PAPERS_UNANSWERED = "papers_unanswered"
    OUTGOING_SENT = "outgoing_sent"
    OUTGOING_FAILED = "outgoing_failed"
    OUTGOING_IN_DOUBT = "outgoing_in_doubt"
    OUTGOING_KEPT_BACK = "outgoing_kept_back"
    OUTGOING_SUPPRESSED = "outgoing_suppressed"
    OUTGOING_QUEUED_AGAIN = "outgoing_queued_again"
    OUTGOING_RESENT = "outgoing_resent"
    OUTGOING_GIVEN_UP = "outgoing_given_up"
    NO_COPY_IN_SENT = "no_copy_in_sent"
    SENDING_PAUSED = "sending_paused"
    SENDING_RESUMED = "sending_resumed"
    TROUBLE_BEGAN = "trouble_began"
    TROUBLE_ENDED = "trouble_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What happened. Each kind has a class of its own with its fields."""

    kind: ClassVar[EventKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Who did what, when, and what it concerns. `hash` chains it to the event before."""

    at: datetime
    who: str
    fact: Fact
    campaign: str | None = None
    unit: str | None = None
    mail_id: int | None = None
    id: int = 0
    hash: str = ""

    @property
    def kind(self) -> EventKind:
        return self.fact.kind


NOT_NEWS = frozenset(
    {
        EventKind.SUMMARY_WRITTEN,
        EventKind.MANAGEMENT_WRITTEN,
        EventKind.FORM_JUDGED_ANEW,
        EventKind.CALENDAR_ENTRY_GIVEN,
        EventKind.PACKAGE_BUILT,
        EventKind.PACKAGE_SENT,
        EventKind.NOTICE_GATHERED,
        EventKind.NOTICES_TOLD,
        EventKind.DECISION_TO_TELL,
        EventKind.DECISIONS_TOLD,
        EventKind.ANSWER_WITHHELD,
        EventKind.PAPERS_UNANSWERED,
        EventKind.OUTGOING_SENT,
        EventKind.OUTGOING_SUPPRESSED,
        EventKind.OUTGOING_QUEUED_AGAIN,
        EventKind.NO_COPY_IN_SENT,
    }
)
"""What the service does by itself: a day with nothing else is quiet."""
