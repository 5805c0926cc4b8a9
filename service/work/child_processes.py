"""Child processes for hostile files: a limit on time and memory for each call, and an end with their parent.

ChildFailure — the call gave no result; whether trying again helps is for the caller to judge
├── ChildTimeout — it took too long; the child was killed
└── ChildDied — the child crashed or was killed by the system

When the children are ended on purpose, calls raise ToldToStop: nothing is known of what they were to find out.
Children are separate: one that hangs or dies takes nothing else with it, and a new one takes its place.
"""

from __future__ import annotations

import pickle
import queue
import threading
from collections.abc import Callable
from math import ceil
from multiprocessing import get_context
from typing import Any, TypeVar, cast

from service.flow.ports.failures import ToldToStop
from service.work.child import ChildAnswer, live

Result = TypeVar("Result")
_CONTEXT = get_context("spawn")
"""Spawn: a fork would copy our locks, sockets and the ledger's connections."""
_STARTING_SECONDS = 60.0
_LAST_RESORT_SECONDS = 5


class ChildFailure(Exception):
    """The call gave no result."""


class ChildTimeout(ChildFailure):
    """The call took longer than it may; its child was killed."""


class ChildDied(ChildFailure):
    """The child went away during the call: a crash, or the system had no memory left."""


class _Child:
    """One child process and the line to it. Used by one thread at a time."""

    def __init__(self, memory_mb: int) -> None:
        self._line, far_end = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=live, args=(far_end, memory_mb), name="dondoc-child", daemon=True)
        self._process.start()
        far_end.close()

    @property
    def is_alive(self) -> bool:
        """An idle child says nothing: if there is something to read, it is the end of the line."""
        return self._process.is_alive() and not self._line.poll()

    def greet(self) -> None:
        """Waits until the child is ready; its start does not count as time of a call."""
        self._receive("start", _STARTING_SECONDS)

    def call(self, function: Callable[..., object], arguments: tuple[object, ...], seconds: float) -> ChildAnswer:
        """The child's answer; after ChildTimeout or ChildDied it is of no use any more."""
        packed = pickle.dumps((function, arguments))
        try:
            self._line.send_bytes((ceil(seconds) + _LAST_RESORT_SECONDS).to_bytes(8, "big"))
            self._line.send_bytes(packed)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ChildDied(f"{_name(function)}: the child was gone") from error
        return self._receive(_name(function), seconds)

    def kill(self) -> None:
        """Ends the child at once, whatever it does; safe to repeat, and from another thread."""
        self._process.kill()
        self._process.join()

    def _receive(self, what: str, seconds: float) -> ChildAnswer:
        if not self._line.poll(seconds):
            raise ChildTimeout(f"{what}: no answer after {seconds:g} seconds")
        try:
            answer = pickle.loads(self._line.recv_bytes())  # noqa: S301  written by our own child
        except (EOFError, ConnectionResetError) as error:
            self._process.join(1)
            raise ChildDied(f"{what}: the child ended with status {self._process.exitcode}") from error
        assert isinstance(answer, ChildAnswer)
        return answer


def _name(function: Callable[..., object]) -> str:
    return getattr(function, "__qualname__", repr(function))


class ChildProcesses:
    """A few children, started when first needed; `run` may be called from many threads at the same time."""

    def __init__(self, workers: int, seconds: float, memory_mb: int) -> None:
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._idle: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        self._living: set[_Child] = set()
        self._lock = threading.Lock()
        self._closed = False
        for _ in range(workers):
            self._idle.put(None)

    def run(self, function: Callable[..., Result], *arguments: object, seconds: float | None = None) -> Result:
        """Calls a function of a module in a child; its exceptions are raised here.

        Waits for a free child first; that wait and a child's start do not count as time of the call.
        `seconds` replaces the usual limit for this call.
        """
        kept: _Child | None = None
        child = self._idle.get()
        try:
            if child is None or not child.is_alive:
                child = self._new_child(child)
            answer = child.call(function, arguments, seconds or self._seconds)
            if isinstance(answer.error, MemoryError):
                raise ChildDied(f"{_name(function)}: more than {self._memory_mb} MB") from answer.error
            kept = child
        except ChildDied as reason:
            raise ToldToStop(str(reason)) if self._closed else reason from reason.__cause__
        finally:
            if kept is None and child is not None:
                self._bury(child)
            self._idle.put(kept)
        return cast(Result, _unwrapped(answer))

    def close(self) -> None:
        """Ends all children at once; calls under way raise ToldToStop."""
        with self._lock:
            self._closed = True
            living = tuple(self._living)
        for child in living:
            self._bury(child)

    def __enter__(self) -> ChildProcesses:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _new_child(self, former: _Child | None) -> _Child:
        if former is not None:
            self._bury(former)
        with self._lock:
            if self._closed:
                raise ToldToStop("no new child: the children were ended")
            child = _Child(self._memory_mb)
            self._living.add(child)
        try:
            child.greet()
        except ChildFailure:
            self._bury(child)
            raise
        return child

    def _bury(self, child: _Child) -> None:
        child.kill()
        with self._lock:
            self._living.discard(child)


def _unwrapped(answer: ChildAnswer) -> Any:
    if answer.error is not None:
        raise answer.error
    return answer.result
