"""The whole service on an Exchange server: read from its inbox, answered through it, filed in its folders."""

from __future__ import annotations

import email
import email.policy
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from service.cli.examination import examine
from service.settings import ServiceSettings, SettingRefused, Settings, load_settings
from service.wiring.assembly import build_service
from service.wiring.service import Service
from tests.support.harness.whole_service import CAMPAIGN, HANOI, HR, PASSWORD, PASSWORD_VARIABLE, ROOT, SERVICE
from tests.support.servers.fake_exchange import FakeExchange, Fault

CONTACT = "mai.ntp@vnpt-it.example"
NOW = datetime(2021, 4, 22, 9, 0, tzinfo=HANOI)
TABLE = {"address": SERVICE, "sign_in": "basic", "user": SERVICE, "password_env": PASSWORD_VARIABLE, "tls": "none"}


@dataclass(frozen=True, slots=True)
class CampaignContext:
    """The server, and the service on it."""

    server: FakeExchange
    service: Service

    def write(self, text: str, number: int = 1) -> str:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = CONTACT, SERVICE, "Xin hỏi"
        mail["Message-ID"] = f"<question-{number}@vnpt-it.example>"
        mail.set_content(text)
        self.server.deliver(SERVICE, mail.as_bytes(policy=email.policy.SMTP))
        return str(mail["Message-ID"])

    def mails(self, address: str, folder: str = "inbox") -> list[EmailMessage]:
        items = self.server.mailboxes[address].folder(folder).items.values()
        return [email.message_from_bytes(item.content, policy=email.policy.default) for item in items]


@pytest.fixture
def server() -> Iterator[FakeExchange]:
    os.environ[PASSWORD_VARIABLE] = PASSWORD
    with FakeExchange(dict.fromkeys((SERVICE, HR, CONTACT), PASSWORD)) as running:
        yield running


def settings_on(server: FakeExchange, state: Path, **more: Any) -> Settings:
    """The bundled campaign with one unit, on this server."""
    overrides: dict[str, Any] = {
        "mailbox": {"kind": "exchange"},
        "sending_by": "exchange",
        "exchange": {**TABLE, "endpoint": server.endpoint, "mails_per_minute": 1000},
        "state": {"folder": str(state)},
        "recognition": {"processes": 1},
    }
    loaded = load_settings(ROOT / "config", templates=ROOT / "mail_templates", overrides={**overrides, **more})
    whole = loaded.campaigns[CAMPAIGN]
    return replace(loaded, campaigns={CAMPAIGN: replace(whole, units=whole.units[:1])})


@pytest.fixture
def harness(server: FakeExchange, tmp_path: Path) -> Iterator[CampaignContext]:
    with build_service(settings_on(server, tmp_path / "state"), now=lambda: NOW) as service:
        yield CampaignContext(server, service)


def test_a_question_is_answered_filed_and_kept_in_sent_items(harness: CampaignContext) -> None:
    """In the thread, under our own Message-ID; the mail lies in Processed, still unread for people."""
    asked = harness.write("Xin hỏi: hạn nộp là ngày nào?")
    harness.service.work_until_quiet()
    (answer,) = harness.mails(CONTACT)
    assert answer["In-Reply-To"] == asked
    assert [mail["Message-ID"] for mail in harness.mails(SERVICE, "sentitems") if mail["To"] == answer["To"]] == [
        answer["Message-ID"]
    ]
    assert harness.mails(SERVICE) == []
    assert [item.read for item in harness.server.mailboxes[SERVICE].folder("Processed").items.values()] == [False]
    harness.service.work_until_quiet()
    assert len(harness.mails(CONTACT)) == 1


def test_s57_an_answer_that_was_lost_is_found_in_sent_items(harness: CampaignContext) -> None:
    """S57: carried out although the connection broke: found by its Message-ID, and never sent twice."""
    harness.write("Xin hỏi: hạn nộp là ngày nào?")
    harness.server.plan(Fault("CreateItem", carried_out=True, times=2))
    harness.service.work_until_quiet()
    harness.service.tick()
    harness.service.work_until_quiet()
    assert len(harness.mails(CONTACT)) == 1
    with harness.service.ledger.transaction() as transaction:
        assert {str(state) for state in transaction.outbox.count_by_state()} == {"sent"}


def test_redirected_mail_goes_nowhere_else(server: FakeExchange, tmp_path: Path) -> None:
    """The first days of use: everything to one address, whomever the header names."""
    settings = settings_on(server, tmp_path / "state", sending=f"redirect:{HR}")
    with build_service(settings, now=lambda: NOW) as service:
        harness = CampaignContext(server, service)
        harness.write("Xin hỏi: hạn nộp là ngày nào?")
        service.work_until_quiet()
    assert harness.mails(CONTACT) == []
    assert {recipients for recipients, _ in server.answers.sent} == {(HR,)}


def test_doctor_names_both_connections(server: FakeExchange, tmp_path: Path) -> None:
    """What is configured is looked at for real; a wrong password is a line with its remedy."""
    folder = _written(server, tmp_path)
    found = {result.name: result for result in examine(folder)}
    assert (found["mailbox"].ok, found["sending"].ok) == (True, True)
    assert found["mailbox"].said.startswith(f"exchange://{SERVICE}@127.0.0.1/INBOX: signed in (basic), 0 mails")
    os.environ[PASSWORD_VARIABLE] = "wrong"
    found = {result.name: result for result in examine(folder)}
    assert (found["mailbox"].ok, found["sending"].ok) == (False, False)
    assert "check user name, password" in found["mailbox"].said
    assert "check user name, password" in found["sending"].said


def _written(server: FakeExchange, folder: Path) -> Path:
    """A configuration folder as an administrator writes it."""
    (folder / "campaigns").symlink_to(ROOT / "config" / "campaigns")
    text = (ROOT / "config" / "service.toml").read_text(encoding="utf-8")
    before, _, rest = text.partition("[mailbox]")
    after = rest[rest.index("[state]") :].replace('folder = "state"', f'folder = "{folder / "state"}"')
    lines = (f'{key} = "{value}"' for key, value in {**TABLE, "endpoint": server.endpoint}.items())
    head = before.replace('sending = "on"', 'sending = "on"\nsending_by = "exchange"')
    tables = "\n".join(('[mailbox]\nkind = "exchange"', "[exchange]", *lines, ""))
    (folder / "service.toml").write_text(f"{head}{tables}\n{after}", encoding="utf-8")
    return folder


ENDPOINT = "https://mail.office.example/EWS/Exchange.asmx"
PLACE = {"endpoint": ENDPOINT, "address": HR}
SIGNED_IN = {"user": HR, "password_env": PASSWORD_VARIABLE}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"mailbox": {"kind": "exchange"}}, r'mailbox.kind = "exchange": add the table \[exchange\]'),
        ({"sending_by": "exchange"}, r'sending_by = "exchange": add the table \[exchange\]'),
        ({"mailbox": {"kind": "pop3"}}, "'pop3' .*expected tags: 'imap', 'exchange'"),
        ({"mailbox": {"kind": "exchange", "host": "x"}}, "mailbox.host = 'x': Extra inputs are not permitted"),
        ({"mailbox": {"host": "x", "user": "x", "password_env": ""}}, "mailbox.port: Field required"),
        ({"exchange": {**PLACE, **SIGNED_IN, "endpoint": "http://x/EWS"}}, "passwords in the clear; use https"),
        ({"exchange": PLACE}, 'sign_in = "ntlm" needs `user` and `password_env`'),
        ({"exchange": {**PLACE, **SIGNED_IN, "sign_in": "oauth"}}, "needs `client_id`, `token_url`"),
        ({"exchange": {**PLACE, **SIGNED_IN, "endpoint": "mail.office.example"}}, "exchange.endpoint = 'mail"),
    ],
)
def test_a_wrong_setting_is_named_with_file_key_and_remedy(wrong: dict[str, Any], said: str) -> None:
    """At start, in one line."""
    with pytest.raises(SettingRefused, match=said) as told:
        load_settings(ROOT / "config", templates=ROOT / "mail_templates", overrides=wrong)
    assert "service.toml" in str(told.value)
    assert "\n" not in str(told.value)


def test_the_pace_is_that_of_the_server_that_sends(server: FakeExchange, tmp_path: Path) -> None:
    """`mails_per_minute` of [exchange], not of an [smtp] that stands beside it."""
    service: ServiceSettings = settings_on(server, tmp_path).service
    assert (service.mails_per_minute, service.smtp is not None) == (1000, True)


def test_a_busy_server_loses_nothing(harness: CampaignContext) -> None:
    """The mail stays in the outbox and goes out after the pause."""
    harness.write("Xin hỏi: hạn nộp là ngày nào?")
    harness.server.plan(Fault("CreateItem", code="ErrorServerBusy", milliseconds=200))
    harness.service.work_until_quiet()
    assert harness.mails(CONTACT) == []
    with harness.service.ledger.transaction() as transaction:
        assert "queued" in {str(state) for state in transaction.outbox.count_by_state()}
