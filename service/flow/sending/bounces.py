"""Delivery reports tied to the mail of ours that they give back: what became of it, and of the contact it was for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from service.core.messages import Attachment
from service.core.records import Fate, MailState, OutgoingRecord
from service.core.units import Unit
from service.flow.answers import answers
from service.flow.context import Office, addresses_of
from service.flow.triage.triage import Incoming

RECENT = timedelta(days=7)
"""A report that gives nothing back concerns a mail of the last days (RFC 5321 §4.5.4.1), or none of ours."""


def note_report(office: Office, mail: Incoming) -> MailState:
    """A failure marks the contact and tells HR, a delay is noted; neither is ever answered."""
    permanent, outgoing = bool(mail.sight.permanent), _ours(office, mail)
    if outgoing is None and mail.message.returned_id is not None:
        office.record(
            "mail", "report not about us", f"it gives back {mail.message.returned_id}", mail_id=mail.record.id
        )
        return MailState.IGNORED
    said = _said(mail)
    for address in _meant(outgoing, mail.sight.bounced):
        if outgoing is not None:
            fate = Fate.BOUNCED if permanent else Fate.DELAYED
            office.books.outbox.note_fate(outgoing.id, address, fate, said)
        elif not _written_to(office, address):
            continue
        if permanent:
            _mark(office, address, said)
    return MailState.PROCESSED if permanent else MailState.IGNORED


def _ours(office: Office, mail: Incoming) -> OutgoingRecord | None:
    """By what the report gives back, else by what it quotes: many programs write it into the text."""
    message, identity = mail.message, office.house.identity
    quoted = [message.text, *(_beginning(item) for item in message.attachments if item.media_type == "message/rfc822")]
    returned = (message.returned_id,) if message.returned_id else identity.ids_in("\n".join(quoted))
    found = (office.books.outbox.by_message_id(each) for each in returned)
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


def _written_to(office: Office, address: str) -> bool:
    return office.books.outbox.count_to(address, office.house.now() - RECENT) > 0


def _mark(office: Office, address: str, said: str) -> None:
    """The contact cannot be reached, in every campaign in which the address is registered."""
    for course in office.house.campaigns.values():
        there = Office(office.house, office.books, course)
        for unit in course.units:
            _mark_unit(there, unit, address, said)
        if address == course.campaign.agency.address:
            answers.tell_hr_of_unreachable(there, None, address, said)


def _mark_unit(office: Office, unit: Unit, address: str, said: str) -> None:
    notes = office.notes(unit)
    if address in addresses_of(unit, notes) and address not in notes.bounced:
        office.books.decisions.mark_bounced(office.campaign.id, unit.code, address)
        answers.tell_hr_of_unreachable(office, unit, address, said)
