"""Delivers the outbox: claim, send, settle. A mail that may have been sent is never sent again blindly."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta

from service.core.records import Event, OutgoingRecord, OutgoingState
from service.flow import answers
from service.flow.house import House, Office
from service.flow.ledger import Books
from service.flow.ports import Outcome, Sender, SendingUnavailable
from service.flow.reminders import must_wait, reason_against

log = logging.getLogger(__name__)

A_MINUTE = timedelta(minutes=1)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=4)
"""Greylisting and full mailboxes pass within days (RFC 5321 §4.5.4.1 asks for four to five)."""


def deliver_due(house: House, sender: Sender) -> int:
    """Sends what is due, no more in a minute than the provider allows; gives how many were settled."""
    if house.holds_sending:
        return 0
    with house.ledger.transaction() as books:
        due = [record for record in books.outbox.due(house.now()) if not must_wait(house, record)]
        share = max(0, house.mails_per_minute - books.outbox.sent_since(house.now() - A_MINUTE))
    settled = 0
    for record in due[:share]:
        try:
            settled += deliver(house, sender, record.id)
        except SendingUnavailable as reason:
            log.warning("sending is unavailable: %s", reason)
            break
    return settled


def deliver(house: House, sender: Sender, outgoing_id: int) -> bool:
    """Sends one mail; safe to call twice. The claim is committed before the connection is used."""
    with house.ledger.transaction() as books:
        record = books.outbox.claim(outgoing_id, house.now())
        if record is None:
            return False
        against = reason_against(house, books, record)
        if against is not None:
            books.outbox.settle(record.id, state=OutgoingState.SUPPRESSED, now=house.now(), error=against)
            _event(house, books, record, "mail suppressed", against)
            return True
    raw = house.shelf.get(record.raw_sha256)
    try:
        result = sender.send(raw, envelope_from=house.identity.address, recipients=record.recipients)
    except SendingUnavailable as reason:
        with house.ledger.transaction() as books:
            _later(house, books, record, record.recipients, str(reason))
        raise
    with house.ledger.transaction() as books:
        _settle(house, books, record, result.outcomes)
    return True


def _settle(house: House, books: Books, record: OutgoingRecord, outcomes: Mapping[str, tuple[Outcome, str]]) -> None:
    """The others get theirs, whatever one recipient's server says."""
    refused = {who: said for who, (outcome, said) in outcomes.items() if outcome is Outcome.REFUSED}
    deferred = {who: said for who, (outcome, said) in outcomes.items() if outcome is Outcome.DEFERRED}
    unknown = [said for outcome, said in outcomes.values() if outcome is Outcome.UNKNOWN]
    for address, said in refused.items():
        _note_refusal(house, books, record, address, said)
    if unknown:
        books.outbox.settle(record.id, state=OutgoingState.UNKNOWN, now=house.now(), error=unknown[0])
        _event(house, books, record, "mail unknown", unknown[0])
    elif deferred:
        _later(house, books, record, tuple(deferred), next(iter(deferred.values())))
    elif len(refused) == len(outcomes):
        books.outbox.settle(record.id, state=OutgoingState.FAILED, now=house.now(), error=next(iter(refused.values())))
        _event(house, books, record, "mail failed", next(iter(refused.values())))
    else:
        books.outbox.settle(record.id, state=OutgoingState.SENT, now=house.now())
        _event(house, books, record, "mail sent", "")


def _later(house: House, books: Books, record: OutgoingRecord, recipients: tuple[str, ...], said: str) -> None:
    """Tries again with growing pauses, for days."""
    now = house.now()
    if now - record.created_at > GIVE_UP_AFTER:
        books.outbox.settle(record.id, state=OutgoingState.FAILED, now=now, error=said)
        _event(house, books, record, "mail failed", said)
        return
    pause = min(FIRST_PAUSE * 2 ** min(record.attempts - 1, 10), LONGEST_PAUSE)
    books.outbox.settle(
        record.id, state=OutgoingState.QUEUED, now=now, recipients=recipients, not_before=now + pause, error=said
    )


def _note_refusal(house: House, books: Books, record: OutgoingRecord, address: str, said: str) -> None:
    """Refused for good: as a bounce, the contact is marked and HR told."""
    course = house.campaigns.get(record.campaign or "")
    unit = course.unit(record.unit) if course and record.unit else None
    if course is None or unit is None or address in books.decisions.notes(course.campaign.id, unit.code).bounced:
        return
    books.decisions.mark_bounced(course.campaign.id, unit.code, address)
    answers.tell_hr_of_unreachable(Office(house, books, course), unit, address, said)


def settle_interrupted(house: House, before_seconds: float = 600) -> int:
    """Found in `sending` though nobody can be sending them: perhaps sent; HR is to know, and nothing is repeated."""
    with house.ledger.transaction() as books:
        interrupted = books.outbox.interrupted(house.now() - timedelta(seconds=before_seconds))
        for record in interrupted:
            error = "interrupted while sending"
            books.outbox.settle(record.id, state=OutgoingState.UNKNOWN, now=house.now(), error=error)
            _event(house, books, record, "mail unknown", error)
    return len(interrupted)


def _event(house: House, books: Books, record: OutgoingRecord, what: str, why: str) -> None:
    books.events.record(
        Event(
            at=house.now(),
            who="dondoc",
            what=what,
            why=f"{record.template} {record.key} {why}".strip(),
            campaign=record.campaign,
            unit=record.unit,
        )
    )
