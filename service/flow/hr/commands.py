"""What people say by mail in single words: a unit for itself, HR for everybody.

HR's address alone proves nothing, for anybody can write it into a mail: whatever changes something needs the one-time
code of a mail of ours to that very person. "TÌNH TRẠNG" only tells HR what HR may know, and brings a fresh code.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from service.core.contacts import ReplyCode
from service.core.mail.commands import Command, Order, codes_in, orders_in
from service.core.messages import Kind
from service.core.records import MailState, PackageRecord
from service.flow.answers import questions
from service.flow.context import CampaignContext
from service.flow.hr import command_handlers as orders
from service.flow.hr.command_handlers import approve_package, reject_package
from service.flow.outbox.compose import reply_to_hr, to_hr
from service.flow.outbox.letters import HrLetter, in_thread
from service.flow.outbox.overview import overview
from service.flow.triage.triage import Incoming

__all__ = ["approve_package", "obey_hr", "reject_package", "words_of_hr"]

CODE_IS_GOOD_FOR = timedelta(days=14)
QUIET = frozenset({Kind.ACKNOWLEDGEMENT, Kind.EMPTY})
"""HR's thanks, or a mail without words: nothing is answered."""


def obey_hr(context: CampaignContext, mail: Incoming) -> MailState:
    """A mail from an HR address: commands are carried out and answered, an answer to a question goes to the unit."""
    contexts = [
        CampaignContext(context.services, context.transaction, open_campaign)
        for open_campaign in mail.triage.hr_campaigns
    ]
    asked = questions.asked_in_reply(context, mail)
    said = orders_in(mail.message.new_text, from_hr=True)
    if asked is not None and not all(_is_whole(asked.context, order) for order in said):
        said = ()  # "Đầu mối vẫn như cũ" is a sentence of an answer
    if said:
        _carry_out(contexts or [context], mail, said)
    elif asked is not None:
        _say(asked.context, mail, [questions.hand_on(asked, mail)], {"unit": asked.unit.name})
    elif mail.triage.kind not in QUIET:
        _list_words(contexts[0] if contexts else context, mail)
    return MailState.PROCESSED


def _is_whole(context: CampaignContext, order: Order) -> bool:
    """Whether a command in the reply to a question is surely one and no sentence for the unit."""
    if order.command is Command.STATUS:
        return not order.argument or context.unit(order.argument) is not None
    if order.command in (Command.ACCEPT, Command.WAIVE):
        return order.number is not None
    if order.command in (Command.APPROVE, Command.REJECT):
        return False
    return context.unit(order.first_word) is not None


def _carry_out(contexts: Sequence[CampaignContext], mail: Incoming, said: Sequence[Order]) -> None:
    for order in said:
        if order.command is Command.STATUS:
            for each in contexts:
                _answer_status(each, mail, order)
    rest = [order for order in said if order.command is not Command.STATUS]
    package = _package_of(contexts, mail)
    if package is not None and all(order.command in (Command.APPROVE, Command.REJECT) for order in rest):
        if rest:
            _say(package[0], mail, [orders.decide_package(*package, rest[0], by=mail.message.sender)], {}, rest[:1])
    elif rest:
        _with_code(contexts, mail, rest)


def _with_code(contexts: Sequence[CampaignContext], mail: Incoming, rest: Sequence[Order]) -> None:
    code = _valid_code(contexts, mail)
    context = next((each for each in contexts if code and each.campaign.id == code.campaign), contexts[0])
    if code is None or not context.transaction.people.spend_code(code.code, mail.record.id):
        only_package = all(order.command in (Command.APPROVE, Command.REJECT) for order in rest)
        waiting = context.transaction.decisions.package(context.campaign.id)
        if only_package and (waiting is None or waiting.decided):
            _say(context, mail, ["no_code" if waiting is None else "decided"], {})
        else:
            _say(context, mail, ["wrong_code" if only_package else "no_code"], {})
        return
    today = context.today()
    lines = [orders.carry_out(context, order, code.about, by=mail.message.sender, today=today) for order in rest]
    reply_to_hr(context, mail, "command_result", {"lines": lines})


def _valid_code(contexts: Sequence[CampaignContext], mail: Incoming) -> ReplyCode | None:
    """A code that we mailed to this very sender lately, not used by another mail."""
    now, known = contexts[0].services.now(), {each.campaign.id for each in contexts}
    for said in sorted(codes_in(mail.message.subject, mail.message.text)):
        code = contexts[0].transaction.people.code(said)
        if (
            code is not None
            and code.campaign in known
            and code.recipient == mail.message.sender
            and code.spent_by in (None, mail.record.id)
            and now - code.made_at <= CODE_IS_GOOD_FOR
        ):
            return code
    return None


def _package_of(contexts: Sequence[CampaignContext], mail: Incoming) -> tuple[CampaignContext, PackageRecord] | None:
    """The package whose one-time code the mail carries, with its campaign."""
    codes = codes_in(mail.message.subject, mail.message.text)
    packages = ((context, context.transaction.decisions.package(context.campaign.id)) for context in contexts)
    return next(((context, package) for context, package in packages if package and package.code in codes), None)


def _answer_status(context: CampaignContext, mail: Incoming, order: Order) -> None:
    unit = context.unit(order.first_word) if order.argument else None
    if order.argument and unit is None:
        _say(context, mail, ["no_unit"], {"unit": order.first_word})
        return
    facts: dict[str, Any] = {"units": overview(context, only=unit.code.upper() if unit else None)}
    facts["details"] = orders.details_of(context, unit) if unit else []
    reply_to_hr(context, mail, "status_hr", facts)


def _list_words(context: CampaignContext, mail: Incoming) -> None:
    """Unknown words get the list, once a day."""
    day = context.today().isoformat()
    key = f"words:{context.campaign.id}:{mail.message.sender}:{day}"
    lines = [context.wording().say("command.unknown"), *words_of_hr(context)]
    letter = HrLetter(key=key, template="command_result", facts={"lines": lines}, answers=in_thread(mail))
    to_hr(context, letter)


def words_of_hr(context: CampaignContext) -> list[str]:
    """Everything HR can say, a line each."""
    return context.wording().say("command.list").strip().splitlines()


def _say(
    context: CampaignContext, mail: Incoming, outcomes: Sequence[str], facts: dict[str, str], said: Sequence[Order] = ()
) -> None:
    why = said[0].argument if said else ""
    lines = [context.wording().say(f"command.{outcome}", **{"why": why, **facts}) for outcome in outcomes]
    reply_to_hr(context, mail, "command_result", {"lines": lines})
