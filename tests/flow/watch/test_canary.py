"""The canary over a real server: it comes back, or somebody is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from imapclient import IMAPClient

from service.core.watch import Concern, Watch
from service.flow.context import SendingRules, Services
from service.flow.ports.world import Folder
from service.flow.watch import health
from service.flow.watch.canary import CANARY
from service.wiring.service import Service
from tests.support.harness.whole_service import HR, PASSWORD, SERVICE, Company, company

WATCH = Watch(canary_every=timedelta(minutes=30), canary_limit=timedelta(minutes=20))


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path) as opened:
        yield watching(opened, watch=WATCH)


def watching(opened: Company, **changes: object) -> Company:
    services: Services = replace(opened.service.services, **changes)  # type: ignore[arg-type]  # fields of the services
    service: Service = replace(opened.service, services=services)
    return replace(opened, service=service)


def swallow(harness: Company) -> int:
    """A filter at the mail server: what lies in the mailbox is gone before we look."""
    with IMAPClient("127.0.0.1", harness.post.server.imap_port, ssl=False) as program:
        program.login(SERVICE, PASSWORD)
        program.select_folder("INBOX")
        lying = [int(uid) for uid in program.search()]
        if lying:
            program.delete_messages(lying)
            program.expunge()
        return len(lying)


def send_canary(harness: Company) -> None:
    """A pulse, and what it queued handed to the server."""
    harness.service.tick()
    harness.service.deliver()


def told(harness: Company) -> list[EmailMessage]:
    harness.work()
    return [mail for mail in harness.post.mails(HR) if "Thư tự kiểm tra" in str(mail["Subject"])]


def canaries(harness: Company) -> int:
    with harness.service.ledger.transaction() as transaction:
        return sum(
            record.template == CANARY for record in transaction.outbox.due(harness.clock() + timedelta(days=9))
        ) + sum(
            str(mail["Subject"]) == "[VSSID-2021] Thư tự kiểm tra"
            for mail in harness.post.mails(SERVICE, Folder.IGNORED)
        )


def test_without_an_interval_there_is_no_canary(tmp_path: Path) -> None:
    """`every_minutes = 0` is the default: no mail to ourselves."""
    with company(tmp_path) as harness:
        harness.tick()
        assert canaries(harness) == 0


def test_a_canary_comes_back_and_is_filed_with_what_is_ignored(harness: Company) -> None:
    """Known as our own mail, answered by nobody, told to nobody; another one only after the interval."""
    harness.tick()
    harness.clock.pass_by(minutes=29)
    harness.tick()
    assert canaries(harness) == 1
    harness.clock.pass_by(minutes=1)
    harness.tick()
    assert canaries(harness) == 2
    assert told(harness) == []


def test_a_canary_that_does_not_come_back_is_told_once_and_its_return_once(harness: Company) -> None:
    """The connections work and mail is swallowed: one mail to HR, then one more when a canary arrives again."""
    send_canary(harness)
    assert swallow(harness) == 1
    for _ in range(6):
        harness.clock.pass_by(minutes=10)
        send_canary(harness)
        swallow(harness)
    (alarm,) = told(harness)
    assert alarm["Subject"] == "[VSSID-2021] Cần kiểm tra: Thư tự kiểm tra gửi đi không quay lại hộp thư"
    for _ in range(6):
        harness.clock.pass_by(minutes=10)
        harness.tick()
    _, recovery = told(harness)
    assert "bình thường trở lại" in str(recovery["Subject"])
    harness.clock.pass_by(days=1)
    harness.tick()
    assert len(told(harness)) == 2


def test_intake_that_stands_still_is_found_by_the_canary(harness: Company) -> None:
    """The mail arrives and nobody looks at it: the trigger is dead although the connection is not."""
    send_canary(harness)
    harness.clock.pass_by(minutes=20)
    harness.service.tick()
    harness.service.deliver()
    assert "không quay lại hộp thư" in str(harness.post.last(HR)["Subject"])


def test_no_alarm_while_a_connection_is_down(harness: Company) -> None:
    """Then the outage is what people have to hear of, not its consequence."""
    send_canary(harness)
    swallow(harness)
    health.begin(harness.service.services, Concern.MAILBOX, "connection refused")
    harness.clock.pass_by(minutes=40)
    harness.service.tick()
    harness.service.deliver()
    subjects = [str(mail["Subject"]) for mail in harness.post.mails(HR)]
    assert subjects == ["[VSSID-2021] Cần kiểm tra: Không kết nối được hộp thư nhận"]


def test_the_administrator_is_told_where_there_is_one(harness: Company) -> None:
    """`[watch] administrator` gets what is not HR's business."""
    admin = harness.address_of("U02")
    harness = watching(harness, watch=replace(WATCH, administrator=admin))
    send_canary(harness)
    swallow(harness)
    harness.clock.pass_by(minutes=20)
    send_canary(harness)
    assert "không quay lại hộp thư" in str(harness.post.last(admin)["Subject"])
    assert harness.post.mails(HR) == []


@pytest.mark.parametrize(
    "rules",
    [SendingRules(holds=True), SendingRules(redirect_to=HR), SendingRules(allowed_domains=("elsewhere.example",))],
)
def test_where_mail_does_not_leave_freely_there_is_no_canary(harness: Company, rules: SendingRules) -> None:
    """Held or redirected mail would make every canary a false alarm."""
    harness = watching(harness, sending=rules)
    harness.service.tick()
    assert canaries(harness) == 0
