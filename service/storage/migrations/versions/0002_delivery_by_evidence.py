"""What became of each recipient, evidence for mails in doubt, pauses of sending, looks into the mailbox"""

import sqlalchemy as sa
from alembic import op

from service.storage.tables import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("outcomes", sa.Text(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("carries_copy", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("copies_accepted", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("copies_seen", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("first_tried_at", Moment(), nullable=True))
        batch_op.add_column(sa.Column("doubted_at", Moment(), nullable=True))
        batch_op.add_column(sa.Column("sent_again", sa.Boolean(), nullable=False, server_default=sa.false()))

    op.create_table(
        "sending_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "mailbox_look",
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("looked_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox"),
    )


def downgrade() -> None:
    op.drop_table("mailbox_look")
    op.drop_table("sending_pause")
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        for name in ("sent_again", "doubted_at", "first_tried_at"):
            batch_op.drop_column(name)
        for name in ("copies_seen", "copies_accepted", "carries_copy", "outcomes"):
            batch_op.drop_column(name)
