"""How many mails of ours one address may get: against two machines answering each other, and for HR's peace."""

from __future__ import annotations

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
NOTICE_CAPS = ((timedelta(minutes=10), 5), (timedelta(days=1), 40))
"""Mails to HR that nobody there asked for, each a mail of its own; what comes on top is gathered (`gathering`)."""
GATHERED_FOR = timedelta(minutes=30)
"""So long what is gathered waits for more, before one mail tells all of it."""
MOST_IN_ONE_MAIL = 60
"""Gathered notices; a longer page is cut by some mail programs (at 102 KB)."""
GATHERED = frozenset(
    {
        "contact_unreachable",
        "extension_request",
        "held_notice",
        "listed_twice_hr",
        "mail_not_sent",
        "nomination_hr",
        "question_forward",
        "whose_list",
    }
)
"""Notices about a task that can stand with others in one mail. A package to approve, a password, an answer cannot."""


def too_many(context: CampaignContext, recipient: str) -> bool:
    """Whether this address has had so many mails of ours that a machine may sit there."""
    now, outbox = context.now(), context.transaction.outbox
    return any(outbox.count_to(recipient, now - time) >= cap for time, cap in CAPS)


def too_many_answers(context: CampaignContext, recipient: str) -> bool:
    """Answers to HR are counted among answers only: a busy day's notices must not silence them."""
    now, outbox = context.now(), context.transaction.outbox
    return any(outbox.count_to(recipient, now - time, answers_only=True) >= cap for time, cap in CAPS)


def too_many_notices(context: CampaignContext, recipient: str) -> bool:
    """Whether HR has had its share of mails of its own accord; those that nobody caused by a mail are counted."""
    now, outbox = context.now(), context.transaction.outbox
    return any(
        outbox.count_to(recipient, now - time) - outbox.count_to(recipient, now - time, answers_only=True) >= cap
        for time, cap in NOTICE_CAPS
    )
