"""The book of who stands in whose list: a row for each number, so that sixty lists need not be read for each mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CompoundSelect, and_, delete, insert, union
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from service.core.progress.listed_twice import ListedPerson, ListedTwice
from service.storage.tables import ListedPersonRow, ListedTwiceRow


@dataclass(frozen=True, slots=True)
class Listings:
    """Adapter of the port of the same name."""

    session: Session

    def list_people(self, campaign: str, unit: str, people: Sequence[ListedPerson]) -> None:
        mine = (col(ListedPersonRow.campaign) == campaign, col(ListedPersonRow.unit) == unit)
        self.session.execute(delete(ListedPersonRow).where(*mine))
        rows = [
            {
                "campaign": campaign,
                "unit": unit,
                "kind": each.kind,
                "number": each.number,
                "row": each.row,
                "name": each.name,
            }
            for each in people
        ]
        if rows:
            self.session.execute(insert(ListedPersonRow), rows)

    def met_elsewhere(self, campaign: str, unit: str) -> tuple[tuple[ListedPerson, ListedPerson], ...]:
        theirs = aliased(ListedPersonRow)
        query = (
            select(ListedPersonRow, theirs)
            .join(
                theirs,
                and_(
                    col(theirs.campaign) == col(ListedPersonRow.campaign),
                    col(theirs.kind) == col(ListedPersonRow.kind),
                    col(theirs.number) == col(ListedPersonRow.number),
                    col(theirs.unit) != unit,
                ),
            )
            .where(ListedPersonRow.campaign == campaign, ListedPersonRow.unit == unit)
            .order_by(col(ListedPersonRow.row), col(theirs.unit))
        )
        return tuple((_person(mine), _person(other)) for mine, other in self.session.exec(query).all())

    def note_twice(self, campaign: str, case: ListedTwice) -> int | None:
        query = select(ListedTwiceRow.id).where(
            ListedTwiceRow.campaign == campaign,
            ListedTwiceRow.kind == case.kind,
            ListedTwiceRow.number == case.number,
            col(ListedTwiceRow.former).in_((case.former, case.newer)),
            col(ListedTwiceRow.newer).in_((case.former, case.newer)),
        )
        if self.session.exec(query).first() is not None:
            return None
        row = ListedTwiceRow(
            campaign=campaign,
            kind=case.kind,
            number=case.number,
            former=case.former,
            newer=case.newer,
            mail_id=case.mail_id,
            noted_at=case.noted_at,
        )
        self.session.add(row)
        self.session.flush()
        return row.id

    def twice(self, campaign: str, unit: str | None = None) -> tuple[ListedTwice, ...]:
        former, newer = aliased(ListedPersonRow), aliased(ListedPersonRow)
        query = select(ListedTwiceRow, former, newer)
        for listed, code in ((former, ListedTwiceRow.former), (newer, ListedTwiceRow.newer)):
            query = query.join(
                listed,
                and_(
                    col(listed.campaign) == col(ListedTwiceRow.campaign),
                    col(listed.kind) == col(ListedTwiceRow.kind),
                    col(listed.number) == col(ListedTwiceRow.number),
                    col(listed.unit) == col(code),
                ),
            )
        query = query.where(ListedTwiceRow.campaign == campaign)
        if unit is not None:
            query = query.where(col(ListedTwiceRow.id).in_(_cases_of(campaign, unit)))
        return tuple(_case(*each) for each in self.session.exec(query.order_by(col(ListedTwiceRow.id))).all())

    def decide_home(self, case_id: int, home: str, *, by: str, at: datetime, why: str) -> None:
        row = self.session.get(ListedTwiceRow, case_id)
        if row is None:
            raise LookupError(f"case {case_id}: not in the ledger")
        row.home, row.decided_by, row.decided_at, row.why = home, by, at, why
        self.session.add(row)
        self.session.flush()


def _cases_of(campaign: str, unit: str) -> CompoundSelect[int | None]:
    """Ids of its cases, each of the two found by its index."""
    case = select(ListedTwiceRow.id).where(ListedTwiceRow.campaign == campaign)
    return union(case.where(ListedTwiceRow.former == unit), case.where(ListedTwiceRow.newer == unit))


def _person(row: ListedPersonRow) -> ListedPerson:
    return ListedPerson(unit=row.unit, kind=row.kind, number=row.number, row=row.row, name=row.name)


def _case(row: ListedTwiceRow, former: ListedPersonRow, newer: ListedPersonRow) -> ListedTwice:
    assert row.id is not None
    return ListedTwice(
        id=row.id,
        kind=row.kind,
        number=row.number,
        former=row.former,
        newer=row.newer,
        mail_id=row.mail_id,
        noted_at=row.noted_at,
        home=row.home,
        former_row=former.row,
        former_name=former.name,
        newer_row=newer.row,
        newer_name=newer.name,
    )
