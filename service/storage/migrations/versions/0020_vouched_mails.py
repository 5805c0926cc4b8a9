"""A person may say whose a held mail is"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = ("vouched_by", "vouched_campaign", "vouched_unit")


def upgrade() -> None:
    with op.batch_alter_table("mail", schema=None) as batch_op:
        for name in COLUMNS:
            batch_op.add_column(sa.Column(name, sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("mail", schema=None) as batch_op:
        for name in COLUMNS:
            batch_op.drop_column(name)
