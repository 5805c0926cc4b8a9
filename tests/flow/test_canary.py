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
from service.flow.context import House
from service.flow.ports.world import Folder
from service.flow.watch import health
from service.flow.watch.canary import CANARY
from service.wiring.service import Service
from tests.support.whole_service import HR, PASSWORD, SERVICE, Company, company

WATCH = Watch(canary_every=timedelta(minutes=30), canary_limit=timedelta(minutes=20))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path) as opened:
        yield watching(opened, watch=WATCH)


def watching(opened: Company, **changes: object) -> Company:
    house: House = replace(opened.service.house, **changes)  # type: ignore[arg-type]  # fields of a house
    service: Service = replace(opened.service, house=house)
    return replace(opened, service=service)


def swallow(office: Company) -> int:
    """A filter at the mail server: what lies in the mailbox is gone before we look."""
    with IMAPClient("127.0.0.1", office.post.server.imap_port, ssl=False) as program:
        program.login(SERVICE, PASSWORD)
        program.select_folder("INBOX")
        lying = [int(uid) for uid in program.search()]
        if lying:
            program.delete_messages(lying)
            program.expunge()
        return len(lying)


def send_canary(office: Company) -> None:
    """A pulse, and what it queued handed to the server."""
    office.service.tick()
    office.service.deliver()


def told(office: Company) -> list[EmailMessage]:
    office.work()
    return [mail for mail in office.post.mails(HR) if "Thư tự kiểm tra" in str(mail["Subject"])]


def canaries(office: Company) -> int:
    with office.service.ledger.transaction() as books:
        return sum(record.template == CANARY for record in books.outbox.due(office.clock() + timedelta(days=9))) + sum(
            str(mail["Subject"]) == "[VSSID-2021] Thư tự kiểm tra"
            for mail in office.post.mails(SERVICE, Folder.IGNORED)
        )


def test_without_an_interval_there_is_no_canary(tmp_path: Path) -> None:
    """`every_minutes = 0` is the default: no mail to ourselves."""
    with company(tmp_path) as office:
        office.tick()
        assert canaries(office) == 0


def test_a_canary_comes_back_and_is_filed_with_what_is_ignored(office: Company) -> None:
    """Known as our own mail, answered by nobody, told to nobody; another one only after the interval."""
    office.tick()
    office.clock.pass_by(minutes=29)
    office.tick()
    assert canaries(office) == 1
    office.clock.pass_by(minutes=1)
    office.tick()
    assert canaries(office) == 2
    assert told(office) == []


def test_a_canary_that_does_not_come_back_is_told_once_and_its_return_once(office: Company) -> None:
    """The connections work and mail is swallowed: one mail to HR, then one more when a canary arrives again."""
    send_canary(office)
    assert swallow(office) == 1
    for _ in range(6):
        office.clock.pass_by(minutes=10)
        send_canary(office)
        swallow(office)
    (alarm,) = told(office)
    assert alarm["Subject"] == "[VSSID-2021] Cần kiểm tra: Thư tự kiểm tra gửi đi không quay lại hộp thư"
    for _ in range(6):
        office.clock.pass_by(minutes=10)
        office.tick()
    _, recovery = told(office)
    assert "bình thường trở lại" in str(recovery["Subject"])
    office.clock.pass_by(days=1)
    office.tick()
    assert len(told(office)) == 2


def test_intake_that_stands_still_is_found_by_the_canary(office: Company) -> None:
    """The mail arrives and nobody looks at it: the trigger is dead although the connection is not."""
    send_canary(office)
    office.clock.pass_by(minutes=20)
    office.service.tick()
    office.service.deliver()
    assert "không quay lại hộp thư" in str(office.post.last(HR)["Subject"])


def test_no_alarm_while_a_connection_is_down(office: Company) -> None:
    """Then the outage is what people have to hear of, not its consequence."""
    send_canary(office)
    swallow(office)
    health.begin(office.service.house, Concern.MAILBOX, "connection refused")
    office.clock.pass_by(minutes=40)
    office.service.tick()
    office.service.deliver()
    subjects = [str(mail["Subject"]) for mail in office.post.mails(HR)]
    assert subjects == ["[VSSID-2021] Cần kiểm tra: Không kết nối được hộp thư nhận"]


def test_the_administrator_is_told_where_there_is_one(office: Company) -> None:
    """`[watch] administrator` gets what is not HR's business."""
    admin = office.address_of("U02")
    office = watching(office, watch=replace(WATCH, administrator=admin))
    send_canary(office)
    swallow(office)
    office.clock.pass_by(minutes=20)
    send_canary(office)
    assert "không quay lại hộp thư" in str(office.post.last(admin)["Subject"])
    assert office.post.mails(HR) == []


@pytest.mark.parametrize(
    "valve", [{"holds_sending": True}, {"redirect_to": HR}, {"allowed_domains": ("elsewhere.example",)}]
)
def test_where_mail_does_not_leave_freely_there_is_no_canary(office: Company, valve: dict[str, object]) -> None:
    """Held or redirected mail would make every canary a false alarm."""
    office = watching(office, **valve)
    office.service.tick()
    assert canaries(office) == 0
