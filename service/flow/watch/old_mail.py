"""Mails of before the campaign that lie in the mailbox (S91): left alone, counted, told HR once.

The boundary is `mailbox.since`, or else the first launch; before any launch, the first look at the mailbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.core.events import SERVICE, Event, EventKind, OldMailLeft
from service.flow.context import CampaignContext, Services
from service.flow.outbox.compose import queue
from service.flow.outbox.letters import Draft
from service.flow.ports.ledger import Transaction
from service.flow.ports.world import Mailbox

CLOCKS_DIFFER = timedelta(hours=1)
"""A mail server's clock may be behind ours: an answer to the opening mail must not seem to be older than it."""


def left_alone(transaction: Transaction, mailbox: str, uidvalidity: int) -> frozenset[int]:
    """Numbers of old mails that were seen before."""
    facts = (event.fact for event in transaction.events.after(0, EventKind.OLD_MAIL_LEFT))
    here = (fact for fact in facts if isinstance(fact, OldMailLeft))
    return frozenset(
        uid for fact in here if (fact.mailbox, fact.uidvalidity) == (mailbox, uidvalidity) for uid in fact.uids
    )


def leave_old(services: Services, mailbox: Mailbox, uidvalidity: int, uids: Sequence[int]) -> frozenset[int]:
    """Which of these mails, not known yet, are too old to be taken in; recorded, and HR is told of the first ones."""
    if not uids:
        return frozenset()
    with services.ledger.transaction() as transaction:
        boundary = _boundary(services, transaction)
    if boundary is None:
        return frozenset()
    received = mailbox.received(uids)
    old = tuple(uid for uid in uids if uid in received and received[uid] < boundary)
    if old:
        fact = OldMailLeft(mailbox=mailbox.name, uidvalidity=uidvalidity, uids=old)
        with services.ledger.transaction() as transaction:
            transaction.events.record(Event(at=services.now(), who=SERVICE, fact=fact))
            _tell(CampaignContext(services, transaction, services.any_campaign), len(old), boundary)
    return frozenset(old)


def _boundary(services: Services, transaction: Transaction) -> datetime | None:
    """None: looked at before, and nothing launched yet, so that what comes now is new."""
    if services.since is not None:
        return datetime.combine(services.since, time(), ZoneInfo(services.any_campaign.campaign.zone))
    launched = [transaction.decisions.launched_at(campaign) for campaign in services.campaigns]
    moments = [moment for moment in launched if moment is not None]
    if moments:
        return min(moments) - CLOCKS_DIFFER
    return None if transaction.mails.count_by_state() else services.now() - CLOCKS_DIFFER


def _tell(context: CampaignContext, count: int, boundary: datetime) -> None:
    queue(
        context,
        Draft(
            key="old-mail",
            template="old_mail",
            to=context.campaign.hr_addresses[:1],
            facts={"count": count, "since": context.local(boundary)},
            language=context.campaign.language,
        ),
    )
