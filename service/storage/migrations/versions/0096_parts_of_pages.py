"""A page may hold two declarations"""

import sqlalchemy as sa
from alembic import op

revision = "0096"
down_revision = "0095"
branch_labels = None
depends_on = None

BEFORE = ("campaign", "unit", "document_sha256", "page")
UNNAMED = {"uq": "uq_%(table_name)s_%(column_0_name)s"}
"""The constraint was made without a name: by this rule it gets one while the table is copied."""


def upgrade() -> None:
    with op.batch_alter_table("form", schema=None, naming_convention=UNNAMED) as batch_op:
        batch_op.add_column(sa.Column("part", sa.Integer(), nullable=False, server_default="0"))
        batch_op.drop_constraint("uq_form_campaign", type_="unique")
        batch_op.create_unique_constraint("uq_form_part", [*BEFORE, "part"])


def downgrade() -> None:
    op.execute("DELETE FROM form WHERE part > 1")
    with op.batch_alter_table("form", schema=None) as batch_op:
        batch_op.drop_constraint("uq_form_part", type_="unique")
        batch_op.drop_column("part")
        batch_op.create_unique_constraint("uq_form_campaign", list(BEFORE))
