"""One person in the lists of two units: who is the same, whose row counts, and what either unit is told.

Until HR decides, the unit whose list came later counts the worker. Nothing of this makes a list wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.core.campaigns import Campaign, ColumnKind
from service.core.findings import Code, Finding, Severity, errors
from service.core.records import RosterVersion
from service.core.rosters.versions import names_agree

_NUMBERS = (ColumnKind.SOCIAL_INSURANCE_NO, ColumnKind.CITIZEN_ID)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """A number of somebody in a unit's current list. `kind`: the column's; `name`: as that unit writes it."""

    unit: str
    kind: str
    number: str
    row: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A row of a unit's list that has numbers of a row of another unit's."""

    mine: ListedPerson
    theirs: ListedPerson
    numbers: int = 1
    """How many of their numbers agree."""

    @property
    def is_one_person(self) -> bool:
        """A number typed wrongly may be somebody else's: the name or a second number has to agree as well."""
        return self.numbers > 1 or names_agree(self.mine.name, self.theirs.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTwice:
    """A worker whom two units list now. `home`: the unit HR named; None while it has not decided."""

    kind: str
    number: str
    former: str
    newer: str
    mail_id: int
    """The mail with which it began."""
    noted_at: datetime
    home: str | None = None
    former_row: int = 0
    former_name: str = ""
    newer_row: int = 0
    newer_name: str = ""
    id: int = 0

    @property
    def counts_in(self) -> str:
        return self.home or self.newer

    def other(self, unit: str) -> str:
        return self.former if unit == self.newer else self.newer

    def person_in(self, unit: str) -> ListedPerson:
        """As this unit, one of the two, lists the worker."""
        row, name = (self.former_row, self.former_name) if unit == self.former else (self.newer_row, self.newer_name)
        return ListedPerson(unit=unit, kind=self.kind, number=self.number, row=row, name=name)


def people_in(campaign: Campaign, roster: RosterVersion) -> tuple[ListedPerson, ...]:
    """Everybody by the numbers that have no error of their own; the first row of those that stand there twice."""
    wrong = {(finding.row, finding.column) for finding in errors(roster.findings)}
    found: dict[tuple[str, str], ListedPerson] = {}
    for column in campaign.columns:
        for entry in roster.rows if column.kind in _NUMBERS else ():
            number = entry.values.get(column.key)
            if number and (entry.row, column.key) not in wrong:
                person = ListedPerson(unit=roster.unit, kind=column.kind, number=number, row=entry.row, name=entry.name)
                found.setdefault((column.kind, number), person)
    return tuple(found.values())


def meetings(pairs: Iterable[tuple[ListedPerson, ListedPerson]]) -> tuple[Meeting, ...]:
    """Numbers that stand in two lists, row by row; the social insurance number speaks for both where it agrees."""
    by_rows: dict[tuple[int, str, int], list[tuple[ListedPerson, ListedPerson]]] = {}
    for mine, theirs in pairs:
        by_rows.setdefault((mine.row, theirs.unit, theirs.row), []).append((mine, theirs))
    order = [str(kind) for kind in _NUMBERS]
    return tuple(
        Meeting(mine=mine, theirs=theirs, numbers=len(group))
        for group in by_rows.values()
        for mine, theirs in [min(group, key=lambda pair: order.index(pair[0].kind))]
    )


def not_counted(unit: str, cases: Sequence[ListedTwice]) -> frozenset[int]:
    """Rows of the unit's list that count for another unit."""
    return frozenset(case.person_in(unit).row for case in cases if case.counts_in != unit)


def to_take_out(unit: str, cases: Sequence[ListedTwice]) -> tuple[str, ...]:
    """Whom HR has said to be another unit's, by name as this unit writes it."""
    return tuple(case.person_in(unit).name for case in cases if case.home not in (None, unit))


def findings_about(
    campaign: Campaign, unit: str, cases: Sequence[ListedTwice], strangers: Sequence[Meeting], names: Mapping[str, str]
) -> Iterator[Finding]:
    """What the unit is told in its answer. `names`: unit code to name. `strangers`: one number, two people."""
    for case in cases:
        if case.home != unit:
            key = "duplicate_across_units" + (".elsewhere" if case.home else "")
            yield _finding(campaign, key, case.person_in(unit), names, case.home or case.other(unit))
    for each in strangers:
        yield _finding(campaign, "duplicate_across_units.number", each.mine, names, each.theirs.unit)


def _finding(campaign: Campaign, key: str, person: ListedPerson, names: Mapping[str, str], other: str) -> Finding:
    return Finding(
        code=Code.DUPLICATE_ACROSS_UNITS,
        severity=Severity.WARNING,
        key=key,
        facts={"name": person.name, "unit": names.get(other, other)},
        row=person.row,
        column=next((column.key for column in campaign.columns if column.kind == person.kind), None),
        value=person.number,
    )
