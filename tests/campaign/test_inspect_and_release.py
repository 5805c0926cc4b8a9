"""`dondoc inspect` and `dondoc release`, as people type them, over the state of a service at work."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service.cli import run
from service.core.records import MailState
from tests.support.harness.whole_service import HR, PASSWORD_VARIABLE, ROOT, SERVICE, Company, company
from tests.support.papers.filled_papers import roster, row_of

CONTRACT: dict[str, type | tuple[type, ...]] = {
    "file": str,
    "sha256": str,
    "message_id": (str, type(None)),
    "sender": str,
    "subject": str,
    "kind": str,
    "reasons": list,
    "unit": (str, type(None)),
    "campaign": (str, type(None)),
    "authenticity": str,
    "would_reply": bool,
    "reply": (dict, type(None)),
    "bounced": list,
    "permanent": (bool, type(None)),
    "documents": list,
}
NOW = "2021-04-22T09:00"


@dataclass(frozen=True, slots=True)
class Desk:
    """A service at work, its configuration as a folder, and a place for mail files."""

    harness: Company
    config: str
    folder: Path

    def file(self, name: str, raw: bytes) -> str:
        (self.folder / name).write_bytes(raw)
        return str(self.folder / name)

    def newest_mail(self) -> str:
        return self.file("newest.eml", self.harness.post.server.messages(SERVICE)[-1])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    with company(folder / "state") as harness:
        harness.launch()
        config = folder / "config"
        shutil.copytree(ROOT / "config", config)
        text = (config / "service.toml").read_text(encoding="utf-8")
        for old, new in (
            ('tls = "tls"', 'tls = "none"'),
            ('tls = "starttls"', 'tls = "none"'),
            ("port = 993", f"port = {harness.post.server.imap_port}"),
            ("port = 587", f"port = {harness.post.server.smtp_port}"),
            ("DONDOC_MAILBOX_PASSWORD", PASSWORD_VARIABLE),
            ("DONDOC_SENDING_PASSWORD", PASSWORD_VARIABLE),
            ("processes = 2", "processes = 1"),
            ('unproven = "confirm"', 'unproven = "address"'),
            ('folder = "state"', f'folder = "{folder / "state"}"'),
        ):
            assert old in text
            text = text.replace(old, new)
        (config / "service.toml").write_text(text, encoding="utf-8")
        yield Desk(harness, str(config), folder)


def inspected(desk: Desk, capsys: pytest.CaptureFixture[str], *files: str) -> tuple[int, list[dict[str, Any]]]:
    status = run(["inspect", *files, "--json", "--config", desk.config, "--now", NOW])
    return status, json.loads(capsys.readouterr().out)


def test_inspect_says_what_the_service_then_does(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """The same answer with the same subject, to the same people; and looking changed nothing."""
    harness, campaign = desk.harness, desk.harness.folder.campaign
    unit = harness.folder.units[0]
    rows = [row_of(worker, phone="12") for worker in harness.folder.workers["U01"]]
    harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": roster(campaign, unit, rows)})
    with harness.service.ledger.transaction() as transaction:
        before = transaction.mails.count_by_state()
    status, (seen,) = inspected(desk, capsys, desk.newest_mail())
    with harness.service.ledger.transaction() as transaction:
        assert transaction.mails.count_by_state() == before
    assert status == 1
    for key, kind in CONTRACT.items():
        assert isinstance(seen[key], kind), key
    assert (seen["kind"], seen["unit"], seen["campaign"]) == ("submission", "U01", campaign.id)
    assert seen["sha256"] == hashlib.sha256(harness.post.server.messages(SERVICE)[-1]).hexdigest()
    assert [document["kind"] for document in seen["documents"]] == ["roster"]
    harness.work()
    answer = harness.post.last(harness.address_of("U01"))
    assert seen["reply"] == {"to": [answer["To"]], "subject": answer["Subject"], "template": "needs_correction"}


def test_inspect_knows_what_the_service_knows(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """A stranger's mail is held; once HR admitted her, the same file is a question that would be answered."""
    desk.harness.post.server.add_user("hoa@thu-rieng.example", "x")
    opening = desk.harness.post.last(desk.harness.address_of("U02"))
    desk.harness.post.write("hoa@thu-rieng.example", text="Hạn nộp là ngày nào ạ?", answers=opening)
    mail = desk.newest_mail()
    status, (seen,) = inspected(desk, capsys, mail)
    assert (status, seen["kind"], seen["would_reply"], seen["reply"]) == (1, "unknown_sender", False, None)
    told = {(each["template"], each["to"][0]) for each in seen["also_written"]}
    assert told == {("held_notice", HR), ("private_address", desk.harness.address_of("U02"))}
    desk.harness.service.admit("hoa@thu-rieng.example", unit="U02", by=HR)
    status, (seen,) = inspected(desk, capsys, mail)
    assert (status, seen["kind"], seen["unit"], seen["would_reply"]) == (0, "question", "U02", True)


def test_inspect_speaks_to_people_too(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Kind, who, why, the answer, and who else would hear."""
    desk.harness.post.write(desk.harness.address_of("U02"), text="Hạn nộp là ngày nào ạ?")
    assert run(["inspect", desk.newest_mail(), "--config", desk.config, "--now", NOW]) == 0
    words = " ".join(capsys.readouterr().out.split())
    for said in ("newest.eml: question", "unit U02", "· unit U02: sender address", "answer to", f"also to {HR}"):
        assert said in words


def test_inspect_takes_anything(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing, noise, a workbook or an Outlook file in place of a mail: a kind, a reason, no traceback."""
    raws = {
        "empty": b"",
        "noise": bytes(range(256)) * 40,
        "zip": b"PK\x03\x04" + bytes(200),
        "outlook.msg": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "winmail.dat": b"\x78\x9f\x3e\x22" + bytes(60),
        "broken.eml": b"From: x\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\n" + b"\xff\xfe" * 50,
    }
    files = [desk.file(name, raw) for name, raw in raws.items()]
    status, seen = inspected(desk, capsys, *files)
    assert status == 1
    assert [each["kind"] for each in seen if each["would_reply"]] == []
    assert all(each["reasons"] for each in seen)
    assert {each["kind"] for each in seen} <= {"unreadable", "unknown_sender"}


def test_release_takes_one_held_mail_in(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """HR's word for one mail: taken in as the unit's, answered to its contact; the address stays unregistered."""
    harness = desk.harness
    harness.post.server.add_user("nam@thu-rieng.example", "x")
    harness.post.write("nam@thu-rieng.example", text="Hạn nộp là ngày nào ạ?")
    harness.work()
    with harness.service.ledger.transaction() as transaction:
        (held,) = [mail for mail in transaction.mails.held() if mail.sender == "nam@thu-rieng.example"]
    before = len(harness.post.mails(harness.address_of("U01")))
    release = ["release", str(held.id), "--unit", "U01", "--why", "đã hỏi", "--as", HR, "--config", desk.config]
    assert run([*release, "--now", NOW]) == 0
    assert f"Mail {held.id} is taken in for U01" in capsys.readouterr().out
    assert harness.service.mail_state(held.id) is MailState.PROCESSED
    assert len(harness.post.mails(harness.address_of("U01"))) == before + 1
    assert harness.post.mails("nam@thu-rieng.example") == []
    assert run([*release, "--now", NOW]) == 2
    assert "no held mail has the number" in capsys.readouterr().err


def test_our_own_address_is_never_admitted(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """With or without a tag: the service would write to itself."""
    for address in (SERVICE, SERVICE.replace("@", "+vssid@")):
        assert run(["admit", address, "--unit", "U01", "--as", HR, "--config", desk.config]) == 2
        assert "our own address" in capsys.readouterr().err
