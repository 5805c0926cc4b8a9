"""Puts a mail of ours into the outbox, inside the transaction of whatever caused it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from service.core.contacts import ReplyCode
from service.core.deadlines import last_day_in_time
from service.core.messages import Attachment, Message, OutgoingMail
from service.core.records import OutgoingRecord
from service.core.units import Unit
from service.flow.house import Office, where_to_write
from service.flow.standing import progress_of, remaining_in_words

CAPS = ((timedelta(minutes=10), 10), (timedelta(hours=1), 25), (timedelta(days=1), 60))
"""At most so many answers of one kind to one address within the time: the last net against two machines answering."""


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
        reply_to=draft.reply_to,
        words=words,
        date=course.local(house.now()),
        in_reply_to=original.message_id if original else None,
        references=_references(original),
        automatic="auto-replied" if original else "auto-generated",
        signature=house.identity.signature(message_id),
        attachments=draft.attachments,
    )


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

    `only_to`: another registered address of the unit than the one it is written to.
    """
    to = (answers.sender,) if answers else where_to_write(unit, office.notes(unit))
    to = (only_to,) if only_to else to
    if answers and too_many(office, answers.sender, template):
        office.record(
            "dondoc", "answer withheld", f"{template}: too many to this address", unit=unit, mail_id=answers_mail
        )
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


def too_many(office: Office, recipient: str, template: str) -> bool:
    """Whether this address has had so many answers of this kind that a machine may sit there."""
    now, outbox = office.house.now(), office.books.outbox
    return any(outbox.count_since(recipient, template, now - time) >= cap for time, cap in CAPS)
