"""What HR says by mail: orders carried out at the one door and answered in one mail, words handed on to whoever asked.

HR's address alone proves nothing, for anybody can write it into a mail: whatever changes something needs a one-time
code of ours (`proof.py`). "TÌNH TRẠNG" only tells HR what HR may know, and brings a fresh code. Words in answer to a
question need none: they stand in the thread of a mail that nobody but HR has seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from service.core.hr_decisions import Answer
from service.core.mail.answer_text import is_by_a_machine, is_reaction, looks_automatic, says_something
from service.core.mail.authenticity import Authenticity
from service.core.mail.commands import MOST_ORDERS, Command, Order
from service.core.mail.hr_orders import Heard, heard, heard_beside_answer
from service.core.mail.messages import Kind
from service.core.records import MailState
from service.core.tasks import Task, TaskKind
from service.flow.answers import questions
from service.flow.answers.hr_thread import answered_mail
from service.flow.answers.questions import Asked
from service.flow.context import CampaignContext
from service.flow.hr.decisions import decide_in, outcome_in_words
from service.flow.hr.hr_replies import answer_status, list_words, say
from service.flow.hr.order_parsing import Said, asks_for_decision, decisions_of
from service.flow.hr.proof import NotProven, Proven, prove
from service.flow.hr.telling import tell_units
from service.flow.outbox.gathering import GATHERED_MAIL
from service.flow.triage.triage import Incoming

QUIET = frozenset({Kind.ACKNOWLEDGEMENT, Kind.EMPTY})
"""HR's thanks, or a mail without words: nothing is answered."""
OF_THE_ASKED = frozenset({Command.APPROVE, Command.REJECT})
"""They decide what the mail asked that HR replies to, unless they name a number."""


def obey_hr(context: CampaignContext, mail: Incoming) -> MailState:
    """A mail from an HR address: orders are carried out and answered, an answer to a question goes to the unit."""
    contexts = [
        CampaignContext(context.services, context.transaction, open_campaign)
        for open_campaign in mail.triage.hr_campaigns
    ] or [context]
    asked = questions.asked_in_reply(context, mail)
    if asked is not None:
        _take_answer(contexts, asked, mail)
        return MailState.PROCESSED
    said = heard(mail.message.new_text, _codes_of_units(contexts))
    if said.orders or said.too_late:
        _carry_out(contexts, mail, said)
    elif undecided := _undecided(contexts, mail):
        wording = contexts[0].wording()
        lines = [wording.say(f"command.not_decided.{how}", task=str(task.id)) for how, task in undecided]
        say(contexts[0], mail, lines, asks=tuple(task.id for _, task in undecided))
    elif mail.triage.kind not in QUIET and not is_reaction(mail.message, mail.message.new_text):
        list_words(contexts[0], mail)
    return MailState.PROCESSED


def _undecided(contexts: Sequence[CampaignContext], mail: Incoming) -> list[tuple[str, Task]]:
    """What the one mail that HR answers asks and HR's words, whatever they say, have not decided."""
    thread = answered_mail(contexts[0], mail)
    if (
        thread is None
        or is_by_a_machine(mail.message)
        or looks_automatic(mail.message, contexts[0].services.trust.words)
    ):
        return []
    found = (thread.context.transaction.tasks.get(number) for number in thread.record.tasks)
    waiting = [task for task in found if task is not None and task.is_open and task.kind in _ASKED_BY_MAIL]
    return [(_ASKED_BY_MAIL[task.kind], task) for task in waiting] if len(waiting) <= _FEW else []


_ASKED_BY_MAIL: Mapping[TaskKind, str] = {
    TaskKind.EXTENSION: "extension",
    TaskKind.HELD_MAIL: "held",
    TaskKind.NOMINATION: "other",
    TaskKind.WHOSE_LIST: "other",
    TaskKind.PACKAGE: "other",
}
"""Mails that ask HR for one thing, and which sentence says how to decide it."""
_FEW = 3


def _codes_of_units(contexts: Sequence[CampaignContext]) -> frozenset[str]:
    return frozenset(unit.code.lower() for context in contexts for unit in context.units)


def _take_answer(contexts: Sequence[CampaignContext], asked: Asked, mail: Incoming) -> None:
    """HR's words go to whoever asked; orders among them are carried out. A machine's words are nobody's answer."""
    if is_by_a_machine(mail.message):
        return
    if mail.triage.authenticity is Authenticity.FAIL:
        say(asked.context, mail, [asked.context.wording().say("command.answer_not_authentic")])
        return
    elsewhere = questions.answered_elsewhere(asked, mail)
    if elsewhere:
        say(asked.context, mail, [asked.context.wording().say(f"command.{elsewhere}", number=str(asked.questions[0]))])
        return
    decides = asks_for_decision(asked.context, asked.forwarded.tasks)
    said = heard_beside_answer(
        questions.own_words_in(asked, mail),
        _codes_of_units([asked.context]),
        also=lambda order: decides and _decides_the_asked(order),
    )
    if not said.orders and looks_automatic(mail.message, asked.context.services.trust.words):
        _say_it_held_nothing(asked, mail, "answer_automatic")
        return
    answers, said = _numbered_answers(asked, said)
    lines = [_decided(asked.context, answer, mail) for answer in answers] + _hand_on(asked, mail, said.words)
    if said.orders or said.too_many:
        _carry_out(contexts, mail, said, done=lines)
    elif lines:
        say(asked.context, mail, lines)
    else:
        _say_it_held_nothing(asked, mail, "answer_empty")


def _hand_on(asked: Asked, mail: Incoming, words: str) -> list[str]:
    """HR's words without a number, and its files: the answer to the one question that our mail asked."""
    text = words if says_something(words) and not is_reaction(mail.message, words) else ""
    files = questions.own_files_in(asked, mail)
    if not (text or files):
        return []
    if len(asked.questions) > 1 or asked.forwarded.template == GATHERED_MAIL:
        numbers = ", ".join(map(str, asked.questions))
        return [asked.context.wording().say("command.which_question", numbers=numbers)]
    return [_decided(asked.context, Answer(question=asked.questions[0], text=text, files=files), mail)]


def _decides_the_asked(order: Order) -> bool:
    return order.command is Command.REJECT or (order.command is Command.APPROVE and order.is_plain_agreement)


def _numbered_answers(asked: Asked, said: Heard) -> tuple[list[Answer], Heard]:
    """ "TRẢ LỜI 12: …" to a question of the very mail that HR answers; to others it is an order, which needs a code."""
    mine = [order for order in said.orders if order.command is Command.ANSWER and order.number in asked.questions]
    answers = [Answer(question=order.number or 0, text=order.text) for order in mine]
    return answers, replace(said, orders=tuple(order for order in said.orders if order not in mine))


def _decided(context: CampaignContext, answer: Answer, mail: Incoming) -> str:
    decision = replace(answer, given_in=mail.record.id)
    return outcome_in_words(context, decide_in(context, decision, by=mail.message.sender))


def _say_it_held_nothing(asked: Asked, mail: Incoming, word: str) -> None:
    """Only a quotation, a signature, a thumb or an absence note: HR is told once, and the question still waits."""
    key = f"nothing:{asked.questions[0]}:{mail.message.sender}:{word}"
    line = asked.context.wording().say(f"command.{word}", number=str(asked.questions[0]))
    say(asked.context, mail, [line], key=key)


def _carry_out(contexts: Sequence[CampaignContext], mail: Incoming, said: Heard, *, done: Sequence[str] = ()) -> None:
    """All orders of a mail; one mail says what came of them, with the state that HR asked for."""
    wishes = [order for order in said.orders if order.command is Command.STATUS]
    rest = [order for order in said.orders if order.command is not Command.STATUS]
    context, lines = _obeyed(contexts, mail, rest) if rest else (contexts[0], [])
    lines = [*done, *lines, *_left_undone(context, said)]
    if not wishes:
        say(context, mail, lines, asks=_asked_still(context, mail, said))
        return
    for each in contexts:
        answer_status(each, contexts, mail, wishes, lines if each is context or len(contexts) == 1 else [])


def _obeyed(
    contexts: Sequence[CampaignContext], mail: Incoming, orders: Sequence[Order]
) -> tuple[CampaignContext, list[str]]:
    """A sentence for each thing that was decided (alike ones of an order once), or why nothing was."""
    proof = prove(contexts, mail, about_the_asked=all(map(_is_about_the_asked, orders)))
    if isinstance(proof, NotProven):
        return contexts[0], [_not_proven(contexts[0], proof, orders)]
    lines = [line for order in orders for line in _sentences(proof, order, mail)]
    tell_units(proof.context)
    return proof.context, lines


def _sentences(proof: Proven, order: Order, mail: Incoming) -> list[str]:
    context = proof.context
    parsed = decisions_of(context, order, proof.tasks, not_asked=proof.not_asked)
    if isinstance(parsed, Said):
        return [context.wording().say(f"command.{parsed.word}", **parsed.facts)]
    given = (replace(each, given_in=mail.record.id) if isinstance(each, Answer) else each for each in parsed)
    said = [outcome_in_words(context, decide_in(context, each, by=mail.message.sender)) for each in given]
    return list(dict.fromkeys(said))


def _not_proven(context: CampaignContext, proof: NotProven, orders: Sequence[Order]) -> str:
    """What HR should do instead."""
    if proof.word is not None and proof.word != "code_used":
        return context.wording().say(f"command.{proof.word}")
    package = context.transaction.decisions.package(context.campaign.id)
    if package is None or any(order.command not in OF_THE_ASKED for order in orders):
        return context.wording().say(f"command.{proof.word or 'no_code'}")
    return context.wording().say("command.decided" if package.decided else f"command.{proof.word or 'wrong_code'}")


def _left_undone(context: CampaignContext, said: Heard) -> list[str]:
    """Orders that were seen and not carried out are never left without a word."""
    wording = context.wording()
    lines = [wording.say("command.too_late", order=line[:80]) for line in said.too_late]
    if said.too_many:
        orders = "; ".join(line[:40] for line in said.too_many[:MOST_ORDERS])
        lines.append(wording.say("command.too_many", most=str(MOST_ORDERS), orders=orders))
    return lines


def _asked_still(context: CampaignContext, mail: Incoming, said: Heard) -> tuple[int, ...]:
    """HR meant to decide what the thread asks, and has not: the answer asks it again, and its code decides it."""
    meant = bool(said.too_late) or any(_is_about_the_asked(order) for order in said.orders)
    thread = answered_mail(context, mail)
    if not meant or thread is None or thread.record.campaign != context.campaign.id:
        return ()
    tasks = (context.transaction.tasks.get(number) for number in thread.record.tasks)
    return tuple(task.id for task in tasks if task is not None and task.is_open)


def _is_about_the_asked(order: Order) -> bool:
    return order.command in OF_THE_ASKED and order.number is None and order.task is None
