"""Builds the real objects from the settings; the only place that reads the wall clock."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from service.core.mail.authenticity import DkimSignature
from service.core.mail.identity import Identity
from service.core.progress.deadlines import WorkingCalendar
from service.core.sentences import Wording
from service.documents.common.attachment_limits import MEGABYTE, Limits
from service.flow.context import Codes, DocumentTools, MailTools, OpenCampaign, SenderChecks, SendingRules, Services
from service.flow.ports.world import Clock, SentFolder
from service.mail.incoming.mime import read_message
from service.mail.outgoing.catalogue import load_wording
from service.mail.outgoing.rfc5322 import compose
from service.mail.outgoing.templates import MailTemplates
from service.settings import CampaignFolder, Settings
from service.settings.delivery import redirect_of
from service.settings.trust import trust_of
from service.settings.watching import watch_of
from service.storage.ledger import Ledger, open_ledger
from service.storage.shelf import Shelf
from service.wiring.annexes import BuiltAnnexes, PackageBuilder, kept_package
from service.wiring.faults import fault_from_environment, no_fault
from service.wiring.holidays_of_vietnam import is_holiday, is_swapped
from service.wiring.mail_openers import OPENERS
from service.wiring.paper_pool import PaperPool, SpotCutter, WorkbookMarker
from service.work.child_processes import ChildProcesses

if TYPE_CHECKING:
    from service.wiring.service import Service

LEDGER, SECRET = "ledger.sqlite", "secret.key"
"""Names in the state folder."""
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are taken for others when read aloud or copied by hand."""


def wall_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def build_service(settings: Settings, *, now: Clock = wall_clock) -> Service:
    """Everything for a service that reads a mailbox and answers."""
    from service.wiring.mailboxes import build_mailbox, build_sender, build_sent_folder
    from service.wiring.service import Service

    ledger = open_ledger(settings.ledger_url)
    children = _children(settings)
    papers = PaperPool(
        children=children,
        limits=_limits(settings),
        ledger=ledger,
        at_once=settings.service.recognition.processes,
    )
    return Service(
        settings=settings,
        services=build_services(settings, ledger, papers, now=now, sent_folder=build_sent_folder(settings)),
        ledger=ledger,
        mailbox=build_mailbox(settings),
        sender=build_sender(settings),
        children=children,
    )


@contextmanager
def reading_services(settings: Settings, *, now: Clock = wall_clock) -> Iterator[Services]:
    """Services for commands which only read: no mailbox, nothing remembered."""
    ledger = open_ledger(settings.ledger_url)
    children = _children(settings)
    pool = PaperPool(children=children, limits=_limits(settings), at_once=settings.service.recognition.processes)
    try:
        yield build_services(settings, ledger, pool, now=now)
    finally:
        children.close()
        ledger.close()


def copy_state(real: Path | None, state: Path) -> None:
    """What a service knows, copied for reading: its SQLite ledger, consistent even while it runs, and its secret."""
    if real is None or not (real / LEDGER).is_file():
        return
    there = sqlite3.connect(f"{(real / LEDGER).absolute().as_uri()}?mode=ro", uri=True)
    with closing(there) as source, closing(sqlite3.connect(state / LEDGER)) as target:
        source.backup(target)
    if (real / SECRET).is_file():
        shutil.copy(real / SECRET, state / SECRET)


def build_services(
    settings: Settings,
    ledger: Ledger,
    papers: PaperPool,
    *,
    now: Clock,
    sent_folder: SentFolder | None = None,
) -> Services:
    own = settings.service.own
    wording = wordings(settings.templates)
    return Services(
        now=now,
        identity=Identity(address=own.address.lower(), name=own.name, secret=_secret(settings.state)),
        ledger=ledger,
        shelf=Shelf(settings.state / "shelf"),
        campaigns={name: open_campaign(folder) for name, folder in settings.campaigns.items()},
        mail=MailTools(
            read=partial(read_message, openers=OPENERS),
            write=compose,
            templates=MailTemplates(settings.templates),
            wording=wording,
        ),
        documents=_document_tools(settings, papers, wording),
        codes=Codes(new_reply_code=new_reply_code, new_form_token=new_form_token),
        senders=SenderChecks(authserv_id=own.authserv_id or None, check_signatures=_signature_check(settings)),
        trust=trust_of(settings.service.trust, settings.service.automatic),
        sending=_sending_rules(settings, sent_folder),
        watch=watch_of(settings.service.watch, settings.service.canary),
        since=settings.service.mailbox.since,
        reached=fault_from_environment() or no_fault,
    )


def _document_tools(settings: Settings, papers: PaperPool, wording: Callable[[str, str], Wording]) -> DocumentTools:
    return DocumentTools(
        papers=papers,
        annotate=WorkbookMarker(papers.children),
        picture_of=SpotCutter(papers.children),
        annexes=BuiltAnnexes(folders=settings.campaigns, wording=wording, children=papers.children),
        build_package=PackageBuilder(children=papers.children),
        keep_package=lambda name, files: kept_package(settings.state / "packages" / name, files),
    )


def _sending_rules(settings: Settings, sent_folder: SentFolder | None) -> SendingRules:
    service = settings.service
    return SendingRules(
        holds=service.sending == "hold",
        redirect_to=redirect_of(service.sending),
        allowed_domains=tuple(domain.lower().lstrip("@") for domain in service.allowed_domains),
        mails_per_minute=service.mails_per_minute,
        mails_per_day=service.delivery.mails_per_day,
        own_copy=service.delivery.own_copy,
        sent_folder=sent_folder,
        keeps_copy=service.delivery.sent_copy,
    )


def _signature_check(settings: Settings) -> Callable[[bytes], tuple[DkimSignature, ...]] | None:
    trust = settings.service.trust
    if not trust.resolver:
        return None
    from service.mail.incoming.dkim import check_signatures
    from service.mail.incoming.resolver import text_records

    return partial(check_signatures, text_records=text_records(trust.resolver, trust.resolver_seconds))


def wordings(templates: Path) -> Callable[[str, str], Wording]:
    """(campaign id, language) → sentences, each read once."""

    @lru_cache(maxsize=32)
    def wording(campaign_id: str, language: str) -> Wording:
        return load_wording(templates, campaign_id, language)

    return wording


def open_campaign(folder: CampaignFolder) -> OpenCampaign:
    """The campaign with its people, on the Vietnamese calendar."""
    campaign = folder.campaign
    calendar = WorkingCalendar(
        is_holiday=is_holiday,
        is_swapped=is_swapped,
        off=frozenset(campaign.days_off),
        extra=frozenset(campaign.working_days),
    )
    return OpenCampaign(campaign=campaign, units=folder.units, workers=folder.workers, calendar=calendar)


def _children(settings: Settings) -> ChildProcesses:
    return ChildProcesses(
        settings.service.recognition.processes,
        settings.service.limits.seconds_per_mail,
        settings.service.recognition.megabytes_per_process,
    )


def _limits(settings: Settings) -> Limits:
    limits = settings.service.limits
    return Limits(
        max_bytes=limits.megabytes_per_mail * MEGABYTE,
        max_files=limits.files_per_mail,
        max_depth=limits.archive_depth,
        max_cells=limits.cells_per_workbook,
        max_pages=limits.pages_per_file,
        max_pixels=limits.megapixels_per_page * 1_000_000,
    )


def _secret(state: Path) -> bytes:
    """Our key for tokens and signatures: made once, readable to us alone."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = state / SECRET
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(secrets.token_bytes(32))
    return file.read_bytes()


def new_form_token() -> str:
    """130 random bits in letters that QR codes hold tightly (A-Z, 2-7)."""
    return "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(26))


def new_reply_code() -> str:
    """A one-time code such as `7KQM-2XPD`."""
    letters = [secrets.choice(CODE_LETTERS) for _ in range(8)]
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"
