"""The day of birth stands under "Nam" or under "Nữ", as older official lists have it: it says the gender too."""

from __future__ import annotations

import pytest

from service.core.findings import Severity
from service.core.grids import CellValue
from service.core.rosters.roster import Roster
from tests.core.rosters.test_unusual_tables import HEADINGS, KEYS, Lines, errors
from tests.support.rosters.invented_rosters import checked, people, read, sheet

PEOPLE = people(4)
BORN, SEX, IDENTITY = KEYS.index("birth_date"), KEYS.index("gender"), KEYS.index("citizen_id")
WOMEN = (1, 3)


def listed(group: str, *, left: str = "Nam", right: str = "Nữ") -> Lines:
    """Two columns in place of the day of birth and the gender."""
    lines: Lines = [
        [*HEADINGS[:BORN], group, None, *HEADINGS[SEX + 1 :]],
        [*[None] * BORN, left, right],
    ]
    for number, person in enumerate(PEOPLE):
        line: list[CellValue] = [person.get(key) for key in KEYS]
        born, woman = line[BORN], number in WOMEN
        places = [None, born] if woman == (left == "Nam") else [born, None]
        identity = str(line[IDENTITY])
        line[IDENTITY] = f"{identity[:3]}{int(woman)}{identity[4:]}"
        lines.append([*line[:BORN], *places, *line[SEX + 1 :]])
    return lines


def born(lines: Lines) -> Roster:
    return read(sheet(lines, merged=((1, BORN + 1, 1, BORN + 2),)))


@pytest.mark.parametrize("group", ["Ngày, tháng, năm sinh", "Năm sinh", "Ngày sinh"])
@pytest.mark.parametrize(("left", "right"), [("Nam", "Nữ"), ("Nữ", "Nam")])
def test_a_day_of_birth_under_nam_or_nu(group: str, left: str, right: str) -> None:
    """Everybody's day and gender are read, and nothing is called an error."""
    roster = born(listed(group, left=left, right=right))
    assert [row.value("gender") for row in roster.rows] == ["Nam", "Nữ", "Nam", "Nữ"]
    assert [row.value("birth_date") for row in roster.rows] == ["1960-04-13", "1961-04-14", "1962-04-15", "1963-04-16"]
    assert errors(roster) == []


def test_an_impossible_day_is_found_in_the_cell_where_it_stands() -> None:
    """Under "Nữ", in the fourth person's row."""
    lines = listed("Ngày sinh")
    lines[5][BORN + 1] = "31/02/1990"
    found = [each for each in checked(born(lines)) if each.severity is Severity.ERROR and each.column == "birth_date"]
    assert [(each.key, each.cell) for each in found] == [("bad_date.impossible", "D6")]


def test_a_day_in_both_columns_is_asked_about() -> None:
    """Nobody is born twice: neither day is taken."""
    lines = listed("Ngày sinh")
    lines[2][BORN + 1] = "01/02/1990"
    first = born(lines).rows[0]
    assert (first.value("gender"), first.value("birth_date")) == ("", "")


def test_s106_two_headings_that_end_in_nam_and_nu() -> None:
    """ "Ngày sinh Nam" and "Ngày sinh Nữ" side by side, without a heading over both."""
    lines = listed("")
    heads = [*HEADINGS[:BORN], "Ngày sinh Nam", "Ngày sinh Nữ", *HEADINGS[SEX + 1 :]]
    roster = read(sheet([heads, *lines[2:]]))
    assert [row.value("gender") for row in roster.rows] == ["Nam", "Nữ", "Nam", "Nữ"]
    assert all(row.value("birth_date") for row in roster.rows)
    assert errors(roster) == []
