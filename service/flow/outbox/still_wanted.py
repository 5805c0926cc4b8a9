"""Looked at again at the moment of sending: whether a waiting mail is still wanted, and may leave now."""

from __future__ import annotations

from service.core.events import Event, EventKind, MailDecided
from service.core.mail.messages import Kind
from service.core.progress.deadlines import in_sending_hours
from service.core.records import MailState, OutgoingRecord
from service.core.units import Unit
from service.flow.context import CampaignContext, Services
from service.flow.outbox.progress import progress_of
from service.flow.ports.ledger import Transaction

CLOCK_MAILS = ("reminder", "overdue")
"""Templates that the clock sends to units."""
DAY_HAS_PASSED = "its day has passed; what it says of the days left is no longer true"
DONE_MEANWHILE = "the unit has done everything meanwhile"
SENT_MEANWHILE = "the unit sent papers meanwhile; what it says of what is missing is no longer true"
SNOOZED_MEANWHILE = "reminders to the unit were put off meanwhile"
NEVER_LEFT = frozenset({DAY_HAS_PASSED, DONE_MEANWHILE, SENT_MEANWHILE, SNOOZED_MEANWHILE})
"""Reasons for which a reminder stayed at home: its step counts as not written."""


def reason_against(services: Services, transaction: Transaction, record: OutgoingRecord) -> str | None:
    """Looked at again at the moment of sending: why a reminder is not sent after all, or None."""
    open_campaign = services.campaigns.get(record.campaign or "")
    unit = open_campaign.unit(record.unit) if open_campaign and record.unit else None
    if record.template not in CLOCK_MAILS or open_campaign is None or unit is None:
        return None
    context, today = CampaignContext(services, transaction, open_campaign), open_campaign.day_of(services.now())
    progress = progress_of(context, unit)
    if progress.unit_is_done:
        return DONE_MEANWHILE
    if open_campaign.day_of(record.created_at) != today:
        return DAY_HAS_PASSED
    snoozed_until = context.notes(unit).snoozed_until
    if snoozed_until is not None and today <= snoozed_until:
        return SNOOZED_MEANWHILE
    received = progress.last_received_at
    came = (received is not None and received > record.created_at) or _papers_read_after(context, unit, record)
    return SENT_MEANWHILE if came else None


def _papers_read_after(context: CampaignContext, unit: Unit, record: OutgoingRecord) -> bool:
    """Whether papers were decided after the mail was written, though the server had received them before (S85)."""

    def since(kind: EventKind) -> list[Event]:
        events = context.transaction.events.since(record.created_at, kind)
        return [event for event in events if (event.campaign, event.unit) == (context.campaign.id, unit.code)]

    written = min((event.id for event in since(EventKind.REMINDED)), default=0)
    return any(
        isinstance(event.fact, MailDecided)
        and event.id > written
        and (event.fact.state, event.fact.mail_kind) == (MailState.PROCESSED, Kind.SUBMISSION)
        for event in since(EventKind.MAIL_DECIDED)
    )


def must_wait(services: Services, transaction: Transaction, record: OutgoingRecord) -> bool:
    """A reminder that could not be sent in time waits for decent hours; what a paused unit is to get, for HR's word."""
    open_campaign = services.campaigns.get(record.campaign or "")
    if open_campaign is not None and _is_paused(CampaignContext(services, transaction, open_campaign), record):
        return True
    if record.template not in CLOCK_MAILS or open_campaign is None:
        return False
    return not in_sending_hours(open_campaign.campaign, open_campaign.calendar, open_campaign.local(services.now()))


def _is_paused(context: CampaignContext, record: OutgoingRecord) -> bool:
    """Mails to HR about a unit go on: HR's own answer among them."""
    unit = context.unit(record.unit) if record.unit else None
    to_hr = set(record.recipients) <= set(context.campaign.hr_addresses)
    return unit is not None and not to_hr and context.paused(unit)
