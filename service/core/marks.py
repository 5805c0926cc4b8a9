"""A finding in words, ready to be marked in the unit's own workbook."""

from __future__ import annotations

from dataclasses import dataclass

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
