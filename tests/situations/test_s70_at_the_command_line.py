"""S70 and S64 at the command line: extend, waive, contacts, findings; wrong input gives one line and status 2."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.cli import run
from service.core.progress.listed_twice import ListedPerson, ListedTwice
from service.storage.ledger import open_ledger
from tests.support.harness.whole_service import PASSWORD, PASSWORD_VARIABLE, ROOT

AS_HR = ("--as", "hr.lan@vnpt-it.example")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The bundled configuration with a state of its own."""
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "campaigns").symlink_to(ROOT / "config" / "campaigns")
    text = (ROOT / "config" / "service.toml").read_text(encoding="utf-8")
    os.environ[PASSWORD_VARIABLE] = PASSWORD
    for variable in ("DONDOC_MAILBOX_PASSWORD", "DONDOC_SENDING_PASSWORD"):
        text = text.replace(variable, PASSWORD_VARIABLE)
    (folder / "service.toml").write_text(
        text.replace('folder = "state"', f'folder = "{tmp_path / "state"}"'), encoding="utf-8"
    )
    return folder


def dondoc(config: Path, *arguments: str) -> int:
    return run([arguments[0], "--config", str(config), "--campaign", "vssid-2021", *arguments[1:]])


def test_s64_a_unit_gets_more_time(config: Path) -> None:
    """0 when it was done, 1 when nothing was, 2 for what cannot be understood."""
    now = ("--now", "2021-05-12T09:00")
    assert dondoc(config, "extend", "U03", "25/05/2021", *AS_HR, *now) == 0
    assert dondoc(config, "extend", "U03", "2021-05-01", *AS_HR, *now) == 1
    assert dondoc(config, "extend", "U03", "tuần sau", *AS_HR, *now) == 2
    assert dondoc(config, "extend", "U99", "25/05/2021", *AS_HR, *now) == 2


def test_hr_sees_who_has_no_contact(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All units, and 1 as long as one has none."""
    assert dondoc(config, "contacts", "--json") == 1
    assert {row["state"] for row in json.loads(capsys.readouterr().out)} == {"none"}
    assert dondoc(config, "findings", "U03") == 0
    assert run(["waive", "7", "--why", "x", *AS_HR, "--config", str(config)]) == 2
    assert "7: no finding has this number" in capsys.readouterr().err


def test_s66_hr_says_whose_a_worker_is(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """1 while one waits; the unit named has to be one of the two, the reason is asked for."""
    kind, number, name = "citizen_id", "001190000017", "Phạm Bích Hương"
    with open_ledger(f"sqlite:///{tmp_path / 'state' / 'ledger.sqlite'}").transaction() as transaction:
        for unit in ("U03", "U05"):
            transaction.listings.list_people(
                "vssid-2021", unit, [ListedPerson(unit=unit, kind=kind, number=number, row=8, name=name)]
            )
        begun = datetime(2021, 5, 4, 2, tzinfo=UTC)
        case = ListedTwice(kind=kind, number=number, former="U03", newer="U05", mail_id=1, noted_at=begun)
        assert transaction.listings.note_twice("vssid-2021", case)
    assert dondoc(config, "listed-twice", "--json") == 1
    (line,) = json.loads(capsys.readouterr().out)
    which = str(line["number"])
    assert (line["name"], line["former"], line["newer"], line["belongs"]) == (name, "U03", "U05", None)
    assert dondoc(config, "belongs", which, "U04", "--why", "chuyển", *AS_HR) == 2
    assert "listed by U03 and U05" in capsys.readouterr().err
    assert dondoc(config, "belongs", which, "u03", "--why", " ", *AS_HR) == 2
    assert dondoc(config, "belongs", "77", "U03", "--why", "chuyển", *AS_HR) == 2
    assert dondoc(config, "belongs", which, "u03", "--why", "chuyển", *AS_HR) == 0
    assert dondoc(config, "listed-twice") == 0
    assert "of U03" in capsys.readouterr().out
