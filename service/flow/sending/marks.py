"""The mark of an address that our mail does not reach: who gets it, and how it goes again.

It is set by a refusal of the address, at once or in a report on a mail of ours. It goes when a person writes from
there, when a report says that a mail was delivered there, or when a later mail was taken and a day brought no report.
"""

from __future__ import annotations

from datetime import timedelta

from service.core.events import AddressReached
from service.core.records import Fate, OutgoingRecord
from service.core.tasks import ClaimedUnreachable, Task, TaskKind, Unreachable
from service.core.units import Unit
from service.flow.context import CampaignContext, OpenCampaign, Services, addresses_of
from service.flow.outbox import notices
from service.flow.ports.ledger import Transaction
from service.flow.tasks import close_task

QUIET = timedelta(days=1)
"""A mail that no report gives back for so long has arrived; servers report a dead address within minutes."""


def may_be_marked(services: Services, open_campaign: OpenCampaign, address: str) -> bool:
    """HR's address and our own are not a contact's, whatever the configuration says."""
    return address not in open_campaign.campaign.hr_addresses and not services.identity.is_own_address(address)


def mark(services: Services, transaction: Transaction, record: OutgoingRecord, address: str, said: str) -> bool:
    """In every campaign that knows the address, else at the unit whose mail it was; HR is told. Whether anywhere."""
    places = _known_at(services, transaction, address) or _unit_of(services, record)
    marked = [(there, unit) for there, unit in places if may_be_marked(services, there, address)]
    for open_campaign, unit in marked:
        context = CampaignContext(services, transaction, open_campaign)
        if address not in context.notes(unit).bounced:
            transaction.decisions.mark_bounced(open_campaign.campaign.id, unit.code, address)
            notices.tell_hr_of_unreachable(context, unit, address, said)
    return bool(marked)


def _known_at(services: Services, transaction: Transaction, address: str) -> list[tuple[OpenCampaign, Unit]]:
    return [
        (open_campaign, unit)
        for open_campaign in services.campaigns.values()
        for unit in open_campaign.units
        if address in addresses_of(unit, transaction.decisions.notes(open_campaign.campaign.id, unit.code))
    ]


def _unit_of(services: Services, record: OutgoingRecord) -> list[tuple[OpenCampaign, Unit]]:
    """Such as the head of a unit, who got a copy."""
    open_campaign = services.campaigns.get(record.campaign or "")
    unit = open_campaign.unit(record.unit) if open_campaign and record.unit else None
    return [(open_campaign, unit)] if open_campaign and unit else []


def note_reached(services: Services, transaction: Transaction, address: str, because: str) -> None:
    """The mark goes everywhere, its tasks close by themselves, and a report that claimed otherwise is refuted."""
    for open_campaign in services.campaigns.values():
        context = CampaignContext(services, transaction, open_campaign)
        for unit in open_campaign.units:
            if address in context.notes(unit).bounced:
                transaction.decisions.unmark_bounced(open_campaign.campaign.id, unit.code, address)
                context.record("mail", AddressReached(address=address, because=because), unit=unit)
    for open_campaign, unit in _known_at(services, transaction, address):
        claim = transaction.tasks.find(open_campaign.campaign.id, unit.code, ClaimedUnreachable(address=address))
        if claim is not None:
            close_task(CampaignContext(services, transaction, open_campaign), claim)


def note_arrived(services: Services, open_campaign: OpenCampaign) -> None:
    """Marked addresses to which a later mail went that nothing gave back."""
    with services.ledger.transaction() as transaction:
        for task in transaction.tasks.waiting(open_campaign.campaign.id, kind=TaskKind.UNREACHABLE):
            if isinstance(task.subject, Unreachable) and _arrived_since(services, transaction, task, task.subject):
                note_reached(services, transaction, task.subject.address, "no report")


def _arrived_since(services: Services, transaction: Transaction, task: Task, subject: Unreachable) -> bool:
    taken = (
        mail.sent_at
        for mail in transaction.outbox.of_unit(task.campaign or "", task.unit or "")
        if mail.outcomes.get(subject.address, (Fate.UNKNOWN, ""))[0] is Fate.ACCEPTED
    )
    return any(at is not None and task.opened_at < at <= services.now() - QUIET for at in taken)
