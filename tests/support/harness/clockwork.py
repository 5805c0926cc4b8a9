"""The clock on a real ledger, with a server that notes what it gets and when: for years of simulated time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.pool import StaticPool
from sqlmodel import SQLModel, create_engine

from service.core.campaigns import Campaign, FormLayout
from service.core.findings import Code, Finding, Severity
from service.core.mail.identity import Identity
from service.core.mail.messages import Attachment, Message, OutgoingMail, Rendered
from service.core.papers import Paper
from service.core.progress.deadlines import WorkingCalendar
from service.core.progress.summary_facts import SummaryFacts
from service.core.records import RosterEntry, RosterVersion
from service.core.units import Unit, Worker
from service.flow.clock.reminders import remind_due
from service.flow.context import Codes, DocumentTools, MailTools, OpenCampaign, SendingRules, Services
from service.flow.papers.assessment import ReadPapers
from service.flow.ports.world import SendOutcome, SendResult
from service.flow.sending.delivery import deliver_due, settle_interrupted
from service.flow.sending.in_doubt import settle_doubts
from service.storage.ledger import Ledger
from service.storage.migrate import upgrade
from tests.support.harness.bundled_campaign import bundled_wording

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


class Killed(BaseException):
    """The process dies here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A mail as the server took it."""

    at: datetime
    template: str
    recipients: tuple[str, ...]

    @property
    def day(self) -> date:
        return self.at.astimezone(HANOI).date()


@dataclass
class MemoryShelf:
    """Adapter of the port `Shelf` without a disk."""

    transaction: dict[str, bytes] = field(default_factory=lambda: {"a roster": b"roster"})
    before: Callable[[], None] = lambda: None

    def put(self, content: bytes) -> str:
        self.before()
        key = f"{len(self.transaction):064d}"
        self.transaction[key] = content
        return key

    def get(self, sha256: str) -> bytes:
        return self.transaction[sha256]

    def size(self, sha256: str) -> int:
        return len(self.transaction[sha256])


class ShortWords:
    """Adapter of the port `Templates`: the subject is the template's name."""

    def render(self, mail: str, campaign: Campaign, language: str, facts: Mapping[str, Any]) -> Rendered:
        return Rendered(subject=mail, text=mail, html="")


_NUMBERS = count()


class NoAnnexes:
    """Adapter of the port `Annexes`: one small file."""

    def opening(self, campaign: Campaign, unit: Unit, last_day: date) -> tuple[Attachment, ...]:
        return ()

    def declaration(self, campaign: Campaign, values: Mapping[str, str], code: str) -> bytes:
        return b""

    def roster(
        self, campaign: Campaign, unit: Unit, workers: Sequence[Worker], password: str | None
    ) -> tuple[Attachment, ...]:
        return ()

    def blanks(self, campaign: Campaign, unit: Unit) -> tuple[Attachment, ...]:
        return ()

    def calendar(self, campaign: Campaign, unit: Unit, last_day: date, now: datetime, sequence: int) -> Attachment:
        return Attachment(name="x.ics", media_type="text/calendar", content=b"x")

    def summary(self, campaign: Campaign, facts: SummaryFacts) -> tuple[bytes, bytes]:
        return b"", b""


class NoPapers:
    """Adapter of the port `PaperOpener` where no mail comes in."""

    at_once = 1

    def open(self, attachments: Sequence[Attachment], layout: FormLayout | None) -> tuple[Paper, ...]:
        return ()

    def read(
        self,
        attachments: Sequence[Attachment],
        campaign: Campaign,
        *,
        workers: Sequence[Worker],
        today: date,
        passwords: Sequence[str] = (),
    ) -> ReadPapers:
        raise AssertionError("no mail comes in here")


def written(mail: OutgoingMail) -> bytes:
    return f"{mail.kind or mail.words.subject}\n{mail.message_id}".encode()


@dataclass
class Server:
    """Adapter of the ports `Sender` and `SentFolder`: takes everything, and files it."""

    now: Callable[[], datetime]
    taken: list[Delivered] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    files_all: bool = True

    def send(self, raw: bytes, *, envelope_from: str, recipients: Sequence[str]) -> SendResult:
        template, message_id = raw.decode().split("\n")
        self.ids.add(message_id)
        self.taken.append(Delivered(at=self.now(), template=template, recipients=tuple(recipients)))
        return SendResult(outcomes=dict.fromkeys(recipients, (SendOutcome.ACCEPTED, "250 ok")))

    def holds(self, message_id: str) -> bool:
        return message_id in self.ids

    def append(self, raw: bytes, at: datetime) -> None:
        raise AssertionError("the server files by itself")

    def close(self) -> None:
        pass


def memory_ledger() -> Ledger:
    """A ledger that one thread uses, with the real tables."""
    ledger = Ledger(create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}))
    upgrade(ledger.engine)
    return ledger


@dataclass
class Clockwork:
    """A service of which only the clock and the delivery are at work."""

    open_campaign: OpenCampaign
    ledger: Ledger
    now: datetime
    dies_at: int = 0
    """The how-manieth named point is the last; 0: it lives."""

    def __post_init__(self) -> None:
        with self.ledger.engine.begin() as connection:
            for table in reversed(SQLModel.metadata.sorted_tables):
                connection.execute(delete(table))
        self.server = Server(now=lambda: self.now)
        self.points = 0
        self.services = Services(
            now=lambda: self.now,
            identity=Identity(address="nhansu@office.example", name="HR", secret=b"s" * 32),
            ledger=self.ledger,
            shelf=MemoryShelf(before=self._pass_a_point),
            campaigns={self.open_campaign.campaign.id: self.open_campaign},
            mail=MailTools(
                read=_unread,
                write=written,
                templates=ShortWords(),
                wording=lambda campaign, language: bundled_wording(),
            ),
            documents=DocumentTools(
                papers=NoPapers(),
                annotate=lambda content, marks, wording: content,
                picture_of=lambda _content, _spot: b"",
                annexes=NoAnnexes(),
                build_package=_no_package,
                keep_package=lambda name, files: name,
            ),
            codes=Codes(new_reply_code=lambda: f"{next(_NUMBERS):04d}-AAAA", new_form_token=lambda: "A" * 16),
            sending=SendingRules(sent_folder=self.server),
            reached=lambda _point: self._pass_a_point(),
        )

    def _pass_a_point(self) -> None:
        self.points += 1
        if self.points == self.dies_at:
            raise Killed

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)

    def open(self, open_campaign: OpenCampaign) -> None:
        """The same ledger, started anew with another configuration."""
        self.open_campaign = open_campaign
        self.services = replace(self.services, campaigns={open_campaign.campaign.id: open_campaign})

    def open_beside(self, open_campaign: OpenCampaign) -> None:
        """One more campaign of the same service, launched now."""
        self.services = replace(
            self.services, campaigns={**self.services.campaigns, open_campaign.campaign.id: open_campaign}
        )
        with self.ledger.transaction() as transaction:
            transaction.decisions.mark_launched(open_campaign.campaign.id, self.now)

    def launch(self) -> None:
        with self.ledger.transaction() as transaction:
            transaction.decisions.mark_launched(self.open_campaign.campaign.id, self.now)

    def submit(self, unit: Unit, *, whole: bool) -> None:
        """The unit's papers are in the ledger, right or wrong."""
        with self.ledger.transaction() as transaction:
            before = transaction.submissions.current_roster(self.open_campaign.campaign.id, unit.code)
            wrong = () if whole else (Finding(code=Code.MISSING_VALUE, severity=Severity.ERROR, key="missing_value"),)
            transaction.submissions.add_roster(
                RosterVersion(
                    campaign=self.open_campaign.campaign.id,
                    unit=unit.code,
                    version=before.version + 1 if before else 1,
                    mail_id=1,
                    document_sha256="a roster",
                    document_name="x.xlsx",
                    received_at=self.now,
                    rows=(RosterEntry(row=2, values={"full_name": "Hồ Anh Nam"}),),
                    findings=wrong,
                )
            )

    def pulse(self, between: Callable[[], None] = lambda: None) -> bool:
        """Everything the service does in a moment; `between`: what happens after reminders were written. Lived?"""
        try:
            settle_interrupted(self.services, before_seconds=0)
            settle_doubts(self.services)
            for open_campaign in self.services.campaigns.values():
                remind_due(self.services, open_campaign)
            between()
            while deliver_due(self.services, self.server):
                pass
        except Killed:
            return False
        return True

    def clock_mails(self, unit: Unit) -> list[Delivered]:
        return [mail for mail in self.server.taken if unit.addresses[0] in mail.recipients]


def open_campaign_of(campaign: Campaign, calendar: WorkingCalendar, units: int) -> OpenCampaign:
    """A campaign with a few units."""
    people = tuple(
        Unit(code=f"U{number}", name=f"Đơn vị {number}", addresses=(f"u{number}@office.example",))
        for number in range(1, units + 1)
    )
    return OpenCampaign(campaign=campaign, units=people, workers={}, calendar=calendar)


def _unread(raw: bytes) -> Message:
    raise AssertionError("no mail comes in here")


def _no_package(*_facts: object) -> Any:
    raise AssertionError("no package is built here")
