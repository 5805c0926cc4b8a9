"""HR's decisions about single mails: held ones, questions, mails of ours that are stuck, and tasks done otherwise."""

from __future__ import annotations

import hashlib

from service.core import events
from service.core.hr_decisions import Answer, Dismiss, GiveUp, Outcome, Release, Replay, Result, SendAgain, Settle
from service.core.mail.conversation import headline
from service.core.mail.trust import Vouched
from service.core.records import Fate, MailRecord, MailState, OutgoingRecord, OutgoingState
from service.core.tasks import Ending, Question
from service.flow.context import CampaignContext, addresses_of
from service.flow.hr.about_units import named, no_unit
from service.flow.hr.stuck_mails import missing
from service.flow.outbox.compose import to_unit
from service.flow.outbox.letters import Answered, UnitLetter
from service.flow.ports.world import Folder
from service.flow.sending import outcomes
from service.flow.tasks import close_task


def release(context: CampaignContext, decision: Release, by: str) -> Outcome:
    """The mail waits to be processed as that unit's (S25, S29); answers go to the unit's registered contact."""
    unit, mails = context.unit(decision.unit), context.transaction.mails
    if unit is None:
        return no_unit(decision.unit)
    if not _is_held(context, decision.mail):
        return Outcome(result=Result.NOT_HELD, facts={"number": str(decision.mail)})
    mails.vouch(decision.mail, Vouched(by=by, campaign=context.campaign.id, unit=unit.code))
    mails.reopen(decision.mail)
    context.record(by, events.MailVouchedFor(why=decision.why), unit=unit, mail_id=decision.mail)
    return Outcome(result=Result.MAIL_RELEASED, facts={"number": str(decision.mail), "unit": named(unit)})


def dismiss(context: CampaignContext, decision: Dismiss, by: str) -> Outcome:
    if not _is_held(context, decision.mail):
        return Outcome(result=Result.NOT_HELD, facts={"number": str(decision.mail)})
    context.transaction.mails.close(decision.mail, decision.why, Folder.IGNORED)
    context.record(by, events.MailDismissed(why=decision.why), mail_id=decision.mail)
    return Outcome(result=Result.MAIL_DISMISSED, facts={"number": str(decision.mail)})


def replay(context: CampaignContext, decision: Replay, by: str) -> Outcome:
    if _mail(context, decision.mail) is None:
        return Outcome(result=Result.NO_MAIL, facts={"number": str(decision.mail)})
    context.transaction.mails.reopen(decision.mail)
    context.record(by, events.MailReplayed(), mail_id=decision.mail)
    return Outcome(result=Result.MAIL_REPLAYED, facts={"number": str(decision.mail)})


def _mail(context: CampaignContext, mail_id: int) -> MailRecord | None:
    return context.transaction.mails.find(mail_id)


def _is_held(context: CampaignContext, mail_id: int) -> bool:
    record = _mail(context, mail_id)
    return record is not None and record.state is MailState.HELD


def answer(context: CampaignContext, decision: Answer, by: str) -> Outcome:
    """HR's words reach the unit in its own thread, from our address."""
    asked = _mail(context, decision.question)
    unit = context.unit(asked.unit) if asked and asked.unit else None
    if asked is None or unit is None:
        return Outcome(result=Result.NO_QUESTION, facts={"number": str(decision.question)})
    facts = {"unit": unit.name}
    if not decision.text and not decision.files:
        return Outcome(result=Result.ANSWER_EMPTY, facts=facts)
    question = context.services.mail.read(context.services.shelf.get(asked.sha256))
    if question.sender not in addresses_of(unit, context.notes(unit)):
        return Outcome(result=Result.ANSWER_UNREGISTERED, facts=facts)
    letter = UnitLetter(
        key=_key_of_answer(context, decision),
        template="answer",
        facts={"text": decision.text, "subject": headline(question), "files": [file.name for file in decision.files]},
        answers=Answered(mail_id=asked.id, thread=question),
        attachments=decision.files,
    )
    to_unit(context, unit, letter)
    task = context.transaction.tasks.find(context.campaign.id, unit.code, Question(mail=asked.id))
    if task is not None:
        close_task(context, task, by=by, ending=Ending.DECIDED)
    context.record(by, events.QuestionAnswered(question=asked.id), unit=unit)
    return Outcome(result=Result.ANSWERED, facts=facts, unit=unit.code)


def _key_of_answer(context: CampaignContext, decision: Answer) -> str:
    """One letter for the same words of the same mail; HR may answer one question twice in a mail."""
    said = hashlib.sha256(decision.text.encode()).hexdigest()[:12]
    return f"answer:{decision.question}:{decision.given_in or context.now().isoformat()}:{said}"


def settle(context: CampaignContext, decision: Settle, by: str) -> Outcome:
    task = context.transaction.tasks.get(decision.task)
    if task is None or not task.is_open or task.campaign not in (context.campaign.id, None):
        return Outcome(result=Result.NO_TASK, facts={"number": str(decision.task)})
    close_task(context, task, by=by, ending=Ending.DECIDED)
    context.record(by, events.TaskSettled(task=task.id, why=decision.why), unit=task.unit)
    return Outcome(result=Result.SETTLED, facts={"number": str(task.id)})


def send_again(context: CampaignContext, decision: SendAgain, by: str) -> Outcome:
    """The same bytes, the same Message-ID."""
    mail = context.transaction.outbox.get(decision.outgoing)
    against = _against(mail) or (Result.OUTGOING_QUEUED if mail and mail.state is OutgoingState.QUEUED else None)
    if mail is None or against is not None:
        return Outcome(result=against or Result.NO_OUTGOING, facts={"number": str(decision.outgoing)})
    to = missing(mail)
    kept = {who: fate for who, fate in mail.outcomes.items() if who not in to}
    context.transaction.outbox.queue_again(mail.id, context.now(), recipients=to, outcomes=kept, sent_again=False)
    fact = events.OutgoingResent(outgoing=mail.id, template=mail.template, said=f"was {mail.state}")
    outcomes.event(context.services, context.transaction, mail, fact, who=by)
    return Outcome(result=Result.SENT_AGAIN, facts={"number": str(mail.id), "to": ", ".join(to)}, unit=mail.unit)


def give_up(context: CampaignContext, decision: GiveUp, by: str) -> Outcome:
    """It is not listed any more."""
    mail = context.transaction.outbox.get(decision.outgoing)
    against = _against(mail)
    if mail is None or against is not None:
        return Outcome(result=against or Result.NO_OUTGOING, facts={"number": str(decision.outgoing)})
    given_up = dict.fromkeys(missing(mail), (Fate.GIVEN_UP, f"{by}: {decision.why}"))
    reached = any(fate is Fate.ACCEPTED for fate, _ in mail.outcomes.values())
    context.transaction.outbox.settle(
        mail.id,
        state=OutgoingState.SENT if reached else OutgoingState.SUPPRESSED,
        now=mail.sent_at or context.now(),
        outcomes={**mail.outcomes, **given_up},
        error=f"given up by {by}: {decision.why}",
    )
    said = f"was {mail.state}: {decision.why}"
    fact = events.OutgoingGivenUp(outgoing=mail.id, template=mail.template, said=said)
    outcomes.event(context.services, context.transaction, mail, fact, who=by)
    return Outcome(result=Result.GIVEN_UP, facts={"number": str(mail.id), "subject": mail.subject}, unit=mail.unit)


def _against(mail: OutgoingRecord | None) -> Result | None:
    """Why nothing is to be decided about this mail of ours."""
    if mail is None:
        return Result.NO_OUTGOING
    if mail.state is OutgoingState.SENDING:
        return Result.OUTGOING_BEING_SENT
    return None if missing(mail) else Result.OUTGOING_REACHED
