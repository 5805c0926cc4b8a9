"""What an attachment turned out to be: the values `documents/` hands to the flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.core.forms import PageReading
from service.core.grids import Workbook


class Problem(StrEnum):
    """Why a file could not be read (the contract's list)."""

    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    TIMEOUT = "timeout"
    UNSUPPORTED = "unsupported"
    SUSPICIOUS = "suspicious"


class PaperKind(StrEnum):
    """What the bytes are, before anybody judges what they say."""

    WORKBOOK = "workbook"
    PAGES = "pages"
    """A PDF or picture."""
    ARCHIVE = "archive"
    MAIL = "mail"
    DECORATION = "decoration"
    """Logos and signature pictures of mails."""
    OTHER = "other"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One file, opened. `path`: names from the outermost file inwards, `("scan.zip", "a.xlsx")`; nothing of a disk."""

    name: str
    path: tuple[str, ...]
    sha256: str
    media_type: str
    size: int
    kind: PaperKind
    problem: Problem | None = None
    workbook: Workbook | None = None
    pages: tuple[PageReading, ...] = ()
    content: bytes = b""
    """The file's bytes, for the shelf; empty once they lie there."""


def locked_in(papers: Sequence[Paper]) -> tuple[str, ...]:
    """SHA-256 of the attachments which are locked, or hold something locked."""
    found: dict[str, None] = {}
    outermost = ""
    for paper in papers:
        if len(paper.path) == 1:
            outermost = paper.sha256
        if paper.problem is Problem.ENCRYPTED:
            found[outermost] = None
    return tuple(found)
