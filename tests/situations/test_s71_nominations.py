"""S71 and its brothers: who is named as contact beside our own blank sheet, and who is not."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.support.harness.whole_service import CAMPAIGN, Company, company


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as running:
        running.launch()
        running.clock.pass_by(hours=2)
        yield running


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def blank_roster(harness: Company, **filled: str) -> bytes:
    """The roster of the opening mail; `filled`: cells of its sheet "Đầu mối"."""
    opening = harness.post.mails(harness.address_of("U01"))[0]
    files = {str(part.get_filename()): part.get_payload(decode=True) for part in opening.iter_attachments()}
    content = next(content for name, content in files.items() if name.endswith(".xlsx"))
    assert isinstance(content, bytes)
    book = load_workbook(BytesIO(content))
    sheet = book["Đầu mối"]
    for place, value in filled.items():
        sheet[place] = value
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def named(harness: Company) -> list[tuple[str, str]]:
    with harness.service.ledger.transaction() as transaction:
        contacts = transaction.people.contacts(CAMPAIGN, "U01")
    return [(each.nominee.name, each.nominee.address) for each in contacts]


def sends(harness: Company, text: str, content: bytes) -> list[str]:
    """The unit answers our mail; the texts of all answers to it."""
    unit = harness.address_of("U01")
    before = len(harness.post.mails(unit))
    harness.post.write(unit, text=text, files={"phu-luc-02.xlsx": content}, answers=harness.post.last(unit))
    harness.work()
    return [body(mail) for mail in harness.post.mails(unit)[before:]]


def test_s71_our_blank_roster_names_nobody(harness: Company) -> None:
    """No word about a contact."""
    said = sends(harness, "Em gửi lại mẫu ạ.", blank_roster(harness))
    assert named(harness) == []
    assert not any("cử đầu mối" in text for text in said)


def test_s71_a_nomination_in_words_beside_a_blank_sheet_is_found(harness: Company) -> None:
    """The sheet says nothing, so the words count."""
    words = "Đơn vị cử đồng chí Đinh Ngọc Ánh, điện thoại 0912 000 111, email anh.dn@vnpt-it.example làm đầu mối."
    sends(harness, words, blank_roster(harness))
    assert named(harness) == [("Đinh Ngọc Ánh", "anh.dn@vnpt-it.example")]


def test_s71_words_complete_a_half_filled_sheet(harness: Company) -> None:
    """The name stands on the sheet, the address in the mail."""
    content = blank_roster(harness, **name_cell(harness, "Đinh Ngọc Ánh"))
    sends(harness, "Email của đầu mối: anh.dn@vnpt-it.example", content)
    assert named(harness) == [("Đinh Ngọc Ánh", "anh.dn@vnpt-it.example")]


def test_s71_a_half_filled_sheet_is_asked_about(harness: Company) -> None:
    """And nobody is appointed."""
    said = sends(harness, "Em gửi ạ.", blank_roster(harness, **name_cell(harness, "Đinh Ngọc Ánh")))
    assert named(harness) == []
    assert any("địa chỉ thư điện tử của Đinh Ngọc Ánh" in text for text in said)


def test_s71_a_name_that_is_none_appoints_nobody(harness: Company) -> None:
    """ "Như cũ"."""
    said = sends(harness, "Em gửi ạ.", blank_roster(harness, **name_cell(harness, "Như cũ")))
    assert named(harness) == []
    assert not any("Như cũ" in text for text in said)


def name_cell(harness: Company, name: str) -> dict[str, str]:
    """The place right of "Họ và tên"."""
    sheet = load_workbook(BytesIO(blank_roster(harness)))["Đầu mối"]
    label = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value or "").startswith("Họ và tên"))
    assert label.row is not None and label.column is not None
    return {sheet.cell(label.row, label.column + 1).coordinate: name}
