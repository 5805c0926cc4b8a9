"""The service as an administrator runs it: its own threads and its own process, on Dovecot and real SMTP."""

from __future__ import annotations

import email
import email.policy
import json
import os
import shutil
import signal
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings, load_settings
from service.wiring.assembly import build_service
from service.wiring.service import Service
from tests.support.harness.whole_service import (
    CAMPAIGN,
    HANOI,
    HR,
    PASSWORD,
    PASSWORD_VARIABLE,
    ROOT,
    SERVICE,
    settings_for,
)
from tests.support.papers.filled_papers import roster, row_of
from tests.support.servers.dovecot import DOVECOT, MISSING, Dovecot
from tests.support.servers.smtp_server import SmtpServer

pytestmark = pytest.mark.skipif(DOVECOT is None, reason=MISSING)

CONTACT = "mai.ntp@vnpt-it.example"
NOW = datetime(2021, 5, 4, 9, 0, tzinfo=HANOI)


@dataclass
class Servers:
    """Dovecot for mailboxes, an SMTP server in front of it."""

    imap: Dovecot
    smtp: SmtpServer
    state: Path

    def write(self, text: str, files: dict[str, bytes] | None = None, sender: str = CONTACT) -> str:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, SERVICE, "Báo cáo"
        mail["Message-ID"] = f"<{time.monotonic_ns()}@vnpt-it.example>"
        mail.set_content(text)
        for name, content in (files or {}).items():
            mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        with smtplib.SMTP("127.0.0.1", self.smtp.port) as connection:
            connection.send_message(mail)
        return str(mail["Message-ID"])

    def answers_to(self, message_id: str) -> list[EmailMessage]:
        raws = [raw for _, recipients, raw in self.smtp.accepted if CONTACT in recipients]
        mails = [email.message_from_bytes(raw, policy=email.policy.default) for raw in raws]
        return [mail for mail in mails if mail["In-Reply-To"] == message_id]

    def settings(self, *, all_units: bool = False) -> Settings:
        settings = load_settings(ROOT / "config", templates=ROOT / "mail_templates")
        whole = settings.campaigns[CAMPAIGN]
        folder = replace(whole, units=whole.units[:1], workers={"U01": whole.workers["U01"][:2]})
        folder = replace(whole, workers={}) if all_units else folder
        return settings_for(settings, folder, self.state, imap_port=self.imap.imap_port, smtp_port=self.smtp.port)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    users = dict.fromkeys((SERVICE, HR, CONTACT), PASSWORD)
    with Dovecot(users) as imap, SmtpServer(users=users, lmtp_port=imap.lmtp_port) as smtp:
        yield Servers(imap=imap, smtp=smtp, state=tmp_path / "state")


@contextmanager
def at_work(servers: Servers) -> Iterator[Service]:
    """The service with its engine's threads."""
    with build_service(servers.settings(), now=lambda: NOW) as service:
        engine = service.engine()
        thread = threading.Thread(target=engine.run)
        thread.start()
        try:
            yield service
        finally:
            engine.stop()
            thread.join(30)
            assert not thread.is_alive(), "the engine must stop when told"


def until(true: Callable[[], Any], patience: float = 40.0) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_a_roster_is_answered_and_filed_without_anybody_asking(servers: Servers) -> None:
    """IDLE wakes it; the answer arrives, the mail lies in Processed, still unread for people."""
    with at_work(servers) as service:
        open_campaign = service.open_campaign(CAMPAIGN)
        rows = [row_of(worker) for worker in open_campaign.workers["U01"]]
        content = roster(open_campaign.campaign, open_campaign.units[0], rows)
        sent = servers.write("Gửi Phụ lục 02", {"PL02.xlsx": content})
        until(lambda: servers.answers_to(sent))
        until(lambda: servers.imap.messages(SERVICE, "Processed"))
        assert servers.imap.messages(SERVICE) == []
        assert all("\\Seen" not in flags for flags in servers.imap.flags(SERVICE, "Processed"))
        assert len(servers.answers_to(sent)) == 1


def test_cut_connections_are_made_anew(servers: Servers) -> None:
    """The mailbox server drops us while we wait; the next mail is answered all the same."""
    with at_work(servers):
        first = servers.write("Xin hỏi: hạn nộp là ngày nào?")
        until(lambda: servers.answers_to(first))
        servers.imap.cut_connections(SERVICE)
        servers.smtp.cut_connections()
        second = servers.write("Xin hỏi thêm: gửi bản chụp có được không?")
        until(lambda: servers.answers_to(second))


def test_what_came_while_it_was_down_is_answered_once(servers: Servers) -> None:
    """Stopped, written to, started, stopped, started: one answer."""
    with at_work(servers):
        pass
    sent = servers.write("Xin hỏi: hạn nộp là ngày nào?")
    for _ in range(2):
        with at_work(servers):
            until(lambda: servers.answers_to(sent))
            time.sleep(0.5)
    assert len(servers.answers_to(sent)) == 1


def configured(servers: Servers, folder: Path) -> Path:
    """A configuration folder as an administrator would have it."""
    config = folder / "config"
    shutil.copytree(ROOT / "config", config)
    text = (config / "service.toml").read_text()
    text = text.replace('tls = "tls"', 'tls = "none"').replace('tls = "starttls"', 'tls = "none"')
    text = text.replace("port = 993\n", f"port = {servers.imap.imap_port}\n")
    text = text.replace("port = 587\n", f"port = {servers.smtp.port}\n")  # whole lines: a port may begin with 587
    text = text.replace("DONDOC_MAILBOX_PASSWORD", PASSWORD_VARIABLE).replace(
        "DONDOC_SENDING_PASSWORD", PASSWORD_VARIABLE
    )
    text = text.replace('folder = "state"', f'folder = "{servers.state}"')
    (config / "service.toml").write_text(text)
    return config


def dondoc(config: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "service.cli", *arguments, "--config", str(config)]
    environment = {**os.environ, PASSWORD_VARIABLE: PASSWORD}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_the_commands_work_on_a_real_configuration(servers: Servers, tmp_path: Path) -> None:
    """doctor, run until SIGTERM, status: exit codes and JSON as the contract says."""
    config = configured(servers, tmp_path)
    status, out, err = finished(dondoc(config, "doctor", "--json"))
    assert status == 0, out + err
    assert {check["name"] for check in json.loads(out)["checks"]} >= {"mailbox", "sending", "database", "disk"}
    running = dondoc(config, "run")
    sent = servers.write("Xin hỏi: hạn nộp là ngày nào?")
    until(lambda: servers.answers_to(sent))
    running.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    assert finished(running)[0] == 0
    assert time.monotonic() - begun < 10
    status, out, _ = finished(dondoc(config, "status", "--json"))
    assert status == 1
    assert [unit["stage"] for unit in json.loads(out)["units"]][:2] == ["nothing", "nothing"]


def test_what_stops_a_command_is_one_line(servers: Servers, tmp_path: Path) -> None:
    """Value, problem, remedy; no traceback; exit status 2."""
    config = configured(servers, tmp_path)
    campaign = config / "campaigns" / CAMPAIGN / "campaign.toml"
    campaign.write_text(campaign.read_text().replace('zone = "Asia/Ho_Chi_Minh"', 'zone = "Asia/Hanoi-Moi"'))
    status, out, err = finished(dondoc(config, "status"))
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert "campaign.toml" in err and "zone" in err and "Asia/Hanoi-Moi" in err
