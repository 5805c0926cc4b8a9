"""What waits for HR, and what waited: opened once, closed once, never removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from service.core.tasks import Ending, Subject, Task, TaskKind
from service.storage import values
from service.storage.tables import TaskRow


@dataclass(frozen=True, slots=True)
class Tasks:
    """Adapter of the port of the same name."""

    session: Session

    def open(self, task: Task) -> Task:
        known = self.find(task.campaign, task.unit, task.subject)
        if known is not None:
            return known
        row = TaskRow(
            kind=task.kind,
            subject=values.subject_to_json(task.subject),
            campaign=task.campaign,
            unit=task.unit,
            said=task.said,
            opened_at=task.opened_at,
        )
        self.session.add(row)
        self.session.flush()
        return _task(row)

    def close(self, task_id: int, *, by: str, at: datetime, ending: Ending) -> bool:
        row = self.session.get(TaskRow, task_id)
        if row is None or row.closed_at is not None:
            return False
        row.closed_at, row.closed_by, row.ending = at, by, ending
        self.session.add(row)
        self.session.flush()
        return True

    def get(self, task_id: int) -> Task | None:
        row = self.session.get(TaskRow, task_id)
        return _task(row) if row else None

    def find(self, campaign: str | None, unit: str | None, subject: Subject) -> Task | None:
        query = select(TaskRow).where(
            TaskRow.campaign == campaign,
            TaskRow.kind == subject.kind,
            TaskRow.unit == unit,
            TaskRow.subject == values.subject_to_json(subject),
            col(TaskRow.closed_at).is_(None),
        )
        row = self.session.exec(query).first()
        return _task(row) if row else None

    def waiting(
        self, campaign: str | None = None, *, unit: str | None = None, kind: TaskKind | None = None
    ) -> tuple[Task, ...]:
        query = select(TaskRow).where(col(TaskRow.closed_at).is_(None))
        if campaign is not None:
            query = query.where(TaskRow.campaign == campaign)
        if unit is not None:
            query = query.where(TaskRow.unit == unit)
        if kind is not None:
            query = query.where(TaskRow.kind == kind)
        rows = self.session.exec(query.order_by(col(TaskRow.opened_at), col(TaskRow.id))).all()
        return tuple(_task(row) for row in rows)


def _task(row: TaskRow) -> Task:
    assert row.id is not None
    return Task(
        id=row.id,
        subject=values.subject_from_json(TaskKind(row.kind), row.subject),
        campaign=row.campaign,
        unit=row.unit,
        said=row.said,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        ending=Ending(row.ending) if row.ending else None,
    )
