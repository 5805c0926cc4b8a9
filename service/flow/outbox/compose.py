"""Puts a mail of ours into the outbox, inside the transaction of whatever caused it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from service.core.contacts import ReplyCode
from service.core.messages import Attachment, Message, OutgoingMail
from service.core.progress.deadlines import deadline_of_unit
from service.core.records import OutgoingRecord
from service.core.units import Unit
from service.flow.context import CampaignContext, addresses_of, where_to_write
from service.flow.outbox.progress import progress_of, remaining_in_words

CAPS = (
    (timedelta(minutes=10), 10),
    (timedelta(hours=1), 25),
    (timedelta(hours=3), 50),
    (timedelta(days=1), 100),
)
"""At most so many mails of ours to one address within the time before answers to it are withheld: the last net against
two machines answering each other. Ticket systems use the same figures (10 in 10 minutes, 25 in an hour)."""
NOTICE_CAPS = ((timedelta(hours=1), 30), (timedelta(days=1), 100))
"""Notices of one kind to HR: a flood of spam must not bury the mailbox; everything stands in the review list."""
CAPPED_NOTICES = frozenset({"held_notice"})
STRANGER_EVERY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a mail is about, before it is put into words."""

    key: str
    """Its cause: the same cause is written once."""
    template: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    facts: Mapping[str, Any]
    attachments: tuple[Attachment, ...] = ()
    answers: Message | None = None
    """The mail it answers: the thread goes on."""
    answers_mail: int | None = None
    unit: Unit | None = None
    language: str = "vi"
    reply_to: str | None = None
    not_before: datetime | None = None


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
            not_before=draft.not_before or context.now(),
            campaign=context.campaign.id,
            unit=draft.unit.code if draft.unit else None,
            answers_mail=draft.answers_mail,
        )
    )


def _compose(context: CampaignContext, draft: Draft) -> OutgoingMail:
    services, open_campaign, campaign = context.services, context.open_campaign, context.campaign
    unit = _addressed(context, draft)
    facts = {"unit": unit, "now": open_campaign.local(services.now()), **draft.facts}
    words = services.mail.templates.render(draft.template, campaign, draft.language, facts)
    message_id = services.identity.message_id(draft.key, campaign.id, draft.unit.code if draft.unit else None)
    original = draft.answers
    return OutgoingMail(
        message_id=message_id,
        sender=services.identity.address,
        sender_name=services.identity.name,
        to=draft.to,
        cc=tuple(address for address in draft.cc if address not in draft.to),
        reply_to=draft.reply_to or _tagged(context, draft),
        words=words,
        date=open_campaign.local(services.now()),
        in_reply_to=original.message_id if original else None,
        references=_references(original),
        automatic="auto-replied" if original else "auto-generated",
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


def _references(original: Message | None) -> tuple[str, ...]:
    """RFC 5322 §3.6.4; only the newest, for some servers refuse long headers."""
    if original is None:
        return ()
    chain = original.references or ((original.in_reply_to,) if original.in_reply_to else ())
    return (*chain[-20:], *((original.message_id,) if original.message_id else ()))


def unit_facts(context: CampaignContext, unit: Unit) -> dict[str, Any]:
    """What every mail to a unit may say: where it stands and what remains."""
    progress = progress_of(context, unit)
    wording = context.wording(unit.language)
    return {
        "progress": progress,
        "last_day": deadline_of_unit(context.campaign, context.notes(unit)),
        "stage_words": wording.say(f"stage.{progress.stage}"),
        "remaining": remaining_in_words(context.campaign, progress, wording),
    }


def to_unit(
    context: CampaignContext,
    unit: Unit,
    *,
    key: str,
    template: str,
    facts: Mapping[str, Any],
    answers: Message | None = None,
    answers_mail: int | None = None,
    attachments: Sequence[Attachment] = (),
    cc: Sequence[str] = (),
    only_to: str | None = None,
) -> bool:
    """A mail to the unit. An answer goes to the sender when registered, and never to Reply-To or Cc of a mail.

    `answers_mail`: the mail that caused it; such mails are capped, for a machine may be writing.
    `only_to`: another registered address of the unit than the one it is written to.
    """
    to = (only_to,) if only_to else _recipients(context, unit, answers)
    if answers_mail is not None and any(_too_many(context, address) for address in to):
        why = f"{template}: too many to this address"
        what = PAPERS_UNANSWERED if template in ABOUT_PAPERS else ANSWER_WITHHELD
        context.record("dondoc", what, why, unit=unit, mail_id=answers_mail)
        return False
    return queue(
        context,
        Draft(
            key=key,
            template=template,
            to=to,
            cc=tuple(cc),
            facts={**unit_facts(context, unit), **facts},
            attachments=tuple(attachments),
            answers=answers,
            answers_mail=answers_mail,
            unit=unit,
            language=unit.language,
        ),
    )


ANSWER_WITHHELD, PAPERS_UNANSWERED = "answer withheld", "papers taken in without an answer"
"""Names of events; the second is made good later (`catching_up`)."""
ABOUT_PAPERS = frozenset({"confirmation", "needs_correction", "unusable"})


def _recipients(context: CampaignContext, unit: Unit, answers: Message | None) -> tuple[str, ...]:
    notes = context.notes(unit)
    if answers is not None and answers.sender in addresses_of(unit, notes):
        return (answers.sender,)
    return where_to_write(unit, notes)


def to_stranger(context: CampaignContext, mail: Message, mail_id: int) -> bool:
    """The neutral line, once in a while: it says nothing about any unit, and nothing about the mail."""
    sender = mail.sender
    if context.transaction.outbox.count_to(sender, context.now() - STRANGER_EVERY) or _nobody_answers(context, sender):
        return False
    draft = Draft(
        key=f"stranger:{mail_id}",
        template="stranger",
        to=(sender,),
        facts={},
        answers=mail,
        answers_mail=mail_id,
        language=context.campaign.language,
    )
    return queue(context, draft)


def _nobody_answers(context: CampaignContext, address: str) -> bool:
    own = context.services.identity.is_own_address(address)
    return own or not address or address in context.campaign.hr_addresses


def to_hr(
    context: CampaignContext,
    *,
    key: str,
    template: str,
    facts: Mapping[str, Any],
    unit: Unit | None = None,
    attachments: Sequence[Attachment] = (),
    answers: Message | None = None,
    answers_mail: int | None = None,
    about: str = "",
    asks_itself: bool = False,
) -> bool:
    """A mail to HR; an answer to one of them goes to that person.

    Each carries a one-time code of its own, which proves the commands of the reply; `about` says what a plain
    "DUYỆT" or "TỪ CHỐI" would decide. `asks_itself`: the mail has a code of its own kind already.
    """
    to = (answers.sender,) if answers else context.campaign.hr_addresses[:1]
    if context.transaction.outbox.with_key(key) is not None:
        return False
    if _too_many_for_hr(context, to, template, is_answer=answers is not None):
        why = f"{template}: too many to this address"
        context.record("dondoc", ANSWER_WITHHELD, why, unit=unit, mail_id=answers_mail)
        return False
    if not asks_itself:
        facts = {"reply_code": _reply_code(context, to[0], about), **facts}
    return queue(
        context,
        Draft(
            key=key,
            template=template,
            to=to,
            facts=facts,
            attachments=tuple(attachments),
            answers=answers,
            answers_mail=answers_mail,
            unit=unit,
            language=context.campaign.language,
        ),
    )


def _reply_code(context: CampaignContext, recipient: str, about: str) -> str:
    code = context.services.codes.new_reply_code()
    context.transaction.people.add_code(
        ReplyCode(code=code, campaign=context.campaign.id, recipient=recipient, made_at=context.now(), about=about)
    )
    return code


def _too_many(context: CampaignContext, recipient: str) -> bool:
    """Whether this address has had so many mails of ours that a machine may sit there."""
    now, outbox = context.now(), context.transaction.outbox
    return any(outbox.count_to(recipient, now - time) >= cap for time, cap in CAPS)


def _too_many_for_hr(context: CampaignContext, to: Sequence[str], template: str, *, is_answer: bool) -> bool:
    """Answers to HR are counted among answers only: a busy day's notices must not silence them."""
    now, outbox = context.now(), context.transaction.outbox
    if is_answer:
        return any(outbox.count_to(to[0], now - time, answers_only=True) >= cap for time, cap in CAPS)
    capped = template in CAPPED_NOTICES and bool(to)
    return capped and any(outbox.count_since(to[0], template, now - time) >= cap for time, cap in NOTICE_CAPS)
