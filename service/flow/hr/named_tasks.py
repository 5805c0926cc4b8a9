"""One task by its number, "DUYỆT VIỆC 41": for what a summary or a mail of gathered notices tells among much else."""

from __future__ import annotations

import re

from service.core.mail.commands import Order
from service.core.tasks import Task
from service.flow.context import CampaignContext

_TASK = re.compile(r"vi[eệ]c\s+(?:s[oố]\s*)?#?(\d{1,9})\b", re.IGNORECASE)
_AROUND = ".,:;!-–> \t"


def task_number_in(order: Order) -> int | None:
    """The number of the task that the order names; None when it names none."""
    found = _TASK.match(order.argument)
    return int(found[1]) if found else None


def after_task_number(order: Order) -> str:
    """What stands behind it: a reason, or a unit's code."""
    return _TASK.sub("", order.argument, count=1).strip(_AROUND)


def open_task_of(context: CampaignContext, number: int) -> Task | None:
    """The task of this campaign with this number, while it waits."""
    task = context.transaction.tasks.get(number)
    mine = task is not None and task.is_open and task.campaign == context.campaign.id
    return task if mine else None
