"""Events are found by their name; numbers of mails have 63 bits, as some mailboxes give them"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_what"), ["what"], unique=False)
    _number_of_mails(sa.BigInteger())


def downgrade() -> None:
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_what"))
    _number_of_mails(sa.Integer())


def _number_of_mails(kind: sa.types.TypeEngine[int]) -> None:
    """SQLite's integers have 64 bits under any name; altering would mean copying a table that others point to."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for name in ("uid", "uidvalidity"):
        op.alter_column("mail", name, type_=kind)
