"""A finding in words, ready to be marked in the unit's own workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from service.core.findings import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What is written at a cell and into the sheet of errors; `cell` is None for what concerns a row or the sheet."""

    sheet: str | None
    cell: str | None
    row: int | None
    severity: Severity
    text: str
    heading: str = ""
    value: str = ""
    suggestion: str = ""

    def renamed(self, sheets: Mapping[str, str]) -> Mark:
        """The same mark where the sheets are called otherwise."""
        return replace(self, sheet=sheets.get(self.sheet or "", self.sheet))
