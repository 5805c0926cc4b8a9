"""The table of commands is true, and listing it loads nothing that is heavy."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from service.cli import run
from service.cli.command_table import COMMANDS, Row

HEAVY = ("cv2", "onnxruntime", "onnx", "matplotlib", "reportlab", "openpyxl", "pandas", "exchangelib", "msal", "docx")
HEAVY_FOR_HELP = (*HEAVY, "sqlalchemy", "sqlmodel", "alembic", "pydantic", "holidays", "imapclient", "cryptography")
ASKED = "import sys; from service.cli import run; run({arguments}); print([n for n in {names} if n in sys.modules])"


def loaded(arguments: list[str], names: tuple[str, ...], folder: Path) -> str:
    """What of these modules a fresh process loads for this command line; the last line that it prints."""
    program = ASKED.format(arguments=arguments, names=names)
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_each_row_says_what_its_function_says(row: Row) -> None:
    """The first line of its docstring."""
    function = getattr(import_module(f"service.cli.{row.module}"), row.function)
    assert (inspect.getdoc(function) or "").splitlines()[0] == row.said


def test_help_is_there_at_once(tmp_path: Path) -> None:
    """The list of commands needs neither database nor settings."""
    assert loaded(["--help"], HEAVY_FOR_HELP, tmp_path) == "[]"


def test_a_command_about_units_loads_nothing_that_reads_pages(tmp_path: Path) -> None:
    """Its help, and what it needs to run."""
    assert loaded(["status", "--help"], HEAVY, tmp_path) == "[]"


def test_the_version_is_threefold(capsys: pytest.CaptureFixture[str]) -> None:
    """The version, the configuration's, the schema's."""
    assert run(["--version"]) == 0
    words = capsys.readouterr().out.split()
    assert words[0] == "dondoc" and words[2] == "configuration" and words[4:] == ["schema", "0001"]


def test_an_unknown_command_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2."""
    assert run(["nosuch"]) == 2
    assert capsys.readouterr().err == "dondoc: No such command 'nosuch'.\n"
