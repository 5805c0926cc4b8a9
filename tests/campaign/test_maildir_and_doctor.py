"""A service that reads a Maildir, and `dondoc doctor --reconcile` over it, as an administrator would use them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from service.cli import run
from service.settings import SettingRefused, load_settings
from service.wiring.assembly import build_service
from service.wiring.mailboxes import build_mailbox
from tests.support.harness.whole_service import PASSWORD_VARIABLE, ROOT, SERVICE, Company, company


@dataclass(frozen=True, slots=True)
class Place:
    """A configuration folder whose mailbox is a Maildir."""

    config: Path
    maildir: Path
    harness: Company

    def deliver(self, sender: str, subject: str, text: str) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, SERVICE, subject
        mail["Message-ID"] = f"<{subject.replace(' ', '-')}@test.example>"
        mail.set_content(text)
        name = f"1619060400.M{len(list((self.maildir / 'new').iterdir()))}P1.host"
        (self.maildir / "tmp" / name).write_bytes(mail.as_bytes())
        (self.maildir / "tmp" / name).rename(self.maildir / "new" / name)


SERVICE_FILE = """
campaigns = ["vssid-2021"]
[own]
address = "{own}"
name = "Ban Nhân sự"
[mailbox]
kind = "maildir"
path = "{maildir}"
[smtp]
host = "127.0.0.1"
port = {port}
tls = "none"
user = "{own}"
password_env = "{variable}"
[state]
folder = "{state}"
[recognition]
processes = 1
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with company(tmp_path / "other") as harness:
        maildir, config = tmp_path / "Maildir", tmp_path / "config"
        for part in ("new", "cur", "tmp"):
            (maildir / part).mkdir(parents=True)
        shutil.copytree(ROOT / "config" / "campaigns" / "vssid-2021", config / "campaigns" / "vssid-2021")
        words = SERVICE_FILE.format(
            own=SERVICE,
            maildir=maildir,
            port=harness.post.server.smtp_port,
            variable=PASSWORD_VARIABLE,
            state=tmp_path / "state",
        )
        (config / "service.toml").write_text(words, encoding="utf-8")
        yield Place(config, maildir, harness)


def test_a_mail_in_a_maildir_is_answered_and_filed(place: Place) -> None:
    """From the file in `new` to the answer over SMTP and the file in `.Processed`."""
    writer = place.harness.address_of("U01")
    place.deliver(writer, "hoi han nop", "Cho hỏi hạn nộp là ngày nào ạ?")
    with build_service(load_settings(place.config, templates=ROOT / "mail_templates")) as service:
        service.once()
        assert service.reconcile().agrees
    assert place.harness.post.last(writer)["In-Reply-To"] == "<hoi-han-nop@test.example>"
    assert len(list((place.maildir / ".Processed" / "new").iterdir())) == 1
    assert list((place.maildir / "new").iterdir()) == []


def test_doctor_names_what_differs_and_changes_nothing(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 1 and the mail by name while it lies there unknown; as JSON one document and nothing else."""
    place.deliver("an@elsewhere.example", "Chua ai doc", "…")
    assert run(["doctor", "--reconcile", "--json", "--config", str(place.config)]) == 1
    document = json.loads(capsys.readouterr().out)
    (stray,) = document["reconciliation"]["not_taken_in"]
    assert (stray["sender"], stray["subject"]) == ("an@elsewhere.example", "Chua ai doc")
    assert document["reconciliation"]["agrees"] is False
    assert document["checks"][-1]["name"] == "reconciliation"
    senders = next(check["said"] for check in document["checks"] if check["name"] == "senders")
    assert "has to be confirmed; set own.authserv_id" in senders
    assert len(list((place.maildir / "new").iterdir())) == 1
    with build_service(load_settings(place.config, templates=ROOT / "mail_templates")) as service:
        service.once()
    run(["doctor", "--reconcile", "--config", str(place.config)])
    said = " ".join(capsys.readouterr().out.split())
    assert "reconciliation: mailbox and ledger agree; 0 mails in the folder, 1 in the ledger (1 held)" in said


def test_doctor_says_when_the_folder_is_not_there(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """A Maildir whose disk is not mounted is one line with its remedy, no traceback."""
    shutil.rmtree(place.maildir)
    assert run(["doctor", "--reconcile", "--config", str(place.config)]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "check `path`, and that its disk is mounted" in said


def test_settings_name_the_folders_and_refuse_what_is_unknown(place: Place) -> None:
    """The Maildir's table is checked as every other one."""
    box = {"kind": "maildir", "path": str(place.maildir), "processed": "Xong"}
    settings = load_settings(place.config, templates=ROOT / "mail_templates", overrides={"mailbox": box})
    assert build_mailbox(settings).name == f"maildir://{place.maildir}"
    with pytest.raises(SettingRefused, match="mailbox"):
        load_settings(place.config, templates=ROOT / "mail_templates", overrides={"mailbox": {**box, "host": "x"}})
