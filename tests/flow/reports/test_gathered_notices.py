"""Much at once for HR: a few mails of their own, the rest in one; all can be answered, nothing is lost or twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from service.core.tasks import TaskKind
from tests.support.harness.whole_service import CAMPAIGN, HR, Company, company, title_of

UNITS = tuple(f"U{number:02d}" for number in range(1, 13))
EACH = 5
"""Questions a unit: fewer than its own caps withhold the answer to."""
FLOOD = len(UNITS) * EACH


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Sixty questions within a minute, and nothing done about them yet."""
    with company(tmp_path_factory.mktemp("flood"), units=UNITS, workers=1) as harness:
        harness.launch()
        harness.clock.go_to("2021-04-26T23:58")
        before = len(harness.post.mails(HR))
        for number in range(FLOOD):
            unit = UNITS[number % len(UNITS)]
            words = f"Xin hỏi việc thứ {number}: người nghỉ ốm có phải ký không ạ?"
            harness.post.write(harness.address_of(unit), subject=f"Hỏi {number}", text=words)
        harness.work()
        assert len(harness.post.mails(HR)) - before == 5, "the first ones at once, each with its own thread"
        yield harness


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def pulses(harness: Company, *moments: str) -> None:
    for moment in moments:
        harness.clock.go_to(moment)
        harness.tick()


def open_questions(harness: Company) -> list[int]:
    """Numbers of the mails that ask."""
    with harness.service.ledger.transaction() as transaction:
        tasks = transaction.tasks.waiting(CAMPAIGN, kind=TaskKind.QUESTION)
    return [task.subject.mail for task in tasks]  # type: ignore[attr-defined]  # a question has a mail


def test_sixty_questions_at_once_are_six_mails_and_none_is_lost(asked: Company) -> None:
    """Five of their own; past midnight the others in one, each with unit, words and number, once."""
    pulses(asked, "2021-04-27T00:10", "2021-04-27T00:27")
    assert "gộp một thư" not in str(asked.post.last(HR)["Subject"]), "the first of them waits half an hour for the rest"
    pulses(asked, "2021-04-27T00:29", "2021-04-27T00:40", "2021-04-27T07:00")
    own = [mail for mail in asked.post.mails(HR) if "Câu hỏi của" in title_of(mail)]
    (bundle,) = [mail for mail in asked.post.mails(HR) if "gộp một thư" in title_of(mail)]
    assert bundle["Subject"] == f"[VSSID-2021] {FLOOD - 5} việc mới chờ Ban Nhân sự (gộp một thư)"
    said = "".join(map(body, own)) + body(bundle)
    for number in range(FLOOD):
        assert said.count(f"việc thứ {number}:") == 1, number
    numbers = [int(number) for number in re.findall(r"câu hỏi số (\d+) ngày 26/04", body(bundle))]
    assert len(numbers) == FLOOD - 5 and set(numbers) < set(open_questions(asked))
    assert f"TRẢ LỜI {numbers[0]}: nội dung" in body(bundle)


def test_every_question_of_the_one_mail_can_be_answered(asked: Company) -> None:
    """By its number, twenty a mail, in reply to the one mail; each answer reaches the unit that asked."""
    (bundle,) = [mail for mail in asked.post.mails(HR) if "gộp một thư" in title_of(mail)]
    numbers = [int(number) for number in re.findall(r"câu hỏi số (\d+) ngày 26/04", body(bundle))]
    for first in range(0, len(numbers), 20):
        lines = [f"TRẢ LỜI {number}: Không phải ký, theo câu {number}." for number in numbers[first : first + 20]]
        asked.post.write(HR, text="\n".join(lines), answers=bundle)
    asked.work()
    answers = "".join(body(mail) for unit in UNITS for mail in asked.post.mails(asked.address_of(unit)))
    assert [number for number in numbers if f"theo câu {number}." not in answers] == []
    assert len(open_questions(asked)) == 5


def test_a_plain_reply_to_the_one_mail_is_nobodys_answer(asked: Company) -> None:
    """Which of the questions it answers is not guessed: no unit gets the words, HR is told."""
    (bundle,) = [mail for mail in asked.post.mails(HR) if "gộp một thư" in title_of(mail)]
    asked.post.write(HR, text="Không phải ký, ghi lý do vào danh sách là được.", answers=bundle)
    asked.work()
    assert all("ghi lý do vào danh sách" not in body(asked.post.last(asked.address_of(unit))) for unit in UNITS)
    assert "Chưa chuyển: thư Anh/Chị trả lời có nhiều câu hỏi" in body(asked.post.last(HR))


def test_the_next_summary_carries_what_no_mail_has_carried(asked: Company) -> None:
    """With its words, once: no second mail repeats it, and the next summary has it as a line."""
    asked.clock.go_to("2021-04-27T15:58")
    for number in range(7):
        words = f"Xin hỏi thêm lần {number}: có cần bản giấy không ạ?"
        asked.post.write(asked.address_of(UNITS[number]), subject=f"Hỏi thêm {number}", text=words)
    asked.work()
    pulses(asked, "2021-04-27T16:30")
    summary = body(asked.post.last(HR))
    assert [number for number in range(7) if f"thêm lần {number}:" in summary] == [5, 6]
    pulses(asked, "2021-04-27T16:40", "2021-04-27T17:30")
    assert sum("gộp một thư" in title_of(mail) for mail in asked.post.mails(HR)) == 1
    asked.post.write(asked.address_of("U12"), subject="Sáng nay", text="Xin hỏi có phải đóng dấu không ạ?")
    asked.work()
    pulses(asked, "2021-04-28T16:30")
    assert "xong, 14 việc chờ – VSSID-2021, 28/4" in str(asked.post.last(HR)["Subject"])
    assert "“Hỏi thêm 6” chưa được trả lời" in body(asked.post.last(HR))
    assert "thêm lần 6:" not in body(asked.post.last(HR))
