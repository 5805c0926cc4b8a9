"""The demonstration's mail server is an extra: the service runs without it, and `dondoc demo` says what to install."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from service.demo.extra import PACKAGES

ROOT = Path(__file__).parents[2]
WITHOUT = """
import pkgutil, sys
for name in ("aiosmtpd", "pymap", "proxyprotocol", "pysasl"):
    sys.modules[name] = None  # Python's own way to say that a package is not there
"""
IMPORT_ALL = """
import importlib, service
for module in pkgutil.walk_packages(service.__path__, "service."):
    if module.name.startswith("service.demo.") or ".migrations." in module.name or module.name.endswith("__main__"):
        continue
    importlib.import_module(module.name)
"""
DEMO = """
from service.cli import run
sys.exit(run(["demo", "--fast"]))
"""


def without_the_extra(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A Python that has what requirements.lock pins, and no more."""
    return subprocess.run(
        [sys.executable, "-c", WITHOUT + program],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_demonstration_says_in_one_line_what_to_install(tmp_path: Path) -> None:
    """Value, problem, remedy; nothing is made."""
    done = without_the_extra(DEMO, tmp_path)
    assert (done.returncode, done.stdout, list(tmp_path.iterdir())) == (2, "", [])
    assert done.stderr == (
        "dondoc: aiosmtpd, pymap: not installed, and the demonstration's mail server is built on this; "
        "in the checkout run `make demo`, or pip install '.[demo]'\n"
    )


def test_the_service_needs_nothing_of_the_extra(tmp_path: Path) -> None:
    """Every module outside the demonstration can be imported."""
    done = without_the_extra(IMPORT_ALL, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_only_the_lock_of_developers_pins_the_extra() -> None:
    """What a container installs has neither of the packages; pyproject.toml names the same two."""
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert tuple(line.partition(">")[0] for line in extra["demo"]) == PACKAGES
    for package in PACKAGES:
        assert f"\n{package}==" not in "\n" + (ROOT / "requirements.lock").read_text(encoding="utf-8")
        assert f"\n{package}==" in "\n" + (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
