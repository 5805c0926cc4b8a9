"""Units whose papers were taken in unanswered, for too many mails went to them at once: told where they stand."""

from __future__ import annotations

from datetime import timedelta

from service.core.records import Event
from service.core.units import Unit
from service.flow.context import CampaignContext, OpenCampaign, Services
from service.flow.outbox.compose import PAPERS_UNANSWERED, to_unit
from service.flow.outbox.letters import UnitLetter

QUIET = timedelta(minutes=30)
"""For so long nothing more was withheld: the flood is over."""
FORGOTTEN = timedelta(days=2)


def catch_up(services: Services, open_campaign: OpenCampaign) -> None:
    """One mail a day and unit at the most: somebody who sends a form a mail gets no answer to the twentieth."""
    with services.ledger.transaction() as transaction:
        context = CampaignContext(services, transaction, open_campaign)
        newest: dict[str, Event] = {}
        for event in transaction.events.after(PAPERS_UNANSWERED, 0):
            if event.campaign == open_campaign.campaign.id and event.unit:
                newest[event.unit] = event
        for code, event in newest.items():
            unit = open_campaign.unit(code)
            if unit is not None and QUIET <= services.now() - event.at < FORGOTTEN:
                _tell(context, unit, event)


def _tell(context: CampaignContext, unit: Unit, event: Event) -> None:
    key = f"caught-up:{context.campaign.id}:{unit.code}:{context.day_of(event.at)}"
    to_unit(context, unit, UnitLetter(key=key, template="status_unit", facts={}))
