"""A reminder over real mail: what is missing, what goes along and what does not, the answer of one line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from service.core.hr_decisions import Extend
from tests.support.harness.whole_service import CAMPAIGN, HR, Company, company, title_of
from tests.support.papers.filled_papers import roster, row_of

UID = "UID:vssid-2021-U01@vnpt-it.example"


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state", units=("U01",), workers=2) as running:
        running.launch()
        yield running


def files(mail: EmailMessage) -> dict[str, bytes]:
    return {str(part.get_filename()): part.get_payload(decode=True) for part in mail.iter_attachments()}  # type: ignore[misc]  # bytes of a leaf


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_unit_with_corrections_gets_its_last_version_back_with_the_reminder(harness: Company) -> None:
    """Named is what is missing; enclosed is the workbook with its errors marked; the calendar entry is as it was."""
    open_campaign = harness.service.open_campaign("vssid-2021")
    workers = open_campaign.workers["U01"]
    rows = [row_of(workers[0]), row_of(workers[1], phone="12")]
    sheet = roster(open_campaign.campaign, open_campaign.units[0], rows)
    harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": sheet})
    harness.work()
    harness.clock.go_to("2021-05-12T09:00")
    harness.tick()
    reminder = harness.post.last(harness.address_of("U01"))
    assert "Nhắc tiến độ" in title_of(reminder)
    assert "Chỉnh sửa 1 nội dung trong Phụ lục 02" in text(reminder)
    assert "đến hết thứ Tư, ngày 19/05/2021" in text(reminder)
    enclosed = files(reminder)
    assert sorted(enclosed) == ["PL02-can-sua.xlsx"]
    marked = openpyxl.load_workbook(io.BytesIO(enclosed["PL02-can-sua.xlsx"]))
    assert any(cell.comment for row in marked.worksheets[0].iter_rows() for cell in row)


def test_a_unit_that_has_sent_nothing_gets_the_papers_to_fill_in_once_more(harness: Company) -> None:
    """The blanks of the opening mail, named in the text; no letter, no guide, no calendar entry."""
    harness.clock.go_to("2021-05-12T09:00")
    harness.tick()
    reminder = harness.post.last(harness.address_of("U01"))
    blanks = ["phu-luc-02-U01.xlsx", "to-khai-mau-so-01.docx", "to-khai-mau-so-01.pdf"]
    assert sorted(files(reminder)) == blanks
    assert all(name in text(reminder) for name in blanks)
    opening = files(harness.post.mails(harness.address_of("U01"))[0])
    assert all(files(reminder)[name] == opening[name] for name in blanks if name.endswith("pdf"))


def entries(harness: Company, unit: str) -> list[tuple[str, ...]]:
    """Every calendar entry that the unit got: its lines that tell one version from another, and its Content-Type."""
    found = []
    for mail in harness.post.mails(harness.address_of(unit)):
        for part in mail.iter_attachments():
            if part.get_content_type() == "text/calendar":
                lines = str(part.get_payload(decode=True).decode()).split("\r\n")  # type: ignore[union-attr]  # bytes of a leaf
                said = (line for line in lines if line.startswith(("METHOD", "UID", "SEQUENCE", "DTSTART")))
                found.append((str(part["Content-Type"].params["method"]), *said))
    return found


def test_the_calendar_entry_goes_out_again_only_when_its_day_has_changed(harness: Company) -> None:
    """Opening, two extensions, reminders in between: the same entry, its sequence one higher each time."""
    for day, until in ((12, None), (12, date(2021, 5, 26)), (20, None), (21, date(2021, 6, 2)), (31, None)):
        harness.clock.go_to(f"2021-05-{day}T09:00")
        harness.tick()
        if until is not None:
            harness.service.decide(Extend(unit="U01", until=until), by="admin", campaign=CAMPAIGN)
            harness.work()
    assert entries(harness, "U01") == [
        ("PUBLISH", "METHOD:PUBLISH", UID, f"SEQUENCE:{number}", f"DTSTART;VALUE=DATE:{day}")
        for number, day in enumerate(("20210519", "20210526", "20210602"))
    ]
    subjects = [str(mail["Subject"]) for mail in harness.post.mails(harness.address_of("U01"))]
    assert len(subjects) > 4, "reminders went out as well"


def test_already_sent_is_answered_with_what_is_here(harness: Company) -> None:
    """One line in answer to the reminder: where the unit stands, and HR is not bothered."""
    harness.clock.go_to("2021-05-12T09:00")
    harness.tick()
    mine = harness.address_of("U01")
    before = len(harness.post.mails(HR))
    harness.post.write(mine, text="ĐÃ GỬI\n\n> Có thể trả lời nhanh", answers=harness.post.last(mine))
    harness.work()
    answer = harness.post.last(mine)
    assert "Tình hình hồ sơ của đơn vị" in title_of(answer)
    assert "Phụ lục 02: chưa nhận được" in text(answer)
    assert len(harness.post.mails(HR)) == before


def test_a_reminder_at_hrs_word_carries_what_the_clocks_own_carries(harness: Company) -> None:
    """ "NHẮC U01": the marked workbook while corrections are open, and nothing besides; nobody else gets it."""
    open_campaign = harness.service.open_campaign("vssid-2021")
    workers = open_campaign.workers["U01"]
    rows = [row_of(workers[0]), row_of(workers[1], phone="12")]
    harness.post.write(
        harness.address_of("U01"), files={"PL02.xlsx": roster(open_campaign.campaign, open_campaign.units[0], rows)}
    )
    harness.work()
    harness.post.write(HR, text="TÌNH TRẠNG")
    harness.work()
    board = harness.post.last(HR)
    code = "\n".join(f"> {line}" for line in text(board).splitlines())
    harness.post.write(HR, text=f"NHẮC U01\n{code}", answers=board)
    harness.work()
    assert "Đã nhắc U01" in text(harness.post.last(HR))
    reminder = harness.post.last(harness.address_of("U01"))
    assert "Nhắc tiến độ" in title_of(reminder)
    assert "Kèm theo thư là Phụ lục 02 đơn vị gửi gần nhất, đã đánh dấu" in text(reminder)
    assert sorted(files(reminder)) == ["PL02-can-sua.xlsx"]
    assert reminder["Cc"] is None
