"""What a registered address sends and nothing proves: taken in, and counted when that address has confirmed it.

The unit is asked in one letter, which goes to the registered address and to nobody else. Whoever answers it has read it
there: her word lets the mail go its ordinary way. HR may release or dismiss the mail meanwhile, as any that is held.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from service.core.events import MailDenied, MailVouchedFor
from service.core.mail.authenticity import Policy
from service.core.mail.automatic_mail import machine_signs
from service.core.mail.confirming import Said, Word, said_in, says_more
from service.core.mail.conversation import Intent
from service.core.mail.messages import Message
from service.core.mail.trust import Vouched
from service.core.records import MailState, OutgoingRecord
from service.core.rosters.drastic import is_drastic
from service.core.rosters.versions import wish_in
from service.core.tasks import Ending, Task, TaskKind, Unconfirmed
from service.flow.answers.confirmation import CONFIRM, ask_to_confirm
from service.flow.contacts.nominations import SCAN
from service.flow.context import CampaignContext
from service.flow.intake import unit_mail
from service.flow.intake.steps import Arrived
from service.flow.outbox import notices
from service.flow.outbox.letters import Part
from service.flow.outbox.one_answer import answer
from service.flow.papers.assessment import ReadPapers
from service.flow.ports.world import Folder
from service.flow.submissions.handed_in import states_no_discrepancies
from service.flow.tasks import close_task, open_task
from service.flow.triage.triage import BY_PEOPLE, Incoming


def must_be_confirmed(context: CampaignContext, arrived: Arrived) -> bool:
    """Whether the mail would change something, and its registered sender is not proven. What only asks is answered."""
    if not arrived.mail.triage.unproven or arrived.unit is None:
        return False
    if context.services.trust.policy is Policy.CONFIRM:
        return _changes_something(context, arrived)
    return arrived.papers is not None and _changes_most(context, arrived, arrived.papers)


def _changes_something(context: CampaignContext, arrived: Arrived) -> bool:
    """Lists, forms, a contact, the statement that nothing is wrong. Whatever is unclear is asked back in our thread."""
    papers = unit_mail.handed_in_of(arrived.mail, arrived.papers)
    if papers is not None and (papers.rosters or papers.forms or papers.nominee):
        return True
    found = unit_mail.nomination_of(context, arrived.known_unit, arrived.mail, arrived.papers)
    if found is not None and (found.source == SCAN or (found.nominee.name and found.nominee.address)):
        return True
    return states_no_discrepancies(context, arrived.mail.message.new_text)


def _changes_most(context: CampaignContext, arrived: Arrived, papers: ReadPapers) -> bool:
    """A list that overwrites most of the unit's, or gives most people up (S90)."""
    current = context.transaction.submissions.current_roster(context.campaign.id, arrived.known_unit.code)
    entries = [entry for read in papers.together for entry in read.entries]
    wish = wish_in(arrived.mail.message.new_text)
    return is_drastic(current.rows if current else (), entries, context.campaign, wish)


def hold_until_confirmed(context: CampaignContext, arrived: Arrived) -> MailState:
    """Kept intact; the unit gets one letter that says what came, and what else of it waits."""
    mail, unit = arrived.mail, arrived.known_unit
    subject = Unconfirmed(mail=mail.record.id, documents=_documents(mail.message))
    open_task(context, subject, unit=unit)
    ask_to_confirm(context, unit, mail, arrived.papers, _waiting(context, unit.code))
    return MailState.HELD


def _documents(message: Message) -> tuple[str, ...]:
    hashes = (hashlib.sha256(attachment.content).hexdigest() for attachment in message.attachments)
    return tuple(dict.fromkeys(hashes))


def _waiting(context: CampaignContext, unit: str) -> tuple[Task, ...]:
    return context.transaction.tasks.waiting(context.campaign.id, unit=unit, kind=TaskKind.UNCONFIRMED)


def is_word(context: CampaignContext, arrived: Arrived) -> bool:
    """Whether a person answers our letter with yes or no, and a mail waits for that, or waited."""
    letter = _letter(context, arrived)
    if letter is None or _said(arrived).word is Word.UNCLEAR:
        return False
    return bool(_asked(context, letter)) or all(_is_settled(context, number) for number in letter.tasks)


def _letter(context: CampaignContext, arrived: Arrived) -> OutgoingRecord | None:
    """Our letter, when it is the newest mail of ours in the thread. A responder's answer is nobody's word."""
    message, unit, words = arrived.mail.message, arrived.unit, context.services.trust.words
    if unit is None or arrived.mail.record.vouched is not None or arrived.kind not in BY_PEOPLE:
        return None
    if any(machine_signs(message, (context.services.identity.address,), words)):
        return None
    thread = (message.in_reply_to, *reversed(message.references))
    ours = (context.transaction.outbox.by_message_id(each) for each in thread if each)
    letter = next((each for each in ours if each is not None), None)
    if letter is None or letter.template != CONFIRM:
        return None
    return letter if (letter.campaign, letter.unit) == (context.campaign.id, unit.code) else None


def _said(arrived: Arrived) -> Said:
    """Papers sent in answer are an answer too, as long as the words beside them do not deny or ask."""
    return said_in(arrived.mail.message.new_text)


def _asked(context: CampaignContext, letter: OutgoingRecord) -> list[tuple[Task, Unconfirmed]]:
    """What the letter asked about and is still open; a mail that came later is none of it."""
    tasks = [context.transaction.tasks.get(number) for number in letter.tasks]
    return [(task, task.subject) for task in tasks if task and task.is_open and isinstance(task.subject, Unconfirmed)]


def _is_settled(context: CampaignContext, number: int) -> bool:
    """Whether its mail was taken in meanwhile: saying yes again changes nothing."""
    task = context.transaction.tasks.get(number)
    if task is None or not isinstance(task.subject, Unconfirmed):
        return False
    return context.transaction.mails.get(task.subject.mail).state in (MailState.PROCESSED, MailState.RECEIVED)


def take_word(context: CampaignContext, arrived: Arrived) -> MailState:
    """The mails in question go on, or to HR; then whatever else this mail brings."""
    letter, said = _letter(context, arrived), _said(arrived)
    assert letter is not None, "this step applies to answers of our letter"
    asked = _asked(context, letter)
    for task, subject in asked:
        if said.word is Word.YES:
            _release(context, arrived, letter, subject)
        else:
            _give_to_hr(context, arrived, subject)
        close_task(context, task, by=arrived.mail.message.sender, ending=Ending.DECIDED)
    denied = (Part(template="sender_denied"),) if asked and said.word is Word.NO else ()
    rest = _beside(arrived.mail, said)
    parts = (*denied, *unit_mail.served(context, arrived.known_unit, rest, arrived.papers))
    answer(context, arrived.known_unit, arrived.mail, parts)
    return MailState.PROCESSED


def _beside(mail: Incoming, said: Said) -> Incoming:
    """The same mail without its word on the other one: papers, a contact, a question stay, proven by the thread."""
    asks = {Intent.QUESTION} if says_more(said.rest) else set()
    kept = {Intent.PAPERS, Intent.NOMINATION, Intent.COMMAND, Intent.STATEMENT, Intent.WITHDRAWAL} | asks
    intents = tuple(each for each in mail.triage.intents if each in kept)
    return replace(
        mail, message=replace(mail.message, new_text=said.rest), triage=replace(mail.triage, intents=intents)
    )


def _release(context: CampaignContext, arrived: Arrived, letter: OutgoingRecord, subject: Unconfirmed) -> None:
    unit, sender, mails = arrived.known_unit, arrived.mail.message.sender, context.transaction.mails
    mails.vouch(subject.mail, Vouched(by=sender, campaign=context.campaign.id, unit=unit.code))
    mails.reopen(subject.mail)
    context.record(sender, MailVouchedFor(why=f"answered mail {letter.id}"), unit=unit, mail_id=subject.mail)


def _give_to_hr(context: CampaignContext, arrived: Arrived, subject: Unconfirmed) -> None:
    """Somebody writes under the unit's address: that is for people to look at."""
    unit, record = arrived.known_unit, context.transaction.mails.get(subject.mail)
    notices.tell_hr_of_denied(context, record, unit)
    context.record(arrived.mail.message.sender, MailDenied(), unit=unit, mail_id=record.id)


def close_moot(context: CampaignContext, arrived: Arrived, state: MailState) -> None:
    """A mail that waits need not, once the very same documents came proven."""
    if arrived.papers is None or arrived.unit is None or state is not MailState.PROCESSED:
        return
    came = set(_documents(arrived.mail.message))
    for mail_id in _waits_with(context, arrived, came):
        reason = f"the same papers came proven in mail {arrived.mail.record.id}"
        context.transaction.mails.close(mail_id, reason, Folder.IGNORED)


def _waits_with(context: CampaignContext, arrived: Arrived, came: set[str]) -> Iterator[int]:
    for task in _waiting(context, arrived.known_unit.code):
        subject = task.subject
        if isinstance(subject, Unconfirmed) and subject.documents and came.issuperset(subject.documents):
            yield subject.mail
