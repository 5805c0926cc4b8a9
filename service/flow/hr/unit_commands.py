"""What a unit says for itself by mail, in single words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from textwrap import shorten
from typing import Any

from service.core.events import ExtensionAsked
from service.core.mail.commands import Command, Order
from service.core.progress.time_wishes import TimeWish, Understood, time_wish_in, time_wish_of
from service.core.tasks import ExtensionWish
from service.core.units import Unit
from service.flow.answers import answers
from service.flow.contacts.papers_to_fill import opening_annexes, with_own_list
from service.flow.context import CampaignContext
from service.flow.outbox.compose import to_hr, unit_facts
from service.flow.outbox.letters import HrLetter, Part
from service.flow.tasks import open_task
from service.flow.triage.triage import Incoming

_LONGEST_SAID = 100


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
    attachments = with_own_list(context, unit, opening_annexes(context, unit), mail.message.sender)
    facts = {"attachments": [attachment.name for attachment in attachments]}
    return Part(template="template_again", facts=facts, attachments=attachments)


def _ask_extension(context: CampaignContext, unit: Unit, mail: Incoming, order: Order) -> Part:
    """ "GIA HẠN 25/05", "Xin gia hạn 3-5 ngày"; with nothing beside the word the day is asked for."""
    if not order.argument:
        return _ask_for_day(context, unit, None)
    last_day = unit_facts(context, unit)["last_day"]
    wish = time_wish_of(order.argument, context.today(), context.calendar, last_day=last_day)
    return take_time_wish(context, unit, mail, wish)


def wished_time(context: CampaignContext, unit: Unit, mail: Incoming) -> TimeWish | None:
    """The wish for more time in the words of a mail, wherever it stands."""
    last_day = unit_facts(context, unit)["last_day"]
    return time_wish_in(mail.message.new_text, context.today(), context.calendar, last_day=last_day)


def take_time_wish(context: CampaignContext, unit: Unit, mail: Incoming, wish: TimeWish) -> Part:
    """HR decides; a day that is none, or that the unit has anyway, is asked for again."""
    if wish.for_some:
        return answers.about_question(context, unit, mail)
    until, last_day = wish.until, unit_facts(context, unit)["last_day"]
    if until is None or until <= max(context.today(), last_day):
        return _ask_for_day(context, unit, until)
    unsaid = wish.understood is Understood.UNSAID
    words = wish.words if wish.understood is Understood.COUNTED else ""
    said = _first_line(mail) if unsaid else words
    context.record(unit.code, ExtensionAsked(until=until), unit=unit, mail_id=mail.record.id)
    task = open_task(context, ExtensionWish(until=until), unit=unit, said=said)
    facts = {"day": until, "words": words, "unsaid": unsaid}
    letter = HrLetter(
        key=f"extension:{mail.record.id}",
        template="extension_request",
        facts={
            **facts,
            "sender": mail.message.sender,
            "unproven": mail.triage.unproven,
            "text": mail.message.new_text,
            **unit_facts(context, unit),
        },
        unit=unit,
        tasks=(task.id,),
    )
    to_hr(context, letter)
    return Part(template="extension_requested", facts=facts, beside={"day": f"{until:%d/%m/%Y}"})


def _ask_for_day(context: CampaignContext, unit: Unit, day: date | None) -> Part:
    later = max(context.today(), unit_facts(context, unit)["last_day"])
    facts = {"day": day, "example": later + timedelta(days=7)}
    return Part(template="extension_unclear", facts=facts, beside={"example": f"{facts['example']:%d/%m/%Y}"})


def _first_line(mail: Incoming) -> str:
    """What the unit wrote, for a line of HR's list."""
    line = next((line for line in mail.message.new_text.splitlines() if line.strip()), "")
    return shorten(line, _LONGEST_SAID, placeholder=" …")


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
