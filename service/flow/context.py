"""The tools the flow works with, put together once by `wiring.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.core.authenticity import DkimSignature
from service.core.campaigns import Campaign
from service.core.declarations.elsewhere import home_elsewhere
from service.core.forms import PageReading, Spot
from service.core.identity import Identity
from service.core.marks import Mark
from service.core.progress.deadlines import WorkingCalendar
from service.core.progress.packages import Package, PackageFile, PackageUnit
from service.core.records import Event, UnitNotes
from service.core.trust import Trust
from service.core.units import Unit, Worker
from service.core.watch import Watch
from service.core.wording import Wording
from service.flow.ports.ledger import Books, Ledger
from service.flow.ports.world import Annexes, Clock, MailReader, MailWriter, PaperOpener, SentFolder, Shelf, Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCampaign:
    """A campaign with its people and its calendar."""

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

    def today(self, now: datetime) -> date:
        return self.local(now).date()


def _nothing(_point: str) -> None:
    """What happens at the named points outside the crash tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything the flow may use. Frozen: steps get it and give back values."""

    now: Clock
    identity: Identity
    ledger: Ledger
    shelf: Shelf
    campaigns: Mapping[str, OpenCampaign]
    read_mail: MailReader
    write_mail: MailWriter
    templates: Templates
    wording: Callable[[str, str], Wording]
    """(campaign id, language) → sentences."""
    papers: PaperOpener
    annotate: Callable[[bytes, Sequence[Mark], Wording], bytes | None]
    """The workbook with its errors marked; None when it cannot be marked in reasonable time."""
    picture_of: Callable[[bytes, Spot], bytes | None]
    """A small JPEG of a place on a page; None when it cannot be made."""
    annexes: Annexes
    new_code: Callable[[], str]
    """A fresh one-time code."""
    new_form_token: Callable[[], str]
    """A fresh token for a printed form: 26 letters and digits of base 32, not to be guessed."""
    build_package: Callable[[Campaign, Sequence[PackageUnit], datetime, Wording], Package]
    keep_package: Callable[[str, Sequence[PackageFile]], str]
    """Writes a package's files into a folder of this name for people to look at; gives the folder."""
    authserv_id: str | None = None
    check_signatures: Callable[[bytes], tuple[DkimSignature, ...]] | None = None
    """DKIM signatures of raw bytes, for mails of which our own server says nothing; asks a resolver."""
    trust: Trust = field(default_factory=Trust)
    holds_sending: bool = False
    """`sending = "hold"`: everything stays in the outbox for HR to look at."""
    redirect_to: str | None = None
    """`sending = "redirect:address"`: every mail goes to this address and to nobody else."""
    allowed_domains: tuple[str, ...] = ()
    """Lower case; mails to other domains are kept back. Empty: no limit."""
    mails_per_minute: int = 30
    mails_per_day: int = 0
    """0: no limit."""
    sends_own_copy: bool = False
    """Our own address is one more recipient of every mail: the evidence that it was taken."""
    sent_folder: SentFolder | None = None
    keeps_sent_copy: bool = False
    """What was sent is put into the Sent folder."""
    watch: Watch = field(default_factory=Watch)
    """From when on our own troubles are told to people."""
    reached: Callable[[str], None] = _nothing
    """Called at named points of the work; only the crash tests hang something in here."""
    lease_seconds: float = 900.0
    max_attempts: int = 5

    @property
    def any_campaign(self) -> OpenCampaign:
        """Whose HR is told of what belongs to no campaign."""
        return next(iter(self.campaigns.values()))


@dataclass(frozen=True, slots=True)
class Office:
    """One campaign at work within one open transaction: what most steps need."""

    house: House
    books: Books
    course: OpenCampaign

    @property
    def campaign(self) -> Campaign:
        return self.course.campaign

    def wording(self, language: str | None = None) -> Wording:
        """The sentences of a language; HR's own by default."""
        return self.house.wording(self.campaign.id, language or self.campaign.language)

    def notes(self, unit: Unit) -> UnitNotes:
        return self.books.decisions.notes(self.campaign.id, unit.code)

    def known(self, unit: Unit, *, to: Sequence[str] | None = None) -> Unit:
        """The unit with the contact it has named; for a mail to others (`to`) as it is configured."""
        contact = self.books.people.current_contact(self.campaign.id, unit.code)
        if contact is None or (to is not None and contact.nominee.address not in to):
            return unit
        nominee = contact.nominee
        return replace(unit, contact=nominee.name or unit.contact, phone=nominee.phone or unit.phone)

    def paused(self, unit: Unit) -> bool:
        """Whether HR paused the mails to this unit, or to all."""
        return (self.notes(unit).paused_at or self.books.decisions.paused_at(self.campaign.id)) is not None

    def record(
        self, who: str, what: str, why: str = "", *, unit: Unit | str | None = None, mail_id: int | None = None
    ) -> None:
        """Writes an event into the audit trail."""
        code = unit.code if isinstance(unit, Unit) else unit
        self.books.events.record(
            Event(
                at=self.house.now(), who=who, what=what, why=why, campaign=self.campaign.id, unit=code, mail_id=mail_id
            )
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
