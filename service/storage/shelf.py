"""The shelf: raw bytes by their SHA-256, durable before `put` returns."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from service.flow.ports.failures import StorageUnavailable

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Files under `folder/ab/abcd…`, written beside, synced and renamed, so that a crash leaves all or nothing."""

    folder: Path

    def put(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        place = self._place(sha256)
        try:
            if not place.exists():
                self._write(place, content)
        except OSError as problem:
            if problem.errno not in NO_ROOM:
                raise
            raise StorageUnavailable(f"{self.folder}: {problem.strerror}; make room on that disk") from problem
        return sha256

    def get(self, sha256: str) -> bytes:
        return self._place(sha256).read_bytes()

    def size(self, sha256: str) -> int:
        return self._place(sha256).stat().st_size

    def _write(self, place: Path, content: bytes) -> None:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, beside = tempfile.mkstemp(dir=place.parent, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).replace(place)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
        _sync_folder(place.parent)

    def _place(self, sha256: str) -> Path:
        if len(sha256) != 64 or not sha256.isalnum():
            raise ValueError(f"{sha256!r}: not a SHA-256 in hex")
        return self.folder / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    """The new name itself is durable only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
