"""Which engines that read pages are on this machine, and what one more would bring: the lines of `dondoc doctor`."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess

NETWORKS = ("trueocr", "rapidocr", "asterocr")
ANSWER_SECONDS = 5.0
MEASURED = (
    "not used: of 285 drawn pages it would have let none more be accepted, at 0.15 s a call and more "
    "(docs/decisions/0097-tesseract.md)"
)


def networks() -> list[str]:
    """The networks that come with the service's packages and are installed."""
    return [name for name in NETWORKS if importlib.util.find_spec(name)]


def said_of_tesseract(search: str | None = None, seconds: float = ANSWER_SECONDS) -> str:
    """What is installed of Tesseract, and what it would improve. `search`: folders to look in instead of PATH.

    `seconds`: how long it may take to answer.
    """
    return f"{_installed(shutil.which('tesseract', path=search), seconds)}; {MEASURED}"


def _installed(program: str | None, seconds: float) -> str:
    if program is None:
        return "not installed, not needed"
    try:
        answer = subprocess.run(  # noqa: S603  # a program from the administrator's own PATH, no word of it from outside
            [program, "--list-langs"], capture_output=True, timeout=seconds, check=True, text=True
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return f"{program} does not answer, not needed"
    languages = (answer.stdout or answer.stderr).split("\n")[1:]
    return f"{program} is installed with {', '.join(filter(None, languages)) or 'no language'}"
