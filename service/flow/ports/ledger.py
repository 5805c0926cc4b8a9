"""The ledger as the flow sees it: one transaction at a time over a few repositories. Adapter: `storage/ledger.py`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from service.core.contacts import Contact, ContactState, NumberedFinding, ReplyCode
from service.core.declarations.form_codes import FormCode
from service.core.events import Event, EventKind
from service.core.mail.messages import Kind
from service.core.mail.trust import Vouched
from service.core.papers import Paper
from service.core.records import (
    FormRecord,
    MailRecord,
    MailState,
    PackageRecord,
    RosterVersion,
    SendingPause,
    UnitNotes,
)
from service.core.tasks import Ending, Subject, Task, TaskKind
from service.flow.ports.listings import Listings
from service.flow.ports.other_pages import OtherPages
from service.flow.ports.outbox import Outbox


class Mails(Protocol):
    """Incoming mails."""

    def known_uids(self, mailbox: str, uidvalidity: int) -> frozenset[int]: ...

    def receive(
        self,
        mailbox: str,
        uidvalidity: int,
        uid: int,
        sha256: str,
        now: datetime,
        *,
        received: datetime | None = None,
    ) -> MailRecord:
        """Records a mail; the same place twice gives the record that exists.

        `received`: when the server had it; unknown or in the future it counts as now.
        """
        ...

    def get(self, mail_id: int) -> MailRecord:
        """Raises LookupError."""
        ...

    def find(self, mail_id: int) -> MailRecord | None: ...

    def waiting(self) -> tuple[int, ...]:
        """Ids of mails to process, oldest first."""
        ...

    def claim(self, mail_id: int, now: datetime, lease_seconds: float) -> MailRecord | None:
        """Takes the mail for this worker, counting the attempt; None when another has it or it is done."""
        ...

    def release(self, mail_id: int, *, counts: bool = True) -> None:
        """Gives a claimed mail back, for another attempt; with `counts=False` this one is not counted."""
        ...

    def release_all(self) -> int:
        """Gives every claimed mail back: for a start at which nobody else can be at work."""
        ...

    def earlier_with_bytes(self, record: MailRecord) -> MailRecord | None:
        """An earlier mail of exactly the same bytes."""
        ...

    def earlier_with_message_id(self, message_id: str, before: int, most: int) -> tuple[MailRecord, ...]:
        """Mails of this Message-ID with a lower number, the newest first."""
        ...

    def came_from_elsewhere(self, mailbox: str, uidvalidity: int, uid: int, sha256: str) -> bool:
        """Whether we had it under another name or numbering of the mailbox; then it is known by this place."""
        ...

    def finish(
        self,
        mail_id: int,
        *,
        state: MailState,
        kind: Kind,
        folder: str,
        campaign: str | None,
        unit: str | None,
        message_id: str | None,
        sender: str,
        subject: str,
        reasons: Sequence[str],
        duplicate_of: int | None = None,
        locked: Sequence[str] = (),
    ) -> None: ...

    def last_locked(self, campaign: str, unit: str, since: datetime) -> MailRecord | None:
        """The unit's newest mail since then with attachments that are still locked."""
        ...

    def newest_words(self, campaign: str, unit: str, since: datetime, most: int) -> tuple[str, ...]:
        """SHA-256 of the unit's newest mails since then that brought only words, the newest first."""
        ...

    def note_locked(self, mail_id: int, locked: Sequence[str]) -> None:
        """What of it is still locked after a password was tried."""
        ...

    def give_up_on(self, mail_id: int, reason: str, folder: str) -> None: ...

    def close(self, mail_id: int, reason: str, folder: str) -> None:
        """Held → ignored, by a person's decision."""
        ...

    def reopen(self, mail_id: int) -> None:
        """Back to `received`, for another processing."""
        ...

    def vouch(self, mail_id: int, vouched: Vouched) -> None:
        """HR has said whose a held mail is: it is processed as that unit's from now on."""
        ...

    def unfiled(self, mailbox: str, uidvalidity: int) -> tuple[MailRecord, ...]:
        """Decided, but not yet moved to their folder."""
        ...

    def mark_filed(self, mail_id: int) -> None: ...

    def held(self) -> tuple[MailRecord, ...]: ...

    def lying(self, mailbox: str, uidvalidity: int) -> tuple[MailRecord, ...]:
        """Taken in and not filed: still in the watched folder, as far as we know."""
        ...

    def oldest_waiting(self) -> MailRecord | None:
        """The mail that has waited for its processing the longest."""
        ...

    def has_come(self, message_id: str) -> bool:
        """Whether a mail of this Message-ID was taken in and looked at."""
        ...

    def failed_since(self, moment: datetime) -> bool:
        """Whether a mail that came since then could not be read."""
        ...

    def count_by_state(self) -> dict[str, int]: ...


class Submissions(Protocol):
    """What units handed in."""

    def add_roster(self, roster: RosterVersion) -> None: ...

    def current_roster(self, campaign: str, unit: str) -> RosterVersion | None: ...

    def roster_version(self, campaign: str, unit: str, version: int) -> RosterVersion | None: ...

    def roster_of_document(self, campaign: str, unit: str, document_sha256: str) -> RosterVersion | None: ...

    def numbered_findings(self, campaign: str, unit: str) -> tuple[NumberedFinding, ...]:
        """Every error the unit's rosters ever had, with its number."""
        ...

    def numbered_finding(self, number: int) -> NumberedFinding | None: ...

    def waive_finding(self, number: int, *, by: str, at: datetime, why: str) -> bool:
        """It counts no longer, in no version; False when it does not exist or was waived before."""
        ...

    def place_roster(self, campaign: str, mail_id: int, document_sha256: str, unit: str) -> None:
        """HR says whose list a workbook of a mail is."""
        ...

    def placed_roster(self, campaign: str, mail_id: int, document_sha256: str) -> str | None:
        """The unit that HR named, or None."""
        ...

    def add_form(self, form: FormRecord) -> int: ...

    def update_form(self, form: FormRecord) -> None: ...

    def forms(self, campaign: str, unit: str) -> tuple[FormRecord, ...]: ...

    def form(self, form_id: int) -> FormRecord | None: ...

    def has_accepted_form(self, campaign: str, unit: str, worker_row: int) -> bool:
        """Whether a form of this worker was accepted."""
        ...

    def add_form_code(self, code: FormCode) -> None: ...

    def form_code(self, token: str) -> FormCode | None:
        """Whom a form was printed for; None for a token that we never gave out, and for the empty one."""
        ...

    def remember_paper(self, key: str, papers: Sequence[Paper]) -> None:
        """What a document said, by its hash and the reader's version."""
        ...

    def remembered_paper(self, key: str) -> tuple[Paper, ...] | None: ...


class Decisions(Protocol):
    """What people decided, and what we learned about units."""

    def notes(self, campaign: str, unit: str) -> UnitNotes: ...

    def admit(self, campaign: str, unit: str, address: str) -> None: ...

    def mark_bounced(self, campaign: str, unit: str, address: str) -> None: ...

    def unmark_bounced(self, campaign: str, unit: str, address: str) -> None: ...

    def extend(self, campaign: str, unit: str, until: date) -> None: ...

    def state_no_discrepancies(self, campaign: str, unit: str, at: datetime) -> None: ...

    def paused_at(self, campaign: str) -> datetime | None:
        """Since when HR wants nothing to be mailed to any unit; a single unit's pause is in its notes."""
        ...

    def pause(self, campaign: str, unit: str | None, at: datetime | None) -> None:
        """Pauses mails to the unit, or to all; with `at=None` they go on."""
        ...

    def snooze(self, campaign: str, unit: str, until: date | None) -> None:
        """No reminders up to and with this day; None ends it."""
        ...

    def launched_at(self, campaign: str) -> datetime | None: ...

    def mark_launched(self, campaign: str, at: datetime) -> None: ...

    def add_package(self, package: PackageRecord) -> int:
        """Gives its number."""
        ...

    def package(self, campaign: str) -> PackageRecord | None:
        """The latest package."""
        ...

    def approve_package(self, package_id: int, by: str, at: datetime) -> bool:
        """False when it was decided before."""
        ...

    def reject_package(self, package_id: int, by: str, at: datetime) -> bool: ...

    def mark_package_sent(self, package_id: int, at: datetime) -> None: ...


class People(Protocol):
    """The people on the other side: who is whose contact, and the codes that prove HR's replies."""

    def name_contact(self, contact: Contact) -> Contact:
        """Remembers a nomination; gives it with its number."""
        ...

    def decide_contact(self, contact_id: int, state: ContactState, *, by: str, at: datetime, why: str = "") -> None: ...

    def contact(self, contact_id: int) -> Contact | None: ...

    def contacts(self, campaign: str, unit: str) -> tuple[Contact, ...]:
        """Everybody who was ever named, oldest first."""
        ...

    def current_contact(self, campaign: str, unit: str) -> Contact | None: ...

    def add_code(self, code: ReplyCode) -> None: ...

    def code(self, code: str) -> ReplyCode | None: ...

    def spend_code(self, code: str, mail_id: int) -> bool:
        """False when another mail used it; the same mail may, for it may be processed again."""
        ...


class Events(Protocol):
    """The audit trail."""

    def record(self, event: Event) -> None: ...

    def latest(self, limit: int = 100, campaign: str | None = None) -> tuple[Event, ...]: ...

    def last(self, kind: EventKind, campaign: str | None = None) -> Event | None:
        """The newest event of this kind."""
        ...

    def after(self, event_id: int, kind: EventKind) -> tuple[Event, ...]:
        """The events of this kind after that one, oldest first."""
        ...

    def since(self, moment: datetime, kind: EventKind) -> tuple[Event, ...]:
        """The events of this kind since then, oldest first."""
        ...

    def any_after(self, event_id: int, campaign: str, *, but: Collection[EventKind]) -> bool:
        """Whether the campaign has an event after that one which is of none of these kinds."""
        ...

    def verify_chain(self) -> bool: ...


class Tasks(Protocol):
    """What waits for HR."""

    def open(self, task: Task) -> Task:
        """Opens it, unless the same subject is open already; gives what stands in the ledger."""
        ...

    def close(self, task_id: int, *, by: str, at: datetime, ending: Ending) -> bool:
        """False when it was closed before."""
        ...

    def get(self, task_id: int) -> Task | None: ...

    def find(self, campaign: str | None, unit: str | None, subject: Subject) -> Task | None:
        """The open task about this subject."""
        ...

    def waiting(
        self, campaign: str | None = None, *, unit: str | None = None, kind: TaskKind | None = None
    ) -> tuple[Task, ...]:
        """Open tasks, oldest first; of one campaign, unit or kind where named."""
        ...


class Traffic(Protocol):
    """Our traffic with the mail servers."""

    def pause(self) -> SendingPause | None:
        """The last pause of sending that no success has ended, over or not."""
        ...

    def set_pause(self, pause: SendingPause) -> None: ...

    def end_pause(self) -> None: ...

    def swept_at(self) -> datetime | None:
        """When everything that lay in the mailbox was last known to be stored."""
        ...

    def note_sweep(self, mailbox: str, at: datetime) -> None: ...


class Transaction(Protocol):
    """All repositories of one transaction."""

    @property
    def mails(self) -> Mails: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def submissions(self) -> Submissions: ...
    @property
    def listings(self) -> Listings: ...
    @property
    def other_pages(self) -> OtherPages: ...
    @property
    def decisions(self) -> Decisions: ...
    @property
    def people(self) -> People: ...
    @property
    def events(self) -> Events: ...
    @property
    def tasks(self) -> Tasks: ...
    @property
    def traffic(self) -> Traffic: ...


class Ledger(Protocol):
    """The database: `with ledger.transaction() as transaction:` commits at the end, or not at all."""

    def transaction(self) -> AbstractContextManager[Transaction]: ...
