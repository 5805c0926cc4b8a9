"""Which conversation a mail of ours goes on, and under which subject: decision 0114.

Mail programs keep mails together when the References lead back and the subject is the same but for its "Re:".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from service.core.mail.commands import codes_in
from service.core.mail.messages import Message, Rendered
from service.core.records import OutgoingRecord, OutgoingState
from service.flow.context import CampaignContext
from service.flow.outbox.letters import Draft
from service.flow.outbox.still_wanted import CLOCK_MAILS

OPENING = "opening"
NEW_MATTERS = frozenset({OPENING, "private_address", "canary"})
"""Mails to units that begin a conversation of their own."""
LONGEST_SUBJECT = 250
_ANSWERING = re.compile(r"^(?:(?:re|aw|sv|tl|trả lời)\s*(?:\[\d+\])?\s*[:\uff1a]\s*)+", re.IGNORECASE)
_NEVER_LEFT = (OutgoingState.SUPPRESSED, OutgoingState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """`subject`: the conversation's first one, without "Re:"; empty when the mail has its own."""

    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    subject: str = ""


def thread_of(context: CampaignContext, draft: Draft) -> Thread:
    """The mail that is answered; else what the same reader had from us before; else nothing, a new conversation."""
    answered = draft.answers.thread if draft.answers else None
    if answered is not None and answered.sender in draft.to:
        subject = _as_we_wrote_it(context, answered)
        return Thread(in_reply_to=answered.message_id, references=_references(answered), subject=subject)
    earlier = _earlier(context, draft)
    if not earlier:
        return Thread()
    first = _goes_on(draft, earlier)
    subject = subject_of_thread(first.subject)
    last = next(mail for mail in reversed(earlier) if subject_of_thread(mail.subject) == subject)
    ids = tuple(dict.fromkeys((first.message_id, last.message_id)))
    return Thread(in_reply_to=last.message_id, references=ids, subject=subject)


def subject_of_thread(subject: str) -> str:
    """A subject without its "Re:"s, and without a one-time code, which belongs to one mail."""
    bare = _ANSWERING.sub("", " ".join(subject.split()))
    for code in codes_in(bare):
        bare = re.sub(rf"\s*\([^()]*{code}[^()]*\)|{code}", "", bare, flags=re.IGNORECASE)
    return bare[:LONGEST_SUBJECT].strip()


def _as_we_wrote_it(context: CampaignContext, answered: Message) -> str:
    """Some programs lose a blank where they fold a subject: ours is taken when that is all the difference."""
    subject = subject_of_thread(answered.subject)
    for message_id in (answered.in_reply_to, *reversed(answered.references[-20:])):
        ours = context.transaction.outbox.by_message_id(message_id) if message_id else None
        if ours is not None and _without_blanks(ours.subject) == _without_blanks(subject):
            return subject_of_thread(ours.subject)
    return subject


def _without_blanks(subject: str) -> str:
    return "".join(subject_of_thread(subject).split())


def in_conversation(words: Rendered, thread: Thread) -> Rendered:
    """Under the conversation's subject; the mail's own one, which says what it is, becomes its first line."""
    if not thread.subject or subject_of_thread(words.subject) == thread.subject:
        return words
    return replace(words, subject=f"Re: {thread.subject}", text=f"{words.subject}\n\n{words.text}")


def _earlier(context: CampaignContext, draft: Draft) -> list[OutgoingRecord]:
    """What the readers had from us about the unit, oldest first."""
    to_hr = set(draft.to) <= set(context.campaign.hr_addresses)
    if draft.unit is None or to_hr or draft.template in NEW_MATTERS:
        return []
    mails = context.transaction.outbox.of_unit(context.campaign.id, draft.unit.code)
    return [
        mail
        for mail in mails
        if mail.template not in NEW_MATTERS - {OPENING}
        and mail.state not in _NEVER_LEFT
        and set(mail.recipients) & set(draft.to)
    ]


def _goes_on(draft: Draft, earlier: list[OutgoingRecord]) -> OutgoingRecord:
    """The clock speaks of the whole matter, under the opening mail; everything else goes on where we wrote last."""
    opening = next((mail for mail in earlier if mail.template == OPENING), earlier[0])
    if draft.template in CLOCK_MAILS:
        return opening
    subject = subject_of_thread(earlier[-1].subject)
    return next(mail for mail in earlier if subject_of_thread(mail.subject) == subject)


def _references(original: Message) -> tuple[str, ...]:
    """RFC 5322 §3.6.4; only the newest, for some servers refuse long headers."""
    chain = original.references or ((original.in_reply_to,) if original.in_reply_to else ())
    return (*chain[-20:], *((original.message_id,) if original.message_id else ()))
