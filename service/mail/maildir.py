"""The mailbox as a Maildir folder on this machine, for mail servers that deliver locally.

Nothing is kept beside the folder: a mail's UID comes from the part of its file name that never changes, so that it
stays the same whatever flags people set. Mails are only ever renamed, never rewritten.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from imapclient import imap_utf7

from service.flow.ports.failures import MailboxUnavailable
from service.flow.ports.world import CLAIM, Folder, Listing
from service.mail.connections.troubles import Remedies, with_remedy

PARTS = ("new", "cur")
"""In this order: a mail that a program moves to `cur` while we look is then seen there, not missed."""

REMEDIES: Remedies = (
    (FileNotFoundError, "check `path`, and that its disk is mounted: a Maildir has the folders new, cur and tmp"),
    (PermissionError, "give the service's user the right to read and rename in this folder"),
)
_SECONDS = re.compile(r"(\d{9,10})\.")
_MICROSECONDS = re.compile(r"M(\d{1,6})(?!\d)")

Result = TypeVar("Result")


class MaildirMailbox:
    """One Maildir; folders for people are its Maildir++ sub-folders. One thread uses it; `wake` may be called by any.

    `look`: seconds between two looks at the folder while waiting.
    """

    def __init__(self, path: Path, *, folders: Mapping[Folder, str] | None = None, look: float = 0.5) -> None:
        self._path, self._look = path, look
        self._folders = {target: (folders or {}).get(target, target.value) for target in Folder}
        self._known: frozenset[str] = frozenset()
        self._mails: dict[int, Path] = {}
        self._bell = threading.Event()

    @property
    def name(self) -> str:
        return f"maildir://{self._path}"

    def list(self) -> Listing:
        """All UIDs, ascending: in the order of delivery as far as file names tell it."""

        def ask() -> Listing:
            mails = self._looked()
            self._known = frozenset(unique_part(file.name) for file in mails.values())
            return Listing(uidvalidity=_validity(self._path), uids=tuple(sorted(mails)))

        return self._do("list the folder", ask)

    def fetch(self, uid: int) -> bytes | None:
        """The file's bytes; None when the mail has vanished."""
        return self._do(f"read mail {uid}", lambda: self._with_file(uid, Path.read_bytes))

    def fetch_all(self, uids: Sequence[int]) -> Iterator[tuple[int, bytes | None]]:
        """One after the other."""
        return ((uid, self.fetch(uid)) for uid in uids)

    def received(self, uids: Sequence[int]) -> Mapping[int, datetime]:
        """The file's own time: servers write a mail once, and renaming does not change it."""

        def ask() -> dict[int, datetime]:
            seconds = {uid: self._with_file(uid, lambda file: file.stat().st_mtime) for uid in uids}
            return {uid: datetime.fromtimestamp(when, UTC) for uid, when in seconds.items() if when is not None}

        return self._do(f"see when {len(uids)} mails came", ask)

    def file(self, uid: int, folder: Folder) -> bool:
        """Renames one mail into a folder for people, read or unread as it was; False when it has vanished."""

        def move(file: Path) -> bool:
            file.rename(_free(self._made_sure_of(folder) / file.parent.name, file.name))
            return True

        return bool(self._do(f"move mail {uid} to {self._folders[folder]!r}", lambda: self._with_file(uid, move)))

    def claims(self) -> tuple[str, ...]:
        """Maildir++ folders beside the inbox."""

        def ask() -> tuple[str, ...]:
            with os.scandir(self._path) as entries:
                return tuple(entry.name[1:] for entry in entries if entry.name.startswith(f".{CLAIM}"))

        return self._do("look for claims", ask)

    def claim(self, folder: str) -> None:
        self._do(f"make the folder {folder!r}", lambda: self._made(folder))

    def wait(self, seconds: float) -> None:
        """Until a mail lies here that the last listing did not have, `wake`, or the time is up."""
        end = time.monotonic() + seconds
        looks, seen = 0, self._do("wait for mail", self._changed_at)
        while not self._bell.is_set():
            changed = self._do("wait for mail", self._changed_at)
            # Twice by names, for two changes within one tick of the kernel's clock leave the same time behind.
            if (looks < 2 or changed != seen) and self._do("wait for mail", self._has_news):
                break
            looks, seen = looks + 1, changed
            left = end - time.monotonic()
            if left <= 0 or self._bell.wait(min(self._look, left)):
                break
        self._bell.clear()

    def wake(self) -> None:
        """Ends a `wait`, also one that has not begun yet."""
        self._bell.set()

    def close(self) -> None:
        """Nothing is held open."""

    def check(self) -> str:
        """Says in one line what was found, for `doctor`."""
        count = len(self.list().uids)
        self._do("prepare the folders for people", lambda: [self._made_sure_of(folder) for folder in Folder])
        return f"{self.name}: {count} mails"

    def _do(self, purpose: str, ask: Callable[[], Result]) -> Result:
        try:
            return ask()
        except OSError as problem:
            said = with_remedy(problem, str(problem), REMEDIES)
            raise MailboxUnavailable(f"{self.name}: cannot {purpose}: {said}") from problem

    def _with_file(self, uid: int, use: Callable[[Path], Result]) -> Result | None:
        """Uses the mail's file; looks again when another program has renamed it. None when it has vanished."""
        for _ in range(5):
            file = self._mails.get(uid) or self._looked().get(uid)
            if file is None:
                return None
            try:
                return use(file)
            except FileNotFoundError:
                if file.exists():  # not the mail but the place it goes to is missing
                    raise
                self._looked()
        return None

    def _looked(self) -> dict[int, Path]:
        """The mails that lie here now; remembered, for one look at a full folder is enough for all of them."""
        mails: dict[int, Path] = {}
        for file in self._files():
            uid = uid_of(unique_part(file.name))
            other = mails.get(uid)
            if other is not None and unique_part(other.name) != unique_part(file.name):
                file = _renamed(file)  # noqa: PLW2901  # two names with one number: the later gets another name
                uid = uid_of(unique_part(file.name))
            mails[uid] = file
        self._mails = mails
        return mails

    def _files(self) -> Iterator[Path]:
        for part in PARTS:
            yield from (self._path / part / name for name in sorted(self._names(part)))

    def _names(self, part: str) -> Iterator[str]:
        """A link could lead anywhere on this machine: a mail is a file of its own."""
        with os.scandir(self._path / part) as entries:
            for entry in entries:
                if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                    yield entry.name

    def _has_news(self) -> bool:
        return any(unique_part(name) not in self._known for part in PARTS for name in self._names(part))

    def _changed_at(self) -> tuple[int, ...]:
        return tuple((self._path / part).stat().st_mtime_ns for part in PARTS)

    def _made_sure_of(self, folder: Folder) -> Path:
        return self._made(self._folders[folder])

    def _made(self, folder: str) -> Path:
        """Maildir++: a sub-folder is `.Name` beside new, cur and tmp, and holds `maildirfolder`; names as in IMAP."""
        name = imap_utf7.encode(folder.replace("/", ".")).decode("ascii")
        place = self._path / f".{name}"
        mode = self._path.stat().st_mode & 0o777
        for part in (place, *(place / part for part in ("tmp", *PARTS))):
            part.mkdir(mode=mode, exist_ok=True)
        (place / "maildirfolder").touch(mode=mode & 0o666)
        return place


def unique_part(name: str) -> str:
    """The name without its flags."""
    return name.partition(":2,")[0]


def uid_of(unique: str) -> int:
    """63 bits: seconds and microseconds of delivery where the name tells them (then UIDs are in order), and a hash."""
    digest = int.from_bytes(hashlib.sha256(unique.encode("utf-8", "surrogateescape")).digest()[:8], "big")
    seconds = _SECONDS.match(unique)
    if seconds is None:
        return digest >> 1 | 1
    microseconds = _MICROSECONDS.search(unique.split(".")[1])
    low = int(microseconds[1]) << 11 | digest & 0x7FF if microseconds else digest & 0x7FFF_FFFF
    return (int(seconds[1]) & 0xFFFF_FFFF) << 31 | low


def _validity(path: Path) -> int:
    """A constant: names of mails are unique for all time, so numbers never come to mean another mail."""
    return int.from_bytes(hashlib.sha256(str(path).encode()).digest()[:4], "big") >> 1 | 1


def _renamed(file: Path) -> Path:
    unique, colon, flags = file.name.partition(":2,")
    return file.rename(_free(file.parent, f"{unique}-1{colon}{flags}"))


def _free(place: Path, name: str) -> Path:
    """A path where nothing lies yet: renaming would replace what is there."""
    unique, colon, flags = name.partition(":2,")
    candidate, number = place / name, 1
    while candidate.exists():
        candidate = place / f"{unique}-{number}{colon}{flags}"
        number += 1
    return candidate
