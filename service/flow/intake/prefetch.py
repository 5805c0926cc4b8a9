"""Several mails under way at once: their papers are opened side by side, and each mail has its turn.

A mail waits for the earlier ones of the same sender, the same unit or the same bytes, and for no others: a scan of
forty pages keeps nobody else waiting. What was decided meanwhile is seen: whoever concludes a mail looks at it anew.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from service.core.records import MailRecord
from service.flow.context import Services
from service.flow.intake.process import Opened
from service.flow.triage.triage import Incoming

WINDOW = 6
"""Mails under way at the most: enough to keep the children busy while one mail is being recorded."""
WINDOW_BYTES = 24 * 1024 * 1024
"""Their raw bytes together; a bigger mail goes alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A claimed mail. `seen`: as at first sight; None when that failed, and `opened` says why."""

    record: MailRecord
    size: int
    seen: Incoming | None
    opened: Future[Opened]

    @property
    def lanes(self) -> frozenset[str]:
        """Mails that share one of these are concluded in the order in which they came."""
        if self.seen is None:
            return frozenset({self.record.sha256})
        triage = self.seen.triage
        units = {f"{open_campaign.campaign.id} {unit.code}" for open_campaign, unit in triage.places}
        return frozenset({self.record.sha256, f"from {self.seen.message.sender}", *units})


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is done with a mail: `claim` and `triage` in turn, `open` in a thread, `give_back` at the end."""

    claim: Callable[[int], MailRecord | None]
    triage: Callable[[MailRecord], Incoming]
    open: Callable[[Incoming], Opened]
    give_back: Callable[[MailRecord], None]
    """Claimed, but not concluded: as if it had never been tried."""


def in_turn(
    services: Services, waiting: Sequence[int], work: Work, *, at_once: int, stopping: Callable[[], bool]
) -> Generator[UnderWay, None, None]:
    """Each waiting mail, opened, when its turn has come. Told to stop, what was not concluded is given back."""
    queue, under_way = deque(waiting), list[UnderWay]()
    with ThreadPoolExecutor(max_workers=at_once) as threads:
        try:
            while (queue or under_way) and not stopping():
                while queue and _has_room(under_way):
                    if not _start(services, queue, under_way, work, threads):
                        break
                if under_way:
                    ready = _next_ready(under_way)
                    under_way.remove(ready)
                    yield ready
        finally:
            for each in under_way:
                each.opened.cancel()
                work.give_back(each.record)


def _has_room(under_way: Sequence[UnderWay]) -> bool:
    return len(under_way) < WINDOW and sum(each.size for each in under_way) < WINDOW_BYTES


def _start(
    services: Services, queue: deque[int], under_way: list[UnderWay], work: Work, threads: ThreadPoolExecutor
) -> bool:
    """Claims the next mail and lets its papers be opened; False when it has to wait until the others are concluded."""
    record = work.claim(queue[0])
    if record is None:
        queue.popleft()
        return True
    if record.attempts > 1 and under_way:
        # Whatever ended its first attempt may end the process: no other mail must pay for that with an attempt.
        work.give_back(record)
        return False
    queue.popleft()
    under_way.append(_triaged(services, record, work, threads))
    return record.attempts == 1


def _triaged(services: Services, record: MailRecord, work: Work, threads: ThreadPoolExecutor) -> UnderWay:
    size = services.shelf.size(record.sha256)
    try:
        seen = work.triage(record)
    except Exception as problem:  # noqa: BLE001  # raised again when the mail's turn comes, where failures are counted
        failed: Future[Opened] = Future()
        failed.set_exception(problem)
        return UnderWay(record=record, size=size, seen=None, opened=failed)
    return UnderWay(record=record, size=size, seen=seen, opened=threads.submit(work.open, seen))


def _next_ready(under_way: Sequence[UnderWay]) -> UnderWay:
    """The first mail whose papers are open and which no earlier one keeps waiting."""
    while True:
        free, busy = list[UnderWay](), frozenset[str]()
        for each in under_way:
            if not each.lanes & busy:
                free.append(each)
            busy |= each.lanes
        done, _ = wait([each.opened for each in free], return_when=FIRST_COMPLETED)
        for each in free:
            if each.opened in done:
                return each
