"""Pages that are no declarations are recorded too; several forms may stand on one page"""

import sqlalchemy as sa
from alembic import op

from service.storage.tables import Moment

revision = "0095"
down_revision = "0045"
branch_labels = None
depends_on = None

NAMES = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}
"""As PostgreSQL names a constraint that was given no name; SQLite's gets this one while the table is written anew."""
FORMER = "form_campaign_unit_document_sha256_page_key"


def upgrade() -> None:
    with op.batch_alter_table("form", schema=None, naming_convention=NAMES) as batch_op:
        batch_op.add_column(sa.Column("part", sa.Integer(), nullable=False, server_default="0"))
        batch_op.drop_constraint(FORMER, type_="unique")
        batch_op.create_unique_constraint("uq_form_page", ["campaign", "unit", "document_sha256", "page", "part"])
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
    with op.batch_alter_table("form", schema=None) as batch_op:
        batch_op.drop_constraint("uq_form_page", type_="unique")
        batch_op.create_unique_constraint(FORMER, ["campaign", "unit", "document_sha256", "page"])
        batch_op.drop_column("part")
