"""The audit trail: typed facts, chained by hash so that a changed or missing one shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from service.core.events import Event, EventKind
from service.storage import values
from service.storage.tables import EventRow


@dataclass(frozen=True, slots=True)
class Events:
    """Adapter of the port of the same name."""

    session: Session
    _newest: list[str] = field(default_factory=list)
    """The hash of the newest event; a transaction has the chain to itself (`BEGIN IMMEDIATE`)."""

    def record(self, event: Event) -> None:
        row = EventRow(
            at=event.at,
            who=event.who,
            kind=event.kind,
            fields=values.fact_to_json(event.fact),
            campaign=event.campaign,
            unit=event.unit,
            mail_id=event.mail_id,
            hash="",
        )
        row.hash = _chained(self._newest_hash(), row)
        self._newest[:] = [row.hash]
        self.session.add(row)
        self.session.flush()

    def _newest_hash(self) -> str:
        if not self._newest:
            newest = select(func.max(EventRow.id)).scalar_subquery()
            self._newest[:] = [self.session.exec(select(EventRow.hash).where(EventRow.id == newest)).first() or ""]
        return self._newest[0]

    def latest(self, limit: int = 100, campaign: str | None = None) -> tuple[Event, ...]:
        query = select(EventRow).order_by(col(EventRow.id).desc()).limit(limit)
        if campaign is not None:
            query = query.where(EventRow.campaign == campaign)
        return tuple(_event(row) for row in self.session.exec(query).all())

    def last(self, kind: EventKind, campaign: str | None = None) -> Event | None:
        query = select(EventRow).where(EventRow.kind == kind).order_by(col(EventRow.id).desc())
        if campaign is not None:
            query = query.where(EventRow.campaign == campaign)
        row = self.session.exec(query.limit(1)).first()
        return _event(row) if row else None

    def after(self, event_id: int, kind: EventKind) -> tuple[Event, ...]:
        query = select(EventRow).where(EventRow.kind == kind, col(EventRow.id) > event_id).order_by(col(EventRow.id))
        return tuple(_event(row) for row in self.session.exec(query).all())

    def since(self, moment: datetime, kind: EventKind) -> tuple[Event, ...]:
        query = select(EventRow).where(EventRow.kind == kind, col(EventRow.at) >= moment)
        rows = self.session.exec(query.order_by(col(EventRow.at), col(EventRow.id))).all()
        return tuple(_event(row) for row in rows)

    def any_after(self, event_id: int, campaign: str, *, but: Collection[EventKind]) -> bool:
        query = select(EventRow.id).where(
            EventRow.campaign == campaign, col(EventRow.id) > event_id, col(EventRow.kind).not_in(but)
        )
        return self.session.exec(query.limit(1)).first() is not None

    def verify_chain(self) -> bool:
        previous = ""
        rows = self.session.exec(select(EventRow).order_by(col(EventRow.id)).execution_options(yield_per=1000))
        for row in rows:
            if row.hash != _chained(previous, row):
                return False
            previous = row.hash
        return True


def _chained(previous: str, row: EventRow) -> str:
    at = row.at.astimezone(UTC).isoformat()
    said = [at, row.who, str(row.kind), row.fields, row.campaign, row.unit, row.mail_id]
    return hashlib.sha256(f"{previous}\n{json.dumps(said, ensure_ascii=False)}".encode()).hexdigest()


def _event(row: EventRow) -> Event:
    return Event(
        id=row.id or 0,
        at=row.at,
        who=row.who,
        fact=values.fact_from_json(EventKind(row.kind), row.fields),
        campaign=row.campaign,
        unit=row.unit,
        mail_id=row.mail_id,
        hash=row.hash,
    )
