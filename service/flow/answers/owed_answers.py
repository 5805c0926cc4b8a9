"""Units whose papers were taken in unanswered, for too many mails went to them at once: told where they stand."""

from __future__ import annotations

from datetime import timedelta

from service.core.records import Event
from service.core.units import Unit
from service.flow.context import House, Office, OpenCampaign
from service.flow.outbox.compose import PAPERS_UNANSWERED, to_unit

QUIET = timedelta(minutes=30)
"""For so long nothing more was withheld: the flood is over."""
FORGOTTEN = timedelta(days=2)


def catch_up(house: House, course: OpenCampaign) -> None:
    """One mail a day and unit at the most: somebody who sends a form a mail gets no answer to the twentieth."""
    with house.ledger.transaction() as books:
        office = Office(house, books, course)
        newest: dict[str, Event] = {}
        for event in books.events.after(PAPERS_UNANSWERED, 0):
            if event.campaign == course.campaign.id and event.unit:
                newest[event.unit] = event
        for code, event in newest.items():
            unit = course.unit(code)
            if unit is not None and QUIET <= house.now() - event.at < FORGOTTEN:
                _tell(office, unit, event)


def _tell(office: Office, unit: Unit, event: Event) -> None:
    key = f"caught-up:{office.campaign.id}:{unit.code}:{office.course.today(event.at)}"
    to_unit(office, unit, key=key, template="status_unit", facts={})
