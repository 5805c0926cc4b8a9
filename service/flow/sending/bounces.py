"""Delivery reports tied to the mail of ours that they give back: is it lost, and is the address dead.

Only a report that gives back a Message-ID of ours does anything; anybody can write that a contact is gone. Each
recipient is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from service.core.events import ForeignReport, OutgoingQueuedAgain
from service.core.mail.delivery_reports import Reported
from service.core.mail.messages import Attachment, Kind
from service.core.mail.server_replies import Blame
from service.core.records import Fate, MailState, OutgoingRecord, OutgoingState
from service.core.tasks import ClaimedUnreachable
from service.core.units import Unit
from service.flow.context import CampaignContext, addresses_of
from service.flow.outbox import notices
from service.flow.sending import marks, outcomes
from service.flow.tasks import open_task
from service.flow.triage.triage import Incoming

ONCE_MORE_AFTER = timedelta(hours=4)
"""A mailbox gets emptied, a server comes back; what we write is not worth much after days."""
NOT_LOST_YET = frozenset({Fate.ACCEPTED, Fate.DELAYED})


def note_report(context: CampaignContext, mail: Incoming) -> MailState:
    """What is lost is made good or told to HR, a delay is noted; neither is ever answered."""
    outgoing, reported = _ours(context, mail), _reported(mail)
    if outgoing is None:
        return _note_claims(context, mail, reported)
    for address, said in _meant(outgoing, reported):
        _note(context, outgoing.id, address, said)
    unplaced = [each for each in reported if each.for_good and not list(_meant(outgoing, (each,)))]
    unit = context.unit(outgoing.unit) if outgoing.unit else None
    for each in unplaced:
        open_task(context, ClaimedUnreachable(address=each.address), unit=unit, said=each.said)
    return MailState.PROCESSED if any(each.lost for each in reported) else MailState.IGNORED


def note_delivered(context: CampaignContext, mail: Incoming) -> None:
    """A report that our mail lies in the reader's mailbox: the best evidence that her address is good."""
    outgoing = _ours(context, mail)
    blocks = [each for each in mail.message.delivery_status if each.get("action", "").lower() == "delivered"]
    if outgoing is None or not blocks:
        return
    said = "\n".join(" ".join(block.values()) for block in blocks).lower()
    for address in {*outgoing.recipients, *outgoing.outcomes}:
        if address in said:
            context.transaction.outbox.note_fate(outgoing.id, address, Fate.ACCEPTED, "reported as delivered")
            marks.note_reached(context.services, context.transaction, address, "delivered")


def _reported(mail: Incoming) -> tuple[Reported, ...]:
    """A report of which nothing could be learnt but that it is one is about whoever the mail went to."""
    lost = mail.triage.kind is Kind.BOUNCE
    words = " ".join(mail.message.text.split())[:500]
    return mail.message.reported or (Reported(address="", lost=lost, final=lost, said=words),)


def _ours(context: CampaignContext, mail: Incoming) -> OutgoingRecord | None:
    """By what the report gives back, else by what it quotes: many programs write it into the text."""
    message, identity = mail.message, context.services.identity
    quoted = [message.text, *(_beginning(item) for item in message.attachments if item.media_type == "message/rfc822")]
    returned = (message.returned_id,) if message.returned_id else identity.ids_in("\n".join(quoted))
    found = (context.transaction.outbox.by_message_id(each) for each in returned)
    return next((each for each in found if each is not None), None)


def _beginning(attachment: Attachment) -> str:
    return attachment.content[:50_000].decode("ascii", "replace")


def _meant(outgoing: OutgoingRecord, reported: tuple[Reported, ...]) -> Iterator[tuple[str, Reported]]:
    """Whom of our mail's readers each is about: a report may name the place they forward to, or nobody."""
    readers = tuple(dict.fromkeys((*outgoing.recipients, *outgoing.outcomes)))
    named = [each for each in reported if each.address in readers]
    if not named and len(readers) == 1:
        yield from ((readers[0], each) for each in reported[:1])
    yield from ((each.address, each) for each in named)


def _note(context: CampaignContext, outgoing_id: int, address: str, reported: Reported) -> None:
    """One reader of one mail."""
    outgoing = context.transaction.outbox.get(outgoing_id)
    assert outgoing is not None
    fate = outgoing.outcomes.get(address, (Fate.ACCEPTED, ""))[0]
    if not reported.lost:
        if fate in NOT_LOST_YET:
            context.transaction.outbox.note_fate(outgoing.id, address, Fate.DELAYED, reported.said)
    elif reported.blames is Blame.TIME:
        _once_more(context, outgoing, address, reported.said)
    elif reported.blames is Blame.MAIL:
        _give_up(context, outgoing, address, Fate.MAIL_REFUSED, reported.said)
    else:
        _note_dead(context, outgoing, address, reported.said)


def _once_more(context: CampaignContext, outgoing: OutgoingRecord, address: str, said: str) -> None:
    """The same mail later, once; a second loss is HR's to know."""
    waiting = outgoing.recipients if outgoing.state is OutgoingState.QUEUED else ()
    if address in waiting:
        return  # the report came twice
    in_motion = outgoing.state in (OutgoingState.SENDING, OutgoingState.UNKNOWN)
    if in_motion or (outgoing.sent_again and not waiting) or _given_up(outgoing, address):
        _give_up(context, outgoing, address, Fate.LOST, said)
        return
    context.transaction.outbox.queue_again(
        outgoing.id,
        context.now() + ONCE_MORE_AFTER,
        recipients=(*waiting, address),
        outcomes={who: fate for who, fate in outgoing.outcomes.items() if who != address},
        sent_again=True,
    )
    fact = OutgoingQueuedAgain(outgoing=outgoing.id, template=outgoing.template, said=said)
    outcomes.event(context.services, context.transaction, outgoing, fact)


def _give_up(context: CampaignContext, outgoing: OutgoingRecord, address: str, fate: Fate, said: str) -> None:
    """HR hears which mail is lost; what somebody has given up already, nobody hears of again."""
    if not _given_up(outgoing, address):
        context.transaction.outbox.note_fate(outgoing.id, address, fate, said)
        outcomes.tell_of_lost(context.services, context.transaction, outgoing, said)


def _given_up(outgoing: OutgoingRecord, address: str) -> bool:
    return outgoing.outcomes.get(address, (Fate.ACCEPTED, ""))[0] is Fate.GIVEN_UP


def _note_dead(context: CampaignContext, outgoing: OutgoingRecord, address: str, said: str) -> None:
    """Nobody is there: the contact is marked and HR told; HR's own address is listed, never marked."""
    services, transaction = context.services, context.transaction
    if not _given_up(outgoing, address):
        transaction.outbox.note_fate(outgoing.id, address, Fate.BOUNCED, said)
        outcomes.open_stuck(services, transaction, outgoing, said)
    marks.mark(services, transaction, outgoing, address, said)
    for open_campaign in services.campaigns.values():
        if address == open_campaign.campaign.agency.address:
            notices.tell_hr_of_unreachable(CampaignContext(services, transaction, open_campaign), None, address, said)


def _note_claims(context: CampaignContext, mail: Incoming, reported: tuple[Reported, ...]) -> MailState:
    """Nothing shows that we wrote what came back: a contact of whom it says that she is gone is a task, unmarked."""
    context.record("mail", ForeignReport(returned_id=mail.message.returned_id or ""), mail_id=mail.record.id)
    claimed = [_claim(context, each) for each in reported if each.for_good and each.address]
    return MailState.PROCESSED if any(claimed) else MailState.IGNORED


def _claim(context: CampaignContext, reported: Reported) -> bool:
    """Whether the address is a contact's or the agency's anywhere."""
    places = [place for there in _campaigns(context) for place in _contacts(there, reported.address)]
    for there, unit in places:
        open_task(there, ClaimedUnreachable(address=reported.address), unit=unit, said=reported.said)
    return bool(places)


def _campaigns(context: CampaignContext) -> Iterator[CampaignContext]:
    for open_campaign in context.services.campaigns.values():
        yield CampaignContext(context.services, context.transaction, open_campaign)


def _contacts(there: CampaignContext, address: str) -> Iterator[tuple[CampaignContext, Unit | None]]:
    if not marks.may_be_marked(there.services, there.open_campaign, address):
        return
    if address == there.campaign.agency.address:
        yield there, None
    yield from ((there, unit) for unit in there.units if address in addresses_of(unit, there.notes(unit)))
