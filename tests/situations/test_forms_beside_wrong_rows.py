"""Whose turn it is with a good form whose row of the list is wrong: the unit's, which was told of the cell."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from service.core.forms import Verdict, WaitsFor
from service.core.records import FormRecord
from service.core.tasks import TaskKind
from tests.support.harness.whole_service import CAMPAIGN, HR, Company, company
from tests.support.papers.filled_papers import roster, row_of, scan_of

UNIT = "U01"


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as running:
        running.launch()
        yield running


def send(harness: Company, changes: dict[str, str]) -> EmailMessage:
    """The unit's list, its first row changed, with that worker's form; gives the answer."""
    campaign, unit, workers = harness.folder.campaign, harness.folder.units[0], harness.folder.workers[UNIT][:2]
    rows = [row_of(workers[0]) | changes, row_of(workers[1])]
    contact = harness.address_of(UNIT)
    files = {"pl.xlsx": roster(campaign, unit, rows), "to-khai.jpg": scan_of(campaign, workers[0])}
    harness.post.write(contact, files=files, answers=harness.post.last(contact))
    harness.work()
    return harness.post.last(contact)


def forms(harness: Company) -> list[FormRecord]:
    with harness.service.ledger.transaction() as transaction:
        return list(transaction.submissions.forms(CAMPAIGN, UNIT))


def waiting(harness: Company) -> int:
    with harness.service.ledger.transaction() as transaction:
        return len(transaction.tasks.waiting(CAMPAIGN, kind=TaskKind.FORM))


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("wrong", [{"social_insurance_no": "12345"}, {"citizen_id": "0010900112"}])
def test_a_form_that_differs_only_where_its_row_is_wrong_waits_for_the_unit(
    harness: Company, wrong: dict[str, str]
) -> None:
    """Nobody at HR looks at it, nobody says that it could not be read; the corrected list settles it."""
    name = harness.folder.workers[UNIT][0].values["full_name"]
    answer = text_of(send(harness, wrong))
    (form,) = forms(harness)
    assert (form.verdict, form.waits_for) == (Verdict.REVIEW, WaitsFor.UNIT)
    assert waiting(harness) == 0
    assert "chưa đọc được chắc chắn" not in answer
    assert f"Tờ khai đã nhận của {name} sẽ được đối chiếu khi đơn vị sửa danh sách" in answer
    send(harness, {})
    assert Verdict.ACCEPTED in {each.verdict for each in forms(harness)}
    assert waiting(harness) == 0
    assert not [mail for mail in harness.post.mails(HR) if "Tờ khai" in str(mail["Subject"])]


def test_a_form_that_differs_where_its_row_is_good_is_told_and_looked_at(harness: Company) -> None:
    """The list may be wrong or the form: both are shown."""
    answer = text_of(send(harness, {"phone": "0911000222"}))
    (form,) = forms(harness)
    assert (form.verdict, form.waits_for) == (Verdict.REVIEW, WaitsFor.HR)
    assert "khác với danh sách" in answer
    assert waiting(harness) == 1


def test_a_row_without_a_name_is_called_by_its_form(harness: Company) -> None:
    """The answer names the person as the form does."""
    name = harness.folder.workers[UNIT][0].values["full_name"]
    answer = text_of(send(harness, {"full_name": ""}))
    (form,) = forms(harness)
    assert form.worker_name is not None and form.worker_name.casefold() == name.casefold()
    assert form.worker_name in answer
