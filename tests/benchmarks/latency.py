"""From handing a 200-row roster to SMTP until the answer lies in the sender's mailbox, the real engine at work.

Peer in the same run: the bare steps no service can leave out (SMTP hand-over, notice of new mail, fetch, calamine
read, SMTP hand-over back), without judging, recording or answering in words.
"""

from __future__ import annotations

import io
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import python_calamine
from imapclient import IMAPClient

from tests.benchmarks.people import worker
from tests.support.harness.whole_service import PASSWORD, Company, company
from tests.support.papers.filled_papers import roster

ROWS, MAILS = 200, 50
UNITS = [f"U{number:02d}" for number in range(1, 13)]
"""One address would soon be taken for a machine in a loop."""


def run() -> None:
    """Prints p50 and p95 in seconds, and the ratio to the bare steps."""
    with tempfile.TemporaryDirectory() as folder, company(Path(folder) / "state", units=UNITS) as harness:
        harness.clock.moment = datetime.now(UTC)
        harness.launch()
        bare = [_bare(harness, number) for number in range(10)]
        engine = harness.service.engine()
        thread = threading.Thread(target=engine.run)
        thread.start()
        try:
            _timed(harness, 10_000)  # the first mail starts the child that opens papers
            whole = [_timed(harness, number) for number in range(MAILS)]
        finally:
            engine.stop()
            thread.join()
    usual = statistics.median(bare)
    p50, p95 = statistics.median(whole), statistics.quantiles(whole, n=20)[-1]
    print(f"{MAILS} rosters of {ROWS} rows: p50 {p50:.2f} s, p95 {p95:.2f} s, most {max(whole):.2f} s")
    print(f"bare SMTP, fetch, calamine, SMTP: p50 {usual:.2f} s; ratio {p50 / usual:.1f}")


def _roster(harness: Company, number: int) -> bytes:
    unit, campaign = harness.folder.units[number % len(UNITS)], harness.folder.campaign
    return roster(campaign, unit, [worker(number * ROWS % 900_000 + row) for row in range(ROWS)])


def _timed(harness: Company, number: int) -> float:
    content = _roster(harness, number)
    address = harness.address_of(UNITS[number % len(UNITS)])
    had = len(harness.post.server.messages(address))
    begun = time.perf_counter()
    harness.post.write(address, files={"PL02.xlsx": content})
    _until(lambda: len(harness.post.server.messages(address)) > had)
    return time.perf_counter() - begun


def _bare(harness: Company, number: int) -> float:
    """The same mail, read from another mailbox with nothing but the libraries."""
    content, reader = _roster(harness, number), harness.address_of("U02")
    with IMAPClient("127.0.0.1", harness.post.server.imap_port, ssl=False) as client:
        client.login(reader, PASSWORD)
        client.select_folder("INBOX")
        had = set(client.search())
        begun = time.perf_counter()
        harness.post.write(harness.address_of("U01"), to=reader, files={"PL02.xlsx": content})
        _until(lambda: bool(client.noop()) and bool(set(client.search()) - had))
        (uid,) = set(client.search()) - had
        mail = message_from_bytes(client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"])
        attachment = next(part for part in mail.walk() if part.get_filename()).get_payload(decode=True)
        assert isinstance(attachment, bytes)
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(attachment)).get_sheet_by_index(0).to_python()
        harness.post.write(reader, to=harness.address_of("U02"), text="nhận rồi")
        return time.perf_counter() - begun


def _until(true: Callable[[], bool], patience: float = 60.0) -> None:
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("no answer came")
        time.sleep(0.01)
