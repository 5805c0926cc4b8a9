"""What every step of the flow is given: the services put together once by `wiring/`, and one campaign at work.

A step takes the smallest of these that it needs: a group of services, the open transaction, or the campaign's context.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.core.campaigns import Campaign
from service.core.declarations.elsewhere import home_elsewhere
from service.core.events import Event, Fact
from service.core.forms import PageReading, Spot
from service.core.mail.authenticity import DkimSignature
from service.core.mail.identity import Identity
from service.core.mail.trust import Trust
from service.core.marks import Mark
from service.core.progress.deadlines import WorkingCalendar
from service.core.progress.packages import Package, PackageFile, PackageUnit
from service.core.records import UnitNotes
from service.core.sentences import Wording
from service.core.units import Unit, Worker
from service.core.watch import Watch
from service.flow.ports.ledger import Ledger, Transaction
from service.flow.ports.world import Annexes, Clock, MailReader, MailWriter, PaperOpener, SentFolder, Shelf, Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCampaign:
    """A campaign with its people and its calendar, as configured."""

    campaign: Campaign
    units: tuple[Unit, ...]
    workers: Mapping[str, tuple[Worker, ...]]
    """HR's personnel file by unit code; empty when there is none."""
    calendar: WorkingCalendar

    def unit(self, code: str) -> Unit | None:
        return next((unit for unit in self.units if unit.code.lower() == code.lower()), None)

    def workers_of(self, unit: Unit) -> tuple[Worker, ...]:
        return self.workers.get(unit.code, ())

    def home_of(self, unit: Unit | None, reading: PageReading) -> str:
        """The name of the other unit in which HR's file has this person; empty in any doubt, or without a unit."""
        code = home_elsewhere(reading, self.workers, unit.code) if unit else None
        there = self.unit(code) if code else None
        return there.name if there else ""

    def local(self, moment: datetime) -> datetime:
        """The moment in the campaign's zone."""
        return moment.astimezone(ZoneInfo(self.campaign.zone))

    def day_of(self, moment: datetime) -> date:
        """The day of a moment in the campaign's zone."""
        return self.local(moment).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTools:
    """Between bytes, values and words of mails."""

    read: MailReader
    write: MailWriter
    templates: Templates
    wording: Callable[[str, str], Wording]
    """(campaign id, language) → sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTools:
    """What opens papers and makes documents; nearly all of it happens in child processes."""

    papers: PaperOpener
    annotate: Callable[[bytes, Sequence[Mark], Wording], bytes | None]
    """The workbook with its errors marked; None when it cannot be marked in reasonable time."""
    picture_of: Callable[[bytes, Spot], bytes | None]
    """A small JPEG of a place on a page; None when it cannot be made."""
    annexes: Annexes
    build_package: Callable[[Campaign, Sequence[PackageUnit], datetime, Wording], Package]
    keep_package: Callable[[str, Sequence[PackageFile]], str]
    """Writes a package's files into a folder of this name for people to look at; gives the folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Fresh secrets, not to be guessed."""

    new_reply_code: Callable[[], str]
    """A one-time code for HR's reply."""
    new_form_token: Callable[[], str]
    """A token for a printed form: 26 letters and digits of base 32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderChecks:
    """How it is found out whether a mail is from whom it says; `trust` judges what was found."""

    authserv_id: str | None = None
    """The name under which our own server writes Authentication-Results (RFC 8601)."""
    check_signatures: Callable[[bytes], tuple[DkimSignature, ...]] | None = None
    """DKIM signatures of raw bytes, for mails of which our own server says nothing; asks a resolver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingRules:
    """What may leave, to whom, how much at once, and where a copy of it lies."""

    holds: bool = False
    """`sending = "hold"`: everything stays in the outbox for HR to look at."""
    redirect_to: str | None = None
    """`sending = "redirect:address"`: every mail goes to this address and to nobody else."""
    allowed_domains: tuple[str, ...] = ()
    """Lower case; mails to other domains are kept back. Empty: no limit."""
    mails_per_minute: int = 30
    mails_per_day: int = 0
    """0: no limit."""
    own_copy: bool = False
    """Our own address is one more recipient of every mail: the evidence that it was taken."""
    sent_folder: SentFolder | None = None
    keeps_copy: bool = False
    """What was sent is put into the Sent folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """How long a claimed mail is left to its worker, and how often it is tried before a person is asked."""

    lease_seconds: float = 900.0
    most: int = 5


def _nothing(_point: str) -> None:
    """What happens at the named points outside the crash tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The ports and settings of the flow, in groups. Frozen: steps get them and give back values."""

    now: Clock
    identity: Identity
    ledger: Ledger
    shelf: Shelf
    campaigns: Mapping[str, OpenCampaign]
    mail: MailTools
    documents: DocumentTools
    codes: Codes
    senders: SenderChecks = field(default_factory=SenderChecks)
    trust: Trust = field(default_factory=Trust)
    sending: SendingRules = field(default_factory=SendingRules)
    attempts: Attempts = field(default_factory=Attempts)
    watch: Watch = field(default_factory=Watch)
    """From when on our own troubles are told to people."""
    since: date | None = None
    """`mailbox.since`: mails of before this day are left alone; None: of before the launch."""
    reached: Callable[[str], None] = _nothing
    """Called at named points of the work; only the crash tests hang something in here."""

    @property
    def any_campaign(self) -> OpenCampaign:
        """Whose HR is told of what belongs to no campaign."""
        return next(iter(self.campaigns.values()))


@dataclass(frozen=True, slots=True)
class CampaignContext:
    """One campaign at work within one open transaction: what most steps need."""

    services: Services
    transaction: Transaction
    open_campaign: OpenCampaign

    @property
    def campaign(self) -> Campaign:
        return self.open_campaign.campaign

    @property
    def units(self) -> tuple[Unit, ...]:
        return self.open_campaign.units

    @property
    def calendar(self) -> WorkingCalendar:
        return self.open_campaign.calendar

    def unit(self, code: str) -> Unit | None:
        return self.open_campaign.unit(code)

    def workers_of(self, unit: Unit) -> tuple[Worker, ...]:
        return self.open_campaign.workers_of(unit)

    def now(self) -> datetime:
        return self.services.now()

    def today(self) -> date:
        """The day in the campaign's zone."""
        return self.day_of(self.now())

    def day_of(self, moment: datetime) -> date:
        return self.open_campaign.day_of(moment)

    def local(self, moment: datetime) -> datetime:
        return self.open_campaign.local(moment)

    def local_now(self) -> datetime:
        return self.local(self.now())

    def wording(self, language: str | None = None) -> Wording:
        """The sentences of a language; HR's own by default."""
        return self.services.mail.wording(self.campaign.id, language or self.campaign.language)

    def notes(self, unit: Unit) -> UnitNotes:
        return self.transaction.decisions.notes(self.campaign.id, unit.code)

    def known(self, unit: Unit, *, to: Sequence[str] | None = None) -> Unit:
        """The unit with the contact it has named; for a mail to others (`to`) as it is configured."""
        contact = self.transaction.people.current_contact(self.campaign.id, unit.code)
        if contact is None or (to is not None and contact.nominee.address not in to):
            return unit
        nominee = contact.nominee
        return replace(unit, contact=nominee.name or unit.contact, phone=nominee.phone or unit.phone)

    def paused(self, unit: Unit) -> bool:
        """Whether HR paused the mails to this unit, or to all."""
        return (self.notes(unit).paused_at or self.transaction.decisions.paused_at(self.campaign.id)) is not None

    def record(self, who: str, fact: Fact, *, unit: Unit | str | None = None, mail_id: int | None = None) -> None:
        """Writes an event into the audit trail."""
        code = unit.code if isinstance(unit, Unit) else unit
        self.transaction.events.record(
            Event(at=self.now(), who=who, fact=fact, campaign=self.campaign.id, unit=code, mail_id=mail_id)
        )


def addresses_of(unit: Unit, notes: UnitNotes) -> tuple[str, ...]:
    """All registered addresses of the unit: configured, then admitted by HR."""
    return tuple(dict.fromkeys((*unit.addresses, *notes.addresses)))


def where_to_write(unit: Unit, notes: UnitNotes) -> tuple[str, ...]:
    """The newest address that our mail can reach; all that are left when every one bounced."""
    known = addresses_of(unit, notes)
    reachable = tuple(address for address in known if address not in notes.bounced)
    if notes.addresses and notes.addresses[-1] in reachable:
        return (notes.addresses[-1],)
    return reachable[:1]
