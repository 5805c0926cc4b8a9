"""The service on a mail server that misbehaves on order, with Dovecot behind it: for tests of delivery."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from service.core.records import OutgoingRecord, OutgoingState
from service.flow.context import CampaignContext
from service.flow.outbox.compose import queue, to_hr, to_unit
from service.flow.outbox.letters import Draft, HrLetter, UnitLetter
from service.settings import load_settings
from service.settings.delivery import DeliverySettings
from service.wiring.assembly import build_service
from service.wiring.service import Service
from tests.support.harness.whole_service import (
    AGENCY,
    CAMPAIGN,
    HANOI,
    HR,
    PASSWORD,
    ROOT,
    SERVICE,
    MovableClock,
    settings_for,
)
from tests.support.servers.dovecot import DOVECOT, MISSING, Dovecot
from tests.support.servers.postfix import Postfix
from tests.support.servers.smtp_server import SmtpServer

MAI, LONG = "mai.ntp@vnpt-it.example", "long.hoang@vnpt-it.example"
"""The contact of U01 and the head of her unit."""
STRANGER = "someone@elsewhere.example"


@dataclass
class DeliveryHarness:
    """The service, its clock, the server that takes its mails and the one behind it."""

    service: Service
    clock: MovableClock
    smtp: SmtpServer
    imap: Dovecot

    def write(self, key: str = "one", *, to: str = "unit", cc: tuple[str, ...] = ()) -> OutgoingRecord:
        """Queues a mail: to the contact of U01 (with copies) or to HR."""
        with self.harness() as harness:
            facts = {"subject": "x", "received_at": harness.now(), "sender_masked": "x"}
            if to == "hr":
                to_hr(harness, HrLetter(key=key, template="command_result", facts={"lines": ["x"]}))
            else:
                unit = harness.units[0]
                to_unit(harness, unit, UnitLetter(key=key, template="private_address", facts=facts, cc=cc))
        return self.mail(key)

    def write_to(self, address: str, key: str = "one") -> None:
        """Queues a mail to any address, as the package to the agency is."""
        with self.harness() as harness:
            facts = {"lines": ["x"]}
            queue(harness, Draft(key=key, template="command_result", to=(address,), facts=facts, language="vi"))

    def submit(self, text: str, files: dict[str, bytes]) -> None:
        """The contact of U01 writes to us."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = MAI, SERVICE, "Báo cáo"
        mail["Message-ID"] = f"<{len(files)}-files@vnpt-it.example>"
        mail.set_content(text)
        for name, content in files.items():
            mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        self.imap.deliver(SERVICE, mail.as_bytes(policy=email.policy.SMTP))

    def mails_by(self, template: str) -> list[OutgoingRecord]:
        with self.service.ledger.transaction() as transaction:
            return [mail for mail in transaction.outbox.of_unit(CAMPAIGN, "U01") if mail.template == template]

    @contextmanager
    def harness(self) -> Iterator[CampaignContext]:
        with self.service.ledger.transaction() as transaction:
            yield CampaignContext(self.service.services, transaction, self.service.open_campaign(CAMPAIGN))

    def mail(self, key: str = "one") -> OutgoingRecord:
        with self.service.ledger.transaction() as transaction:
            found = transaction.outbox.with_key(key)
        assert found is not None
        return found

    def state(self, key: str = "one") -> OutgoingState:
        return self.mail(key).state

    def events(self, what: str) -> list[str]:
        with self.service.ledger.transaction() as transaction:
            return [event.why for event in transaction.events.latest(500) if event.what == what]

    def pass_by(self, **time: float) -> None:
        """Time passes, and the service does what it does then."""
        self.clock.pass_by(**time)
        self.work()

    def work(self) -> None:
        self.service.once()

    def inbox(self, address: str, folder: str = "INBOX") -> list[EmailMessage]:
        raws = self.imap.messages(address, folder)
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in raws]

    def copies_in(self, address: str, key: str = "one", folder: str = "INBOX") -> int:
        """How often a mail of ours lies in a mailbox."""
        return sum(mail["Message-ID"] == self.mail(key).message_id for mail in self.inbox(address, folder))

    def taken(self) -> list[tuple[str, ...]]:
        """Recipients of every mail that the server took."""
        return [recipients for _, recipients, _ in self.smtp.accepted]


@contextmanager
def delivery_harness(
    state: Path,
    *,
    sending: str = "on",
    allowed_domains: tuple[str, ...] = (),
    delivery: dict[str, Any] | None = None,
    mails_per_minute: int = 10_000,
    quota: dict[str, str] | None = None,
    contact: str = MAI,
    postfix: dict[str, str] | None = None,
) -> Iterator[DeliveryHarness]:
    """One unit of the bundled campaign, on Dovecot; skips the test where that is missing.

    `postfix`: a real Postfix (with these settings) takes our mails; `smtp` is then the server of all other domains.
    """
    if DOVECOT is None:
        pytest.skip(MISSING)
    users = dict.fromkeys((SERVICE, HR, AGENCY, MAI, LONG, STRANGER), PASSWORD)
    clock = MovableClock(datetime(2021, 5, 4, 9, 0, tzinfo=HANOI))
    with ExitStack() as stack:
        imap = stack.enter_context(Dovecot(users, quota=quota))
        smtp = stack.enter_context(SmtpServer(users=users, lmtp_port=imap.lmtp_port))
        port = smtp.port
        if postfix is not None:
            ours = [user for user in users if user.endswith("@vnpt-it.example")]
            ports = {"lmtp": imap.lmtp_port, "relay": smtp.port}
            port = stack.enter_context(Postfix(domain="vnpt-it.example", mailboxes=ours, more=postfix, **ports)).port
        loaded = load_settings(ROOT / "config", templates=ROOT / "mail_templates")
        whole = loaded.campaigns[CAMPAIGN]
        unit = replace(whole.units[0], addresses=(contact,), head_address=LONG)
        folder = replace(whole, units=(unit,), workers={"U01": whole.workers["U01"][:2]})
        settings = settings_for(loaded, folder, state, imap_port=imap.imap_port, smtp_port=port)
        assert settings.service.smtp is not None
        sign_in = {} if postfix is None else {"user": "", "password_env": ""}
        changes = {
            "sending": sending,
            "allowed_domains": allowed_domains,
            "delivery": DeliverySettings(**(delivery or {})),
            "smtp": settings.service.smtp.model_copy(update={"mails_per_minute": mails_per_minute, **sign_in}),
        }
        changed = replace(settings, service=settings.service.model_copy(update=changes))
        with build_service(changed, now=clock) as service:
            yield DeliveryHarness(service=service, clock=clock, smtp=smtp, imap=imap)
