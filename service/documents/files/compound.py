"""The insides of an old Office container (OLE2, a "compound file"): what it is named and what its streams hold.

Layout after [MS-CFB]. Needed to tell `.xls`, `.doc`, `.msg` and encrypted workbooks apart, and to look into `.msg`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
_NO_SECTOR = 0xFFFFFFFA
"""This number and all above it mark ends, gaps and tables."""
_NO_ENTRY = 0xFFFFFFFF
_ENTRY_BYTES = 128
_MOST_ENTRIES = 20_000
_STORAGE_KINDS = (1, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A stream or a storage (a folder)."""

    name: str
    is_storage: bool
    start: int
    size: int
    left: int
    right: int
    child: int


class CompoundFile:
    """An opened container. Raises UnreadableFile(CORRUPT) for whatever does not follow the format."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        try:
            self._read_header()
            self._entries = tuple(self._read_entries())
        except (struct.error, IndexError) as error:
            raise UnreadableFile(Problem.CORRUPT, f"compound file: {error}") from error
        if not self._entries:
            raise UnreadableFile(Problem.CORRUPT, "compound file without a directory")

    def root(self) -> Mapping[str, Entry]:
        """What lies at the top, by name."""
        return self.inside(self._entries[0])

    def inside(self, storage: Entry) -> Mapping[str, Entry]:
        """What lies in a storage, by name; a directory that runs in circles is read once around."""
        found: dict[str, Entry] = {}
        waiting, seen = [storage.child], set[int]()
        while waiting:
            number = waiting.pop()
            if number == _NO_ENTRY or number in seen or number >= len(self._entries):
                continue
            seen.add(number)
            entry = self._entries[number]
            found[entry.name] = entry
            waiting += (entry.left, entry.right)
        return found

    def read(self, stream: Entry) -> bytes:
        """The bytes of a stream."""
        try:
            if stream.size >= self._small_below:
                return self._joined(stream.start)[: stream.size]
            return self._small_stream(stream)
        except (struct.error, IndexError) as error:
            raise UnreadableFile(Problem.CORRUPT, f"compound file: {error}") from error

    def _read_header(self) -> None:
        content = self._content
        self._shift, self._small_shift = struct.unpack_from("<HH", content, 30)
        if self._shift not in (9, 12) or self._small_shift != 6:
            raise UnreadableFile(Problem.CORRUPT, "compound file with strange sector sizes")
        self._directory_start, _, self._small_below, self._small_table_start = struct.unpack_from("<IIII", content, 48)
        self._table = self._read_table()
        self._small_table: tuple[int, ...] | None = None
        self._small_content = b""

    def _read_table(self) -> tuple[int, ...]:
        """The allocation table: for each sector the number of the next one."""
        numbers = list(struct.unpack_from("<109I", self._content, 76))
        following, seen = struct.unpack_from("<I", self._content, 68)[0], set[int]()
        while following < _NO_SECTOR and following not in seen:
            seen.add(following)
            *more, following = self._numbers(following)
            numbers += more
        table: list[int] = []
        for number in numbers:
            if number < _NO_SECTOR:
                table += self._numbers(number)
        return tuple(table)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) << self._shift
        if start >= len(self._content):
            raise IndexError(f"sector {number} lies outside the file")
        return self._content[start : start + (1 << self._shift)]

    def _numbers(self, sector: int) -> tuple[int, ...]:
        content = self._sector(sector)
        return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])

    def _chain(self, start: int, table: tuple[int, ...]) -> Iterator[int]:
        """Sector after sector; a chain longer than its table runs in circles."""
        for _ in range(len(table) + 1):
            if start >= _NO_SECTOR:
                return
            yield start
            start = table[start]
        raise IndexError("sectors run in circles")

    def _joined(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in self._chain(start, self._table))

    def _small_stream(self, stream: Entry) -> bytes:
        """Streams below 4,096 bytes lie together in one stream of the root, in pieces of 64 bytes."""
        if self._small_table is None:
            packed = self._joined(self._small_table_start)
            self._small_table = struct.unpack(f"<{len(packed) // 4}I", packed)
            self._small_content = self._joined(self._entries[0].start)
        size = 1 << self._small_shift
        pieces = self._chain(stream.start, self._small_table)
        return b"".join(self._small_content[piece * size : (piece + 1) * size] for piece in pieces)[: stream.size]

    def _read_entries(self) -> Iterator[Entry]:
        packed = self._joined(self._directory_start)
        for start in range(0, min(len(packed), _MOST_ENTRIES * _ENTRY_BYTES), _ENTRY_BYTES):
            length, kind = struct.unpack_from("<HB", packed, start + 64)
            left, right, child = struct.unpack_from("<III", packed, start + 68)
            first, size = struct.unpack_from("<II", packed, start + 116)
            name = packed[start : start + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            is_storage = kind in _STORAGE_KINDS
            yield Entry(name=name, is_storage=is_storage, start=first, size=size, left=left, right=right, child=child)
