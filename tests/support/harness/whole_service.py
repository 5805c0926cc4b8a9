"""The real service over a real mail server on 127.0.0.1, with people who write to it: for tests of whole ways."""

from __future__ import annotations

import email
import email.policy
import os
import smtplib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from service.core.campaigns import ContactRules
from service.core.mail.authenticity import Policy
from service.demo.server.mail_server import MailServer
from service.settings import CampaignFolder, Settings, load_settings
from service.wiring.assembly import build_service
from service.wiring.service import Service

ROOT = Path(__file__).parents[3]
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PASSWORD_VARIABLE = "DONDOC_TEST_PASSWORD"
PASSWORD = "only-for-tests"
CAMPAIGN = "vssid-2021"
SERVICE, HR, AGENCY = "nhansu@vnpt-it.example", "hr.lan@vnpt-it.example", "tiepnhan@bhxh-dongda.example"


@dataclass
class MovableClock:
    """A clock that stands still until it is moved."""

    moment: datetime

    def __call__(self) -> datetime:
        return self.moment

    def go_to(self, moment: str) -> None:
        """Local time in Hà Nội, such as 2021-05-14T09:00."""
        self.moment = datetime.fromisoformat(moment).replace(tzinfo=HANOI)

    def pass_by(self, **time: float) -> None:
        self.moment += timedelta(**time)


@dataclass
class Post:
    """What people can do: write a mail, look into a mailbox."""

    server: MailServer
    number: int = 0
    clock: MovableClock = field(default_factory=lambda: MovableClock(datetime(2021, 4, 22, 9, tzinfo=HANOI)))

    def write(
        self,
        sender: str,
        *,
        subject: str = "Báo cáo",
        text: str = "Kính gửi Ban Nhân sự,",
        html: str | None = None,
        files: Mapping[str, bytes] | None = None,
        answers: EmailMessage | None = None,
        headers: Mapping[str, str] | None = None,
        to: str = SERVICE,
    ) -> EmailMessage:
        """Sends a mail over SMTP, in the thread of `answers` when given; `html` says the same words with tags."""
        self.number += 1
        mail = EmailMessage()
        mail["From"], mail["To"] = sender, to
        mail["Subject"] = f"Re: {answers['Subject']}" if answers else subject
        mail["Message-ID"] = f"<test-{self.number}@{sender.partition('@')[2]}>"
        mail["Date"] = self.clock.moment
        if answers:
            mail["In-Reply-To"], mail["References"] = answers["Message-ID"], answers["Message-ID"]
        for name, value in (headers or {}).items():
            mail[name] = value
        mail.set_content(text)
        if html is not None:
            mail.add_alternative(html, subtype="html")
        for name, content in (files or {}).items():
            mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        with smtplib.SMTP("127.0.0.1", self.server.smtp_port) as smtp:
            in_copy = SERVICE in str(mail["Cc"] or "")
            smtp.send_message(mail, from_addr=sender, to_addrs=[to, SERVICE] if in_copy else [to])
        return mail

    def mails(self, address: str, folder: str = "INBOX") -> list[EmailMessage]:
        """Everything in a mailbox, oldest first."""
        raws = self.server.messages(address, folder)
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in raws]

    def last(self, address: str) -> EmailMessage:
        return self.mails(address)[-1]


@dataclass
class Company:
    """The whole office of a test: the service, its clock, the post, and the campaign."""

    service: Service
    clock: MovableClock
    post: Post
    folder: CampaignFolder
    others: Mapping[str, CampaignFolder] = field(default_factory=dict)
    """Further campaigns of the same service, by their id."""

    def address_of(self, unit: str) -> str:
        return next(each.addresses[0] for each in self.folder.units if each.code == unit)

    def work(self) -> None:
        self.service.work_until_quiet()

    def tick(self) -> None:
        self.service.tick()
        self.service.work_until_quiet()

    def launch(self, campaign: str | None = None) -> None:
        """Opens the company's campaign, or another one of its service."""
        self.service.launch(campaign or self.folder.campaign.id)
        self.work()

    def stage(self, unit: str, campaign: str | None = None) -> str:
        progress = self.service.status(campaign or self.folder.campaign.id)
        return next(str(each.stage) for each in progress if each.unit == unit)


@contextmanager
def company(
    state: Path,
    *,
    units: Sequence[str] = ("U01", "U02"),
    workers: int = 2,
    missing: Sequence[str] = (),
    campaign: str = CAMPAIGN,
    others: Sequence[str] = (),
    more_people: Sequence[str] = (),
    encrypt_roster: bool = False,
    unproven: Policy = Policy.ADDRESS,
) -> Iterator[Company]:
    """A small company: some units of a bundled campaign with some workers each.

    `missing`: addresses without mailbox. `more_people`: further mailboxes.
    `others`: bundled campaigns which the same service runs besides. `unproven`: mostly the address suffices, so that
    a test's people may write whenever they like.
    """
    clock = MovableClock(datetime(2021, 4, 22, 9, 0, tzinfo=HANOI))
    overrides = {"campaigns": [campaign, *others]}
    settings = load_settings(ROOT / "config", templates=ROOT / "mail_templates", overrides=overrides)
    folders = {name: _smaller(whole, units, workers) for name, whole in settings.campaigns.items()}
    accounts = {address for folder in folders.values() for address in _addresses(folder)} - set(missing) | {
        *more_people
    }
    with MailServer(dict.fromkeys(sorted(accounts), PASSWORD)) as server:
        folder = folders.pop(campaign)
        rules = ContactRules(encrypt_roster=encrypt_roster)
        folder = replace(folder, campaign=replace(folder.campaign, contact=rules))
        ports = {"imap_port": server.imap_port, "smtp_port": server.smtp_port}
        small = settings_for(settings, folder, state, **ports, others=folders, unproven=unproven)
        with build_service(small, now=clock) as service:
            post = Post(server, clock=clock)
            yield Company(service=service, clock=clock, post=post, folder=folder, others=folders)


def _smaller(whole: CampaignFolder, units: Sequence[str], workers: int) -> CampaignFolder:
    return replace(
        whole,
        units=tuple(unit for unit in whole.units if unit.code in units),
        workers={code: rows[:workers] for code, rows in whole.workers.items() if code in units},
    )


def title_of(mail: EmailMessage) -> str:
    """What a mail of ours is: its own subject, which is its first line where it goes on a conversation."""
    body = mail.get_body(("plain",))
    first = str(body.get_content()).partition("\n")[0] if body is not None else ""
    return first if first.startswith("[") else str(mail["Subject"])


def _addresses(folder: CampaignFolder) -> Iterator[str]:
    """Everybody who has a mailbox."""
    yield from (SERVICE, HR, folder.campaign.agency.address)
    for unit in folder.units:
        yield unit.addresses[0]
        if unit.head_address:
            yield unit.head_address


def settings_for(
    settings: Settings,
    folder: CampaignFolder,
    state: Path,
    *,
    imap_port: int,
    smtp_port: int,
    others: Mapping[str, CampaignFolder] | None = None,
    processes: int = 1,
    unproven: Policy = Policy.ADDRESS,
) -> Settings:
    """The bundled configuration on servers of a test."""
    os.environ[PASSWORD_VARIABLE] = PASSWORD
    login = {"host": "127.0.0.1", "tls": "none", "user": SERVICE, "password_env": PASSWORD_VARIABLE}
    loaded = load_settings(
        settings.folder,
        templates=settings.templates,
        overrides={
            "mailbox": {**login, "port": imap_port, "poll_seconds": 5},
            "smtp": {**login, "port": smtp_port, "mails_per_minute": 10_000},
            "state": {"folder": str(state)},
            "recognition": {"processes": processes},
            "trust": {"unproven": unproven},
        },
    )
    return replace(loaded, campaigns={folder.campaign.id: folder, **(others or {})})
