"""A roster may be put together from several documents, and remembers whom it lost"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("roster", schema=None) as batch_op:
        batch_op.add_column(sa.Column("relation", sa.String(), nullable=False, server_default="replaces"))
        batch_op.add_column(sa.Column("parts", sa.Text(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("gone", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("roster", schema=None) as batch_op:
        batch_op.drop_column("gone")
        batch_op.drop_column("parts")
        batch_op.drop_column("relation")
