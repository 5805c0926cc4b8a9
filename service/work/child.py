"""The life of one child process: limits first, then calls one after the other, until its parent ends."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import threading
import traceback
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from typing import Any

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ChildAnswer:
    """What a call gave: its result or its exception."""

    result: Any = None
    error: BaseException | None = None


def live(line: Connection[bytes, bytes], memory_mb: int) -> None:
    """The child's main function: takes (seconds, call) and gives packed answers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole terminal; the parent decides what ends
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as many children as cores: more threads would only compete
    _limit_memory(memory_mb)
    collect_seldom()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    line.send_bytes(_packed(ChildAnswer()))
    while True:
        try:
            seconds, call = int.from_bytes(line.recv_bytes(), "big"), line.recv_bytes()
        except EOFError:
            return
        _kill_me_after(seconds)
        line.send_bytes(_packed(_answer(call)))
        _kill_me_after(0)


def collect_seldom() -> None:
    """A call makes hundreds of thousands of objects, hardly any in cycles: looking for those takes a third of it."""
    gc.set_threshold(_NEW_OBJECTS, 10, 10)


_NEW_OBJECTS = 200_000


def _limit_memory(memory_mb: int) -> None:
    """Beyond the limit Python raises MemoryError.

    The limit is on data, not on address space: models and libraries map far more than they use.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  exists on Unix only

    limit = memory_mb * MEGABYTE
    _, highest = resource.getrlimit(resource.RLIMIT_DATA)
    if highest != resource.RLIM_INFINITY:
        limit = min(limit, highest)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must not write personal data to disk


def _end_with_parent() -> None:
    """Without this a killed parent leaves its busy children behind."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _kill_me_after(seconds: int) -> None:
    """The kernel's own clock: ends even a call that never lets another thread run, when no parent is left to do it."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _answer(call: bytes) -> ChildAnswer:
    try:
        function, arguments = pickle.loads(call)  # noqa: S301  written by our own parent process
        return ChildAnswer(result=function(*arguments))
    except BaseException as error:  # noqa: BLE001  whatever it was, the parent raises it
        error.add_note(f"in a child process:\n{traceback.format_exc()}")
        return ChildAnswer(error=error)


def _packed(answer: ChildAnswer) -> bytes:
    """Packed for the line; an answer that cannot travel becomes a plain error that says so."""
    try:
        packed = pickle.dumps(answer)
        if answer.error is not None:
            pickle.loads(packed)  # noqa: S301  our own bytes; some exceptions pack well and cannot be unpacked
    except Exception as trouble:  # noqa: BLE001  pickling runs the code of any class
        what = answer.error if answer.error is not None else type(answer.result).__name__
        return pickle.dumps(ChildAnswer(error=RuntimeError(f"{what!r} cannot leave its child process: {trouble}")))
    return packed
