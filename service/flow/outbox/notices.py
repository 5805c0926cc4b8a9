"""What HR is told of single mails: one that nobody could place or process, an address or a mail of ours that fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.core.mail.messages import Message
from service.core.masking import masked_address
from service.core.records import MailRecord, OutgoingRecord
from service.core.tasks import FailedMail, HeldMail, StuckOutgoing, Task, Unreachable
from service.core.units import Unit
from service.flow.context import CampaignContext, addresses_of
from service.flow.outbox.compose import to_hr, unit_facts
from service.flow.outbox.letters import HrLetter
from service.flow.tasks import open_task
from service.flow.triage.triage import Incoming


def tell_hr_of_held(
    context: CampaignContext,
    mail: Incoming,
    candidate: Unit | None,
    reason: str,
    *,
    told: bool = False,
) -> None:
    """Nobody could place the mail, or its sender is not registered: HR decides."""
    task = open_task(context, HeldMail(mail=mail.record.id), unit=candidate)
    facts: dict[str, Any] = {
        "sender": mail.message.sender,
        "sender_masked": masked_address(mail.message.sender),
        "subject": mail.message.subject,
        "reason": context.wording().say(f"held.{reason}"),
        "files": [attachment.name for attachment in mail.message.attachments],
        "candidate": candidate,
        "told": told,
        "failed": False,
    }
    _tell_of_incoming(context, f"held:{mail.record.id}", task, facts)


def tell_hr_of_failure(context: CampaignContext, record: MailRecord) -> None:
    """A mail that we could not process: its bytes are kept."""
    task = open_task(context, FailedMail(mail=record.id))
    facts: dict[str, Any] = {
        "sender": record.sender,
        "sender_masked": masked_address(record.sender),
        "subject": record.subject,
        "reason": context.wording().say("held.failed"),
        "files": [],
        "candidate": None,
        "told": False,
        "failed": True,
    }
    _tell_of_incoming(context, f"failed:{record.id}", task, facts)


def _tell_of_incoming(context: CampaignContext, key: str, task: Task, facts: dict[str, Any]) -> None:
    known = {"task": task.id, "asked": False, "registered": _is_registered(context, facts)}
    letter = HrLetter(key=key, template="held_notice", facts={**known, **facts}, tasks=(task.id,))
    to_hr(context, letter)


def tell_hr_of_denied(context: CampaignContext, record: MailRecord, unit: Unit) -> None:
    """The registered address says that it did not write the mail: somebody uses its name."""
    task = open_task(context, HeldMail(mail=record.id), unit=unit)
    facts: dict[str, Any] = {
        "sender": record.sender,
        "sender_masked": masked_address(record.sender),
        "subject": record.subject,
        "reason": context.wording().say("held.denied"),
        "files": [attachment.name for attachment in _message(context, record).attachments],
        "candidate": unit,
        "told": False,
        "asked": True,
        "failed": False,
    }
    _tell_of_incoming(context, f"denied:{record.id}", task, facts)


def tell_hr_of_unreachable(context: CampaignContext, unit: Unit | None, address: str, diagnostic: str) -> None:
    """A contact (or, without a unit, the agency) cannot be reached by mail: bounced or refused for good."""
    facts: dict[str, Any] = {"address": address, "diagnostic": diagnostic}
    task = open_task(context, Unreachable(address=address), unit=unit, said=diagnostic)
    letter = HrLetter(
        key=f"bounced:{context.campaign.id}:{unit.code if unit else 'agency'}:{address}",
        template="contact_unreachable",
        facts=facts | (unit_facts(context, unit) if unit else {}),
        unit=unit,
        tasks=(task.id,),
    )
    to_hr(context, letter)


def tell_hr_of_unsent(context: CampaignContext, record: OutgoingRecord, said: str) -> None:
    """A mail of ours that reaches nobody although its addresses are good, or that is not for a unit: HR decides."""
    unit = context.unit(record.unit) if record.unit else None
    task = open_task(context, StuckOutgoing(outgoing=record.id), unit=unit, said=said)
    letter = HrLetter(
        key=f"unsent:{record.id}",
        template="mail_not_sent",
        facts={
            "subject": record.subject,
            "recipients": list(record.recipients),
            "diagnostic": said,
            "again": record.sent_again,
        },
        unit=unit,
        tasks=(task.id,),
    )
    to_hr(context, letter)


def _is_registered(context: CampaignContext, facts: Mapping[str, Any]) -> bool:
    """Whether the sender is a contact already: then nobody need be told how to make her one."""
    unit = facts["candidate"]
    return unit is not None and facts["sender"] in addresses_of(unit, context.notes(unit))


def _message(context: CampaignContext, record: MailRecord) -> Message:
    return context.services.mail.read(context.services.shelf.get(record.sha256))
