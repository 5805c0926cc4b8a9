"""HR decides one task by its number, "DUYỆT VIỆC 41", in reply to whatever carries a code; held mails by words."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from service.core.mail.commands import order_in
from service.core.records import MailState
from service.core.tasks import TaskKind
from tests.support.harness.whole_service import CAMPAIGN, HR, Company, company, title_of

STRANGER = "mai@nha-rieng.example"


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("named"), more_people=(STRANGER,)) as opened:
        opened.launch()
        yield opened


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def says(harness: Company, text: str, *, to: EmailMessage) -> str:
    """HR's reply with our mail quoted below, and what we answer."""
    quoted = "\n".join(f"> {line}" for line in body(to).splitlines())
    harness.post.write(HR, text=f"{text}\n\n{quoted}", answers=to)
    harness.work()
    return body(results(harness)[-1])


def results(harness: Company) -> list[EmailMessage]:
    """Our answers to HR's words; what HR takes in may bring HR further mails."""
    return [mail for mail in harness.post.mails(HR) if "Kết quả thực hiện" in title_of(mail)]


def open_of(harness: Company, kind: TaskKind) -> list[int]:
    with harness.service.ledger.transaction() as transaction:
        return [task.id for task in transaction.tasks.waiting(CAMPAIGN, kind=kind)]


def writes_from_home(harness: Company, *, about: str | None) -> EmailMessage:
    """A mail of an address that nobody knows, and what HR gets; `about`: the unit whose thread it answers."""
    harness.clock.pass_by(hours=1)
    thread = harness.post.last(harness.address_of(about)) if about else None
    harness.post.write(STRANGER, text="Kính gửi Ban Nhân sự, em hỏi về tờ khai.", answers=thread)
    harness.work()
    return next(mail for mail in reversed(harness.post.mails(HR)) if "Thư được giữ lại" in title_of(mail))


@pytest.mark.parametrize(
    ("said", "number", "rest"),
    [
        ("DUYỆT VIỆC 41", 41, ""),
        ("từ chối việc số 7: không phải của đơn vị", 7, "không phải của đơn vị"),
        ("DUYỆT", None, ""),
    ],
)
def test_a_task_is_named_by_its_number(said: str, number: int | None, rest: str) -> None:
    """With a reason behind it, or without."""
    order = order_in(said)
    assert order is not None
    assert order.task == number
    assert order.task is None or order.after_task == rest


def test_a_summary_is_answered_matter_by_matter(harness: Company) -> None:
    """Plain DUYỆT in reply to a summary decides nothing; with the number it decides that one."""
    harness.post.write(harness.address_of("U01"), text="GIA HẠN 28/05/2021")
    harness.post.write(harness.address_of("U02"), text="GIA HẠN 31/05/2021")
    harness.work()
    harness.clock.go_to("2021-04-22T16:30")
    harness.tick()
    summary = harness.post.last(HR)
    first, second = open_of(harness, TaskKind.EXTENSION)
    assert f"(việc {first})" in body(summary) and f"(việc {second})" in body(summary)
    assert "không hỏi ý kiến duyệt" in says(harness, "DUYỆT", to=summary)
    assert open_of(harness, TaskKind.EXTENSION) == [first, second]
    assert "31/05/2021" in says(harness, f"DUYỆT VIỆC {second}", to=results(harness)[-1])
    assert open_of(harness, TaskKind.EXTENSION) == [first]
    assert "không gia hạn" in says(harness, f"TỪ CHỐI VIỆC {first} hết thời gian", to=results(harness)[-1])
    assert f"việc nào đang chờ mang số {first}" in says(harness, f"DUYỆT VIỆC {first}", to=results(harness)[-1])


def test_a_held_mail_is_taken_in_by_one_word(harness: Company) -> None:
    """In reply to the notice, as the unit's that it seems to be of; once it is taken in, nothing waits."""
    notice = writes_from_home(harness, about="U01")
    assert "Tiếp nhận riêng thư này: DUYỆT." in body(notice) and "dondoc" not in body(notice)
    assert "Đã tiếp nhận thư số" in says(harness, "DUYỆT", to=notice)
    assert open_of(harness, TaskKind.HELD_MAIL) == []


def test_a_held_mail_of_nobody_needs_the_units_code(harness: Company) -> None:
    """Behind the task's number; without it HR is told what is missing."""
    notice = writes_from_home(harness, about=None)
    (task,) = open_of(harness, TaskKind.HELD_MAIL)
    assert f"DUYỆT VIỆC {task} và mã đơn vị" in body(notice)
    assert "chưa rõ thư của đơn vị nào" in says(harness, f"DUYỆT VIỆC {task}", to=notice)
    assert "U02" in says(harness, f"DUYỆT VIỆC {task} U02", to=results(harness)[-1])
    assert open_of(harness, TaskKind.HELD_MAIL) == []


def test_a_held_mail_is_put_aside_with_a_reason(harness: Company) -> None:
    """It stays stored."""
    notice = writes_from_home(harness, about=None)
    assert "thư vẫn được lưu" in says(harness, "TỪ CHỐI thư quảng cáo", to=notice)
    assert open_of(harness, TaskKind.HELD_MAIL) == []
    with harness.service.ledger.transaction() as transaction:
        assert transaction.mails.count_by_state().get(MailState.IGNORED) == 1
