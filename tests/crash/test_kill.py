"""kill -9 at any moment, and a full disk: every mail has one record, every answer goes out once (S13, S14, S15).

A real service process on Dovecot and SMTP is killed, again and again, at named points and at random moments, and
started anew. The short form runs in `make test`, the long one by `make soak`.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

import pytest

from service.core.records import OutgoingState
from service.settings.campaign_files import read_campaign_folder
from service.storage.ledger import open_ledger
from tests.campaign.test_engine_on_dovecot import Servers, configured, dondoc
from tests.support.harness.whole_service import CAMPAIGN, HR, PASSWORD, ROOT, SERVICE
from tests.support.servers.dovecot import DOVECOT, MISSING, Dovecot
from tests.support.servers.smtp_server import SmtpServer

pytestmark = pytest.mark.skipif(DOVECOT is None, reason=MISSING)

UNITS = read_campaign_folder(ROOT / "config" / "campaigns" / CAMPAIGN).units
CONTACTS = tuple(unit.addresses[0] for unit in UNITS)
POINTS = (
    "received.fetched",
    "received.shelved",
    "received.recording",
    "received.recorded",
    "process.claimed",
    "process.opened",
    "process.recording",
    "process.recorded",
    "deliver.claimed",
    "deliver.handed_over",
    "deliver.settling",
    "deliver.settled",
)
DOUBTFUL_POINTS = ("deliver.claimed", "deliver.handed_over", "deliver.settling")
"""Killed here, nobody knows whether the mail went out: it is `unknown` until evidence is found."""


@dataclass
class Ordeal:
    """The servers, the configuration, what was written and what came back."""

    servers: Servers
    config: Path
    written: list[str] = field(default_factory=list)

    def write(self, count: int) -> None:
        """Questions and requests for the state, from all units in turn: one address alone would meet the caps."""
        for _ in range(count):
            number = len(self.written)
            text = f"Xin hỏi câu số {number}: hạn nộp là ngày nào?" if number % 2 else "TÌNH TRẠNG"
            self.written.append(self.servers.write(text, sender=CONTACTS[number // 2 % len(CONTACTS)]))

    def start(self, fault: str = "") -> subprocess.Popen[str]:
        os.environ["DONDOC_FAULT"] = fault
        try:
            return dondoc(self.config, "run", "--now", "2021-05-04T09:00")
        finally:
            del os.environ["DONDOC_FAULT"]

    def answers(self) -> Counter[str]:
        """Message-IDs of the contacts' mails, by how many answers they got."""
        contacts = set(CONTACTS)
        raws = [raw for _, recipients, raw in self.servers.smtp.accepted if contacts & set(recipients)]
        return Counter(str(message_from_bytes(raw)["In-Reply-To"]) for raw in raws)

    def records(self) -> tuple[Counter[str], list[str]]:
        """(mails in the ledger by their Message-ID, Message-IDs whose answer is in doubt)."""
        ledger = open_ledger(f"sqlite:///{self.servers.state / 'ledger.sqlite'}")
        with ledger.transaction() as transaction:
            mails = [
                transaction.mails.get(number)
                for number in range(1, sum(transaction.mails.count_by_state().values()) + 1)
            ]
            by_id = {mail.id: str(mail.message_id) for mail in mails}
            outgoing = [mail for unit in UNITS for mail in transaction.outbox.of_unit("vssid-2021", unit.code)]
            assert transaction.events.verify_chain()
        ledger.close()
        doubtful = [
            by_id[mail.answers_mail]
            for mail in outgoing
            if mail.state is OutgoingState.UNKNOWN and mail.answers_mail is not None
        ]
        return Counter(mail.message_id or "" for mail in mails if mail.sender in CONTACTS), doubtful

    def missing(self) -> list[str]:
        """Mails without an answer, with what the ledger says of their answers."""
        ledger = open_ledger(f"sqlite:///{self.servers.state / 'ledger.sqlite'}")
        with ledger.transaction() as transaction:
            states = f"{transaction.mails.count_by_state()} {transaction.outbox.count_by_state()}"
        ledger.close()
        return [states, *(message_id for message_id in self.written if not self.answers()[message_id])]

    def all_is_well(self) -> None:
        """Each mail one record; each answer once, except those reported as in doubt, which went out at most once."""
        records, doubtful = self.records()
        answers = self.answers()
        assert records == Counter(self.written)
        for message_id in self.written:
            assert answers[message_id] <= 1, "answered twice"
            assert answers[message_id] == 1 or message_id in doubtful, "an answer was lost"


@pytest.fixture
def ordeal(tmp_path: Path) -> Iterator[Ordeal]:
    users = dict.fromkeys((SERVICE, HR, *CONTACTS), PASSWORD)
    with Dovecot(users) as imap, SmtpServer(users=users, lmtp_port=imap.lmtp_port) as smtp:
        servers = Servers(imap=imap, smtp=smtp, state=tmp_path / "state")
        config = configured(servers, tmp_path)
        text = (config / "service.toml").read_text()
        (config / "service.toml").write_text(text.replace("mails_per_minute = 20", "mails_per_minute = 100000"))
        yield Ordeal(servers=servers, config=config)


def until(true: Callable[[], bool], patience: float) -> bool:
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def finish(ordeal: Ordeal, patience: float = 60) -> None:
    """Lets the service work undisturbed until everything is answered or in doubt, then stops it by SIGTERM."""
    running = ordeal.start()
    assert running.stdout is not None
    running.stdout.readline()  # it says that it watches; from then on SIGTERM is heard

    def settled() -> bool:
        answers, doubtful = ordeal.answers(), ordeal.records()[1]  # a mail in doubt may have been answered besides
        return all(answers[message_id] or message_id in doubtful for message_id in ordeal.written)

    done = until(settled, patience)
    time.sleep(0.5)
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate(timeout=20)
    assert done, f"{ordeal.missing()} {err[-2000:]}"
    assert running.returncode == 0, err[-2000:]


def test_s14_killed_at_every_named_point_nothing_is_lost_or_doubled(ordeal: Ordeal) -> None:
    """A new mail for each point; SIGKILL when it is reached; started again for the next one."""
    for point in POINTS:
        ordeal.write(1)
        dying = ordeal.start(f"kill:{point}:1")
        assert dying.wait(60) == -signal.SIGKILL, point
        dying.communicate()
    finish(ordeal)
    ordeal.all_is_well()
    assert len(ordeal.records()[1]) <= len(DOUBTFUL_POINTS)


@pytest.mark.soak
@pytest.mark.parametrize("point", POINTS)
def test_s14_killed_at_a_named_point_among_other_mails(ordeal: Ordeal, point: str) -> None:
    """Three mails; SIGKILL in the middle of them; started again. All three are recorded in one commit."""
    ordeal.write(3)
    dying = ordeal.start(f"kill:{point}:{1 if point.startswith('received.record') else 2}")
    assert dying.wait(60) == -signal.SIGKILL
    dying.communicate()
    finish(ordeal)
    ordeal.all_is_well()
    if point not in DOUBTFUL_POINTS:
        assert ordeal.records()[1] == []


@pytest.mark.parametrize("point", ["received.shelved", "received.recording", "process.opened", "process.recording"])
def test_s15_a_full_disk_is_survived(ordeal: Ordeal, point: str) -> None:
    """ENOSPC for a while: nothing lost, and it carries on by itself when there is room."""
    ordeal.write(2)
    running = ordeal.start(f"full:{point}:1")
    carried_on = until(lambda: len(ordeal.answers()) == 2, 90)
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate(timeout=20)
    assert carried_on, err[-2000:]
    ordeal.all_is_well()


def test_s15_no_room_for_a_single_byte_is_survived(ordeal: Ordeal) -> None:
    """The system refuses every write to the shelf and the ledger; when there is room again, all goes on by itself."""
    running = ordeal.start()
    assert running.stdout is not None
    running.stdout.readline()
    _, most = resource.prlimit(running.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(running.pid, resource.RLIMIT_FSIZE, (1, most))
    ordeal.write(3)
    time.sleep(4)
    assert running.poll() is None, "it must wait for room, not end"
    assert not ordeal.answers()
    resource.prlimit(running.pid, resource.RLIMIT_FSIZE, (most, most))
    carried_on = until(lambda: len(ordeal.answers()) == 3, 90)
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate(timeout=20)
    assert carried_on, err[-2000:]
    ordeal.all_is_well()
    assert ordeal.records()[1] == []


def locked_ledger(ordeal: Ordeal, seconds: float) -> None:
    """Another program holds the ledger's write lock while mails come in."""
    running = ordeal.start()
    assert running.stdout is not None
    running.stdout.readline()
    with closing(sqlite3.connect(ordeal.servers.state / "ledger.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ordeal.write(3)
        time.sleep(seconds)
        assert not ordeal.answers()
        other.execute("ROLLBACK")
    carried_on = until(lambda: len(ordeal.answers()) == 3, 60)
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate(timeout=20)
    assert carried_on, err[-2000:]
    ordeal.all_is_well()


def test_s15_a_locked_ledger_is_waited_for(ordeal: Ordeal) -> None:
    """The short form: three seconds."""
    locked_ledger(ordeal, 3)


@pytest.mark.soak
@pytest.mark.parametrize("seconds", [30, 70])
def test_s15_a_ledger_locked_for_long_is_waited_for(ordeal: Ordeal, seconds: float) -> None:
    """The long forms: half a minute, and longer than one statement waits for the lock."""
    locked_ledger(ordeal, seconds)


def kill_at_random(ordeal: Ordeal, kills: int, mails: int, seed: int) -> None:
    """Mails come in while the process is killed at random moments."""
    chance = random.Random(seed)
    for number in range(kills):
        ordeal.write(mails * (number + 1) // kills - mails * number // kills)
        running = ordeal.start()
        time.sleep(chance.uniform(1.0, 4.0))
        running.kill()
        running.communicate()
    finish(ordeal, patience=120)
    ordeal.all_is_well()


def test_s14_killed_at_random_moments(ordeal: Ordeal) -> None:
    """The short form: four kills while twelve mails come in."""
    kill_at_random(ordeal, kills=4, mails=12, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_s14_killed_two_hundred_times(ordeal: Ordeal) -> None:
    """The long form."""
    kill_at_random(ordeal, kills=200, mails=200, seed=2)


def test_s13_sigstop_and_sigterm_in_the_middle(ordeal: Ordeal) -> None:
    """Frozen and thawed it goes on; told to stop it ends within ten seconds and loses nothing."""
    ordeal.write(4)
    running = ordeal.start()
    time.sleep(2.5)
    running.send_signal(signal.SIGSTOP)
    time.sleep(1)
    running.send_signal(signal.SIGCONT)
    running.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    running.communicate(timeout=20)
    assert time.monotonic() - begun < 10
    finish(ordeal)
    ordeal.all_is_well()
    assert ordeal.records()[1] == []
