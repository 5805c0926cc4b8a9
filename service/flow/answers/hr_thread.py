"""Which mail of ours HR answers: the thread says it, never the quoted text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.core.records import OutgoingRecord
from service.flow.context import CampaignContext
from service.flow.triage.triage import Incoming


@dataclass(frozen=True, slots=True, kw_only=True)
class OurMail:
    """A mail of ours to HR, with its campaign."""

    context: CampaignContext
    record: OutgoingRecord


def answered_mails(context: CampaignContext, mail: Incoming) -> Iterator[OurMail]:
    """Our mails to HR in whose thread HR's mail stands, the nearest first."""
    message = mail.message
    for message_id in dict.fromkeys((message.in_reply_to, *reversed(message.references))):
        record = context.transaction.outbox.by_message_id(message_id) if message_id else None
        open_campaign = context.services.campaigns.get(record.campaign or "") if record else None
        if record is None or open_campaign is None:
            continue
        people = open_campaign.campaign.hr_addresses
        if message.sender in people and {*record.recipients, *record.outcomes} & {*people}:
            there = CampaignContext(context.services, context.transaction, open_campaign)
            yield OurMail(context=there, record=record)


def answered_mail(context: CampaignContext, mail: Incoming) -> OurMail | None:
    """The mail of ours that HR answers; None: HR writes anew."""
    return next(answered_mails(context, mail), None)
