"""A unit asks, a person at HR answers by replying, and the answer reaches the unit in its thread from our address.

What our mail to HR says of the unit's state is for HR alone: of HR's reply only what HR wrote itself goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from service.core.events import QuestionAnswered
from service.core.mail.answer_text import own_words
from service.core.mail.conversation import headline
from service.core.mail.messages import Attachment, Kind, Message
from service.core.mail.pictures import hashes, is_picture, pictures_of
from service.core.records import OutgoingRecord
from service.core.tasks import Ending, Question
from service.core.units import Unit
from service.flow.answers.hr_thread import OurMail, answered_mails
from service.flow.context import CampaignContext, addresses_of
from service.flow.outbox.compose import to_hr, unit_facts
from service.flow.outbox.letters import HrLetter
from service.flow.tasks import close_task, open_task
from service.flow.triage.triage import Incoming

EARLIER_LINES = 60
MOST_BYTES_OF_PICTURES = 10_000_000
SAYS_WHAT_WAS_DONE = "command_result"
"""Our answer to a mail of HR's: whoever writes on below it still speaks of what was asked before."""
NO_FILES = frozenset({"text/calendar", "application/ics", "text/vnd.google.email-reaction+json", "application/ms-tnef"})
"""What a mail program adds by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Questions that were handed to HR: the numbers of the mails they came with, their campaign, and our mail to HR."""

    context: CampaignContext
    questions: tuple[int, ...]
    forwarded: OutgoingRecord


def forward(context: CampaignContext, unit: Unit, mail: Incoming) -> None:
    """HR gets the question with its thread and the unit's state in one look, and answers by replying."""
    message, pictures = mail.message, _pictures_of_question(mail)
    task = open_task(context, Question(mail=mail.record.id), unit=unit)
    letter = HrLetter(
        key=f"question:{mail.record.id}",
        template="question_forward",
        facts={
            "received_at": context.local(mail.record.received_at),
            "sender": message.sender,
            "writer": _name_of(context, unit, message.sender),
            "subject": headline(message),
            "text": message.new_text or message.text,
            "earlier": _earlier(message),
            "number": mail.record.id,
            "files": [item.name for item in message.attachments if item in pictures or not item.inline],
            **unit_facts(context, unit),
        },
        unit=unit,
        tasks=(task.id,),
        attachments=_small_enough(pictures),
    )
    to_hr(context, letter)


def _name_of(context: CampaignContext, unit: Unit, address: str) -> str:
    """The contact's name where the address is hers; other people of the unit are called by their address."""
    current = context.transaction.people.current_contact(context.campaign.id, unit.code)
    if current is not None:
        return current.nominee.name if current.nominee.address == address else ""
    return (unit.contact or "") if address in unit.addresses[:1] else ""


def _pictures_of_question(mail: Incoming) -> tuple[Attachment, ...]:
    """Of a mail that brings papers too only what its page shows: its photographs are declarations."""
    pictures = pictures_of(mail.message)
    beside_papers = mail.triage.kind is Kind.SUBMISSION
    return tuple(each for each in pictures if each.inline) if beside_papers else pictures


def _small_enough(pictures: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """As files beside the words, the first of them as far as a mail may go."""
    taken: list[Attachment] = []
    for picture in pictures:
        if sum(len(each.content) for each in taken) + len(picture.content) <= MOST_BYTES_OF_PICTURES:
            taken.append(replace(picture, inline=False, content_id=None))
    return tuple(taken)


def _earlier(message: Message) -> str:
    """What was written before in this thread, as the mail quotes it."""
    new = {line.strip() for line in message.new_text.splitlines()}
    quoted = [line for line in message.text.splitlines() if line.strip() and line.strip() not in new]
    return "\n".join(line.lstrip("> ") for line in quoted[:EARLIER_LINES])


def asked_in_reply(context: CampaignContext, mail: Incoming) -> Asked | None:
    """What HR's mail answers: the nearest mail of ours in its thread that asks something, when it asks for words."""
    for ours in answered_mails(context, mail):
        questions = _questions_of(ours)
        if questions:
            return Asked(context=ours.context, questions=questions, forwarded=ours.record)
        if ours.record.template != SAYS_WHAT_WAS_DONE:
            return None
    return None


def answered_elsewhere(asked: Asked, mail: Incoming) -> str:
    """Why HR's words are not handed on: HR wrote them to the unit itself, or to somebody else with us in copy.

    Empty where they are meant for us. What the unit has read is answered; what a colleague was asked is not.
    """
    message, context = mail.message, asked.context
    directly = {*message.to, *message.cc}
    for number in asked.questions:
        record = context.transaction.mails.find(number)
        unit = context.unit(record.unit) if record is not None and record.unit else None
        if unit is not None and directly & set(addresses_of(unit, context.notes(unit))):
            _answered(asked, number, unit, mail.message.sender)
            return "answered_directly"
    ours = any(context.services.identity.is_own_address(address) for address in message.to)
    return "" if ours or not message.to else "answer_not_for_us"


def _answered(asked: Asked, number: int, unit: Unit, by: str) -> None:
    context = asked.context
    task = context.transaction.tasks.find(context.campaign.id, unit.code, Question(mail=number))
    if task is not None and task.is_open:
        close_task(context, task, by=by, ending=Ending.DECIDED)
        context.record(by, QuestionAnswered(question=number), unit=unit)


def _questions_of(ours: OurMail) -> tuple[int, ...]:
    """The mails whose questions our mail asked HR to answer, answered meanwhile or not."""
    tasks = (ours.context.transaction.tasks.get(number) for number in ours.record.tasks)
    return tuple(task.subject.mail for task in tasks if task and isinstance(task.subject, Question))


def own_words_in(asked: Asked, mail: Incoming) -> str:
    """What HR wrote itself above our mail."""
    return own_words(mail.message.new_text, _ours(asked).text)


def own_files_in(asked: Asked, mail: Incoming) -> tuple[Attachment, ...]:
    """What HR attached and showed; pictures of a signature and of the quoted question stay behind."""
    message = mail.message
    quoted = hashes(_ours(asked)).union(*(hashes(_asking(asked, number)) for number in asked.questions))
    shown = pictures_of(message, quoted=quoted)
    return tuple(
        replace(item, inline=False, content_id=None)
        for item in message.attachments
        if item in shown or not (is_picture(item) or item.inline or item.media_type in NO_FILES)
    )


def _ours(asked: Asked) -> Message:
    return _read(asked.context, asked.forwarded.raw_sha256)


def _asking(asked: Asked, number: int) -> Message:
    return _read(asked.context, asked.context.transaction.mails.get(number).sha256)


def _read(context: CampaignContext, sha256: str) -> Message:
    return context.services.mail.read(context.services.shelf.get(sha256))
