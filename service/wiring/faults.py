"""Faults on order, for the crash tests: off unless the environment asks for one.

`DONDOC_FAULT="kill:process.recorded:3"` ends the process hard (SIGKILL) when that point is reached for the third time;
`"full:received.shelved:1"` raises "no space left on device" there, that time and the two times after it.
"""

from __future__ import annotations

import errno
import os
import signal
from collections import Counter
from collections.abc import Callable

from service.flow.ports.failures import StorageUnavailable

VARIABLE = "DONDOC_FAULT"
FULL_TIMES = 3


def no_fault(_point: str) -> None:
    """What happens at the named points in production: nothing."""


def fault_from_environment() -> Callable[[str], None] | None:
    """What to do at the named points; None when nothing is ordered."""
    order = os.environ.get(VARIABLE)
    if not order:
        return None
    kind, wanted, number = order.split(":")
    times: Counter[str] = Counter()

    def reached(point: str) -> None:
        times[point] += 1
        if point != wanted:
            return
        if kind == "kill" and times[point] == int(number):
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == "full" and int(number) <= times[point] < int(number) + FULL_TIMES:
            raise StorageUnavailable(f"{point}: {os.strerror(errno.ENOSPC)}")

    return reached
