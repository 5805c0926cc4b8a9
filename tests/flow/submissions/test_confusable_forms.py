"""Declarations that could be taken for somebody else's, from the scan in the mail to the answer and HR's list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from service.core.forms import Verdict
from service.core.mail.messages import Attachment
from service.core.masking import masked_apart
from service.core.records import FormRecord
from service.core.units import Worker
from service.flow.intake.rehearsal import check
from tests.campaign.test_small_campaign import body
from tests.support.harness.whole_service import Company, company
from tests.support.papers.filled_papers import roster, row_of, scan_of


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as running:
        running.launch()
        yield running


def hand_in(harness: Company, rows: Sequence[dict[str, str]], scan: bytes) -> tuple[str, FormRecord]:
    """The answer to U01's list with one scan, and what was recorded of the scan."""
    content = roster(harness.folder.campaign, harness.folder.units[0], rows)
    harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": content, "to-khai.jpg": scan})
    harness.work()
    with harness.service.services.ledger.transaction() as transaction:
        (form,) = transaction.submissions.forms(harness.folder.campaign.id, "U01")
    return body(harness.post.last(harness.address_of("U01"))), form


def changed(worker: Worker, **values: str) -> Worker:
    return replace(worker, values={**worker.values, **values})


def test_s47_a_form_of_another_units_worker_is_said_to_be_so(harness: Company) -> None:
    """The sender learns the unit's name and nothing else of HR's file; HR sees the page with the reason."""
    mine, stranger = harness.folder.workers["U01"], harness.folder.workers["U02"][0]
    there = next(unit for unit in harness.folder.units if unit.code == "U02")
    answer, form = hand_in(harness, [row_of(each) for each in mine], scan_of(harness.folder.campaign, stranger))
    assert (form.verdict, form.worker_row) == (Verdict.REVIEW, None)
    assert form.reasons[0] == "form_without_row.elsewhere"
    assert f"theo hồ sơ nhân sự, người này thuộc {there.name}" in answer
    assert not [value for value in stranger.values.values() if value.isdigit() and len(value) > 8 and value in answer]


def test_s47_one_digit_that_differs_is_named_both_ways_and_masked(harness: Company) -> None:
    """The form says one number, the list another: both are told, neither wins."""
    worker, other = harness.folder.workers["U01"]
    number = worker.values["citizen_id"]
    slip = number[:5] + str((int(number[5]) + 1) % 10) + number[6:]
    rows = [row_of(worker, citizen_id=slip), row_of(other)]
    answer, form = hand_in(harness, rows, scan_of(harness.folder.campaign, worker))
    assert (form.verdict, form.worker_name) == (Verdict.REVIEW, worker.name)
    assert "form_differs.citizen_id" in form.reasons
    said, listed = masked_apart(number, slip)
    assert f"{said}, khác với danh sách ({listed})" in answer
    assert number not in answer and slip not in answer


def test_s47_the_form_of_a_namesake_who_is_not_listed_is_not_the_listed_ones(harness: Company) -> None:
    """Same name, other numbers and birth date."""
    worker, other = harness.folder.workers["U01"]
    stranger = harness.folder.workers["U02"][0]
    namesake = changed(stranger, full_name=worker.name, phone="0912345678")
    answer, form = hand_in(harness, [row_of(worker), row_of(other)], scan_of(harness.folder.campaign, namesake))
    assert form.verdict is Verdict.REVIEW
    assert form.worker_name is None
    assert worker.name in answer


def test_s47_check_says_the_same_where_the_unit_is_given(harness: Company) -> None:
    """Without a unit nothing is compared with HR's file."""
    services, open_campaign = harness.service.services, harness.service.services.any_campaign
    mine, stranger = harness.folder.workers["U01"], harness.folder.workers["U02"][0]
    here, there = (next(unit for unit in harness.folder.units if unit.code == code) for code in ("U01", "U02"))
    content = roster(harness.folder.campaign, here, [row_of(each) for each in mine])
    scan = Attachment(name="a.jpg", media_type="image/jpeg", content=scan_of(harness.folder.campaign, stranger))
    given = Attachment(name="PL02.xlsx", media_type="", content=content)
    for unit, said in ((here, True), (None, False)):
        (document,) = check(services, open_campaign, [scan], unit=unit, roster=given)
        assert (there.name in document["findings"][0]["message"]) is said
        assert document["findings"][0]["code"] == "form_without_row"
