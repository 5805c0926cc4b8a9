"""What the ledger remembers, as values: mails, answers, rosters, forms, events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from service.core.findings import Finding
from service.core.forms import PageKind, PageReading, Verdict, WaitsFor
from service.core.mail.messages import Kind
from service.core.mail.trust import Vouched


class MailState(StrEnum):
    """The way of an incoming mail."""

    RECEIVED = "received"
    PROCESSED = "processed"
    HELD = "held"
    """Kept intact for HR to decide."""
    IGNORED = "ignored"
    FAILED = "failed"
    """Put aside after too many attempts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRecord:
    """One mail as received: where it lay, its bytes on the shelf, what became of it."""

    id: int
    mailbox: str
    uidvalidity: int
    uid: int
    sha256: str
    received_at: datetime
    """When the mail server had it (S85): what deadlines and answers go by."""
    taken_in_at: datetime
    """When we stored it."""
    state: MailState = MailState.RECEIVED
    kind: Kind | None = None
    campaign: str | None = None
    unit: str | None = None
    message_id: str | None = None
    sender: str = ""
    subject: str = ""
    reasons: tuple[str, ...] = ()
    folder: str | None = None
    """Folder for people into which it goes; None: not decided yet."""
    filed: bool = False
    attempts: int = 0
    duplicate_of: int | None = None
    vouched: Vouched | None = None
    """Whose it is, when a person decided that about a held mail."""
    locked: tuple[str, ...] = ()
    """SHA-256 of its attachments that no password has opened yet."""


class OutgoingState(StrEnum):
    """The way of a mail of ours."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    """Perhaps sent; never resent blindly."""
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    """Not sent, for a reason."""


class Fate(StrEnum):
    """What became of one recipient of a mail of ours, so far."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """For good, by the server: nobody is there."""
    MAIL_REFUSED = "mail_refused"
    """For good, for what the mail is, at once or by a report; the address is as good as before."""
    DEFERRED = "deferred"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"
    """Kept back by a safety valve."""
    REDIRECTED = "redirected"
    """The mail was taken, and led to another address by a safety valve."""
    GIVEN_UP = "given_up"
    """A person decided."""
    DELAYED = "delayed"
    """A report says that the mail is still under way."""
    BOUNCED = "bounced"
    """A report gave the mail back for good: nobody is there."""
    LOST = "lost"
    """The mail is lost, the address good: its mailbox was full, or its server away for days."""


PENDING = frozenset({Fate.DEFERRED, Fate.UNKNOWN})
"""Fates that are not the last word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingRecord:
    """One mail of ours. `key` is unique: the same cause queues it once."""

    key: str
    message_id: str
    template: str
    recipients: tuple[str, ...]
    """Whom it still has to reach."""
    subject: str
    raw_sha256: str
    created_at: datetime
    not_before: datetime
    id: int = 0
    campaign: str | None = None
    unit: str | None = None
    state: OutgoingState = OutgoingState.QUEUED
    attempts: int = 0
    last_error: str | None = None
    sent_at: datetime | None = None
    """When a server last took it for anybody."""
    answers_mail: int | None = None
    outcomes: Mapping[str, tuple[Fate, str]] = field(default_factory=dict)
    """Recipient → what became of it, and what the server said."""
    carries_copy: bool = False
    """The last attempt named our own address too: the copy coming in is the evidence that it was taken."""
    copies_accepted: int = 0
    """Own copies of earlier attempts that are known to have been taken."""
    copies_seen: int = 0
    """Own copies that came in."""
    claimed_at: datetime | None = None
    first_tried_at: datetime | None = None
    doubted_at: datetime | None = None
    """Since when it is `unknown`."""
    sent_again: bool = False
    """Queued once more after it was surely absent: that happens once."""
    tasks: tuple[int, ...] = ()
    """What it asks HR to decide, by number."""
    files: tuple[str, ...] = ()
    """SHA-256 of the files that go along; given when it is queued, kept for all mails together."""

    @property
    def was_redirected(self) -> bool:
        """Sent, but not to whom it was meant for."""
        return any(fate is Fate.REDIRECTED for fate, _ in self.outcomes.values())

    @property
    def copy_came_in(self) -> bool:
        """Whether the own copy of the attempt in doubt is here."""
        return self.copies_seen > self.copies_accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingPause:
    """Why and until when nothing is sent. `times`: how often in a row."""

    until: datetime
    why: str
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry:
    """A row of a stored roster: sheet row and canonical values."""

    row: int
    """Of its sheet; in a list of several documents those of each further one follow (`versions.place_in_document`)."""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.values.get("full_name", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPart:
    """One of the sheets of which a list consists, in the order in which its rows are counted."""

    document_sha256: str
    document_name: str
    sheet: str
    mail_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterVersion:
    """A unit's whole list after a mail: what the mail brought, with what it adds to."""

    campaign: str
    unit: str
    version: int
    mail_id: int
    document_sha256: str
    document_name: str
    received_at: datetime
    rows: tuple[RosterEntry, ...]
    findings: tuple[Finding, ...] = ()
    """What counts: without what HR waived."""
    waived: tuple[Finding, ...] = ()
    relation: str = "first"
    """What it was taken for (`versions.Relation`)."""
    parts: tuple[RosterPart, ...] = ()
    """Sheets of this mail first, then those of earlier ones."""
    gone: tuple[str, ...] = ()
    """People of earlier versions who are not in the list any more, and of whom nothing was said."""
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRecord:
    """A page, or its part, that is (or may be) a declaration, with what was decided about it."""

    campaign: str
    unit: str
    mail_id: int
    document_sha256: str
    document_name: str
    media_type: str
    reading: PageReading
    received_at: datetime
    verdict: Verdict = Verdict.REVIEW
    waits_for: WaitsFor = WaitsFor.HR
    worker_row: int | None = None
    worker_name: str | None = None
    reasons: tuple[str, ...] = ()
    decided_by: str | None = None
    """Who decided by hand; None: by confidence."""
    id: int = 0

    @property
    def page(self) -> int:
        return self.reading.page

    @property
    def part(self) -> int:
        """Which of the page's forms (`PageReading.part`)."""
        return self.reading.part


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPage:
    """A page that is no declaration: what it was taken for. `rotation`: as in readings."""

    campaign: str
    unit: str
    mail_id: int
    document_sha256: str
    document_name: str
    page: int
    kind: PageKind
    rotation: int
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitNotes:
    """What HR or the mail system made known about a unit beyond the configuration."""

    addresses: tuple[str, ...] = ()
    """Admitted by HR, newest last; the newest is where we write to."""
    bounced: tuple[str, ...] = ()
    """Addresses that our mail cannot reach."""
    extended_to: date | None = None
    no_discrepancies_at: datetime | None = None
    """The unit stated that it reviewed and found nothing wrong."""
    paused_at: datetime | None = None
    """Since when HR wants nothing to be mailed to this unit; the campaign has a pause of its own."""
    snoozed_until: date | None = None
    """The clock leaves the unit in peace up to and with this day; answers go out all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRecord:
    """A built package waiting for, or after, HR's approval."""

    campaign: str
    folder: str
    built_at: datetime
    files: tuple[tuple[str, str], ...]
    """(name, SHA-256)."""
    totals: Mapping[str, int] = field(default_factory=dict)
    """Figures of the package as it was built."""
    approved_by: str | None = None
    approved_at: datetime | None = None
    rejected_at: datetime | None = None
    sent_at: datetime | None = None
    id: int = 0

    @property
    def decided(self) -> bool:
        return self.approved_at is not None or self.rejected_at is not None
