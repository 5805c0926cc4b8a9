"""What waits for HR: opened once, listed until it is decided or its cause is gone, and closed with who and when."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from service.core.events import Event, MailReplayed
from service.core.hr_decisions import Dismiss, Extend, Result, Settle
from service.core.tasks import Ending, Task, TaskKind
from service.flow.context import CampaignContext
from service.flow.hr.open_tasks import close_gone
from service.flow.reports.lookups import task_lines
from tests.support.harness.whole_service import CAMPAIGN, HR, SERVICE, Company, company
from tests.support.papers.filled_papers import roster, row_of

MANY = 1200


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as opened:
        opened.launch()
        opened.clock.pass_by(hours=2)
        yield opened


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def waiting(harness: Company, kind: TaskKind) -> list[Task]:
    with harness.service.ledger.transaction() as transaction:
        return [task for task in transaction.tasks.waiting(CAMPAIGN) if task.kind is kind]


def ended(harness: Company, task: Task) -> tuple[str | None, Ending | None]:
    """Who closed it, and how."""
    with harness.service.ledger.transaction() as transaction:
        found = transaction.tasks.get(task.id)
    assert found is not None and found.closed_at is not None
    return found.closed_by, found.ending


def pass_by_unnoticed(harness: Company, events: int) -> None:
    """So much happens meanwhile."""
    with harness.service.ledger.transaction() as transaction:
        for _ in range(events):
            transaction.events.record(
                Event(at=harness.clock(), who="admin", fact=MailReplayed(), campaign=CAMPAIGN, unit="U02")
            )


def summary(harness: Company, moment: str) -> str:
    """The day's summary, as HR reads it."""
    harness.clock.go_to(moment)
    harness.tick()
    mails = [mail for mail in harness.post.mails(HR) if "/2 xong, " in str(mail["Subject"])]
    return body(mails[-1])


def reply_of_hr(harness: Company, text: str, *, to: EmailMessage) -> str:
    quoted = "\n".join(f"> {line}" for line in body(to).splitlines())
    harness.post.write(HR, text=f"{text}\n\n{quoted}", answers=to)
    harness.work()
    return body(harness.post.last(HR))


def test_a_wish_for_more_time_is_not_forgotten_whatever_happens_meanwhile(harness: Company) -> None:
    """It stands in the summary after 1,200 newer events, until HR decides; the row says who did."""
    harness.post.write(harness.address_of("U01"), text="GIA HẠN 28/05/2021")
    harness.work()
    asked = harness.post.last(HR)
    pass_by_unnoticed(harness, MANY)
    assert "xin gia hạn đến hết ngày 28/05/2021" in summary(harness, "2021-04-23T16:30")
    (task,) = waiting(harness, TaskKind.EXTENSION)
    assert "28/05/2021" in reply_of_hr(harness, "DUYỆT", to=asked)
    assert ended(harness, task) == (HR, Ending.DECIDED)
    assert "xin gia hạn" not in summary(harness, "2021-04-26T16:30")


def test_a_later_wish_takes_the_place_of_an_earlier_one(harness: Company) -> None:
    """HR decides one day; a decision by another way, such as the command line, closes it too."""
    for day in ("25/05/2021", "28/05/2021"):
        harness.post.write(harness.address_of("U01"), text=f"GIA HẠN {day}")
        harness.work()
    (task,) = waiting(harness, TaskKind.EXTENSION)
    decision = Extend(unit="U01", until=task.subject.until)  # type: ignore[attr-defined]  # a wish has a day
    assert harness.service.decide(decision, by="admin", campaign=CAMPAIGN).result is Result.EXTENDED
    assert ended(harness, task) == ("admin", Ending.DECIDED)
    assert waiting(harness, TaskKind.EXTENSION) == []


def test_a_question_waits_in_the_summary_until_hr_answers_it(harness: Company) -> None:
    """By its subject and day; HR's reply to our mail closes it."""
    harness.post.write(harness.address_of("U01"), subject="Hỏi về chữ ký", text="Người nghỉ ốm có phải ký không ạ?")
    harness.work()
    forwarded = harness.post.last(HR)
    assert "câu hỏi số 1 ngày 22/04 “Hỏi về chữ ký” chưa được trả lời" in summary(harness, "2021-04-22T16:30")
    (task,) = waiting(harness, TaskKind.QUESTION)
    reply_of_hr(harness, "Không phải ký, ghi lý do là được.", to=forwarded)
    assert ended(harness, task) == (HR, Ending.DECIDED)
    assert "chưa được trả lời" not in summary(harness, "2021-04-23T16:30")


def test_a_question_answered_by_telephone_is_settled_with_a_reason(harness: Company) -> None:
    """Once; the second time there is nothing to settle."""
    harness.post.write(harness.address_of("U01"), text="Người nghỉ ốm có phải ký không ạ?")
    harness.work()
    (task,) = waiting(harness, TaskKind.QUESTION)
    settle = Settle(task=task.id, why="đã gọi điện")
    assert harness.service.decide(settle, by=HR).result is Result.SETTLED
    assert harness.service.decide(settle, by=HR).result is Result.NO_TASK
    assert ended(harness, task) == (HR, Ending.DECIDED)


def test_a_held_mail_is_no_matter_once_its_unit_has_handed_in_properly(harness: Company) -> None:
    """From home first, then from the office: nobody has to decide about the first mail; it stays stored."""
    harness.post.server.add_user("mai@nha-rieng.example", "x")
    opening = harness.post.last(harness.address_of("U01"))
    files = {"PL02.xlsx": _list_of(harness, "U01")}
    harness.post.write("mai@nha-rieng.example", answers=opening, files=files)
    harness.work()
    (task,) = waiting(harness, TaskKind.HELD_MAIL)
    assert task.unit == "U01"
    harness.clock.pass_by(minutes=20)
    harness.post.write(harness.address_of("U01"), answers=opening, files=files)
    harness.work()
    assert ended(harness, task) == ("dondoc", Ending.CAUSE_GONE)
    with harness.service.ledger.transaction() as transaction:
        assert len(transaction.mails.held()) == 1


def test_a_held_mail_that_hr_dismisses_is_closed_by_hr(harness: Company) -> None:
    """The row names who decided."""
    harness.post.server.add_user("la@nha-rieng.example", "x")
    harness.post.write("la@nha-rieng.example", text="Quảng cáo", subject="Chào anh chị")
    harness.work()
    (task,) = waiting(harness, TaskKind.HELD_MAIL)
    with harness.service.ledger.transaction() as transaction:
        (held,) = transaction.mails.held()
    harness.service.decide(Dismiss(mail=held.id, why="quảng cáo"), by=HR)
    harness.tick()
    assert ended(harness, task)[1] in (Ending.DECIDED, Ending.CAUSE_GONE)
    assert waiting(harness, TaskKind.HELD_MAIL) == []


def test_a_returned_mail_leaves_the_summary_when_the_address_is_mended(harness: Company) -> None:
    """The report opens two tasks, the contact's and the mail's; another address of the unit closes both."""
    report = _report_about(harness.post.last(harness.address_of("U01")), harness.address_of("U01"))
    harness.post.server.deliver(SERVICE, report)
    harness.work()
    said = summary(harness, "2021-04-22T16:30")
    assert f"thư gửi đầu mối ({harness.address_of('U01')}) bị trả lại" in said
    assert f"đến {harness.address_of('U01')} bị trả lại, chưa đến người nhận (việc " in said
    tasks = [*waiting(harness, TaskKind.UNREACHABLE), *waiting(harness, TaskKind.OUTGOING)]
    assert len(tasks) == 2
    harness.post.server.add_user("moi@vnpt-it.example", "x")
    harness.service.admit("moi@vnpt-it.example", unit="U01", by=HR)
    assert {ended(harness, task) for task in tasks} == {(HR, Ending.DECIDED)}
    assert "trả lại" not in summary(harness, "2021-04-23T16:30")


def test_a_unit_that_handed_in_needs_no_named_contact(harness: Company) -> None:
    """Whoever sends the list is the one to speak to; the others are still named."""
    assert "2 đơn vị chưa có đầu mối" in summary(harness, "2021-04-22T16:30")
    harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": _list_of(harness, "U01")})
    harness.work()
    said = summary(harness, "2021-04-23T16:30")
    assert "1 đơn vị chưa có đầu mối được xác nhận: U02" in said


def test_the_list_names_each_task_once_however_often_it_is_looked_at(harness: Company) -> None:
    """Looking, ticking and processing again open nothing twice and close nothing that still waits."""
    harness.post.write(harness.address_of("U01"), text="Người nghỉ ốm có phải ký không ạ?")
    harness.work()
    before = task_lines(harness.service.services, CAMPAIGN)
    for _ in range(3):
        harness.tick()
        with harness.service.ledger.transaction() as transaction:
            open_campaign = harness.service.open_campaign(CAMPAIGN)
            assert close_gone(CampaignContext(harness.service.services, transaction, open_campaign)) == 0
    assert task_lines(harness.service.services, CAMPAIGN) == before
    assert [line.task.kind for line in before] == [TaskKind.QUESTION]


def _list_of(harness: Company, code: str) -> bytes:
    unit = next(each for each in harness.folder.units if each.code == code)
    return roster(harness.folder.campaign, unit, [row_of(worker) for worker in harness.folder.workers[code]])


def _report_about(mail: EmailMessage, address: str) -> bytes:
    """The mail server gives our mail back for good (RFC 3464)."""
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {SERVICE}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "MIME-Version: 1.0\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {mail['Message-ID']}\r\n\r\n--b--\r\n"
    ).encode()
