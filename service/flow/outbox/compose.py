"""Puts a mail of ours into the outbox, inside the transaction of whatever caused it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from service.core.contacts import CODE_IS_GOOD_FOR, ReplyCode
from service.core.events import SERVICE, AnswerWithheld, PapersUnanswered
from service.core.mail.messages import Attachment, OutgoingMail
from service.core.progress.deadlines import deadline_of_unit
from service.core.records import OutgoingRecord
from service.core.tasks import TaskKind, Unconfirmed
from service.core.units import Unit
from service.flow.context import CampaignContext, addresses_of, where_to_write
from service.flow.outbox.caps import too_many, too_many_answers
from service.flow.outbox.gathering import gather, is_to_be_gathered, was_gathered
from service.flow.outbox.letters import Answered, Draft, HrLetter, Letter, UnitLetter, in_thread, to_others
from service.flow.outbox.progress import progress_of, remaining_in_words
from service.flow.outbox.threads import in_conversation, thread_of
from service.flow.triage.triage import Incoming

ABOUT_PAPERS = frozenset({"confirmation", "needs_correction", "unusable"})
STRANGER_EVERY = timedelta(days=30)


def queue(context: CampaignContext, draft: Draft) -> bool:
    """Words, bytes on the shelf, a row in the outbox. False when nobody is to get it, or it was written before."""
    if not draft.to or context.transaction.outbox.with_key(draft.key) is not None:
        return False
    mail = _compose(context, draft)
    return context.transaction.outbox.queue(
        OutgoingRecord(
            key=draft.key,
            message_id=mail.message_id,
            template=draft.template,
            recipients=(*mail.to, *mail.cc),
            subject=mail.words.subject,
            raw_sha256=context.services.shelf.put(context.services.mail.write(mail)),
            created_at=context.now(),
            not_before=context.now(),
            campaign=context.campaign.id,
            unit=draft.unit.code if draft.unit else None,
            answers_mail=draft.answers.mail_id if draft.answers else None,
            tasks=draft.tasks,
            files=tuple(hashlib.sha256(each.content).hexdigest() for each in draft.attachments if not each.inline),
        )
    )


def _compose(context: CampaignContext, draft: Draft) -> OutgoingMail:
    services, open_campaign, campaign = context.services, context.open_campaign, context.campaign
    unit = _addressed(context, draft)
    facts = {"unit": unit, "now": open_campaign.local(services.now()), **draft.facts}
    thread = thread_of(context, draft)
    words = in_conversation(services.mail.templates.render(draft.template, campaign, draft.language, facts), thread)
    message_id = services.identity.message_id(draft.key, campaign.id, draft.unit.code if draft.unit else None)
    answers = draft.answers is not None and draft.answers.thread is not None
    return OutgoingMail(
        message_id=message_id,
        sender=services.identity.address,
        sender_name=services.identity.name,
        to=draft.to,
        cc=tuple(address for address in draft.cc if address not in draft.to),
        reply_to=_tagged(context, draft),
        words=words,
        date=open_campaign.local(services.now()),
        in_reply_to=thread.in_reply_to,
        references=thread.references,
        automatic="auto-replied" if answers else "auto-generated",
        kind=draft.template,
        signature=services.identity.signature(message_id),
        attachments=draft.attachments,
    )


def _tagged(context: CampaignContext, draft: Draft) -> str | None:
    """Our address with the thread in it, where such addresses arrive: it survives what rewrites Message-IDs."""
    if not context.services.trust.reply_tags or draft.unit is None:
        return None
    return context.services.identity.reply_tag(context.campaign.id, draft.unit.code)


def _addressed(context: CampaignContext, draft: Draft) -> Unit | None:
    """The unit as the greeting names it; HR reads of the contact whoever she is."""
    if draft.unit is None:
        return None
    to_hr = set(draft.to) <= set(context.campaign.hr_addresses)
    return context.known(draft.unit) if to_hr else context.known(draft.unit, to=draft.to)


def unit_facts(context: CampaignContext, unit: Unit) -> dict[str, Any]:
    """What every mail to a unit may say: where it stands and what remains."""
    progress = progress_of(context, unit)
    wording = context.wording(unit.language)
    return {
        "progress": progress,
        "last_day": deadline_of_unit(context.campaign, context.notes(unit)),
        "stage_words": wording.say(f"stage.{progress.stage}"),
        "remaining": remaining_in_words(context.campaign, progress, wording),
        "unconfirmed": _unconfirmed(context, unit),
    }


def _unconfirmed(context: CampaignContext, unit: Unit) -> list[dict[str, Any]]:
    """Mails with papers that wait for the unit's own word."""
    waiting = context.transaction.tasks.waiting(context.campaign.id, unit=unit.code, kind=TaskKind.UNCONFIRMED)
    subjects = [task.subject for task in waiting if isinstance(task.subject, Unconfirmed)]
    mails = [context.transaction.mails.get(subject.mail) for subject in subjects]
    return [{"subject": mail.subject, "received_at": context.local(mail.received_at)} for mail in mails]


def to_unit(context: CampaignContext, unit: Unit, letter: UnitLetter) -> bool:
    """A mail to the unit. An answer goes to the sender when registered, and never to Reply-To or Cc of a mail."""
    to = (letter.only_to,) if letter.only_to else _recipients(context, unit, letter.answers)
    if letter.answers is not None and any(too_many(context, address) for address in to):
        _note_withheld(context, letter, unit)
        return False
    draft = Draft(
        key=letter.key,
        template=letter.template,
        to=to,
        cc=letter.cc,
        facts={**unit_facts(context, unit), **letter.facts},
        attachments=letter.attachments,
        answers=letter.answers,
        unit=unit,
        tasks=letter.tasks,
        language=unit.language,
    )
    return queue(context, draft)


def _recipients(context: CampaignContext, unit: Unit, answers: Answered | None) -> tuple[str, ...]:
    notes = context.notes(unit)
    if answers is not None and answers.thread is not None and answers.thread.sender in addresses_of(unit, notes):
        return (answers.thread.sender,)
    return where_to_write(unit, notes)


def _note_withheld(context: CampaignContext, letter: Letter, unit: Unit | None) -> None:
    """Too many went to this address. What is owed for papers is made good later (`owed_answers`)."""
    mail_id = letter.answers.mail_id if letter.answers else None
    kind = PapersUnanswered if letter.template in ABOUT_PAPERS else AnswerWithheld
    context.record(SERVICE, kind(template=letter.template), unit=unit, mail_id=mail_id)


def reply_to_unit(
    context: CampaignContext,
    unit: Unit,
    mail: Incoming,
    template: str,
    facts: Mapping[str, Any],
    *,
    attachments: tuple[Attachment, ...] = (),
    to_contact: bool = False,
) -> bool:
    """Answers a mail; one answer of a kind, for each unit that it is about.

    `to_contact`: the sender may not read it; the unit's own contact does.
    """
    own = mail.triage.unit is not None and mail.triage.unit.code == unit.code
    letter = UnitLetter(
        key=f"reply:{mail.record.id}:{template}" + ("" if own else f":{unit.code}"),
        template=template,
        facts=facts,
        attachments=attachments,
        answers=to_others(mail) if to_contact else in_thread(mail),
    )
    return to_unit(context, unit, letter)


def to_stranger(context: CampaignContext, mail: Incoming) -> bool:
    """The neutral line, once in a while: it says nothing about any unit, and nothing about the mail."""
    sender = mail.message.sender
    if context.transaction.outbox.count_to(sender, context.now() - STRANGER_EVERY) or _nobody_answers(context, sender):
        return False
    draft = Draft(
        key=f"stranger:{mail.record.id}",
        template="stranger",
        to=(sender,),
        facts={},
        answers=in_thread(mail),
        language=context.campaign.language,
    )
    return queue(context, draft)


def _nobody_answers(context: CampaignContext, address: str) -> bool:
    own = context.services.identity.is_own_address(address)
    return own or not address or address in context.campaign.hr_addresses


def to_hr(context: CampaignContext, letter: HrLetter) -> bool:
    """A mail to HR; an answer to one of them goes to that person. When much comes at once, notices are gathered.

    Each carries a one-time code of its own, which proves the commands of the reply.
    """
    thread = letter.answers.thread if letter.answers else None
    to = (thread.sender,) if thread else context.campaign.hr_addresses[:1]
    if context.transaction.outbox.with_key(letter.key) is not None or was_gathered(context, letter):
        return False
    if thread is not None and too_many_answers(context, to[0]):
        _note_withheld(context, letter, letter.unit)
        return False
    if thread is None and is_to_be_gathered(context, letter, to[0]):
        gather(context, letter)
        return False
    code = _reply_code(context, to[0], letter.tasks)
    draft = Draft(
        key=letter.key,
        template=letter.template,
        to=to,
        facts={
            "reply_code": code,
            "code_days": CODE_IS_GOOD_FOR.days,
            "asks": bool(letter.tasks),
            **letter.facts,
        },
        attachments=letter.attachments,
        answers=letter.answers,
        unit=letter.unit,
        tasks=letter.tasks,
        language=context.campaign.language,
    )
    return queue(context, draft)


def _reply_code(context: CampaignContext, recipient: str, tasks: tuple[int, ...]) -> str:
    code = context.services.codes.new_reply_code()
    context.transaction.people.add_code(
        ReplyCode(code=code, campaign=context.campaign.id, recipient=recipient, made_at=context.now(), tasks=tasks)
    )
    return code
