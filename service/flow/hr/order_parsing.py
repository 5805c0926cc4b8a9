"""From a line of HR's mail to decisions: which form, unit, day or task is meant; or what is missing.

"DUYỆT" and "TỪ CHỐI" decide the tasks of the mail that HR replies to; every other word names what it decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.core.hr_decisions import (
    AcceptForm,
    Appoint,
    ApprovePackage,
    ConfirmContact,
    DecideHome,
    Decision,
    DeclineContact,
    DeclineExtension,
    Dismiss,
    Extend,
    Pause,
    PlaceList,
    RejectPackage,
    Release,
    Remind,
    Resume,
    WaiveFinding,
)
from service.core.mail.commands import Command, Order, day_in
from service.core.mail.nomination import nominee_in
from service.core.tasks import (
    ExtensionWish,
    HeldMail,
    PackageToApprove,
    ProposedContact,
    Task,
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


def decisions_of(context: CampaignContext, order: Order, tasks: tuple[int, ...]) -> Parsed:
    """What an order decides. `tasks`: those of the mail that HR replies to."""
    if order.command in (Command.APPROVE, Command.REJECT):
        return _of_the_asked(context, order, tasks)
    return _PARSERS[order.command](context, order)


def _of_the_asked(context: CampaignContext, order: Order, numbers: tuple[int, ...]) -> Parsed:
    accept = order.command is Command.APPROVE
    if accept and not order.is_plain_agreement:
        return Said(word="approve_unclear", facts={"why": order.argument})
    tasks = [task for number in numbers if (task := context.transaction.tasks.get(number)) is not None]
    decisions = [
        _ASKED[type(task.subject)](context, task, accept, order.argument)
        for task in tasks
        if type(task.subject) in _ASKED
    ]
    return tuple(decisions) if decisions else Said(word="nothing_asked")


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
    """The unit that the mail seems to be of; or it is closed without being taken in."""
    assert isinstance(task.subject, HeldMail)
    mail = task.subject.mail
    return Release(mail=mail, unit=task.unit or "", why=why) if accept else Dismiss(mail=mail, why=why)


_ASKED: Mapping[type, Callable[[CampaignContext, Task, bool, str], Decision]] = {
    HeldMail: _held,
    ProposedContact: _contact,
    ExtensionWish: _extension,
    WhoseList: _list,
    WorkerListedTwice: _home,
    PackageToApprove: _package,
}
"""What "DUYỆT" and "TỪ CHỐI" decide about each kind of task."""


def _accept(_context: CampaignContext, order: Order) -> Parsed:
    """ "CHẤP NHẬN 12": a declaration."""
    return Said(word="no_number") if order.number is None else (AcceptForm(form=order.number, why=order.after_number),)


def _waive(_context: CampaignContext, order: Order) -> Parsed:
    """ "BỎ QUA 7 lý do": an error of a roster."""
    if order.number is None:
        return Said(word="no_number")
    return (WaiveFinding(finding=order.number, why=order.after_number),)


def _pause_or_resume(kind: type[Pause] | type[Resume]) -> Callable[[CampaignContext, Order], Parsed]:
    def parse(context: CampaignContext, order: Order) -> Parsed:
        unit = context.unit(order.first_word) if order.first_word else None
        if order.argument and unit is None:
            return Said(word="no_unit_or_all", facts={"why": order.argument})
        return (kind(unit=unit.code if unit else None),)

    return parse


def _extend(context: CampaignContext, order: Order) -> Parsed:
    unit = context.unit(order.first_word) if order.first_word else None
    if unit is None:
        return _no_unit(order)
    until = day_in(order.after_first_word, context.today())
    if until is None:
        return Said(word="no_day", facts={"unit": f"{unit.code} {unit.name}"})
    return (Extend(unit=unit.code, until=until),)


def _remind(context: CampaignContext, order: Order) -> Parsed:
    unit = context.unit(order.first_word) if order.first_word else None
    return (Remind(unit=unit.code),) if unit else _no_unit(order)


def _appoint(context: CampaignContext, order: Order) -> Parsed:
    unit = context.unit(order.first_word) if order.first_word else None
    if unit is None:
        return _no_unit(order)
    nominee = nominee_in(f"họ tên: {order.after_first_word}")
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
}
"""Every word of HR's that names what it decides."""
