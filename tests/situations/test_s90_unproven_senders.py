"""A registered address that nothing proves: what would change something counts once it was confirmed (S90)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from service.core.events import MailDenied, MailVouchedFor
from service.core.hr_decisions import Dismiss, Release, Result
from service.core.mail.authenticity import Policy
from service.core.mail.messages import Kind
from service.core.progress.progress import Progress
from service.core.records import MailRecord, MailState
from service.core.tasks import Ending, HeldMail, Task, Unconfirmed
from service.flow.context import SenderChecks
from service.flow.reports.lookups import task_lines
from tests.support.harness.whole_service import CAMPAIGN, HR, Company, company
from tests.support.papers.filled_papers import roster, row_of, scan_of

OURS = "mx.vnpt-it.example"
STATEMENT = "Đơn vị đã rà soát, không có thông tin sai lệch."
NAMED = "Đơn vị cử đồng chí Phan Thị Mơ, điện thoại 0912000111, email mo.pt@vnpt-it.example làm đầu mối."


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    """The office as it comes: nothing vouches for anybody, and the policy is the default one."""
    with company(tmp_path / "state", unproven=Policy.CONFIRM) as small:
        small.launch()
        yield small


@pytest.fixture
def trusting(tmp_path: Path) -> Iterator[Company]:
    """An office where a registered address suffices."""
    with company(tmp_path / "state", workers=4, unproven=Policy.ADDRESS) as small:
        small.launch()
        yield small


def filled(harness: Company, unit: str = "U01", **changes: str) -> bytes:
    whose = next(each for each in harness.folder.units if each.code == unit)
    return roster(harness.folder.campaign, whose, [row_of(each, **changes) for each in harness.folder.workers[unit]])


def listed(harness: Company, rows: Sequence[dict[str, str]], unit: str = "U01") -> bytes:
    whose = next(each for each in harness.folder.units if each.code == unit)
    return roster(harness.folder.campaign, whose, rows)


def mails(harness: Company) -> list[MailRecord]:
    with harness.service.ledger.transaction() as transaction:
        found = (transaction.mails.find(number) for number in range(1, 60))
        return [record for record in found if record is not None]


def tasks(harness: Company) -> tuple[Task, ...]:
    with harness.service.ledger.transaction() as transaction:
        return transaction.tasks.waiting(CAMPAIGN)


def progress(harness: Company) -> list[Progress]:
    return harness.service.status(CAMPAIGN)


def got(harness: Company, unit: str = "U01") -> list[EmailMessage]:
    return harness.post.mails(harness.address_of(unit))


def words(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def hand_in(harness: Company, **mail: Any) -> EmailMessage:
    """An unproven mail of U01 with its list; gives the letter that asks about it."""
    before = len(got(harness))
    harness.post.write(harness.address_of("U01"), **{"files": {"PL02.xlsx": filled(harness)}, **mail})
    harness.work()
    (letter,) = got(harness)[before:]
    return letter


def test_s90_the_whole_conversation(harness: Company) -> None:
    """A list comes, one letter asks, one word answers, the ordinary answer follows in the thread; HR hears nothing."""
    heard = len(harness.post.mails(HR))
    harness.clock.pass_by(hours=1)
    sent = harness.post.write(
        harness.address_of("U01"), subject="Danh sách", text="Kính gửi,", files={"PL02.xlsx": filled(harness)}
    )
    harness.work()
    held = mails(harness)[-1]
    assert (held.kind, held.state, held.unit) == (Kind.SUBMISSION, MailState.HELD, "U01")
    assert harness.stage("U01") == "nothing"
    letter = got(harness)[-1]
    assert (letter["In-Reply-To"], letter["To"]) == (sent["Message-ID"], harness.address_of("U01"))
    for said in ("PL02.xlsx", "2 người", "ĐÚNG", "KHÔNG PHẢI", "“Danh sách”"):
        assert said in words(letter)
    count = len(got(harness))
    harness.post.write(harness.address_of("U01"), text="ĐÚNG", answers=letter)
    harness.work()
    assert harness.stage("U01") != "nothing"
    assert harness.service.mail_state(held.id) is MailState.PROCESSED
    (answer,) = got(harness)[count:]
    assert answer["In-Reply-To"] == sent["Message-ID"], "the ordinary answer, in the thread of the papers"
    assert len(harness.post.mails(HR)) == heard
    assert tasks(harness) == ()


@pytest.mark.parametrize("word", ["ĐÚNG", "KHÔNG PHẢI"])
def test_s90_a_mail_that_was_decided_anew_is_not_said_to_have_vanished(harness: Company, word: str) -> None:
    """It was filed when it was held and lies there: the next day's look at the mailbox agrees with the ledger."""
    harness.post.write(harness.address_of("U01"), text=word, answers=hand_in(harness))
    harness.work()
    harness.clock.go_to("2021-04-23T09:00")
    harness.tick()
    assert [mail["Subject"] for mail in harness.post.mails(HR) if mail["X-Dondoc-Mail"] == "reconciliation"] == []


def test_s90_a_word_said_twice_and_papers_that_came_twice_change_nothing(harness: Company) -> None:
    """Whoever says yes again gets no other answer, and the list stays what it is."""
    letter = hand_in(harness)
    for _ in range(2):
        harness.post.write(harness.address_of("U01"), text="Đúng ạ", answers=letter)
        harness.work()
    (asked, answered) = got(harness)[-2:]
    assert "một chữ ĐÚNG" in words(asked)
    assert "một chữ ĐÚNG" not in words(answered)
    assert progress(harness)[0].roster_version == 1


def test_s90_a_denial_is_given_to_hr_and_counts_nothing(harness: Company) -> None:
    """ "KHÔNG PHẢI": the unit is thanked, HR gets the mail as a task and a notice, and later words release nothing."""
    letter = hand_in(harness)
    held = mails(harness)[-1]
    harness.post.write(harness.address_of("U01"), text="KHÔNG PHẢI, chúng tôi chưa gửi gì.", answers=letter)
    harness.work()
    assert harness.service.mail_state(held.id) is MailState.HELD
    assert [task.subject for task in tasks(harness)] == [HeldMail(mail=held.id)]
    assert "không gửi thư này" in words(harness.post.last(HR))
    assert "không được ghi nhận" in words(got(harness)[-1])
    assert harness.stage("U01") == "nothing"
    with harness.service.ledger.transaction() as transaction:
        assert any(isinstance(event.fact, MailDenied) for event in transaction.events.latest())


def test_s90_a_doubting_answer_is_a_question_and_no_word(harness: Company) -> None:
    """It goes to HR as a question; the mail goes on waiting."""
    letter = hand_in(harness)
    for text in ("Thư nào vậy chị?", "Đề nghị chị xác nhận lại giúp em", "Em không rõ việc này ạ"):
        harness.post.write(harness.address_of("U01"), text=text, answers=letter)
        harness.work()
        assert mails(harness)[-1].kind is Kind.QUESTION, text
        assert harness.stage("U01") == "nothing", text
    assert {str(task.kind) for task in tasks(harness)} == {"unconfirmed", "question"}


def test_s90_a_responder_confirms_nothing(harness: Company) -> None:
    """An absence note in the thread is no person's word, with headers or by its words alone."""
    letter = hand_in(harness)
    absent = "Tôi đang nghỉ phép đến hết ngày 20/05/2021, tôi sẽ trả lời sau. Đã nhận được thư của Anh/Chị."
    harness.post.write(
        harness.address_of("U01"), text="Đúng", answers=letter, headers={"Auto-Submitted": "auto-replied"}
    )
    harness.post.write(harness.address_of("U01"), text=absent, answers=letter)
    harness.work()
    assert harness.stage("U01") == "nothing"


def test_s90_only_the_unit_itself_confirms_and_only_in_that_thread(harness: Company) -> None:
    """Neither a word without thread, nor another unit's, nor one in answer to another mail of ours."""
    letter, opening = hand_in(harness), got(harness)[0]
    harness.post.write(harness.address_of("U01"), text="ĐÚNG", subject="Re: Đề nghị xác nhận thư của đơn vị")
    harness.post.write(harness.address_of("U02"), text="ĐÚNG", answers=letter)
    harness.post.write(harness.address_of("U01"), text="ĐÚNG", answers=opening)
    harness.work()
    assert harness.stage("U01") == "nothing"
    assert any(isinstance(task.subject, Unconfirmed) for task in tasks(harness))


def test_s90_a_word_beside_papers_and_questions_serves_both(harness: Company) -> None:
    """What the confirming mail brings of its own is proven by the thread."""
    letter = hand_in(harness)
    worker = harness.folder.workers["U01"][0]
    scan = scan_of(harness.folder.campaign, worker)
    harness.post.write(
        harness.address_of("U01"), text="Đúng ạ. Gửi thêm tờ khai.", files={"1.jpg": scan}, answers=letter
    )
    harness.work()
    state = progress(harness)[0]
    assert (state.roster_version, state.forms_accepted) == (1, 1)
    second = hand_in(harness, files={"PL02.xlsx": filled(harness, phone="0912345678")})
    harness.post.write(harness.address_of("U01"), text="Đúng. Cho hỏi hạn nộp là ngày nào?", answers=second)
    harness.work()
    assert progress(harness)[0].roster_version == 2
    assert "hạn nộp" in words(harness.post.last(HR))


def test_s90_one_word_is_enough_for_all_that_the_letter_lists(harness: Company) -> None:
    """The newest letter names the mails that wait; an older letter does not speak for what came later."""
    first = hand_in(harness, subject="Danh sách ngày đầu")
    worker = harness.folder.workers["U01"][0]
    scans = {"1.jpg": scan_of(harness.folder.campaign, worker)}
    second = hand_in(harness, subject="Tờ khai", files=scans)
    assert "“Danh sách ngày đầu”" in words(second)
    harness.post.write(harness.address_of("U01"), text="Đúng", answers=first)
    harness.work()
    assert (progress(harness)[0].roster_version, progress(harness)[0].forms_accepted) == (1, 0)
    third = hand_in(
        harness, subject="Tờ khai gửi lại", files={"2.jpg": scan_of(harness.folder.campaign, worker, number=7)}
    )
    harness.post.write(harness.address_of("U01"), text="Đúng", answers=third)
    harness.work()
    assert progress(harness)[0].forms_accepted == 1
    assert tasks(harness) == ()


def test_s90_the_same_papers_proven_later_make_the_waiting_mail_moot(harness: Company) -> None:
    """She sends them once more in our thread: nothing is asked about the first mail any more."""
    hand_in(harness)
    held, services = mails(harness)[-1], harness.service.services
    original = services.mail.read(services.shelf.get(held.sha256)).attachments[0].content
    harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": original}, answers=got(harness)[0])
    harness.work()
    assert harness.stage("U01") != "nothing"
    assert harness.service.mail_state(held.id) is MailState.IGNORED
    assert tasks(harness) == ()


def test_s90_hr_sees_what_waits_and_may_release_or_dismiss(harness: Company) -> None:
    """It stands in HR's list in words; HR's decision ends it as with any held mail."""
    hand_in(harness)
    (line,) = task_lines(harness.service.services, CAMPAIGN)
    assert "chờ đơn vị xác nhận" in line.about
    (task,) = tasks(harness)
    number = mails(harness)[-1].id
    word = Release(mail=number, unit="U01", why="đã gọi điện")
    assert harness.service.decide(word, by="hr.lan", campaign=CAMPAIGN).result is Result.MAIL_RELEASED
    harness.work()
    assert harness.stage("U01") != "nothing"
    letter = hand_in(harness, files={"PL02.xlsx": filled(harness, phone="0912345678")})
    number = mails(harness)[-1].id
    assert harness.service.decide(Dismiss(mail=number, why="trùng"), by="hr.lan", campaign=CAMPAIGN).result
    assert tasks(harness) == ()
    harness.post.write(harness.address_of("U01"), text="Đúng", answers=letter)
    harness.work()
    assert progress(harness)[0].roster_version == 1, "what HR closed stays closed"
    assert "question" in {str(each.kind) for each in tasks(harness)}, "and HR hears what the unit said to it"
    with harness.service.ledger.transaction() as transaction:
        closed = transaction.tasks.get(task.id)
        assert closed is not None
        assert closed.ending is Ending.DECIDED


def test_s90_a_contact_and_a_statement_wait_too(harness: Company) -> None:
    """What changes who is written to, or what is said to be in order, is as good as papers."""
    harness.post.write(harness.address_of("U01"), text=NAMED)
    harness.work()
    letter = got(harness)[-1]
    assert "Phan Thị Mơ" in words(letter)
    with harness.service.ledger.transaction() as transaction:
        assert transaction.people.contacts(CAMPAIGN, "U01") == ()
    harness.post.server.add_user("mo.pt@vnpt-it.example", "x")
    harness.post.write(harness.address_of("U01"), text="Xác nhận ạ", answers=letter)
    harness.work()
    with harness.service.ledger.transaction() as transaction:
        contact = transaction.people.current_contact(CAMPAIGN, "U01")
        assert contact is not None
        assert contact.nominee.name == "Phan Thị Mơ"
        vouched = [event for event in transaction.events.latest() if isinstance(event.fact, MailVouchedFor)]
        assert [event.who for event in vouched] == [harness.address_of("U01")]
    harness.post.write(harness.address_of("U02"), text=STATEMENT)
    harness.work()
    assert "không có thông tin sai lệch" in words(got(harness, "U02")[-1])
    with harness.service.ledger.transaction() as transaction:
        assert transaction.decisions.notes(CAMPAIGN, "U02").no_discrepancies_at is None


def test_s90_what_only_asks_is_answered_at_once(harness: Company) -> None:
    """The answer goes to the registered address: that harms nobody."""
    asked = {
        "Cho hỏi hạn nộp là ngày nào ạ?": "câu hỏi",
        "TÌNH TRẠNG": "Tình hình",
        "MẪU": "mẫu",
        "GIA HẠN 25/05/2021": "gia hạn",
    }
    for text, told in asked.items():
        before = len(got(harness))
        harness.post.write(harness.address_of("U01"), text=text)
        harness.work()
        (answer,) = got(harness)[before:]
        assert told in words(answer)
        assert "một chữ ĐÚNG" not in words(answer)
        assert mails(harness)[-1].state is MailState.PROCESSED


def test_s90_a_wish_for_time_tells_hr_that_nothing_proves_it(harness: Company) -> None:
    """HR decides anyway; in our thread the remark is not needed."""
    harness.post.write(harness.address_of("U01"), text="GIA HẠN 25/05/2021")
    harness.post.write(harness.address_of("U02"), text="GIA HẠN 25/05/2021", answers=got(harness, "U02")[0])
    harness.work()
    asked = [words(mail) for mail in harness.post.mails(HR) if "đề nghị gia hạn" in words(mail)]
    assert ["chưa có gì chứng minh người gửi" in text for text in asked] == [True, False]


def test_s90_whoever_is_proven_is_never_asked(harness: Company) -> None:
    """In a thread of ours, or with our server's word for it."""
    harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": filled(harness)}, answers=got(harness)[0])
    harness.work()
    vouching = replace(harness.service.services, senders=SenderChecks(authserv_id=OURS))
    careful = replace(harness, service=replace(harness.service, services=vouching))
    passed = {"Authentication-Results": f"{OURS}; dkim=pass header.d=vnpt-it.example"}
    harness.post.write(harness.address_of("U02"), files={"PL02.xlsx": filled(harness, "U02")}, headers=passed)
    careful.work()
    assert all(harness.stage(unit) != "nothing" for unit in ("U01", "U02"))
    assert tasks(harness) == ()


def test_s90_no_unproven_mail_changes_progress(harness: Company) -> None:
    """Whatever comes under a registered address: where units stand, their contacts and notes stay as they are."""
    harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": filled(harness)}, answers=got(harness)[0])
    harness.work()

    def standing() -> list[object]:
        with harness.service.ledger.transaction() as transaction:
            notes = [transaction.decisions.notes(CAMPAIGN, unit) for unit in ("U01", "U02")]
            contacts = [transaction.people.contacts(CAMPAIGN, unit) for unit in ("U01", "U02")]
        return [*progress(harness), *notes, *contacts]

    before, worker = standing(), harness.folder.workers["U01"][0]
    scan = scan_of(harness.folder.campaign, worker)
    unproven: list[dict[str, Any]] = [
        {"files": {"PL02.xlsx": filled(harness, vssid_installed="false")}},
        {"files": {"PL02.xlsx": filled(harness, not_possible_reason="nghỉ việc")}, "text": "Danh sách thay thế"},
        {"files": {"1.jpg": scan}},
        {"files": {"U02.xlsx": filled(harness, "U02")}},
        {"text": NAMED},
        {"text": STATEMENT},
        {"text": f"Kính gửi chị,\n{NAMED}\n{STATEMENT}", "files": {"1.jpg": scan}},
        {"text": "KHÔNG THỰC HIỆN ĐƯỢC: chị Hoa nghỉ thai sản"},
        {"text": "GIA HẠN 25/05/2021"},
        {"text": "ĐÚNG"},
        {"text": "Cảm ơn chị"},
        {"text": ""},
        {"text": "Hạn nộp là ngày nào ạ?"},
    ]
    for mail in unproven:
        harness.clock.pass_by(hours=3)
        harness.post.write(harness.address_of("U01"), **mail)
        harness.work()
        assert standing() == before, mail


def test_s90_where_the_address_suffices_a_drastic_list_is_confirmed_all_the_same(trusting: Company) -> None:
    """Overwriting most rows, or giving most people up, is asked about; a list that adds and fills in is not."""
    people = trusting.folder.workers["U01"]
    rows = [row_of(worker) for worker in people]
    trusting.post.write(trusting.address_of("U01"), files={"PL02.xlsx": listed(trusting, rows)})
    trusting.work()
    assert progress(trusting)[0].roster_version == 1
    mended = [{**rows[0], "phone": "0912345678"}, *rows[1:]]
    trusting.post.write(trusting.address_of("U01"), files={"PL02.xlsx": listed(trusting, mended)})
    trusting.work()
    assert progress(trusting)[0].roster_version == 2
    upset = [{**row, "phone": f"091234567{place}"} for place, row in enumerate(rows)]
    given_up = [{**row, "not_possible_reason": "nghỉ việc"} for row in rows[:3]] + rows[3:]
    for drastic in (upset, given_up):
        trusting.clock.pass_by(hours=3)
        trusting.post.write(trusting.address_of("U01"), files={"PL02.xlsx": listed(trusting, drastic)})
        trusting.work()
        assert progress(trusting)[0].roster_version == 2
        assert mails(trusting)[-1].state is MailState.HELD
    trusting.post.write(trusting.address_of("U01"), text="Đúng", answers=got(trusting)[-1])
    trusting.work()
    assert progress(trusting)[0].roster_version == 4


def test_s90_whoever_has_not_confirmed_is_reminded_of_that(harness: Company) -> None:
    """Reminders and states name the mail that waits; the papers were received when the server had them."""
    letter = hand_in(harness, subject="Danh sách U01")
    harness.clock.go_to("2021-05-05T09:00")
    harness.tick()
    reminder = words(got(harness)[-1])
    assert "chưa nhận được hồ sơ" not in reminder
    assert "“Danh sách U01” nhận lúc 09:00 ngày 22/04/2021: đang chờ Anh/Chị trả lời" in reminder
    harness.post.write(harness.address_of("U01"), text="ĐÚNG", answers=letter)
    harness.work()
    answer = words(got(harness)[-1])
    assert "lúc 09:00 ngày 22/04/2021, gồm" in answer
    assert "đang chờ Anh/Chị trả lời thư đề nghị xác nhận" not in answer
