"""A roster against HR's own personnel file: who is not known there, whose numbers differ, who is not in the list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.core.campaigns import Campaign, ColumnKind
from service.core.findings import Code, Finding, Severity
from service.core.rosters.checks.checking import Checking
from service.core.rosters.roster import Roster, RosterRow
from service.core.units import Worker
from service.core.vietnam.names import comparison_key

_IDENTITIES = (ColumnKind.SOCIAL_INSURANCE_NO, ColumnKind.CITIZEN_ID)
_COMPARED = (*_IDENTITIES, ColumnKind.DATE, ColumnKind.GENDER, ColumnKind.NAME)


def check_against_personnel(roster: Roster, workers: Sequence[Worker], campaign: Campaign) -> tuple[Finding, ...]:
    """Warnings only: HR's file may be the one that is out of date. An empty file says nothing about anybody."""
    return tuple(_findings(roster, campaign, _matches(roster, workers, campaign))) if workers else ()


def missing_workers(roster: Roster, workers: Sequence[Worker], campaign: Campaign) -> tuple[Worker, ...]:
    """The workers of HR's file whom no row of the list is about."""
    found = {id(worker) for _, worker in _matches(roster, workers, campaign) if worker}
    return tuple(worker for worker in workers if id(worker) not in found)


def _matches(roster: Roster, workers: Sequence[Worker], campaign: Campaign) -> list[tuple[RosterRow, Worker | None]]:
    directory = _Directory.of(workers, [column.key for column in campaign.columns if column.kind in _IDENTITIES])
    return [(row, directory.worker_of(row)) for row in roster.rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Directory:
    """HR's file by every number and every name."""

    by_number: Mapping[tuple[str, str], Worker]
    by_name: Mapping[str, Sequence[Worker]]

    @classmethod
    def of(cls, workers: Sequence[Worker], identities: Sequence[str]) -> _Directory:
        by_number: dict[tuple[str, str], Worker] = {}
        by_name: dict[str, list[Worker]] = {}
        for worker in workers:
            by_name.setdefault(comparison_key(worker.name), []).append(worker)
            for key in (*identities, "employee_code"):
                if number := worker.values.get(key):
                    by_number.setdefault((key, number), worker)
        return cls(by_number=by_number, by_name=by_name)

    def worker_of(self, row: RosterRow) -> Worker | None:
        """By a number first; by name (and day of birth, where names are shared) only when no number agrees."""
        for key, value in row.values.items():
            if worker := self.by_number.get((key, value)):
                return worker
        namesakes = self.by_name.get(comparison_key(row.value("full_name")), ())
        if len(namesakes) > 1:
            namesakes = [each for each in namesakes if each.values.get("birth_date") == row.value("birth_date")]
        return namesakes[0] if len(namesakes) == 1 else None


def _findings(
    roster: Roster, campaign: Campaign, matches: Iterable[tuple[RosterRow, Worker | None]]
) -> Iterator[Finding]:
    # No rule here looks at the calendar, so the day does not matter.
    checking = Checking(roster=roster, campaign=campaign, today=campaign.deadline)
    for row, worker in matches:
        if worker is None:
            yield checking.finding(
                Code.INCONSISTENT, "inconsistent.unknown_worker", row, "full_name", severity=Severity.WARNING
            )
        else:
            yield from _differences(checking, row, worker)


def _differences(checking: Checking, row: RosterRow, worker: Worker) -> Iterator[Finding]:
    for column in checking.columns():
        ours, theirs = worker.values.get(column.key, ""), row.value(column.key)
        if column.kind in _COMPARED and ours and theirs and not _agree(column.kind, ours, theirs):
            yield checking.finding(
                Code.INCONSISTENT,
                "inconsistent.personnel",
                row,
                column.key,
                severity=Severity.WARNING,
                facts={"ours": ours},
            )


def _agree(kind: ColumnKind, ours: str, theirs: str) -> bool:
    if kind is ColumnKind.NAME:
        return comparison_key(ours) == comparison_key(theirs)
    if kind is ColumnKind.DATE and 4 in (len(ours), len(theirs)):
        return ours[:4] == theirs[:4]
    return ours == theirs
