"""Checks of one cell: is it there, and is it written as such a thing is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from rapidfuzz import fuzz

from service.core.campaigns import Column, ColumnKind
from service.core.checks.common import Checking, is_excused
from service.core.findings import Code, Finding, Severity
from service.core.roster import RosterRow
from service.core.values import FALSE, TRUE, yes_or_no
from service.core.vietnam import names
from service.core.vietnam.dates import Shape, read_date
from service.core.vietnam.numbers import (
    Flaw,
    flaw_of_citizen_id,
    flaw_of_health_card_no,
    flaw_of_phone,
    flaw_of_social_insurance_no,
)

_ADDRESS = re.compile(r"^[a-z0-9][a-z0-9._+'-]*@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$")
_ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_YEAR = re.compile(r"^\d{4}$")
_LIKE_DOMAIN = 80.0
"""A domain this like the right one is a typing error of it; a parent's "abcd.vn" against "abcd-it.vn" is not (67)."""

_FLAWS: Mapping[ColumnKind, Callable[[str], Flaw | None]] = {
    ColumnKind.SOCIAL_INSURANCE_NO: flaw_of_social_insurance_no,
    ColumnKind.CITIZEN_ID: flaw_of_citizen_id,
    ColumnKind.HEALTH_CARD_NO: flaw_of_health_card_no,
    ColumnKind.PHONE: flaw_of_phone,
}


def required_values(checking: Checking) -> Iterator[Finding]:
    """What must be said is said, unless the row says why the worker cannot take part."""
    uncomputed = {(cell.row, cell.key) for cell in checking.roster.formulas if not cell.has_value}
    for row in checking.roster.rows:
        for column in checking.columns():
            is_missing = column.required and not row.value(column.key) and _is_demanded(row, column)
            if is_missing and (row.row, column.key) not in uncomputed:
                yield checking.finding(Code.MISSING_VALUE, "missing_value", row, column.key)


def _is_demanded(row: RosterRow, column: Column) -> bool:
    return column.kind is ColumnKind.NAME or not is_excused(row)


def plausible_names(checking: Checking) -> Iterator[Finding]:
    """A full name has at least two words, of letters only."""
    for row, column, value in checking.cells(ColumnKind.NAME):
        if column.key != "full_name":
            continue
        if not names.is_plausible(value):
            yield checking.finding(Code.BAD_FORMAT, "bad_format.name", row, column.key)
        elif names.is_abbreviated(value):
            yield checking.finding(
                Code.BAD_FORMAT, "bad_format.name_abbreviated", row, column.key, severity=Severity.WARNING
            )


def well_formed_numbers(checking: Checking) -> Iterator[Finding]:
    """Social insurance numbers, citizen IDs, health cards: length and letters; zeros a spreadsheet dropped."""
    kinds = (ColumnKind.SOCIAL_INSURANCE_NO, ColumnKind.CITIZEN_ID, ColumnKind.HEALTH_CARD_NO)
    yield from _flaws(checking, *kinds)
    for row, column, value in checking.cells(ColumnKind.NUMBER):
        if not re.fullmatch(r"-?\d+(?:[.,]\d+)?", value):
            yield checking.finding(Code.BAD_FORMAT, "bad_format.number", row, column.key)


def well_formed_phones(checking: Checking) -> Iterator[Finding]:
    """Mobile numbers of ten digits."""
    yield from _flaws(checking, ColumnKind.PHONE)


def _flaws(checking: Checking, *kinds: ColumnKind) -> Iterator[Finding]:
    for row, column, value in checking.cells(*kinds):
        flaw = _FLAWS[column.kind](value)
        if flaw is None:
            continue
        yield checking.finding(
            Code.LOST_ZERO if flaw.lost_zero else Code.BAD_FORMAT,
            f"lost_zero.{column.kind}" if flaw.lost_zero else f"bad_format.{column.kind}.{flaw.kind}",
            row,
            column.key,
            severity=Severity.WARNING if flaw.doubtful else Severity.ERROR,
            suggestion=flaw.suggestion,
            facts={"length": str(len(value))},
        )


def readable_dates(checking: Checking) -> Iterator[Finding]:
    """A day of the calendar; "X" instead of a day is asked about, two digits of a year too."""
    for row, column, value in checking.cells(ColumnKind.DATE):
        if _ISO_DAY.match(value) or (column.year_only_allowed and _YEAR.match(value)):
            continue
        answer = yes_or_no(value) if read_date(value).shape is Shape.NONE else ""
        if answer == TRUE:
            yield checking.finding(Code.BAD_DATE, "bad_date.ticked", row, column.key, severity=Severity.WARNING)
        elif answer != FALSE:
            yield _bad_date(checking, row, column, value)
        elif not is_excused(row):
            yield checking.finding(Code.MISSING_VALUE, "missing_value.not_yet", row, column.key)
    for row, column, value in checking.cells(ColumnKind.MONTH):
        if not re.fullmatch(r"\d{4}-\d{2}", value):
            yield checking.finding(Code.BAD_DATE, "bad_date.month", row, column.key)


def _bad_date(checking: Checking, row: RosterRow, column: Column, value: str) -> Finding:
    read = read_date(value)
    other = read.month_first() if read.shape is Shape.DAY else None
    if other:
        suggestion = f"{other:%d/%m/%Y}"
        return checking.finding(Code.BAD_DATE, "bad_date.month_first", row, column.key, suggestion=suggestion)
    variants = {
        Shape.DAY: "bad_date.impossible",
        Shape.SHORT_YEAR: "bad_date.short_year",
        Shape.MONTH: "bad_date.no_day",
        Shape.YEAR: "bad_date.no_day",
    }
    return checking.finding(Code.BAD_DATE, variants.get(read.shape, "bad_date"), row, column.key)


def dates_in_window(checking: Checking) -> Iterator[Finding]:
    """Not before the first day allowed, not after today."""
    for row, column, value in checking.cells(ColumnKind.DATE):
        if day := _first_day(value):
            if column.not_before and day < _start(column.not_before, value):
                yield checking.finding(
                    Code.OUT_OF_RANGE,
                    "out_of_range.too_early",
                    row,
                    column.key,
                    facts={"bound": f"{column.not_before:%d/%m/%Y}"},
                )
            elif column.not_after_today and day > checking.today:
                yield checking.finding(
                    Code.OUT_OF_RANGE,
                    "out_of_range.in_future",
                    row,
                    column.key,
                    facts={"bound": f"{checking.today:%d/%m/%Y}"},
                )


def _first_day(value: str) -> date | None:
    if _ISO_DAY.match(value):
        return date.fromisoformat(value)
    return date(int(value), 1, 1) if _YEAR.match(value) and value != "0000" else None


def _start(not_before: date, value: str) -> date:
    """A year alone is compared as a year."""
    return not_before if _ISO_DAY.match(value) else not_before.replace(month=1, day=1)


def known_genders(checking: Checking) -> Iterator[Finding]:
    """Nam or Nữ."""
    for row, column, value in checking.cells(ColumnKind.GENDER):
        if value not in ("Nam", "Nữ"):
            yield checking.finding(Code.BAD_FORMAT, "bad_format.gender", row, column.key)


def addresses(checking: Checking) -> Iterator[Finding]:
    """An e-mail address, and of the organisation's domain."""
    wanted = checking.campaign.email_domain.lower()
    for row, column, value in checking.cells(ColumnKind.EMAIL):
        domain = value.rpartition("@")[2]
        right = domain == wanted or domain.endswith(f".{wanted}")
        if not _ADDRESS.match(value):
            meant = _meant_address(value, wanted)
            yield checking.finding(
                Code.BAD_FORMAT, "bad_format.email", row, column.key, suggestion=meant, facts={"domain": wanted}
            )
        elif wanted and not right:
            meant = _meant_address(value, wanted)
            yield checking.finding(
                Code.WRONG_DOMAIN, "wrong_domain", row, column.key, suggestion=meant, facts={"domain": wanted}
            )


def _meant_address(value: str, wanted: str) -> str | None:
    """The address behind a comma for a dot, a blank, a letter too many in the domain; None when it is a guess."""
    local, at, domain = value.replace(" at ", "@").replace(" ", "").strip(".,;").replace(",", ".").partition("@")
    meant = f"{local}@{wanted}"
    alike = fuzz.ratio(domain, wanted) >= _LIKE_DOMAIN
    return meant if at and wanted and alike and _ADDRESS.match(meant) else None


def readable_answers(checking: Checking) -> Iterator[Finding]:
    """A yes/no column says yes or no."""
    for row, column, value in checking.cells(ColumnKind.YES_NO):
        if value not in (TRUE, FALSE):
            yield checking.finding(Code.BAD_FORMAT, "bad_format.yes_no", row, column.key)


def answers_are_yes(checking: Checking) -> Iterator[Finding]:
    """The list is of those who are done; a worker who is not needs a reason, or comes later."""
    for row, column, value in checking.cells(ColumnKind.YES_NO):
        if column.must_be_true and value == FALSE and not is_excused(row):
            yield checking.finding(Code.NOT_ALLOWED, "not_allowed.not_done", row, column.key)
