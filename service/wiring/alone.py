"""One service at a time on a state folder: an operating-system lock that a dead process cannot keep."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.flow.ports.failures import CannotGoOn


class AlreadyRunning(CannotGoOn):
    """Another process has the lock."""


@contextmanager
def alone(state: Path) -> Iterator[None]:
    """Holds the lock while the service runs. Raises AlreadyRunning."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (state / "service.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"{state}: another dondoc is at work on this folder; stop it first") from None
        yield
