"""`dondoc run` on Dovecot under a steady load: 500-row rosters, two a second, from SMTP delivery to the reply.

Peer in the same run: the server's own notice of new mail, by IDLE with nothing behind it. Besides: the memory of the
parent process, and the processor time it takes while nothing comes in.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import tempfile
import threading
import time
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

from imapclient import IMAPClient

from service.settings.campaign_files import CampaignFolder, read_campaign_folder
from tests.benchmarks.people import worker
from tests.campaign.test_engine_on_dovecot import Servers, configured, dondoc
from tests.support.harness.whole_service import CAMPAIGN, HR, PASSWORD, ROOT, SERVICE
from tests.support.papers.filled_papers import roster
from tests.support.servers.dovecot import DOVECOT, MISSING, Dovecot
from tests.support.servers.smtp_server import SmtpServer

MAILS, ROWS, EVERY = int(os.environ.get("BENCH_STEADY", "60")), 500, 0.5
IDLE_SECONDS = 20.0


def run() -> None:
    """Prints p50, p95, p99 in seconds, beside the bare notice; memory and idle processor time."""
    if DOVECOT is None:
        print(MISSING)
        return
    folder = read_campaign_folder(ROOT / "config" / "campaigns" / CAMPAIGN)
    contacts = [unit.addresses[0] for unit in folder.units]
    contents = [_roster(folder, number) for number in range(MAILS)]
    users = dict.fromkeys((SERVICE, HR, *contacts), PASSWORD)
    with (
        tempfile.TemporaryDirectory() as place,
        Dovecot(users) as imap,
        SmtpServer(users=users, lmtp_port=imap.lmtp_port) as smtp,
    ):
        servers = Servers(imap=imap, smtp=smtp, state=Path(place) / "state")
        notice = [_noticed(servers, contacts[0]) for _ in range(20)]
        running = dondoc(_config(servers, Path(place)), "run", "--now", "2021-05-04T09:00")
        try:
            _until_watching(running)
            took = _load(servers, contacts, contents)
            idle = _idle(running.pid)
            memory = _peak(running.pid)
        finally:
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=30)
    _report(took, notice, idle, memory)


def _roster(folder: CampaignFolder, number: int) -> bytes:
    unit = folder.units[number % len(folder.units)]
    return roster(folder.campaign, unit, [worker(number * ROWS + row) for row in range(ROWS)])


def _report(took: list[float], notice: list[float], idle: float, memory: float) -> None:
    def points(seconds: list[float]) -> tuple[float, float, float]:
        cuts = statistics.quantiles(seconds, n=100)
        return cuts[49], cuts[94], cuts[98]

    ours, bare = points(took), points(notice)
    print(f"{len(took)} rosters of {ROWS} rows, one every {EVERY} s: p50 {ours[0]:.2f} s, p95 {ours[1]:.2f} s, "
          f"p99 {ours[2]:.2f} s")  # fmt: skip
    print(f"the server's bare notice: p50 {bare[0]:.2f} s, p95 {bare[1]:.2f} s; "
          f"ours beyond it at p95: {ours[1] - bare[1]:.2f} s, ratio {ours[1] / bare[1]:.1f}")  # fmt: skip
    print(f"parent process: at most {memory:.0f} MB; idle {idle:.2%} of one processor")


def _config(servers: Servers, place: Path) -> Path:
    config = configured(servers, place)
    text = (config / "service.toml").read_text()
    (config / "service.toml").write_text(text.replace("mails_per_minute = 20", "mails_per_minute = 100000"))
    (config / "campaigns" / CAMPAIGN / "workers.xlsx").unlink()
    return config


def _until_watching(running: subprocess.Popen[str]) -> None:
    assert running.stdout is not None
    running.stdout.readline()
    time.sleep(3.0)


def _load(servers: Servers, contacts: list[str], contents: list[bytes]) -> list[float]:
    written: dict[str, float] = {}
    answered: dict[str, float] = {}
    done = threading.Event()
    listener = threading.Thread(target=_note_answers, args=(servers, answered, done))
    listener.start()
    begun = time.monotonic()
    for number, content in enumerate(contents):
        time.sleep(max(0.0, begun + number * EVERY - time.monotonic()))
        message_id = servers.write("Gửi Phụ lục 02", {"PL02.xlsx": content}, sender=contacts[number % len(contacts)])
        written[message_id] = time.monotonic()
    end = time.monotonic() + 120
    while len(answered) < len(contents) and time.monotonic() < end:
        time.sleep(0.05)
    done.set()
    listener.join()
    assert len(answered) == len(contents), f"{len(answered)} of {len(contents)} answered"
    return [answered[message_id] - at for message_id, at in written.items()]


def _note_answers(servers: Servers, answered: dict[str, float], done: threading.Event) -> None:
    seen = 0
    while not done.wait(0.005):
        for _, _, raw in servers.smtp.accepted[seen:]:
            seen += 1
            cause = message_from_bytes(raw)["In-Reply-To"]
            if cause:
                answered.setdefault(str(cause), time.monotonic())


def _noticed(servers: Servers, contact: str) -> float:
    """From the end of SMTP delivery to the server's untagged line in IDLE."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = contact, HR, "Báo"
    mail.set_content("x")
    with IMAPClient("127.0.0.1", servers.imap.imap_port, ssl=False) as client:
        client.login(HR, PASSWORD)
        client.select_folder("INBOX")
        client.idle()
        time.sleep(0.3)
        servers.imap.deliver(HR, mail.as_bytes())
        begun = time.monotonic()
        while not client.idle_check(timeout=5):
            pass
        took = time.monotonic() - begun
        client.idle_done()
    return took


def _idle(pid: int) -> float:
    """Processor time of the parent per second of doing nothing."""
    time.sleep(2.0)
    before = _processor_seconds(pid)
    time.sleep(IDLE_SECONDS)
    return (_processor_seconds(pid) - before) / IDLE_SECONDS


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> float:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
