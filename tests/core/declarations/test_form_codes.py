"""Codes on printed forms: they identify the worker at any quality, but never sign, and never overrule what was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from service.core.declarations.form_codes import FormCode, by_code, code_doubts
from service.core.declarations.judgement import Judgement, judge
from service.core.forms import PageKind, PageReading, Source, Verdict
from tests.core.declarations.test_judgement import HUONG, RULES, TRANG, field

CODE = FormCode(
    token="A" * 26, campaign="thue-2021", unit="U03", made_at=datetime(2021, 5, 1, tzinfo=UTC), values=HUONG.values
)
FAINT = PageReading(page=1, kind=PageKind.DECLARATION, rotation=180, source=Source.OCR, signed=True, code=CODE.token)


def judged(reading: PageReading, code: FormCode | None, unit: str = "U03") -> Judgement:
    doubts = code_doubts(reading, code, campaign="thue-2021", unit=unit)
    said = by_code(reading, code, campaign="thue-2021", unit=unit)
    return judge(said, [TRANG, HUONG], RULES, document="a.pdf", doubts=doubts)


def test_a_signed_form_is_accepted_by_its_code_alone() -> None:
    """Nothing else could be read on the page."""
    judgement = judged(FAINT, CODE)
    assert (judgement.verdict, judgement.entry) == (Verdict.ACCEPTED, HUONG)
    assert by_code(FAINT, CODE, campaign="thue-2021", unit="U03").source is Source.CODE


def test_a_code_does_not_sign() -> None:
    """Unsigned is rejected, unclear is looked at."""
    assert judged(replace(FAINT, signed=False), CODE).verdict is Verdict.REJECTED
    assert judged(replace(FAINT, signed=None), CODE).verdict is Verdict.REVIEW


def test_a_number_that_was_read_for_certain_and_differs_goes_to_a_person() -> None:
    """Somebody corrected the print by hand, or the code was stuck on another form."""
    corrected = replace(FAINT, fields={"citizen_id": field("054189822598")})
    judgement = judged(corrected, CODE)
    assert judgement.verdict is Verdict.REVIEW
    assert judgement.reasons[0] == "code_differs"


def test_a_code_of_another_unit_or_campaign_or_of_nobody_is_not_believed() -> None:
    """Each is said."""
    assert judged(FAINT, CODE, unit="U04").reasons[0] == "code_of_another_unit"
    assert judged(FAINT, replace(CODE, campaign="khac")).reasons[0] == "code_unknown"
    unknown = judged(FAINT, None)
    assert (unknown.verdict, unknown.reasons[0]) == (Verdict.REVIEW, "code_unknown")


def test_the_code_of_a_form_to_be_filled_by_hand_says_nothing_about_the_writer() -> None:
    """A colleague may have written on it: what stands on the page counts."""
    to_be_filled = replace(CODE, prefilled=False)
    assert judged(FAINT, to_be_filled).verdict is Verdict.REVIEW
    assert judged(FAINT, to_be_filled).entry is None
