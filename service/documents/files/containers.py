"""Files inside zip, tar and gzip, read within limits; their names are text and never become paths."""

from __future__ import annotations

import gzip
import io
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from service.core.papers import Problem
from service.documents.common.attachment_limits import MEGABYTE, MOST_PASSWORDS, Limits
from service.documents.common.errors import UnreadableFile
from service.documents.files.zip_aes import AES, opens_aes, unlocked_aes

_CLUTTER = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
"""What systems put into archives by themselves."""
_LONGEST_NAME = 150
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_LOOKED_INTO = 64 * 1024
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, tarfile.TarError)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainedFile:
    """One file found inside another; with a `problem` its content could not be had."""

    name: str
    content: bytes
    problem: Problem | None = None


class Allowance:
    """What may still be unpacked of one attachment; shared by everything inside it, at every depth."""

    def __init__(self, limits: Limits) -> None:
        self.files = limits.max_files
        self.bytes = limits.max_unpacked_bytes

    def expect(self, sizes: Iterable[int]) -> None:
        """Refuses an archive by what its directory says, before anything is unpacked."""
        stated = tuple(sizes)
        if len(stated) > self.files:
            raise UnreadableFile(Problem.TOO_MANY, f"{len(stated)} files in an archive")
        if sum(stated) > self.bytes:
            raise UnreadableFile(Problem.TOO_LARGE, f"{sum(stated)} bytes in an archive")

    def take(self, size: int) -> None:
        """Counts one unpacked file."""
        self.expect((size,))
        self.files -= 1
        self.bytes -= size


def harmless_name(written: str) -> str:
    """A name for people to read: no folders, no control or direction characters, NFC, not too long."""
    name = unicodedata.normalize("NFC", written.replace("\\", "/")).rstrip("/").rpartition("/")[2]
    shown = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    return " ".join(shown.split())[-_LONGEST_NAME:] or "file"


def zip_members(
    content: bytes, limits: Limits, allowance: Allowance, *, within: tuple[str, ...] = ("",)
) -> Iterator[ContainedFile]:
    """Every file of a zip archive, or those in some of its folders.

    Raises UnreadableFile(ENCRYPTED) after the readable ones when some are locked.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = [
            info for info in archive.infolist() if not _is_folder(info.filename) and not _is_clutter(info.filename)
        ]
        files = [info for info in files if info.filename.startswith(within)]
        key = _key_of(archive, content, [info for info in files if _is_locked(info)], limits.passwords)
        readable = [info for info in files if key or not _is_locked(info)]
        allowance.expect(info.file_size for info in readable)
        for info in readable:
            _refuse_bomb(info.file_size, info.compress_size, limits)
            yield _zip_member(archive, content, info, limits=limits, allowance=allowance, key=key)
    if len(readable) < len(files):
        raise UnreadableFile(Problem.ENCRYPTED, "zip archive")


def _key_of(
    archive: zipfile.ZipFile, content: bytes, locked: Sequence[zipfile.ZipInfo], passwords: Sequence[str]
) -> bytes | None:
    """The password that opens all locked files."""
    if not locked:
        return None
    keys = (password.encode() for password in dict.fromkeys(passwords[:MOST_PASSWORDS]))
    return next((key for key in keys if all(_opens(archive, content, info, key) for info in locked)), None)


def _opens(archive: zipfile.ZipFile, content: bytes, info: zipfile.ZipInfo, key: bytes) -> bool:
    """A wrong password passes the format's own test once in 256 times, and then breaks the content: looked into."""
    if info.compress_type == AES:
        return opens_aes(content, info, key)
    try:
        with archive.open(info, pwd=key) as stream:
            return len(stream.read(_LOOKED_INTO)) == min(_LOOKED_INTO, info.file_size)
    except (RuntimeError, NotImplementedError, *_BROKEN):
        return False


def _is_folder(name: str) -> bool:
    return name.endswith(("/", "\\"))


def _is_clutter(name: str) -> bool:
    lowered = name.lower().replace("\\", "/")
    return lowered.startswith(_CLUTTER[0]) or lowered.rpartition("/")[2] in _CLUTTER[1:]


def _is_locked(info: zipfile.ZipInfo) -> bool:
    return bool(info.flag_bits & _ENCRYPTED) or info.compress_type == AES


def _refuse_bomb(unpacked: int, packed: int, limits: Limits) -> None:
    if unpacked > MEGABYTE and unpacked > limits.max_ratio * max(packed, 1):
        raise UnreadableFile(Problem.SUSPICIOUS, f"{packed} bytes grow to {unpacked}")


def _zip_member(
    archive: zipfile.ZipFile,
    whole: bytes,
    info: zipfile.ZipInfo,
    *,
    limits: Limits,
    allowance: Allowance,
    key: bytes | None,
) -> ContainedFile:
    name = harmless_name(_zip_name(info))
    try:
        if key is not None and info.compress_type == AES:
            content = read_within(io.BytesIO(unlocked_aes(whole, info, key, limits.max_bytes)), limits.max_bytes)
        else:
            with archive.open(info, pwd=key) as stream:
                content = read_within(stream, limits.max_bytes)
    except UnreadableFile as error:
        return ContainedFile(name=name, content=b"", problem=error.problem)
    except (NotImplementedError, RuntimeError):
        # A method Python does not know, such as Deflate64, which Windows uses above 2 GB.
        return ContainedFile(name=name, content=b"", problem=Problem.UNSUPPORTED)
    except _BROKEN:
        return ContainedFile(name=name, content=b"", problem=Problem.CORRUPT)
    allowance.take(len(content))
    return ContainedFile(name=name, content=content)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Names without the UTF-8 flag are code page 437 by the book, and UTF-8 in what macOS and many tools write."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def read_within(stream: IO[bytes] | gzip.GzipFile, most: int) -> bytes:
    """All bytes of a stream, refusing to go beyond `most`."""
    content = stream.read(most + 1)
    if len(content) > most:
        raise UnreadableFile(Problem.TOO_LARGE, f"more than {most} bytes")
    return content


def gzip_members(name: str, content: bytes, limits: Limits, allowance: Allowance) -> Iterator[ContainedFile]:
    """The one file inside a gzip file."""
    inner = name[:-3] if name.lower().endswith(".gz") else name.replace(".tgz", ".tar")
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            unpacked = read_within(stream, min(limits.max_bytes, allowance.bytes))
    except _BROKEN as error:
        raise UnreadableFile(Problem.CORRUPT, f"gzip: {error}") from error
    _refuse_bomb(len(unpacked), len(content), limits)
    allowance.take(len(unpacked))
    yield ContainedFile(name=harmless_name(inner), content=unpacked)


def tar_members(content: bytes, limits: Limits, allowance: Allowance) -> Iterator[ContainedFile]:
    """Every ordinary file of a tar archive; links and devices are not looked at."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for info in archive:
                if info.isfile() and not info.issparse() and not _is_clutter(info.name):
                    allowance.take(info.size)
                    stream = archive.extractfile(info)
                    inner = read_within(stream, limits.max_bytes) if stream else b""
                    yield ContainedFile(name=harmless_name(info.name), content=inner)
    except (*_BROKEN, MemoryError) as error:
        raise UnreadableFile(Problem.CORRUPT, f"tar: {error}") from error
