"""S84: a unit asks for time in its own words; HR is offered a day and decides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from service.core.tasks import ExtensionWish, Task, TaskKind
from tests.support.harness.whole_service import CAMPAIGN, HR, Company, company


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as running:
        running.launch()
        running.clock.pass_by(hours=2)
        yield running


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def hr_answers(harness: Company, text: str, request: EmailMessage) -> None:
    """With our mail quoted below, as mail programs do: its code stands there."""
    below = "\n".join(f"> {line}" for line in body(request).splitlines())
    text = f"{text}\n\nVào 09:00 22/04/2021, Ban Nhân sự đã viết:\n{below}"
    harness.post.write(HR, text=text, answers=request)
    harness.work()


def says(harness: Company, text: str) -> str:
    """The unit writes; what it is answered."""
    unit = harness.address_of("U01")
    harness.post.write(unit, text=text, answers=harness.post.last(unit))
    harness.work()
    return body(harness.post.last(unit))


def waiting(harness: Company, kind: TaskKind) -> list[Task]:
    with harness.service.ledger.transaction() as transaction:
        return list(transaction.tasks.waiting(CAMPAIGN, kind=kind))


def test_s84_a_duration_is_proposed_to_hr_who_agrees(harness: Company) -> None:
    """ "2-4 ngày" after 19/05 is 25/05 in working days; the unit reads that day, HR's DUYỆT grants it."""
    answer = says(harness, "Xin gia hạn 2-4 ngày do nhiều đồng chí đi công tác")
    assert "(“2-4 ngày”, tính theo ngày làm việc là đến hết ngày 25/05/2021)" in answer
    assert "trước ngày 20/05/2021" in answer
    (task,) = waiting(harness, TaskKind.EXTENSION)
    assert (task.subject, task.said) == (ExtensionWish(until=date(2021, 5, 25)), "2-4 ngày")
    request = harness.post.last(HR)
    assert "“2-4 ngày”" in body(request) and "đến hết ngày 25/05/2021" in body(request)
    hr_answers(harness, "DUYỆT", request)
    assert "đến hết ngày 25/05/2021" in body(harness.post.last(harness.address_of("U01")))
    assert waiting(harness, TaskKind.EXTENSION) == []


def test_s84_a_fraction_is_no_day_and_hr_is_offered_one(harness: Company) -> None:
    """The mail names no time: nobody is told that the unit wants 4 July."""
    answer = says(harness, "Xin gia hạn vì 4/7 người chưa có mã số BHXH")
    assert "04/07" not in answer and "chưa nêu ngày" in answer
    request = harness.post.last(HR)
    assert "chưa nêu ngày" in body(request) and "04/07" not in body(request)
    hr_answers(harness, "GIA HẠN U01 24/05", request)
    assert "đến hết ngày 24/05/2021" in body(harness.post.last(harness.address_of("U01")))
    assert waiting(harness, TaskKind.EXTENSION) == []


def test_s84_the_summary_says_what_the_unit_wrote(harness: Company) -> None:
    """And the day that is proposed."""
    says(harness, "Đề nghị gia hạn thêm một tuần")
    harness.clock.go_to("2021-04-23T16:30")
    harness.tick()
    mails = [mail for mail in harness.post.mails(HR) if " xong, " in str(mail["Subject"])]
    assert "xin thêm thời gian (“một tuần”), đề xuất đến hết ngày 26/05/2021" in body(mails[-1])


def test_s84_a_weekday_within_the_time_that_the_unit_has_is_asked_about(harness: Company) -> None:
    """It has that day anyway."""
    answer = says(harness, "Xin gia hạn đến thứ 6 tuần sau")
    assert "không muộn hơn thời hạn hiện nay" in answer
    assert waiting(harness, TaskKind.EXTENSION) == []


def test_s84_more_time_for_one_person_is_a_question(harness: Company) -> None:
    """No extension of the unit waits for HR's DUYỆT; HR answers in words."""
    says(harness, "Gia hạn cho anh Quang đến 30/05")
    assert waiting(harness, TaskKind.EXTENSION) == []
    assert len(waiting(harness, TaskKind.QUESTION)) == 1
