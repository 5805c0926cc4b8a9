"""Units write to a mailbox at Microsoft 365: taken in, answered and filed through Graph, with trouble on the way."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service.flow.ports.failures import MailboxUnavailable
from service.settings import load_settings
from service.wiring.assembly import build_service
from service.wiring.service import Service
from service.wiring.signing_in import sign_in
from tests.support.harness.bundled_campaign import ROOT, TEMPLATES
from tests.support.servers.fake_graph import FakeGraph, Fault
from tests.support.servers.token_server import CLIENT, TokenServer
from tests.wiring.test_signing_in import browse

US = "nhansu@vnpt-it.example"
MOMENT = datetime(2021, 4, 22, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@dataclass(slots=True)
class CampaignContext:
    """The service on Graph, and the provider of its tokens."""

    provider: TokenServer
    graph: FakeGraph
    service: Service
    moment: datetime = MOMENT
    written: int = 0

    @property
    def unit(self) -> str:
        """The address of the first unit."""
        return next(iter(self.service.settings.campaigns.values())).units[0].addresses[0]

    def write(self) -> bytes:
        """The unit sends a mail without anything in it."""
        self.written += 1
        mail = EmailMessage(policy=email.policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = self.unit, US, "Báo cáo"
        mail["Message-ID"], mail["Date"] = f"<{self.written}@unit.example>", MOMENT
        mail.set_content("")
        self.graph.deliver(mail.as_bytes())
        return mail.as_bytes()

    def outgoing(self) -> dict[str, int]:
        """How many of our mails stand where."""
        with self.service.ledger.transaction() as transaction:
            return dict(transaction.outbox.count_by_state())

    def answers(self) -> list[EmailMessage]:
        """What the unit was sent."""
        mails = [
            email.message_from_bytes(raw, policy=email.policy.default)
            for recipients, raw in self.graph.sent
            if recipients == (self.unit,)
        ]
        return [mail for mail in mails if isinstance(mail, EmailMessage)]


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[CampaignContext]:
    with TokenServer(US) as provider, FakeGraph(US, takes=provider.is_good) as graph:
        addresses = {"token_url": provider.token_url, "authorization_url": f"{provider.base}/authorize"}
        overrides = {
            "mailbox": {"kind": "graph", "processed": "Dondoc/Processed"},
            "sending_by": "graph",
            "graph": {"user": US, "base_url": graph.base_url},
            "oauth": {"provider": "other", "client_id": CLIENT, **addresses},
            "state": {"folder": str(tmp_path)},
            "recognition": {"processes": 1},
        }
        settings = load_settings(ROOT / "config", templates=TEMPLATES, overrides=overrides)
        sign_in(settings, "mailbox", browse)
        running: list[CampaignContext] = []
        with build_service(settings, now=lambda: running[0].moment if running else MOMENT) as service:
            running.append(CampaignContext(provider, graph, service))
            yield running[0]


def test_a_units_mail_is_answered_and_filed(harness: CampaignContext) -> None:
    """One answer in its thread, the mail in its folder, and nothing done twice by the next look."""
    written = harness.write()
    for _ in range(2):
        harness.service.work_until_quiet()
    assert [answer["In-Reply-To"] for answer in harness.answers()] == ["<1@unit.example>"]
    assert harness.graph.contents("Dondoc/Processed") == [written]
    assert harness.graph.keys() == []


def test_s57_an_answer_stored_but_not_confirmed_is_found_in_sent_items(harness: CampaignContext) -> None:
    """S57: Graph took the answer and the connection broke; Sent Items settle it, and the unit gets one only."""
    harness.write()
    harness.graph.plan(Fault("sendMail", stored=True))
    harness.service.work_until_quiet()
    assert harness.outgoing().get("unknown") == 1
    for _ in range(3):
        harness.moment += timedelta(minutes=20)
        harness.service.tick()
        harness.service.work_until_quiet()
    assert "unknown" not in harness.outgoing()
    assert len(harness.answers()) == 1


def test_s08_a_withdrawn_sign_in_stops_nothing_for_good(harness: CampaignContext) -> None:
    """S08: until somebody signs in again nothing is lost; afterwards the same process goes on."""
    harness.write()
    harness.provider.revoke_access()
    harness.provider.refresh.clear()
    with pytest.raises(MailboxUnavailable, match="run `dondoc sign-in mailbox`"):
        harness.service.work_until_quiet()
    sign_in(harness.service.settings, "mailbox", browse)
    harness.service.work_until_quiet()
    assert len(harness.answers()) == 1
