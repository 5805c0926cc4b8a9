"""What the final package is made of, as values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from service.core.progress.progress import Progress
from service.core.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageForm:
    """One accepted declaration: the original's bytes and the page in it (1-based)."""

    worker: str
    row: int
    content: bytes
    media_type: str
    page: int
    rotation: int
    """Clockwise degrees by which the page as sent is turned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageUnit:
    """All that one unit contributes."""

    unit: Unit
    rows: tuple[Mapping[str, str], ...]
    forms: tuple[PackageForm, ...]
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFile:
    """One file of the package; its name is plain ASCII."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageTotals:
    """The figures of the covering letter."""

    units: int
    workers: int
    forms: int
    discrepancies: int
    not_possible: int
    open: int
    """Units that have something left to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What goes to the agency; the manifest is among the files."""

    files: tuple[PackageFile, ...]
    totals: PackageTotals
