"""What HR is not told one mail at a time: when much comes at once, its tasks wait to be told together.

Nothing is lost: the task is open, and an event says that no mail has carried it. The next mail of gathered notices or
the next summary, whichever comes first, carries it and says so by another event.
"""

from __future__ import annotations

from collections.abc import Sequence

from service.core.events import SERVICE, Event, EventKind, NoticeGathered, NoticesTold
from service.core.tasks import Task
from service.flow.context import CampaignContext
from service.flow.outbox.caps import GATHERED, MOST_IN_ONE_MAIL, too_many_notices
from service.flow.outbox.letters import HrLetter

GATHERED_MAIL = "gathered"
"""The mail that tells them; each of its questions is answered by its number."""


def is_to_be_gathered(context: CampaignContext, letter: HrLetter, recipient: str) -> bool:
    """Whether the letter's tasks wait for others: HR has had many mails just now, or others wait already."""
    if letter.template not in GATHERED or not letter.tasks:
        return False
    return bool(gathered(context)) or too_many_notices(context, recipient)


def gather(context: CampaignContext, letter: HrLetter) -> None:
    """Instead of a mail."""
    fact = NoticeGathered(key=letter.key, template=letter.template, tasks=letter.tasks)
    context.record(SERVICE, fact, unit=letter.unit)


def was_gathered(context: CampaignContext, letter: HrLetter) -> bool:
    """The same cause is told once, also when it was told with others."""
    tasks = [task for number in letter.tasks if (task := context.transaction.tasks.get(number)) is not None]
    if letter.template not in GATHERED or not tasks:
        return False
    since = min(task.opened_at for task in tasks)
    events = context.transaction.events.since(since, EventKind.NOTICE_GATHERED)
    return any(isinstance(event.fact, NoticeGathered) and event.fact.key == letter.key for event in events)


def gathered(context: CampaignContext) -> tuple[Event, ...]:
    """What no mail has carried yet and still waits, oldest first; as much as one mail holds."""
    told = context.transaction.events.last(EventKind.NOTICES_TOLD, context.campaign.id)
    up_to = told.fact.up_to if told is not None and isinstance(told.fact, NoticesTold) else 0
    events = context.transaction.events.after(up_to, EventKind.NOTICE_GATHERED)
    mine = [event for event in events if event.campaign == context.campaign.id and open_tasks_of(context, [event])]
    return tuple(mine[:MOST_IN_ONE_MAIL])


def open_tasks_of(context: CampaignContext, events: Sequence[Event]) -> list[Task]:
    """Tasks of these notices that still wait."""
    numbers = [number for event in events if isinstance(event.fact, NoticeGathered) for number in event.fact.tasks]
    found = (context.transaction.tasks.get(number) for number in dict.fromkeys(numbers))
    return [task for task in found if task is not None and task.is_open]


def note_told(context: CampaignContext, events: Sequence[Event]) -> None:
    """A mail to HR carries them now."""
    if events:
        context.record(SERVICE, NoticesTold(up_to=events[-1].id))
