"""S52, S70 and the words of both sides: questions and their answers, commands and who may give them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from service.core.events import EventKind, FindingWaived
from service.core.mail.commands import MOST_ORDERS
from tests.support.harness.whole_service import CAMPAIGN, HR, Company, company, title_of
from tests.support.papers.filled_papers import roster, row_of


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as running:
        running.launch()
        yield running


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def quoted(mail: EmailMessage) -> str:
    lines = "\n".join(f"> {line}" for line in body(mail).splitlines())
    return f"Vào 09:00 22/04/2021, Ban Nhân sự đã viết:\n{lines}"


def order(harness: Company, text: str) -> str:
    """HR gives an order with a fresh code, as a person does: asks for the state, answers that mail."""
    harness.clock.pass_by(minutes=5)  # people take their time; machines are stopped by the caps
    harness.post.write(HR, text="TÌNH TRẠNG")
    harness.work()
    status = harness.post.last(HR)
    harness.post.write(HR, text=f"{text}\n\n{quoted(status)}", answers=status)
    harness.work()
    return body(harness.post.last(HR)).split("Trả lời thư này")[0]


def test_s52_a_question_goes_to_hr_and_the_answer_back_without_what_was_for_hr(harness: Company) -> None:
    """The unit is told at once who answers; of HR's reply only HR's own words and files go on, in the unit's thread."""
    unit = harness.address_of("U01")
    asked = harness.post.write(unit, subject="Hỏi", text="Người nghỉ thai sản có phải ký tờ khai không ạ?")
    harness.work()
    assert "Đỗ Ngọc Lan" in body(harness.post.last(unit))
    forwarded = harness.post.last(HR)
    assert "nghỉ thai sản" in body(forwarded)
    assert "Tình hình của đơn vị" in body(forwarded)
    said = "Không phải ký, ghi lý do vào cột cuối.\nDuyệt theo hướng dẫn kèm theo."
    state = next(line for line in body(forwarded).splitlines() if line.startswith("Tình hình của đơn vị"))
    reply = f"{said}\n\n{state}\n\n{quoted(forwarded)}"
    harness.post.write(HR, text=reply, answers=forwarded, files={"huong-dan.pdf": b"%PDF-1.4 x"})
    harness.work()
    answer = harness.post.last(unit)
    words = body(answer)
    assert said in words
    assert answer["In-Reply-To"] == asked["Message-ID"]
    assert "nhansu@vnpt-it.example" in str(answer["From"])
    assert [part.get_filename() for part in answer.iter_attachments()] == ["huong-dan.pdf"]
    for internal in ("Tình hình của đơn vị", "Phần dưới chỉ để", "Đơn vị còn thiếu", "đã viết"):
        assert internal not in words
    assert "Đã chuyển trả lời" in body(harness.post.last(HR))
    thanked = len(harness.post.mails(unit))
    harness.post.write(unit, text="Cảm ơn chị ạ.", answers=answer)
    harness.work()
    assert len(harness.post.mails(unit)) == thanked


def test_s70_hr_waives_a_finding_by_name_time_and_reason(harness: Company) -> None:
    """A waived finding counts no longer, in a later version either; the audit trail says who, when and why."""
    unit = harness.address_of("U01")
    first, second = harness.folder.workers["U01"]
    wrong = row_of(second, phone="0123")
    book = roster(harness.folder.campaign, harness.folder.units[0], [row_of(first), wrong])
    harness.post.write(unit, files={"PL02.xlsx": book})
    harness.work()
    harness.post.write(HR, text="Tình trạng u01")
    harness.work()
    details = body(harness.post.last(HR))
    assert "Nội dung số 1:" in details
    assert "Chưa thực hiện" in order(harness, "BỎ QUA 1"), "a waiver needs its reason"
    assert "Đã bỏ qua nội dung số 1" in order(harness, "bo qua 1 chị Hoa không dùng điện thoại")
    assert harness.stage("U01") == "partial"
    with harness.service.ledger.transaction() as transaction:
        event = next(each for each in transaction.events.latest() if each.kind is EventKind.FINDING_WAIVED)
    assert (event.who, event.fact) == (HR, FindingWaived(finding=1, why="chị Hoa không dùng điện thoại"))
    again = roster(harness.folder.campaign, harness.folder.units[0], [wrong, row_of(first)])
    harness.post.write(unit, files={"PL02-b.xlsx": again})
    harness.work()
    assert next(each for each in harness.service.status() if each.unit == "U01").roster_errors == 0
    worse = roster(harness.folder.campaign, harness.folder.units[0], [row_of(second, phone="0124"), row_of(first)])
    harness.post.write(unit, files={"PL02-c.xlsx": worse})
    harness.work()
    assert harness.stage("U01") == "correction", "another value is another error"


def test_a_unit_asks_for_time_and_hr_decides(harness: Company) -> None:
    """The request carries its own code: a plain DUYỆT grants exactly that day."""
    unit = harness.address_of("U01")
    harness.post.write(unit, text="Gia han 25/05\nDo nhiều người đi công tác.", answers=harness.post.last(unit))
    harness.work()
    assert "25/05/2021" in str(harness.post.last(HR)["Subject"])
    assert "trước ngày 20/05/2021" in body(harness.post.last(unit))
    request = harness.post.last(HR)
    harness.post.write(HR, text=f"DUYỆT\n{quoted(request)}", answers=request)
    harness.work()
    assert "đến hết ngày 25/05/2021" in body(harness.post.last(unit))
    assert "Đã gia hạn cho U01" in body(harness.post.last(HR))
    assert "đến hết ngày 25/05/2021" in body(harness.post.last(HR))
    assert "Chưa thực hiện" in order(harness, "GIA HẠN U01 01/05/2021")
    assert "26/05/2021" in order(harness, "GIA HẠN U01 26/05/2021")
    harness.post.write(unit, text="Xin gia hạn", answers=harness.post.last(unit))
    harness.work()
    assert "GIA HẠN 02/06/2021" in body(harness.post.last(unit))


def test_a_unit_with_more_time_reads_its_own_day_everywhere(harness: Company) -> None:
    """Extended to 28/05, then MẪU: the mail and its calendar entry say that day, and the blank list no other."""
    unit = harness.address_of("U01")
    assert "28/05/2021" in order(harness, "GIA HẠN U01 28/05/2021")
    harness.post.write(unit, text="mẫu", answers=harness.post.last(unit))
    harness.work()
    answer = harness.post.last(unit)
    assert "đến hết ngày 28/05/2021" in body(answer) and "20/05/2021" not in body(answer)
    files = {str(part.get_filename()): part.get_payload(decode=True) for part in answer.iter_attachments()}
    entry, book = files["han-nop-ho-so.ics"], files["phu-luc-02-U01.xlsx"]
    assert isinstance(entry, bytes) and isinstance(book, bytes)
    assert b"DTSTART;VALUE=DATE:20210528" in entry
    said = "\n".join(str(cell.value) for sheet in load_workbook(BytesIO(book)) for row in sheet.rows for cell in row)
    assert "ĐƠN VỊ" in said.upper()
    assert not re.search(r"\b(19|20)/0?5/2021", said)


def test_a_units_other_words_are_answered(harness: Company) -> None:
    """State, template, and how to report a worker who cannot take part."""
    unit = harness.address_of("U01")
    for text, said in (
        ("TÌNH TRẠNG", "Tình hình hồ sơ"),
        ("mẫu", "Gửi lại mẫu"),
        ("KHÔNG THỰC HIỆN ĐƯỢC: chị Hoa nghỉ thai sản", "chưa thực hiện được"),
    ):
        harness.post.write(unit, text=text, answers=harness.post.last(unit))
        harness.work()
        assert said in title_of(harness.post.last(unit))
    assert "Lý do chưa thực hiện được" in body(harness.post.last(unit))


def test_hr_pauses_lets_go_on_and_reminds(harness: Company) -> None:
    """Each command is answered with what was done; one reminder a day at the most."""
    assert "Đã nhắc U01" in order(harness, "“Nhắc” u01.")
    assert "đã được nhắc trong hôm nay" in order(harness, "NHẮC U01")
    assert "Đã tạm dừng gửi thư đến U02" in order(harness, "tam dung U02")
    assert "đang được tạm dừng" in order(harness, "NHẮC U02")
    assert "Đã tiếp tục gửi thư đến U02" in order(harness, "TIẾP TỤC U02")
    assert "không có đơn vị nào" in order(harness, "NHẮC U77")
    many = order(harness, "\n".join(["NHẮC U01"] * (MOST_ORDERS + 3)))
    assert many.count("Không nhắc thêm") == MOST_ORDERS
    assert "mỗi thư chỉ nhận 20 lệnh: NHẮC U01; NHẮC U01; NHẮC U01" in many


def test_hrs_address_alone_changes_nothing(harness: Company) -> None:
    """No code, somebody else's code, a code used before: nothing is done, and the answer goes to HR only."""
    harness.post.write(HR, text="TẠM DỪNG")
    harness.work()
    refused = harness.post.last(HR)
    assert "Chưa thực hiện" in body(refused)
    harness.post.write(HR, text=f"TẠM DỪNG\n{quoted(refused)}", answers=refused)
    harness.work()
    assert "Đã tạm dừng gửi thư đến tất cả" in body(harness.post.last(HR))
    harness.post.write(HR, text=f"TIẾP TỤC\n{quoted(refused)}", answers=refused)
    harness.work()
    assert "Chưa thực hiện" in body(harness.post.last(HR))
    harness.clock.pass_by(days=20)
    late = harness.post.last(HR)
    harness.post.write(HR, text=f"TIẾP TỤC\n{quoted(late)}", answers=late)
    harness.work()
    assert "Chưa thực hiện" in body(harness.post.last(HR))
    with harness.service.ledger.transaction() as transaction:
        assert transaction.decisions.paused_at(CAMPAIGN) is not None


def test_unknown_words_of_hr_get_the_list_once(harness: Company) -> None:
    """The second mail of the day gets one line, and a word of thanks nothing."""
    before = len(harness.post.mails(HR))
    for text in ("KIỂM TRA U01", "Xem giúp chị với", "Cảm ơn"):
        harness.post.write(HR, text=text)
        harness.work()
    told, again = map(body, harness.post.mails(HR)[before:])
    assert "BỎ QUA số lý do" in told
    assert "Chưa hiểu lệnh" in again and "BỎ QUA số lý do" not in again
