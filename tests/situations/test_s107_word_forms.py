"""S107: a form in Word, with a household table in it, is no list and no scan; a list in Word stays a list."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from service.documents.workbooks.word_forms import is_word_form
from tests.support.harness.whole_service import Company, company
from tests.support.papers.filled_papers import roster, row_of

UNIT = "U01"


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def household(*, labels: list[str]) -> bytes:
    """A filled form with the people of a household in a table."""
    document = Document()
    for text in ("BẢN KHAI THÔNG TIN NGƯỜI LAO ĐỘNG", *labels, "Phụ lục: thành viên gia đình"):
        document.add_paragraph(text)
    table = document.add_table(rows=1, cols=5)
    for cell, text in zip(
        table.rows[0].cells, ("STT", "Họ và tên", "Mã số BHXH", "Ngày sinh", "Giới tính"), strict=True
    ):
        cell.text = text
    for number, name in enumerate(("Đỗ Văn Ông", "Đỗ Thị Bà"), 1):
        for cell, text in zip(
            table.add_row().cells, (str(number), name, f"012300012{number}", "01/02/1955", "Nam"), strict=True
        ):
            cell.text = text
    return saved(document)


LABELS = ["1. Họ và tên: Đỗ Văn Con", "2. Giới tính: Nam      3. Ngày sinh: 03/04/1990", "4. Quốc tịch: Việt Nam"]


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as running:
        running.launch()
        yield running


def send(harness: Company, name: str, content: bytes) -> str:
    contact = harness.address_of(UNIT)
    harness.post.write(contact, text="Đơn vị gửi bổ sung.", files={name: content}, answers=harness.post.last(contact))
    harness.work()
    part = harness.post.last(contact).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_s107_a_word_form_adds_nobody_to_the_list(harness: Company) -> None:
    """One sentence says what to do with it; the list stays as it was."""
    unit, workers = harness.folder.units[0], harness.folder.workers[UNIT][:2]
    send(harness, "PL02.xlsx", roster(harness.folder.campaign, unit, [row_of(worker) for worker in workers]))
    answer = send(harness, "ban khai.docx", household(labels=LABELS))
    progress = next(each for each in harness.service.status() if each.unit == UNIT)
    assert (progress.roster_version, progress.workers) == (1, 2)
    assert "là biểu mẫu dạng Word" in answer and "in ra" in answer


@pytest.mark.parametrize(
    "labels",
    [
        LABELS,
        ["Họ và tên ......................", "Ngày tháng năm sinh ................", "Số CCCD ..................."],
        ["[01]. Họ, chữ đệm và tên: ______\t[02]. Giới tính: ____", "[03]. Nơi cư trú: ______"],
    ],
)
def test_s107_filled_or_blank_a_form_is_known_by_its_labels(labels: list[str]) -> None:
    """In one line or several, with colons, dots or lines."""
    assert is_word_form(household(labels=labels))


def test_s107_a_letter_with_a_list_is_no_form() -> None:
    """Its particulars are those of one person to speak to, and the table is the unit's list."""
    assert not is_word_form(household(labels=["Kính gửi: Ban Nhân sự", "Người liên hệ: Đỗ Thị Hoa, điện thoại: …"]))
    assert not is_word_form(household(labels=["Họ và tên đầu mối: Đỗ Thị Hoa", "Email: hoa@office.example"]))
    assert not is_word_form(b"PK no document")
