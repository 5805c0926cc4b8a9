"""Delivery reports tied to the mail of ours that they give back: what became of it, and of the contact it was for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from service.core.events import ForeignReport
from service.core.mail.messages import Attachment
from service.core.records import Fate, MailState, OutgoingRecord
from service.core.units import Unit
from service.flow.context import CampaignContext, addresses_of
from service.flow.outbox import notices
from service.flow.sending.outcomes import open_stuck
from service.flow.triage.triage import Incoming

RECENT = timedelta(days=7)
"""A report that gives nothing back concerns a mail of the last days (RFC 5321 §4.5.4.1), or none of ours."""


def note_report(context: CampaignContext, mail: Incoming) -> MailState:
    """A failure marks the contact and tells HR, a delay is noted; neither is ever answered."""
    permanent, outgoing = bool(mail.triage.permanent), _ours(context, mail)
    if outgoing is None and mail.message.returned_id is not None:
        context.record("mail", ForeignReport(returned_id=mail.message.returned_id), mail_id=mail.record.id)
        return MailState.IGNORED
    said = _said(mail)
    for address in _meant(outgoing, mail.triage.bounced):
        if outgoing is not None:
            fate = Fate.BOUNCED if permanent else Fate.DELAYED
            context.transaction.outbox.note_fate(outgoing.id, address, fate, said)
            if permanent:
                open_stuck(context.services, context.transaction, outgoing, said)
        elif not _written_to(context, address):
            continue
        if permanent:
            _mark(context, address, said)
    return MailState.PROCESSED if permanent else MailState.IGNORED


def _ours(context: CampaignContext, mail: Incoming) -> OutgoingRecord | None:
    """By what the report gives back, else by what it quotes: many programs write it into the text."""
    message, identity = mail.message, context.services.identity
    quoted = [message.text, *(_beginning(item) for item in message.attachments if item.media_type == "message/rfc822")]
    returned = (message.returned_id,) if message.returned_id else identity.ids_in("\n".join(quoted))
    found = (context.transaction.outbox.by_message_id(each) for each in returned)
    return next((each for each in found if each is not None), None)


def _beginning(attachment: Attachment) -> str:
    return attachment.content[:50_000].decode("ascii", "replace")


def _said(mail: Incoming) -> str:
    return next((fields.get("diagnostic-code", "") for fields in mail.message.delivery_status), "")[:500]


def _meant(outgoing: OutgoingRecord | None, bounced: tuple[str, ...]) -> Iterator[str]:
    """The recipients of our mail which the report is about: it may name the place they forward to instead."""
    recipients = (*outgoing.recipients, *outgoing.outcomes) if outgoing else ()
    known = [address for address in bounced if address in recipients]
    only = set(recipients)
    yield from known if known or len(only) != 1 else only
    if outgoing is None:
        yield from bounced


def _written_to(context: CampaignContext, address: str) -> bool:
    return context.transaction.outbox.count_to(address, context.now() - RECENT) > 0


def _mark(context: CampaignContext, address: str, said: str) -> None:
    """The contact cannot be reached, in every campaign in which the address is registered."""
    for open_campaign in context.services.campaigns.values():
        there = CampaignContext(context.services, context.transaction, open_campaign)
        for unit in open_campaign.units:
            _mark_unit(there, unit, address, said)
        if address == open_campaign.campaign.agency.address:
            notices.tell_hr_of_unreachable(there, None, address, said)


def _mark_unit(context: CampaignContext, unit: Unit, address: str, said: str) -> None:
    notes = context.notes(unit)
    if address in addresses_of(unit, notes) and address not in notes.bounced:
        context.transaction.decisions.mark_bounced(context.campaign.id, unit.code, address)
        notices.tell_hr_of_unreachable(context, unit, address, said)
