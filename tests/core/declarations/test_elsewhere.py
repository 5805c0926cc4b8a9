"""A declaration of another unit's worker is said to be so, and only where HR's file names that very person."""

from __future__ import annotations

import pytest

from service.core.declarations.elsewhere import home_elsewhere
from service.core.declarations.judgement import judge
from service.core.findings import Code
from service.core.forms import PageReading, Verdict
from service.core.units import Worker
from tests.core.declarations.test_judgement import HUONG, RULES, TRANG, page, unsure

FILE = {
    "U01": (Worker(unit="U01", values=TRANG.values),),
    "U02": (Worker(unit="U02", values=HUONG.values),),
}


def without(reading: PageReading, *keys: str) -> PageReading:
    for key in keys:
        reading = unsure(reading, key)
    return reading


def test_a_form_of_another_units_worker_names_that_unit() -> None:
    """By both numbers, or by one and the name; an accent lost by the readers does not matter."""
    assert home_elsewhere(page(), FILE, "U01") == "U02"
    assert home_elsewhere(page(full_name="NGUYEN THI HUONG"), FILE, "U01") == "U02"
    assert home_elsewhere(without(page(), "citizen_id"), FILE, "U01") == "U02"
    assert home_elsewhere(page(full_name="Tên đã đổi"), FILE, "U01") == "U02"


@pytest.mark.parametrize(
    "reading",
    [
        pytest.param(without(page(), "citizen_id", "social_insurance_no"), id="name only: a namesake"),
        pytest.param(page(citizen_id="054189822598"), id="one number differs in a digit: a brother"),
        pytest.param(page(social_insurance_no="5414159048", citizen_id="054189822598"), id="brother"),
        pytest.param(without(page(full_name="Trần Văn Độ"), "citizen_id"), id="one number and another name"),
    ],
)
def test_somebody_who_only_resembles_another_units_worker_is_not_said_to_be_her(reading: PageReading) -> None:
    """The sender would be told of a stranger."""
    assert home_elsewhere(reading, FILE, "U01") is None


def test_a_worker_of_the_unit_itself_or_of_several_others_has_no_other_home() -> None:
    """HR's file has her here, or is not sure itself."""
    assert home_elsewhere(page(), FILE, "U02") is None
    assert home_elsewhere(page(), {**FILE, "U03": FILE["U02"]}, "U01") is None


def test_the_finding_tells_nothing_but_the_units_name() -> None:
    """Name and number are those of the page that was sent; the verdict stays with a person."""
    judgement = judge(page(), [TRANG], RULES, document="a.pdf", home_of=lambda _: "Trung tâm B")
    assert (judgement.verdict, judgement.entry) == (Verdict.REVIEW, None)
    assert judgement.reasons == ("form_without_row.elsewhere",)
    (finding,) = judgement.findings
    assert (finding.code, finding.key) == (Code.FORM_WITHOUT_ROW, "form_without_row.elsewhere")
    assert finding.facts == {"name": HUONG.name, "number": "5414159047", "unit": "Trung tâm B"}


def test_a_row_of_the_units_own_list_comes_before_hrs_file() -> None:
    """Whoever the unit lists is judged by that row."""
    assert judge(page(), [HUONG], RULES, document="a.pdf", home_of=lambda _: "Trung tâm B").verdict is Verdict.ACCEPTED
