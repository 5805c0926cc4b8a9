"""The last word about one attempt to send: what became of each recipient, and of the mail as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from service.core import events
from service.core.events import SERVICE, Event, OutgoingFact
from service.core.mail.server_replies import Blame, asks_to_slow_down, blame
from service.core.records import Fate, OutgoingRecord, OutgoingState
from service.core.tasks import StuckOutgoing
from service.flow.context import CampaignContext, Services
from service.flow.outbox import notices
from service.flow.ports.ledger import Transaction
from service.flow.ports.world import SendOutcome
from service.flow.sending import marks, pauses
from service.flow.sending.limits import Envelope, Said, kept_back
from service.flow.tasks import open_task

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=4)
"""Greylisting and full mailboxes pass within days (RFC 5321 §4.5.4.1 asks for four to five)."""

_REFUSALS = frozenset({Fate.REFUSED, Fate.MAIL_REFUSED, Fate.LOST})
Fates = dict[str, tuple[Fate, str]]


def settle_attempt(
    services: Services, transaction: Transaction, record: OutgoingRecord, sent: Envelope, said: Mapping[str, Said]
) -> None:
    """The others get theirs, whatever one recipient's server says."""
    own = said.get(services.identity.address, (SendOutcome.REFUSED, ""))[0]
    transaction.outbox.note_copy(
        record.id, named=own in (SendOutcome.ACCEPTED, SendOutcome.UNKNOWN), accepted=own is SendOutcome.ACCEPTED
    )
    fates = _weighed(sent.outcomes(said))
    slowing = next((text for fate, text in fates.values() if fate is Fate.DEFERRED and asks_to_slow_down(text)), None)
    if slowing is not None:
        pauses.begin_pause(services, transaction, slowing)
    elif any(fate is Fate.ACCEPTED for fate, _ in fates.values()):
        pauses.go_on(services, transaction)
    if sent.redirected:
        fates = {who: (_elsewhere(fate), said) for who, (fate, said) in fates.items()}
    whole = {**record.outcomes, **kept_back(services, record.recipients), **fates}
    told = False if sent.redirected else note_refusals(services, transaction, record, fates)
    note = f"redirected to {services.sending.redirect_to}" if sent.redirected else ""
    conclude_sending(services, transaction, record, whole, note=note, told=told)


def _weighed(said: Mapping[str, Said]) -> Fates:
    """A refusal by what it blames: a mailbox that is full for now is tried again, whatever the first digit."""
    fates = {Blame.TIME: Fate.DEFERRED, Blame.MAIL: Fate.MAIL_REFUSED, Blame.ADDRESS: Fate.REFUSED}
    weighed: Fates = {}
    for who, (outcome, text) in said.items():
        if outcome is SendOutcome.REFUSED:
            weighed[who] = fates[blame(text)], text
        elif outcome is SendOutcome.MAIL_REFUSED:
            # one answer for all readers: it is about an address only where it is clear about which
            fate = fates[blame(text, recipient_taken=True)]
            clear = len(said) == 1 or who in text.lower()
            weighed[who] = (fate if clear or fate is not Fate.REFUSED else Fate.MAIL_REFUSED), text
        else:
            weighed[who] = Fate(outcome), text
    return weighed


def conclude_sending(
    services: Services,
    transaction: Transaction,
    record: OutgoingRecord,
    fates: Fates,
    *,
    note: str = "",
    told: bool = False,
) -> None:
    """The state of the mail by what became of its recipients. `told`: HR already knows of the refusals."""
    unknown = _said(fates, Fate.UNKNOWN)
    seen = transaction.outbox.get(record.id)
    if unknown and seen is not None and seen.copy_came_in:
        # the copy was quicker than the end of the attempt
        transaction.outbox.note_copy(record.id, named=True, accepted=True)
        fates = taken(fates, "the own copy came in")
        unknown = {}
    deferred = _said(fates, Fate.DEFERRED)
    if unknown:
        _doubt(services, transaction, record, fates)
    elif deferred:
        _later(services, transaction, record, fates)
    elif _said(fates, Fate.ACCEPTED) or _said(fates, Fate.REDIRECTED):
        transaction.outbox.settle(
            record.id, state=OutgoingState.SENT, now=services.now(), outcomes=fates, error=note or None
        )
        fact = events.OutgoingSent(outgoing=record.id, template=record.template, said=note)
        event(services, transaction, record, fact)
        lost = next(iter((_said(fates, Fate.MAIL_REFUSED) | _said(fates, Fate.LOST)).values()), None)
        if lost is not None:
            tell_of_lost(services, transaction, record, lost)
    else:
        fail(services, transaction, record, fates, told=told)


def _elsewhere(fate: Fate) -> Fate:
    return Fate.REDIRECTED if fate is Fate.ACCEPTED else fate


def taken(fates: Mapping[str, tuple[Fate, str]], why: str) -> Fates:
    """Whoever was in doubt got it."""
    return {who: (Fate.ACCEPTED, why) if fate is Fate.UNKNOWN else (fate, said) for who, (fate, said) in fates.items()}


def fail(services: Services, transaction: Transaction, record: OutgoingRecord, fates: Fates, *, told: bool) -> None:
    """Nobody got it, and nobody will: HR is told, unless it knows or is itself the one who cannot be reached."""
    error = next((said for fate, said in fates.values() if fate in _REFUSALS), "")
    transaction.outbox.settle(record.id, state=OutgoingState.FAILED, now=services.now(), outcomes=fates, error=error)
    fact = events.OutgoingFailed(outgoing=record.id, template=record.template, said=error)
    event(services, transaction, record, fact)
    if told:
        open_stuck(services, transaction, record, error)
    else:
        tell_of_lost(services, transaction, record, error)


def tell_of_lost(services: Services, transaction: Transaction, record: OutgoingRecord, said: str) -> None:
    """HR is told which mail is lost, unless HR or the service itself is the one who should have got it."""
    open_stuck(services, transaction, record, said)
    open_campaign, own = services.campaigns.get(record.campaign or ""), services.identity.address
    if open_campaign is not None and not set(record.recipients) & {*open_campaign.campaign.hr_addresses, own}:
        notices.tell_hr_of_unsent(CampaignContext(services, transaction, open_campaign), record, said)


def unavailable(
    services: Services, transaction: Transaction, record: OutgoingRecord, said: str, wait_seconds: float | None
) -> None:
    """Nothing was handed over to anybody: no fault of this mail, which waits as long as it takes."""
    pauses.begin_pause(services, transaction, said, wait_seconds=wait_seconds)
    wait = _pause_after(record.attempts, pauses.LONGEST_UNREACHABLE, first=pauses.UNREACHABLE)
    transaction.outbox.settle(
        record.id, state=OutgoingState.QUEUED, now=services.now(), not_before=services.now() + wait, error=said
    )


def note_refusals(services: Services, transaction: Transaction, record: OutgoingRecord, fates: Fates) -> bool:
    """An address that is refused is marked and HR told, as after a bounce; whether HR knows of all refusals by that."""
    refused = _said(fates, Fate.REFUSED)
    noted = [marks.mark(services, transaction, record, address, said) for address, said in refused.items()]
    return bool(noted) and all(noted) and not _said(fates, Fate.MAIL_REFUSED)


def _doubt(services: Services, transaction: Transaction, record: OutgoingRecord, fates: Fates) -> None:
    """Perhaps sent: evidence decides, or HR (`doubt.py`)."""
    pending = (*_said(fates, Fate.UNKNOWN), *_said(fates, Fate.DEFERRED))
    error = next(iter(_said(fates, Fate.UNKNOWN).values()))
    transaction.outbox.settle(
        record.id,
        state=OutgoingState.UNKNOWN,
        now=services.now(),
        recipients=pending,
        outcomes=fates,
        error=error,
    )
    fact = events.OutgoingInDoubt(outgoing=record.id, template=record.template, said=error)
    event(services, transaction, record, fact)
    open_stuck(services, transaction, record, error)


def _later(services: Services, transaction: Transaction, record: OutgoingRecord, fates: Fates) -> None:
    """Tries again with growing pauses, for days; those who have theirs are not among the recipients any more."""
    now, deferred = services.now(), _said(fates, Fate.DEFERRED)
    if now - (record.first_tried_at or now) > GIVE_UP_AFTER:
        given_up = {who: (Fate.LOST, f"given up after days: {said}") for who, said in deferred.items()}
        conclude_sending(services, transaction, record, {**fates, **given_up})
        return
    transaction.outbox.settle(
        record.id,
        state=OutgoingState.QUEUED,
        now=now,
        recipients=tuple(deferred),
        not_before=now + _pause_after(record.attempts, LONGEST_PAUSE),
        outcomes=fates,
        error=next(iter(deferred.values())),
        handed_over=bool(_said(fates, Fate.ACCEPTED)),
    )


def _pause_after(attempts: int, longest: timedelta, *, first: timedelta = FIRST_PAUSE) -> timedelta:
    return min(first * (1 << min(max(0, attempts - 1), 10)), longest)


def _said(fates: Mapping[str, tuple[Fate, str]], fate: Fate) -> dict[str, str]:
    return {who: said for who, (found, said) in fates.items() if found is fate}


def open_stuck(services: Services, transaction: Transaction, record: OutgoingRecord, said: str) -> None:
    """A person has to look at this mail of ours; one to ourselves alone is the service's own trial."""
    open_campaign = services.campaigns.get(record.campaign or "")
    if open_campaign is None or set(record.recipients) == {services.identity.address}:
        return
    context = CampaignContext(services, transaction, open_campaign)
    open_task(
        context, StuckOutgoing(outgoing=record.id), unit=context.unit(record.unit) if record.unit else None, said=said
    )


def event(
    services: Services, transaction: Transaction, record: OutgoingRecord, fact: OutgoingFact, *, who: str = SERVICE
) -> None:
    """An entry of the audit trail about one mail of ours."""
    transaction.events.record(Event(at=services.now(), who=who, fact=fact, campaign=record.campaign, unit=record.unit))
