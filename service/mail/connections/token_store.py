"""Where the tokens of signed-in accounts are kept: one file an account, readable to us alone, replaced as a whole.

Several processes may share an account (`run` and `doctor`): who wants to renew holds the account's lock, for a provider
that rotates refresh tokens takes each one once only.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a provider gave: a token for now, and one to get the next with."""

    access_token: str
    expires_at: datetime
    refresh_token: str = ""
    refresh_expires_at: datetime | None = None
    """Where the provider says so; most do not."""


class TokenStore:
    """A folder of accounts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def file(self, account: str) -> Path:
        """The account's file: its name for people, a hash against names that differ only in other characters."""
        readable = re.sub(r"[^A-Za-z0-9@.-]+", "_", account).strip("._")[:60]
        return self._folder / f"{readable}-{hashlib.sha256(account.encode()).hexdigest()[:8]}.json"

    def read(self, account: str) -> Grant | None:
        """None when nobody signed in, or when the file is not one of ours any more (signing in again mends it)."""
        try:
            return _grant(json.loads(self.file(account).read_bytes()))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def write(self, account: str, grant: Grant) -> None:
        """Durable and whole when it returns: a lost refresh token means that somebody must sign in again."""
        self._make_folder()
        content = json.dumps({"account": account, **asdict(grant)}, default=datetime.isoformat, indent=1)
        handle, name = tempfile.mkstemp(prefix=".new-", dir=self._folder)  # made with 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.file(account))
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        self._sync_folder()

    @contextlib.contextmanager
    def locked(self, account: str) -> Iterator[None]:
        """Keeps other processes from renewing this account's tokens meanwhile."""
        self._make_folder()
        with self.file(account).with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield  # closing the file gives the lock back

    def _make_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _grant(fields: dict[str, Any]) -> Grant:
    refresh_end = fields.get("refresh_expires_at")
    return Grant(
        access_token=str(fields["access_token"]),
        expires_at=datetime.fromisoformat(fields["expires_at"]),
        refresh_token=str(fields["refresh_token"]),
        refresh_expires_at=datetime.fromisoformat(refresh_end) if refresh_end else None,
    )
