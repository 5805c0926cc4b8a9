"""`dondoc doctor`: each thing the service depends on, looked at for real, with what to do about it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from service.cli.common import settings_of
from service.cli.engines import NETWORKS, networks, said_of_tesseract
from service.core.mail.authenticity import Policy
from service.flow.ports.failures import CannotGoOn
from service.flow.reports.lookups import ledger_contents
from service.flow.watch.ownership import take
from service.settings import SettingRefused, Settings
from service.settings.delivery import redirect_of
from service.storage.ledger import open_ledger
from service.wiring.assembly import wall_clock
from service.wiring.mailboxes import build_mailbox, build_sender
from service.wiring.place import known_place

LEAST_FREE_BYTES = 2_000_000_000
EARLIEST_YEAR = 2024


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one look found."""

    name: str
    ok: bool
    said: str


def examine(config: Path | None) -> list[CheckResult]:
    """All results; a refused configuration ends the examination, for the rest depends on it."""
    try:
        settings = settings_of(config)
    except SettingRefused as refused:
        return [CheckResult("configuration", False, str(refused))]
    return [
        CheckResult("configuration", True, f"{settings.folder}: campaigns {', '.join(settings.campaigns)}"),
        *_all(settings),
    ]


def _all(settings: Settings) -> Iterator[CheckResult]:
    checks: dict[str, Callable[[Settings], str]] = {
        "mailbox": _mailbox,
        "sending": _sending,
        "senders": _senders,
        "database": _database,
        "reading pages": _pages,
        "tesseract": lambda _: said_of_tesseract(),
        "disk": _disk,
        "clock": _clock,
    }
    for name, check in checks.items():
        try:
            yield CheckResult(name, True, check(settings))
        except (CannotGoOn, SettingRefused, OSError) as problem:
            yield CheckResult(name, False, str(problem))


def _mailbox(settings: Settings) -> str:
    mailbox = build_mailbox(settings)
    try:
        found = mailbox.check()
        held = take(mailbox, known_place(settings.state), makes=False)
        return f"{found}; {f'served by this state folder ({held.folder})' if held else 'served by nobody yet'}"
    finally:
        mailbox.close()


def _sending(settings: Settings) -> str:
    sender = build_sender(settings)
    try:
        said = sender.check()
    finally:
        sender.close()
    return "; ".join((said, *_sending_rules(settings)))


def _sending_rules(settings: Settings) -> Iterator[str]:
    """What keeps mails from their recipients, so that nobody forgets it."""
    redirect = redirect_of(settings.service.sending)
    if settings.service.sending == "hold":
        yield 'sending = "hold": nothing goes out'
    elif redirect:
        yield f"every mail goes to {redirect} and to nobody else"
    elif settings.service.allowed_domains:
        yield f"mails go to {', '.join(settings.service.allowed_domains)} only"


def _senders(settings: Settings) -> str:
    """By what a unit's mail is believed, and what that means for its people."""
    own, trust = settings.service.own, settings.service.trust
    proofs = [f"Authentication-Results of {own.authserv_id}"] if own.authserv_id else []
    proofs += ["DKIM checked here"] if trust.resolver else []
    said = f'proven by {", ".join([*proofs, "our threads"])}; trust.unproven = "{trust.unproven}"'
    if not own.authserv_id and trust.unproven is Policy.CONFIRM:
        which = "without a valid DKIM signature " if trust.resolver else ""
        said += f": every list or form {which}outside our threads has to be confirmed; set own.authserv_id"
    return said


def _database(settings: Settings) -> str:
    ledger = open_ledger(settings.ledger_url)
    try:
        found = ledger_contents(ledger)
    finally:
        ledger.close()
    if not found.chain_is_intact:
        raise OSError("the audit trail's chain of hashes is broken; restore a backup and find out who changed it")
    return f"audit trail intact; mails {found.mails or 'none'}, outgoing {found.outgoing or 'none'}"


def _pages(settings: Settings) -> str:
    engines = networks()
    if len(engines) < len(NETWORKS):
        raise OSError(
            f"only {', '.join(engines) or 'none'} of {', '.join(NETWORKS)}; install the service's packages again"
        )
    return f"{', '.join(engines)}; {settings.service.recognition.processes} processes"


def _disk(settings: Settings) -> str:
    settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.state).free
    if free < LEAST_FREE_BYTES:
        raise OSError(
            f"{settings.state}: {free / 1e9:.1f} GB free; at least {LEAST_FREE_BYTES / 1e9:.0f} GB are needed"
        )
    return f"{settings.state}: {free / 1e9:.0f} GB free"


def _clock(settings: Settings) -> str:
    now = wall_clock()
    if now.year < EARLIEST_YEAR:
        raise OSError(f"{now:%Y-%m-%d}: this machine's clock is wrong; set it, best by NTP")
    zones = ", ".join(sorted({folder.campaign.zone for folder in settings.campaigns.values()}))
    return f"{now:%Y-%m-%d %H:%M} UTC (system zone {time.tzname[0]}, campaigns in {zones})"
