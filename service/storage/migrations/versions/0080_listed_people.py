"""Who stands in which unit's current list by number, and HR's word about people whom two units list"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from service.storage.tables import Moment

revision = "0080"
down_revision = "0060"
branch_labels = None
depends_on = None

NUMBERS = ("social_insurance_no", "citizen_id")
"""Keys of the columns by which people of lists from before are known; new lists say their columns themselves."""


def upgrade() -> None:
    listed = op.create_table(
        "listed_person",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "kind", "number", "unit"),
    )
    op.create_index("ix_listed_person_unit", "listed_person", ["campaign", "unit"])
    op.create_table(
        "listed_twice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("former", sa.String(), nullable=False),
        sa.Column("newer", sa.String(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", Moment(), nullable=False),
        sa.Column("home", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign", "kind", "number", "former", "newer"),
    )
    people = list(_people_of_before())
    if people:
        op.bulk_insert(listed, people)


def _people_of_before() -> Iterator[dict[str, Any]]:
    newest = "SELECT campaign, unit, MAX(version) AS version FROM roster GROUP BY campaign, unit"
    query = f"SELECT r.campaign, r.unit, r.entries FROM roster r JOIN ({newest}) n USING (campaign, unit, version)"  # noqa: S608  # nothing of it comes from outside
    for campaign, unit, entries in op.get_bind().execute(sa.text(query)):
        seen: set[tuple[str, str]] = set()
        for entry in json.loads(entries):
            for kind in NUMBERS:
                number = entry["values"].get(kind)
                if number and (kind, number) not in seen:
                    seen.add((kind, number))
                    yield {
                        "campaign": campaign,
                        "kind": kind,
                        "number": number,
                        "unit": unit,
                        "row": entry["row"],
                        "name": entry["values"].get("full_name", ""),
                    }


def downgrade() -> None:
    op.drop_table("listed_twice")
    op.drop_table("listed_person")
