"""Opens papers in child processes, several at once, and remembers what pages said: the flow's `PaperOpener`."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from service.core.campaigns import Campaign, FormLayout
from service.core.forms import Spot
from service.core.mail.messages import Attachment
from service.core.marks import Mark
from service.core.papers import Paper, PaperKind, Problem, locked_in
from service.core.sentences import Wording
from service.core.units import Worker
from service.documents.common.attachment_limits import Limits
from service.documents.common.errors import UnreadableFile
from service.documents.declarations.reader_version import READER_VERSION
from service.flow.papers.assessment import ReadPapers, read_papers
from service.work.child_processes import ChildDied, ChildFailure, ChildProcesses, ChildTimeout

if TYPE_CHECKING:  # children load this module and need no database
    from service.storage.ledger import Ledger

log = logging.getLogger(__name__)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPool:
    """Adapter of `PaperOpener`. Without a ledger nothing is remembered (`dondoc check`)."""

    children: ChildProcesses
    limits: Limits
    ledger: Ledger | None = None
    at_once: int = 2

    def open(
        self, attachments: Sequence[Attachment], layout: FormLayout | None, passwords: Sequence[str] = ()
    ) -> tuple[Paper, ...]:
        if len(attachments) < 2:
            return tuple(paper for attachment in attachments for paper in self._open(attachment, layout, passwords))
        with ThreadPoolExecutor(max_workers=self.at_once) as threads:
            opened = list(threads.map(lambda attachment: self._open(attachment, layout, passwords), attachments))
        return tuple(paper for papers in opened for paper in papers)

    def read(
        self,
        attachments: Sequence[Attachment],
        campaign: Campaign,
        *,
        workers: Sequence[Worker],
        today: date,
        passwords: Sequence[str] = (),
    ) -> ReadPapers:
        """A single attachment, as most mails bring it, is read and checked in one go in a child process."""
        layout = _layout(campaign)
        check = _Check(campaign=campaign, workers=workers, today=today)
        if len(attachments) != 1 or self._recall(_key(attachments[0], layout)) is not None:
            return check.of(self.open(attachments, layout, passwords))
        (attachment,) = attachments
        read = self._in_child(attachment, _open_and_read, self._limits(passwords), check)
        if isinstance(read, Paper):
            return check.of((read,))
        if self._worth_remembering(read.papers):
            self._remember(_key(attachment, layout), read.papers)
        return read

    def _limits(self, passwords: Sequence[str]) -> Limits:
        return replace(self.limits, passwords=tuple(passwords)) if passwords else self.limits

    def _open(self, attachment: Attachment, layout: FormLayout | None, passwords: Sequence[str]) -> tuple[Paper, ...]:
        key = _key(attachment, layout)
        known = self._recall(key)
        if known is not None:
            return known
        papers = self._read(attachment, layout, passwords)
        if self._worth_remembering(papers):
            self._remember(key, papers)
        return papers

    def _read(self, attachment: Attachment, layout: FormLayout | None, passwords: Sequence[str]) -> tuple[Paper, ...]:
        read = self._in_child(attachment, _opened, layout, self._limits(passwords))
        return (read,) if isinstance(read, Paper) else read

    def _in_child(self, attachment: Attachment, function: Callable[..., Result], *arguments: object) -> Result | Paper:
        """What the child found out, or the paper with its problem when there was no end or no child left."""
        file = (attachment.name, attachment.content, attachment.media_type)
        try:
            return self.children.run(function, *file, *arguments)
        except ChildTimeout as reason:
            log.warning("%s: %s", attachment.name, reason)
            return _unread(*file, Problem.TIMEOUT)
        except ChildDied as reason:
            log.warning("%s: %s", attachment.name, reason)
            return _unread(*file, Problem.SUSPICIOUS)

    def _worth_remembering(self, papers: Sequence[Paper]) -> bool:
        """Pages cost seconds, workbooks next to nothing; trouble may pass, and a password may come."""
        return any(paper.pages for paper in papers) and not any(
            paper.kind is PaperKind.WORKBOOK or paper.problem in (Problem.TIMEOUT, Problem.ENCRYPTED)
            for paper in papers
        )

    def _recall(self, key: str) -> tuple[Paper, ...] | None:
        if self.ledger is None:
            return None
        with self.ledger.transaction() as transaction:
            known = transaction.submissions.remembered_paper(key)
        return None if known is None or locked_in(known) else known

    def _remember(self, key: str, papers: Sequence[Paper]) -> None:
        if self.ledger is not None:
            with self.ledger.transaction() as transaction:
                transaction.submissions.remember_paper(key, [replace(paper, content=b"") for paper in papers])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    """What a list is checked against."""

    campaign: Campaign
    workers: Sequence[Worker]
    today: date

    def of(self, papers: Sequence[Paper]) -> ReadPapers:
        return read_papers(papers, self.campaign, workers=self.workers, today=self.today).without_tables()


def _opened(name: str, content: bytes, media_type: str, layout: FormLayout | None, limits: Limits) -> tuple[Paper, ...]:
    """In the child: the attachment and everything inside it."""
    from service.documents.open_attachment import open_paper
    from service.wiring.mail_openers import files_of_mail

    return open_paper(name, content, media_type, layout, limits, read_attachments=files_of_mail)


def _unread(name: str, content: bytes, media_type: str, problem: Problem) -> Paper:
    from service.documents.open_attachment import unreadable_paper

    return unreadable_paper(name, content, media_type, problem)


def pictured(content: bytes, spot: Spot) -> bytes:
    """In the child: a small picture of a place on a page."""
    from service.documents.declarations.page_reader import picture_of  # recognition: memory that only children need

    return picture_of(content, spot)


def annotated(*arguments: Any) -> bytes:
    """In the child: the workbook with its errors marked."""
    from service.documents.returned.annotate import annotate_in_words  # openpyxl: memory that only children need

    return annotate_in_words(*arguments)


def _open_and_read(name: str, content: bytes, media_type: str, limits: Limits, check: _Check) -> ReadPapers:
    """In the child: the tables never leave it."""
    return check.of(_opened(name, content, media_type, _layout(check.campaign), limits))


def _layout(campaign: Campaign) -> FormLayout | None:
    return campaign.declaration.layout if campaign.declaration else None


@dataclass(frozen=True, slots=True)
class WorkbookMarker:
    """Marks workbooks in a child process. What cannot be marked costs the answer its attachment, not the answer."""

    children: ChildProcesses

    def __call__(self, content: bytes, marks: Sequence[Mark], wording: Wording) -> bytes | None:
        try:
            return self.children.run(annotated, content, marks, wording)
        except (ChildFailure, UnreadableFile) as reason:
            log.warning("a workbook of %d bytes could not be marked: %s", len(content), reason)
            return None


@dataclass(frozen=True, slots=True)
class SpotCutter:
    """Cuts a spot out of a page in a child process. What cannot be cut costs the answer its picture, not the answer."""

    children: ChildProcesses

    def __call__(self, content: bytes, spot: Spot) -> bytes | None:
        try:
            return self.children.run(pictured, content, spot)
        except (ChildFailure, UnreadableFile) as reason:
            log.warning("page %d of %d bytes could not be cut: %s", spot.page, len(content), reason)
            return None


def _key(attachment: Attachment, layout: FormLayout | None) -> str:
    """What was read depends on the bytes, the reader and the labels it looked for; the name travels with it."""
    said = f"{READER_VERSION} {layout!r} {attachment.name}"
    return f"{hashlib.sha256(attachment.content).hexdigest()}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"
