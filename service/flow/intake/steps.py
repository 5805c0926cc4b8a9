"""The steps of `process.STEPS`: when each applies, and what it does. Each ends the mail in a state."""

from __future__ import annotations

from dataclasses import dataclass

from service.core.mail.automatic_mail import Evidence, has_left
from service.core.mail.conversation import Brought, Intent
from service.core.mail.messages import Kind
from service.core.records import MailState
from service.core.tasks import AutomaticMail, HeldMail
from service.core.units import Unit
from service.flow.answers import answers, questions
from service.flow.context import CampaignContext
from service.flow.hr import hr_mail
from service.flow.intake import hr_papers, unit_mail
from service.flow.outbox import notices
from service.flow.papers.assessment import ReadPapers
from service.flow.sending import bounces, in_doubt
from service.flow.tasks import open_task
from service.flow.triage.triage import Incoming

SILENT_KINDS = frozenset({Kind.AUTO_REPLY, Kind.DELAY, Kind.RECEIPT, Kind.REACTION, Kind.LIST_MAIL, Kind.OWN_MAIL})
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


def is_machine_with_papers(_context: CampaignContext, arrived: Arrived) -> bool:
    """Papers which are none of ours beside words of a machine: a person looks, for nobody may have written them."""
    papers = arrived.papers
    return arrived.kind in SILENT_KINDS and papers is not None and papers.brought is Brought.PAPERS


def is_silent(context: CampaignContext, arrived: Arrived) -> bool:
    """HR's thumb in answer to a question is no answer, and HR is told so."""
    if arrived.kind is Kind.REACTION and arrived.mail.triage.from_hr:
        return questions.asked_in_reply(context, arrived.mail) is None
    return arrived.kind in SILENT_KINDS


def ignore(context: CampaignContext, arrived: Arrived) -> MailState:
    """Our own copy is evidence; a contact's mailbox may say by itself that she has left.

    What only words or a header call a machine's is shown to HR once: a contact may have written it.
    """
    mail = arrived.mail
    if arrived.kind is Kind.OWN_MAIL and mail.earlier is None:
        in_doubt.note_own_copy(context.services, context.transaction, mail.message)
    if arrived.kind is Kind.RECEIPT:
        bounces.note_delivered(context, mail)
    said = has_left(mail.message) if arrived.kind is Kind.AUTO_REPLY else None
    if said is not None and arrived.unit is not None:
        notices.tell_hr_of_unreachable(context, arrived.unit, mail.message.sender, said)
    sign = mail.triage.machine
    if said is None and sign is not None and sign.evidence < Evidence.STRONG and arrived.unit is not None:
        open_task(context, AutomaticMail(mail=mail.record.id), unit=arrived.unit)
    return MailState.IGNORED


def is_not_believed(_context: CampaignContext, arrived: Arrived) -> bool:
    return arrived.mail.triage.open_campaign is None or arrived.kind in (Kind.UNREADABLE, Kind.QUARANTINE)


def is_passed_on(context: CampaignContext, arrived: Arrived) -> bool:
    """HR sends papers and does not answer a question of a unit's with them."""
    brings = arrived.papers is not None and arrived.papers.brought is Brought.PAPERS
    from_hr = arrived.mail.triage.from_hr and arrived.unit is None
    return from_hr and brings and questions.asked_in_reply(context, arrived.mail) is None


def take_passed_on(context: CampaignContext, arrived: Arrived) -> MailState:
    """Counted on HR's word: the mail waits, and HR gets one answer with what was found."""
    assert arrived.papers is not None
    hr_papers.ask_hr(context, arrived.mail, arrived.papers)
    return MailState.HELD


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
    if kind in SILENT_KINDS:
        reason = "automatic"
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


def is_thanks(_context: CampaignContext, arrived: Arrived) -> bool:
    return arrived.mail.triage.intents == (Intent.THANKS,)


def say_nothing(_context: CampaignContext, _arrived: Arrived) -> MailState:
    return MailState.PROCESSED


def always(_context: CampaignContext, _arrived: Arrived) -> bool:
    return True


def serve_unit(context: CampaignContext, arrived: Arrived) -> MailState:
    unit_mail.serve(context, arrived.known_unit, arrived.mail, arrived.papers)
    return MailState.PROCESSED
