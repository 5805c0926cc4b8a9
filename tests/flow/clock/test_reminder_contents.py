"""A reminder over real mail: what is missing, the marked workbook, the calendar entry, the answer of one line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from tests.support.harness.whole_service import HR, Company, company
from tests.support.papers.filled_papers import roster, row_of


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
    """Named is what is missing; enclosed are the workbook with its errors marked and one calendar entry."""
    open_campaign = harness.service.open_campaign("vssid-2021")
    workers = open_campaign.workers["U01"]
    rows = [row_of(workers[0]), row_of(workers[1], phone="12")]
    sheet = roster(open_campaign.campaign, open_campaign.units[0], rows)
    harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": sheet})
    harness.work()
    harness.clock.go_to("2021-05-12T09:00")
    harness.tick()
    reminder = harness.post.last(harness.address_of("U01"))
    assert "Nhắc tiến độ" in str(reminder["Subject"])
    assert "Chỉnh sửa 1 nội dung trong Phụ lục 02" in text(reminder)
    assert "đến hết thứ Tư, ngày 19/05/2021" in text(reminder)
    enclosed = files(reminder)
    assert sorted(enclosed) == ["PL02-can-sua.xlsx", "han-nop-ho-so.ics"]
    marked = openpyxl.load_workbook(io.BytesIO(enclosed["PL02-can-sua.xlsx"]))
    assert any(cell.comment for row in marked.worksheets[0].iter_rows() for cell in row)
    entry = enclosed["han-nop-ho-so.ics"].decode()
    assert entry.count("BEGIN:VEVENT") == 1
    assert "DTSTART;VALUE=DATE:20210519" in entry
    assert "SEQUENCE:27" in entry, "it takes the place of the opening mail's entry"


def test_a_unit_without_papers_gets_the_calendar_entry_alone(harness: Company) -> None:
    """Nothing to correct: no workbook."""
    harness.clock.go_to("2021-05-12T09:00")
    harness.tick()
    assert sorted(files(harness.post.last(harness.address_of("U01")))) == ["han-nop-ho-so.ics"]


def test_already_sent_is_answered_with_what_is_here(harness: Company) -> None:
    """One line in answer to the reminder: where the unit stands, and HR is not bothered."""
    harness.clock.go_to("2021-05-12T09:00")
    harness.tick()
    mine = harness.address_of("U01")
    before = len(harness.post.mails(HR))
    harness.post.write(mine, text="ĐÃ GỬI\n\n> Có thể trả lời nhanh", answers=harness.post.last(mine))
    harness.work()
    answer = harness.post.last(mine)
    assert "Tình hình hồ sơ của đơn vị" in str(answer["Subject"])
    assert "Phụ lục 02: chưa nhận được" in text(answer)
    assert len(harness.post.mails(HR)) == before


def test_a_reminder_at_hrs_word_carries_what_the_clocks_own_carries(harness: Company) -> None:
    """ "NHẮC U01": the marked workbook while corrections are open, and the calendar entry; nobody else gets it."""
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
    assert "Nhắc tiến độ" in str(reminder["Subject"])
    assert "Kèm theo thư là Phụ lục 02 đơn vị gửi gần nhất, đã đánh dấu" in text(reminder)
    assert sorted(files(reminder)) == ["PL02-can-sua.xlsx", "han-nop-ho-so.ics"]
    assert reminder["Cc"] is None
