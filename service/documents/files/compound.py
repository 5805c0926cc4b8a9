"""The insides of an old Office container (OLE2, a "compound file"): what it is named and what its streams hold.

Needed to tell `.xls`, `.doc`, `.msg` and encrypted workbooks apart, and to look into `.msg`. The library knows the
format [MS-CFB] and believes what a file states of itself; here the chains of sectors are gone through first.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from olefile import OleFileIO
from olefile.olefile import OleDirectoryEntry

from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
EntryPath = tuple[str, ...]
"""Names of storages (folders), from the top inwards, and at the end perhaps that of a stream (a file)."""
_NO_SECTOR = 0xFFFFFFFA
"""This number and all above it mark ends, gaps and tables."""
_ENTRY_BYTES = 128
_MOST_ENTRIES = 20_000
_TABLES_IN_HEADER = 109
_SECTOR_SHIFTS, _SMALL_SECTOR_SHIFT = (9, 12), 6


class CompoundFile:
    """An opened container. Raises UnreadableFile(CORRUPT) for whatever does not follow the format."""

    def __init__(self, content: bytes) -> None:
        with _named_corrupt():
            # A stream, never bytes: few bytes are taken for the name of a file on the disk.
            self._container = _BoundedContainer(io.BytesIO(content))

    def names(self, storage: EntryPath = ()) -> tuple[str, ...]:
        """What lies in a storage, or at the top."""
        return tuple(kid.name for kid in self._entry(storage).kids)

    def read(self, stream: EntryPath) -> bytes:
        """The bytes of a stream."""
        container, entry = self._container, self._entry(stream)
        with _named_corrupt():
            if entry.is_minifat and container.minifat is None:
                container.loadminifat()
            if entry.size:
                _chain_length(container.minifat if entry.is_minifat else container.fat, entry.isectStart)
            content: bytes = container.openstream(stream).read()
        return content

    def _entry(self, path: EntryPath) -> OleDirectoryEntry:
        entry = self._container.root
        for name in path:
            entry = entry.kids_dict[name.lower()]
        return entry


class _BoundedContainer(OleFileIO):  # type: ignore[misc]  # olefile is published without types
    """Looks where sectors lead before the library follows them: it reads as many as a file states, even in circles."""

    def loadfat(self, header: bytes) -> None:
        """The allocation table; with it the length of the directory is known before that is read."""
        if self.sector_shift not in _SECTOR_SHIFTS or self.mini_sector_shift != _SMALL_SECTOR_SHIFT:
            raise UnreadableFile(Problem.CORRUPT, "compound file with strange sector sizes")
        needed = self.nb_sect * 4 // self.sector_size
        if self.num_difat_sectors and self.num_fat_sectors > 2 * needed + _TABLES_IN_HEADER:
            raise UnreadableFile(Problem.CORRUPT, f"compound file with {self.num_fat_sectors} sectors of tables")
        super().loadfat(header)
        sectors = _chain_length(self.fat, self.first_dir_sector)
        if sectors * self.sector_size > _MOST_ENTRIES * _ENTRY_BYTES:
            raise UnreadableFile(Problem.TOO_MANY, f"compound file with a directory of {sectors} sectors")

    def loadminifat(self) -> None:
        """The allocation table of small streams, which lie together in one stream of the root."""
        _chain_length(self.fat, self.minifatsect)
        _chain_length(self.fat, self.root.isectStart)
        super().loadminifat()

    def _check_duplicate_stream(self, first_sect: int, minifat: bool = False) -> None:
        """Left out: the library goes through all earlier streams for each one, only to log what it finds."""


def _chain_length(table: Sequence[int], start: int) -> int:
    """How many sectors follow each other from here; a chain longer than its table runs in circles."""
    for length in range(len(table) + 1):
        if start >= _NO_SECTOR:
            return length
        start = table[start]
    raise UnreadableFile(Problem.CORRUPT, "compound file: sectors run in circles")


@contextmanager
def _named_corrupt() -> Iterator[None]:
    """RecursionError: entries of the directory that hang on each other in one long line."""
    try:
        yield
    except (OSError, ValueError, IndexError, struct.error, RecursionError) as error:
        raise UnreadableFile(Problem.CORRUPT, f"compound file: {error}") from error
