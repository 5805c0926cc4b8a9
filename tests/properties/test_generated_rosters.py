"""Generated rosters with mistakes planted: every one is found at its cell, nothing else is called an error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers, sampled_from

from service.core.findings import Finding, Severity
from service.core.rosters.roster import Roster
from service.core.rosters.rows import read_roster
from service.documents.workbooks.workbook import read_workbook
from service.flow.papers.assessment import roster_findings
from tests.support.harness.bundled_campaign import bundled_campaign
from tests.support.rosters.generated_people import TODAY
from tests.support.rosters.generated_rosters import Generated, generate
from tests.support.rosters.roster_writers import WRITERS

WRITER_OF = tuple(WRITERS)


def _triaged(generated: Generated, writer: str) -> tuple[Roster, list[Finding]]:
    campaign = bundled_campaign()
    roster = read_roster(read_workbook(WRITERS[writer](generated)), campaign)
    assert roster is not None, f"seed {generated.seed} by {writer}: no roster"
    found = roster_findings(roster, campaign, (), TODAY)
    return roster, [finding for finding in found if finding.severity is Severity.ERROR]


def complaints(seed: int, writer: str = "", people: int | None = None) -> list[str]:
    """Everything in which the reading of this seed's roster differs from its truth."""
    generated = generate(seed, bundled_campaign(), people=people)
    writer = writer or WRITER_OF[seed % len(WRITER_OF)]
    roster, errors = _triaged(generated, writer)
    said = {(finding.row or 0, finding.column or ""): str(finding.code) for finding in errors}
    fair = generated.fair | {(one.row, column) for one in generated.planted for column in one.columns}
    where = f"seed {seed} by {writer}"
    missed = [
        f"{where}: {one.name} in row {one.row} not found"
        for one in generated.planted
        if not any(said.get((one.row, column)) in one.codes for column in one.columns)
    ]
    false = [f"{where}: {code} said at {place}" for place, code in said.items() if place not in fair]
    return [*missed, *false, *_misread(generated, roster, where)]


def _misread(generated: Generated, roster: Roster, where: str) -> list[str]:
    rows = {row.row: row.values for row in roster.rows}
    if set(rows) != set(generated.values):
        return [f"{where}: rows {sorted(set(rows) ^ set(generated.values))} differ"]
    return [
        f"{where}: {key} in row {row} is {rows[row].get(key)!r}, not {value!r}"
        for row, values in generated.values.items()
        for key, value in values.items()
        if rows[row].get(key, "") != value
    ]


@pytest.mark.parametrize("block", range(6))
def test_generated_rosters(block: int) -> None:
    """Twenty a block, by every writer in turn."""
    assert [line for seed in range(block * 20, block * 20 + 20) for line in complaints(seed)] == []


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=integers(0, 899), writer=sampled_from(WRITER_OF), people=integers(2, 30))
def test_planted_errors_are_found_at_their_cells_and_nothing_else(seed: int, writer: str, people: int) -> None:
    """Whatever the habits, the layout, the length and the program that wrote the file."""
    assert complaints(seed, writer, people) == []


@pytest.mark.soak
@pytest.mark.parametrize("block", range(12))
def test_over_a_thousand_generated_rosters(block: int) -> None:
    """A hundred a block."""
    assert [line for seed in range(1000 + block * 100, 1100 + block * 100) for line in complaints(seed)] == []
