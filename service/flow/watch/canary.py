"""The canary: a mail to ourselves through the real server, which must come back through the mailbox.

It finds what no connection test can: a rule at the mail server that swallows mail, a mailbox that shows an old picture,
a reader that stands still. It is known by its Message-ID, which nobody else can make, when intake has looked at it.
"""

from __future__ import annotations

from service.core.records import OutgoingRecord, OutgoingState
from service.core.watch import Concern
from service.flow.context import CampaignContext, Services
from service.flow.outbox.compose import queue
from service.flow.outbox.letters import Draft
from service.flow.ports.ledger import Transaction
from service.flow.sending.limits import is_allowed
from service.flow.watch.health import begin, end, open_troubles, tell_troubles, watch_intake

CANARY = "canary"
"""Its template."""


def keep_watch(services: Services) -> None:
    """One pulse of watching ourselves: what stands still, what does not come back, and who is told."""
    watch_intake(services)
    watch_canary(services)
    tell_troubles(services)


def watch_canary(services: Services) -> None:
    """At each pulse: has the last one come back in time, and is another one due?"""
    if services.watch.canary_every is None or not _may_leave(services):
        return
    with services.ledger.transaction() as transaction:
        last = transaction.outbox.latest_of(CANARY)
        is_back = last is not None and transaction.mails.has_come(last.message_id)
        troubles = open_troubles(transaction)
    connected = not any(trouble.concern in (Concern.MAILBOX, Concern.SENDING) for trouble in troubles)
    is_lost = last is not None and not is_back and _is_overdue(services, last)
    if last is not None and is_lost and connected:
        begin(services, Concern.CANARY, f"{last.message_id}: {last.last_error or 'sent, and not seen again'}")
    elif is_back:
        end(services, Concern.CANARY)
    if last is None or ((is_back or is_lost) and services.now() - last.created_at >= services.watch.canary_every):
        with services.ledger.transaction() as transaction:
            _send(services, transaction)


def _may_leave(services: Services) -> bool:
    """A valve that keeps mail back or leads it elsewhere would make every canary a false alarm."""
    return (
        not services.sending.holds
        and services.sending.redirect_to is None
        and is_allowed(services, services.identity.address)
    )


def _is_overdue(services: Services, canary: OutgoingRecord) -> bool:
    """Refused for good, or handed over long ago. One that still waits in the outbox is the concern of sending."""
    if canary.state is OutgoingState.SENT and canary.sent_at is not None:
        return services.now() - canary.sent_at >= services.watch.canary_limit
    settled = (OutgoingState.FAILED, OutgoingState.SUPPRESSED, OutgoingState.UNKNOWN)
    return canary.state in settled and services.now() - canary.created_at >= services.watch.canary_limit


def _send(services: Services, transaction: Transaction) -> None:
    context = CampaignContext(services, transaction, services.any_campaign)
    queue(
        context,
        Draft(
            key=f"canary:{services.now().isoformat()}",
            template=CANARY,
            to=(services.identity.address,),
            facts={},
            language=context.campaign.language,
        ),
    )
