"""A small package for tests: three units, their rows and forms."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from service.core.campaigns import Campaign
from service.core.progress.packages import PackageForm, PackageUnit
from service.core.progress.progress import Progress
from service.core.sentences import Wording
from service.core.units import Unit
from service.mail.outgoing.catalogue import load_wording
from tests.support.harness import bundled_campaign, campaigns

ROOT = Path(__file__).parents[3]
NOW = datetime(2021, 5, 21, 9, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
CORNER = (220, 30, 30)
"""Colour of the mark in the upper left corner of every form."""


def campaign() -> Campaign:
    """The bundled campaign with its words and its columns."""
    roster = campaigns.bundled_campaign()
    return dataclasses.replace(
        bundled_campaign.bundled_campaign(), columns=roster.columns, discrepancy=roster.discrepancy
    )


def wording(language: str = "vi") -> Wording:
    return load_wording(ROOT / "mail_templates", "none", language)


def worker(number: int, **others: str) -> dict[str, str]:
    """A row in canonical values."""
    return {
        "ordinal": str(number),
        "full_name": f"Nguyễn Thị Thử {number}",
        "birth_date": "1990-04-05",
        "gender": "Nữ",
        "citizen_id": f"00119000{number:04d}",
        "social_insurance_no": f"01234567{number:02d}",
        "phone": f"09123456{number:02d}",
        "email": f"thu{number}@vnpt-it.example",
        "registered_on": "2021-05-04",
        "vssid_installed": "true",
        "declaration_signed": "true",
        **others,
    }


def picture(turn: int, *, kind: str = "JPEG", size: tuple[int, int] = (620, 877), orientation: int = 1) -> bytes:
    """A form with a red mark in its upper left corner, turned clockwise by so many degrees."""
    page = Image.new("RGB", size, "white")
    ImageDraw.Draw(page).rectangle((20, 20, 200, 200), fill=CORNER)
    exif = Image.Exif()
    exif[0x0112] = orientation
    written = io.BytesIO()
    page.rotate(-turn, expand=True).save(written, kind, exif=exif)
    return written.getvalue()


def pdf(*pages: str) -> bytes:
    """A PDF with one line of text on each page."""
    written = io.BytesIO()
    canvas = Canvas(written, invariant=1)
    for line in pages:
        canvas.drawString(80, 700, line)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def form(
    content: bytes, media_type: str = "image/jpeg", *, row: int = 8, page: int = 1, rotation: int = 0
) -> PackageForm:
    name = f"Nguyễn Thị Thử {row - 7}"
    return PackageForm(worker=name, row=row, content=content, media_type=media_type, page=page, rotation=rotation)


def unit(number: int, rows: Sequence[dict[str, str]], forms: Sequence[PackageForm] = ()) -> PackageUnit:
    code = f"U{number:02d}"
    return PackageUnit(
        unit=Unit(
            code=code,
            name=f"Trung tâm Số {number}",
            addresses=(f"{code.lower()}@vnpt-it.example",),
            contact="Lê Thị Mối",
        ),
        rows=tuple(rows),
        forms=tuple(forms),
        progress=Progress(unit=code, roster_version=1, workers=len(rows)),
    )


def three_units() -> tuple[PackageUnit, ...]:
    """One with everything, one with a formula in a cell and someone who could not, one without forms."""
    first = unit(
        1,
        [
            worker(1),
            worker(2, discrepancy_kind="Thẻ BHYT", discrepancy_vssid="Bệnh viện A", discrepancy_actual="Bệnh viện B"),
        ],
        [form(pdf("FORM ONE", "FORM TWO"), "application/pdf", page=2), form(picture(90), rotation=90, row=9)],
    )
    second = unit(
        2,
        [
            worker(3, note='=HYPERLINK("http://x.example","x")'),
            worker(
                4,
                discrepancy_kind="quá trình công tác",
                discrepancy_vssid="@thiếu",
                discrepancy_actual="+1",
                period_from="2010-01",
            ),
            {"full_name": "Trần Văn Nghỉ", "not_possible_reason": "Nghỉ thai sản"},
        ],
        [form(picture(0), row=10)],
    )
    third = unit(
        3, [worker(5, birth_date="1985", discrepancy_kind="Lạ", discrepancy_vssid="a", discrepancy_actual="b")]
    )
    return first, second, third
