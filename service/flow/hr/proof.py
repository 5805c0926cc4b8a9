"""What proves that HR gave an order: the one-time code of the mail of ours that it answers, or one that HR wrote.

Codes that stand deeper in a quotation belong to other matters and prove nothing. Few are tried; failures are counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.core.contacts import CODE_IS_GOOD_FOR, ReplyCode
from service.core.events import CodeRefused, EventKind
from service.core.mail.authenticity import Authenticity
from service.core.mail.commands import codes_in_order
from service.flow.answers.hr_thread import OurMail, answered_mail
from service.flow.context import CampaignContext
from service.flow.outbox.compose import queue
from service.flow.outbox.letters import Draft
from service.flow.triage.triage import Incoming

MOST_CODES = 3
"""Tried in a mail."""
MOST_FAILURES = 10
"""A day and sender; after that no code of this sender is tried until the next day."""


class Refusal(StrEnum):
    """Why a code proves nothing."""

    UNKNOWN = "unknown"
    FOREIGN = "foreign"
    """Mailed to somebody else, or for another campaign."""
    USED = "used"
    EXPIRED = "expired"


_SENTENCES = {
    Refusal.USED: "code_used",
    Refusal.EXPIRED: "code_expired",
    Refusal.UNKNOWN: "code_wrong",
    Refusal.FOREIGN: "code_wrong",
}
"""A wrong code and somebody else's are told alike: whoever guesses learns nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """HR gave the orders. `tasks`: what "DUYỆT" and "TỪ CHỐI" decide, or, in `not_asked`, why they decide nothing."""

    context: CampaignContext
    tasks: tuple[int, ...] = ()
    not_asked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotProven:
    """Nothing is done. `word`: the sentence below `command.` that says why; None where the mail holds no code."""

    word: str | None


def prove(contexts: Sequence[CampaignContext], mail: Incoming, *, about_the_asked: bool) -> Proven | NotProven:
    """A good code is spent by the mail. `about_the_asked`: it orders nothing but DUYỆT and TỪ CHỐI."""
    if _failures_today(contexts[0], mail) >= MOST_FAILURES:
        return NotProven(word="codes_blocked")
    thread = answered_mail(contexts[0], mail)
    own = _codes_of(thread, mail) if thread else ()
    tried = _to_try(mail, own, in_thread=thread is not None)
    judged = [(said, *_judge(contexts, mail, said)) for said in tried]
    good = [code for _, code, refusal in judged if code is not None and refusal is None]
    if not good:
        return _refused(contexts[0], mail, [refusal for _, _, refusal in judged if refusal is not None])
    if thread is None:
        return _of_new_mail(contexts, mail, good, about_the_asked=about_the_asked)
    proven = next((code for code in good if code.code in own), good[0])
    contexts[0].transaction.people.spend_code(proven.code, mail.record.id)
    there = _context_of(contexts, proven)
    if proven.code in own:
        return Proven(context=there, tasks=proven.tasks)
    return Proven(context=there, not_asked="code_of_another_mail" if thread.record.tasks else None)


def _of_new_mail(
    contexts: Sequence[CampaignContext], mail: Incoming, good: Sequence[ReplyCode], *, about_the_asked: bool
) -> Proven | NotProven:
    """No reply: the code alone says what is meant; codes of two matters say nothing."""
    matters = {code.tasks: code for code in good if code.tasks}
    if len(matters) > 1 and about_the_asked:
        return NotProven(word="which_matter")
    proven = good[0] if len(matters) > 1 else next(iter(matters.values()), good[0])
    contexts[0].transaction.people.spend_code(proven.code, mail.record.id)
    there = _context_of(contexts, proven)
    if len(matters) > 1:
        return Proven(context=there, not_asked="which_matter")
    return Proven(context=there, tasks=proven.tasks)


def _context_of(contexts: Sequence[CampaignContext], code: ReplyCode) -> CampaignContext:
    return next(each for each in contexts if each.campaign.id == code.campaign)


def _codes_of(thread: OurMail, mail: Incoming) -> tuple[str, ...]:
    """The code that our mail itself gave to this very person."""
    context = thread.context
    ours = context.services.mail.read(context.services.shelf.get(thread.record.raw_sha256))
    given = ((said, context.transaction.people.code(said)) for said in codes_in_order(ours.subject, ours.text))
    return tuple(said for said, code in given if code and code.recipient == mail.message.sender and _fits(code, thread))


def _fits(code: ReplyCode, thread: OurMail) -> bool:
    return code.campaign == thread.record.campaign and code.tasks == thread.record.tasks


def _to_try(mail: Incoming, own: Sequence[str], *, in_thread: bool) -> tuple[str, ...]:
    """The thread's own code first, then what HR wrote itself; quoted ones only where no thread says what is meant."""
    message = mail.message
    everywhere = codes_in_order(message.subject, message.text)
    written = codes_in_order(message.subject, message.new_text)
    said = (*(code for code in everywhere if code in own), *written, *(() if in_thread else everywhere))
    return tuple(dict.fromkeys(said))[:MOST_CODES]


def _judge(contexts: Sequence[CampaignContext], mail: Incoming, said: str) -> tuple[ReplyCode | None, Refusal | None]:
    code = contexts[0].transaction.people.code(said)
    if code is None:
        return None, Refusal.UNKNOWN
    known: Mapping[str, CampaignContext] = {each.campaign.id: each for each in contexts}
    if code.recipient != mail.message.sender or code.campaign not in known:
        return None, Refusal.FOREIGN
    if code.spent_by not in (None, mail.record.id):
        return code, Refusal.USED
    return code, None if _is_good(known[code.campaign], code) else Refusal.EXPIRED


def _is_good(context: CampaignContext, code: ReplyCode) -> bool:
    tasks = (context.transaction.tasks.get(task) for task in code.tasks)
    waits = any(task is not None and task.is_open for task in tasks)
    return waits or context.now() - code.made_at <= CODE_IS_GOOD_FOR


def _refused(context: CampaignContext, mail: Incoming, refusals: Sequence[Refusal]) -> NotProven:
    """Counted, and told once a day when there are too many."""
    before = _failures_today(context, mail)
    for refusal in refusals:
        fact = CodeRefused(sender=mail.message.sender, why=refusal, authentic=_is_authentic(mail))
        context.record("mail", fact, mail_id=mail.record.id)
    if before < MOST_FAILURES <= before + len(refusals):
        _tell(context, mail)
    word = next((_SENTENCES[each] for each in _SENTENCES if each in refusals), None)
    return NotProven(word=word)


def _is_authentic(mail: Incoming) -> bool:
    return mail.triage.authenticity is Authenticity.PASS


def _failures_today(context: CampaignContext, mail: Incoming) -> int:
    """Of this sender; what others write under her address does not lock her out where our server tells them apart."""
    midnight: datetime = context.local_now().replace(hour=0, minute=0, second=0, microsecond=0)
    facts = (event.fact for event in context.transaction.events.since(midnight, EventKind.CODE_REFUSED))
    return sum(
        isinstance(fact, CodeRefused) and (fact.sender, fact.authentic) == (mail.message.sender, _is_authentic(mail))
        for fact in facts
    )


def _tell(context: CampaignContext, mail: Incoming) -> None:
    """HR, and whoever looks after the service: somebody may be guessing."""
    administrator = context.services.watch.administrator
    draft = Draft(
        key=f"codes-refused:{mail.message.sender}:{_is_authentic(mail)}:{context.today().isoformat()}",
        template="codes_refused",
        to=context.campaign.hr_addresses[:1],
        cc=(administrator,) if administrator else (),
        facts={"sender": mail.message.sender, "count": MOST_FAILURES},
        language=context.campaign.language,
    )
    queue(context, draft)
