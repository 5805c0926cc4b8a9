"""The first schema"""

import sqlalchemy as sa
from alembic import op

from service.storage.columns import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("launched_at", Moment(), nullable=True),
        sa.Column("paused_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("named_by", sa.String(), nullable=False),
        sa.Column("named_at", Moment(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index("ix_contact_unit", ["campaign", "unit"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_at", ["kind", "at"], unique=False)
        batch_op.create_index("ix_event_campaign", ["campaign", "id"], unique=False)
        batch_op.create_index("ix_event_campaign_kind", ["campaign", "kind", "id"], unique=False)
        batch_op.create_index("ix_event_kind", ["kind", "id"], unique=False)

    op.create_table(
        "form_code",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("printed", sa.Text(), nullable=False),
        sa.Column("prefilled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_table(
        "listed_person",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", "kind", "campaign", "unit"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("listed_person", schema=None) as batch_op:
        batch_op.create_index("ix_listed_person_unit", ["unit", "campaign"], unique=False)

    op.create_table(
        "listed_twice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("former", sa.String(), nullable=False),
        sa.Column("newer", sa.String(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", Moment(), nullable=False),
        sa.Column("home", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "number",
            "kind",
            "campaign",
            "former",
            "newer",
            name=op.f("uq_listed_twice_number_kind_campaign_former_newer"),
        ),
    )
    with op.batch_alter_table("listed_twice", schema=None) as batch_op:
        batch_op.create_index("ix_listed_twice_former", ["former", "campaign"], unique=False)
        batch_op.create_index("ix_listed_twice_newer", ["newer", "campaign"], unique=False)

    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("taken_in_at", Moment(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("folder", sa.String(), nullable=True),
        sa.Column("filed", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("duplicate_of", sa.Integer(), nullable=True),
        sa.Column("vouched_by", sa.String(), nullable=True),
        sa.Column("vouched_campaign", sa.String(), nullable=True),
        sa.Column("vouched_unit", sa.String(), nullable=True),
        sa.Column("locked", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mailbox", "uidvalidity", "uid", name=op.f("uq_mail_mailbox_uidvalidity_uid")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_message_id"), ["message_id"], unique=False)
        batch_op.create_index(
            "ix_mail_open",
            ["state", "received_at"],
            unique=False,
            sqlite_where=sa.text("state NOT IN ('processed', 'ignored')"),
            postgresql_where=sa.text("state NOT IN ('processed', 'ignored')"),
        )
        batch_op.create_index(batch_op.f("ix_mail_sha256"), ["sha256"], unique=False)
        batch_op.create_index(
            "ix_mail_unfiled",
            ["mailbox", "uidvalidity"],
            unique=False,
            sqlite_where=sa.text("NOT filed"),
            postgresql_where=sa.text("NOT filed"),
        )
        batch_op.create_index("ix_mail_unit", ["campaign", "unit", "received_at"], unique=False)

    op.create_table(
        "mailbox_sweep",
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("swept_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox"),
    )
    op.create_table(
        "mailed_file",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "numbered_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("waived_by", sa.String(), nullable=True),
        sa.Column("waived_at", Moment(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "campaign", "unit", "fingerprint", name=op.f("uq_numbered_finding_campaign_unit_fingerprint")
        ),
    )
    op.create_table(
        "outgoing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("raw_sha256", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("not_before", Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_at", Moment(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("answers_mail", sa.Integer(), nullable=True),
        sa.Column("outcomes", sa.Text(), nullable=False),
        sa.Column("all_accepted", sa.Boolean(), nullable=False),
        sa.Column("carries_copy", sa.Boolean(), nullable=False),
        sa.Column("copies_accepted", sa.Integer(), nullable=False),
        sa.Column("copies_seen", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", Moment(), nullable=True),
        sa.Column("doubted_at", Moment(), nullable=True),
        sa.Column("sent_again", sa.Boolean(), nullable=False),
        sa.Column("tasks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name=op.f("uq_outgoing_key")),
    )
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outgoing_message_id"), ["message_id"], unique=False)
        batch_op.create_index(
            "ix_outgoing_not_all_accepted",
            ["id"],
            unique=False,
            sqlite_where=sa.text("NOT all_accepted"),
            postgresql_where=sa.text("NOT all_accepted"),
        )
        batch_op.create_index(
            "ix_outgoing_open",
            ["state", "not_before"],
            unique=False,
            sqlite_where=sa.text("state NOT IN ('sent', 'suppressed')"),
            postgresql_where=sa.text("state NOT IN ('sent', 'suppressed')"),
        )
        batch_op.create_index(batch_op.f("ix_outgoing_sent_at"), ["sent_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_template"), ["template"], unique=False)
        batch_op.create_index("ix_outgoing_unit", ["campaign", "unit"], unique=False)

    op.create_table(
        "package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("built_at", Moment(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("totals", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("rejected_at", Moment(), nullable=True),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("package", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_package_campaign"), ["campaign"], unique=False)

    op.create_table(
        "paper_memory",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "placed_roster",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("document_sha256", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "mail_id", "document_sha256"),
    )
    op.create_table(
        "reply_code",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("tasks", sa.Text(), nullable=False),
        sa.Column("spent_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "sending_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("ending", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(
            "ix_task_open", ["campaign", "kind", "unit"], unique=False, sqlite_where=sa.text("closed_at IS NULL")
        )
        batch_op.create_index("ix_task_subject", ["campaign", "kind", "subject"], unique=False)

    op.create_table(
        "unit_notes",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("addresses", sa.Text(), nullable=False),
        sa.Column("bounced", sa.Text(), nullable=False),
        sa.Column("extended_to", sa.Date(), nullable=True),
        sa.Column("no_discrepancies_at", Moment(), nullable=True),
        sa.Column("paused_at", Moment(), nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("campaign", "unit"),
    )
    op.create_table(
        "form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("document_sha256", sa.String(), nullable=False),
        sa.Column("document_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("waits_for", sa.String(), nullable=False),
        sa.Column("worker_row", sa.Integer(), nullable=True),
        sa.Column("worker_name", sa.String(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_form_mail_id_mail")),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign", "unit", "document_sha256", "page", "part", name="uq_form_part"),
    )
    with op.batch_alter_table("form", schema=None) as batch_op:
        batch_op.create_index("ix_form_unit", ["campaign", "unit"], unique=False)

    op.create_table(
        "other_page",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("document_sha256", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("document_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rotation", sa.Integer(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_other_page_mail_id_mail")),
        sa.PrimaryKeyConstraint("campaign", "unit", "document_sha256", "page"),
    )
    op.create_table(
        "outgoing_recipient",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("outgoing_id", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("is_answer", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outgoing_id"], ["outgoing.id"], name=op.f("fk_outgoing_recipient_outgoing_id_outgoing")
        ),
        sa.PrimaryKeyConstraint("address", "created_at", "outgoing_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("document_sha256", sa.String(), nullable=False),
        sa.Column("document_name", sa.String(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("gone", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_roster_mail_id_mail")),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign", "unit", "version", name=op.f("uq_roster_campaign_unit_version")),
    )
    with op.batch_alter_table("roster", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_document_sha256"), ["document_sha256"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("roster", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_document_sha256"))

    op.drop_table("roster")
    op.drop_table("outgoing_recipient")
    op.drop_table("other_page")
    with op.batch_alter_table("form", schema=None) as batch_op:
        batch_op.drop_index("ix_form_unit")

    op.drop_table("form")
    op.drop_table("unit_notes")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_subject")
        batch_op.drop_index("ix_task_open", sqlite_where=sa.text("closed_at IS NULL"))

    op.drop_table("task")
    op.drop_table("sending_pause")
    op.drop_table("reply_code")
    op.drop_table("placed_roster")
    op.drop_table("paper_memory")
    with op.batch_alter_table("package", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_package_campaign"))

    op.drop_table("package")
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.drop_index("ix_outgoing_unit")
        batch_op.drop_index(batch_op.f("ix_outgoing_template"))
        batch_op.drop_index(batch_op.f("ix_outgoing_sent_at"))
        batch_op.drop_index(
            "ix_outgoing_open",
            sqlite_where=sa.text("state NOT IN ('sent', 'suppressed')"),
            postgresql_where=sa.text("state NOT IN ('sent', 'suppressed')"),
        )
        batch_op.drop_index(
            "ix_outgoing_not_all_accepted",
            sqlite_where=sa.text("NOT all_accepted"),
            postgresql_where=sa.text("NOT all_accepted"),
        )
        batch_op.drop_index(batch_op.f("ix_outgoing_message_id"))

    op.drop_table("outgoing")
    op.drop_table("numbered_finding")
    op.drop_table("mailed_file")
    op.drop_table("mailbox_sweep")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index("ix_mail_unit")
        batch_op.drop_index("ix_mail_unfiled", sqlite_where=sa.text("NOT filed"), postgresql_where=sa.text("NOT filed"))
        batch_op.drop_index(batch_op.f("ix_mail_sha256"))
        batch_op.drop_index(
            "ix_mail_open",
            sqlite_where=sa.text("state NOT IN ('processed', 'ignored')"),
            postgresql_where=sa.text("state NOT IN ('processed', 'ignored')"),
        )
        batch_op.drop_index(batch_op.f("ix_mail_message_id"))

    op.drop_table("mail")
    with op.batch_alter_table("listed_twice", schema=None) as batch_op:
        batch_op.drop_index("ix_listed_twice_newer")
        batch_op.drop_index("ix_listed_twice_former")

    op.drop_table("listed_twice")
    with op.batch_alter_table("listed_person", schema=None) as batch_op:
        batch_op.drop_index("ix_listed_person_unit")

    op.drop_table("listed_person")
    op.drop_table("form_code")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_kind")
        batch_op.drop_index("ix_event_campaign_kind")
        batch_op.drop_index("ix_event_campaign")
        batch_op.drop_index("ix_event_at")

    op.drop_table("event")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_unit")

    op.drop_table("contact")
    op.drop_table("campaign")
