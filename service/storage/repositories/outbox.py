"""The book of our own mails: queued with the record that caused them, claimed before the connection is used."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from service.core.records import Fate, OutgoingRecord, OutgoingState
from service.storage import values
from service.storage.columns import Moment
from service.storage.indexes import NOT_ALL_ACCEPTED, OPEN_OUTGOING
from service.storage.tables import MailedFileRow, OutgoingRow, RecipientRow

DONE_WITH = frozenset({OutgoingState.SENT, OutgoingState.SUPPRESSED})


@dataclass(frozen=True, slots=True)
class Outbox:
    """Adapter of the port of the same name."""

    session: Session

    def queue(self, record: OutgoingRecord) -> bool:
        if self.with_key(record.key) is not None:
            return False
        row = OutgoingRow(
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
            tasks=values.to_json(values.numbers, record.tasks),
        )
        self._store(row)
        self.session.add_all(_recipients(row, record.recipients))
        new = set(record.files) - self.mailed_out(record.files)
        self.session.add_all(MailedFileRow(sha256=sha256) for sha256 in sorted(new))
        self.session.flush()
        return True

    def mailed_out(self, sha256s: Collection[str]) -> frozenset[str]:
        query = select(MailedFileRow.sha256).where(col(MailedFileRow.sha256).in_(sha256s))
        return frozenset(self.session.exec(query).all()) if sha256s else frozenset()

    def due(self, now: datetime) -> tuple[OutgoingRecord, ...]:
        query = select(OutgoingRow).where(
            OutgoingRow.state == OutgoingState.QUEUED, OPEN_OUTGOING, OutgoingRow.not_before <= now
        )
        return self._records(query.order_by(col(OutgoingRow.not_before), col(OutgoingRow.id)))

    def get(self, outgoing_id: int) -> OutgoingRecord | None:
        row = self.session.get(OutgoingRow, outgoing_id, populate_existing=True)
        return _record(row) if row else None

    def claim(self, outgoing_id: int, now: datetime, *, carries_copy: bool = False) -> OutgoingRecord | None:
        taken = self.session.execute(
            update(OutgoingRow)
            .where(col(OutgoingRow.id) == outgoing_id, col(OutgoingRow.state) == OutgoingState.QUEUED)
            .values(
                state=OutgoingState.SENDING,
                claimed_at=now,
                attempts=OutgoingRow.attempts + 1,
                carries_copy=carries_copy,
                first_tried_at=func.coalesce(OutgoingRow.first_tried_at, now, type_=Moment),
            )
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
        outcomes: Mapping[str, tuple[Fate, str]] | None = None,
        handed_over: bool = False,
    ) -> None:
        row = self._row(outgoing_id)
        row.state, row.last_error = state, error
        row.doubted_at = now if state is OutgoingState.UNKNOWN else None
        if recipients:
            row.recipients = values.to_json(values.strings, tuple(recipients))
        if outcomes is not None:
            _set_outcomes(row, outcomes)
        if not_before is not None:
            row.not_before = not_before
        if state is OutgoingState.SENT or handed_over:
            row.sent_at = now
        self._store(row)

    def note_copy(self, outgoing_id: int, *, named: bool, accepted: bool) -> None:
        row = self._row(outgoing_id)
        row.carries_copy = named
        row.copies_accepted += int(accepted)
        self._store(row)

    def see_copy(self, outgoing_id: int) -> OutgoingRecord:
        row = self._row(outgoing_id)
        row.copies_seen += 1
        self._store(row)
        return _record(row)

    def queue_again(
        self,
        outgoing_id: int,
        now: datetime,
        *,
        recipients: Sequence[str],
        outcomes: Mapping[str, tuple[Fate, str]],
        sent_again: bool,
    ) -> None:
        row = self._row(outgoing_id)
        row.state, row.not_before, row.first_tried_at, row.doubted_at = OutgoingState.QUEUED, now, None, None
        row.recipients = values.to_json(values.strings, tuple(recipients))
        _set_outcomes(row, outcomes)
        row.attempts, row.sent_again = 0, row.sent_again or sent_again
        self._store(row)

    def in_state(self, *states: OutgoingState) -> tuple[OutgoingRecord, ...]:
        query = select(OutgoingRow).where(col(OutgoingRow.state).in_(states))
        if not set(states) & DONE_WITH:
            query = query.where(OPEN_OUTGOING)
        return self._records(query.order_by(col(OutgoingRow.id)))

    def kept_back(self) -> tuple[OutgoingRecord, ...]:
        return self.with_fate(Fate.SUPPRESSED)

    def with_fate(self, fate: Fate) -> tuple[OutgoingRecord, ...]:
        query = select(OutgoingRow).where(col(OutgoingRow.outcomes).contains(f'["{fate}"'))
        if fate is not Fate.ACCEPTED:
            query = query.where(NOT_ALL_ACCEPTED)
        return self._records(query.order_by(col(OutgoingRow.id)))

    def note_fate(self, outgoing_id: int, recipient: str, fate: Fate, said: str) -> None:
        row = self._row(outgoing_id)
        _set_outcomes(row, {**_record(row).outcomes, recipient: (fate, said)})
        self._store(row)

    def last_sent(self) -> OutgoingRecord | None:
        query = select(OutgoingRow).where(
            OutgoingRow.state == OutgoingState.SENT, col(OutgoingRow.sent_at).is_not(None)
        )
        return self._first(query.order_by(col(OutgoingRow.sent_at).desc()))

    def copies_missing(self, since: datetime, before: datetime) -> int:
        query = (
            select(func.count())
            .select_from(OutgoingRow)
            .where(
                OutgoingRow.state == OutgoingState.SENT,
                col(OutgoingRow.sent_at) > since,
                col(OutgoingRow.sent_at) < before,
                OutgoingRow.copies_seen < OutgoingRow.copies_accepted,
            )
        )
        return self.session.exec(query).one()

    def interrupted(self, before: datetime) -> tuple[OutgoingRecord, ...]:
        query = select(OutgoingRow).where(
            OutgoingRow.state == OutgoingState.SENDING, OPEN_OUTGOING, col(OutgoingRow.claimed_at) <= before
        )
        return self._records(query)

    def by_message_id(self, message_id: str) -> OutgoingRecord | None:
        return self._first(select(OutgoingRow).where(OutgoingRow.message_id == message_id))

    def latest_of(self, template: str) -> OutgoingRecord | None:
        newest = select(func.max(OutgoingRow.id)).where(OutgoingRow.template == template)
        return self._first(select(OutgoingRow).where(col(OutgoingRow.id) == newest.scalar_subquery()))

    def with_key(self, key: str) -> OutgoingRecord | None:
        return self._first(select(OutgoingRow).where(OutgoingRow.key == key))

    def of_unit(self, campaign: str, unit: str) -> tuple[OutgoingRecord, ...]:
        query = select(OutgoingRow).where(OutgoingRow.campaign == campaign, OutgoingRow.unit == unit)
        return self._records(query.order_by(col(OutgoingRow.id)))

    def count_since(self, recipient: str, template: str, since: datetime) -> int:
        return self.session.exec(_written_to(recipient, since).where(RecipientRow.template == template)).one()

    def count_to(self, recipient: str, since: datetime, *, answers_only: bool = False) -> int:
        query = _written_to(recipient, since)
        return self.session.exec(query.where(col(RecipientRow.is_answer)) if answers_only else query).one()

    def sent_since(self, moment: datetime) -> int:
        """Two questions: asked at once, no order answers both."""
        counted = select(func.count()).select_from(OutgoingRow)
        sent = counted.where(col(OutgoingRow.sent_at) > moment)
        in_doubt = counted.where(
            OutgoingRow.state == OutgoingState.UNKNOWN,
            OPEN_OUTGOING,
            col(OutgoingRow.claimed_at) > moment,
            or_(col(OutgoingRow.sent_at).is_(None), col(OutgoingRow.sent_at) <= moment),
        )
        return self.session.exec(sent).one() + self.session.exec(in_doubt).one()

    def count_by_state(self) -> dict[str, int]:
        return dict(self.session.exec(select(OutgoingRow.state, func.count()).group_by(OutgoingRow.state)).all())

    def _row(self, outgoing_id: int) -> OutgoingRow:
        row = self.session.get(OutgoingRow, outgoing_id, populate_existing=True)
        if row is None:
            raise LookupError(f"outgoing mail {outgoing_id}: not in the ledger")
        return row

    def _store(self, row: OutgoingRow) -> None:
        self.session.add(row)
        self.session.flush()

    def _first(self, query: SelectOfScalar[OutgoingRow]) -> OutgoingRecord | None:
        row = self.session.exec(query.limit(1)).first()
        return _record(row) if row else None

    def _records(self, query: SelectOfScalar[OutgoingRow]) -> tuple[OutgoingRecord, ...]:
        return tuple(_record(row) for row in self.session.exec(query).all())


def _recipients(row: OutgoingRow, addresses: Sequence[str]) -> list[RecipientRow]:
    assert row.id is not None
    return [
        RecipientRow(
            address=address,
            created_at=row.created_at,
            outgoing_id=row.id,
            template=row.template,
            is_answer=row.answers_mail is not None,
        )
        for address in dict.fromkeys(each.lower() for each in addresses)
    ]


def _written_to(recipient: str, since: datetime) -> SelectOfScalar[int]:
    query = select(func.count()).select_from(RecipientRow)
    return query.where(RecipientRow.address == recipient.lower(), RecipientRow.created_at >= since)


def _set_outcomes(row: OutgoingRow, outcomes: Mapping[str, tuple[Fate, str]]) -> None:
    row.outcomes = values.to_json(values.outcomes, dict(outcomes))
    row.all_accepted = all(fate is Fate.ACCEPTED for fate, _ in outcomes.values())


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
        outcomes=values.outcomes.validate_json(row.outcomes),
        carries_copy=row.carries_copy,
        copies_accepted=row.copies_accepted,
        copies_seen=row.copies_seen,
        claimed_at=row.claimed_at,
        first_tried_at=row.first_tried_at,
        doubted_at=row.doubted_at,
        sent_again=row.sent_again,
        tasks=values.numbers.validate_json(row.tasks),
    )
