"""An attachment and everything inside it, laid out flat: archives, forwarded mails, winmail.dat."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from service.core.papers import Problem
from service.documents.containers import (
    Allowance,
    Member,
    attached_files,
    gzip_members,
    harmless_name,
    tar_members,
    zip_members,
)
from service.documents.errors import UnreadableFile
from service.documents.limits import Limits
from service.documents.outlook import message_files, wrapper_files
from service.documents.sniff import UNKNOWN, FileType, Sniffed, sniff

log = logging.getLogger(__name__)

AttachmentReader = Callable[[bytes], Iterable[tuple[str, bytes]]]
"""Bytes of a mail to (name, bytes) of its attachments; a function of a module, so that it can be pickled."""

CONTAINERS = frozenset(
    {FileType.ZIP, FileType.TAR, FileType.GZIP, FileType.MAIL, FileType.OUTLOOK_MAIL, FileType.OUTLOOK_WRAPPER}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
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


def unpack(
    name: str, content: bytes, limits: Limits, *, read_attachments: AttachmentReader = attached_files
) -> tuple[File, ...]:
    """The file itself first, then what lies inside, depth first. Bad content gives files with a `problem`."""
    unpacking = _Unpacking(limits, Allowance(limits), read_attachments)
    return tuple(_files((harmless_name(name),), content, unpacking))


def content_inside(
    name: str, content: bytes, sha256: str, limits: Limits, *, read_attachments: AttachmentReader = attached_files
) -> bytes | None:
    """The bytes with this hash out of an attachment (itself or something inside), None when it holds no such file."""
    files = unpack(name, content, limits, read_attachments=read_attachments)
    return next((file.content for file in files if file.sha256 == sha256), None)


def _files(path: tuple[str, ...], content: bytes, unpacking: _Unpacking) -> Iterator[File]:
    if len(content) > unpacking.limits.max_bytes:
        yield File(path=path, content=content, sniffed=Sniffed(FileType.OTHER, UNKNOWN), problem=Problem.TOO_LARGE)
        return
    sniffed = sniff(path[-1], content)
    if sniffed.problem or sniffed.type not in CONTAINERS:
        yield File(path=path, content=content, sniffed=sniffed, problem=sniffed.problem)
        return
    inside: list[File] = []
    problem = _fill(inside, path, content, sniffed, unpacking)
    if not inside and sniffed.type not in (FileType.MAIL, FileType.OUTLOOK_MAIL):
        problem = problem or Problem.EMPTY
    yield File(path=path, content=content, sniffed=sniffed, problem=problem, inside=len(inside))
    yield from inside


def _fill(
    inside: list[File], path: tuple[str, ...], content: bytes, sniffed: Sniffed, unpacking: _Unpacking
) -> Problem | None:
    """Adds what the container holds; what went wrong with the container as a whole is returned."""
    if len(path) > unpacking.limits.max_depth:
        return Problem.SUSPICIOUS
    try:
        for member in _members(path[-1], content, sniffed.type, unpacking):
            inner = (*path, member.name)
            if member.problem:
                empty = Sniffed(FileType.OTHER, UNKNOWN)
                inside.append(File(path=inner, content=b"", sniffed=empty, problem=member.problem))
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


def _members(name: str, content: bytes, kind: FileType, unpacking: _Unpacking) -> Iterator[Member]:
    limits, allowance = unpacking.limits, unpacking.allowance
    if kind is FileType.ZIP:
        return zip_members(content, limits, allowance)
    if kind is FileType.TAR:
        return tar_members(content, limits, allowance)
    if kind is FileType.GZIP:
        return gzip_members(name, content, limits, allowance)
    if kind is FileType.OUTLOOK_MAIL:
        return _counted(message_files(content), allowance)
    if kind is FileType.OUTLOOK_WRAPPER:
        return _counted(wrapper_files(content), allowance)
    return _counted(unpacking.read_attachments(content), allowance)


def _counted(files: Iterable[tuple[str, bytes]], allowance: Allowance) -> Iterator[Member]:
    for name, content in files:
        allowance.take(len(content))
        yield Member(name=harmless_name(name), content=content)
