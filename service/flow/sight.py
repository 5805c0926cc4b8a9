"""Who is writing, for which campaign and unit, and what the mail is: decided before anything is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from service.core.authenticity import Authenticity, authenticity
from service.core.commands import is_command
from service.core.identity import marks_in
from service.core.kinds import Classification, classify
from service.core.messages import Kind, Message
from service.core.records import MailRecord
from service.core.units import Unit
from service.flow.house import House, OpenCampaign, addresses_of
from service.flow.ledger import Books

Place = tuple[OpenCampaign, Unit]
"""A campaign and a unit in it."""
Pointer = tuple[OpenCampaign, Unit | None]
Pointers = tuple[Pointer, ...]
"""What the thread and the subject name, the surest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is known of a mail at first sight. `reasons` say why, for people who ask."""

    kind: Kind
    reasons: tuple[str, ...]
    authenticity: Authenticity
    course: OpenCampaign | None = None
    unit: Unit | None = None
    places: tuple[Place, ...] = ()
    """Where the sender is registered, likeliest first; several when neither thread nor subject says which is meant."""
    from_hr: bool = False
    hr_courses: tuple[OpenCampaign, ...] = ()
    """The campaigns whose HR is writing; one when the thread or the subject says which is meant."""
    candidate: Unit | None = None
    """For an unknown sender: the unit that the thread or the subject points to."""
    bounced: tuple[str, ...] = ()
    permanent: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A mail on the table: its record, what it says, what is known of it at first sight."""

    record: MailRecord
    message: Message
    sight: Sight
    earlier: MailRecord | None = None
    """An earlier mail of exactly the same bytes."""


def look(house: House, books: Books, message: Message) -> Sight:
    """Judges a mail from the ledger and the configuration; changes nothing."""
    pointed = tuple(_pointed_to(house, message))
    places = _registered(house, books, message, pointed)
    hr_courses = _hr_courses(house, message, pointed)
    classified = _classify(house, message, known=bool(places or hr_courses), from_hr=bool(hr_courses))
    said = authenticity(message.headers.get("authentication-results", ()), house.authserv_id)
    reasons = list(classified.reasons)
    course, unit = places[0] if places else (next(iter(hr_courses), None), None)
    if unit is not None:
        reasons.append(f"unit {unit.code}: sender address")
    elif hr_courses:
        reasons.append("HR: sender address")
    candidate = None if places else next((hint for _, hint in pointed if hint is not None), None)
    if course is None:
        course = next((hint for hint, _ in pointed), None) or _only(house.campaigns.values())
    kind = classified.kind
    if said is Authenticity.FAIL and (places or hr_courses):
        kind, reasons = Kind.QUARANTINE, [*reasons, "authenticity failed at our own server"]
    return Sight(
        kind=kind,
        reasons=tuple(reasons),
        authenticity=said,
        course=course,
        unit=unit,
        places=places,
        from_hr=bool(hr_courses),
        hr_courses=hr_courses,
        candidate=candidate,
        bounced=classified.bounced,
        permanent=classified.permanent,
    )


def _classify(house: House, message: Message, *, known: bool, from_hr: bool) -> Classification:
    return classify(
        message,
        own_addresses=(house.identity.address,),
        own_signature_ok=house.identity.is_ours(message.message_id, message.header("x-dondoc")),
        known_sender=known,
        has_documents=any(not attachment.inline for attachment in message.attachments)
        or any(len(attachment.content) > 60_000 for attachment in message.attachments),
        is_command=is_command(message.new_text, from_hr=from_hr),
    )


def _registered(house: House, books: Books, message: Message, pointed: Pointers) -> tuple[Place, ...]:
    """Where the sender's address is registered: in the campaign that is pointed to, or in any when none is."""
    places = [
        (course, unit)
        for course in house.campaigns.values()
        for unit in course.units
        if message.sender and message.sender in addresses_of(unit, books.decisions.notes(course.campaign.id, unit.code))
    ]
    for course, hinted in pointed:
        there = [unit for known, unit in places if known is course]
        if there:
            return ((course, hinted if hinted in there else there[0]),)
    return () if pointed else _newest_first(books, places)


def _newest_first(books: Books, places: Iterable[Place]) -> tuple[Place, ...]:
    """One place a campaign; people mostly write about what they heard of last."""
    by_campaign: dict[str, Place] = {}
    for course, unit in places:
        by_campaign.setdefault(course.campaign.id, (course, unit))
    if len(by_campaign) < 2:
        return tuple(by_campaign.values())
    written = {name: books.outbox.of_unit(name, unit.code) for name, (_, unit) in by_campaign.items()}
    newest = sorted(((mails[-1].created_at, name) for name, mails in written.items() if mails), reverse=True)
    return tuple(by_campaign[name] for _, name in newest) or tuple(by_campaign.values())


def _hr_courses(house: House, message: Message, pointed: Pointers) -> tuple[OpenCampaign, ...]:
    courses = tuple(course for course in house.campaigns.values() if message.sender in course.campaign.hr_addresses)
    meant = next((course for course, _ in pointed if course in courses), None)
    return (meant,) if meant else courses


def _pointed_to(house: House, message: Message) -> Iterator[Pointer]:
    """Campaigns and units that the thread (proven) and then the subject (a hint) name."""
    by_id = {course.campaign.id.lower(): course for course in house.campaigns.values()}
    by_mark = {course.campaign.mark.lower(): course for course in house.campaigns.values()}
    referenced = (*reversed(message.references), *([message.in_reply_to] if message.in_reply_to else []))
    thread = house.identity.thread_of(referenced)
    if thread and thread[0] in by_id:
        yield by_id[thread[0]], by_id[thread[0]].unit(thread[1])
    for mark, unit in marks_in(message.subject):
        if mark.lower() in by_mark:
            course = by_mark[mark.lower()]
            yield course, course.unit(unit) if unit else None


def _only(courses: Iterable[OpenCampaign]) -> OpenCampaign | None:
    """The one open campaign; with several, none is assumed."""
    known = tuple(courses)
    return known[0] if len(known) == 1 else None
