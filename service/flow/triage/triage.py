"""Who is writing, for which campaign and unit, and what the mail is: decided before anything is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from service.core.authenticity import Authenticity, Policy, Proof, authenticity
from service.core.mail.commands import is_command
from service.core.mail.kinds import Classification, classify
from service.core.messages import Kind, Message
from service.core.records import MailRecord
from service.core.trust import Vouched
from service.core.units import Unit
from service.flow.context import House, OpenCampaign, addresses_of
from service.flow.ports.ledger import Books
from service.flow.triage.thread_hints import Pointer, Pointers, oddities, pointers

Place = tuple[OpenCampaign, Unit]
"""A campaign and a unit in it."""

BY_PEOPLE = frozenset(
    {
        Kind.SUBMISSION,
        Kind.NOMINATION,
        Kind.COMMAND,
        Kind.QUESTION,
        Kind.ACKNOWLEDGEMENT,
        Kind.EMPTY,
    }
)
"""What only a person writes: here it matters whether she is who she says."""


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
    locked: MailRecord | None = None
    """The unit's mail whose locked papers this one brings the password for."""
    words_before: tuple[str, ...] = ()
    """SHA-256 of the unit's mails in which the password for this one's papers may stand."""


def look(house: House, books: Books, message: Message, vouched: Vouched | None = None) -> Sight:
    """Judges a mail from the ledger and the configuration; changes nothing. `vouched`: HR has said whose it is."""
    pointed = pointers(house, message)
    hr_courses = () if vouched else _hr_courses(house, message, pointed.all)
    places = _vouched_place(house, vouched) if vouched else _registered(house, books, message, pointed.all)
    known = bool(places or hr_courses)
    classified = _classify(house, message, known=known, from_hr=bool(hr_courses))
    proof = authenticity(
        message.headers.get("authentication-results", ()), house.authserv_id, message.sender, message.signatures
    )
    sight = Sight(
        kind=classified.kind,
        reasons=(*classified.reasons, *_who(places, hr_courses, vouched), *pointed.notes, *message.wrappings),
        authenticity=proof.said,
        course=_course(house, places, hr_courses, pointed),
        unit=places[0][1] if places else None,
        places=places,
        from_hr=bool(hr_courses),
        hr_courses=hr_courses,
        candidate=None if places else next((hint for _, hint in pointed.all if hint is not None), None),
        bounced=classified.bounced,
        permanent=classified.permanent,
    )
    sight = replace(sight, reasons=(*sight.reasons, proof.reason, *oddities(house, message)))
    return sight if vouched or not known else _believed(house, message, sight, pointed, proof)


def _believed(house: House, message: Message, sight: Sight, pointed: Pointers, proof: Proof) -> Sight:
    """Quarantined when somebody else may be writing under a registered address."""
    doubt = _doubt(house, message, sight, pointed, proof)
    if doubt is None or sight.kind not in BY_PEOPLE:
        return sight
    return replace(sight, kind=Kind.QUARANTINE, reasons=(*sight.reasons, doubt))


def _doubt(house: House, message: Message, sight: Sight, pointed: Pointers, proof: Proof) -> str | None:
    if proof.said is Authenticity.FAIL:
        return "authenticity failed at our own server"
    if "several senders in From" in message.defects:
        return "several senders in From: nobody can say which one wrote"
    if proof.said is Authenticity.PASS or house.trust.policy is Policy.ADDRESS:
        return None
    if pointed.thread is not None and (sight.from_hr or pointed.thread[1] is sight.unit):
        return None
    return "nothing proves the sender, and the mail goes on in no thread of ours (trust.unproven)"


def _who(places: tuple[Place, ...], hr_courses: tuple[OpenCampaign, ...], vouched: Vouched | None) -> tuple[str, ...]:
    if vouched is not None and places:
        return (f"unit {places[0][1].code}: {vouched.by} said so",)
    if places:
        return (f"unit {places[0][1].code}: sender address",)
    return ("HR: sender address",) if hr_courses else ()


def _course(
    house: House, places: tuple[Place, ...], hr_courses: tuple[OpenCampaign, ...], pointed: Pointers
) -> OpenCampaign | None:
    if places:
        return places[0][0]
    hinted = next((hint for hint, _ in pointed.all), None)
    return next(iter(hr_courses), None) or hinted or _only(house.campaigns.values())


def _vouched_place(house: House, vouched: Vouched) -> tuple[Place, ...]:
    course = house.campaigns.get(vouched.campaign)
    unit = course.unit(vouched.unit) if course else None
    return ((course, unit),) if course and unit else ()


def _classify(house: House, message: Message, *, known: bool, from_hr: bool) -> Classification:
    own = house.identity.address
    return classify(
        message,
        own_addresses=(own, *([message.sender] if house.identity.is_own_address(message.sender) else [])),
        own_signature_ok=house.identity.is_ours(message.message_id, message.header("x-dondoc")),
        known_sender=known,
        has_documents=any(not attachment.inline for attachment in message.attachments)
        or any(len(attachment.content) > 60_000 for attachment in message.attachments),
        is_command=is_command(message.new_text, from_hr=from_hr),
        house_words=house.trust.words,
    )


def _registered(house: House, books: Books, message: Message, pointed: tuple[Pointer, ...]) -> tuple[Place, ...]:
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


def _hr_courses(house: House, message: Message, pointed: tuple[Pointer, ...]) -> tuple[OpenCampaign, ...]:
    courses = tuple(course for course in house.campaigns.values() if message.sender in course.campaign.hr_addresses)
    meant = next((course for course, _ in pointed if course in courses), None)
    return (meant,) if meant else courses


def _only(courses: Iterable[OpenCampaign]) -> OpenCampaign | None:
    """The one open campaign; with several, none is assumed."""
    known = tuple(courses)
    return known[0] if len(known) == 1 else None
