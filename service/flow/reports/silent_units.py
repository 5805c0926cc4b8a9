"""Units of which HR has to hear although they did nothing: without a contact, or so late that somebody should call."""

from __future__ import annotations

from collections.abc import Sequence

from service.core.progress.deadlines import deadline_of_unit, steps
from service.core.tasks import NoContact, ToBeCalled
from service.flow.context import CampaignContext
from service.flow.hr.open_tasks import still_waits_for
from service.flow.outbox.overview import OverviewRow
from service.flow.tasks import open_task


def note_silent_units(context: CampaignContext, rows: Sequence[OverviewRow]) -> None:
    """Once a day, before the summary; each task closes by itself when the unit does something."""
    for row in rows:
        if still_waits_for(context, row.unit, NoContact()):
            open_task(context, NoContact(), unit=row.unit)
        if to_be_called(context, row) and still_waits_for(context, row.unit, ToBeCalled()):
            open_task(context, ToBeCalled(), unit=row.unit)


def to_be_called(context: CampaignContext, row: OverviewRow) -> bool:
    """Whether the unit is so late that writing has not helped."""
    plan, today = context.campaign.plan, context.today()
    last_day = deadline_of_unit(context.campaign, context.notes(row.unit))
    overdue = [step for step in steps(plan, last_day, context.calendar) if last_day < step.day <= today]
    return len(overdue) >= plan.call_list_from
