"""Opening and closing what waits for HR, in the transaction of whatever caused it."""

from __future__ import annotations

from service.core.events import SERVICE
from service.core.tasks import Ending, Subject, Task
from service.core.units import Unit
from service.flow.context import CampaignContext


def open_task(context: CampaignContext, subject: Subject, *, unit: Unit | None = None, said: str = "") -> Task:
    """The task about this subject; opened unless it is open already."""
    return context.transaction.tasks.open(
        Task(
            subject=subject,
            campaign=context.campaign.id,
            unit=unit.code if unit else None,
            said=said,
            opened_at=context.now(),
        )
    )


def close_task(context: CampaignContext, task: Task, *, by: str = SERVICE, ending: Ending = Ending.CAUSE_GONE) -> bool:
    """False when it was closed before."""
    return context.transaction.tasks.close(task.id, by=by, at=context.now(), ending=ending)
