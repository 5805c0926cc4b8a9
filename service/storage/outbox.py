"""The book of our own mails: queued with the record that caused them, claimed before the connection is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from service.core.records import OutgoingRecord, OutgoingState
from service.storage import values
from service.storage.tables import OutgoingRow


@dataclass(frozen=True, slots=True)
class Outbox:
    """Adapter of the port of the same name."""

    session: Session

    def queue(self, record: OutgoingRecord) -> bool:
        if self.with_key(record.key) is not None:
            return False
        self.session.add(
            OutgoingRow(
                key=record.key,
                campaign=record.campaign,
                unit=record.unit,
                template=record.template,
                message_id=record.message_id,
                recipients=values.to_json(values.strings, record.recipients),
                subject=record.subject,
                raw_sha256=record.raw_sha256,
                state=record.state,
                not_before=record.not_before,
                created_at=record.created_at,
                answers_mail=record.answers_mail,
                last_error=record.last_error,
            )
        )
        self.session.flush()
        return True

    def due(self, now: datetime) -> tuple[OutgoingRecord, ...]:
        query = select(OutgoingRow).where(OutgoingRow.state == OutgoingState.QUEUED, OutgoingRow.not_before <= now)
        return self._records(query.order_by(col(OutgoingRow.not_before), col(OutgoingRow.id)))

    def claim(self, outgoing_id: int, now: datetime) -> OutgoingRecord | None:
        taken = self.session.execute(
            update(OutgoingRow)
            .where(col(OutgoingRow.id) == outgoing_id, col(OutgoingRow.state) == OutgoingState.QUEUED)
            .values(state=OutgoingState.SENDING, claimed_at=now, attempts=OutgoingRow.attempts + 1)
        )
        if not taken.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
            return None
        return _record(self._row(outgoing_id))

    def settle(
        self,
        outgoing_id: int,
        *,
        state: OutgoingState,
        now: datetime,
        recipients: Sequence[str] = (),
        not_before: datetime | None = None,
        error: str | None = None,
    ) -> None:
        row = self._row(outgoing_id)
        row.state, row.last_error = state, error
        if recipients:
            row.recipients = values.to_json(values.strings, tuple(recipients))
        if not_before is not None:
            row.not_before = not_before
        if state is OutgoingState.SENT:
            row.sent_at = now
        self.session.add(row)

    def interrupted(self, before: datetime) -> tuple[OutgoingRecord, ...]:
        query = select(OutgoingRow).where(
            OutgoingRow.state == OutgoingState.SENDING, col(OutgoingRow.claimed_at) < before
        )
        return self._records(query)

    def by_message_id(self, message_id: str) -> OutgoingRecord | None:
        return self._first(select(OutgoingRow).where(OutgoingRow.message_id == message_id))

    def with_key(self, key: str) -> OutgoingRecord | None:
        return self._first(select(OutgoingRow).where(OutgoingRow.key == key))

    def of_unit(self, campaign: str, unit: str) -> tuple[OutgoingRecord, ...]:
        query = select(OutgoingRow).where(OutgoingRow.campaign == campaign, OutgoingRow.unit == unit)
        return self._records(query.order_by(col(OutgoingRow.id)))

    def count_since(self, recipient: str, template: str, since: datetime) -> int:
        query = (
            select(func.count())
            .select_from(OutgoingRow)
            .where(
                OutgoingRow.template == template,
                OutgoingRow.created_at >= since,
                col(OutgoingRow.recipients).contains(f'"{recipient}"'),
            )
        )
        return self.session.exec(query).one()

    def sent_since(self, moment: datetime) -> int:
        query = select(func.count()).select_from(OutgoingRow).where(col(OutgoingRow.sent_at) > moment)
        return self.session.exec(query).one()

    def count_by_state(self) -> dict[str, int]:
        return dict(self.session.exec(select(OutgoingRow.state, func.count()).group_by(OutgoingRow.state)).all())

    def _row(self, outgoing_id: int) -> OutgoingRow:
        row = self.session.get(OutgoingRow, outgoing_id, populate_existing=True)
        if row is None:
            raise LookupError(f"outgoing mail {outgoing_id}: not in the ledger")
        return row

    def _first(self, query: object) -> OutgoingRecord | None:
        row = self.session.exec(query).first()  # type: ignore[call-overload]  # a select of OutgoingRow
        return _record(row) if row else None

    def _records(self, query: object) -> tuple[OutgoingRecord, ...]:
        rows = self.session.exec(query).all()  # type: ignore[call-overload]  # a select of OutgoingRow
        return tuple(_record(row) for row in rows)


def _record(row: OutgoingRow) -> OutgoingRecord:
    assert row.id is not None
    return OutgoingRecord(
        id=row.id,
        key=row.key,
        campaign=row.campaign,
        unit=row.unit,
        template=row.template,
        message_id=row.message_id,
        recipients=values.strings.validate_json(row.recipients),
        subject=row.subject,
        raw_sha256=row.raw_sha256,
        state=OutgoingState(row.state),
        not_before=row.not_before,
        attempts=row.attempts,
        last_error=row.last_error,
        created_at=row.created_at,
        sent_at=row.sent_at,
        answers_mail=row.answers_mail,
    )
