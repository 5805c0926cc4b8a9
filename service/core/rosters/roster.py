"""A unit's list as read: rows, columns, and what a check needs to know of the sheet. `rows.py` makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.core.campaigns import Campaign
from service.core.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One wrong piece of data of a worker, where it stands. `cells`: the sheet's columns of the block → cell name."""

    sheet: str
    row: int
    values: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One worker. `values`: canonical key → canonical value, only where something is said.

    `written`: as written, where that is not the canonical value itself.
    """

    row: int
    values: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    discrepancies: tuple[Discrepancy, ...] = ()
    """Each line of the discrepancy block; `values` holds them joined by "; "."""

    def value(self, key: str) -> str:
        return self.values.get(key, "")

    def as_written(self, key: str) -> str | None:
        """What stands in the cell; None where nothing does."""
        return self.written.get(key, self.values.get(key)) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaCell:
    """A cell computed by a formula. `has_value`: its last result was stored in the file."""

    row: int
    key: str
    has_value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A unit's list as read. `columns`: canonical key → column letter; `headings`: as printed in this sheet."""

    sheet: str
    header_rows: tuple[int, ...]
    columns: Mapping[str, str]
    headings: Mapping[str, str]
    rows: tuple[RosterRow, ...]
    findings: tuple[Finding, ...] = ()
    """What reading itself has to say; `check_roster` does not repeat it."""
    encoding: str = "unicode"
    font_is_doubtful: bool = False
    """Texts in an old font are Vietnamese as they stand and in the font's code too: they were left as they stand."""
    unknown_columns: Mapping[str, str] = field(default_factory=dict)
    """Column letter → heading we do not know."""
    hidden_rows: tuple[int, ...] = ()
    """Workers' rows that Excel hides; they are read all the same."""
    formulas: tuple[FormulaCell, ...] = ()
    other_sheets: tuple[str, ...] = ()
    """Further sheets that look like rosters and were not read."""
    no_discrepancy: bool = False
    """The sheet says once that everything was looked through and nothing is wrong."""
    has_macros: bool = False
    """The workbook carries macros, which are never run."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """The workbook's; our template names its campaign and unit there."""

    elsewhere: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Canonical key → row → cell, where a value stands in another column than the others of its kind."""

    def cell(self, row: int, key: str) -> str | None:
        """Such as F8; None for a column the sheet does not have."""
        if row in self.elsewhere.get(key, {}):
            return self.elsewhere[key][row]
        return f"{self.columns[key]}{row}" if key in self.columns else None

    def heading(self, key: str, campaign: Campaign) -> str:
        """As printed in the sheet, or as our template prints it."""
        return self.headings.get(key) or campaign.heading(key)
