"""What a mail points to, the surest first: the thread (proven by our token), then the mark in the subject (a hint)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from service.core.mail.authentication_results import own_results
from service.core.mail.authenticity import aligned, disguises
from service.core.mail.given_passwords import with_passwords_apart
from service.core.mail.identity import marks_in
from service.core.mail.messages import Message
from service.core.units import Unit
from service.flow.context import OpenCampaign, Services

Pointer = tuple[OpenCampaign, Unit | None]
RECEIVED_FOR = ("delivered-to", "x-original-to", "envelope-to")
"""Where servers note the address a mail was delivered to, with its tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointers:
    """Campaigns and units which a mail names."""

    thread: Pointer | None = None
    """By a genuine token of ours."""
    marks: tuple[Pointer, ...] = ()
    notes: tuple[str, ...] = ()
    """What is to be said about the thread: lost, forged, of another campaign."""

    @property
    def all(self) -> tuple[Pointer, ...]:
        return (*((self.thread,) if self.thread else ()), *self.marks)


def read_incoming(services: Services, raw: bytes) -> Message:
    """The mail; where our own server says nothing of its writer, with its signatures checked (that asks a resolver)."""
    message = with_passwords_apart(services.mail.read(raw))
    if services.senders.check_signatures is None or own_results(message.results, services.senders.authserv_id):
        return message
    return replace(message, signatures=services.senders.check_signatures(raw))


def pointers(services: Services, message: Message) -> Pointers:
    """Reads the thread from References, In-Reply-To and the tag of our address, then the subject."""
    by_mark = {open_campaign.campaign.mark.lower(): open_campaign for open_campaign in services.campaigns.values()}
    marks = [
        (by_mark[mark.lower()], by_mark[mark.lower()].unit(unit) if unit else None)
        for mark, unit in marks_in(message.subject)
        if mark.lower() in by_mark
    ]
    thread, notes = _thread(services, message)
    return Pointers(thread=thread, marks=tuple(marks), notes=notes)


def _thread(services: Services, message: Message) -> tuple[Pointer | None, tuple[str, ...]]:
    by_id = {open_campaign.campaign.id.lower(): open_campaign for open_campaign in services.campaigns.values()}
    referenced = (*reversed(message.references), *([message.in_reply_to] if message.in_reply_to else []))
    addressed = (*message.to, *message.cc, *(value for name in RECEIVED_FOR for value in _values(message, name)))
    found = services.identity.thread_of(referenced) or services.identity.thread_of_tag(addressed)
    if found is None:
        claimed = services.identity.claims_a_thread(referenced)
        return None, ("the thread's token is not ours: mistyped, cut off or made up",) if claimed else ()
    if found[0] not in by_id:
        return None, (f"thread of campaign {found[0]}, which is not open here: only a hint",)
    open_campaign = by_id[found[0]]
    return (open_campaign, open_campaign.unit(found[1])), ()


def _values(message: Message, name: str) -> tuple[str, ...]:
    return tuple(value.strip().strip("<>") for value in message.headers.get(name, ()))


def oddities(services: Services, message: Message) -> Iterator[str]:
    """Tricks with names and addresses that people should see."""
    yield from disguises(message.sender, message.sender_name, message.reply_to, sorted(known_domains(services)))


def known_domains(services: Services) -> frozenset[str]:
    """The domains of our own people."""
    addresses = [services.identity.address]
    for open_campaign in services.campaigns.values():
        addresses += open_campaign.campaign.hr_addresses
        addresses += (address for unit in open_campaign.units for address in unit.addresses)
    domains = {address.rpartition("@")[2].lower() for address in addresses}
    return frozenset(
        domains | {open_campaign.campaign.email_domain.lower() for open_campaign in services.campaigns.values()}
    ) - {""}


def is_colleague(services: Services, address: str) -> bool:
    """Whether an address lies in the campaign's own mail domain."""
    domain = address.rpartition("@")[2]
    return any(aligned(domain, open_campaign.campaign.email_domain) for open_campaign in services.campaigns.values())
