"""What HR has to do, as its mails tell it: kind by kind what to write, then every matter with its number."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from service.core.mail.messages import Message
from service.core.sentences import Wording
from service.core.tasks import FormToLookAt, Question, Task, TaskKind
from service.flow.context import CampaignContext
from service.flow.reports.task_sentences import SENTENCES, task_in_words, tasks_by_kind

LONGEST_QUESTION = 1500
"""Letters of a question's words that stand in such a mail; the rest is read in the unit's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One line. `words`: what the unit wrote, where no mail has carried it to HR before."""

    text: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Matters of a kind. `how`: what HR does about them."""

    how: str
    matters: tuple[Matter, ...]


def needs_of(context: CampaignContext, tasks: Sequence[Task], *, untold: Collection[int] = ()) -> tuple[Need, ...]:
    """In the order in which HR should read them. `untold`: tasks that no mail has carried yet, by number."""
    return tuple(
        Need(how=_how(context, kind, some[0]), matters=_matters(context, kind, some, untold))
        for kind, some in tasks_by_kind(context, tasks).items()
    )


def _how(context: CampaignContext, kind: TaskKind, first: Task) -> str:
    facts = {"task": str(first.id), "number": str(_number(first)), "unit": first.unit or ""}
    return context.wording().say(f"needs.how.{kind}", **facts)


def _number(task: Task) -> int:
    """By which HR names what the task is about."""
    match task.subject:
        case FormToLookAt(form=number) | Question(mail=number):
            return number
    return task.id


def _matters(
    context: CampaignContext, kind: TaskKind, tasks: Sequence[Task], untold: Collection[int]
) -> tuple[Matter, ...]:
    if kind is not TaskKind.QUESTION:
        return tuple(Matter(text=line) for line in SENTENCES[kind](context, tasks))
    return tuple(
        Matter(text=task_in_words(context, task), words=_words(context, task) if task.id in untold else "")
        for task in tasks
    )


def _words(context: CampaignContext, task: Task) -> str:
    """A question as the unit wrote it, and which files came with it."""
    assert isinstance(task.subject, Question)
    record = context.transaction.mails.get(task.subject.mail)
    message = context.services.mail.read(context.services.shelf.get(record.sha256))
    return "\n".join(part for part in (_asked(message, context.wording()), _files(message, context.wording())) if part)


def _asked(message: Message, wording: Wording) -> str:
    text = (message.new_text or message.text).strip()
    if len(text) <= LONGEST_QUESTION:
        return text
    return text[:LONGEST_QUESTION].rstrip() + wording.say("needs.cut")


def _files(message: Message, wording: Wording) -> str:
    names = [attachment.name for attachment in message.attachments if not attachment.inline]
    return wording.say("needs.files", names=", ".join(names)) if names else ""
