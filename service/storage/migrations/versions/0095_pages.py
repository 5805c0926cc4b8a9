"""Pages that are no declarations are recorded too"""

import sqlalchemy as sa
from alembic import op

from service.storage.tables import Moment

revision = "0095"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "aside_page",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("document_sha256", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("document_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rotation", sa.Integer(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"]),
        sa.PrimaryKeyConstraint("campaign", "unit", "document_sha256", "page"),
    )


def downgrade() -> None:
    op.drop_table("aside_page")
