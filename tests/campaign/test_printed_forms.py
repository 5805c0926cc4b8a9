"""`dondoc forms`: printed, signed, scanned, and recognised by `dondoc check`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest

from service.cli import run
from tests.drawn_forms.hands import BLUES, STROKES, Hand, sign
from tests.drawn_forms.wear import Level, captured

BUNDLED = Path(__file__).parents[2] / "config"


def test_a_printed_form_comes_back_signed_and_is_known_by_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bad photograph, upside down: the worker's values are those that were printed."""
    config = tmp_path / "config"
    shutil.copytree(BUNDLED, config)
    monkeypatch.chdir(tmp_path)  # the state lies below the folder in which the command is run
    assert run(["forms", "--config", str(config), "--unit", "U01", "--output", "forms"]) == 0
    first = sorted((tmp_path / "forms" / "U01").iterdir())[0]
    with pdfium.PdfDocument(first.read_bytes()) as document:
        sheet = np.ascontiguousarray(document[0].render(scale=200 / 72).to_numpy()[:, :, 2::-1])
    chance = np.random.default_rng(3)
    sign(sheet, (142, 268), STROKES[Hand.LOOPS]("", chance), BLUES[0], chance)
    (tmp_path / "scan.jpg").write_bytes(captured(sheet, Level.PHOTO_BAD, 180, chance))
    capsys.readouterr()
    run(["check", "scan.jpg", "--config", str(config), "--json"])
    (page,) = json.loads(capsys.readouterr().out)["documents"][0]["declarations"]
    assert (page["source"], page["rotation"], page["signed"]) == ("code", 180, True)
    assert page["fields"]["full_name"]["value"] == "Hoàng Văn Quân"
    assert page["reasons"] == ["Chờ danh sách của đơn vị"]


def test_a_campaign_without_a_declaration_prints_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One clear line instead of an empty folder."""
    shutil.copytree(BUNDLED, tmp_path / "config")
    file = tmp_path / "config" / "service.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("vssid-2021", "suc-khoe-2021", 1), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["forms", "--config", "config", "suc-khoe-2021"]) == 2
    assert "no declaration" in capsys.readouterr().err
