"""The steps of `process.STEPS`: when each applies, and what it does. Each ends the mail in a state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service.core.mail.automatic_mail import has_left
from service.core.mail.commands import orders_in
from service.core.mail.messages import Kind
from service.core.records import MailState
from service.core.tasks import HeldMail
from service.core.units import Unit
from service.flow.answers import answers, questions
from service.flow.context import CampaignContext
from service.flow.hr import hr_mail, unit_commands
from service.flow.intake import unit_mail
from service.flow.outbox import notices
from service.flow.papers.assessment import ReadPapers
from service.flow.sending import bounces, in_doubt
from service.flow.submissions import handed_in
from service.flow.tasks import open_task
from service.flow.triage.triage import Incoming

SILENT_KINDS = frozenset({Kind.AUTO_REPLY, Kind.DELAY, Kind.RECEIPT, Kind.LIST_MAIL, Kind.OWN_MAIL})
"""Recorded with the reason, never answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A mail with everything that is known of it when it is decided. `papers`: where they were opened."""

    mail: Incoming
    papers: ReadPapers | None = None

    @property
    def kind(self) -> Kind:
        return self.mail.triage.kind

    @property
    def unit(self) -> Unit | None:
        return self.mail.triage.unit

    @property
    def known_unit(self) -> Unit:
        """For the steps below the one that holds what has no unit."""
        assert self.mail.triage.unit is not None
        return self.mail.triage.unit


def is_report(_context: CampaignContext, arrived: Arrived) -> bool:
    return arrived.kind in (Kind.BOUNCE, Kind.DELAY)


def take_report(context: CampaignContext, arrived: Arrived) -> MailState:
    return bounces.note_report(context, arrived.mail)


def is_silent(_context: CampaignContext, arrived: Arrived) -> bool:
    return arrived.kind in SILENT_KINDS


def ignore(context: CampaignContext, arrived: Arrived) -> MailState:
    """Our own copy is evidence; a contact's mailbox may say by itself that she has left."""
    mail = arrived.mail
    if arrived.kind is Kind.OWN_MAIL and mail.earlier is None:
        in_doubt.note_own_copy(context.services, context.transaction, mail.message)
    said = has_left(mail.message) if arrived.kind is Kind.AUTO_REPLY else None
    if said is not None and arrived.unit is not None:
        notices.tell_hr_of_unreachable(context, arrived.unit, mail.message.sender, said)
    return MailState.IGNORED


def is_not_believed(_context: CampaignContext, arrived: Arrived) -> bool:
    return arrived.mail.triage.open_campaign is None or arrived.kind in (Kind.UNREADABLE, Kind.QUARANTINE)


def is_of_hr(context: CampaignContext, arrived: Arrived) -> bool:
    if not arrived.mail.triage.from_hr:
        return False
    answers_question = questions.asked_in_reply(context, arrived.mail) is not None
    return arrived.unit is None or arrived.kind is Kind.COMMAND or answers_question


def take_hr_words(context: CampaignContext, arrived: Arrived) -> MailState:
    return hr_mail.obey_hr(context, arrived.mail)


def is_of_a_stranger(_context: CampaignContext, arrived: Arrived) -> bool:
    return arrived.unit is None


def hold(context: CampaignContext, arrived: Arrived) -> MailState:
    """Kept intact and shown to HR; a stranger gets no data, the unit's registered contact is told."""
    mail, kind, unit = arrived.mail, arrived.kind, arrived.unit
    candidate = mail.triage.candidate
    reason = "encrypted" if mail.message.encrypted and kind is Kind.UNREADABLE else str(kind)
    told = kind is Kind.UNKNOWN_SENDER and candidate is not None
    open_task(context, HeldMail(mail=mail.record.id), unit=candidate or unit)
    notices.tell_hr_of_held(context, mail, candidate or unit, reason, told=told)
    if told and candidate is not None:
        answers.tell_contact_of_stranger(context, candidate, mail)
    if kind is Kind.UNKNOWN_SENDER:
        answers.acknowledge_stranger(context, mail)
    elif reason == "encrypted" and unit is not None:
        answers.answer_encrypted(context, unit, mail)
    return MailState.HELD


def came_before(_context: CampaignContext, arrived: Arrived) -> bool:
    earlier = arrived.mail.earlier
    return earlier is not None and arrived.unit is not None and earlier.unit == arrived.unit.code


def say_received_before(context: CampaignContext, arrived: Arrived) -> MailState:
    """The very same mail came again: said once, where it brought papers."""
    mail = arrived.mail
    if arrived.kind is Kind.SUBMISSION and mail.earlier is not None:
        answers.answer_again(context, arrived.known_unit, mail, mail.earlier)
    return MailState.PROCESSED


def has_papers(_context: CampaignContext, arrived: Arrived) -> bool:
    return arrived.papers is not None


def take_in_papers(context: CampaignContext, arrived: Arrived) -> MailState:
    assert arrived.papers is not None
    unit_mail.take_papers(context, arrived.known_unit, arrived.mail, arrived.papers)
    return MailState.PROCESSED


def kind_is(*kinds: Kind) -> Callable[[CampaignContext, Arrived], bool]:
    return lambda _context, arrived: arrived.kind in kinds


def take_command(context: CampaignContext, arrived: Arrived) -> MailState:
    said = orders_in(arrived.mail.message.new_text, from_hr=False)
    unit_commands.obey_unit(context, arrived.known_unit, arrived.mail, said, beside_papers=False)
    return MailState.PROCESSED


def take_contact(context: CampaignContext, arrived: Arrived) -> MailState:
    unit_mail.take_named(context, arrived.known_unit, arrived.mail)
    return MailState.PROCESSED


def is_statement(context: CampaignContext, arrived: Arrived) -> bool:
    return handed_in.states_no_discrepancies(context, arrived.mail.message)


def take_statement(context: CampaignContext, arrived: Arrived) -> MailState:
    handed_in.note_statement(context, arrived.known_unit, arrived.mail.message)
    answers.answer_status(context, arrived.known_unit, arrived.mail)
    return MailState.PROCESSED


def say_what_to_send(context: CampaignContext, arrived: Arrived) -> MailState:
    answers.answer_empty(context, arrived.known_unit, arrived.mail)
    return MailState.PROCESSED


def say_nothing(_context: CampaignContext, _arrived: Arrived) -> MailState:
    return MailState.PROCESSED


def always(_context: CampaignContext, _arrived: Arrived) -> bool:
    return True


def hand_on_question(context: CampaignContext, arrived: Arrived) -> MailState:
    answers.answer_question(context, arrived.known_unit, arrived.mail)
    return MailState.PROCESSED
