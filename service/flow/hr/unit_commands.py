"""What a unit says for itself by mail, in single words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from service.core.events import ExtensionAsked
from service.core.mail.commands import Command, Order, day_in
from service.core.mail.messages import Attachment
from service.core.progress.deadlines import deadline_of_unit
from service.core.tasks import ExtensionWish
from service.core.units import Unit
from service.flow.contacts.nominations import list_of
from service.flow.context import CampaignContext
from service.flow.outbox.compose import to_hr, unit_facts
from service.flow.outbox.letters import HrLetter, Part
from service.flow.tasks import open_task
from service.flow.triage.triage import Incoming


def obey_unit(
    context: CampaignContext, unit: Unit, mail: Incoming, said: tuple[Order, ...], *, beside_papers: bool
) -> list[Part]:
    """Each word once, with what is to be answered; where the unit stands is in the answer to its papers anyway."""
    first = {order.command: order for order in reversed(said)}
    return [
        _DEEDS[command](context, unit, mail, first[command])
        for command in dict.fromkeys(order.command for order in said)
        if command in _DEEDS and not (beside_papers and command in _SAID_WITH_PAPERS)
    ]


def _say_status(_context: CampaignContext, _unit: Unit, _mail: Incoming, _order: Order) -> Part:
    return Part(template="status_unit")


def _send_template(context: CampaignContext, unit: Unit, mail: Incoming, _order: Order) -> Part:
    """The blank papers once more; the confirmed contact gets her list with the workers entered."""
    contact = context.transaction.people.current_contact(context.campaign.id, unit.code)
    attachments = list(_opening_annexes(context, unit))
    if contact is not None and contact.nominee.address == mail.message.sender:
        mine = list_of(context, unit, contact)
        attachments = [each for each in attachments if each.name not in {one.name for one in mine}] + list(mine)
    facts = {"attachments": [attachment.name for attachment in attachments]}
    return Part(template="template_again", facts=facts, attachments=tuple(attachments))


def _opening_annexes(context: CampaignContext, unit: Unit) -> tuple[Attachment, ...]:
    last_day = deadline_of_unit(context.campaign, context.notes(unit))
    return context.services.documents.annexes.opening(context.campaign, unit, last_day, context.now())


def _ask_extension(context: CampaignContext, unit: Unit, mail: Incoming, order: Order) -> Part:
    """HR decides; a day that is none, or that has passed, is asked for again."""
    today, standing = context.today(), unit_facts(context, unit)
    until = day_in(order.argument, today)
    later = max(today, standing["last_day"])
    if until is None or until <= later:
        facts: dict[str, Any] = {"day": until, "example": later + timedelta(days=7)}
        beside = {"example": f"{facts['example']:%d/%m/%Y}"}
        return Part(template="extension_unclear", facts=facts, beside=beside)
    context.record(unit.code, ExtensionAsked(until=until), unit=unit, mail_id=mail.record.id)
    task = open_task(context, ExtensionWish(until=until), unit=unit)
    letter = HrLetter(
        key=f"extension:{mail.record.id}",
        template="extension_request",
        facts={
            "day": until,
            "sender": mail.message.sender,
            "unproven": mail.triage.unproven,
            "text": mail.message.new_text,
            **standing,
        },
        unit=unit,
        tasks=(task.id,),
    )
    to_hr(context, letter)
    return Part(template="extension_requested", facts={"day": until}, beside={"day": f"{until:%d/%m/%Y}"})


def _help_with_reasons(context: CampaignContext, _unit: Unit, _mail: Incoming, order: Order) -> Part:
    facts: dict[str, Any] = {"column": context.campaign.heading("not_possible_reason"), "said": order.argument}
    return Part(template="not_possible_help", facts=facts, beside={"column": facts["column"]})


_DEEDS: Mapping[Command, Callable[[CampaignContext, Unit, Incoming, Order], Part]] = {
    Command.STATUS: _say_status,
    Command.TEMPLATE: _send_template,
    Command.EXTEND: _ask_extension,
    Command.NOT_POSSIBLE: _help_with_reasons,
}
_SAID_WITH_PAPERS = frozenset({Command.STATUS, Command.NOT_POSSIBLE})
