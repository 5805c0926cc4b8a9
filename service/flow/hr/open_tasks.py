"""Which open tasks still wait: a task closes by itself when its cause is gone.

For each kind one function says whether its cause still stands in the ledger. All are asked after each mail and each
decision for the unit concerned, when the package has gone out, and before each summary; at each pulse only those that
a look into a row answers, for what was settled by neither (a mail of ours that arrived after all, for instance).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from service.core.contacts import ContactState, waits_for_hr
from service.core.events import SERVICE
from service.core.forms import Verdict, WaitsFor
from service.core.records import MailState
from service.core.tasks import (
    ClaimedUnreachable,
    Ending,
    ExtensionWish,
    FailedMail,
    FormToLookAt,
    HeldMail,
    PackageToApprove,
    ProposedContact,
    StuckOutgoing,
    Subject,
    Task,
    TaskKind,
    Unconfirmed,
    Unreachable,
    WhoseList,
    WorkerListedTwice,
)
from service.core.units import Unit
from service.flow.context import CampaignContext, addresses_of
from service.flow.hr.stuck_mails import is_stuck
from service.flow.outbox.progress import progress_of
from service.flow.tasks import close_task

StillWaits = Callable[[CampaignContext, Unit | None, Any], bool]
"""Context, the task's unit, its subject → whether the cause still stands."""


BY_PROGRESS = frozenset({TaskKind.EXTENSION, TaskKind.CALL, TaskKind.NO_CONTACT})
"""Their causes go with what a unit does, with a decision, or with the package; each then asks. Computing a unit's
progress at each pulse would tell nothing more."""


def close_gone(
    context: CampaignContext, *, unit: str | None = None, by: str = SERVICE, ending: Ending = Ending.CAUSE_GONE
) -> int:
    """Closes what nobody has to decide any more, of one unit or of the whole campaign; gives how many."""
    waiting = context.transaction.tasks.waiting(context.campaign.id, unit=unit)
    return _close(context, [task for task in waiting if not still_waits(context, task)], by, ending)


def close_settled(context: CampaignContext) -> int:
    """The same at each pulse of the clock, without the kinds that nothing but a mail or a decision settles."""
    waiting = context.transaction.tasks.waiting(context.campaign.id)
    gone = [task for task in waiting if task.kind not in BY_PROGRESS and not still_waits(context, task)]
    return _close(context, gone, SERVICE, Ending.CAUSE_GONE)


def _close(context: CampaignContext, tasks: Sequence[Task], by: str, ending: Ending) -> int:
    return sum(close_task(context, task, by=by, ending=ending) for task in tasks)


def still_waits(context: CampaignContext, task: Task) -> bool:
    """Whether the task's cause still stands; where nothing in the ledger says so, a person has to close it."""
    unit = context.unit(task.unit) if task.unit else None
    if task.unit and unit is None:
        return False  # the configuration does not know the unit any more
    return still_waits_for(context, unit, task.subject)


def still_waits_for(context: CampaignContext, unit: Unit | None, subject: Subject) -> bool:
    """Whether there is a cause for a task about this."""
    return STILL_WAITS[subject.kind](context, unit, subject)


def is_over(context: CampaignContext) -> bool:
    """The package has gone to the agency: what units did not do is none of HR's concern any more."""
    package = context.transaction.decisions.package(context.campaign.id)
    return package is not None and package.sent_at is not None


def _form(context: CampaignContext, _unit: Unit | None, subject: FormToLookAt) -> bool:
    submissions, form = context.transaction.submissions, context.transaction.submissions.form(subject.form)
    if form is None or form.verdict is not Verdict.REVIEW or form.waits_for is not WaitsFor.HR:
        return False
    return form.worker_row is None or not submissions.has_accepted_form(form.campaign, form.unit, form.worker_row)


def _held_mail(context: CampaignContext, unit: Unit | None, subject: HeldMail) -> bool:
    """Until HR decides, or the unit that it seems to be of has handed in properly since."""
    record = context.transaction.mails.get(subject.mail)
    if record.state is not MailState.HELD:
        return False
    roster = context.transaction.submissions.current_roster(context.campaign.id, unit.code) if unit else None
    return roster is None or roster.received_at <= record.received_at


def _unconfirmed(context: CampaignContext, _unit: Unit | None, subject: Unconfirmed) -> bool:
    return context.transaction.mails.get(subject.mail).state is MailState.HELD


def _failed_mail(context: CampaignContext, _unit: Unit | None, subject: FailedMail) -> bool:
    return context.transaction.mails.get(subject.mail).state is MailState.FAILED


def _extension(context: CampaignContext, unit: Unit | None, subject: ExtensionWish) -> bool:
    """Until it is answered; a unit that is done needs no time, and a later wish takes the place of this one."""
    if unit is None or is_over(context) or progress_of(context, unit).unit_is_done:
        return False
    wishes = context.transaction.tasks.waiting(context.campaign.id, unit=unit.code, kind=TaskKind.EXTENSION)
    return bool(wishes) and wishes[-1].subject == subject


def _nomination(context: CampaignContext, unit: Unit | None, subject: ProposedContact) -> bool:
    if unit is None:
        return False
    waiting = waits_for_hr(context.transaction.people.contacts(context.campaign.id, unit.code))
    return waiting is not None and waiting.id == subject.contact


def _no_contact(context: CampaignContext, unit: Unit | None, _subject: object) -> bool:
    """Whoever hands in papers is the one to speak to: then nobody need be named."""
    if unit is None or is_over(context) or progress_of(context, unit).roster_version:
        return False
    named = context.transaction.people.contacts(context.campaign.id, unit.code)
    return not any(each.state in (ContactState.CURRENT, ContactState.PROPOSED) for each in named)


def _whose_list(context: CampaignContext, _unit: Unit | None, subject: WhoseList) -> bool:
    placed = context.transaction.submissions.placed_roster(context.campaign.id, subject.mail, subject.document_sha256)
    return placed is None


def _listed_twice(context: CampaignContext, _unit: Unit | None, subject: WorkerListedTwice) -> bool:
    cases = context.transaction.listings.twice(context.campaign.id)
    return any(case.id == subject.case and case.home is None for case in cases)


def _unreachable(context: CampaignContext, unit: Unit | None, subject: Unreachable) -> bool:
    """Until the mark goes, or another address was admitted that our mail reaches."""
    if unit is None:
        return True  # the agency's: only a person knows
    notes = context.notes(unit)
    later = [address for address in notes.addresses if address not in notes.bounced]
    return subject.address in notes.bounced and subject.address in addresses_of(unit, notes) and not later


def _claimed(context: CampaignContext, unit: Unit | None, subject: ClaimedUnreachable) -> bool:
    """Until HR has seen to it, the address is not the unit's any more, or is marked for a better reason."""
    if unit is None:
        return True
    notes = context.notes(unit)
    return subject.address in addresses_of(unit, notes) and subject.address not in notes.bounced


def _call(context: CampaignContext, unit: Unit | None, _subject: object) -> bool:
    return unit is not None and not is_over(context) and not progress_of(context, unit).unit_is_done


def _outgoing(context: CampaignContext, unit: Unit | None, subject: StuckOutgoing) -> bool:
    mail = context.transaction.outbox.get(subject.outgoing)
    return mail is not None and is_stuck(context, mail, unit)


def _package(context: CampaignContext, _unit: Unit | None, subject: PackageToApprove) -> bool:
    package = context.transaction.decisions.package(context.campaign.id)
    return package is not None and package.id == subject.package and not package.decided


def _until_closed(_context: CampaignContext, _unit: Unit | None, _subject: object) -> bool:
    return True


STILL_WAITS: Mapping[TaskKind, StillWaits] = {
    TaskKind.FORM: _form,
    TaskKind.HELD_MAIL: _held_mail,
    TaskKind.UNCONFIRMED: _unconfirmed,
    TaskKind.AUTOMATIC_MAIL: _until_closed,
    TaskKind.FAILED_MAIL: _failed_mail,
    TaskKind.QUESTION: _until_closed,
    TaskKind.EXTENSION: _extension,
    TaskKind.NOMINATION: _nomination,
    TaskKind.NO_CONTACT: _no_contact,
    TaskKind.WHOSE_LIST: _whose_list,
    TaskKind.LISTED_TWICE: _listed_twice,
    TaskKind.OTHER_PAGES: _until_closed,
    TaskKind.UNREACHABLE: _unreachable,
    TaskKind.CLAIMED_UNREACHABLE: _claimed,
    TaskKind.CALL: _call,
    TaskKind.OUTGOING: _outgoing,
    TaskKind.PACKAGE: _package,
    TaskKind.TROUBLE: _until_closed,
}
