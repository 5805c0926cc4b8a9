"""Mails of ours that need a person: in doubt, failed, kept back, held. HR decides each; every decision is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.core.records import Fate, OutgoingRecord, OutgoingState
from service.flow.context import CampaignContext, Services
from service.flow.ports.ledger import Transaction
from service.flow.ports.world import CannotGoOn
from service.flow.sending import outcomes

OVER = frozenset({Fate.ACCEPTED, Fate.GIVEN_UP})
"""Fates after which a recipient is not written to again."""


class StuckKind(StrEnum):
    """Why a mail waits."""

    UNKNOWN = "unknown"
    FAILED = "failed"
    KEPT_BACK = "kept_back"
    """By `allowed_domains`."""
    HELD = "held"
    """`sending = "hold"`."""
    RETURNED = "returned"
    """A report gave it back for good."""
    DELAYED = "delayed"
    """A report says that it is still under way: nobody has to do anything."""
    WAITING = "waiting"
    """Tried before, tried again later by itself: nobody has to do anything."""


class NotStuck(CannotGoOn):
    """The mail does not exist, or nothing is to be decided about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckMail:
    """One mail that has not (surely) reached everybody."""

    kind: StuckKind
    mail: OutgoingRecord

    @property
    def needs_a_person(self) -> bool:
        return self.kind not in (StuckKind.WAITING, StuckKind.DELAYED)

    @property
    def missing(self) -> tuple[str, ...]:
        """Whom it has not surely reached."""
        return missing(self.mail)


def stuck_mails(services: Services, transaction: Transaction, campaign: str | None = None) -> tuple[StuckMail, ...]:
    """All that need a person, then those that wait by themselves; of one campaign and of none, or of all."""
    outbox = transaction.outbox
    queued = outbox.in_state(OutgoingState.QUEUED)
    waiting = StuckKind.HELD if services.sending.holds else StuckKind.WAITING
    found = [
        *_of_kind(StuckKind.UNKNOWN, outbox.in_state(OutgoingState.UNKNOWN)),
        *_of_kind(StuckKind.FAILED, outbox.in_state(OutgoingState.FAILED)),
        *_of_kind(StuckKind.KEPT_BACK, [mail for mail in outbox.kept_back() if mail.state not in _LISTED]),
        *_of_kind(StuckKind.RETURNED, [mail for mail in outbox.with_fate(Fate.BOUNCED) if mail.state not in _LISTED]),
        *_of_kind(waiting, [mail for mail in queued if services.sending.holds or mail.attempts]),
        *_of_kind(StuckKind.DELAYED, [mail for mail in outbox.with_fate(Fate.DELAYED) if mail.state not in _LISTED]),
    ]
    return tuple(case for case in found if _concerns(services, case.mail, campaign))


def _concerns(services: Services, mail: OutgoingRecord, campaign: str | None) -> bool:
    """A mail to ourselves alone is the service's own trial, and told elsewhere when it fails."""
    to_people = set(mail.recipients) != {services.identity.address}
    return to_people and (campaign is None or mail.campaign in (campaign, None))


_LISTED = frozenset({OutgoingState.UNKNOWN, OutgoingState.FAILED, OutgoingState.QUEUED})


def _of_kind(kind: StuckKind, mails: Sequence[OutgoingRecord]) -> list[StuckMail]:
    return [StuckMail(kind=kind, mail=mail) for mail in mails]


def missing(mail: OutgoingRecord) -> tuple[str, ...]:
    """Recipients that have not surely got it and have not been given up."""
    known = dict.fromkeys((*mail.outcomes, *mail.recipients))
    return tuple(who for who in known if mail.outcomes.get(who, (Fate.UNKNOWN, ""))[0] not in OVER)


def stuck_in_words(context: CampaignContext) -> list[str]:
    """How many mails wait for HR, a sentence for each kind."""
    cases = stuck_mails(context.services, context.transaction, context.campaign.id)
    kinds = (StuckKind.UNKNOWN, StuckKind.FAILED, StuckKind.KEPT_BACK, StuckKind.RETURNED)
    counted = {kind: sum(case.kind is kind for case in cases) for kind in kinds}
    return [
        context.wording().say(f"needs.outgoing_{kind}", count=str(count)) for kind, count in counted.items() if count
    ]


def send_again(services: Services, outgoing_id: int, *, by: str) -> OutgoingRecord:
    """HR has it sent once more: the same bytes, the same Message-ID, to whoever has not got it."""
    with services.ledger.transaction() as transaction:
        mail = _decidable(transaction, outgoing_id)
        if mail.state is OutgoingState.QUEUED:
            raise NotStuck(f"{outgoing_id}: it is waiting to be sent already; see `dondoc outbox`")
        to = missing(mail)
        if not to:
            raise NotStuck(f"{outgoing_id}: everybody has got it; nothing to send")
        kept = {who: fate for who, fate in mail.outcomes.items() if who not in to}
        transaction.outbox.queue_again(mail.id, services.now(), recipients=to, outcomes=kept, sent_again=False)
        outcomes.event(services, transaction, mail, "mail resent", f"was {mail.state}", who=by)
        return _get(transaction, mail.id)


def give_up(services: Services, outgoing_id: int, *, by: str, why: str) -> OutgoingRecord:
    """HR decides that it is not sent (again): it is not listed any more."""
    with services.ledger.transaction() as transaction:
        mail = _decidable(transaction, outgoing_id)
        given_up = dict.fromkeys(missing(mail), (Fate.GIVEN_UP, f"{by}: {why}"))
        reached = any(fate is Fate.ACCEPTED for fate, _ in mail.outcomes.values())
        transaction.outbox.settle(
            mail.id,
            state=OutgoingState.SENT if reached else OutgoingState.SUPPRESSED,
            now=mail.sent_at or services.now(),
            outcomes={**mail.outcomes, **given_up},
            error=f"given up by {by}: {why}",
        )
        outcomes.event(services, transaction, mail, "mail given up", f"was {mail.state}: {why}", who=by)
        return _get(transaction, mail.id)


def _decidable(transaction: Transaction, outgoing_id: int) -> OutgoingRecord:
    mail = transaction.outbox.get(outgoing_id)
    if mail is None:
        raise NotStuck(f"{outgoing_id}: no mail of ours has this number; see `dondoc outbox`")
    if mail.state is OutgoingState.SENDING:
        raise NotStuck(f"{outgoing_id}: it is being sent at this moment; wait and look at `dondoc outbox`")
    if mail.state is OutgoingState.SENT and not missing(mail):
        raise NotStuck(f"{outgoing_id}: it was sent; nothing is to be decided")
    return mail


def _get(transaction: Transaction, outgoing_id: int) -> OutgoingRecord:
    mail = transaction.outbox.get(outgoing_id)
    assert mail is not None
    return mail
