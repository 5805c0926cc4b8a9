"""How many mails of ours one address may get: the last net against two machines answering each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from service.flow.context import CampaignContext

CAPS = (
    (timedelta(minutes=10), 10),
    (timedelta(hours=1), 25),
    (timedelta(hours=3), 50),
    (timedelta(days=1), 100),
)
"""At most so many mails of ours to one address within the time before answers to it are withheld. Ticket systems use
the same figures (10 in 10 minutes, 25 in an hour)."""
NOTICE_CAPS = ((timedelta(hours=1), 30), (timedelta(days=1), 100))
"""Notices of one kind to HR: a flood of spam must not bury the mailbox; everything stands in the review list."""
CAPPED_NOTICES = frozenset({"held_notice"})


def too_many(context: CampaignContext, recipient: str) -> bool:
    """Whether this address has had so many mails of ours that a machine may sit there."""
    now, outbox = context.now(), context.transaction.outbox
    return any(outbox.count_to(recipient, now - time) >= cap for time, cap in CAPS)


def too_many_for_hr(context: CampaignContext, to: Sequence[str], template: str, *, is_answer: bool) -> bool:
    """Answers to HR are counted among answers only: a busy day's notices must not silence them."""
    now, outbox = context.now(), context.transaction.outbox
    if is_answer:
        return any(outbox.count_to(to[0], now - time, answers_only=True) >= cap for time, cap in CAPS)
    capped = template in CAPPED_NOTICES and bool(to)
    return capped and any(outbox.count_since(to[0], template, now - time) >= cap for time, cap in NOTICE_CAPS)
