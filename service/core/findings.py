"""A finding: one thing wrong (or worth saying) in what a unit sent, where it is, and what would mend it.

The words a person reads are not here: `key` names a sentence of the message catalogue and `facts` fill it
(`core/wording.py`). Codes and severities are fixed by the command line's contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """`error`: the sender must act; `warning`: HR should look; `note`: corrected or merely said."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(StrEnum):
    """Every kind of finding (the contract's list)."""

    MISSING_COLUMN = "missing_column"
    MISSING_VALUE = "missing_value"
    BAD_FORMAT = "bad_format"
    BAD_DATE = "bad_date"
    OUT_OF_RANGE = "out_of_range"
    LOST_ZERO = "lost_zero"
    DIGITS_LOST = "digits_lost"
    WRONG_DOMAIN = "wrong_domain"
    DUPLICATE_IN_FILE = "duplicate_in_file"
    DUPLICATE_ACROSS_UNITS = "duplicate_across_units"
    INCONSISTENT = "inconsistent"
    NOT_ALLOWED = "not_allowed"
    INCOMPLETE_DISCREPANCY = "incomplete_discrepancy"
    FORM_WITHOUT_ROW = "form_without_row"
    FORM_DIFFERS = "form_differs"
    NOT_SIGNED = "not_signed"
    UNREADABLE_PAGE = "unreadable_page"
    WRONG_AGENCY = "wrong_agency"
    UNKNOWN_COLUMN = "unknown_column"
    LEGACY_ENCODING = "legacy_encoding"
    HIDDEN_ROW = "hidden_row"
    FORMULA = "formula"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong: `key` is the catalogue's sentence (`<code>` or `<code>.<variant>`), `facts` fill its blanks."""

    code: Code
    severity: Severity
    key: str
    facts: Mapping[str, str] = field(default_factory=dict)
    document: str | None = None
    sheet: str | None = None
    row: int | None = None
    """1-based row of the sheet as Excel shows it."""
    cell: str | None = None
    """Such as `F8`."""
    column: str | None = None
    """Canonical key of the roster column (or field of the form)."""
    page: int | None = None
    """1-based page of the document."""
    value: str | None = None
    """The value as written."""
    suggestion: str | None = None
    """The right value, only where it is certain."""


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Only what the sender must act on."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)
