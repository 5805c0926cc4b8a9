"""Checks of one row's cells against one another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.core.campaigns import Column, ColumnKind, DiscrepancyBlock
from service.core.findings import Code, Finding, Severity
from service.core.rosters.checks.checking import Checking
from service.core.rosters.column_keys import BIRTH_DATE
from service.core.rosters.roster import Discrepancy, RosterRow
from service.core.vietnam.numbers import CitizenIdParts, citizen_id_parts

_MONTH = re.compile(r"\d{4}-\d{2}")


def citizen_id_agrees(checking: Checking) -> Iterator[Finding]:
    """The digits of a citizen ID say the gender and the year of birth; the row must say the same."""
    citizen_id, gender = checking.column_of(ColumnKind.CITIZEN_ID), checking.column_of(ColumnKind.GENDER)
    if citizen_id is None:
        return
    genders = checking.values(gender.key) if gender else [""] * len(checking.roster.rows)
    for row, number, said, birth in zip(
        checking.roster.rows, checking.values(citizen_id.key), genders, checking.values(BIRTH_DATE), strict=True
    ):
        if len(number) != 12 or _agrees(number, said, birth):
            continue
        parts = citizen_id_parts(number)
        if parts is None:
            continue
        wrong_gender = gender if gender and said in _GENDERS and said != parts.gender else None
        wrong_year = birth[:4].isdigit() and birth[:4] != str(parts.birth_year)
        yield from _disagreement(checking, row, citizen_id, parts, wrong_gender, wrong_year=wrong_year)


def _agrees(number: str, gender: str, birth: str) -> bool:
    """A quick look at a number of this or the last century."""
    return number[4:6] == birth[2:4] and _SAID_BY_DIGIT.get(number[3]) == (birth[:2], gender)


_GENDERS = ("Nam", "Nữ")
_SAID_BY_DIGIT = {"0": ("19", "Nam"), "1": ("19", "Nữ"), "2": ("20", "Nam"), "3": ("20", "Nữ")}


def _disagreement(
    checking: Checking,
    row: RosterRow,
    citizen_id: Column,
    parts: CitizenIdParts,
    gender: Column | None,
    *,
    wrong_year: bool,
) -> Iterator[Finding]:
    """Both wrong: it is somebody else's number. One wrong: that cell is named, and the number beside it."""
    facts = {
        "citizen_id": row.value(citizen_id.key),
        "citizen_id_heading": checking.roster.heading(citizen_id.key, checking.campaign),
        "gender": parts.gender,
        "birth_year": str(parts.birth_year),
    }
    if gender and wrong_year:
        yield checking.finding(Code.INCONSISTENT, "inconsistent.other_person", row, citizen_id.key, facts=facts)
    elif gender:
        yield checking.finding(Code.INCONSISTENT, "inconsistent.gender", row, gender.key, facts=facts)
    elif wrong_year:
        yield checking.finding(Code.INCONSISTENT, "inconsistent.birth_year", row, BIRTH_DATE, facts=facts)


def health_card_agrees(checking: Checking) -> Iterator[Finding]:
    """A health card ends in the social insurance number.

    Cards from before 2017 may not, so a number that is another one altogether is only doubted; one that differs in a
    digit or two was copied wrongly.
    """
    number, card = checking.column_of(ColumnKind.SOCIAL_INSURANCE_NO), checking.column_of(ColumnKind.HEALTH_CARD_NO)
    if number is None or card is None:
        return
    for row, insured, held in zip(
        checking.roster.rows, checking.values(number.key), checking.values(card.key), strict=True
    ):
        if held and len(insured) == 10 and len(held) in (10, 15) and held[-10:] != insured:
            yield checking.finding(
                Code.INCONSISTENT,
                "inconsistent.health_card",
                row,
                card.key,
                severity=Severity.ERROR if len(held) == 10 or _is_slip(held[-10:], insured) else Severity.WARNING,
                facts={
                    "number": insured,
                    "number_heading": checking.roster.heading(number.key, checking.campaign),
                },
            )


def _is_slip(one: str, other: str) -> bool:
    """Whether two numbers of the same length differ as by a slip of the hand."""
    return sum(left != right for left, right in zip(one, other, strict=True)) <= _SLIP


_SLIP = 2


def numbers_not_confused(checking: Checking) -> Iterator[Finding]:
    """The same number in two columns of one row: one of them was copied into the wrong place."""
    columns = list(checking.columns(ColumnKind.SOCIAL_INSURANCE_NO, ColumnKind.CITIZEN_ID, ColumnKind.PHONE))
    for row, *values in zip(checking.roster.rows, *(checking.values(column.key) for column in columns), strict=True):
        if len(set(values)) == len(values):
            continue
        seen: dict[str, str] = {}
        for column, value in zip(columns, values, strict=True):
            if value and value in seen:
                other = checking.roster.heading(seen[value], checking.campaign)
                yield checking.finding(
                    Code.INCONSISTENT, "inconsistent.same_number", row, column.key, facts={"other": other}
                )
            seen.setdefault(value, column.key)


def complete_discrepancies(checking: Checking) -> Iterator[Finding]:
    """Kind, what the system shows and what is true come together or not at all, and the last two differ."""
    block = checking.campaign.discrepancy
    if block is None:
        return
    for row in checking.roster.rows:
        for discrepancy in row.discrepancies or ():
            yield from _incomplete(checking, row, discrepancy)
            yield from _unchanged(checking, row, discrepancy, block)


def periods(checking: Checking) -> Iterator[Finding]:
    """A period ends after it begins."""
    if checking.campaign.discrepancy is None:
        return
    for row in checking.roster.rows:
        first, last = row.value("period_from"), row.value("period_to")
        if _MONTH.fullmatch(first) and _MONTH.fullmatch(last) and last < first:
            facts = {"first": f"{first[5:]}/{first[:4]}"}
            yield checking.finding(Code.INCONSISTENT, "inconsistent.period", row, "period_to", facts=facts)


def _incomplete(checking: Checking, row: RosterRow, discrepancy: Discrepancy) -> Iterator[Finding]:
    missing = [key for key in discrepancy.cells if not discrepancy.values.get(key)]
    given = [key for key in discrepancy.cells if discrepancy.values.get(key)]
    if missing and given:
        headings = [checking.roster.heading(key, checking.campaign) for key in (*missing, *given)]
        yield checking.finding(
            Code.INCOMPLETE_DISCREPANCY,
            "incomplete_discrepancy",
            row,
            missing[0],
            at=discrepancy,
            facts={
                "missing": "”, “".join(headings[: len(missing)]),
                "given": "”, “".join(headings[len(missing) :]),
            },
        )


def _unchanged(
    checking: Checking, row: RosterRow, discrepancy: Discrepancy, block: DiscrepancyBlock
) -> Iterator[Finding]:
    shown, actual = discrepancy.values.get(block.shown), discrepancy.values.get(block.actual)
    if shown and shown == actual:
        yield checking.finding(
            Code.INCONSISTENT,
            "inconsistent.no_difference",
            row,
            block.actual,
            at=discrepancy,
            facts={"shown_heading": checking.roster.heading(block.shown, checking.campaign)},
        )
