"""The service as `dondoc inspect` has it, and what counts as an outcome of a mail: for tests that need no mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from service.core.mail.conversation import Intent
from service.core.records import MailState
from service.flow.context import Services
from service.flow.intake.rehearsal import Rehearsed, rehearse
from service.flow.reports.task_sentences import task_in_words
from service.settings import load_settings
from service.wiring.assembly import reading_services
from tests.support.harness.whole_service import HANOI, ROOT
from tests.support.papers.filled_papers import roster, row_of

SILENT: tuple[set[Intent], ...] = ({Intent.THANKS}, set())
"""What a mail may want and get no answer: thanks; nothing, when a machine or a thumb sent it."""


@dataclass(frozen=True, slots=True)
class Office:
    """The service, a contact and a list of her unit."""

    services: Services
    contact: str
    workbook: bytes

    def rehearse(self, raw: bytes) -> Rehearsed:
        """What the service would do with the mail alone; nothing is kept."""
        return rehearse(self.services, raw, 1, task_in_words)


@contextmanager
def rehearsing_office(state: Path) -> Iterator[Office]:
    own = {"state": {"folder": str(state)}}
    loaded = load_settings(ROOT / "config", templates=ROOT / "mail_templates", overrides=own)
    folder = next(iter(loaded.campaigns.values()))
    unit = folder.units[0]
    content = roster(folder.campaign, unit, [row_of(worker) for worker in folder.workers[unit.code][:2]])
    with reading_services(loaded, now=lambda: datetime(2021, 5, 17, 10, tzinfo=HANOI)) as services:
        yield Office(services, unit.addresses[0], content)


def is_ended(done: Rehearsed) -> bool:
    """Somebody was told, or the mail waits in HR's list."""
    return bool(done.written or done.tasks) or done.state is MailState.HELD
