"""How long a command takes from the first to the last moment of its process, with a ledger that is up to date.

Peer in the same run: Python itself, with nothing to do.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.harness.whole_service import ROOT

ROUNDS = 5
COMMANDS = ("--help", "--version", "status", "tasks", "outbox", "review")


def run() -> None:
    """Prints the median of each in seconds, after a round that counts for nothing."""
    with tempfile.TemporaryDirectory() as place:
        config = _configured(Path(place))
        peer = _median(["-c", "pass"])
        print(f"python -c pass: {peer:.2f} s")
        for command in COMMANDS:
            options = [] if command.startswith("--") else ["--config", config]
            took = _median(["-m", "service.cli", command, *options])
            print(f"dondoc {command}: {took:.2f} s, {took / peer:.0f} times as long")


def _configured(place: Path) -> str:
    shutil.copytree(ROOT / "config", place / "config")
    file = place / "config" / "service.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('folder = "state"', f'folder = "{place / "state"}"'), encoding="utf-8")
    return str(place / "config")


def _median(arguments: list[str]) -> float:
    return statistics.median([_seconds(arguments) for _ in range(ROUNDS + 1)][1:])


def _seconds(arguments: list[str]) -> float:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{arguments}: {done.stderr}")
    return took
