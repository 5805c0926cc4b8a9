"""What `dondoc doctor` says of a Tesseract that is there, lacks, or hangs: never a reason to fail."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from service.cli.engines import NETWORKS, networks, said_of_tesseract

MISSING = "no Tesseract on this machine: apt-get install tesseract-ocr"
FIGURE = "of 285 drawn pages it would have let none more be accepted"


def program(folder: Path, script: str) -> str:
    """A folder with a program of this name."""
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(folder)


def test_where_it_is_not_installed_nothing_is_missing(tmp_path: Path) -> None:
    """The networks come with the service's own packages."""
    assert said_of_tesseract(str(tmp_path)).startswith("not installed, not needed; not used: ")
    assert networks() == list(NETWORKS)


def test_its_languages_and_the_measured_figure_are_named(tmp_path: Path) -> None:
    """So that nobody installs it, or removes it, for nothing."""
    said = said_of_tesseract(program(tmp_path, "printf 'List of available languages (2):\\neng\\nvie\\n'"))
    assert f"{tmp_path}/tesseract is installed with eng, vie; not used: {FIGURE}" in said


@pytest.mark.parametrize("script", ["exit 1", "kill -9 $$", "exec sleep 60", "printf '\\377\\n\\377'"])
def test_one_that_fails_or_hangs_costs_a_few_seconds_at_most(tmp_path: Path, script: str) -> None:
    """Its line says so and has its tick all the same."""
    assert "does not answer, not needed" in said_of_tesseract(program(tmp_path, script), seconds=0.3)


@pytest.mark.skipif(shutil.which("tesseract") is None, reason=MISSING)
def test_the_real_one_is_recognised() -> None:
    """Its list of languages has not changed its form."""
    assert "is installed with " in said_of_tesseract()
    assert "eng" in said_of_tesseract()
