"""What a unit is given to fill in: the papers of the opening mail, the blanks alone, the contact's own list."""

from __future__ import annotations

from service.core.mail.messages import Attachment
from service.core.progress.deadlines import deadline_of_unit
from service.core.units import Unit
from service.flow.contacts.nominations import list_of
from service.flow.context import CampaignContext
from service.flow.outbox.calendar_entries import calendar_entry


def opening_annexes(context: CampaignContext, unit: Unit) -> tuple[Attachment, ...]:
    """Everything that goes out with the opening mail; guides and calendar entry name the unit's own last day."""
    last_day = deadline_of_unit(context.campaign, context.notes(unit))
    annexes = context.services.documents.annexes.opening(context.campaign, unit, last_day)
    return (*annexes, calendar_entry(context, unit))


def blanks(context: CampaignContext, unit: Unit) -> tuple[Attachment, ...]:
    """The roster and the form alone."""
    return context.services.documents.annexes.blanks(context.campaign, unit)


def with_own_list(
    context: CampaignContext, unit: Unit, papers: tuple[Attachment, ...], reader: str
) -> tuple[Attachment, ...]:
    """For the confirmed contact, and nobody else, the list with the workers entered instead of the blank one."""
    contact = context.transaction.people.current_contact(context.campaign.id, unit.code)
    if contact is None or contact.nominee.address != reader:
        return papers
    mine = list_of(context, unit, contact)
    return (*(paper for paper in papers if paper.name not in {one.name for one in mine}), *mine)
