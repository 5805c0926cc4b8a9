"""The table of commands is true, and listing it loads nothing that is heavy."""

from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from service.cli import run
from service.cli.command_table import COMMANDS, Row
from service.storage.migrate import MIGRATIONS
from service.storage.schema_version import VERSIONS, newest_schema
from tests.support.harness.whole_service import ROOT

PAPERS = ("cv2", "onnxruntime", "onnx", "trueocr", "rapidocr", "asterocr", "pdfplumber", "PIL", "docx", "openpyxl")
MAILS = ("exchangelib", "msal", "requests", "imapclient", "dns", "jinja2", "flufl.bounce")
HEAVY = (*PAPERS, *MAILS, "matplotlib", "reportlab", "pandas", "cryptography")
DATABASE = ("sqlalchemy", "sqlmodel", "alembic")
WHOLE_FLOW = ("service.wiring.service", "service.wiring.mailboxes")
HEAVY_FOR_HELP = (*HEAVY, *DATABASE, "pydantic", "holidays", "lxml")
ASKED = "import sys; from service.cli import run; run({arguments}); print([n for n in {names} if n in sys.modules])"


def loaded(arguments: list[str], names: tuple[str, ...], folder: Path) -> str:
    """What of these modules a fresh process loads for this command line; the last line that it prints."""
    program = ASKED.format(arguments=arguments, names=names)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1]


def with_a_state_of_its_own(folder: Path) -> str:
    """The bundled configuration, its state in this folder."""
    shutil.copytree(ROOT / "config", folder / "config")
    file = folder / "config" / "service.toml"
    text = file.read_text(encoding="utf-8")
    assert 'folder = "state"' in text
    file.write_text(text.replace('folder = "state"', f'folder = "{folder / "state"}"'), encoding="utf-8")
    return str(folder / "config")


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_each_row_says_what_its_function_says(row: Row) -> None:
    """The first line of its docstring."""
    function = getattr(import_module(f"service.cli.{row.module}"), row.function)
    assert (inspect.getdoc(function) or "").splitlines()[0] == row.said


def test_help_is_there_at_once(tmp_path: Path) -> None:
    """The list of commands needs neither database nor settings."""
    assert loaded(["--help"], HEAVY_FOR_HELP, tmp_path) == "[]"


def test_the_version_is_there_at_once(tmp_path: Path) -> None:
    """It needs neither database nor settings either."""
    assert loaded(["--version"], HEAVY_FOR_HELP, tmp_path) == "[]"


def test_the_version_names_the_newest_migration_as_alembic_knows_it() -> None:
    """The name of its file begins with its revision."""
    scripts = ScriptDirectory(str(MIGRATIONS), version_locations=[str(VERSIONS)])
    assert scripts.get_current_head() == newest_schema()


@pytest.mark.parametrize("command", ["status", "tasks", "outbox", "review"])
def test_a_command_that_looks_into_the_ledger_loads_nothing_for_papers_and_mails(command: str, tmp_path: Path) -> None:
    """The second time, for the first makes the ledger."""
    config = with_a_state_of_its_own(tmp_path)
    loaded([command, "--config", config], (), tmp_path)
    assert (tmp_path / "state" / "ledger.sqlite").is_file()
    assert loaded([command, "--config", config], (*HEAVY, *WHOLE_FLOW, "alembic"), tmp_path) == "[]"


def test_the_version_is_threefold(capsys: pytest.CaptureFixture[str]) -> None:
    """The version, the configuration's, the schema's."""
    assert run(["--version"]) == 0
    words = capsys.readouterr().out.split()
    assert words[0] == "dondoc" and words[2] == "configuration" and words[4:] == ["schema", "0001"]


def test_an_unknown_command_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2."""
    assert run(["nosuch"]) == 2
    assert capsys.readouterr().err == "dondoc: No such command 'nosuch'.\n"
