"""S78, S80: what HR writes in plain words is never without an answer; words for others are not handed on."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from service.core.tasks import TaskKind
from tests.support.harness.whole_service import CAMPAIGN, HR, SERVICE, Company, company

UNIT = "U01"


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state", more_people=("giam.doc@vnpt-it.example",)) as running:
        running.launch()
        yield running


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def unit_writes(harness: Company, text: str) -> EmailMessage:
    """The unit's mail; gives what HR gets."""
    contact = harness.address_of(UNIT)
    harness.post.write(contact, text=text, answers=harness.post.last(contact))
    harness.work()
    return harness.post.last(HR)


def hr_replies(harness: Company, mail: EmailMessage, text: str, *, to: str = SERVICE) -> list[str]:
    """What HR is told then. `to`: somebody else, with the service in copy."""
    before = len(harness.post.mails(HR))
    quoted = "\n".join(f"> {line}" for line in body(mail).splitlines())
    harness.post.write(
        HR, text=f"{text}\n\n{quoted}", answers=mail, to=to, headers={} if to == SERVICE else {"Cc": SERVICE}
    )
    harness.work()
    return [body(each) for each in harness.post.mails(HR)[before:]]


def waiting(harness: Company, kind: TaskKind) -> int:
    with harness.service.ledger.transaction() as transaction:
        return len(transaction.tasks.waiting(CAMPAIGN, kind=kind))


def test_s78_plain_words_about_a_wish_for_time_are_answered_every_time(harness: Company) -> None:
    """Not decided, and said so with the ways to decide; the answer's own code decides it."""
    asked = unit_writes(harness, "Đơn vị xin gia hạn đến ngày 25/05/2021 ạ.")
    for words in ("Không được em nhé, cơ quan BHXH đang chờ.", "Cho đến cuối tháng em nhé"):
        (told,) = hr_replies(harness, asked, words)
        assert "Chưa quyết định việc số" in told and "GIA HẠN 31/05/2021" in told
    assert waiting(harness, TaskKind.EXTENSION) == 1
    (done,) = hr_replies(harness, harness.post.last(HR), "DUYỆT")
    assert "Đã gia hạn cho U01" in done
    assert waiting(harness, TaskKind.EXTENSION) == 0


def test_s78_words_that_nobody_understands_are_answered_each_time(harness: Company) -> None:
    """The whole list once a day, one line afterwards."""
    harness.post.write(HR, text="Tuần này chị bận quá, em xem giúp chị các đơn vị với.")
    harness.work()
    assert "CHẤP NHẬN số" in body(harness.post.last(HR))
    before = len(harness.post.mails(HR))
    harness.post.write(HR, text="Em báo lại chị nhé.")
    harness.work()
    (again,) = harness.post.mails(HR)[before:]
    assert "Chưa hiểu lệnh" in body(again) and "CHẤP NHẬN số" not in body(again)


def test_s78_what_hr_writes_to_a_colleague_is_not_handed_on(harness: Company) -> None:
    """With this mailbox in copy only: the question still waits."""
    asked = unit_writes(harness, "Ký bằng bút chì được không ạ?")
    before = len(harness.post.mails(harness.address_of(UNIT)))
    (told,) = hr_replies(
        harness, asked, "Anh ơi, đơn vị này hay hỏi linh tinh, anh cho ý kiến với.", to="giam.doc@vnpt-it.example"
    )
    assert "chỉ được đồng gửi" in told
    assert len(harness.post.mails(harness.address_of(UNIT))) == before
    assert waiting(harness, TaskKind.QUESTION) == 1


def test_s78_what_hr_wrote_to_the_unit_itself_is_not_sent_twice(harness: Company) -> None:
    """The unit has read it: the question is answered."""
    asked = unit_writes(harness, "Ký bằng bút chì được không ạ?")
    before = len(harness.post.mails(harness.address_of(UNIT)))
    (told,) = hr_replies(harness, asked, "Không em nhé, ký bằng bút mực.", to=harness.address_of(UNIT))
    assert "được ghi là đã trả lời" in told
    assert len(harness.post.mails(harness.address_of(UNIT))) == before + 1, "HR's own mail alone"
    assert waiting(harness, TaskKind.QUESTION) == 0


@pytest.mark.parametrize(
    "text",
    [
        "Tôi không phải là đầu mối của đơn vị này.",
        "Không đúng, tôi vẫn là đầu mối của đơn vị!",
        "Em không còn làm đầu mối nữa ạ, nhờ chị liên hệ người khác.",
    ],
)
def test_whoever_says_that_she_is_no_contact_reaches_hr(harness: Company, text: str) -> None:
    """She names nobody: a person has to read it."""
    told = unit_writes(harness, text)
    assert told["X-Dondoc-Mail"] == "question_forward" and text in body(told)
    assert waiting(harness, TaskKind.QUESTION) == 1
    assert harness.post.last(harness.address_of(UNIT))["X-Dondoc-Mail"] == "question_received"


@pytest.mark.parametrize("thumb", ["👍", "Lan Đỗ reacted to your message:\n\n👍"])
def test_s83_hrs_thumb_is_no_answer_and_hr_is_told_once(harness: Company, thumb: str) -> None:
    """The question still waits."""
    asked = unit_writes(harness, "Ký bằng bút chì được không ạ?")
    before = len(harness.post.mails(HR))
    for _ in range(2):
        harness.post.write(HR, text=thumb, answers=asked)
        harness.work()
    (told,) = harness.post.mails(HR)[before:]
    assert "chưa thấy nội dung trả lời" in body(told)
    assert waiting(harness, TaskKind.QUESTION) == 1


def test_a_question_in_our_thread_is_called_by_its_words(harness: Company) -> None:
    """Our own subject says nothing of it; what the writer chose is kept."""
    told = unit_writes(harness, "Kính gửi chị,\nNgười nghỉ ốm dài ngày ký sau được không ạ?")
    assert (
        str(told["Subject"])
        == "[VSSID-2021 U01] Câu hỏi của Trung tâm Nền tảng số: Người nghỉ ốm dài ngày ký sau được không ạ?"
    )
    harness.post.write(harness.address_of(UNIT), subject="Hỏi về chữ ký", text="Ký bút chì được không ạ?")
    harness.work()
    assert str(harness.post.last(HR)["Subject"]).endswith(": Hỏi về chữ ký")
