"""Mails a second drained from Dovecot: 50-row rosters taken in, judged, recorded and answered.

Beside them in the same run: the limit (bare imapclient fetch and calamine read of the same mails), and a peer, the
usual script with imap-tools and openpyxl, which records nothing and answers nobody. The service has a process of its
own; its memory is that of this process and, named apart, of the children that open papers.

Then three times as many mails in a ledger of their own: what a mail costs must not grow with what the ledger holds.
"""

from __future__ import annotations

import io
import itertools
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import EmailMessage
from multiprocessing import get_context
from pathlib import Path

import openpyxl
import python_calamine
from imap_tools import MailBoxUnencrypted
from imapclient import IMAPClient

from service.core.units import Unit
from service.settings import Settings
from service.settings.campaign_files import read_campaign_folder
from service.wiring.assembly import build_service
from tests.benchmarks.people import worker
from tests.campaign.test_engine_on_dovecot import NOW, Servers
from tests.support.harness.whole_service import CAMPAIGN, PASSWORD, ROOT, SERVICE, settings_for
from tests.support.papers.filled_papers import roster
from tests.support.servers.dovecot import DOVECOT, MISSING, Dovecot
from tests.support.servers.smtp_server import SmtpServer

MAILS, ROWS = int(os.environ.get("BENCH_MAILS", "200")), 50
MANY = 3 * MAILS
UNITS = max(60, MANY // 8)
"""One address would soon be taken for a machine in a loop."""
MOST_GROWTH = 1.2
"""So many times the processor time a mail may cost among many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """Seconds for each part, and megabytes at the most."""

    received: float
    processed: float
    sent: float
    filed: float
    megabytes: float
    megabytes_of_a_child: float
    busy: float
    """Seconds of processor time, the start of the process with it."""
    busy_with_mails: float
    """The same without the start."""
    busy_children: float

    @property
    def whole(self) -> float:
        return self.received + self.processed + self.sent + self.filed


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """Seconds that others need for the same mails."""

    bare: float
    script: float


def run() -> None:
    """Prints mails a second, the share of the limit, and what a mail costs among few and many."""
    if DOVECOT is None:
        print(MISSING)
        return
    few = _few()
    with _mailbox(MANY) as (_, _, settings):
        many = _alone(settings)
    each, among_many = (
        1000 * busy / mails for busy, mails in ((few.busy_with_mails, MAILS), (many.busy_with_mails, MANY))
    )
    print(f"processor time of the parent a mail, without its start: {each:.1f} ms among {MAILS}, {among_many:.1f} ms "
          f"among {MANY}: ratio {among_many / each:.2f} (at most {MOST_GROWTH})")  # fmt: skip


def _few() -> Drained:
    with _mailbox(MAILS) as (imap, smtp, settings):
        peers = Peers(bare=_bare(imap), script=_script(imap))
        ours = _alone(settings)
        _report(peers, ours, len(smtp.accepted))
    return ours


@contextmanager
def _mailbox(mails: int) -> Iterator[tuple[Dovecot, SmtpServer, Settings]]:
    """Servers with so many mails that wait, and a service that has seen none of them."""
    folder = read_campaign_folder(ROOT / "config" / "campaigns" / CAMPAIGN)
    units = tuple(_unit(folder.units[0], number) for number in range(UNITS))
    folder = replace(folder, units=units, workers={})
    users = dict.fromkeys((SERVICE, *folder.campaign.hr_addresses, *(unit.addresses[0] for unit in units)), PASSWORD)
    with tempfile.TemporaryDirectory() as place, Dovecot(users) as imap, SmtpServer(users=users) as smtp:
        for number in range(mails):
            unit = units[number % UNITS]
            rows = [worker(number * ROWS + row) for row in range(ROWS)]
            imap.deliver(SERVICE, _mail(unit, number, roster(folder.campaign, unit, rows)))
        servers = Servers(imap=imap, smtp=smtp, state=Path(place) / "state")
        yield (
            imap,
            smtp,
            settings_for(
                servers.settings(), folder, servers.state, imap_port=imap.imap_port, smtp_port=smtp.port, processes=2
            ),
        )


def _alone(settings: Settings) -> Drained:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        return alone.submit(_drain, settings).result()


def _report(peers: Peers, ours: Drained, answers: int) -> None:
    bare, peer = peers.bare, peers.script
    print(f"{MAILS} mails of {ROWS} rows")
    print(f"bare imapclient and calamine (the limit): {MAILS / bare:.0f} mails/s")
    print(f"script with imap-tools and openpyxl:      {MAILS / peer:.0f} mails/s")
    print(f"taken in, durable and recorded:           {MAILS / ours.received:.0f} mails/s")
    print(f"whole way, {answers} answers handed over:  {MAILS / ours.whole:.1f} mails/s")
    print(f"  received {ours.received:.1f} s, processed {ours.processed:.1f} s, sent {ours.sent:.1f} s, "
          f"filed {ours.filed:.1f} s")  # fmt: skip
    print(f"taken in: {bare / ours.received:.0%} of the limit; whole way: {bare / ours.whole:.0%} of the limit, "
          f"{peer / ours.whole:.1f} x the script")  # fmt: skip
    print(f"processor time a mail: parent {1000 * ours.busy / MAILS:.1f} ms, children "
          f"{1000 * ours.busy_children / MAILS:.1f} ms, their starts included")  # fmt: skip
    print(f"memory at most: parent {ours.megabytes:.0f} MB, largest child {ours.megabytes_of_a_child:.0f} MB")


def _unit(model: Unit, number: int) -> Unit:
    return replace(model, code=f"B{number:03d}", addresses=(f"bench{number}@vnpt-it.example",), head_address=None)


def _mail(unit: Unit, number: int, content: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = unit.addresses[0], SERVICE, f"Báo cáo {number}"
    mail["Message-ID"] = f"<bench-{number}@vnpt-it.example>"
    mail.set_content("Gửi Phụ lục 02")
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename="PL02.xlsx")
    return mail.as_bytes()


def _bare(imap: Dovecot) -> float:
    begun = time.perf_counter()
    with IMAPClient("127.0.0.1", imap.imap_port, ssl=False) as client:
        client.login(SERVICE, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        uids = client.search()
        for start in range(0, len(uids), 50):
            for fetched in client.fetch(uids[start : start + 50], ["BODY.PEEK[]"]).values():
                mail = message_from_bytes(fetched[b"BODY[]"])
                content = next(part for part in mail.walk() if part.get_filename()).get_payload(decode=True)
                assert isinstance(content, bytes)
                python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return time.perf_counter() - begun


def _script(imap: Dovecot) -> float:
    """What such a mailbox is mostly read with: cells in a list, nothing kept."""
    begun = time.perf_counter()
    with MailBoxUnencrypted("127.0.0.1", imap.imap_port).login(SERVICE, PASSWORD) as box:
        for mail in box.fetch(mark_seen=False):
            for attachment in mail.attachments:
                book = openpyxl.load_workbook(io.BytesIO(attachment.payload), read_only=True, data_only=True)
                assert [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    return time.perf_counter() - begun


def _busy() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def _drain(settings: Settings) -> Drained:
    """In a process of its own."""
    with build_service(settings, now=lambda: NOW) as service:
        started = _busy()
        marks = [time.perf_counter()]
        service.receive()
        marks.append(time.perf_counter())
        service.process()
        marks.append(time.perf_counter())
        while service.deliver():
            pass
        marks.append(time.perf_counter())
        service.file()
        marks.append(time.perf_counter())
        busy = _busy() - started
    received, processed, sent, filed = (after - before for before, after in itertools.pairwise(marks))
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return Drained(
        received=received,
        processed=processed,
        sent=sent,
        filed=filed,
        megabytes=own.ru_maxrss / 1024,
        megabytes_of_a_child=children.ru_maxrss / 1024,
        busy=own.ru_utime + own.ru_stime,
        busy_with_mails=busy,
        busy_children=children.ru_utime + children.ru_stime,
    )
