"""What HR says by mail, in single words: parsed into decisions, carried out at the one door, and answered in a list.

HR's address alone proves nothing, for anybody can write it into a mail: whatever changes something needs the one-time
code of a mail of ours to that very person. "TÌNH TRẠNG" only tells HR what HR may know, and brings a fresh code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.core.contacts import CODE_IS_GOOD_FOR, ReplyCode
from service.core.mail.authenticity import Authenticity
from service.core.mail.commands import Command, Order, codes_in, orders_in
from service.core.mail.messages import Kind
from service.core.records import MailState
from service.flow.answers import questions
from service.flow.answers.questions import Asked
from service.flow.context import CampaignContext
from service.flow.hr.decisions import decide_in, outcome_in_words
from service.flow.hr.order_parsing import Said, decisions_of
from service.flow.hr.unit_details import details_of
from service.flow.outbox.compose import to_hr
from service.flow.outbox.letters import HrLetter, in_thread
from service.flow.outbox.overview import overview
from service.flow.triage.triage import Incoming

QUIET = frozenset({Kind.ACKNOWLEDGEMENT, Kind.EMPTY})
"""HR's thanks, or a mail without words: nothing is answered."""
_OF_THE_ASKED = frozenset({Command.APPROVE, Command.REJECT})
"""They decide what the mail asked that HR replies to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proven:
    """A code of ours that proves who gives the orders, with the campaign it was given for."""

    context: CampaignContext
    code: ReplyCode


def obey_hr(context: CampaignContext, mail: Incoming) -> MailState:
    """A mail from an HR address: commands are carried out and answered, an answer to a question goes to the unit."""
    contexts = [
        CampaignContext(context.services, context.transaction, open_campaign)
        for open_campaign in mail.triage.hr_campaigns
    ] or [context]
    asked = questions.asked_in_reply(context, mail)
    orders = orders_in(mail.message.new_text, from_hr=True)
    if asked is not None and not all(_is_whole(asked.context, order) for order in orders):
        orders = ()  # "Đầu mối vẫn như cũ" is a sentence of an answer
    if orders:
        _carry_out(contexts, mail, orders)
    elif asked is not None:
        _reply(asked.context, mail, "command_result", {"lines": [_hand_on(asked, mail)]})
    elif mail.triage.kind not in QUIET:
        _list_words(contexts[0], mail)
    return MailState.PROCESSED


def _hand_on(asked: Asked, mail: Incoming) -> str:
    """HR's answer goes to the unit; what was done, in words."""
    if mail.triage.authenticity is Authenticity.FAIL:
        return asked.context.wording().say("command.answer_not_authentic")
    outcome = decide_in(asked.context, questions.answer_in(asked, mail), by=mail.message.sender)
    return outcome_in_words(asked.context, outcome)


def _is_whole(context: CampaignContext, order: Order) -> bool:
    """Whether a command in the reply to a question is surely one and no sentence for the unit."""
    if order.command is Command.STATUS:
        return not order.argument or context.unit(order.argument) is not None
    if order.command in (Command.ACCEPT, Command.WAIVE):
        return order.number is not None
    if order.command in _OF_THE_ASKED:
        return False
    return context.unit(order.first_word) is not None


def _carry_out(contexts: Sequence[CampaignContext], mail: Incoming, orders: Sequence[Order]) -> None:
    for order in orders:
        if order.command is Command.STATUS:
            for each in contexts:
                _answer_status(each, mail, order)
    rest = [order for order in orders if order.command is not Command.STATUS]
    if not rest:
        return
    proven = _proven(contexts, mail)
    if proven is None:
        _reply(contexts[0], mail, "command_result", {"lines": [_no_code(contexts[0], rest)]})
        return
    lines = [line for order in rest for line in _obeyed(proven, order, mail.message.sender)]
    _reply(proven.context, mail, "command_result", {"lines": lines})


def _obeyed(proven: _Proven, order: Order, by: str) -> list[str]:
    """One order; a sentence for each thing that it decided (alike ones once), or why nothing was."""
    context = proven.context
    parsed = decisions_of(context, order, proven.code.tasks)
    if isinstance(parsed, Said):
        return [context.wording().say(f"command.{parsed.word}", **parsed.facts)]
    said = [outcome_in_words(context, decide_in(context, decision, by=by)) for decision in parsed]
    return list(dict.fromkeys(said))


def _proven(contexts: Sequence[CampaignContext], mail: Incoming) -> _Proven | None:
    """A code that we mailed to this very sender lately, used by no other mail; it is spent by this one."""
    by_id = {each.campaign.id: each for each in contexts}
    people = contexts[0].transaction.people
    for said in sorted(codes_in(mail.message.subject, mail.message.text)):
        code = people.code(said)
        if code is None or code.campaign not in by_id or code.recipient != mail.message.sender:
            continue
        context = by_id[code.campaign]
        if _is_good(context, code) and people.spend_code(code.code, mail.record.id):
            return _Proven(context=context, code=code)
    return None


def _is_good(context: CampaignContext, code: ReplyCode) -> bool:
    tasks = (context.transaction.tasks.get(task) for task in code.tasks)
    waits = any(task is not None and task.is_open for task in tasks)
    return waits or context.now() - code.made_at <= CODE_IS_GOOD_FOR


def _no_code(context: CampaignContext, orders: Sequence[Order]) -> str:
    """Nothing was proven: what HR should do instead."""
    package = context.transaction.decisions.package(context.campaign.id)
    if package is None or any(order.command not in _OF_THE_ASKED for order in orders):
        return context.wording().say("command.no_code")
    return context.wording().say("command.decided" if package.decided else "command.wrong_code")


def _answer_status(context: CampaignContext, mail: Incoming, order: Order) -> None:
    unit = context.unit(order.first_word) if order.argument else None
    if order.argument and unit is None:
        line = context.wording().say("command.no_unit", unit=order.first_word)
        _reply(context, mail, "command_result", {"lines": [line]})
        return
    facts: dict[str, Any] = {"units": overview(context, only=unit.code.upper() if unit else None)}
    facts["details"] = details_of(context, unit) if unit else []
    _reply(context, mail, "status_hr", facts)


def _list_words(context: CampaignContext, mail: Incoming) -> None:
    """Unknown words get the list, once a day."""
    key = f"words:{context.campaign.id}:{mail.message.sender}:{context.today().isoformat()}"
    lines = [context.wording().say("command.unknown"), *words_of_hr(context)]
    _reply(context, mail, "command_result", {"lines": lines}, key=key)


def words_of_hr(context: CampaignContext) -> list[str]:
    """Everything HR can say, a line each."""
    return context.wording().say("command.list").strip().splitlines()


def _reply(
    context: CampaignContext, mail: Incoming, template: str, facts: dict[str, Any], *, key: str | None = None
) -> None:
    """Answers HR's mail; two machines writing to each other stop at the caps of `to_hr`."""
    key = key or f"reply:{mail.record.id}:{context.campaign.id}:{template}"
    to_hr(context, HrLetter(key=key, template=template, facts=facts, answers=in_thread(mail)))
