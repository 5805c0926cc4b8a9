"""S101, S102, S105, S106: digits that a spreadsheet lost, names in two columns, turned dates, values merged down."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.findings import Code, Finding, Severity
from service.core.grids import CellValue
from service.core.rosters.roster import Roster
from tests.support.rosters.invented_rosters import (
    KEYS,
    Person,
    checked,
    headings,
    people,
    person,
    read,
    roster_of,
    said,
    sheet,
    table,
)

NAME = KEYS.index("full_name")


def findings(roster: Roster) -> list[Finding]:
    found = (*roster.findings, *checked(roster))
    return [finding for finding in found if finding.severity is not Severity.NOTE]


@pytest.mark.parametrize("key", ["citizen_id", "social_insurance_no", "phone"])
@pytest.mark.parametrize("written", ["1.07419E+09", "9,1E+8", "3.61930e+10", "1E+11"])
def test_s101_scientific_notation_is_called_so_and_nothing_is_proposed(key: str, written: str) -> None:
    """What the number was nobody can tell from it."""
    (found,) = findings(roster_of(person(1), person(2, **{key: written}), person(3)))
    assert (found.code, found.key, found.row, found.suggestion) == (Code.DIGITS_LOST, "digits_lost.scientific", 3, None)


@pytest.mark.parametrize(
    ("key", "written"),
    [("citizen_id", 1094000000), ("citizen_id", "34085000000"), ("social_insurance_no", "112340000")],
)
def test_s101_a_short_number_of_zeros_gets_no_proposal(key: str, written: CellValue) -> None:
    """A zero before it would make a number that looks right and is nobody's."""
    (found,) = findings(roster_of(person(1), person(2, **{key: written})))
    assert (found.code, found.severity, found.suggestion) == (Code.DIGITS_LOST, Severity.ERROR, None)


def test_s101_a_whole_number_of_zeros_is_doubted_only() -> None:
    """One in a million is right."""
    (found,) = findings(roster_of(person(1), person(2, social_insurance_no="7912000000")))
    assert (found.code, found.severity, found.key) == (
        Code.DIGITS_LOST,
        Severity.WARNING,
        "digits_lost.rounded_perhaps",
    )
    assert said(person(2, social_insurance_no="7911200000")) == []


def test_s101_numbers_that_lost_their_digits_are_no_duplicates() -> None:
    """They are alike because the spreadsheet made them so."""
    rows = [person(number, citizen_id="1.09E+09") for number in (1, 2, 3)]
    assert {found.code for found in findings(roster_of(*rows))} == {Code.DIGITS_LOST}
    whole = [person(number, social_insurance_no="7912000000") for number in (1, 2)]
    assert {found.code for found in findings(roster_of(*whole))} == {Code.DIGITS_LOST}


def in_two(rows: list[Person], beside: str | None, *, given: list[CellValue] | None = None) -> list[list[CellValue]]:
    """The name's last word in a column of its own, headed `beside`."""
    lines = table(rows)
    heads: list[CellValue] = [*headings(KEYS)]
    out = [[*heads[: NAME + 1], beside, *heads[NAME + 1 :]]]
    for number, line in enumerate(lines[1:]):
        family, _, last = str(line[NAME]).rpartition(" ")
        word: CellValue = given[number] if given else last
        out.append([*line[:NAME], family if given is None else line[NAME], word, *line[NAME + 1 :]])
    return out


def names(roster: Roster) -> list[str]:
    return [row.value("full_name") for row in roster.rows]


@pytest.mark.parametrize("merged", [((1, NAME + 1, 1, NAME + 2),), ()])
def test_s102_a_name_in_two_columns_under_one_heading_is_joined(merged: tuple[tuple[int, int, int, int], ...]) -> None:
    """Merged or not; one-word surnames too."""
    rows = [*people(5), person(5, full_name="Lê My"), person(6, full_name="Võ Nam")]
    roster = read(sheet(in_two(rows, None), merged=merged))
    assert names(roster) == [str(each["full_name"]) for each in rows]
    assert findings(roster) == []
    assert roster.columns["full_name"] == "B"


@pytest.mark.parametrize(
    "given", [["Nam", "Nữ", "Nam", "Nữ"], ["X", "X", "X", "X"], ["Có", "Chưa", "Có", "Có"], ["Tổ", "Tổ", "Tổ", "Tổ"]]
)
def test_s102_what_else_stands_beside_a_name_is_no_part_of_it(given: list[CellValue]) -> None:
    """Ticks, genders, answers and the same word for everybody, under no heading."""
    rows = people(4)
    assert names(read(sheet(in_two(rows, None, given=given)))) == [str(each["full_name"]) for each in rows]


def test_s102_a_column_of_another_heading_is_no_part_of_the_name() -> None:
    """Nicknames, for example."""
    rows = people(4)
    nicknames: list[CellValue] = ["Tít", "Bống", "Cún", "Sóc"]
    roster = read(sheet(in_two(rows, "Tên ở nhà", given=nicknames)))
    assert names(roster) == [str(each["full_name"]) for each in rows]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2021-04-13T17:00:00.000Z", "2021-04-14"),
        ("2021-04-14T16:59:59Z", "2021-04-14"),
        ("2021-04-14T00:00:00+07:00", "2021-04-14"),
        ("2021-04-14 00:30:00+0900", "2021-04-13"),
    ],
)
def test_s105_a_moment_with_its_zone_is_a_day_in_the_campaigns_zone(written: str, day: str) -> None:
    """As forms on the web export it."""
    roster = roster_of(person(1), person(2, registered_on=written))
    assert (roster.rows[1].value("registered_on"), findings(roster)) == (day, [])


def test_s105_one_date_that_an_english_spreadsheet_turned_is_warned_of() -> None:
    """Beside texts that are days in one order only; without such texts a date is a date."""
    texts = ["16/04/2021", "19/04/2021", "20/04/2021"]
    rows = [person(number, registered_on=text) for number, text in enumerate(texts, 1)]
    turned = person(5, registered_on=date(2021, 5, 4))
    (found,) = findings(roster_of(*rows, turned))
    assert (found.key, found.severity, found.suggestion) == (
        "remark.date_perhaps_turned",
        Severity.WARNING,
        "05/04/2021",
    )
    assert findings(roster_of(*[person(number, registered_on=date(2021, 5, 4)) for number in (1, 2)])) == []
    assert findings(roster_of(rows[0], turned)) == [], "one text proves nothing"


def test_s106_what_is_merged_down_counts_for_its_rows() -> None:
    """A day and a tick written once; a number over two people stays the first one's."""
    keys = ["registered_on", "vssid_installed", "citizen_id"]
    rows = [person(1), *(person(number, **dict.fromkeys(keys)) for number in (2, 3))]
    columns = [KEYS.index(key) + 1 for key in keys]
    merged = tuple((2, column, 4, column) for column in columns)
    roster = read(sheet(table(rows), merged=merged))
    assert [row.value("registered_on") for row in roster.rows] == [roster.rows[0].value("registered_on")] * 3
    assert [row.value("vssid_installed") for row in roster.rows] == ["true"] * 3
    assert [(found.key, found.row, found.column) for found in findings(roster)] == [
        ("missing_value", 3, "citizen_id"),
        ("missing_value", 4, "citizen_id"),
    ]


def test_s106_a_second_table_below_with_its_columns_in_another_order_is_read() -> None:
    """By its own heading; the cells of its people are named where they stand."""
    first, second = people(3), [person(number) for number in (3, 4)]
    other = tuple(reversed(KEYS[:11]))
    lines = [*table(first), [], [], *table(second, other)]
    roster = read(sheet(lines))
    assert names(roster) == [str(each["full_name"]) for each in (*first, *second)]
    assert findings(roster) == []
    assert roster.cell(8, "full_name") == f"{'ABCDEFGHIJK'[other.index('full_name')]}8"
    wrong = [*table(first), [], *table([person(3, phone="12")], other)]
    (found,) = findings(read(sheet(wrong)))
    assert found.cell == f"{'ABCDEFGHIJK'[other.index('phone')]}7"


def test_s106_a_heading_printed_again_on_the_next_page_begins_no_table() -> None:
    """The same columns in the same order."""
    lines = [*table(people(2)), *table([person(2), person(3)])]
    assert names(read(sheet(lines))) == [str(each["full_name"]) for each in people(4)]


def test_s106_a_table_beside_the_list_is_an_error_and_not_dropped() -> None:
    """It cannot be read row by row with the first; its columns are not called unknown one by one."""
    beside = table([person(5), person(6)])
    lines = [[*line, None, *other] for line, other in zip(table(people(3)), [*beside, []], strict=False)]
    roster = read(sheet(lines))
    assert [(each.key, each.severity) for each in checked(roster)] == [("not_allowed.second_table", Severity.ERROR)]
