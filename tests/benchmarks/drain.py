"""Mails a second drained from Dovecot: 50-row rosters taken in, judged, recorded and answered.

Beside them in the same run: the limit (bare imapclient fetch and calamine read of the same mails), and the plain loop
of a peer, parsedmarc's mailbox library or imap-tools where installed; none is a dependency of ours.
"""

from __future__ import annotations

import io
import os
import resource
import tempfile
import time
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import python_calamine
from imapclient import IMAPClient

from service.core.units import Unit
from service.wiring import build_service
from tests.benchmarks.people import worker
from tests.campaign.test_engine_on_dovecot import NOW, Servers
from tests.support.dovecot import DOVECOT, MISSING, Dovecot
from tests.support.papers import roster
from tests.support.smtp_server import SmtpServer
from tests.support.whole_service import PASSWORD, ROOT, SERVICE

MAILS, ROWS = int(os.environ.get("BENCH_MAILS", "200")), 50


def run() -> None:
    """Prints mails a second and the share of the limit."""
    if DOVECOT is None:
        print(MISSING)
        return
    from service.settings.campaign_files import read_campaign_folder  # only where it can run

    folder = read_campaign_folder(ROOT / "config" / "campaigns" / "vssid-2021")
    contacts = [unit.addresses[0] for unit in folder.units]
    users = dict.fromkeys((SERVICE, *folder.campaign.hr_addresses, *contacts), PASSWORD)
    with tempfile.TemporaryDirectory() as place, Dovecot(users) as imap, SmtpServer(users=users) as smtp:
        for number in range(MAILS):
            unit = folder.units[number % len(folder.units)]
            rows = [worker(number * ROWS + row) for row in range(ROWS)]
            imap.deliver(SERVICE, _mail(unit, number, roster(folder.campaign, unit, rows)))
        bare = _bare(imap)
        servers = Servers(imap=imap, smtp=smtp, state=Path(place) / "state")
        whole, answers = _drain(servers)
    print(f"bare fetch and calamine: {MAILS / bare:.0f} mails/s")
    print(f"taken in, judged, recorded, answered: {MAILS / whole:.1f} mails/s, {answers} answers")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"share of the limit {bare / whole:.0%}; parent process at most {memory:.0f} MB")


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


def _drain(servers: Servers) -> tuple[float, int]:
    with build_service(servers.settings(all_units=True), now=lambda: NOW) as service:
        begun = time.perf_counter()
        service.receive()
        received = time.perf_counter() - begun
        service.process()
        processed = time.perf_counter() - begun
        while service.deliver():
            pass
        service.file()
        whole = time.perf_counter() - begun
    print(f"  received in {received:.1f} s, processed {processed - received:.1f} s, sent {whole - processed:.1f} s")
    return whole, len(servers.smtp.accepted)
