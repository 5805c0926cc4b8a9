"""Mails of ours that have not surely reached everybody: in doubt, failed, kept back, held, returned, on their way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.core.records import Fate, OutgoingRecord, OutgoingState
from service.core.units import Unit
from service.flow.context import CampaignContext, Services
from service.flow.ports.ledger import Transaction
from service.flow.ports.outbox import Outbox

OVER = frozenset({Fate.ACCEPTED, Fate.GIVEN_UP})
"""Fates after which a recipient is not written to again."""

RETURNED = frozenset({Fate.BOUNCED, Fate.LOST, Fate.MAIL_REFUSED})
"""Fates of a recipient who has not got a mail that others may have got."""


class StuckKind(StrEnum):
    """Why a mail waits."""

    UNKNOWN = "unknown"
    FAILED = "failed"
    KEPT_BACK = "kept_back"
    """By `allowed_domains`."""
    HELD = "held"
    """`sending = "hold"`."""
    RETURNED = "returned"
    """A report gave it back for good, or one reader's server refused it."""
    DELAYED = "delayed"
    """A report says that it is still under way: nobody has to do anything."""
    WAITING = "waiting"
    """Tried before, tried again later by itself: nobody has to do anything."""


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
        *_of_kind(StuckKind.RETURNED, _returned(outbox)),
        *_of_kind(waiting, [mail for mail in queued if services.sending.holds or mail.attempts]),
        *_of_kind(StuckKind.DELAYED, [mail for mail in outbox.with_fate(Fate.DELAYED) if mail.state not in _LISTED]),
    ]
    return tuple(each for each in found if _concerns(services, each.mail, campaign))


def _concerns(services: Services, mail: OutgoingRecord, campaign: str | None) -> bool:
    """A mail to ourselves alone is the service's own trial, and told elsewhere when it fails."""
    to_people = set(mail.recipients) != {services.identity.address}
    return to_people and (campaign is None or mail.campaign in (campaign, None))


def _returned(outbox: Outbox) -> list[OutgoingRecord]:
    found = {mail.id: mail for fate in sorted(RETURNED) for mail in outbox.with_fate(fate)}
    return [found[number] for number in sorted(found) if found[number].state not in _LISTED]


_LISTED = frozenset({OutgoingState.UNKNOWN, OutgoingState.FAILED, OutgoingState.QUEUED})


def _of_kind(kind: StuckKind, mails: Sequence[OutgoingRecord]) -> list[StuckMail]:
    return [StuckMail(kind=kind, mail=mail) for mail in mails]


def missing(mail: OutgoingRecord) -> tuple[str, ...]:
    """Recipients that have not surely got it and have not been given up."""
    known = dict.fromkeys((*mail.outcomes, *mail.recipients))
    return tuple(who for who in known if mail.outcomes.get(who, (Fate.UNKNOWN, ""))[0] not in OVER)


def stuck_kind(mail: OutgoingRecord) -> StuckKind | None:
    """Why a person has to look at a mail of ours now; None when nobody has to."""
    if mail.state is OutgoingState.UNKNOWN:
        return StuckKind.UNKNOWN
    if mail.state is OutgoingState.FAILED:
        return StuckKind.FAILED
    if mail.state in (OutgoingState.QUEUED, OutgoingState.SENDING):
        return None
    fates = {mail.outcomes[who][0] for who in missing(mail) if who in mail.outcomes}
    if Fate.SUPPRESSED in fates:
        return StuckKind.KEPT_BACK
    return StuckKind.RETURNED if fates & RETURNED else None


def is_stuck(context: CampaignContext, mail: OutgoingRecord, unit: Unit | None) -> bool:
    """Whether a person has to look at it; what an address lost is nobody's task once the unit can be reached again."""
    kind = stuck_kind(mail)
    if kind not in (StuckKind.RETURNED, StuckKind.FAILED) or unit is None:
        return kind is not None
    return not all(_is_mended(context, unit, mail, address) for address in missing(mail))


def _is_mended(context: CampaignContext, unit: Unit, mail: OutgoingRecord, address: str) -> bool:
    """The mark of the address is gone, or HR admitted another one. A refusal of content blames no address."""
    notes = context.notes(unit)
    if address in notes.bounced:
        return any(later not in notes.bounced for later in notes.addresses)
    bounced = mail.outcomes.get(address, (Fate.UNKNOWN, ""))[0] is Fate.BOUNCED
    return bounced and address not in context.campaign.hr_addresses  # HR's own is never marked
