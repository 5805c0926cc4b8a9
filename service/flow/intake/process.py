"""What happens to a mail, from the shelf to the answer in the outbox.

A stored mail is triaged (who, which campaign and unit, what kind), its papers are opened, and everything that it causes
is recorded in one transaction together with the answer. What is done with it says the table `STEPS`, from the top: the
first step that applies is the one that is taken. Filing the mail into a folder for people comes last, elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from service.core import events
from service.core.mail.conversation import Brought, entitled_to_contact
from service.core.mail.messages import Kind, Message
from service.core.papers import locked_in
from service.core.records import MailRecord, MailState
from service.core.units import Unit, Worker
from service.flow.context import CampaignContext, OpenCampaign, Services
from service.flow.hr.open_tasks import close_gone
from service.flow.intake import confirmation, steps
from service.flow.intake.known_mail import earlier_of, is_told_already
from service.flow.intake.steps import Arrived
from service.flow.papers.assessment import ReadPapers
from service.flow.ports.ledger import Transaction
from service.flow.ports.world import Folder
from service.flow.sending import marks
from service.flow.triage.campaign_by_content import placed
from service.flow.triage.locked import locked_attachments, passwords_in, with_locked, words_before
from service.flow.triage.passed_on import mailed_out, passed_on
from service.flow.triage.pasted import joined, with_pasted
from service.flow.triage.thread_hints import read_incoming
from service.flow.triage.triage import BY_PEOPLE, Incoming, Triage, after_opening, may_bring, triage_mail


@dataclass(frozen=True, slots=True, kw_only=True)
class MailStep:
    """One line of the table: when it applies, and what is done; it gives the state in which the mail ends."""

    name: str
    applies: Callable[[CampaignContext, Arrived], bool]
    does: Callable[[CampaignContext, Arrived], MailState]


STEPS = (
    MailStep(name="a delivery report", applies=steps.is_report, does=steps.take_report),
    MailStep(name="a machine's mail with papers", applies=steps.is_machine_with_papers, does=steps.hold),
    MailStep(name="a machine's mail, a reaction, or our own", applies=steps.is_silent, does=steps.ignore),
    MailStep(name="not readable, not believed, of no campaign", applies=steps.is_not_believed, does=steps.hold),
    MailStep(name="papers that HR passes on", applies=steps.is_passed_on, does=steps.take_passed_on),
    MailStep(name="HR's words", applies=steps.is_of_hr, does=steps.take_hr_words),
    MailStep(name="a stranger's mail", applies=steps.is_of_a_stranger, does=steps.hold),
    MailStep(name="the very same mail again", applies=steps.came_before, does=steps.say_received_before),
    MailStep(name="a word on what waits for it", applies=confirmation.is_word, does=confirmation.take_word),
    MailStep(
        name="not proven, and would change something",
        applies=confirmation.must_be_confirmed,
        does=confirmation.hold_until_confirmed,
    ),
    MailStep(name="thanks", applies=steps.is_thanks, does=steps.say_nothing),
    MailStep(name="everything else a unit wants, in one answer", applies=steps.always, does=steps.serve_unit),
)
"""One line a step; the order matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A mail with its papers. `seen`: what was known of it before; `triage`: with the campaign that its papers fit."""

    seen: Incoming
    triage: Triage
    papers: ReadPapers | None = None


def triage_stored(services: Services, record: MailRecord) -> Incoming:
    """What the mail is, as far as it can be told before its papers are opened."""
    message = read_incoming(services, services.shelf.get(record.sha256))
    with services.ledger.transaction() as transaction:
        return _triaged(services, transaction, record, message)


def open_papers(services: Services, seen: Incoming) -> Opened:
    """Reading takes seconds: it happens outside of any transaction, and what was opened lies on the shelf."""
    triage = placed(services, seen.message, with_pasted(services, seen.message, seen.triage))
    open_campaign = triage.open_campaign
    if open_campaign is None or not _may_hand_in(seen, triage):
        return Opened(seen=seen, triage=triage)
    read = _read(services, seen, open_campaign, triage.unit)
    for paper in read.papers:
        if paper.content:
            services.shelf.put(paper.content)
    read = read.without(mailed_out(services, read), open_campaign.campaign, _workers(open_campaign, triage.unit))
    named = read.nominee is not None or bool(read.scans and entitled_to_contact(seen.message))
    triage = after_opening(services, seen.message, triage, read.brought, nominates=named)
    return Opened(seen=seen, triage=passed_on(services, seen.message, triage, read), papers=read)


def _may_hand_in(seen: Incoming, triage: Triage) -> bool:
    """Papers are opened of nobody but registered people and HR, when nothing says that somebody else may be writing."""
    if seen.earlier is not None or not (triage.unit or triage.from_hr):
        return False
    by_words = triage.machine is not None and triage.kind in (Kind.AUTO_REPLY, Kind.LIST_MAIL)
    return triage.kind is Kind.SUBMISSION or (by_words and may_bring(seen.message) is Brought.PAPERS)


def _workers(open_campaign: OpenCampaign, unit: Unit | None) -> tuple[Worker, ...]:
    return open_campaign.workers_of(unit) if unit else ()


def conclude(services: Services, opened: Opened) -> None:
    """Decides and records in one transaction; opens the papers again if what is known of the mail has changed."""
    services.reached("process.opened")
    seen = opened.seen
    with services.ledger.transaction() as transaction:
        now = _triaged(services, transaction, seen.record, seen.message)
        if now == seen:
            record(services, transaction, opened)
            services.reached("process.recording")
    if now == seen:
        services.reached("process.recorded")
    else:
        conclude(services, open_papers(services, now))


def record(services: Services, transaction: Transaction, opened: Opened) -> None:
    """Takes the step, writes down what became of the mail, and closes the tasks whose cause is gone with it."""
    mail, triage = replace(opened.seen, triage=opened.triage), opened.triage
    context = CampaignContext(services, transaction, triage.open_campaign or services.any_campaign)
    if mail.earlier is not None and is_told_already(mail.record, mail.earlier):
        state = mail.earlier.state
    else:
        arrived = Arrived(mail=mail, papers=opened.papers)
        state = _take_step(context, arrived)
        confirmation.close_moot(context, arrived, state)
    _finish(context, mail, state, locked_in(opened.papers.papers) if opened.papers else ())
    if triage.unit is not None and triage.kind in BY_PEOPLE:
        marks.note_reached(services, transaction, mail.message.sender, "wrote")
    if triage.unit is not None:
        close_gone(context, unit=triage.unit.code)


def _take_step(context: CampaignContext, arrived: Arrived) -> MailState:
    step = next(step for step in STEPS if step.applies(context, arrived))
    return step.does(context, arrived)


def _triaged(services: Services, transaction: Transaction, record: MailRecord, message: Message) -> Incoming:
    """What the ledger knows of a mail now: who, which unit, what kind, and whether the same bytes came before."""
    triage = triage_mail(services, transaction, message, record.vouched)
    is_held = triage.kind in (Kind.QUARANTINE, Kind.UNKNOWN_SENDER)
    earlier = earlier_of(services, transaction, record, message, is_held=is_held)
    triage, locked = with_locked(transaction, message, triage, record.received_at)
    before = words_before(transaction, triage, record.received_at)
    return Incoming(record=record, message=message, triage=triage, earlier=earlier, locked=locked, words_before=before)


def _sameness(mail: Incoming) -> str:
    return "same bytes" if mail.earlier and mail.earlier.sha256 == mail.record.sha256 else "same mail by another route"


def _read(services: Services, seen: Incoming, open_campaign: OpenCampaign, unit: Unit | None) -> ReadPapers:
    message, workers, campaign = seen.message, _workers(open_campaign, unit), open_campaign.campaign
    today = open_campaign.day_of(services.now())
    read = partial(services.documents.papers.read, campaign=campaign, workers=workers, today=today)
    files = locked_attachments(services, seen.locked) if seen.locked else message.attachments
    given = (*message.passwords, *(unit.passwords if unit else ()))
    attached = read(files, passwords=given)
    if locked_in(attached.papers) and (said := passwords_in(services, seen.words_before)):
        attached = read(files, passwords=(*given, *said))
    return joined(attached, read(message.pasted), message, campaign, workers) if message.pasted else attached


def _finish(context: CampaignContext, mail: Incoming, state: MailState, locked: tuple[str, ...]) -> None:
    """The record's last word; the mailbox learns of it later. `locked`: what of its papers nobody could open."""
    if mail.locked is not None and state is not MailState.HELD:
        context.transaction.mails.note_locked(mail.locked.id, locked)
    triage, stored, message = mail.triage, mail.record, mail.message
    folder = {MailState.IGNORED: Folder.IGNORED, MailState.HELD: Folder.REVIEW}.get(state, Folder.PROCESSED)
    unit = triage.unit.code if triage.unit else None
    reasons = (*triage.reasons, f"{_sameness(mail)} as mail {mail.earlier.id}") if mail.earlier else triage.reasons
    context.transaction.mails.finish(
        stored.id,
        state=state,
        kind=triage.kind,
        folder=folder,
        campaign=triage.open_campaign.campaign.id if triage.open_campaign else None,
        unit=unit,
        message_id=message.message_id,
        sender=message.sender,
        subject=message.subject[:500],
        reasons=reasons,
        duplicate_of=mail.earlier.id if mail.earlier else None,
        locked=() if mail.locked else locked,
    )
    fact = events.MailDecided(state=state, mail_kind=triage.kind, reasons=reasons)
    context.record(unit or "mail", fact, unit=triage.unit, mail_id=stored.id)
