"""S78, S79, S83 and the rest of HR's words: the thread decides what is meant, what is for a unit reaches it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from service.core.events import CodeRefused, EventKind
from service.core.hr_decisions import AcceptForm, Extend, Result, ReturnForm
from service.core.mail.commands import codes_in
from service.core.records import FormRecord
from service.core.tasks import Question, TaskKind
from service.flow.hr.proof import MOST_CODES, MOST_FAILURES
from service.flow.submissions.handed_in import forms_in_review
from tests.core.mail.test_pictures import picture
from tests.situations.test_s52_s70_people_speak import body, order, quoted
from tests.support.harness.whole_service import CAMPAIGN, HR, Company, company, title_of
from tests.support.papers.filled_papers import roster, row_of, scan_of


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as running:
        running.launch()
        yield running


def ask(harness: Company, unit: str, text: str, subject: str = "Xin hỏi") -> EmailMessage:
    """A unit asks; gives our mail to HR."""
    harness.post.write(harness.address_of(unit), subject=subject, text=text)
    harness.work()
    return harness.post.last(HR)


def reply(harness: Company, to: EmailMessage, text: str, *, quote: str | None = None) -> str:
    """HR replies; what we say to HR then."""
    before = len(harness.post.mails(HR))
    harness.post.write(HR, text=f"{text}\n\n{quoted(to) if quote is None else quote}", answers=to)
    harness.work()
    return "\n".join(body(mail).split("Trả lời thư này")[0] for mail in harness.post.mails(HR)[before:])


def wish(harness: Company, unit: str, day: str) -> EmailMessage:
    """A unit asks for time; gives our mail to HR."""
    harness.post.write(harness.address_of(unit), text=f"GIA HẠN {day}")
    harness.work()
    return harness.post.last(HR)


def extended(harness: Company, unit: str) -> str:
    with harness.service.ledger.transaction() as transaction:
        until = transaction.decisions.notes(CAMPAIGN, unit).extended_to
    return f"{until:%d/%m/%Y}" if until else ""


def in_review(harness: Company, count: int = 2) -> list[FormRecord]:
    """U01 hands in declarations whose telephone numbers differ from its list: HR has to look."""
    unit, campaign = harness.folder.units[0], harness.folder.campaign
    people = harness.folder.workers["U01"][:count]
    others = [
        replace(each, values={**each.values, "phone": f"09123456{number:02}"}) for number, each in enumerate(people)
    ]
    scans = {f"{number}.jpg": scan_of(campaign, each, number=number + 1) for number, each in enumerate(others)}
    rows = [row_of(each) for each in harness.folder.workers["U01"]]
    harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": roster(campaign, unit, rows), **scans})
    harness.work()
    with harness.service.ledger.transaction() as transaction:
        return list(forms_in_review(transaction, CAMPAIGN, unit))


SENTENCES = ("Chấp nhận 3 ngày nhé em.", "Bỏ qua 4 người đã chuyển công tác.", "Đầu mối giữ như cũ.", "Duyệt nhé")


def test_s78_what_hr_answers_is_handed_on_word_for_word(harness: Company) -> None:
    """Whatever it begins with; nothing is accepted, waived or decided."""
    for sentence in SENTENCES:
        harness.clock.pass_by(minutes=5)
        asked = ask(harness, "U01", "Đơn vị em xử lý trường hợp này thế nào ạ?")
        assert "Đã chuyển trả lời" in reply(harness, asked, sentence)
        assert sentence in body(harness.post.last(harness.address_of("U01")))
    with harness.service.ledger.transaction() as transaction:
        assert transaction.events.last(EventKind.QUESTION_ANSWERED, CAMPAIGN) is not None
        decided = {EventKind.FORM_DECIDED, EventKind.FINDING_WAIVED, EventKind.EXTENDED, EventKind.CONTACT_NAMED}
        assert not decided & {event.kind for event in transaction.events.latest()}


def test_s78_a_line_that_is_nothing_but_a_unit_s_order_is_obeyed_and_not_handed_on(harness: Company) -> None:
    """HR is told both in one mail."""
    asked = ask(harness, "U01", "Nộp bản chụp có được không ạ?")
    told = reply(harness, asked, "Được em nhé, chị nhận bản chụp.\nGIA HẠN U02 24/05/2021")
    assert "Đã chuyển trả lời" in told and "Đã gia hạn cho U02" in told
    answer = body(harness.post.last(harness.address_of("U01")))
    assert "chị nhận bản chụp" in answer and "U02" not in answer
    assert extended(harness, "U02") == "24/05/2021"


def test_s78_the_answer_of_an_officer_who_is_a_contact_too_is_an_answer(harness: Company) -> None:
    """Her own unit asks nothing by it."""
    harness.service.admit(HR, unit="U02", by="admin")
    harness.work()
    asked = ask(harness, "U01", "Bản photo có được không ạ?")
    assert "Đã chuyển trả lời" in reply(harness, asked, "Được em nhé, miễn là rõ.")
    assert "miễn là rõ" in body(harness.post.last(harness.address_of("U01")))
    with harness.service.ledger.transaction() as transaction:
        assert transaction.tasks.waiting(CAMPAIGN, kind=TaskKind.QUESTION) == ()


def test_s79_the_thread_decides_and_not_a_code_deeper_in_the_quotation(harness: Company) -> None:
    """HR answers the second wish, below which the first one stands quoted whole."""
    first = wish(harness, "U01", "26/05/2021")
    second = wish(harness, "U02", "27/05/2021")
    deeper = "\n".join(f"> > {line}" for line in body(first).splitlines())
    assert "Đã gia hạn cho U02" in reply(harness, second, "DUYỆT", quote=f"{quoted(second)}\n{deeper}")
    assert (extended(harness, "U01"), extended(harness, "U02")) == ("", "27/05/2021")
    said = reply(harness, second, "DUYỆT", quote=f"{quoted(second)}\n{deeper}")
    assert "đã dùng" in said, "the thread's own code is spent; the other one decides nothing"
    assert extended(harness, "U01") == ""


def test_s79_a_typed_code_of_another_mail_decides_nothing(harness: Company) -> None:
    """Codes are bound to what their mail asks."""
    first, second = wish(harness, "U01", "26/05/2021"), wish(harness, "U02", "27/05/2021")
    (code,) = codes_in(body(first))
    assert "của một thư khác" in reply(harness, second, f"DUYỆT\nMã {code}", quote="")
    assert (extended(harness, "U01"), extended(harness, "U02")) == ("", "")


def test_s79_a_new_mail_with_codes_of_two_matters_is_asked_back(harness: Company) -> None:
    """Neither is decided, and neither code is spent."""
    first, second = wish(harness, "U01", "26/05/2021"), wish(harness, "U02", "27/05/2021")
    (one,), (other,) = codes_in(body(first)), codes_in(body(second))
    harness.post.write(HR, text=f"DUYỆT\n\n{one}\n{other}", subject="Ý kiến của chị")
    harness.work()
    assert "chưa rõ Anh/Chị quyết định việc nào" in body(harness.post.last(HR))
    assert (extended(harness, "U01"), extended(harness, "U02")) == ("", "")
    assert "Đã gia hạn cho U01" in reply(harness, first, "DUYỆT")


def test_an_undecided_matter_can_be_decided_in_answer_to_what_we_said(harness: Company) -> None:
    """The first reply had a condition; our answer to it asks the same thing again."""
    asked = wish(harness, "U01", "26/05/2021")
    assert "còn nội dung" in reply(harness, asked, "DUYỆT nhưng chỉ lần này")
    assert "Đã gia hạn cho U01" in reply(harness, harness.post.last(HR), "DUYỆT")


def test_hr_gives_another_day_than_the_unit_wishes(harness: Company) -> None:
    """In the thread of the wish the unit need not be named; the unit hears of the day once."""
    asked = wish(harness, "U02", "31/05/2021")
    before = len(harness.post.mails(harness.address_of("U02")))
    assert "Đã gia hạn cho U02" in reply(harness, asked, "Gia hạn đến 26/05 nhé")
    assert extended(harness, "U02") == "26/05/2021"
    assert len(harness.post.mails(harness.address_of("U02"))) == before + 1


def test_at_most_three_codes_of_a_mail_are_tried_and_failures_lock_and_are_told_once(harness: Company) -> None:
    """Even the right code is not tried any more that day; the next day it is."""
    asked = wish(harness, "U01", "26/05/2021")
    (code,) = codes_in(body(asked))
    wrong = [f"ABCD-{number:04}" for number in range(MOST_CODES)]
    harness.post.write(HR, text="\n".join(["TẠM DỪNG", *wrong, code]))
    harness.work()
    assert "mã trong thư không đúng" in body(harness.post.last(HR))
    for number in range(3):
        harness.clock.pass_by(minutes=11)
        harness.post.write(HR, text=f"TẠM DỪNG\nWXYZ-1{number}00 WXYZ-1{number}01 WXYZ-1{number}02")
        harness.work()
    with harness.service.ledger.transaction() as transaction:
        assert transaction.decisions.paused_at(CAMPAIGN) is None
        refused = [event.fact for event in transaction.events.latest() if isinstance(event.fact, CodeRefused)]
    assert len(refused) >= MOST_FAILURES and {fact.why for fact in refused} == {"unknown"}
    subjects = [str(mail["Subject"]) for mail in harness.post.mails(HR)]
    assert sum("nhiều mã dùng một lần không đúng" in subject for subject in subjects) == 1
    assert "không được xét nữa" in reply(harness, asked, "DUYỆT")
    assert extended(harness, "U01") == ""
    harness.clock.pass_by(days=1)
    assert "Đã gia hạn cho U01" in reply(harness, asked, "DUYỆT")


def test_s83_an_empty_reply_is_no_answer_and_is_said_once(harness: Company) -> None:
    """Only a quotation, a signature or a thumb: the unit gets nothing, the question still waits."""
    asked = ask(harness, "U01", "Ảnh thẻ nền xanh có được không ạ?")
    before = len(harness.post.mails(harness.address_of("U01")))
    assert "chưa thấy nội dung trả lời" in reply(harness, asked, "Trân trọng,\nĐỗ Ngọc Lan\nBan Nhân sự")
    assert [reply(harness, asked, text) for text in ("", "👍")] == ["", ""]
    assert len(harness.post.mails(harness.address_of("U01"))) == before
    with harness.service.ledger.transaction() as transaction:
        assert [task.kind for task in transaction.tasks.waiting(CAMPAIGN, unit="U01")] == [TaskKind.QUESTION]


def test_s83_an_absence_note_or_a_reaction_of_hr_is_no_answer(harness: Company) -> None:
    """Nothing is handed on, and the machine gets no reply."""
    asked = ask(harness, "U01", "Ảnh thẻ nền xanh có được không ạ?")
    unit, hr = len(harness.post.mails(harness.address_of("U01"))), len(harness.post.mails(HR))
    absence = "Tôi đi vắng từ ngày 22/04 và sẽ trở lại làm việc ngày 26/04/2021. Việc gấp xin liên hệ máy lẻ 102."
    harness.post.write(HR, text=absence, answers=asked, headers={"Auto-Submitted": "auto-replied"})
    harness.post.write(HR, text=absence, answers=asked)
    harness.work()
    assert len(harness.post.mails(HR)) == hr
    said = reply(harness, asked, "Lan Đỗ reacted to your message:\n❤️")
    assert "chưa thấy nội dung trả lời" in said or said == ""
    assert len(harness.post.mails(harness.address_of("U01"))) == unit
    with harness.service.ledger.transaction() as transaction:
        assert transaction.tasks.waiting(CAMPAIGN, kind=TaskKind.QUESTION)


def send_with_pictures(
    harness: Company, sender: str, text: str, pictures: dict[str, bytes], answers: EmailMessage | None = None
) -> None:
    """A page that shows its pictures, as mail programs write it."""
    html = f"<p>{text}</p>" + "".join(f'<img src="cid:{name}@here">' for name in pictures)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "nhansu@vnpt-it.example", "Re: hình"
    harness.post.number += 1
    mail["Message-ID"], mail["Date"] = f"<pictures-{harness.post.number}@vnpt-it.example>", harness.clock.moment
    if answers is not None:
        mail["In-Reply-To"] = mail["References"] = answers["Message-ID"]
    mail.set_content(html, subtype="html")
    for name, content in pictures.items():
        mail.add_related(content, "image", "png", cid=f"<{name}@here>", filename=name, disposition="inline")
    harness.post.server.deliver("nhansu@vnpt-it.example", mail.as_bytes())
    harness.work()


def test_s83_pictures_travel_with_a_question_and_with_its_answer(harness: Company) -> None:
    """The unit's screenshot reaches HR, HR's reaches the unit; logos, and the picture that HR's mail quotes, do not."""
    unit = harness.address_of("U01")
    screenshot, logo, shown = picture(800, 500), picture(160, 50), picture(640, 480)
    send_with_pictures(
        harness, unit, "Màn hình hiện như sau thì làm gì tiếp ạ?", {"man-hinh.png": screenshot, "image001.png": logo}
    )
    asked = harness.post.last(HR)
    assert [part.get_payload(decode=True) for part in asked.iter_attachments()] == [screenshot]
    pictures = {"cach-lam.png": shown, "image001.png": logo, "man-hinh.png": screenshot}
    send_with_pictures(harness, HR, "Em bấm vào chỗ khoanh nhé.", pictures, answers=asked)
    answer = harness.post.last(unit)
    assert "Em bấm vào chỗ khoanh nhé." in body(answer)
    assert [part.get_payload(decode=True) for part in answer.iter_attachments()] == [shown]


def test_a_question_is_answered_by_its_number(harness: Company) -> None:
    """From any mail with a code; the lines below belong to it, and a number that is no question is said."""
    ask(harness, "U01", "Người thử việc có kê khai không ạ?")
    asked = ask(harness, "U02", "Sinh viên thực tập có kê khai không ạ?")
    with harness.service.ledger.transaction() as transaction:
        tasks = transaction.tasks.waiting(CAMPAIGN, kind=TaskKind.QUESTION)
    first, second = (task.subject.mail for task in tasks if isinstance(task.subject, Question))
    assert f"câu hỏi số {second} " in body(asked)
    said = order(
        harness, f"TRẢ LỜI {first}: Có, nếu đã ký hợp đồng.\nGhi cả ngày ký.\nTRẢ LỜI {second}: Không.\nTRẢ LỜI 99: A"
    )
    assert said.count("Đã chuyển trả lời") == 2 and "không có câu hỏi số 99" in said
    assert "Có, nếu đã ký hợp đồng.\nGhi cả ngày ký." in body(harness.post.last(harness.address_of("U01")))
    assert "Không." in body(harness.post.last(harness.address_of("U02")))


def test_several_states_are_one_mail_with_what_else_was_ordered(harness: Company) -> None:
    """And a unit that does not exist is said in it."""
    before = len(harness.post.mails(HR))
    harness.post.write(HR, text="TÌNH TRẠNG U01\nTÌNH TRẠNG U02\nTÌNH TRẠNG U88")
    harness.work()
    (told,) = harness.post.mails(HR)[before:]
    assert "U01 – " in body(told) and "U02 – " in body(told)
    assert "không có đơn vị nào mang mã “U88”" in body(told)
    both = order(harness, "NHẮC U02\nTÌNH TRẠNG U01")
    assert "Đã nhắc U02" in both and "U01 – " in both


def test_decisions_of_one_mail_reach_the_unit_in_one_mail(harness: Company) -> None:
    """Whose forms, which verdicts, why, and what remains."""
    accepted, returned = in_review(harness)
    unit = harness.address_of("U01")
    before = len(harness.post.mails(unit))
    said = order(
        harness, f"CHẤP NHẬN {accepted.id}\nTỪ CHỐI {returned.id}: chụp thiếu nửa trang\nGIA HẠN U01 25/05/2021"
    )
    assert "Đã chấp nhận" in said and "Đã trả lại" in said and "Đã gia hạn" in said
    (letter,) = harness.post.mails(unit)[before:]
    words = body(letter)
    assert f"{accepted.worker_name}: được chấp nhận" in words
    assert f"{returned.worker_name}: chưa được chấp nhận" in words and "Lý do: chụp thiếu nửa trang." in words
    assert "gia hạn đến hết ngày 25/05/2021" in words
    assert "Để hoàn thành, đơn vị còn" in words and "Theo đề nghị" not in words
    assert order(harness, f"CHẤP NHẬN {accepted.id}").count("đã được quyết định như vậy trước đó") == 1
    assert len(harness.post.mails(unit)) == before + 1


def test_a_list_of_numbers_is_decided_form_by_form(harness: Company) -> None:
    """One reason for all of them; a number that names no form is said."""
    one, other = in_review(harness)
    said = order(harness, f"TỪ CHỐI {one.id} và {other.id}: ảnh mờ\nCHẤP NHẬN 77, 78")
    assert said.count("Đã trả lại tờ khai số") == 2
    assert "không có tờ khai số 77" in said and "không có tờ khai số 78" in said
    assert body(harness.post.last(harness.address_of("U01"))).count("Lý do: ảnh mờ.") == 2


def test_a_number_that_counts_is_no_form(harness: Company) -> None:
    """HR is asked what it means, and nothing is decided."""
    (form,) = in_review(harness, 1)
    assert "chưa rõ là số của nội dung hay số lượng" in order(harness, f"Chấp nhận {form.id} ngày nhé")
    assert "chưa rõ ý Anh/Chị" in order(harness, "Gia hạn U01 đến 25/05 thì không được")
    assert extended(harness, "U01") == ""


def test_a_sitting_at_the_command_line_is_told_when_it_is_over_and_once(harness: Company) -> None:
    """Not before two quiet minutes; the last word on a form counts; a later sitting is another mail."""
    one, other = in_review(harness)
    unit = harness.address_of("U01")
    before = len(harness.post.mails(unit))
    decide = harness.service.decide
    assert decide(ReturnForm(form=one.id, why="mờ"), by="lan").result is Result.FORM_RETURNED
    harness.clock.pass_by(seconds=90)
    harness.tick()
    decide(AcceptForm(form=one.id, why="đã xem bản gốc"), by="lan")
    decide(AcceptForm(form=other.id), by="lan")
    harness.clock.pass_by(seconds=90)
    harness.tick()
    assert len(harness.post.mails(unit)) == before, "the sitting goes on"
    harness.clock.pass_by(seconds=60)
    harness.tick()
    harness.tick()
    (letter,) = harness.post.mails(unit)[before:]
    words = body(letter)
    assert words.count("được chấp nhận") == 2 and "chưa được chấp nhận" not in words and "đã xem bản gốc" in words
    decide(Extend(unit="U01", until=harness.folder.campaign.deadline.replace(day=28)), by="lan", campaign=CAMPAIGN)
    harness.clock.pass_by(minutes=3)
    harness.tick()
    assert "Đã gia hạn nộp hồ sơ" in title_of(harness.post.last(unit))
    assert len(harness.post.mails(unit)) == before + 2
