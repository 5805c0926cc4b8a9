"""What HR is answered: what came of its orders, the state of units, the list of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.core.mail.commands import Order
from service.flow.answers.questions import SAYS_WHAT_WAS_DONE
from service.flow.context import CampaignContext
from service.flow.hr.unit_details import details_of
from service.flow.outbox.compose import to_hr
from service.flow.outbox.letters import HrLetter, in_thread
from service.flow.outbox.overview import overview
from service.flow.triage.triage import Incoming


def answer_status(
    context: CampaignContext,
    contexts: Sequence[CampaignContext],
    mail: Incoming,
    wishes: Sequence[Order],
    lines: Sequence[str],
) -> None:
    """The state of every unit that HR asked about, in one mail; a code that no campaign knows is said."""
    named = [order.first_word for order in wishes if order.argument]
    units = list(dict.fromkeys(unit for code in named if (unit := context.unit(code)) is not None))
    strange = [code for code in dict.fromkeys(named) if all(each.unit(code) is None for each in contexts)]
    told_here = strange if context is contexts[0] else []
    unknown = [context.wording().say("command.no_unit", unit=code) for code in told_here]
    said = [*lines, *unknown]
    everybody = any(not order.argument for order in wishes)
    if not (everybody or units):
        if said:
            say(context, mail, said)
        return
    rows = (
        overview(context) if everybody else [row for unit in units for row in overview(context, only=unit.code.upper())]
    )
    many = len(units) > 1
    details = [f"{unit.code}: {line}" if many else line for unit in units for line in details_of(context, unit)]
    _reply(context, mail, "status_hr", {"units": rows, "details": details, "lines": said})


def list_words(context: CampaignContext, mail: Incoming) -> None:
    """Unknown words get the list, once a day; after that one line says that nothing was done."""
    key = f"words:{context.campaign.id}:{mail.message.sender}:{context.today().isoformat()}"
    if not say(context, mail, [context.wording().say("command.unknown"), *words_of_hr(context)], key=key):
        say(context, mail, [context.wording().say("command.unknown_again")])


def words_of_hr(context: CampaignContext) -> list[str]:
    """Everything HR can say, a line each."""
    return context.wording().say("command.list").strip().splitlines()


def say(
    context: CampaignContext,
    mail: Incoming,
    lines: Sequence[str],
    *,
    key: str | None = None,
    asks: tuple[int, ...] = (),
) -> bool:
    """False when it was said before (`key`), or too much has been."""
    return _reply(context, mail, SAYS_WHAT_WAS_DONE, {"lines": list(lines)}, key=key, asks=asks)


def _reply(
    context: CampaignContext,
    mail: Incoming,
    template: str,
    facts: dict[str, Any],
    *,
    key: str | None = None,
    asks: tuple[int, ...] = (),
) -> bool:
    """Answers HR's mail; two machines writing to each other stop at the caps of `to_hr`."""
    key = key or f"reply:{mail.record.id}:{context.campaign.id}:{template}"
    return to_hr(context, HrLetter(key=key, template=template, facts=facts, answers=in_thread(mail), tasks=asks))
