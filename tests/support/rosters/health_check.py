"""Invented people and lists of the health check campaign, which has no personnel file of its own."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from email.message import EmailMessage

import openpyxl
import pdfplumber

from service.core.campaigns import Campaign

CAMPAIGN = "suc-khoe-2021"
CLINIC = "dat-lich@phongkham.example"
OTHER_CAMPAIGNS_WORDS = re.compile(r"vssid|bhxh|bảo hiểm xã hội|tờ khai|phụ lục 0", re.IGNORECASE)
_NAMES = ("Nguyễn Thị Lan", "Trần Văn Hùng", "Lê Thu Hà", "Phạm Quốc Bảo", "Đỗ Minh Châu", "Vũ Hoài Nam")
_PLACES = ("Cơ sở Hai Bà Trưng", "Cơ sở Cầu Giấy", "Cơ sở Hà Đông", "Khám lưu động tại Công ty")


def person(number: int, **changes: str) -> dict[str, str]:
    """A complete row in canonical values; "" empties a cell."""
    whole = {
        "full_name": _NAMES[number % len(_NAMES)],
        "birth_date": f"19{80 + number % 15}-0{1 + number % 9}-15",
        "gender": "Nữ" if number % 2 == 0 else "Nam",
        "employee_code": f"IT{number + 1:05d}",
        "exam_wanted": "true",
        "exam_date": f"2021-06-{9 + number % 3:02d}",
        "exam_place": _PLACES[number % len(_PLACES)],
        "phone": f"0912{300000 + number}",
    }
    return {key: value for key, value in (whole | changes).items() if value}


def own_list(campaign: Campaign, rows: Sequence[Mapping[str, str]], *, further: str = "") -> bytes:
    """A list that the office made itself: our headings, none of our template's marks; `further`: one more column."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    columns = [column for column in campaign.columns if column.in_template]
    page.append([column.heading for column in columns] + ([further] if further else []))
    for number, row in enumerate(rows, start=1):
        said = {**row, "ordinal": str(number)}
        page.append([_typed(said.get(column.key, "")) for column in columns] + (["Dạ dày"] if further else []))
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _typed(value: str) -> str:
    """As people type it: 09/06/2021, X."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return "/".join(reversed(value.split("-")))
    return "X" if value == "true" else value


def words_of(mail: EmailMessage) -> Iterator[tuple[str, str]]:
    """Everything a mail says: (where, words) of its subject, its bodies and its files."""
    yield "subject", str(mail["Subject"])
    for part in mail.walk():
        name = part.get_filename("")
        if part.get_content_maintype() == "text":
            yield name or part.get_content_type(), part.get_content()
        elif name:
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            yield name, name
            yield name, _words_of_file(name, content)


def _words_of_file(name: str, content: bytes) -> str:
    if name.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = (cell for page in book.worksheets for row in page.rows for cell in row)
        said = [f"{cell.value or ''} {cell.comment.text if cell.comment else ''}" for cell in cells]
        return "\n".join([*book.sheetnames, *said])
    if name.endswith(".pdf"):
        with pdfplumber.open(io.BytesIO(content)) as document:
            return "\n".join(page.extract_text() for page in document.pages)
    return ""
