"""The book of incoming mails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, update
from sqlmodel import Session, col, select

from service.core.mail.messages import WORDS_ONLY, Kind
from service.core.mail.trust import Vouched
from service.core.records import MailRecord, MailState
from service.storage import values
from service.storage.indexes import OPEN_MAIL, UNFILED_MAIL
from service.storage.tables import MailRow


@dataclass(frozen=True, slots=True)
class Mails:
    """Adapter of the port of the same name."""

    session: Session

    def known_uids(self, mailbox: str, uidvalidity: int) -> frozenset[int]:
        query = select(MailRow.uid).where(MailRow.mailbox == mailbox, MailRow.uidvalidity == uidvalidity)
        return frozenset(self.session.exec(query).all())

    def receive(
        self,
        mailbox: str,
        uidvalidity: int,
        uid: int,
        sha256: str,
        now: datetime,
        *,
        received: datetime | None = None,
    ) -> MailRecord:
        place = (MailRow.mailbox == mailbox, MailRow.uidvalidity == uidvalidity, MailRow.uid == uid)
        row = self.session.exec(select(MailRow).where(*place).limit(1)).first()
        if row is None:
            row = MailRow(
                mailbox=mailbox,
                uidvalidity=uidvalidity,
                uid=uid,
                sha256=sha256,
                received_at=min(received or now, now),
                taken_in_at=now,
                state=MailState.RECEIVED,
            )
            self.session.add(row)
            self.session.flush()
        return _record(row)

    def get(self, mail_id: int) -> MailRecord:
        return _record(self._row(mail_id))

    def find(self, mail_id: int) -> MailRecord | None:
        row = self.session.get(MailRow, mail_id)
        return _record(row) if row else None

    def waiting(self) -> tuple[int, ...]:
        query = select(MailRow.id).where(MailRow.state == MailState.RECEIVED, OPEN_MAIL).order_by(col(MailRow.id))
        return tuple(mail_id for mail_id in self.session.exec(query).all() if mail_id is not None)

    def claim(self, mail_id: int, now: datetime, lease_seconds: float) -> MailRecord | None:
        free = or_(col(MailRow.lease_until).is_(None), col(MailRow.lease_until) < now)
        taken = self.session.execute(
            update(MailRow)
            .where(col(MailRow.id) == mail_id, col(MailRow.state) == MailState.RECEIVED, free)
            .values(lease_until=now + timedelta(seconds=lease_seconds), attempts=MailRow.attempts + 1)
        )
        return self.get(mail_id) if taken.rowcount else None  # type: ignore[attr-defined]  # an UPDATE's result has it

    def release(self, mail_id: int, *, counts: bool = True) -> None:
        row = self._row(mail_id)
        row.lease_until = None
        row.attempts -= not counts
        self.session.add(row)

    def release_all(self) -> int:
        claimed = (col(MailRow.state) == MailState.RECEIVED, OPEN_MAIL, col(MailRow.lease_until).is_not(None))
        released = self.session.execute(
            update(MailRow).where(*claimed).values(lease_until=None).execution_options(synchronize_session=False)
        )
        return int(released.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it

    def earlier_with_bytes(self, record: MailRecord) -> MailRecord | None:
        query = select(MailRow).where(MailRow.sha256 == record.sha256, col(MailRow.id) < record.id)
        row = self.session.exec(query.order_by(col(MailRow.id)).limit(1)).first()
        return _record(row) if row else None

    def earlier_with_message_id(self, message_id: str, before: int, most: int) -> tuple[MailRecord, ...]:
        query = select(MailRow).where(MailRow.message_id == message_id, col(MailRow.id) < before)
        rows = self.session.exec(query.order_by(col(MailRow.id).desc()).limit(most)).all()
        return tuple(_record(row) for row in rows)

    def came_from_elsewhere(self, mailbox: str, uidvalidity: int, uid: int, sha256: str) -> bool:
        here = and_(col(MailRow.mailbox) == mailbox, col(MailRow.uidvalidity) == uidvalidity)
        query = select(MailRow).where(MailRow.sha256 == sha256, ~here).order_by(col(MailRow.id))
        row = self.session.exec(query.limit(1)).first()
        if row is not None:
            row.mailbox, row.uidvalidity, row.uid, row.filed = mailbox, uidvalidity, uid, False
            self.session.add(row)
            self.session.flush()
        return row is not None

    def finish(
        self,
        mail_id: int,
        *,
        state: MailState,
        kind: Kind,
        folder: str,
        campaign: str | None,
        unit: str | None,
        message_id: str | None,
        sender: str,
        subject: str,
        reasons: Sequence[str],
        duplicate_of: int | None = None,
        locked: Sequence[str] = (),
    ) -> None:
        row = self._row(mail_id)
        row.locked = values.to_json(values.strings, tuple(locked))
        row.state, row.kind = state, kind
        _put_into(row, folder)
        row.campaign, row.unit, row.duplicate_of = campaign, unit, duplicate_of
        row.message_id, row.sender, row.subject = message_id, sender, subject
        row.reasons = values.to_json(values.strings, tuple(reasons))
        row.lease_until = None
        self.session.add(row)

    def last_locked(self, campaign: str, unit: str, since: datetime) -> MailRecord | None:
        query = select(MailRow).where(
            MailRow.campaign == campaign,
            MailRow.unit == unit,
            MailRow.received_at >= since,
            MailRow.state == MailState.PROCESSED,
            MailRow.locked != "[]",
        )
        row = self.session.exec(query.order_by(col(MailRow.id).desc()).limit(1)).first()
        return _record(row) if row else None

    def newest_words(self, campaign: str, unit: str, since: datetime, most: int) -> tuple[str, ...]:
        query = select(MailRow.sha256).where(
            MailRow.campaign == campaign,
            MailRow.unit == unit,
            MailRow.received_at >= since,
            MailRow.state == MailState.PROCESSED,
            col(MailRow.kind).in_(WORDS_ONLY),
        )
        return tuple(self.session.exec(query.order_by(col(MailRow.id).desc()).limit(most)))

    def note_locked(self, mail_id: int, locked: Sequence[str]) -> None:
        row = self._row(mail_id)
        row.locked = values.to_json(values.strings, tuple(locked))
        self.session.add(row)

    def give_up_on(self, mail_id: int, reason: str, folder: str) -> None:
        row = self._row(mail_id)
        row.state, row.lease_until = MailState.FAILED, None
        _put_into(row, folder)
        row.reasons = values.to_json(values.strings, (reason,))
        self.session.add(row)

    def close(self, mail_id: int, reason: str, folder: str) -> None:
        row = self._row(mail_id)
        row.state = MailState.IGNORED
        _put_into(row, folder)
        row.reasons = values.to_json(values.strings, (*values.strings.validate_json(row.reasons), reason))
        self.session.add(row)

    def reopen(self, mail_id: int) -> None:
        row = self._row(mail_id)
        row.state, row.attempts, row.lease_until = MailState.RECEIVED, 0, None
        self.session.add(row)

    def vouch(self, mail_id: int, vouched: Vouched) -> None:
        row = self._row(mail_id)
        row.vouched_by, row.vouched_campaign, row.vouched_unit = vouched.by, vouched.campaign, vouched.unit
        self.session.add(row)

    def unfiled(self, mailbox: str, uidvalidity: int) -> tuple[MailRecord, ...]:
        query = select(MailRow).where(
            MailRow.mailbox == mailbox,
            MailRow.uidvalidity == uidvalidity,
            UNFILED_MAIL,
            col(MailRow.folder).is_not(None),
        )
        return tuple(_record(row) for row in self.session.exec(query).all())

    def mark_filed(self, mail_id: int) -> None:
        row = self._row(mail_id)
        row.filed = True
        self.session.add(row)

    def held(self) -> tuple[MailRecord, ...]:
        query = select(MailRow).where(MailRow.state == MailState.HELD, OPEN_MAIL).order_by(col(MailRow.id))
        return tuple(_record(row) for row in self.session.exec(query).all())

    def failed_since(self, moment: datetime) -> bool:
        query = select(MailRow.id).where(MailRow.state == MailState.FAILED, OPEN_MAIL, MailRow.received_at >= moment)
        return self.session.exec(query.limit(1)).first() is not None

    def lying(self, mailbox: str, uidvalidity: int) -> tuple[MailRecord, ...]:
        query = select(MailRow).where(
            MailRow.mailbox == mailbox,
            MailRow.uidvalidity == uidvalidity,
            UNFILED_MAIL,
        )
        return tuple(_record(row) for row in self.session.exec(query.order_by(col(MailRow.id))).all())

    def oldest_waiting(self) -> MailRecord | None:
        query = select(MailRow).where(MailRow.state == MailState.RECEIVED, OPEN_MAIL)
        row = self.session.exec(query.order_by(col(MailRow.taken_in_at)).limit(1)).first()
        return _record(row) if row else None

    def has_come(self, message_id: str) -> bool:
        return (
            self.session.exec(select(MailRow.id).where(MailRow.message_id == message_id).limit(1)).first() is not None
        )

    def count_by_state(self) -> dict[str, int]:
        return dict(self.session.exec(select(MailRow.state, func.count()).group_by(MailRow.state)).all())

    def _row(self, mail_id: int) -> MailRow:
        row = self.session.get(MailRow, mail_id)
        if row is None:
            raise LookupError(f"mail {mail_id}: not in the ledger")
        return row


def _put_into(row: MailRow, folder: str) -> None:
    """A mail that was filed before it was decided anew stays where it lies: its number there is not known."""
    if not row.filed:
        row.folder = folder


def _record(row: MailRow) -> MailRecord:
    assert row.id is not None
    return MailRecord(
        id=row.id,
        mailbox=row.mailbox,
        uidvalidity=row.uidvalidity,
        uid=row.uid,
        sha256=row.sha256,
        received_at=row.received_at,
        taken_in_at=row.taken_in_at,
        state=MailState(row.state),
        kind=Kind(row.kind) if row.kind else None,
        campaign=row.campaign,
        unit=row.unit,
        message_id=row.message_id,
        sender=row.sender,
        subject=row.subject,
        reasons=values.strings.validate_json(row.reasons),
        folder=row.folder,
        filed=row.filed,
        attempts=row.attempts,
        duplicate_of=row.duplicate_of,
        vouched=_vouched(row),
        locked=values.strings.validate_json(row.locked),
    )


def _vouched(row: MailRow) -> Vouched | None:
    if row.vouched_by is None or row.vouched_campaign is None or row.vouched_unit is None:
        return None
    return Vouched(by=row.vouched_by, campaign=row.vouched_campaign, unit=row.vouched_unit)
