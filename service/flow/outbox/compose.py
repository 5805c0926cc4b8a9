"""Puts a mail of ours into the outbox, inside the transaction of whatever caused it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from service.core.contacts import ReplyCode
from service.core.messages import Attachment, Message, OutgoingMail
from service.core.progress.deadlines import last_day_in_time
from service.core.records import OutgoingRecord
from service.core.units import Unit
from service.flow.context import Office, addresses_of, where_to_write
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


def queue(office: Office, draft: Draft) -> bool:
    """Words, bytes on the shelf, a row in the outbox. False when nobody is to get it, or it was written before."""
    if not draft.to or office.books.outbox.with_key(draft.key) is not None:
        return False
    mail = _compose(office, draft)
    return office.books.outbox.queue(
        OutgoingRecord(
            key=draft.key,
            message_id=mail.message_id,
            template=draft.template,
            recipients=(*mail.to, *mail.cc),
            subject=mail.words.subject,
            raw_sha256=office.house.shelf.put(office.house.write_mail(mail)),
            created_at=office.house.now(),
            not_before=draft.not_before or office.house.now(),
            campaign=office.campaign.id,
            unit=draft.unit.code if draft.unit else None,
            answers_mail=draft.answers_mail,
        )
    )


def _compose(office: Office, draft: Draft) -> OutgoingMail:
    house, course, campaign = office.house, office.course, office.campaign
    unit = _addressed(office, draft)
    facts = {"unit": unit, "now": course.local(house.now()), **draft.facts}
    words = house.templates.render(draft.template, campaign, draft.language, facts)
    message_id = house.identity.message_id(draft.key, campaign.id, draft.unit.code if draft.unit else None)
    original = draft.answers
    return OutgoingMail(
        message_id=message_id,
        sender=house.identity.address,
        sender_name=house.identity.name,
        to=draft.to,
        cc=tuple(address for address in draft.cc if address not in draft.to),
        reply_to=draft.reply_to or _tagged(office, draft),
        words=words,
        date=course.local(house.now()),
        in_reply_to=original.message_id if original else None,
        references=_references(original),
        automatic="auto-replied" if original else "auto-generated",
        signature=house.identity.signature(message_id),
        attachments=draft.attachments,
    )


def _tagged(office: Office, draft: Draft) -> str | None:
    """Our address with the thread in it, where such addresses arrive: it survives what rewrites Message-IDs."""
    if not office.house.trust.reply_tags or draft.unit is None:
        return None
    return office.house.identity.reply_tag(office.campaign.id, draft.unit.code)


def _addressed(office: Office, draft: Draft) -> Unit | None:
    """The unit as the greeting names it; HR reads of the contact whoever she is."""
    if draft.unit is None:
        return None
    to_hr = set(draft.to) <= set(office.campaign.hr_addresses)
    return office.known(draft.unit) if to_hr else office.known(draft.unit, to=draft.to)


def _references(original: Message | None) -> tuple[str, ...]:
    """RFC 5322 §3.6.4; only the newest, for some servers refuse long headers."""
    if original is None:
        return ()
    chain = original.references or ((original.in_reply_to,) if original.in_reply_to else ())
    return (*chain[-20:], *((original.message_id,) if original.message_id else ()))


def unit_facts(office: Office, unit: Unit) -> dict[str, Any]:
    """What every mail to a unit may say: where it stands and what remains."""
    progress = progress_of(office, unit)
    wording = office.wording(unit.language)
    return {
        "progress": progress,
        "last_day": last_day_in_time(office.campaign, progress.extended_to),
        "stage_words": wording.say(f"stage.{progress.stage}"),
        "remaining": remaining_in_words(office.campaign, progress, wording),
    }


def to_unit(
    office: Office,
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
    to = (only_to,) if only_to else _recipients(office, unit, answers)
    if answers_mail is not None and any(_too_many(office, address) for address in to):
        why = f"{template}: too many to this address"
        what = PAPERS_UNANSWERED if template in ABOUT_PAPERS else ANSWER_WITHHELD
        office.record("dondoc", what, why, unit=unit, mail_id=answers_mail)
        return False
    return queue(
        office,
        Draft(
            key=key,
            template=template,
            to=to,
            cc=tuple(cc),
            facts={**unit_facts(office, unit), **facts},
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


def _recipients(office: Office, unit: Unit, answers: Message | None) -> tuple[str, ...]:
    notes = office.notes(unit)
    if answers is not None and answers.sender in addresses_of(unit, notes):
        return (answers.sender,)
    return where_to_write(unit, notes)


def to_stranger(office: Office, mail: Message, mail_id: int) -> bool:
    """The neutral line, once in a while: it says nothing about any unit, and nothing about the mail."""
    sender = mail.sender
    if office.books.outbox.count_to(sender, office.house.now() - STRANGER_EVERY) or _nobody_answers(office, sender):
        return False
    draft = Draft(
        key=f"stranger:{mail_id}",
        template="stranger",
        to=(sender,),
        facts={},
        answers=mail,
        answers_mail=mail_id,
        language=office.campaign.language,
    )
    return queue(office, draft)


def _nobody_answers(office: Office, address: str) -> bool:
    own = office.house.identity.is_own_address(address)
    return own or not address or address in office.campaign.hr_addresses


def to_hr(
    office: Office,
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
    to = (answers.sender,) if answers else office.campaign.hr_addresses[:1]
    if office.books.outbox.with_key(key) is not None:
        return False
    if _too_many_for_hr(office, to, template, is_answer=answers is not None):
        why = f"{template}: too many to this address"
        office.record("dondoc", ANSWER_WITHHELD, why, unit=unit, mail_id=answers_mail)
        return False
    if not asks_itself:
        facts = {"reply_code": _reply_code(office, to[0], about), **facts}
    return queue(
        office,
        Draft(
            key=key,
            template=template,
            to=to,
            facts=facts,
            attachments=tuple(attachments),
            answers=answers,
            answers_mail=answers_mail,
            unit=unit,
            language=office.campaign.language,
        ),
    )


def _reply_code(office: Office, recipient: str, about: str) -> str:
    code = office.house.new_code()
    office.books.people.add_code(
        ReplyCode(code=code, campaign=office.campaign.id, recipient=recipient, made_at=office.house.now(), about=about)
    )
    return code


def _too_many(office: Office, recipient: str) -> bool:
    """Whether this address has had so many mails of ours that a machine may sit there."""
    now, outbox = office.house.now(), office.books.outbox
    return any(outbox.count_to(recipient, now - time) >= cap for time, cap in CAPS)


def _too_many_for_hr(office: Office, to: Sequence[str], template: str, *, is_answer: bool) -> bool:
    """Answers to HR are counted among answers only: a busy day's notices must not silence them."""
    now, outbox = office.house.now(), office.books.outbox
    if is_answer:
        return any(outbox.count_to(to[0], now - time, answers_only=True) >= cap for time, cap in CAPS)
    capped = template in CAPPED_NOTICES and bool(to)
    return capped and any(outbox.count_since(to[0], template, now - time) >= cap for time, cap in NOTICE_CAPS)
