"""Opens papers in child processes, several at once, and remembers what pages said: the flow's `PaperOpener`."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from service.core.campaigns import FormLayout
from service.core.messages import Attachment
from service.core.papers import Paper, Problem
from service.documents.limits import Limits
from service.documents.opening import open_paper, unreadable_paper
from service.documents.page_reader import READER_VERSION
from service.storage.ledger import Ledger
from service.work.child_processes import ChildDied, ChildProcesses, ChildTimeout

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPool:
    """Adapter of `PaperOpener`. Without a ledger nothing is remembered (`dondoc check`)."""

    children: ChildProcesses
    limits: Limits
    ledger: Ledger | None = None
    at_once: int = 2

    def open(self, attachments: Sequence[Attachment], layout: FormLayout | None) -> tuple[Paper, ...]:
        if len(attachments) < 2:
            return tuple(paper for attachment in attachments for paper in self._open(attachment, layout))
        with ThreadPoolExecutor(max_workers=self.at_once) as threads:
            opened = list(threads.map(lambda attachment: self._open(attachment, layout), attachments))
        return tuple(paper for papers in opened for paper in papers)

    def _open(self, attachment: Attachment, layout: FormLayout | None) -> tuple[Paper, ...]:
        key = _key(attachment, layout)
        known = self._recall(key)
        if known is not None:
            return known
        papers = self._read(attachment, layout)
        if self._worth_remembering(papers):
            self._remember(key, papers)
        return papers

    def _read(self, attachment: Attachment, layout: FormLayout | None) -> tuple[Paper, ...]:
        arguments = (attachment.name, attachment.content, attachment.media_type)
        try:
            return self.children.run(open_paper, *arguments, layout, self.limits)
        except ChildTimeout as reason:
            log.warning("%s: %s", attachment.name, reason)
            return (unreadable_paper(*arguments, Problem.TIMEOUT),)
        except ChildDied as reason:
            log.warning("%s: %s", attachment.name, reason)
            return (unreadable_paper(*arguments, Problem.SUSPICIOUS),)

    def _worth_remembering(self, papers: Sequence[Paper]) -> bool:
        """Pages cost seconds, workbooks next to nothing; trouble may pass."""
        return any(paper.pages for paper in papers) and not any(
            paper.workbook or paper.problem is Problem.TIMEOUT for paper in papers
        )

    def _recall(self, key: str) -> tuple[Paper, ...] | None:
        if self.ledger is None:
            return None
        with self.ledger.transaction() as books:
            return books.submissions.remembered_paper(key)

    def _remember(self, key: str, papers: Sequence[Paper]) -> None:
        if self.ledger is not None:
            with self.ledger.transaction() as books:
                books.submissions.remember_paper(key, [replace(paper, content=b"") for paper in papers])


def _key(attachment: Attachment, layout: FormLayout | None) -> str:
    """What was read depends on the bytes, the reader and the labels it looked for; the name travels with it."""
    said = f"{READER_VERSION} {layout!r} {attachment.name}"
    return f"{hashlib.sha256(attachment.content).hexdigest()}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"
