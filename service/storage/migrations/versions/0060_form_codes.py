"""Codes on the forms that we print for workers"""

import sqlalchemy as sa
from alembic import op

from service.storage.tables import Moment

revision = "0060"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
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


def downgrade() -> None:
    op.drop_table("form_code")
