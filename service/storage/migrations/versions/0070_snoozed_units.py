"""Reminders to a unit can be put off to a day"""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("unit_notes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("snoozed_until", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("unit_notes", schema=None) as batch_op:
        batch_op.drop_column("snoozed_until")
