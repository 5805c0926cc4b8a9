"""Checks of one cell: is it there, and is it written as such a thing is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from rapidfuzz import fuzz

from service.core.campaigns import Column, ColumnKind
from service.core.findings import Code, Finding, Severity
from service.core.rosters.cell_values import ERROR_VALUES, FALSE, TRUE, yes_or_no
from service.core.rosters.checks.checking import Checking, is_excused
from service.core.rosters.roster import RosterRow
from service.core.vietnam import names
from service.core.vietnam.dates import DateShape, read_date
from service.core.vietnam.numbers import (
    Flaw,
    flaw_of_citizen_id,
    flaw_of_health_card_no,
    flaw_of_phone,
    flaw_of_social_insurance_no,
)

_ADDRESS = re.compile(
    r"^[a-z0-9](?!\S*\.[.@])[a-z0-9._+'-]*@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$"
)
_PLAIN_LOCAL = re.compile(r"[a-z0-9]+(?:[._+-][a-z0-9]+)*@[^@]+$")
_ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_YEAR = re.compile(r"^\d{4}$")
_DAY_OR_YEAR = re.compile(r"^\d{4}(?:-\d{2}-\d{2})?$")
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
    for column in checking.columns():
        values = checking.values(column.key) if column.required else ()
        if "" not in values:
            continue
        for row, value in zip(checking.roster.rows, values, strict=True):
            if not value and _is_demanded(row, column) and (row.row, column.key) not in uncomputed:
                as_written = row.as_written(column.key) or ""
                failed = as_written if as_written in ERROR_VALUES else ""
                key = "missing_value.formula_failed" if failed else "missing_value"
                yield checking.finding(Code.MISSING_VALUE, key, row, column.key, facts={"failed": failed})


def _is_demanded(row: RosterRow, column: Column) -> bool:
    return column.kind is ColumnKind.NAME or not is_excused(row)


def plausible_names(checking: Checking) -> Iterator[Finding]:
    """A full name has at least two words, of letters only."""
    for column in checking.columns(ColumnKind.NAME):
        if column.key != "full_name":
            continue
        for row, value in checking.doubtful(column, _is_full_name):
            if not names.is_plausible(value):
                yield checking.finding(Code.BAD_FORMAT, "bad_format.name", row, column.key)
            elif names.is_abbreviated(value):
                yield checking.finding(
                    Code.BAD_FORMAT, "bad_format.name_abbreviated", row, column.key, severity=Severity.WARNING
                )


_FULL_NAME = re.compile(rf"(?!.{{{names.LONGEST_NAME + 1}}})[^\W\d_]{{2,}}(?: [^\W\d_]{{2,}})+")


def _is_full_name(value: str) -> bool:
    """Two words or more of letters only: no initial, no mark to be thought about."""
    return _FULL_NAME.fullmatch(value) is not None


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
    for column in checking.columns(*kinds):
        flaw_of = _FLAWS[column.kind]
        flaws = {value: flaw for value in checking.different(column.key) if value and (flaw := flaw_of(value))}
        for row, value in zip(checking.roster.rows, checking.values(column.key), strict=True) if flaws else ():
            if flaw := flaws.get(value):
                yield _flawed(checking, row, column, flaw)


def _flawed(checking: Checking, row: RosterRow, column: Column, flaw: Flaw) -> Finding:
    code, key = Code.BAD_FORMAT, f"bad_format.{column.kind}.{flaw.kind}"
    if flaw.lost_zero:
        code, key = Code.LOST_ZERO, f"lost_zero.{column.kind}"
    elif flaw.digits_lost:
        code, key = Code.DIGITS_LOST, f"digits_lost.{flaw.kind}"
        key = f"{key}_perhaps" if flaw.doubtful else key
    return checking.finding(
        code,
        key,
        row,
        column.key,
        severity=Severity.WARNING if flaw.doubtful else Severity.ERROR,
        suggestion=flaw.suggestion,
        facts={"length": str(len(row.value(column.key)))},
    )


def readable_dates(checking: Checking) -> Iterator[Finding]:
    """A day of the calendar; "X" instead of a day is asked about, two digits of a year too."""
    for column in checking.columns(ColumnKind.DATE):
        is_fine = (_DAY_OR_YEAR if column.year_only_allowed else _ISO_DAY).match
        for row, value in checking.doubtful(column, is_fine):
            answer = yes_or_no(value) if read_date(value).shape is DateShape.NONE else ""
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
    other = read.month_first() if read.shape is DateShape.DAY else None
    if other:
        suggestion = f"{other:%d/%m/%Y}"
        return checking.finding(Code.BAD_DATE, "bad_date.month_first", row, column.key, suggestion=suggestion)
    variants = {
        DateShape.DAY: "bad_date.impossible",
        DateShape.SHORT_YEAR: "bad_date.short_year",
        DateShape.MONTH: "bad_date.no_day",
        DateShape.YEAR: "bad_date.no_day",
    }
    return checking.finding(Code.BAD_DATE, variants.get(read.shape, "bad_date"), row, column.key)


def dates_in_window(checking: Checking) -> Iterator[Finding]:
    """Not before the first day allowed, not after today."""
    for column in checking.columns(ColumnKind.DATE):
        first = column.not_before
        last = checking.today if column.not_after_today else None
        for row, value in checking.doubtful(column, lambda value: _is_within(value, first, last)):  # noqa: B023  used at once
            day = _first_day(value)
            if first and day and day < _start(first, value):
                bound, key = first, "out_of_range.too_early"
            elif last and day and day > last:
                bound, key = last, "out_of_range.in_future"
            else:
                continue
            yield checking.finding(Code.OUT_OF_RANGE, key, row, column.key, facts={"bound": f"{bound:%d/%m/%Y}"})


def _is_within(value: str, first: date | None, last: date | None) -> bool:
    """A quick look: days written year first compare as texts."""
    return (
        len(value) == 10
        and (first is None or first.isoformat() <= value)
        and (last is None or value <= last.isoformat())
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
    for column in checking.columns(ColumnKind.GENDER):
        for row, _ in checking.doubtful(column, ("Nam", "Nữ").__contains__):
            yield checking.finding(Code.BAD_FORMAT, "bad_format.gender", row, column.key)


def addresses(checking: Checking) -> Iterator[Finding]:
    """An e-mail address, and of the organisation's domain."""
    wanted = checking.campaign.email_domain.lower()
    in_house = f"@{wanted}"
    for column in checking.columns(ColumnKind.EMAIL):
        for row, value in checking.doubtful(
            column, lambda value: value.endswith(in_house) and _PLAIN_LOCAL.match(value) if wanted else False
        ):
            domain = value.rpartition("@")[2]
            if not _ADDRESS.match(value):
                code, key = Code.BAD_FORMAT, "bad_format.email"
            elif wanted and domain != wanted and not domain.endswith(f".{wanted}"):
                code, key = Code.WRONG_DOMAIN, "wrong_domain"
            else:
                continue
            meant = _meant_address(value, wanted)
            yield checking.finding(code, key, row, column.key, suggestion=meant, facts={"domain": wanted})


def _meant_address(value: str, wanted: str) -> str | None:
    """The address behind a comma for a dot, a blank, a letter too many in the domain; None when it is a guess."""
    local, at, domain = value.replace(" at ", "@").replace(" ", "").strip(".,;").replace(",", ".").partition("@")
    meant = f"{local}@{wanted}"
    alike = fuzz.ratio(domain, wanted) >= _LIKE_DOMAIN
    return meant if at and wanted and alike and _ADDRESS.match(meant) else None


def readable_answers(checking: Checking) -> Iterator[Finding]:
    """A yes/no column says yes or no."""
    for column in checking.columns(ColumnKind.YES_NO):
        for row, _ in checking.doubtful(column, (TRUE, FALSE).__contains__):
            yield checking.finding(Code.BAD_FORMAT, "bad_format.yes_no", row, column.key)


def answers_are_yes(checking: Checking) -> Iterator[Finding]:
    """The list is of those who are done; a worker who is not needs a reason, or comes later."""
    for column in checking.columns(ColumnKind.YES_NO):
        for row, value in checking.doubtful(column, TRUE.__eq__) if column.must_be_true else ():
            if value == FALSE and not is_excused(row):
                yield checking.finding(Code.NOT_ALLOWED, "not_allowed.not_done", row, column.key)
