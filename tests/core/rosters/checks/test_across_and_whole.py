"""Checks of cells against one another, of rows against one another, and of the list against HR's file."""

from __future__ import annotations

from collections.abc import Sequence

from service.core.findings import Severity
from service.core.grids import CellValue
from service.core.rosters.personnel import check_against_personnel, missing_workers
from service.core.units import Worker
from tests.support.harness.bundled_campaign import bundled_campaign
from tests.support.rosters.invented_rosters import KEYS, Person, checked, people, person, roster_of, said


def test_gender_against_the_citizen_id() -> None:
    """The fourth digit says man, the row says woman."""
    assert said(person(0, gender="Nữ")) == [("inconsistent.gender", "D2")]


def test_year_of_birth_against_the_citizen_id() -> None:
    """Digits five and six are the year."""
    assert said(person(0, birth_date="13/04/1961")) == [("inconsistent.birth_year", "C2")]


def test_both_wrong_means_another_persons_number() -> None:
    """Then the number is named, once."""
    assert said(person(0, gender="Nữ", birth_date="13/04/1961")) == [("inconsistent.other_person", "E2")]


def test_an_old_identity_card_says_nothing_about_its_holder() -> None:
    """Nine digits carry neither gender nor year."""
    assert said(person(0, citizen_id="012345678", gender="Nữ")) == []


def test_health_cards_end_in_the_social_insurance_number() -> None:
    """Ten digits must be the number; fifteen characters of before 2017 may differ and are only doubted."""
    keys = (*KEYS, "health_card_no")
    assert said(person(1, health_card_no="DN40101" + "10000001"), keys=keys) == []
    assert said(person(2, health_card_no="0110000001"), keys=keys) == [("inconsistent.health_card", "Q2")]
    roster = roster_of(person(0, health_card_no="DN4010199999999"), keys=keys)
    assert [(finding.key, finding.severity) for finding in checked(roster)] == [("inconsistent.health_card", "warning")]


def test_a_number_copied_into_the_wrong_column() -> None:
    """The telephone number where the social insurance number should be."""
    row = person(0, social_insurance_no="0912100000")
    assert said(row) == [("inconsistent.same_number", "G2")]


def _block(kind: CellValue, shown: CellValue, actual: CellValue) -> Person:
    return person(0, discrepancy_kind=kind, discrepancy_vssid=shown, discrepancy_actual=actual)


def test_a_discrepancy_is_complete_or_absent() -> None:
    """Kind, what is shown, what is true: the first missing one is named."""
    assert said(_block("Thẻ BHYT", "BV A", "BV B")) == []
    assert said(_block("Thẻ BHYT", "BV A", None)) == [("incomplete_discrepancy", "N2")]
    assert said(_block("Thẻ BHYT", None, None)) == [("incomplete_discrepancy", "M2")]
    assert said(_block(None, "BV A", "BV B")) == [("incomplete_discrepancy", "L2")]
    assert said(_block("Không", None, None)) == []


def test_what_is_true_differs_from_what_is_shown() -> None:
    """The same text twice is no discrepancy."""
    assert said(_block("Thẻ BHYT", "BV A", "BV A")) == [("inconsistent.no_difference", "N2")]


def test_an_incomplete_line_of_a_worker_with_several_is_named_in_its_row() -> None:
    """The second line stands in the row below the worker's."""
    assert said(_block("Thẻ BHYT", "BV A", "BV B"), {"discrepancy_kind": "Nhân thân"}) == [
        ("incomplete_discrepancy", "M3")
    ]


def test_a_number_in_two_rows_is_said_at_both() -> None:
    """Each names the other: only the unit knows which is wrong."""
    rows = [*people(3), person(3, social_insurance_no="0110000001")]
    assert said(*rows) == [("duplicate_in_file", "F3"), ("duplicate_in_file", "F5")]
    facts = [finding.facts["other_rows"] for finding in checked(roster_of(*rows))]
    assert facts == ["5", "3"]


def test_a_row_entered_twice_is_said_once_a_row() -> None:
    """Not once for each of its four numbers."""
    assert said(*people(2), person(1, ordinal=3)) == [("duplicate_in_file.row", "F3"), ("duplicate_in_file.row", "F4")]


def _workers(*numbers: int, **changes: str) -> list[Worker]:
    rows = [roster_of(person(number)).rows[0].values for number in numbers]
    return [Worker(unit="U01", values={**values, **changes}) for values in rows]


def _against(rows: Sequence[Person], workers: Sequence[Worker]) -> list[tuple[str, str | None]]:
    findings = check_against_personnel(roster_of(*rows), workers, bundled_campaign())
    assert all(finding.severity is Severity.WARNING for finding in findings)
    return [(finding.key, finding.cell) for finding in findings]


def test_the_list_against_hrs_file() -> None:
    """Unknown people and differing numbers are warnings, known ones silent."""
    assert _against(people(2), _workers(0, 1)) == []
    assert _against(people(2), _workers(0)) == [("inconsistent.unknown_worker", "B3")]
    assert _against(people(1), _workers(0, social_insurance_no="0199999999")) == [("inconsistent.personnel", "F2")]
    assert _against(people(1), []) == []


def test_spellings_of_a_name_do_not_differ() -> None:
    """Hoà in the list, Hòa in HR's file."""
    assert _against([person(0, full_name="Lê Thị Hoà")], _workers(0, full_name="LÊ THỊ HÒA")) == []


def test_who_of_hrs_file_is_missing() -> None:
    """By number or by name; a wrong number does not make a worker missing."""
    roster = roster_of(person(0), person(1, social_insurance_no="0199999999", citizen_id=None))
    missing = missing_workers(roster, _workers(0, 1, 2), bundled_campaign())
    assert [worker.name for worker in missing] == ["Lê Minh Cường"]
