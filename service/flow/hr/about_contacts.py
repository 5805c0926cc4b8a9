"""HR's decisions about who writes for a unit."""

from __future__ import annotations

from service.core import events
from service.core.contacts import Contact, ContactState
from service.core.hr_decisions import Admit, Appoint, ConfirmContact, DeclineContact, Outcome, Result
from service.core.units import Unit
from service.flow.contacts.nominations import appoint, confirm, masked_nominee
from service.flow.contacts.opening import open_for
from service.flow.context import CampaignContext, where_to_write
from service.flow.hr.about_units import named, no_unit
from service.flow.outbox.compose import to_unit
from service.flow.outbox.letters import UnitLetter


def admit(context: CampaignContext, decision: Admit, by: str) -> Outcome:
    """The address is written to from now on, and its held mails wait to be processed again."""
    unit, address = context.unit(decision.unit), decision.address.strip().lower()
    if unit is None:
        return no_unit(decision.unit)
    if context.services.identity.is_own_address(address):
        return Outcome(result=Result.ADMIT_OWN, facts={"address": address, "unit": named(unit)})
    context.transaction.decisions.admit(context.campaign.id, unit.code, address)
    context.record(by, events.AddressAdmitted(address=address), unit=unit)
    held = [record for record in context.transaction.mails.held() if record.sender == address]
    for record in held:
        context.transaction.mails.reopen(record.id)
    if context.transaction.decisions.launched_at(context.campaign.id) is not None:
        open_for(context, unit)
    facts = {"address": address, "unit": named(unit), "count": str(len(held))}
    return Outcome(result=Result.ADMITTED, facts=facts, unit=unit.code)


def appoint_contact(context: CampaignContext, decision: Appoint, by: str) -> Outcome:
    unit, nominee = context.unit(decision.unit), decision.nominee
    if unit is None:
        return no_unit(decision.unit)
    was_reached = bool(where_to_write(unit, context.notes(unit)))
    appoint(context, unit, nominee, by=by)
    if not was_reached and context.transaction.decisions.launched_at(context.campaign.id) is not None:
        open_for(context, unit)  # the opening mail came back from everybody else
    facts = {"contact": f"{nominee.name}, {nominee.address}", "unit": named(unit)}
    return Outcome(result=Result.CONTACT_NAMED, facts=facts, unit=unit.code)


def confirm_contact(context: CampaignContext, decision: ConfirmContact, by: str) -> Outcome:
    found = _proposed(context, decision.contact)
    if found is None:
        return Outcome(result=Result.CONTACT_DECIDED)
    contact, unit = found
    people = context.transaction.people
    previous = people.current_contact(context.campaign.id, unit.code)
    before = where_to_write(unit, context.notes(unit))
    if previous is not None:
        people.decide_contact(previous.id, ContactState.FORMER, by=by, at=context.now())
    people.decide_contact(contact.id, ContactState.CURRENT, by=by, at=context.now())
    decided = people.contact(contact.id)
    assert decided is not None
    confirm(context, unit, decided, previous=previous, before=[*before, contact.named_by], mail=None)
    return Outcome(result=Result.CONTACT_ACCEPTED, facts={"unit": named(unit)}, unit=unit.code)


def decline_contact(context: CampaignContext, decision: DeclineContact, by: str) -> Outcome:
    found = _proposed(context, decision.contact)
    if found is None:
        return Outcome(result=Result.CONTACT_DECIDED)
    contact, unit = found
    why = decision.why
    context.transaction.people.decide_contact(contact.id, ContactState.DECLINED, by=by, at=context.now(), why=why)
    context.record(by, events.ContactDeclined(contact=contact.id, why=why), unit=unit)
    letter = UnitLetter(
        key=f"contact-declined:{contact.id}",
        template="contact_declined",
        facts={"contact": masked_nominee(contact.nominee), "why": why},
        only_to=contact.named_by,
    )
    to_unit(context, unit, letter)
    return Outcome(result=Result.CONTACT_DECLINED, facts={"unit": named(unit), "why": why}, unit=unit.code)


def _proposed(context: CampaignContext, contact_id: int) -> tuple[Contact, Unit] | None:
    """The nomination that waits, with its unit."""
    contact = context.transaction.people.contact(contact_id)
    unit = context.unit(contact.unit) if contact else None
    if contact is None or unit is None or contact.state is not ContactState.PROPOSED:
        return None
    return contact, unit
