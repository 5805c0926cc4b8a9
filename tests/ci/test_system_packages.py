"""What `make test` installs besides Python: a person at the terminal is asked, a machine is not.

`apt-get` here is a small program that writes down what it was told, so that nothing is installed.
"""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

CI = Path(__file__).parents[2] / ".ci"
WHY = "The tests want postfix (an SMTP server), chromium (a browser that lays mails out)"
APT_GET = """\
#!/bin/sh
case "$*" in
    *--simulate*) printf 'Inst %s\\n' one two three four; exit 0 ;;
    update*) exit 0 ;;
    *missing*) exit 100 ;;
esac
echo "$*" >> "$LOG"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the script said, how it ended, and what it asked apt-get to install."""

    said: str
    status: int
    installed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A Debian with root's rights, as far as the script can see."""

    folder: Path

    def install(self, *packages: str, answer: str | None = None, **environment: str) -> Told:
        """`answer`: what a person types at the terminal; None: there is no terminal."""
        log = self.folder / "installed"
        command = ["sh", str(CI / "apt"), WHY, *packages]
        path = f"{self.folder}:{os.environ['PATH']}"
        values = {"PATH": path, "LOG": str(log), **environment}
        said, status = without_terminal(command, values) if answer is None else at_terminal(command, values, answer)
        return Told(said=said, status=status, installed=log.read_text() if log.exists() else "")


def without_terminal(command: list[str], environment: dict[str, str]) -> tuple[str, int]:
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
    )
    return done.stderr, done.returncode


def at_terminal(command: list[str], environment: dict[str, str], answer: str) -> tuple[str, int]:
    """Types the answer and a return into a pseudo terminal."""
    keyboard, terminal = pty.openpty()
    try:
        os.write(keyboard, f"{answer}\n".encode())
        done = subprocess.run(
            command, env=environment, stdin=terminal, stderr=subprocess.PIPE, text=True, check=False, timeout=30
        )
    finally:
        os.close(keyboard)
        os.close(terminal)
    return done.stderr, done.returncode


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    programs = {
        "apt-get": APT_GET,
        "id": "#!/bin/sh\necho 0\n",
        "debconf-set-selections": "#!/bin/sh\ncat >/dev/null\n",
    }
    for name, text in programs.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return Machine(folder=tmp_path)


@pytest.mark.parametrize("answer", ["n", "", "perhaps"])
def test_a_person_who_does_not_say_yes_gets_nothing_installed(machine: Machine, answer: str) -> None:
    """The question names the packages, why they are wanted and how many come along."""
    told = machine.install("postfix", "chromium", answer=answer)
    assert (told.status, told.installed) == (1, "")
    assert told.said == (
        f"{WHY}\nInstall 2 with apt-get, 4 packages with what they need? [y/N] going on without them\n"
    )


def test_a_person_who_says_yes_gets_all_in_one_go(machine: Machine) -> None:
    """One question, one call."""
    told = machine.install("postfix", "chromium", answer="y")
    assert (told.status, told.installed) == (0, "install -y -qq --no-install-recommends postfix chromium\n")


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"YES": "1"}])
def test_ci_and_yes_answer_for_a_person(machine: Machine, environment: dict[str, str]) -> None:
    """What she would type does not count: she is not asked."""
    told = machine.install("postfix", answer="n", **environment)
    assert (told.status, "[y/N]" in told.said) == (0, False)
    assert told.installed.endswith(" postfix\n")


def test_without_a_terminal_nobody_is_asked(machine: Machine) -> None:
    """As in a container that is being built."""
    told = machine.install("postfix")
    assert (told.status, told.said) == (0, f"{WHY}\n")
    assert told.installed.endswith(" postfix\n")


def test_a_hook_can_say_no_beforehand(machine: Machine) -> None:
    """`YES=0`: what runs at a push has no terminal and shall install nothing all the same."""
    told = machine.install("postfix", YES="0")
    assert (told.status, told.installed) == (1, "")


def test_one_package_that_is_missing_does_not_keep_the_others_away(machine: Machine) -> None:
    """It is named; the rest is installed."""
    told = machine.install("missing", "postfix")
    assert (told.status, told.installed) == (1, "install -y -qq --no-install-recommends postfix\n")
    assert told.said == f"{WHY}\napt-get could not install: missing\n"


def test_a_no_lets_the_tests_go_on(machine: Machine) -> None:
    """On a machine with neither browser nor office program: both are named with why, and a no is no failure."""
    for name in ("sh", "dirname", "grep"):
        (machine.folder / name).symlink_to(shutil.which(name) or name)
    environment = {"PATH": str(machine.folder), "LOG": str(machine.folder / "installed")}
    said, status = at_terminal(["/bin/sh", str(CI / "system-packages")], environment, "n")
    assert "chromium (a browser that lays mails out), libreoffice-calc-nogui (a second office program)\n" in said
    assert said.endswith("[y/N] going on without them\n")
    assert (status, (machine.folder / "installed").exists()) == (0, False)
