"""S70 and S64 at the command line: extend, waive, contacts, findings; wrong input gives one line and status 2."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from service.cli import run
from tests.support.whole_service import PASSWORD, PASSWORD_VARIABLE, ROOT

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
