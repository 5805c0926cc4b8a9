"""Laws of reading and checking rosters."""

from __future__ import annotations

import io
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as some
from openpyxl import load_workbook

from service.core.findings import Finding, Severity
from service.core.marks import Mark
from service.core.rosters.rows import Roster, read_roster
from service.core.rosters.rules import check_roster
from service.core.vietnam.names import comparison_key
from service.core.vietnam.text import fold, tidy
from service.documents.returned.annotate import annotate
from service.documents.returned.errors_sheet import ListWords
from service.documents.workbooks.workbook import read_workbook
from tests.support.harness.bundled_campaign import bundled_campaign, bundled_wording
from tests.support.rosters.invented_rosters import (
    KEYS,
    Person,
    checked,
    people,
    person,
    read,
    roster_of,
    sheet,
    table,
    xlsx,
)
from tests.support.rosters.workbook_structure import complaints

CAMPAIGN, WORDING = bundled_campaign(), bundled_wording()
LIST = ListWords(title="Lỗi", headings=("1", "2", "3", "4", "5", "6"))
MISTAKES: list[Person] = [
    {},
    {"social_insurance_no": 123456789},
    {"social_insurance_no": "01A"},
    {"phone": None},
    {"email": "someone@gmail.com"},
    {"gender": "Nữ"},
    {"birth_date": "15/13/1990"},
    {"vssid_installed": "chưa"},
    {"discrepancy_kind": "Thẻ BHYT"},
    {"registered_on": "X"},
    {"citizen_id": "001060100000"},
]
rows = some.lists(some.sampled_from(MISTAKES), min_size=1, max_size=12).map(
    lambda mistakes: [person(number, **changes) for number, changes in enumerate(mistakes)]
)
written = some.text(max_size=30) | some.integers(0, 10**13) | some.booleans() | some.none()


def _by_person(roster: Roster) -> Counter[tuple[str, str, str]]:
    """Findings by the name of the worker they are about, for rows move."""
    names = {row.row: row.value("social_insurance_no") + row.value("full_name") for row in roster.rows}
    return Counter((names.get(finding.row or 0, ""), finding.key, finding.column or "") for finding in checked(roster))


@given(rows, some.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_does_not_change_findings(people_as_written: list[Person], random: object) -> None:
    """A sorted list is judged like an unsorted one."""
    shuffled = list(people_as_written)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert _by_person(roster_of(*shuffled)) == _by_person(roster_of(*people_as_written))


@given(rows, some.permutations(KEYS))
@settings(max_examples=40, deadline=None)
def test_the_order_of_columns_does_not_change_findings(people_as_written: list[Person], keys: list[str]) -> None:
    """Columns are known by their headings, not by their place."""
    assert _by_person(roster_of(*people_as_written, keys=keys)) == _by_person(roster_of(*people_as_written))


@given(some.integers(0, 39), some.sampled_from(["social_insurance_no", "citizen_id", "phone"]), some.booleans())
@settings(max_examples=60, deadline=None)
def test_every_lost_zero_is_found_and_its_number_proposed(number: int, key: str, as_number: bool) -> None:
    """As a number cell or as text, wherever it stands; nobody else is accused."""
    right = str(person(number)[key])
    bare = right.lstrip("0")
    wrong: Person = {key: int(bare) if as_number else bare}
    found = checked(roster_of(*[person(each, **(wrong if each == number else {})) for each in range(40)]))
    assert [(finding.key, finding.row, finding.suggestion) for finding in found] == [
        (f"lost_zero.{key}", number + 2, right)
    ]


@given(some.lists(some.lists(written, min_size=1, max_size=16), max_size=12))
@settings(max_examples=80, deadline=None)
def test_whatever_stands_in_the_cells_is_read_and_said(lines: list[list[str | int | bool | None]]) -> None:
    """No content of a sheet breaks reading, checking or the words."""
    roster = read(sheet([*table(people(1)), *lines]))
    for finding in (*roster.findings, *checked(roster)):
        assert WORDING.message(finding)
        assert finding.sheet == "Danh sách"


def _marks(findings: tuple[Finding, ...]) -> list[Mark]:
    return [
        Mark(sheet=each.sheet, cell=each.cell, row=each.row, severity=each.severity, text=WORDING.message(each))
        for each in findings
    ]


@given(rows)
@settings(max_examples=12, deadline=None)
def test_an_annotated_workbook_is_read_as_the_same_rows(people_as_written: list[Person]) -> None:
    """Marks change nothing of what the unit wrote, and are not found again as something else."""
    content = xlsx(table(people_as_written))
    roster = read_roster(read_workbook(content), CAMPAIGN)
    assert roster
    marked = annotate(content, _marks(checked(roster)), LIST)
    for returned in (marked, annotate(marked, _marks(checked(roster)), LIST)):
        again = read_roster(read_workbook(returned), CAMPAIGN)
        assert again
        assert (again.rows, again.findings, again.other_sheets) == (roster.rows, roster.findings, roster.other_sheets)
        assert checked(again) == checked(roster)
        assert complaints(returned) == []


@given(rows)
@settings(max_examples=8, deadline=None)
def test_corrected_in_the_returned_workbook_nothing_is_left_of_our_marks(people_as_written: list[Person]) -> None:
    """The right values typed over the marked cells: no finding, and the next round brings back her own file's looks."""
    roster = read_roster(read_workbook(xlsx(table(people_as_written))), CAMPAIGN)
    assert roster
    marked = annotate(xlsx(table(people_as_written)), _marks(checked(roster)), LIST)
    book = load_workbook(io.BytesIO(marked))
    for number, line in enumerate(table([person(number) for number in range(len(people_as_written))]), start=1):
        for column, value in enumerate(line, start=1):
            book.worksheets[0].cell(number, column).value = value
    mended = io.BytesIO()
    book.save(mended)
    again = read_roster(read_workbook(mended.getvalue()), CAMPAIGN)
    assert again
    assert [finding for finding in checked(again) if finding.severity is Severity.ERROR] == []
    cleaned = load_workbook(io.BytesIO(annotate(mended.getvalue(), [], LIST)))
    assert cleaned.sheetnames == ["Danh sách"]
    assert all(cell.comment is None and cell.fill.fill_type is None for row in cleaned.worksheets[0] for cell in row)


@given(rows)
@settings(max_examples=20, deadline=None)
def test_mending_every_cell_that_has_a_proposal_mends_it(people_as_written: list[Person]) -> None:
    """A proposal is a right value: written into its cell, its finding is gone."""
    roster = roster_of(*people_as_written)
    proposals = [finding for finding in checked(roster) if finding.suggestion and finding.severity is Severity.ERROR]
    for finding in proposals:
        mended = [dict(row) for row in people_as_written]
        mended[(finding.row or 2) - 2][finding.column or ""] = finding.suggestion
        left = check_roster(roster_of(*mended), CAMPAIGN, today=CAMPAIGN.deadline)
        assert (finding.key, finding.cell) not in [(each.key, each.cell) for each in left]


@given(some.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_tidying_and_folding_settle(text: str) -> None:
    """Done twice they do what they did once; a name's key ignores case and outer spaces."""
    assert tidy(tidy(text)) == tidy(text)
    assert fold(fold(text)) == fold(text)
    assert comparison_key(f"  {text} ") == comparison_key(text)
