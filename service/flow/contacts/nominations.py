"""A unit names its contact. Who may name whom is decided here, because the contact gets the workers' numbers.

A registered address of the unit names; a former contact no longer does. Sure enough to act upon without HR is a name
given in a proven mail (our server vouches for it, or it answers our own mail to the unit) for an address of the
campaign's own domain, or for an address that HR itself registered for this unit. Everything else waits for HR's word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.core.contacts import Contact, ContactState, Nominee
from service.core.events import ContactNamed, ContactProposed
from service.core.mail.authenticity import Authenticity
from service.core.mail.messages import Attachment
from service.core.mail.nomination import names_itself, nominee_in
from service.core.masking import masked
from service.core.papers import PaperKind
from service.core.passwords import spoken_password
from service.core.tasks import ProposedContact
from service.core.units import Unit
from service.core.vietnam.names import same_name
from service.core.vietnam.text import fold
from service.flow.context import CampaignContext, addresses_of, where_to_write
from service.flow.outbox.compose import to_hr, to_unit, unit_facts
from service.flow.outbox.letters import HrLetter, Part, UnitLetter
from service.flow.papers.assessment import ReadPapers
from service.flow.tasks import open_task
from service.flow.triage.triage import Incoming

SHEET, WORDS, SCAN = "sheet", "words", "scan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nomination:
    """Whom a mail names, and by what: its words, a sheet, or a scan that only a person can read."""

    nominee: Nominee
    source: str = WORDS
    scans: tuple[Attachment, ...] = ()


def nomination_in(context: CampaignContext, mail: Incoming, papers: ReadPapers | None) -> Nomination | None:
    """A filled sheet goes before the mail's words, unless only the words say all; both may come beside other papers."""
    sheet = papers.nominee if papers is not None else None
    if sheet is not None and not sheet.missing:
        return Nomination(nominee=sheet, source=SHEET)
    nominee = _in_words(context, mail)
    scans = _scans(mail, papers)
    if sheet is not None and nominee.missing:
        return Nomination(nominee=_together(sheet, nominee), source=SHEET)
    if scans and nominee.missing:
        return Nomination(nominee=nominee, source=SCAN, scans=scans)
    return Nomination(nominee=nominee) if nominee.name or nominee.address else None


def _in_words(context: CampaignContext, mail: Incoming) -> Nominee:
    text, sender = mail.message.new_text, mail.message.sender
    ours = {context.services.identity.address, *context.campaign.hr_addresses, context.campaign.agency.address}
    nominee = nominee_in(text, ignoring=ours | _others(context, mail)) or Nominee()
    units = {fold(unit.name) for unit in context.units}
    if fold(nominee.name) in units:
        nominee = replace(nominee, name="")
    return replace(nominee, address=sender) if not nominee.address and names_itself(text) else nominee


def _together(sheet: Nominee, words: Nominee) -> Nominee:
    """A half-filled sheet, with what only the words say of the same mail's person."""
    if words.name and sheet.name and not same_name(words.name, sheet.name):
        return sheet
    return Nominee(
        name=sheet.name or words.name, phone=sheet.phone or words.phone, address=sheet.address or words.address
    )


def _others(context: CampaignContext, mail: Incoming) -> set[str]:
    """Addresses of the unit that a mail mentions beside a new one; alone, one of them is the one that is meant."""
    unit, text = mail.triage.unit, mail.message.new_text
    known = set(addresses_of(unit, context.notes(unit))) if unit else set()
    beside = nominee_in(text, ignoring=known)
    return known if beside is not None and beside.address else set()


def _scans(mail: Incoming, papers: ReadPapers | None) -> tuple[Attachment, ...]:
    other_pages = {paper.path[0] for paper in papers.other_papers if paper.kind is PaperKind.PAGES} if papers else set()
    return tuple(attachment for attachment in mail.message.attachments if attachment.name in other_pages)


def take_nomination(context: CampaignContext, unit: Unit, mail: Incoming, nomination: Nomination) -> tuple[Part, ...]:
    """Appoints the contact, asks the unit for what it did not say, or leaves it to HR; gives what the sender reads."""
    nominee = nomination.nominee
    if nomination.source != SCAN and nominee.missing:
        facts = {"nominee": nominee, "missing_name": not nominee.name}
        known = nominee.name or nominee.address
        which = "name" if not nominee.name else "address"
        return (Part(template="contact_unclear", facts=facts, beside={"known": known, "missing": which}),)
    current = context.transaction.people.current_contact(context.campaign.id, unit.code)
    if current is not None and _same(current.nominee, nominee):
        return (_named_part(nominee, None),)
    reason = "scan" if nomination.source == SCAN else reason_for_hr(context, unit, mail, nominee)
    if reason is None:
        return appoint(context, unit, nominee, by=mail.message.sender, mail=mail)
    return (_leave_to_hr(context, unit, mail, nomination, reason),)


def _named_part(nominee: Nominee, previous: Contact | None) -> Part:
    before = previous.nominee.name if previous and previous.nominee.address != nominee.address else None
    return Part(
        template="contact_named",
        facts={"contact": masked_nominee(nominee), "previous": before, "waits": ""},
        beside={"contact": nominee.name, "address": nominee.address},
    )


def _same(one: Nominee, other: Nominee) -> bool:
    return one.address == other.address and (one.name, one.phone or other.phone) == (
        other.name,
        other.phone or one.phone,
    )


def reason_for_hr(context: CampaignContext, unit: Unit, mail: Incoming, nominee: Nominee) -> str | None:
    """Why a person has to decide; None when it is sure enough."""
    notes = context.notes(unit)
    former = {
        each.nominee.address
        for each in context.transaction.people.contacts(context.campaign.id, unit.code)
        if each.state is ContactState.FORMER
    }
    current = context.transaction.people.current_contact(context.campaign.id, unit.code)
    sender = mail.message.sender
    if sender in former - set(unit.addresses) and (current is None or sender != current.nominee.address):
        return "former_contact"
    if any(
        nominee.address in addresses_of(other, context.transaction.decisions.notes(context.campaign.id, other.code))
        for other in context.units
        if other.code != unit.code
    ):
        return "other_unit"
    if nominee.address in unit.addresses:
        return None
    domain = nominee.address.rpartition("@")[2]
    if domain != context.campaign.email_domain.lower().lstrip("@") and nominee.address not in notes.addresses:
        return "outside_domain"
    return None if _is_proven(context, unit, mail) else "not_proven"


def _is_proven(context: CampaignContext, unit: Unit, mail: Incoming) -> bool:
    message, vouched = mail.message, mail.record.vouched
    if vouched is not None and vouched.by in addresses_of(unit, context.notes(unit)):
        return True  # its registered sender has confirmed it
    referenced = (*message.references, *([message.in_reply_to] if message.in_reply_to else []))
    thread = context.services.identity.thread_of(referenced)
    answers_us = thread is not None and thread == (context.campaign.id.lower(), unit.code.lower())
    return mail.triage.authenticity is Authenticity.PASS or answers_us


def appoint(
    context: CampaignContext, unit: Unit, nominee: Nominee, *, by: str, mail: Incoming | None = None
) -> tuple[Part, ...]:
    """The new contact is confirmed, with the unit's list; whoever was it before is told; the history stays.

    Gives what the sender of `mail` reads, when that is somebody else.
    """
    people, now = context.transaction.people, context.now()
    previous = people.current_contact(context.campaign.id, unit.code)
    before = where_to_write(unit, context.notes(unit))
    if previous is not None:
        people.decide_contact(previous.id, ContactState.FORMER, by=by, at=now)
    contact = people.name_contact(
        Contact(
            campaign=context.campaign.id,
            unit=unit.code,
            nominee=nominee,
            named_by=by,
            named_at=now,
            mail_id=mail.record.id if mail else None,
            state=ContactState.CURRENT,
            decided_by=by,
            decided_at=now,
        )
    )
    return confirm(context, unit, contact, previous=previous, before=before, mail=mail)


def confirm(
    context: CampaignContext,
    unit: Unit,
    contact: Contact,
    *,
    previous: Contact | None,
    before: Sequence[str],
    mail: Incoming | None,
) -> tuple[Part, ...]:
    """Registers the contact's address and writes to everybody whom it concerns; gives what the sender reads."""
    nominee = contact.nominee
    context.transaction.decisions.admit(context.campaign.id, unit.code, nominee.address)
    fact = ContactNamed(contact=contact.id, name=nominee.name, before=previous.nominee.name if previous else "")
    context.record(contact.decided_by or contact.named_by, fact, unit=unit)
    told = _named_part(nominee, previous)
    facts = dict(told.facts)
    teller = mail.message.sender if mail else None
    old = {previous.nominee.address} if previous else set(before)
    left = replace(unit, contact=previous.nominee.name) if previous else unit
    for address in sorted(old - {nominee.address, teller or ""}):
        key = f"contact-replaced:{contact.id}:{address}"
        letter = UnitLetter(key=key, template="contact_replaced", facts={**facts, "unit": left}, only_to=address)
        to_unit(context, unit, letter)
    _welcome(context, unit, contact, facts)
    return (told,) if teller not in (None, nominee.address) else ()


def _welcome(context: CampaignContext, unit: Unit, contact: Contact, facts: dict[str, Any]) -> None:
    """The list with the workers' numbers: to the confirmed contact and to nobody else."""
    attachments = list_of(context, unit, contact)
    workers = context.workers_of(unit)
    encrypted = bool(workers) and context.campaign.contact.encrypt_roster
    facts = {
        **facts,
        "attachments": [attachment.name for attachment in attachments],
        "people": len(workers),
        "encrypted": encrypted,
    }
    letter = UnitLetter(
        key=f"contact-welcome:{contact.id}",
        template="contact_welcome",
        facts=facts,
        attachments=attachments,
        only_to=contact.nominee.address,
    )
    to_unit(context, unit, letter)
    if encrypted:
        _tell_password(context, unit, contact)


def _tell_password(context: CampaignContext, unit: Unit, contact: Contact) -> None:
    """HR tells the contact by telephone."""
    password = roster_password(context, contact)
    letter = HrLetter(
        key=f"contact-password:{contact.id}",
        template="contact_password",
        facts={"contact": contact.nominee, "password": password, **unit_facts(context, unit)},
        unit=unit,
    )
    to_hr(context, letter)


def list_of(context: CampaignContext, unit: Unit, contact: Contact) -> tuple[Attachment, ...]:
    """The unit's roster with its workers entered, as its contact gets it."""
    workers = context.workers_of(unit)
    seals = context.campaign.contact.encrypt_roster and bool(workers)
    password = roster_password(context, contact) if seals else None
    return context.services.documents.annexes.roster(context.campaign, unit, workers, password)


def roster_password(context: CampaignContext, contact: Contact) -> str:
    """The password of the contact's list: made from our secret, so that it lies nowhere."""
    what = f"roster {contact.campaign} {contact.unit} {contact.id} {contact.nominee.address}"
    return spoken_password(context.services.identity.secret, what)


def _leave_to_hr(context: CampaignContext, unit: Unit, mail: Incoming, nomination: Nomination, reason: str) -> Part:
    contact = context.transaction.people.name_contact(
        Contact(
            campaign=context.campaign.id,
            unit=unit.code,
            nominee=nomination.nominee,
            named_by=mail.message.sender,
            named_at=context.now(),
            mail_id=mail.record.id,
            state=ContactState.PROPOSED,
            why=reason,
        )
    )
    fact = ContactProposed(contact=contact.id, name=nomination.nominee.name, reason=reason)
    context.record(unit.code, fact, unit=unit)
    task = open_task(context, ProposedContact(contact=contact.id), unit=unit)
    letter = HrLetter(
        key=f"nomination:{mail.record.id}",
        template="nomination_hr",
        facts={
            "contact": nomination.nominee,
            "sender": mail.message.sender,
            "reason": context.wording().say(f"nomination.{reason}"),
            "files": [scan.name for scan in nomination.scans],
            **unit_facts(context, unit),
        },
        unit=unit,
        attachments=nomination.scans,
        tasks=(task.id,) if nomination.nominee.address else (),
    )
    to_hr(context, letter)
    waits = context.wording(unit.language).say(f"nomination.{reason}")
    facts = {"contact": masked_nominee(nomination.nominee), "previous": None, "waits": waits}
    beside = {"contact": nomination.nominee.name, "hr_contact": context.campaign.hr_contact, "waits": waits}
    return Part(template="contact_waiting", facts=facts, beside=beside)


def masked_nominee(nominee: Nominee) -> Nominee:
    """As a mail's body names a person: the number masked, name and address whole, for they are to be checked."""
    return replace(nominee, phone=masked(nominee.phone))
