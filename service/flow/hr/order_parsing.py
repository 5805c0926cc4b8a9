"""From a line of HR's mail to decisions: which form, unit, day or task is meant; or what is missing.

"DUYỆT" and "TỪ CHỐI" decide the tasks of the mail that HR replies to, or the task they name ("DUYỆT VIỆC 41"); every
other word names what it decides, and so does "TỪ CHỐI" with a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from service.core.hr_decisions import (
    AcceptForm,
    Answer,
    Appoint,
    ApprovePackage,
    ConfirmContact,
    DecideHome,
    Decision,
    DeclineContact,
    DeclineExtension,
    Dismiss,
    Extend,
    GiveUp,
    Pause,
    PlaceList,
    RejectPackage,
    Release,
    Remind,
    Replay,
    Resume,
    ReturnForm,
    SendAgain,
    Settle,
    WaiveFinding,
)
from service.core.mail.commands import Command, Order
from service.core.mail.days import day_in
from service.core.mail.hr_orders import counts_things, has_condition, is_nothing_more, is_plain_extension
from service.core.mail.nomination import nominee_in, nominee_listed
from service.core.tasks import (
    ExtensionWish,
    FailedMail,
    HeldMail,
    PackageToApprove,
    ProposedContact,
    Question,
    StuckOutgoing,
    Task,
    TaskKind,
    Unconfirmed,
    WhoseList,
    WorkerListedTwice,
)
from service.flow.context import CampaignContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Nothing is decided: the catalogue's word below `command.` that says why."""

    word: str
    facts: Mapping[str, str] = field(default_factory=dict)


Parsed = tuple[Decision, ...] | Said


def decisions_of(context: CampaignContext, order: Order, tasks: tuple[int, ...], *, not_asked: str | None) -> Parsed:
    """What an order decides. `tasks`: those of the mail that HR replies to; `not_asked`: why it decides none."""
    if order.command is Command.REJECT and _names_forms(context, order, tasks):
        return _forms(ReturnForm, order)
    if order.task is not None:
        return _of_the_named(context, order.task, order.command is Command.APPROVE, order.after_task)
    if order.command in (Command.APPROVE, Command.REJECT):
        return Said(word=not_asked) if not_asked else _of_the_asked(context, order, tasks)
    return _PARSERS[order.command](context, _with_unit(context, order, tasks))


def _with_unit(context: CampaignContext, order: Order, numbers: tuple[int, ...]) -> Order:
    """ "GIA HẠN 20/05" in answer to a wish for another day: the unit is the one that wishes."""
    wishing = {task.unit for task in _known(context, numbers) if isinstance(task.subject, ExtensionWish)}
    if order.command is not Command.EXTEND or len(wishing) != 1 or context.unit(order.first_word) is not None:
        return order
    return replace(order, argument=f"{wishing.pop()} {order.argument}")


def asks_for_decision(context: CampaignContext, numbers: tuple[int, ...]) -> bool:
    """Whether "DUYỆT" in reply decides something."""
    return any(type(task.subject) in _ASKED for task in _known(context, numbers))


def _known(context: CampaignContext, numbers: tuple[int, ...]) -> list[Task]:
    return [task for number in numbers if (task := context.transaction.tasks.get(number)) is not None]


def _names_forms(context: CampaignContext, order: Order, tasks: tuple[int, ...]) -> bool:
    """Where the mail asks something, "TỪ CHỐI 3 …" may begin the reason: the number must stand apart from it."""
    if order.number is None or counts_things(order):
        return False
    apart = order.after_number == "" or re.match(r"[^:(]*\d\s*(?::|\(|lý do|ly do|vì\b)", order.argument.lower())
    return bool(apart) or not asks_for_decision(context, tasks)


def _of_the_asked(context: CampaignContext, order: Order, numbers: tuple[int, ...]) -> Parsed:
    accept = order.command is Command.APPROVE
    if accept and not order.is_plain_agreement:
        return Said(word="approve_unclear", facts={"why": order.argument})
    asked = [task for task in _known(context, numbers) if type(task.subject) in _ASKED]
    if not asked:
        return Said(word="nothing_asked")
    waits = [task for task in asked if task.is_open]
    if not waits and not any(isinstance(task.subject, PackageToApprove) for task in asked):
        return Said(word="decided_before")
    return tuple(_ASKED[type(task.subject)](context, task, accept, order.argument) for task in waits or asked)


def _of_the_named(context: CampaignContext, number: int, accept: bool, rest: str) -> Parsed:
    """A package is decided in reply to the mail that shows it, and nowhere else."""
    task = context.transaction.tasks.get(number)
    if task is None or not task.is_open or task.campaign != context.campaign.id:
        return Said(word="no_task", facts={"number": str(number)})
    if isinstance(task.subject, PackageToApprove):
        return Said(word="package_elsewhere")
    if type(task.subject) not in _ASKED:
        return Said(word="task_elsewhere", facts={"number": str(number)})
    if accept and rest and not isinstance(task.subject, HeldMail):
        return Said(word="approve_unclear", facts={"why": rest})
    if isinstance(task.subject, HeldMail) and accept and not (rest or task.unit):
        return Said(word="held_needs_unit", facts={"number": str(number)})
    return (_ASKED[type(task.subject)](context, task, accept, rest),)


def _contact(_context: CampaignContext, task: Task, accept: bool, why: str) -> Decision:
    assert isinstance(task.subject, ProposedContact)
    number = task.subject.contact
    return ConfirmContact(contact=number) if accept else DeclineContact(contact=number, why=why)


def _extension(_context: CampaignContext, task: Task, accept: bool, why: str) -> Decision:
    """Exactly the day that the unit asked for, or none."""
    assert isinstance(task.subject, ExtensionWish)
    unit, until = task.unit or "", task.subject.until
    return Extend(unit=unit, until=until) if accept else DeclineExtension(unit=unit, until=until, why=why)


def _list(_context: CampaignContext, task: Task, accept: bool, why: str) -> Decision:
    """The unit that the list names; or the sender's after all."""
    subject = task.subject
    assert isinstance(subject, WhoseList)
    unit = subject.named if accept else subject.sender
    return PlaceList(mail=subject.mail, document_sha256=subject.document_sha256, unit=unit, why=why)


def _home(context: CampaignContext, task: Task, accept: bool, why: str) -> Decision:
    """The unit whose list came later; or the former one."""
    assert isinstance(task.subject, WorkerListedTwice)
    number = task.subject.case
    case = next((each for each in context.transaction.listings.twice(context.campaign.id) if each.id == number), None)
    unit = (case.newer if accept else case.former) if case else task.unit or ""
    return DecideHome(case=number, unit=unit, why=why)


def _package(_context: CampaignContext, task: Task, accept: bool, why: str) -> Decision:
    assert isinstance(task.subject, PackageToApprove)
    number = task.subject.package
    return ApprovePackage(package=number) if accept else RejectPackage(package=number, why=why)


def _held(_context: CampaignContext, task: Task, accept: bool, why: str) -> Decision:
    """This one mail is the unit's that it seems to be of, or that HR names behind the task's number."""
    assert isinstance(task.subject, HeldMail | Unconfirmed)
    number = task.subject.mail
    if accept:
        return Release(mail=number, unit=why.split(maxsplit=1)[0] if why else task.unit or "…", why=f"task {task.id}")
    return Dismiss(mail=number, why=why or f"task {task.id}")


def _failed(_context: CampaignContext, task: Task, accept: bool, why: str) -> Decision:
    assert isinstance(task.subject, FailedMail)
    return Replay(mail=task.subject.mail) if accept else Settle(task=task.id, why=why or f"task {task.id}")


def _outgoing(_context: CampaignContext, task: Task, accept: bool, why: str) -> Decision:
    assert isinstance(task.subject, StuckOutgoing)
    number = task.subject.outgoing
    return SendAgain(outgoing=number) if accept else GiveUp(outgoing=number, why=why or f"task {task.id}")


_ASKED: Mapping[type, Callable[[CampaignContext, Task, bool, str], Decision]] = {
    HeldMail: _held,
    Unconfirmed: _held,
    ProposedContact: _contact,
    ExtensionWish: _extension,
    WhoseList: _list,
    WorkerListedTwice: _home,
    PackageToApprove: _package,
    FailedMail: _failed,
    StuckOutgoing: _outgoing,
}
"""What "DUYỆT" and "TỪ CHỐI" decide about each kind of task."""


def _accept(_context: CampaignContext, order: Order) -> Parsed:
    """ "CHẤP NHẬN 12": a declaration; "CHẤP NHẬN 3, 5 và 7": several."""
    return (
        Said(word="order_unclear", facts={"order": order.argument})
        if has_condition(order)
        else _forms(AcceptForm, order)
    )


def _forms(kind: type[AcceptForm] | type[ReturnForm], order: Order) -> Parsed:
    against = _not_numbered(order)
    return against or tuple(kind(form=number, why=_reason(order)) for number in order.numbers)


def _waive(_context: CampaignContext, order: Order) -> Parsed:
    """ "BỎ QUA 7 lý do": an error of a roster."""
    against = _not_numbered(order)
    return against or tuple(WaiveFinding(finding=number, why=_reason(order)) for number in order.numbers)


def _not_numbered(order: Order) -> Said | None:
    if not order.numbers:
        return Said(word="no_number")
    return Said(word="number_unclear", facts={"order": order.argument}) if counts_things(order) else None


def _reason(order: Order) -> str:
    """Without the words that only introduce it."""
    return re.sub(r"^(với\s+)?lý do\s*(là\b)?\s*[:,-]?\s*", "", order.after_number, flags=re.IGNORECASE)


def _answer(context: CampaignContext, order: Order) -> Parsed:
    """ "TRẢ LỜI 12: …": a question that waits, by the number under which HR reads of it."""
    number = order.number or 0
    waiting = context.transaction.tasks.waiting(context.campaign.id, kind=TaskKind.QUESTION)
    if not any(isinstance(task.subject, Question) and task.subject.mail == number for task in waiting):
        return Said(word="no_question", facts={"number": str(number)})
    return (Answer(question=number, text=order.text),)


def _pause_or_resume(kind: type[Pause] | type[Resume]) -> Callable[[CampaignContext, Order], Parsed]:
    def parse(context: CampaignContext, order: Order) -> Parsed:
        unit = context.unit(order.first_word) if order.first_word else None
        if order.argument and unit is None:
            return Said(word="no_unit_or_all", facts={"why": order.argument})
        if not is_nothing_more(order):
            return Said(word="order_unclear", facts={"order": order.argument})
        return (kind(unit=unit.code if unit else None),)

    return parse


def _extend(context: CampaignContext, order: Order) -> Parsed:
    unit = context.unit(order.first_word) if order.first_word else None
    if unit is None:
        return _no_unit(order)
    until = day_in(order.after_first_word, context.today())
    if until is None:
        return Said(word="no_day", facts={"unit": f"{unit.code} {unit.name}"})
    if not is_plain_extension(order):
        return Said(word="order_unclear", facts={"order": order.argument})
    return (Extend(unit=unit.code, until=until),)


def _remind(context: CampaignContext, order: Order) -> Parsed:
    unit = context.unit(order.first_word) if order.first_word else None
    if unit is None:
        return _no_unit(order)
    if not is_nothing_more(order):
        return Said(word="order_unclear", facts={"order": order.argument})
    return (Remind(unit=unit.code),)


def _appoint(context: CampaignContext, order: Order) -> Parsed:
    unit = context.unit(order.first_word) if order.first_word else None
    if unit is None:
        return _no_unit(order)
    nominee = nominee_listed(order.after_first_word) or nominee_in(f"họ tên: {order.after_first_word}")
    if nominee is None or not nominee.address or not nominee.name:
        return Said(word="no_contact", facts={"unit": f"{unit.code} {unit.name}"})
    return (Appoint(unit=unit.code, nominee=nominee),)


def _no_unit(order: Order) -> Said:
    return Said(word="no_unit", facts={"unit": order.first_word or "…"})


_PARSERS: Mapping[Command, Callable[[CampaignContext, Any], Parsed]] = {
    Command.ACCEPT: _accept,
    Command.WAIVE: _waive,
    Command.PAUSE: _pause_or_resume(Pause),
    Command.RESUME: _pause_or_resume(Resume),
    Command.EXTEND: _extend,
    Command.REMIND: _remind,
    Command.CONTACT: _appoint,
    Command.ANSWER: _answer,
}
"""Every word of HR's that names what it decides."""
