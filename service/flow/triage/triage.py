"""Who is writing, for which campaign and unit, and what the mail is: decided before anything is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from service.core.mail.authentication_results import own_results
from service.core.mail.authenticity import Authenticity, Policy, Proof, authenticity
from service.core.mail.automatic_mail import Evidence, MachineSign
from service.core.mail.commands import is_command
from service.core.mail.conversation import Brought, Intent
from service.core.mail.kinds import Circumstances, Classification, classify
from service.core.mail.messages import Kind, Message
from service.core.mail.trust import Vouched
from service.core.records import MailRecord
from service.core.units import Unit
from service.flow.context import OpenCampaign, Services, addresses_of
from service.flow.ports.ledger import Transaction
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
class Triage:
    """What is known of a mail at first sight. `reasons` say why, for people who ask."""

    kind: Kind
    reasons: tuple[str, ...]
    authenticity: Authenticity
    open_campaign: OpenCampaign | None = None
    unit: Unit | None = None
    places: tuple[Place, ...] = ()
    """Where the sender is registered, likeliest first; several when neither thread nor subject says which is meant."""
    from_hr: bool = False
    hr_campaigns: tuple[OpenCampaign, ...] = ()
    """The campaigns whose HR is writing; one when the thread or the subject says which is meant."""
    candidate: Unit | None = None
    """For an unknown sender: the unit that the thread or the subject points to."""
    bounced: tuple[str, ...] = ()
    permanent: bool | None = None
    unproven: bool = False
    """A registered address, and nothing that proves it: neither our server, nor a signature, nor the thread."""
    intents: tuple[Intent, ...] = ()
    """Everything that the mail wants of us; final once its papers are opened."""
    machine: MachineSign | None = None
    """Why it was taken for a machine's mail, where no standard says so for certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A mail on the table: its record, what it says, what is known of it at first sight."""

    record: MailRecord
    message: Message
    triage: Triage
    earlier: MailRecord | None = None
    """An earlier mail of exactly the same bytes."""
    locked: MailRecord | None = None
    """The unit's mail whose locked papers this one brings the password for."""
    words_before: tuple[str, ...] = ()
    """SHA-256 of the unit's mails in which the password for this one's papers may stand."""


def triage_mail(
    services: Services, transaction: Transaction, message: Message, vouched: Vouched | None = None
) -> Triage:
    """Judges a mail from the ledger and the configuration; changes nothing. `vouched`: HR has said whose it is."""
    pointed = pointers(services, message)
    hr_campaigns = () if vouched else _hr_campaigns(services, message, pointed.all)
    places = _vouched_place(services, vouched) if vouched else _registered(services, transaction, message, pointed.all)
    known = bool(places or hr_campaigns)
    who = _Who(known=known, from_hr=bool(hr_campaigns), unit=places[0][1] if places else None)
    classified = _classify(services, message, who, may_bring(message))
    proof = authenticity(
        own_results(message.results, services.senders.authserv_id),
        services.senders.authserv_id,
        message.sender,
        message.signatures,
    )
    triage = Triage(
        kind=classified.kind,
        reasons=(*classified.reasons, *_who(places, hr_campaigns, vouched), *pointed.notes, *message.wrappings),
        authenticity=proof.said,
        open_campaign=_campaign(services, places, hr_campaigns, pointed),
        unit=places[0][1] if places else None,
        places=places,
        from_hr=bool(hr_campaigns),
        hr_campaigns=hr_campaigns,
        candidate=None if places else next((hint for _, hint in pointed.all if hint is not None), None),
        bounced=classified.bounced,
        permanent=classified.permanent,
        intents=classified.intents,
        machine=classified.machine,
    )
    triage = replace(triage, reasons=(*triage.reasons, proof.reason, *oddities(services, message)))
    return triage if vouched or not known else _believed(services, message, triage, pointed, proof)


def after_opening(
    services: Services, message: Message, triage: Triage, brought: Brought, *, nominates: bool = False
) -> Triage:
    """The same mail, now that it is known what its papers are. `nominates`: a sheet among them names a contact."""
    who = _Who(known=True, from_hr=triage.from_hr, unit=triage.unit)
    found = _classify(services, message, who, brought, nominates=nominates)
    reasons = (*found.reasons, *triage.reasons[1:])
    return replace(triage, kind=found.kind, intents=found.intents, machine=found.machine, reasons=reasons)


def may_bring(message: Message) -> Brought:
    """What a mail's attachments may be, before they are opened."""
    files = [each for each in message.attachments if each.media_type not in NO_PAPERS]
    if any(not each.inline or len(each.content) > SMALLEST_PICTURE for each in files):
        return Brought.PAPERS
    return Brought.PICTURES if any(each.media_type.startswith("image/") for each in files) else Brought.NOTHING


NO_PAPERS = frozenset({"text/calendar", "application/ics", "text/vcard", "text/x-vcard", "application/pkcs7-signature"})
SMALLEST_PICTURE = 60_000
"""Bytes: what is smaller and shown within the text is a logo or a part of a screen, no scanned page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Who:
    """Who is writing, as far as it matters for what a mail is."""

    known: bool
    from_hr: bool
    unit: Unit | None


def _believed(services: Services, message: Message, triage: Triage, pointed: Pointers, proof: Proof) -> Triage:
    """Quarantined when somebody else may be writing under a registered address."""
    triage = replace(triage, unproven=not _is_proven(triage, pointed, proof))
    in_doubt = _doubt(services, message, triage, proof)
    by_people = triage.kind in BY_PEOPLE or _may_be_a_persons_papers(message, triage)
    if in_doubt is None or not by_people:
        return triage
    return replace(triage, kind=Kind.QUARANTINE, reasons=(*triage.reasons, in_doubt))


def _may_be_a_persons_papers(message: Message, triage: Triage) -> bool:
    """Something is attached, and only words or a header call the mail automatic."""
    sign = triage.machine
    return sign is not None and sign.evidence < Evidence.STRONG and may_bring(message) is Brought.PAPERS


def _is_proven(triage: Triage, pointed: Pointers, proof: Proof) -> bool:
    in_thread = pointed.thread is not None and (triage.from_hr or pointed.thread[1] is triage.unit)
    return proof.said is Authenticity.PASS or in_thread


def _doubt(services: Services, message: Message, triage: Triage, proof: Proof) -> str | None:
    if proof.said is Authenticity.FAIL:
        return "authenticity failed at our own server"
    if "several senders in From" in message.defects:
        return "several senders in From: nobody can say which one wrote"
    if not triage.unproven or services.trust.policy is not Policy.THREAD:
        return None
    return "nothing proves the sender, and the mail goes on in no thread of ours (trust.unproven)"


def _who(places: tuple[Place, ...], hr_campaigns: tuple[OpenCampaign, ...], vouched: Vouched | None) -> tuple[str, ...]:
    if vouched is not None and places:
        return (f"unit {places[0][1].code}: {vouched.by} said so",)
    if places:
        return (f"unit {places[0][1].code}: sender address",)
    return ("HR: sender address",) if hr_campaigns else ()


def _campaign(
    services: Services, places: tuple[Place, ...], hr_campaigns: tuple[OpenCampaign, ...], pointed: Pointers
) -> OpenCampaign | None:
    if places:
        return places[0][0]
    hinted = next((hint for hint, _ in pointed.all), None)
    return next(iter(hr_campaigns), None) or hinted or _only(services.campaigns.values())


def _vouched_place(services: Services, vouched: Vouched) -> tuple[Place, ...]:
    open_campaign = services.campaigns.get(vouched.campaign)
    unit = open_campaign.unit(vouched.unit) if open_campaign else None
    return ((open_campaign, unit),) if open_campaign and unit else ()


def _classify(
    services: Services, message: Message, who: _Who, brought: Brought, *, nominates: bool = False
) -> Classification:
    own = services.identity.address
    around = Circumstances(
        own_addresses=(own, *([message.sender] if services.identity.is_own_address(message.sender) else [])),
        own_signature_ok=services.identity.is_ours(message.message_id, message.header("x-dondoc")),
        known_sender=who.known,
        brought=brought,
        is_command=is_command(message.new_text, from_hr=who.from_hr),
        nominates=nominates,
        house_words=services.trust.words,
        names=(who.unit.name, *who.unit.aliases, who.unit.contact or "") if who.unit else (),
    )
    return classify(message, around)


def _registered(
    services: Services, transaction: Transaction, message: Message, pointed: tuple[Pointer, ...]
) -> tuple[Place, ...]:
    """Where the sender's address is registered: in the campaign that is pointed to, or in any when none is."""
    places = [
        (open_campaign, unit)
        for open_campaign in services.campaigns.values()
        for unit in open_campaign.units
        if message.sender
        and message.sender in addresses_of(unit, transaction.decisions.notes(open_campaign.campaign.id, unit.code))
    ]
    for open_campaign, hinted in pointed:
        there = [unit for known, unit in places if known is open_campaign]
        if there:
            return ((open_campaign, hinted if hinted in there else there[0]),)
    return () if pointed else _newest_first(transaction, places)


def _newest_first(transaction: Transaction, places: Iterable[Place]) -> tuple[Place, ...]:
    """One place a campaign; people mostly write about what they heard of last."""
    by_campaign: dict[str, Place] = {}
    for open_campaign, unit in places:
        by_campaign.setdefault(open_campaign.campaign.id, (open_campaign, unit))
    if len(by_campaign) < 2:
        return tuple(by_campaign.values())
    written = {name: transaction.outbox.of_unit(name, unit.code) for name, (_, unit) in by_campaign.items()}
    newest = sorted(((mails[-1].created_at, name) for name, mails in written.items() if mails), reverse=True)
    return tuple(by_campaign[name] for _, name in newest) or tuple(by_campaign.values())


def _hr_campaigns(services: Services, message: Message, pointed: tuple[Pointer, ...]) -> tuple[OpenCampaign, ...]:
    open_campaigns = tuple(
        open_campaign
        for open_campaign in services.campaigns.values()
        if message.sender in open_campaign.campaign.hr_addresses
    )
    meant = next((open_campaign for open_campaign, _ in pointed if open_campaign in open_campaigns), None)
    return (meant,) if meant else open_campaigns


def _only(open_campaigns: Iterable[OpenCampaign]) -> OpenCampaign | None:
    """The one open campaign; with several, none is assumed."""
    known = tuple(open_campaigns)
    return known[0] if len(known) == 1 else None
