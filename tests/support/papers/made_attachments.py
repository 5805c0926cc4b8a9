"""Small files of every kind, made here, and how they look when they were opened."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

from openpyxl import Workbook
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

import service.documents
from service.core.campaigns import ColumnKind, FormField, FormLayout
from service.core.papers import Paper, PaperKind, Problem
from service.documents.common.attachment_limits import Limits
from tests.support.papers.opening import opened_paper

LIMITS = Limits()
FONT = Path(service.documents.__file__).parent / "fonts" / "LiberationSerif-Regular.ttf"
LAYOUT = FormLayout(
    titles=("TỜ KHAI",),
    fields=(
        FormField(key="full_name", kind=ColumnKind.NAME, labels=("Họ và tên",)),
        FormField(key="social_insurance_no", kind=ColumnKind.SOCIAL_INSURANCE_NO, labels=("Mã số BHXH",)),
        FormField(key="citizen_id", kind=ColumnKind.CITIZEN_ID, labels=("Số CCCD",)),
        FormField(key="phone", kind=ColumnKind.PHONE, labels=("Số điện thoại",)),
    ),
    signature_captions=("Người kê khai",),
)


def workbook(*values: str) -> bytes:
    """A small xlsx with these values in its first column."""
    book = Workbook()
    for row, value in enumerate(values or ("Họ và tên",), 1):
        book.worksheets[0].cell(row, 1, value)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def pdf(password: str | None = None) -> bytes:
    """One page with a text layer."""
    pdfmetrics.registerFont(TTFont("Liberation", FONT))
    written = io.BytesIO()
    canvas = Canvas(written, encrypt=password)
    canvas.setFont("Liberation", 13)
    lines = ("TỜ KHAI", "Họ và tên: Nguyễn Văn Thử", "Mã số BHXH: 0123456789", "Số CCCD: 001090012345")
    for number, line in enumerate((*lines, "Số điện thoại: 0912345678")):
        canvas.drawString(80, 760 - 30 * number, line)
    canvas.drawString(350, 400, "Người kê khai")
    canvas.save()
    return written.getvalue()


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    """A plain picture of this size."""
    written = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(written, kind)
    return written.getvalue()


def zipped(**files: bytes) -> bytes:
    """An archive; names are given as keywords, `__` stands for a dot."""
    return zip_of({name.replace("__", "."): content for name, content in files.items()})


def zip_of(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def mail(*attachments: tuple[str, bytes]) -> bytes:
    """A mail with these attachments."""
    message = EmailMessage()
    message["From"], message["Subject"] = "lan@donvi.example", "Chuyển tiếp hồ sơ"
    message.set_content("Kính gửi hồ sơ.")
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def opened(content: bytes, name: str = "tệp", limits: Limits = LIMITS) -> tuple[Paper, ...]:
    return opened_paper(name, content, "application/octet-stream", None, limits)


def kinds(papers: tuple[Paper, ...]) -> list[tuple[tuple[str, ...], PaperKind, Problem | None]]:
    """What a test compares: path, kind, problem."""
    return [(paper.path, paper.kind, paper.problem) for paper in papers]
