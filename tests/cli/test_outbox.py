"""`dondoc outbox`, `resend` and `give-up`, as an administrator types them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from service.cli import run
from service.settings import load_settings
from tests.support.harness.delivery_harness import MAI, DeliveryHarness, delivery_harness
from tests.support.harness.whole_service import HR, PASSWORD_VARIABLE, ROOT
from tests.support.servers.smtp_server import Fault, Stage


def configured(harness: DeliveryHarness, folder: Path, state: Path) -> str:
    """The same servers and the same state, as a configuration folder."""
    config = folder / "config"
    shutil.copytree(ROOT / "config", config)
    file = config / "service.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in (
        ('tls = "tls"', 'tls = "none"'),
        ('tls = "starttls"', 'tls = "none"'),
        ("port = 993", f"port = {harness.imap.imap_port}"),
        ("port = 587", f"port = {harness.smtp.port}"),
        ("DONDOC_MAILBOX_PASSWORD", PASSWORD_VARIABLE),
        ("DONDOC_SENDING_PASSWORD", PASSWORD_VARIABLE),
        ('folder = "state"', f'folder = "{state}"'),
    ):
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    assert load_settings(config, templates=ROOT / "mail_templates").state == state
    return str(config)


def test_the_outbox_is_listed_and_decided(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two mails in doubt: one is sent again, one is given up, then nothing needs a person."""
    state = tmp_path / "state"
    with delivery_harness(state) as harness:
        harness.smtp.plan(Fault(Stage.DATA, times=2))
        harness.write("one")
        harness.write("two")
        harness.service.deliver()
        config = configured(harness, tmp_path, state)
        assert run(["outbox", "--json", "--config", config]) == 1
        listed = json.loads(capsys.readouterr().out)
        assert [(mail["kind"], mail["to"]) for mail in listed["mails"]] == [("unknown", [MAI])] * 2
        assert (listed["sending"], listed["paused"]) == ("on", None)
        first, second = (str(mail["id"]) for mail in listed["mails"])
        assert run(["outbox", "--config", config]) == 1
        assert "unknown" in capsys.readouterr().out
        assert run(["resend", first, "--as", HR, "--config", config]) == 0
        assert f"{first} to {MAI}: sent" in capsys.readouterr().out
        assert run(["give-up", second, "--as", HR, "--why", "she has it", "--config", config]) == 0
        capsys.readouterr()
        assert run(["outbox", "--json", "--config", config]) == 0
        assert json.loads(capsys.readouterr().out)["mails"] == []
        assert harness.copies_in(MAI, "one") == 1
        with harness.service.ledger.transaction() as transaction:
            decided = {event.what for event in transaction.events.latest() if event.who == HR}
        assert decided == {"mail resent", "mail given up"}


@pytest.mark.parametrize(("number", "said"), [("999", "no mail of ours has this number"), ("1", "it was sent")])
def test_what_cannot_be_decided_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], number: str, said: str
) -> None:
    """Value, problem, remedy; exit status 2."""
    state = tmp_path / "state"
    with delivery_harness(state) as harness:
        harness.write()
        harness.service.deliver()
        assert harness.mail().id == 1
        config = configured(harness, tmp_path, state)
        assert run(["resend", number, "--as", HR, "--config", config]) == 2
        error = capsys.readouterr().err
        assert said in error and len(error.strip().splitlines()) == 1
