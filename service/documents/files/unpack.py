"""An attachment and everything inside it, laid out flat: archives, forwarded mails, winmail.dat."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from service.core.papers import Problem
from service.documents.common.attachment_limits import Limits
from service.documents.common.errors import UnreadableFile
from service.documents.files.containers import (
    Allowance,
    ContainedFile,
    gzip_members,
    harmless_name,
    tar_members,
    zip_members,
)
from service.documents.files.outlook import message_files
from service.documents.files.signed import signed_content
from service.documents.files.sniff import UNKNOWN, FileType, Sniffed, sniff
from service.documents.files.tnef import wrapper_files

log = logging.getLogger(__name__)

AttachmentReader = Callable[[bytes], Iterable[tuple[str, bytes]]]
"""Bytes of a mail to (name, bytes) of its attachments; a function of a module, so that it can be pickled."""

_PASTED = ("word/media/", "xl/media/", "ppt/media/", "Pictures/")
"""Where office files keep pictures."""
CONTAINERS = frozenset(
    {
        FileType.ZIP,
        FileType.TAR,
        FileType.GZIP,
        FileType.MAIL,
        FileType.OUTLOOK_MAIL,
        FileType.OUTLOOK_WRAPPER,
        FileType.SIGNED,
    }
)
MAILS = frozenset({FileType.MAIL, FileType.OUTLOOK_MAIL, FileType.OUTLOOK_WRAPPER, FileType.SIGNED})
"""Mails and what mail programs wrap them in; people forward what was forwarded to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpackedFile:
    """One file as it lay in the attachment. A container with a `problem` may still have given some of its files."""

    path: tuple[str, ...]
    """Names from the outermost file inwards."""
    content: bytes = field(repr=False)
    sniffed: Sniffed
    problem: Problem | None = None
    inside: int = 0
    """How many files this container gave."""

    @property
    def name(self) -> str:
        return self.path[-1]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class _Unpacking:
    """What stays the same while one attachment is unpacked."""

    limits: Limits
    allowance: Allowance
    read_attachments: AttachmentReader
    archives: int = 0
    mails: int = 0
    """How many of each lie around what is unpacked now."""

    def inside(self, kind: FileType) -> _Unpacking:
        """For what lies in a container of this kind."""
        if kind in MAILS:
            return replace(self, mails=self.mails + 1)
        return replace(self, archives=self.archives + 1)

    @property
    def too_deep(self) -> bool:
        return self.archives > self.limits.max_depth or self.mails > self.limits.max_mail_depth


def unpack(
    name: str, content: bytes, limits: Limits, *, read_attachments: AttachmentReader
) -> tuple[UnpackedFile, ...]:
    """The file itself first, then what lies inside, depth first. Bad content gives files with a `problem`."""
    unpacking = _Unpacking(limits, Allowance(limits), read_attachments)
    return tuple(_files((harmless_name(name),), content, unpacking))


def _files(path: tuple[str, ...], content: bytes, unpacking: _Unpacking) -> Iterator[UnpackedFile]:
    if len(content) > unpacking.limits.max_bytes:
        yield UnpackedFile(
            path=path, content=content, sniffed=Sniffed(FileType.OTHER, UNKNOWN), problem=Problem.TOO_LARGE
        )
        return
    sniffed = sniff(path[-1], content)
    locked = sniffed.problem is Problem.ENCRYPTED or (sniffed.type is FileType.PDF and b"/Encrypt" in content)
    if locked and unpacking.limits.passwords:
        content, sniffed = _unlocked(path[-1], content, sniffed, unpacking.limits)
    if sniffed.problem or sniffed.type not in CONTAINERS:
        yield UnpackedFile(path=path, content=content, sniffed=sniffed, problem=sniffed.problem)
        yield from _pasted_pictures(path, content, sniffed, unpacking)
        yield from _portfolio(path, content, sniffed, unpacking)
        return
    inside: list[UnpackedFile] = []
    problem = _fill(inside, path, content, sniffed, unpacking)
    if not inside and sniffed.type not in (FileType.MAIL, FileType.OUTLOOK_MAIL):
        problem = problem or Problem.EMPTY
    yield UnpackedFile(path=path, content=content, sniffed=sniffed, problem=problem, inside=len(inside))
    yield from inside


def _unlocked(name: str, content: bytes, sniffed: Sniffed, limits: Limits) -> tuple[bytes, Sniffed]:
    """A locked Office file or PDF opened with one of the passwords the sender gave."""
    from service.documents.files.decryption import unlocked_office_file, unlocked_pdf  # noqa: PLC0415  needed seldom, loads cryptography

    opened = (unlocked_pdf if sniffed.type is FileType.PDF else unlocked_office_file)(content, limits.passwords)
    return (content, sniffed) if opened is None else (opened, sniff(name, opened))


def _pasted_pictures(
    path: tuple[str, ...], content: bytes, sniffed: Sniffed, unpacking: _Unpacking
) -> Iterator[UnpackedFile]:
    """Offices paste scans into Word and Excel files; their logos are told apart later, like those of mails."""
    if sniffed.problem or sniffed.type not in (FileType.WORKBOOK, FileType.DOCUMENT) or content[:2] != b"PK":
        return
    try:
        for member in zip_members(content, unpacking.limits, unpacking.allowance, within=_PASTED):
            if sniff(member.name, member.content).type is FileType.PICTURE:
                yield from _files((*path, member.name), member.content, unpacking)
    except UnreadableFile as error:
        log.warning("pictures of %s: %s", sniffed.media_type, error)  # the file itself is judged by its own reader


def _portfolio(
    path: tuple[str, ...], content: bytes, sniffed: Sniffed, unpacking: _Unpacking
) -> Iterator[UnpackedFile]:
    """Papers attached to a PDF; what else programs attach to their PDFs is of no use here."""
    if sniffed.problem or sniffed.type is not FileType.PDF:
        return
    from service.documents.files.pdf_forms import files_inside  # noqa: PLC0415  loads pdfium

    deeper = unpacking.inside(FileType.PDF)
    try:
        for member in _counted(files_inside(content), unpacking.allowance) if not deeper.too_deep else ():
            if sniff(member.name, member.content).type in _IN_PORTFOLIOS:
                yield from _files((*path, member.name), member.content, deeper)
    except UnreadableFile as error:
        log.warning("files in %s: %s", sniffed.media_type, error)  # the PDF itself is judged by its own reader


_IN_PORTFOLIOS = frozenset({FileType.PDF, FileType.PICTURE, FileType.WORKBOOK})


def _fill(
    inside: list[UnpackedFile], path: tuple[str, ...], content: bytes, sniffed: Sniffed, unpacking: _Unpacking
) -> Problem | None:
    """Adds what the container holds; what went wrong with the container as a whole is returned."""
    unpacking = unpacking.inside(sniffed.type)
    if unpacking.too_deep:
        return Problem.SUSPICIOUS
    try:
        for member in _members(path[-1], content, sniffed.type, unpacking):
            inner = (*path, member.name)
            if member.problem:
                empty = Sniffed(FileType.OTHER, UNKNOWN)
                inside.append(UnpackedFile(path=inner, content=b"", sniffed=empty, problem=member.problem))
            else:
                inside.extend(_files(inner, member.content, unpacking))
    except UnreadableFile as error:
        return error.problem
    except MemoryError:
        return Problem.TOO_LARGE
    except Exception:
        # Hostile bytes find faults in every parser; what was had before, and the mail's other files, must go on.
        log.exception("cannot unpack %s", sniffed.media_type)
        return Problem.CORRUPT
    return None


def _members(name: str, content: bytes, kind: FileType, unpacking: _Unpacking) -> Iterator[ContainedFile]:
    limits, allowance = unpacking.limits, unpacking.allowance
    if kind is FileType.ZIP:
        return zip_members(content, limits, allowance)
    if kind is FileType.TAR:
        return tar_members(content, limits, allowance)
    if kind is FileType.GZIP:
        return gzip_members(name, content, limits, allowance)
    readers: Mapping[FileType, AttachmentReader] = {
        FileType.OUTLOOK_MAIL: message_files,
        FileType.OUTLOOK_WRAPPER: wrapper_files,
        FileType.SIGNED: partial(_signed_file, name),
        FileType.MAIL: unpacking.read_attachments,
    }
    return _counted(readers[kind](content), allowance)


def _signed_file(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """What was signed: a document with its signature around it (`a.pdf.p7m`), or the parts of a mail without a head."""
    inner = signed_content(content)
    if sniff(name, inner).type in (FileType.TEXT, FileType.OTHER, FileType.MAIL):
        yield "signed.eml", b"MIME-Version: 1.0\r\n" + inner.lstrip()
    else:
        yield name.removesuffix(".p7m"), inner


def _counted(files: Iterable[tuple[str, bytes]], allowance: Allowance) -> Iterator[ContainedFile]:
    for name, content in files:
        allowance.take(len(content))
        yield ContainedFile(name=harmless_name(name), content=content)
