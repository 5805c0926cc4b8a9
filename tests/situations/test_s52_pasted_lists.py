"""A mail without attachment whose words hold the list as a table (S52): taken when it surely is the unit's own list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from io import BytesIO

import openpyxl
import pytest

from service.core.units import Worker
from tests.campaign.test_small_campaign import body
from tests.support.harness.whole_service import HR, Company, company
from tests.support.mails.pasted_tables import GREETING, QUOTING, SIGNATURE, as_excel_table, as_tabbed_text, lines
from tests.support.papers.filled_papers import roster, row_of


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """One service for all these mails; each test writes from a unit of its own."""
    units = ("U01", "U02", "U03", "U04", "U05", "U06")
    with company(tmp_path_factory.mktemp("pasted") / "state", units=units, workers=3) as small:
        yield small


def people(harness: Company, unit: str) -> Sequence[Worker]:
    return harness.folder.workers[unit]


def sent(harness: Company, unit: str, html: str | None, **mail: object) -> EmailMessage:
    """The unit's newest mail after it wrote this one."""
    harness.post.write(harness.address_of(unit), html=html, **mail)  # type: ignore[arg-type]  # passed on as they are
    harness.work()
    return harness.post.last(harness.address_of(unit))


def standing(harness: Company, unit: str) -> tuple[int, int]:
    """(version, workers) of the unit's list."""
    progress = next(each for each in harness.service.status() if each.unit == unit)
    return progress.roster_version, progress.workers


def sheets(mail: EmailMessage) -> list[tuple[str, openpyxl.Workbook]]:
    return [
        (part.get_filename() or "", openpyxl.load_workbook(BytesIO(part.get_content())))
        for part in mail.iter_attachments()
        if (part.get_filename() or "").endswith(".xlsx")
    ]


def test_s52_a_pasted_list_is_taken_and_its_errors_come_back_as_a_workbook(running: Company) -> None:
    """From Excel into Outlook, between greeting and signature; a reply that quotes our errors hands nothing in."""
    rows = lines(running.folder.campaign, people(running, "U01"), phone="0912")
    page = QUOTING["Outlook"].format(own=GREETING + as_excel_table(rows) + SIGNATURE, earlier="<p>Phụ lục 02</p>")
    answer = sent(running, "U01", page)
    assert standing(running, "U01") == (1, 3)
    assert "được đọc từ bảng dán trong nội dung thư" in body(answer)
    ((name, marked),) = sheets(answer)
    assert name.startswith("bang-trong-thu")
    cells = [str(cell.value) for row in marked.worksheets[0].iter_rows() for cell in row if cell.comment]
    assert cells == ["0912"]
    ours = answer.get_body(("html",))
    assert ours is not None and "<table" in ours.get_content()
    for program, quoting in QUOTING.items():
        reply = quoting.format(own="<p>Em đã nhận, em sẽ sửa ngay.</p>", earlier=ours.get_content())
        sent(running, "U01", reply, text="Em đã nhận, em sẽ sửa ngay.", answers=answer)
        assert standing(running, "U01") == (1, 3), program


def test_s52_lines_with_tabs_in_a_plain_mail_are_a_list(running: Company) -> None:
    """What the clipboard gives to a program without tables; the same mail again makes no second version."""
    rows = lines(running.folder.campaign, people(running, "U02"))
    text = f"Kính gửi Ban Nhân sự,\n\nDanh sách của đơn vị:\n\n{as_tabbed_text(rows)}\n\nTrân trọng."
    answer = sent(running, "U02", None, text=text)
    assert standing(running, "U02") == (1, 3)
    assert sheets(answer) == []
    sent(running, "U02", None, text=text)
    assert standing(running, "U02") == (1, 3)


def test_s52_an_attached_list_goes_before_a_pasted_one(running: Company) -> None:
    """The file counts, with its three people, and the answer says that the table was not used."""
    campaign, unit = running.folder.campaign, next(unit for unit in running.folder.units if unit.code == "U03")
    attached = roster(campaign, unit, [row_of(worker) for worker in people(running, "U03")])
    rows = lines(campaign, people(running, "U04"))
    answer = sent(running, "U03", GREETING + as_excel_table(rows), files={"PL02.xlsx": attached})
    assert standing(running, "U03") == (1, 3)
    assert all(worker.name not in body(answer) for worker in people(running, "U04"))
    assert "đã dùng tệp “PL02.xlsx”, chưa dùng bảng trong nội dung thư" in body(answer)


def test_s52_tables_that_are_no_list_are_words(running: Company) -> None:
    """A signature, a contact's line, a heading without people, and a case that a question shows."""
    (heading, *rows) = lines(running.folder.campaign, people(running, "U05"))
    contact = [["Họ và tên", "Điện thoại", "Email"], ["Nguyễn Thị Hoa", "0912345678", "hoa@vnpt-it.example"]]
    case = [["Họ và tên", "Ngày sinh", "Mã số BHXH"], [rows[0][1], "01/01/1990", "0123456789"]]
    sent(running, "U05", GREETING + SIGNATURE)
    sent(running, "U05", f"<p>Đầu mối của đơn vị:</p>{as_excel_table(contact)}", text="Đầu mối của đơn vị: xem bảng.")
    sent(running, "U05", GREETING + as_excel_table([heading, ["Tổng cộng", "", "0"]]))
    asked = "Cho hỏi trường hợp này điền thế nào?"
    sent(running, "U05", f"<p>{asked}</p>{as_excel_table(case)}", text=asked)
    assert standing(running, "U05") == (0, 0)
    assert asked in "".join(body(mail) for mail in running.post.mails(HR)), "HR answers the question"


def test_s52_a_forwarded_list_is_not_the_senders(running: Company) -> None:
    """Somebody else's table below a few words: not taken, and the mail is answered as one without a list."""
    rows = as_excel_table(lines(running.folder.campaign, people(running, "U06")))
    page = QUOTING["Gmail, forwarded"].format(own="<p>Kính chuyển phòng xem.</p>", earlier=rows)
    sent(running, "U06", page, text="Kính chuyển phòng xem.")
    assert standing(running, "U06") == (0, 0)
