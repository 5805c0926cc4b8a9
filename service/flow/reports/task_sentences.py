"""What waits for HR, in sentences: one task by itself, or alike ones together as a summary tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from service.core.tasks import (
    AutomaticMail,
    ClaimedUnreachable,
    ExtensionWish,
    FailedMail,
    FormToLookAt,
    HeldMail,
    PackageToApprove,
    PagesToLookAt,
    ProposedContact,
    Question,
    ServiceTrouble,
    StuckOutgoing,
    Task,
    TaskKind,
    Unconfirmed,
    Unreachable,
    WhoseList,
    WorkerListedTwice,
)
from service.core.units import Unit
from service.flow.context import CampaignContext
from service.flow.hr.stuck_mails import missing, stuck_kind
from service.flow.outbox.progress import names_in_words
from service.flow.submissions.other_pages import looked_at_in_words, pages_of_mail

Tasks = Sequence[Task]
S = TypeVar("S")


def tasks_by_kind(context: CampaignContext, tasks: Tasks) -> dict[TaskKind, list[Task]]:
    """Kinds in the order in which HR should read them, units in their own; without kinds that have none."""
    place = {unit.code: number for number, unit in enumerate(context.units)}
    ordered = sorted(tasks, key=lambda task: place.get(task.unit or "", -1))
    by_kind = {kind: [task for task in ordered if task.kind is kind] for kind in SENTENCES}
    return {kind: some for kind, some in by_kind.items() if some}


def tasks_in_words(context: CampaignContext, tasks: Tasks) -> list[str]:
    """All sentences, in the order of the summary."""
    by_kind = tasks_by_kind(context, tasks)
    return [line for kind, some in by_kind.items() for line in SENTENCES[kind](context, some)]


def task_in_words(context: CampaignContext, task: Task) -> str:
    """One task by itself."""
    return " ".join(SENTENCES[task.kind](context, [task]))


def _unit(context: CampaignContext, task: Task) -> Unit:
    unit = context.unit(task.unit or "")
    assert unit is not None, f"task {task.id}: no unit {task.unit}"
    return unit


def _named(context: CampaignContext, task: Task) -> str:
    unit = _unit(context, task)
    return f"{unit.code} {unit.name}"


def _by_unit(context: CampaignContext, tasks: Tasks) -> Iterator[tuple[Unit, list[Task]]]:
    for code in dict.fromkeys(task.unit for task in tasks):
        mine = [task for task in tasks if task.unit == code]
        yield _unit(context, mine[0]), mine


def _subjects(tasks: Tasks, kind: type[S]) -> Iterator[tuple[Task, S]]:
    return ((task, task.subject) for task in tasks if isinstance(task.subject, kind))


def _held(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    for task, subject in _subjects(tasks, HeldMail):
        mail = context.transaction.mails.get(subject.mail)
        facts = {"id": str(mail.id), "sender": mail.sender, "subject": mail.subject, "task": str(task.id)}
        if task.unit:
            yield context.wording().say("needs.held", unit=_named(context, task), **facts)
        else:
            yield context.wording().say("needs.held_unplaced", **facts)


def _unconfirmed(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    for task, subject in _subjects(tasks, Unconfirmed):
        mail = context.transaction.mails.get(subject.mail)
        day = f"{context.day_of(mail.received_at):%d/%m}"
        facts = {"id": str(mail.id), "subject": mail.subject, "day": day, "task": str(task.id)}
        yield context.wording().say("needs.unconfirmed", unit=_named(context, task), **facts)


def _automatic(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    """A line for each unit."""
    for unit, mine in _by_unit(context, tasks):
        mails = [context.transaction.mails.get(subject.mail) for _, subject in _subjects(mine, AutomaticMail)]
        subjects = "; ".join(dict.fromkeys(f"“{mail.subject or '…'}”" for mail in mails))
        facts = {"count": str(len(mails)), "subjects": subjects}
        yield context.wording().say("needs.automatic", unit=f"{unit.code} {unit.name}", **facts)


def _failed(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    for task, subject in _subjects(tasks, FailedMail):
        yield context.wording().say("needs.failed_mail", id=str(subject.mail), task=str(task.id))


def _questions(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    for task, subject in _subjects(tasks, Question):
        mail = context.transaction.mails.get(subject.mail)
        day = f"{context.day_of(mail.received_at):%d/%m}"
        facts = {"number": str(mail.id), "subject": mail.subject, "day": day}
        yield context.wording().say("needs.question", unit=_named(context, task), **facts)


def _forms(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    """Of workers by name; then those of which nobody can tell whose they are."""
    wording = context.wording()
    for unit, mine in _by_unit(context, tasks):
        found = (context.transaction.submissions.form(each.form) for _, each in _subjects(mine, FormToLookAt))
        forms = [form for form in found if form is not None]
        named = [form for form in forms if form.worker_name]
        if named:
            names = [wording.say("needs.form", name=str(form.worker_name), number=str(form.id)) for form in named]
            yield wording.say("needs.review", unit=f"{unit.code} {unit.name}", names=", ".join(names))
        nobodys = [form for form in forms if not form.worker_name]
        if nobodys:
            facts = {"count": str(len(nobodys)), "numbers": ", ".join(str(form.id) for form in nobodys)}
            yield wording.say("needs.review_unnamed", unit=f"{unit.code} {unit.name}", **facts)


def _pages(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    wording = context.wording()
    for unit, mine in _by_unit(context, tasks):
        pages = [page for _, each in _subjects(mine, PagesToLookAt) for page in pages_of_mail(context, unit, each.mail)]
        facts = {"count": str(len(pages)), "where": looked_at_in_words(pages, wording)}
        yield wording.say("needs.pages", unit=f"{unit.code} {unit.name}", **facts)


def _unreachable(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    for task, subject in _subjects(tasks, Unreachable):
        if task.unit:
            yield context.wording().say("needs.bounced", unit=_named(context, task), address=subject.address)
        else:
            agency = context.campaign.agency.name
            yield context.wording().say("needs.agency_unreachable", agency=agency, address=subject.address)


def _claimed_unreachable(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    for task, subject in _subjects(tasks, ClaimedUnreachable):
        whose = _named(context, task) if task.unit else context.campaign.agency.name
        yield context.wording().say("needs.claimed_unreachable", unit=whose, address=subject.address)


def _calls(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    for task in tasks:
        phone = context.known(_unit(context, task)).phone or "…"
        yield context.wording().say("needs.call", unit=_named(context, task), phone=phone)


def _extensions(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    for task, subject in _subjects(tasks, ExtensionWish):
        key = "needs.extension_counted" if task.said else "needs.extension"
        facts = {"day": f"{subject.until:%d/%m/%Y}", "words": task.said, "task": str(task.id)}
        yield context.wording().say(key, unit=_named(context, task), **facts)


def _whose_list(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    for task, subject in _subjects(tasks, WhoseList):
        named = context.unit(subject.named)
        said = f"{named.code} {named.name}" if named else subject.named
        yield context.wording().say("needs.whose_list", unit=_named(context, task), named=said, task=str(task.id))


def _listed_twice(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    """A line for each two units; everybody by name, for each may be decided by herself."""
    wording = context.wording()
    asked = {subject.case: task for task, subject in _subjects(tasks, WorkerListedTwice)}
    by_units: dict[tuple[str, str], list[str]] = {}
    for case in context.transaction.listings.twice(context.campaign.id):
        if case.id in asked:
            name = wording.say("needs.person", name=case.newer_name, task=str(asked[case.id].id))
            by_units.setdefault((case.former, case.newer), []).append(name)
    for (former, newer), names in by_units.items():
        yield wording.say("needs.listed_twice", former=former, newer=newer, names=", ".join(names))


def _nominations(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    for task, subject in _subjects(tasks, ProposedContact):
        contact = context.transaction.people.contact(subject.contact)
        name = (contact.nominee.name or contact.nominee.address) if contact else ""
        yield context.wording().say("needs.nomination", unit=_named(context, task), name=name, task=str(task.id))


def _no_contact(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    wording = context.wording()
    names = names_in_words([_named(context, task) for task in tasks], wording, more="remaining.more_units")
    yield wording.say("needs.no_contact", count=str(len(tasks)), names=names)


def _package(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    for task, _ in _subjects(tasks, PackageToApprove):
        day = f"{context.day_of(task.opened_at):%d/%m/%Y}"
        yield context.wording().say("needs.package", agency=context.campaign.agency.name, day=day)


def _outgoing(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    for task, subject in _subjects(tasks, StuckOutgoing):
        mail = context.transaction.outbox.get(subject.outgoing)
        kind = stuck_kind(mail) if mail else None
        if mail is not None and kind is not None:
            facts = {"subject": mail.subject, "to": ", ".join(missing(mail)), "task": str(task.id)}
            yield context.wording().say(f"needs.outgoing_{kind}", **facts)


def _troubles(context: CampaignContext, tasks: Tasks) -> Iterator[str]:
    for _, subject in _subjects(tasks, ServiceTrouble):
        yield context.wording().say(f"trouble.{subject.concern}")


SENTENCES: Mapping[TaskKind, Callable[[CampaignContext, Any], Iterator[str]]] = {
    TaskKind.PACKAGE: _package,
    TaskKind.QUESTION: _questions,
    TaskKind.HELD_MAIL: _held,
    TaskKind.UNCONFIRMED: _unconfirmed,
    TaskKind.AUTOMATIC_MAIL: _automatic,
    TaskKind.FORM: _forms,
    TaskKind.EXTENSION: _extensions,
    TaskKind.NOMINATION: _nominations,
    TaskKind.WHOSE_LIST: _whose_list,
    TaskKind.LISTED_TWICE: _listed_twice,
    TaskKind.UNREACHABLE: _unreachable,
    TaskKind.CLAIMED_UNREACHABLE: _claimed_unreachable,
    TaskKind.OUTGOING: _outgoing,
    TaskKind.CALL: _calls,
    TaskKind.NO_CONTACT: _no_contact,
    TaskKind.OTHER_PAGES: _pages,
    TaskKind.FAILED_MAIL: _failed,
    TaskKind.TROUBLE: _troubles,
}
"""Each kind's sentences, in the order of the summary."""
