"""The checker of lengths names what is too long, and is silent about the rest."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

CHECKER = Path(__file__).parents[2] / ".ci" / "lengths.py"


def run_over(root: Path, files: dict[str, str]) -> tuple[str, int]:
    """The checker at work in a checkout with these files."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / ".ci").mkdir()
    here = shutil.copy(CHECKER, root / ".ci")
    done = subprocess.run([sys.executable, here], capture_output=True, text=True, check=False)
    return done.stdout, done.returncode


def a_function(*, lines: int) -> str:
    return "def long():\n" + "    x = 1\n" * (lines - 1)


def test_what_is_too_long_is_named_with_its_place_size_and_limit(tmp_path: Path) -> None:
    """A method inside a class counts as any function does; the file's own length is a complaint of its own."""
    method = "class Unit:\n    async def speak(self):\n" + "        x = 1\n" * 41
    files = {"service/flow/a.py": "\n" + a_function(lines=41), "service/b.py": method, "service/c.py": "x = 1\n" * 401}
    assert run_over(tmp_path, files) == (
        "service/b.py:2: speak has 42 lines, at most 40; make it two\n"
        "service/c.py:1: the file has 401 lines, at most 400; make it two\n"
        "service/flow/a.py:2: long has 41 lines, at most 40; make it two\n",
        1,
    )


def test_what_just_fits_and_what_is_a_migration_passes(tmp_path: Path) -> None:
    """Forty lines, four hundred lines, and a migration of any length."""
    files = {
        "service/a.py": a_function(lines=40) + "x = 1\n" * 360,
        "service/storage/migrations/versions/0001_first.py": a_function(lines=200),
    }
    assert run_over(tmp_path, files) == ("", 0)
