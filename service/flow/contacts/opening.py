"""The opening wave, and people's decisions about who may write for a unit."""

from __future__ import annotations

from dataclasses import dataclass

from service.core.units import Unit
from service.flow.context import House, Office, OpenCampaign, where_to_write
from service.flow.outbox.compose import to_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """How many opening mails were queued now, and for which units there is nowhere to write."""

    queued: int
    unreachable: tuple[str, ...]


def launch(house: House, course: OpenCampaign, *, by: str) -> Launched:
    """Queues the opening mail of every unit; twice changes nothing."""
    unreachable = []
    queued = 0
    for unit in course.units:
        with house.ledger.transaction() as books:
            if not where_to_write(unit, Office(house, books, course).notes(unit)):
                unreachable.append(unit.code)
            queued += open_for(Office(house, books, course), unit)
    with house.ledger.transaction() as books:
        if books.decisions.launched_at(course.campaign.id) is None:
            books.decisions.mark_launched(course.campaign.id, house.now())
            Office(house, books, course).record(by, "campaign launched", f"{queued} opening mails")
    return Launched(queued=queued, unreachable=tuple(unreachable))


def open_for(office: Office, unit: Unit) -> bool:
    """The opening mail to where the unit is written to now."""
    to = where_to_write(unit, office.notes(unit))
    key = f"opening:{office.campaign.id}:{unit.code}:{','.join(to)}"
    if not to or office.books.outbox.with_key(key) is not None:
        return False
    attachments = office.house.annexes.opening(office.campaign, unit)
    facts = {"attachments": [attachment.name for attachment in attachments]}
    return to_unit(office, unit, key=key, template="opening", facts=facts, attachments=attachments)


def admit(house: House, course: OpenCampaign, unit: Unit, address: str, *, by: str) -> int:
    """HR admits an address: it is written to from now on, and its held mails are taken in; gives how many."""
    address = address.strip().lower()
    with house.ledger.transaction() as books:
        books.decisions.admit(course.campaign.id, unit.code, address)
        Office(house, books, course).record(by, "address admitted", address, unit=unit)
        held = [record for record in books.mails.held() if record.sender == address]
        for record in held:
            books.mails.reopen(record.id)
        if books.decisions.launched_at(course.campaign.id) is not None:
            open_for(Office(house, books, course), unit)
    return len(held)
