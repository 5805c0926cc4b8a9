"""Discrepancies on a sheet of their own ("Sai lệch"), brought to the rows of the people they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from service.core.campaigns import Campaign, ColumnKind
from service.core.findings import Code, Finding, Severity
from service.core.rosters.roster import Discrepancy, Roster, RosterRow
from service.core.vietnam.names import comparison_key

_IDENTITIES = (ColumnKind.SOCIAL_INSURANCE_NO, ColumnKind.CITIZEN_ID)


def with_supplements(roster: Roster, supplements: Sequence[Roster], campaign: Campaign) -> Roster:
    """The roster with what its supplementary sheets say of its people; of others they say it to HR."""
    for supplement in supplements:
        roster = _with_supplement(roster, supplement, campaign)
    return roster


def joined_discrepancies(discrepancies: Sequence[Discrepancy]) -> dict[str, str]:
    """Several discrepancies in one value each: "Thẻ BHYT; Nhân thân"."""
    keys = dict.fromkeys(key for discrepancy in discrepancies for key in discrepancy.values)
    return {key: "; ".join(one.values[key] for one in discrepancies if key in one.values) for key in keys}


def _with_supplement(roster: Roster, supplement: Roster, campaign: Campaign) -> Roster:
    found: dict[int, list[Discrepancy]] = {}
    strangers = []
    for line in supplement.rows:
        row = _row_of(line, roster, campaign)
        if row is None:
            strangers.append(line)
        else:
            found.setdefault(row.row, []).extend(line.discrepancies)
    return replace(
        roster,
        rows=tuple(_with_discrepancies(row, found.get(row.row, ())) for row in roster.rows),
        findings=(*roster.findings, *supplement.findings, *_unknown(strangers, supplement)),
        no_discrepancy=roster.no_discrepancy or supplement.no_discrepancy,
    )


def _row_of(line: RosterRow, roster: Roster, campaign: Campaign) -> RosterRow | None:
    """By a number, else by a name that only one row has."""
    for key in (column.key for column in campaign.columns if column.kind in _IDENTITIES):
        if line.value(key):
            for row in roster.rows:
                if row.value(key) == line.value(key):
                    return row
    name = comparison_key(line.value("full_name"))
    namesakes = [row for row in roster.rows if name and comparison_key(row.value("full_name")) == name]
    return namesakes[0] if len(namesakes) == 1 else None


def _with_discrepancies(row: RosterRow, more: Sequence[Discrepancy]) -> RosterRow:
    if not more:
        return row
    discrepancies = (*row.discrepancies, *more)
    values: Mapping[str, str] = {**row.values, **joined_discrepancies(discrepancies)}
    return replace(row, values=values, discrepancies=discrepancies)


def _unknown(strangers: Sequence[RosterRow], supplement: Roster) -> Iterator[Finding]:
    for line in strangers:
        yield Finding(
            code=Code.INCONSISTENT,
            severity=Severity.WARNING,
            key="remark.discrepancy_of_nobody",
            facts={"name": line.value("full_name")},
            sheet=supplement.sheet,
            row=line.row,
            cell=supplement.cell(line.row, "full_name"),
            column="full_name",
            value=line.as_written("full_name"),
        )
