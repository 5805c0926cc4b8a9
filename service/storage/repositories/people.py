"""The people on the other side: contacts with their history, and codes that prove HR's replies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from service.core.contacts import Contact, ContactState, Nominee, ReplyCode
from service.storage import values
from service.storage.tables import ContactRow, ReplyCodeRow


@dataclass(frozen=True, slots=True)
class People:
    """Adapter of the port of the same name."""

    session: Session

    def name_contact(self, contact: Contact) -> Contact:
        row = ContactRow(
            campaign=contact.campaign,
            unit=contact.unit,
            name=contact.nominee.name,
            phone=contact.nominee.phone,
            address=contact.nominee.address,
            named_by=contact.named_by,
            named_at=contact.named_at,
            mail_id=contact.mail_id,
            state=contact.state,
            decided_by=contact.decided_by,
            decided_at=contact.decided_at,
            why=contact.why,
        )
        self.session.add(row)
        self.session.flush()
        return _contact(row)

    def decide_contact(self, contact_id: int, state: ContactState, *, by: str, at: datetime, why: str = "") -> None:
        row = self.session.get(ContactRow, contact_id)
        if row is None:
            raise LookupError(f"contact {contact_id}: not in the ledger")
        row.state, row.decided_by, row.decided_at = state, by, at
        row.why = why or row.why
        self.session.add(row)
        self.session.flush()

    def contact(self, contact_id: int) -> Contact | None:
        row = self.session.get(ContactRow, contact_id)
        return _contact(row) if row else None

    def contacts(self, campaign: str, unit: str) -> tuple[Contact, ...]:
        query = select(ContactRow).where(ContactRow.campaign == campaign, ContactRow.unit == unit)
        return tuple(_contact(row) for row in self.session.exec(query.order_by(col(ContactRow.id))).all())

    def current_contact(self, campaign: str, unit: str) -> Contact | None:
        return next((each for each in self.contacts(campaign, unit) if each.state is ContactState.CURRENT), None)

    def add_code(self, code: ReplyCode) -> None:
        row = ReplyCodeRow(
            code=code.code,
            campaign=code.campaign,
            recipient=code.recipient,
            made_at=code.made_at,
            tasks=values.to_json(values.numbers, code.tasks),
        )
        self.session.add(row)

    def code(self, code: str) -> ReplyCode | None:
        row = self.session.get(ReplyCodeRow, code)
        return _code(row) if row else None

    def spend_code(self, code: str, mail_id: int) -> bool:
        row = self.session.get(ReplyCodeRow, code)
        if row is None or row.spent_by not in (None, mail_id):
            return False
        row.spent_by = mail_id
        self.session.add(row)
        return True


def _contact(row: ContactRow) -> Contact:
    assert row.id is not None
    return Contact(
        id=row.id,
        campaign=row.campaign,
        unit=row.unit,
        nominee=Nominee(name=row.name, phone=row.phone, address=row.address),
        named_by=row.named_by,
        named_at=row.named_at,
        mail_id=row.mail_id,
        state=ContactState(row.state),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        why=row.why,
    )


def _code(row: ReplyCodeRow) -> ReplyCode:
    return ReplyCode(
        code=row.code,
        campaign=row.campaign,
        recipient=row.recipient,
        made_at=row.made_at,
        tasks=values.numbers.validate_json(row.tasks),
        spent_by=row.spent_by,
    )
