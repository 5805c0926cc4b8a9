"""A unit asks, a person at HR answers by replying, and the answer reaches the unit in its thread from our address.

What our mail to HR says of the unit's state is for HR alone: of HR's reply only what HR wrote itself goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.core.hr_decisions import Answer
from service.core.mail.answer_text import own_words
from service.core.mail.messages import Attachment, Message
from service.core.records import OutgoingRecord
from service.core.tasks import Question
from service.core.units import Unit
from service.flow.context import CampaignContext
from service.flow.outbox.compose import to_hr, unit_facts
from service.flow.outbox.letters import HrLetter
from service.flow.tasks import open_task
from service.flow.triage.triage import Incoming

FORWARD = "question_forward"
EARLIER_LINES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that was handed to HR: the number of the mail it came with, its campaign, and our mail to HR."""

    context: CampaignContext
    question: int
    forwarded: OutgoingRecord


def forward(context: CampaignContext, unit: Unit, mail: Incoming) -> None:
    """HR gets the question with its thread and the unit's state in one look, and answers by replying."""
    message = mail.message
    task = open_task(context, Question(mail=mail.record.id), unit=unit)
    letter = HrLetter(
        key=f"question:{mail.record.id}",
        template=FORWARD,
        facts={
            "sender": message.sender,
            "subject": message.subject,
            "text": message.new_text or message.text,
            "earlier": _earlier(message),
            "files": [attachment.name for attachment in message.attachments if not attachment.inline],
            **unit_facts(context, unit),
        },
        unit=unit,
        tasks=(task.id,),
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
        question = _question_of(context, forwarded) if forwarded else None
        open_campaign = context.services.campaigns.get(forwarded.campaign or "") if forwarded else None
        if forwarded is None or question is None or open_campaign is None:
            continue
        if message.sender in open_campaign.campaign.hr_addresses:
            there = CampaignContext(context.services, context.transaction, open_campaign)
            return Asked(context=there, question=question.mail, forwarded=forwarded)
    return None


def _question_of(context: CampaignContext, forwarded: OutgoingRecord) -> Question | None:
    """The question that our mail asked HR to answer, answered meanwhile or not; gathered ones are named by number."""
    if forwarded.template != FORWARD:
        return None
    tasks = (context.transaction.tasks.get(number) for number in forwarded.tasks)
    return next((task.subject for task in tasks if task and isinstance(task.subject, Question)), None)


def answer_in(asked: Asked, mail: Incoming) -> Answer:
    """HR's own words and files in its reply, for the unit."""
    services = asked.context.services
    ours = services.mail.read(services.shelf.get(asked.forwarded.raw_sha256)).text
    words = own_words(mail.message.new_text, ours)
    return Answer(question=asked.question, text=words, files=_files(mail.message), given_in=mail.record.id)


def _files(message: Message) -> tuple[Attachment, ...]:
    """What HR attached; pictures of a signature stay behind."""
    return tuple(attachment for attachment in message.attachments if not attachment.inline)
