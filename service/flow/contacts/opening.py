"""The opening wave, and people's decisions about who may write for a unit."""

from __future__ import annotations

from dataclasses import dataclass

from service.core.events import CampaignLaunched
from service.core.units import Unit
from service.flow.contacts.papers_to_fill import opening_annexes
from service.flow.context import CampaignContext, OpenCampaign, Services, where_to_write
from service.flow.outbox.compose import to_unit
from service.flow.outbox.letters import UnitLetter


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """How many opening mails were queued now, and for which units there is nowhere to write."""

    queued: int
    unreachable: tuple[str, ...]


def launch(services: Services, open_campaign: OpenCampaign, *, by: str) -> Launched:
    """Queues the opening mail of every unit; twice changes nothing."""
    unreachable = []
    queued = 0
    for unit in open_campaign.units:
        with services.ledger.transaction() as transaction:
            if not where_to_write(unit, CampaignContext(services, transaction, open_campaign).notes(unit)):
                unreachable.append(unit.code)
            queued += open_for(CampaignContext(services, transaction, open_campaign), unit)
    with services.ledger.transaction() as transaction:
        if transaction.decisions.launched_at(open_campaign.campaign.id) is None:
            transaction.decisions.mark_launched(open_campaign.campaign.id, services.now())
            CampaignContext(services, transaction, open_campaign).record(by, CampaignLaunched(queued=queued))
    return Launched(queued=queued, unreachable=tuple(unreachable))


def open_for(context: CampaignContext, unit: Unit) -> bool:
    """The opening mail to where the unit is written to now."""
    notes = context.notes(unit)
    to = where_to_write(unit, notes)
    key = f"opening:{context.campaign.id}:{unit.code}:{','.join(to)}"
    if not to or context.transaction.outbox.with_key(key) is not None:
        return False
    attachments = opening_annexes(context, unit)
    facts = {"attachments": [attachment.name for attachment in attachments]}
    return to_unit(context, unit, UnitLetter(key=key, template="opening", facts=facts, attachments=attachments))
