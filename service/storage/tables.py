"""The ledger's tables. Values that have a shape of their own are kept as JSON of their core types."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from service.storage.columns import LONG, Moment

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
}
"""What has a name can be altered by a later migration."""


class MailRow(SQLModel, table=True):
    """An incoming mail."""

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("mailbox", "uidvalidity", "uid"),
        Index("ix_mail_unit", "campaign", "unit", "received_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    mailbox: str
    uidvalidity: int = Field(sa_type=LONG)
    uid: int = Field(sa_type=LONG)
    sha256: str = Field(index=True)
    received_at: datetime = Field(sa_type=Moment)
    taken_in_at: datetime = Field(sa_type=Moment)
    state: str
    kind: str | None = None
    campaign: str | None = None
    unit: str | None = None
    message_id: str | None = Field(default=None, index=True)
    sender: str = ""
    subject: str = ""
    reasons: str = Field(default="[]", sa_type=Text)
    folder: str | None = None
    filed: bool = False
    attempts: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    duplicate_of: int | None = None
    vouched_by: str | None = None
    vouched_campaign: str | None = None
    vouched_unit: str | None = None
    locked: str = Field(default="[]", sa_type=Text)


class OutgoingRow(SQLModel, table=True):
    """A mail of ours."""

    __tablename__ = "outgoing"
    __table_args__ = (Index("ix_outgoing_unit", "campaign", "unit"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    campaign: str | None = None
    unit: str | None = None
    template: str = Field(index=True)
    message_id: str = Field(index=True)
    recipients: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    raw_sha256: str
    state: str
    not_before: datetime = Field(sa_type=Moment)
    attempts: int = 0
    claimed_at: datetime | None = Field(default=None, sa_type=Moment)
    last_error: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    answers_mail: int | None = None
    outcomes: str = Field(default="{}", sa_type=Text)
    all_accepted: bool = True
    """Nothing else stands in `outcomes`: most mails, which nobody looks for any more."""
    carries_copy: bool = False
    copies_accepted: int = 0
    copies_seen: int = 0
    first_tried_at: datetime | None = Field(default=None, sa_type=Moment)
    doubted_at: datetime | None = Field(default=None, sa_type=Moment)
    sent_again: bool = False
    tasks: str = Field(default="[]", sa_type=Text)


class RecipientRow(SQLModel, table=True):
    """To whom a mail of ours was written and when, for counting; what became of it stands with the mail."""

    __tablename__ = "outgoing_recipient"
    __table_args__ = {"sqlite_with_rowid": False}

    address: str = Field(primary_key=True)
    created_at: datetime = Field(sa_type=Moment, primary_key=True)
    outgoing_id: int = Field(foreign_key="outgoing.id", primary_key=True)
    template: str
    is_answer: bool


class MailedFileRow(SQLModel, table=True):
    """A file that went out with a mail of ours, by its hash: it is known again when it comes back."""

    __tablename__ = "mailed_file"
    __table_args__ = {"sqlite_with_rowid": False}

    sha256: str = Field(primary_key=True)


class SendingPauseRow(SQLModel, table=True):
    """Until when nothing is sent, because the server asked for it; one row at the most."""

    __tablename__ = "sending_pause"

    id: int = Field(default=1, primary_key=True)
    until: datetime = Field(sa_type=Moment)
    why: str = Field(default="", sa_type=Text)
    times: int = 0


class MailboxSweepRow(SQLModel, table=True):
    """When everything that lay in a mailbox was last known to be stored."""

    __tablename__ = "mailbox_sweep"

    mailbox: str = Field(primary_key=True)
    swept_at: datetime = Field(sa_type=Moment)


class RosterVersionRow(SQLModel, table=True):
    """A roster as one mail brought it."""

    __tablename__ = "roster"
    __table_args__ = (UniqueConstraint("campaign", "unit", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    unit: str
    version: int
    mail_id: int = Field(foreign_key="mail.id")
    document_sha256: str = Field(index=True)
    document_name: str
    received_at: datetime = Field(sa_type=Moment)
    entries: str = Field(sa_type=Text)
    findings: str = Field(sa_type=Text)
    relation: str = "replaces"
    parts: str = Field(default="[]", sa_type=Text)
    gone: str = Field(default="[]", sa_type=Text)


class FormRow(SQLModel, table=True):
    """A declaration, a page or a part of one, and what was decided about it."""

    __tablename__ = "form"
    __table_args__ = (
        UniqueConstraint("campaign", "unit", "document_sha256", "page", "part", name="uq_form_part"),
        Index("ix_form_unit", "campaign", "unit"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    unit: str
    mail_id: int = Field(foreign_key="mail.id")
    document_sha256: str
    document_name: str
    media_type: str
    page: int
    part: int = 0
    reading: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_type=Moment)
    verdict: str
    waits_for: str = "hr"
    worker_row: int | None = None
    worker_name: str | None = None
    reasons: str = Field(default="[]", sa_type=Text)
    decided_by: str | None = None


class OtherPageRow(SQLModel, table=True):
    """A page that is no declaration."""

    __tablename__ = "other_page"

    campaign: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    document_sha256: str = Field(primary_key=True)
    page: int = Field(primary_key=True)
    mail_id: int = Field(foreign_key="mail.id")
    document_name: str
    kind: str
    rotation: int
    received_at: datetime = Field(sa_type=Moment)


class FormCodeRow(SQLModel, table=True):
    """The code on a form that we printed for one worker."""

    __tablename__ = "form_code"

    token: str = Field(primary_key=True)
    campaign: str
    unit: str
    made_at: datetime = Field(sa_type=Moment)
    printed: str = Field(sa_type=Text)
    prefilled: bool = True


class PaperMemoryRow(SQLModel, table=True):
    """What a document said, by its hash and the reader's version."""

    __tablename__ = "paper_memory"

    key: str = Field(primary_key=True)
    papers: str = Field(sa_type=Text)


class UnitNotesRow(SQLModel, table=True):
    """What is known of a unit beyond the configuration."""

    __tablename__ = "unit_notes"

    campaign: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    addresses: str = Field(default="[]", sa_type=Text)
    bounced: str = Field(default="[]", sa_type=Text)
    extended_to: date | None = None
    no_discrepancies_at: datetime | None = Field(default=None, sa_type=Moment)
    paused_at: datetime | None = Field(default=None, sa_type=Moment)
    snoozed_until: date | None = None


class ContactRow(SQLModel, table=True):
    """A person named as a unit's contact; rows are never removed."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_unit", "campaign", "unit"),)

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    unit: str
    name: str
    phone: str
    address: str
    named_by: str
    named_at: datetime = Field(sa_type=Moment)
    mail_id: int | None = None
    state: str
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    why: str = Field(default="", sa_type=Text)


class ReplyCodeRow(SQLModel, table=True):
    """The one-time code of a mail of ours to HR."""

    __tablename__ = "reply_code"

    code: str = Field(primary_key=True)
    campaign: str
    recipient: str
    made_at: datetime = Field(sa_type=Moment)
    tasks: str = Field(default="[]", sa_type=Text)
    spent_by: int | None = None


class PlacedRosterRow(SQLModel, table=True):
    """HR's word whose list a workbook is that names another unit than its sender's."""

    __tablename__ = "placed_roster"

    campaign: str = Field(primary_key=True)
    mail_id: int = Field(primary_key=True)
    document_sha256: str = Field(primary_key=True)
    unit: str


class ListedPersonRow(SQLModel, table=True):
    """A number of somebody in a unit's current list. Both orders begin with what is asked: no join reads everybody."""

    __tablename__ = "listed_person"
    __table_args__ = (Index("ix_listed_person_unit", "unit", "campaign"), {"sqlite_with_rowid": False})

    number: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    campaign: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    row: int
    name: str


class ListedTwiceRow(SQLModel, table=True):
    """A worker whom two units list, and HR's word to which she belongs."""

    __tablename__ = "listed_twice"
    __table_args__ = (
        UniqueConstraint("number", "kind", "campaign", "former", "newer"),
        Index("ix_listed_twice_former", "former", "campaign"),
        Index("ix_listed_twice_newer", "newer", "campaign"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    kind: str
    number: str
    former: str
    newer: str
    mail_id: int
    noted_at: datetime = Field(sa_type=Moment)
    home: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    why: str = Field(default="", sa_type=Text)


class NumberedFindingRow(SQLModel, table=True):
    """The number of an error of a unit's roster, and HR's waiver."""

    __tablename__ = "numbered_finding"
    __table_args__ = (UniqueConstraint("campaign", "unit", "fingerprint"),)

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    unit: str
    fingerprint: str
    waived_by: str | None = None
    waived_at: datetime | None = Field(default=None, sa_type=Moment)
    why: str = Field(default="", sa_type=Text)


class CampaignRow(SQLModel, table=True):
    """A campaign's course."""

    __tablename__ = "campaign"

    id: str = Field(primary_key=True)
    launched_at: datetime | None = Field(default=None, sa_type=Moment)
    paused_at: datetime | None = Field(default=None, sa_type=Moment)


class PackageRow(SQLModel, table=True):
    """A built package and HR's decision about it."""

    __tablename__ = "package"

    id: int | None = Field(default=None, primary_key=True)
    campaign: str = Field(index=True)
    folder: str
    built_at: datetime = Field(sa_type=Moment)
    files: str = Field(sa_type=Text)
    totals: str = Field(default="{}", sa_type=Text)
    approved_by: str | None = None
    approved_at: datetime | None = Field(default=None, sa_type=Moment)
    rejected_at: datetime | None = Field(default=None, sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)


class EventRow(SQLModel, table=True):
    """The audit trail, chained by hash."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_kind", "kind", "id"),
        Index("ix_event_at", "kind", "at"),
        Index("ix_event_campaign", "campaign", "id"),
        Index("ix_event_campaign_kind", "campaign", "kind", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment)
    who: str
    kind: str
    fields: str = Field(default="{}", sa_type=Text)
    campaign: str | None = None
    unit: str | None = None
    mail_id: int | None = None
    hash: str


class TaskRow(SQLModel, table=True):
    """What HR has, or had, to decide or to know."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_open", "campaign", "kind", "unit", sqlite_where=text("closed_at IS NULL")),
        Index("ix_task_subject", "campaign", "kind", "subject"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str = Field(sa_type=Text)
    campaign: str | None = None
    unit: str | None = None
    said: str = Field(default="", sa_type=Text)
    opened_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_by: str | None = None
    ending: str | None = None
