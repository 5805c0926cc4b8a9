"""A unit asks, a person at HR answers by replying, and the answer reaches the unit in its thread from our address.

What our mail to HR says of the unit's state is for HR alone: of HR's reply only what HR wrote itself goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.core.authenticity import Authenticity
from service.core.mail.answer_text import own_words
from service.core.messages import Attachment, Message
from service.core.records import MailRecord, OutgoingRecord
from service.core.units import Unit
from service.flow.context import CampaignContext, addresses_of
from service.flow.outbox.compose import to_hr, to_unit, unit_facts
from service.flow.outbox.letters import Answered, HrLetter, UnitLetter
from service.flow.triage.triage import Incoming

EARLIER_LINES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that was handed to HR: the mail it came with, whose it is, and our mail to HR."""

    context: CampaignContext
    unit: Unit
    mail: MailRecord
    forwarded: OutgoingRecord


def forward(context: CampaignContext, unit: Unit, mail: Incoming) -> None:
    """HR gets the question with its thread and the unit's state in one look, and answers by replying."""
    message = mail.message
    letter = HrLetter(
        key=f"question:{mail.record.id}",
        template="question_forward",
        facts={
            "sender": message.sender,
            "subject": message.subject,
            "text": message.new_text or message.text,
            "earlier": _earlier(message),
            "files": [attachment.name for attachment in message.attachments if not attachment.inline],
            **unit_facts(context, unit),
        },
        unit=unit,
    )
    to_hr(context, letter)


def _earlier(message: Message) -> str:
    """What was written before in this thread, as the mail quotes it."""
    new = {line.strip() for line in message.new_text.splitlines()}
    quoted = [line for line in message.text.splitlines() if line.strip() and line.strip() not in new]
    return "\n".join(line.lstrip("> ") for line in quoted[:EARLIER_LINES])


def asked_in_reply(context: CampaignContext, mail: Incoming) -> Asked | None:
    """The question that HR's mail answers: it names our own mail to HR, which nobody else has seen."""
    message = mail.message
    for message_id in (message.in_reply_to, *reversed(message.references)):
        forwarded = context.transaction.outbox.by_message_id(message_id) if message_id else None
        if forwarded is None or forwarded.template != "question_forward" or forwarded.unit is None:
            continue
        open_campaign = context.services.campaigns.get(forwarded.campaign or "")
        unit = open_campaign.unit(forwarded.unit) if open_campaign else None
        if open_campaign is not None and unit is not None and message.sender in open_campaign.campaign.hr_addresses:
            asking = context.transaction.mails.get(int(forwarded.key.rpartition(":")[2]))
            return Asked(
                context=CampaignContext(context.services, context.transaction, open_campaign),
                unit=unit,
                mail=asking,
                forwarded=forwarded,
            )
    return None


def hand_on(asked: Asked, mail: Incoming) -> str:
    """HR's answer to the unit; gives the catalogue's word for what was done."""
    context, services = asked.context, asked.context.services
    if mail.triage.authenticity is Authenticity.FAIL:
        return "answer_not_authentic"
    ours = services.mail.read(services.shelf.get(asked.forwarded.raw_sha256)).text
    words = own_words(mail.message.new_text, ours)
    files = _files(mail.message)
    if not words and not files:
        return "answer_empty"
    question = services.mail.read(services.shelf.get(asked.mail.sha256))
    if question.sender not in addresses_of(asked.unit, context.notes(asked.unit)):
        return "answer_unregistered"
    letter = UnitLetter(
        key=f"answer:{mail.record.id}",
        template="answer",
        facts={"text": words, "subject": question.subject, "files": [file.name for file in files]},
        attachments=files,
        answers=Answered(mail_id=asked.mail.id, thread=question),
    )
    to_unit(context, asked.unit, letter)
    context.record(mail.message.sender, "question answered", f"mail {asked.mail.id}", unit=asked.unit)
    return "answered"


def _files(message: Message) -> tuple[Attachment, ...]:
    """What HR attached; pictures of a signature stay behind."""
    return tuple(attachment for attachment in message.attachments if not attachment.inline)
