"""One mail to HR about much that came at once: what was gathered instead of sixty mails, each matter to be answered."""

from __future__ import annotations

from service.core.tasks import TaskKind
from service.flow.context import CampaignContext, OpenCampaign, Services
from service.flow.outbox.caps import GATHERED_FOR
from service.flow.outbox.compose import to_hr
from service.flow.outbox.gathering import GATHERED_MAIL, gathered, note_told, open_tasks_of
from service.flow.outbox.letters import HrLetter
from service.flow.reports.needs import needs_of


def tell_gathered(services: Services, open_campaign: OpenCampaign) -> bool:
    """Once the first of them has waited for the rest; a summary that comes before carries them instead."""
    with services.ledger.transaction() as transaction:
        context = CampaignContext(services, transaction, open_campaign)
        waiting = gathered(context)
        if not waiting or services.now() - waiting[0].at < GATHERED_FOR:
            return False
        tasks = open_tasks_of(context, waiting)
        needs = needs_of(context, tasks, untold={task.id for task in tasks})
        letter = HrLetter(
            key=f"gathered:{context.campaign.id}:{waiting[-1].id}",
            template=GATHERED_MAIL,
            facts={"needs": needs, "matters": sum(len(need.matters) for need in needs)},
            tasks=tuple(task.id for task in tasks if task.kind is TaskKind.QUESTION),
        )
        note_told(context, waiting)
        return to_hr(context, letter)
