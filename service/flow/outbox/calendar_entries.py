"""The unit's last day as a calendar entry: which version of it the unit has, and whether there is a new one to send."""

from __future__ import annotations

from datetime import UTC, datetime

from service.core.events import SERVICE, CalendarEntryGiven, EventKind
from service.core.mail.messages import Attachment
from service.core.progress.deadlines import deadline_of_unit
from service.core.units import Unit
from service.flow.context import CampaignContext

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def calendar_entry(context: CampaignContext, unit: Unit) -> Attachment:
    """The entry as it is now. Its SEQUENCE grows only with its day (RFC 5545 §3.8.7.4)."""
    last_day, given = deadline_of_unit(context.campaign, context.notes(unit)), _given(context, unit)
    changed = given is not None and given.last_day != last_day
    sequence = given.sequence + changed if given is not None else 0
    if given is None or changed:
        context.record(SERVICE, CalendarEntryGiven(last_day=last_day, sequence=sequence), unit=unit)
    return context.services.documents.annexes.calendar(context.campaign, unit, last_day, context.now(), sequence)


def changed_calendar_entry(context: CampaignContext, unit: Unit) -> tuple[Attachment, ...]:
    """Nothing when the entry that the unit has is still right."""
    given = _given(context, unit)
    if given is not None and given.last_day == deadline_of_unit(context.campaign, context.notes(unit)):
        return ()
    return (calendar_entry(context, unit),)


def _given(context: CampaignContext, unit: Unit) -> CalendarEntryGiven | None:
    events = context.transaction.events.since(_EVER, EventKind.CALENDAR_ENTRY_GIVEN)
    own = (event.fact for event in reversed(events) if (event.campaign, event.unit) == (context.campaign.id, unit.code))
    return next((fact for fact in own if isinstance(fact, CalendarEntryGiven)), None)
