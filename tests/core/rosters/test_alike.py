"""Many findings of one kind in one column are said once."""

from __future__ import annotations

from service.core.findings import Code, Finding, Severity
from service.core.rosters.alike import rows_in_words, together
from service.flow.answers.wording import errors_in_words
from tests.support.harness.bundled_campaign import bundled_campaign, bundled_wording
from tests.support.rosters.invented_rosters import checked, person, roster_of


def finding(row: int | None, column: str = "phone", key: str = "bad_format") -> Finding:
    return Finding(code=Code.BAD_FORMAT, severity=Severity.ERROR, key=key, row=row, column=column)


def test_four_alike_are_one_and_three_are_three() -> None:
    """In the order of their first; others keep their places."""
    findings = [finding(2), finding(2, "email"), *(finding(row) for row in range(3, 6)), finding(6, "email")]
    assert [[each.row for each in group] for group in together(findings)] == [[2, 3, 4, 5], [2], [6]]
    assert together(findings[:4]) == [(each,) for each in findings[:4]]
    assert len(together([finding(None) for _ in range(5)])) == 5


def test_rows_are_said_in_ranges() -> None:
    """A long list ends somewhere."""
    assert rows_in_words([8, 10, 9, 12]) == "8–10, 12"
    assert rows_in_words(range(1, 100, 2)) == "1, 3, 5, 7, 9, 11, 13, 15, …"


def test_thirty_seven_lost_zeros_are_one_line_of_the_mail() -> None:
    """Column, count, what is wrong, rows; the first as the example, its number masked."""
    rows = [
        person(number, **({"social_insurance_no": 100045000 + number} if number < 37 else {})) for number in range(40)
    ]
    errors = [each for each in checked(roster_of(*rows)) if each.severity is Severity.ERROR]
    lines, more = errors_in_words(bundled_campaign(), errors, bundled_wording(), most=20)
    assert more == 0
    assert [line["where"] for line in lines] == ["Cột “Mã số BHXH”: 37 dòng mất số 0 ở đầu (dòng 2–38)"]
    assert lines[0]["message"].startswith("Ví dụ ô F2: ")
    assert "100045000" not in "".join(lines[0].values())


def test_what_the_table_does_not_hold_is_counted() -> None:
    """Findings, not lines."""
    errors = [finding(2, f"c{number}") for number in range(25)]
    lines, more = errors_in_words(bundled_campaign(), errors, bundled_wording(), most=20)
    assert (len(lines), more) == (20, 5)
