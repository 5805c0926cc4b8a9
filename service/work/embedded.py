"""The embedded engine: a few threads of one process wake the service's work up, at once by events and by sweeps.

The ledger holds every claim; a wake-up too many costs nothing, and a missed one is made good by the next sweep.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import schedule

log = logging.getLogger(__name__)

SWEEP_SECONDS = 60.0
CLOCK_SECONDS = 0.5
FIRST_PAUSE = 1.0
ENDING_SECONDS = 7.0
"""A server that does not answer keeps a thread for minutes; nobody who stops the service waits for that."""
LONGEST_PAUSE = 300.0
LONGEST_OBEYED = 3600.0
"""A server that asks for more is asked again after an hour: a wrong figure must not silence the service for days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """What there is to do; each call is safe to repeat."""

    receive: Callable[[], int]
    """Stores new mails; gives how many."""
    file: Callable[[], int]
    """Moves decided mails to their folders."""
    wait: Callable[[], None]
    """Waits at the mailbox until something may have come."""
    wake: Callable[[], None]
    """Ends that wait from another thread."""
    process: Callable[[Callable[[], None]], int]
    """Processes stored mails, calling back after each; gives how many."""
    deliver: Callable[[], int]
    """Delivers what is due; gives how many."""
    tick: Callable[[], None]
    """Reminders, summaries, package."""
    hurry: Callable[[], None]
    """Told to stop: whatever takes long ends now and is left for the next start."""


class EmbeddedEngine:
    """Runs the duties until told to stop. Trouble of one duty leaves the others at work."""

    def __init__(self, duties: Duties, *, tick_seconds: int = 30) -> None:
        self._duties = duties
        self._tick_seconds = tick_seconds
        self._stop = threading.Event()
        self._asked_to_stop = False
        self._mails = threading.Event()
        self._outbox = threading.Event()
        self._jitter = random.Random()  # noqa: S311  # spreads retries, no secret

    def run(self) -> bool:
        """Blocks until `stop`; the clock runs in this thread. False when some work did not end in time."""
        threads = [
            threading.Thread(target=self._forever, args=(name, work), name=name, daemon=True)
            for name, work in (("mailbox", self._mailbox), ("intake", self._intake), ("delivery", self._delivery))
        ]
        for thread in threads:
            thread.start()
        try:
            self._clock()
        finally:
            self.stop()
            patient_until = time.monotonic() + ENDING_SECONDS
            for thread in threads:
                thread.join(max(0.0, patient_until - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def ask_to_stop(self) -> None:
        """Ends `run` within a moment; the only call for signal handlers, which must not touch a lock."""
        self._asked_to_stop = True

    def stop(self) -> None:
        """Ends `run` at once; for other threads."""
        self._stop.set()
        self._mails.set()
        self._outbox.set()
        self._duties.wake()
        self._duties.hurry()

    def _mailbox(self) -> None:
        if self._duties.receive():
            self._mails.set()
        self._duties.file()
        if not self._stop.is_set() and not self._mails.is_set():
            self._duties.wait()

    def _intake(self) -> None:
        self._mails.wait(SWEEP_SECONDS)
        self._mails.clear()
        try:
            processed = self._duties.process(self._outbox.set)
        except BaseException:
            self._mails.set()  # tried again after the pause, not only at the next sweep
            raise
        if processed:
            self._outbox.set()
            self._duties.wake()

    def _delivery(self) -> None:
        self._outbox.wait(SWEEP_SECONDS)
        self._outbox.clear()
        while self._duties.deliver() and not self._stop.is_set():
            pass

    def _clock(self) -> None:
        """`schedule` only pulses; what is due is computed from the ledger."""
        pulse = schedule.Scheduler()
        pulse.every(self._tick_seconds).seconds.do(self._pulse)
        self._pulse()
        while not self._asked_to_stop and not self._stop.wait(CLOCK_SECONDS):
            pulse.run_pending()

    def _pulse(self) -> None:
        try:
            self._duties.tick()
        except Exception:  # the clock must go on; the next pulse computes the same anew
            log.exception("the clock's work failed; it is tried again at the next pulse")
        self._mails.set()
        self._outbox.set()

    def _forever(self, name: str, work: Callable[[], None]) -> None:
        """Repeats one duty; after trouble it pauses, longer each time, up to five minutes."""
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            try:
                work()
                pause = FIRST_PAUSE
            except Exception as problem:  # a broken connection must not end the service
                if self._stop.is_set():
                    log.info("%s: left for the next start: %s", name, problem)
                    return
                seconds = pause_after(problem, pause, self._jitter)
                if getattr(problem, "retry", False):
                    log.warning("%s: %s; next try in %.0f s", name, problem, seconds)
                else:
                    log.exception("%s failed; next try in %.0f s", name, seconds)
                self._stop.wait(seconds)
                pause = min(pause * 2, LONGEST_PAUSE)


def pause_after(problem: Exception, pause: float, jitter: random.Random) -> float:
    """Seconds until the next try: our own pause, or as long as the server asked for, and never earlier."""
    asked = getattr(problem, "wait_seconds", None)
    if asked is None:
        return pause * jitter.uniform(0.8, 1.2)
    return min(float(asked), LONGEST_OBEYED) * jitter.uniform(1.0, 1.1)
