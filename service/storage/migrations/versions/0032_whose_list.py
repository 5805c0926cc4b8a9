"""HR's word about a list that names another unit than its sender's"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "placed_roster",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("document_sha256", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "mail_id", "document_sha256"),
    )


def downgrade() -> None:
    op.drop_table("placed_roster")
