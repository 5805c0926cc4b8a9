"""S65, S24: a unit names its contact, the contact changes, and nobody else gets the workers' numbers."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook, load_workbook

from service.core.contacts import ContactState
from tests.support.harness.whole_service import CAMPAIGN, HR, Company, company, title_of

LAN, DUC = "lan.nt@vnpt-it.example", "duc.vm@vnpt-it.example"
NAMED = (
    "Kính gửi Ban Nhân sự,\nĐơn vị cử đồng chí Nguyễn Thị Lan, điện thoại 0912 345 678, email lan.nt@vnpt-it.example."
)
CHANGED = "Đơn vị thay đổi đầu mối từ chị Nguyễn Thị Lan sang anh Vũ Minh Đức, đt 0987654321, duc.vm@vnpt-it.example"


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state", more_people=(LAN, DUC, "la@ngoai.example")) as running:
        running.launch()
        yield running


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def rosters(mail: EmailMessage) -> list[bytes]:
    return [
        part.get_payload(decode=True)  # type: ignore[misc]  # an attachment's payload is bytes
        for part in mail.iter_attachments()
        if str(part.get_filename()).endswith(".xlsx")
    ]


def said_in(workbook: bytes) -> str:
    rows = load_workbook(io.BytesIO(workbook)).worksheets[0].iter_rows(values_only=True)
    return "\n".join(str(value) for row in rows for value in row if value)


def history(harness: Company, unit: str) -> list[tuple[str, ContactState]]:
    with harness.service.ledger.transaction() as transaction:
        return [(each.nominee.address, each.state) for each in transaction.people.contacts(CAMPAIGN, unit)]


def test_s65_the_contact_is_named_changed_and_the_history_kept(harness: Company) -> None:
    """The new one is confirmed and gets the list, the old one is told, and only a confirmed contact has the numbers."""
    unit = harness.address_of("U01")
    numbers = [worker.values["social_insurance_no"] for worker in harness.folder.workers["U01"]]
    harness.post.write(unit, text=NAMED, answers=harness.post.last(unit))
    harness.work()
    assert "Nguyễn Thị Lan" in body(harness.post.last(unit))
    assert rosters(harness.post.last(unit)) == []
    welcome = harness.post.last(LAN)
    assert "02 người lao động" in body(welcome)
    assert all(number in said_in(rosters(welcome)[0]) for number in numbers)
    assert not any(number in body(welcome) for number in numbers)
    harness.post.write(LAN, text=CHANGED, answers=welcome)
    harness.work()
    assert "Vũ Minh Đức" in body(harness.post.last(LAN))
    assert rosters(harness.post.last(LAN)) == []
    assert len(rosters(harness.post.last(DUC))) == 1
    assert history(harness, "U01") == [(LAN, ContactState.FORMER), (DUC, ContactState.CURRENT)]
    harness.post.write(LAN, text=NAMED, answers=harness.post.last(LAN))
    harness.work()
    assert "đầu mối cũ" in body(harness.post.last(HR)), "who was replaced does not take the place back by herself"
    assert history(harness, "U01")[1:] == [(DUC, ContactState.CURRENT), (LAN, ContactState.PROPOSED)]


def test_s65_an_address_outside_the_company_waits_for_hr(harness: Company) -> None:
    """Nothing goes out until HR says DUYỆT with the code; the code is good once."""
    unit = harness.address_of("U01")
    text = "Đơn vị cử chị Trần Thu Hà, 0912345678, email la@ngoai.example làm đầu mối"
    harness.post.write(unit, text=text, answers=harness.post.last(unit))
    harness.work()
    asked = harness.post.last(HR)
    assert "không thuộc hệ thống thư" in body(asked)
    assert harness.post.mails("la@ngoai.example") == []
    harness.post.write(HR, text="DUYỆT", answers=asked)
    harness.work()
    assert "mã dùng một lần" in body(harness.post.last(HR))
    assert harness.post.mails("la@ngoai.example") == [], "without the code nothing is done"
    quoted = "\n".join(f"> {line}" for line in body(asked).splitlines())
    harness.post.write(HR, text=f"Duyệt\n\n{quoted}", answers=asked)
    harness.work()
    assert "Đã xác nhận đầu mối" in body(harness.post.last(HR))
    assert len(rosters(harness.post.last("la@ngoai.example"))) == 1
    harness.post.write(HR, text=f"TỪ CHỐI\n\n{quoted}", answers=asked)
    harness.work()
    assert history(harness, "U01") == [("la@ngoai.example", ContactState.CURRENT)]


def test_s65_a_sheet_names_the_contact_and_a_scan_waits_for_a_person(harness: Company) -> None:
    """The sheet is read; the scan is shown to HR with the command that answers it."""
    unit = harness.address_of("U01")
    book = Workbook()
    page = book.worksheets[0]
    page.title = "Đầu mối"
    for row in (("Họ và tên", "Nguyễn Thị Lan"), ("Điện thoại", 912345678), ("Email", LAN)):
        page.append(row)
    saved = io.BytesIO()
    book.save(saved)
    harness.post.write(unit, files={"dau moi.xlsx": saved.getvalue()}, answers=harness.post.last(unit))
    harness.work()
    assert history(harness, "U01") == [(LAN, ContactState.CURRENT)]
    other = harness.address_of("U02")
    harness.post.write(other, subject="Cử đầu mối", files={"quyet dinh cu dau moi.png": _scan()})
    harness.work()
    asked = harness.post.last(HR)
    assert "ĐẦU MỐI U02" in body(asked)
    assert [part.get_filename() for part in asked.iter_attachments()] == ["quyet dinh cu dau moi.png"]
    assert "chờ" in title_of(harness.post.last(other))


def test_s24_a_nomination_from_a_private_mailbox_names_nobody(harness: Company) -> None:
    """It is held, the registered contact is told, the writer gets nothing."""
    harness.post.write("la@ngoai.example", subject="[VSSID-2021 U01] Cử đầu mối", text=NAMED)
    harness.work()
    assert history(harness, "U01") == []
    assert harness.post.mails("la@ngoai.example") == []
    assert "chưa đăng ký" in str(harness.post.last(harness.address_of("U01"))["Subject"])


def test_s65_a_name_that_nothing_proves_is_left_to_hr(harness: Company) -> None:
    """A registered address as sender is easily forged: the numbers do not go to a new address for that alone."""
    harness.post.write(harness.address_of("U01"), text=NAMED)
    harness.work()
    assert history(harness, "U01") == [(LAN, ContactState.PROPOSED)]
    assert harness.post.mails(LAN) == []


def _scan() -> bytes:
    from PIL import Image, ImageDraw

    picture = Image.new("L", (1240, 1754), 255)
    ImageDraw.Draw(picture).text((200, 300), "QUYET DINH", fill=0)
    saved = io.BytesIO()
    picture.save(saved, "PNG")
    return saved.getvalue()


def test_s65_a_sealed_list_opens_with_the_password_that_only_hr_gets(tmp_path: Path) -> None:
    """Nothing of the numbers is in the clear; the password is in no mail to the contact or the unit."""
    with company(tmp_path / "state", units=("U01",), more_people=(LAN,), encrypt_roster=True) as harness:
        harness.launch()
        unit = harness.address_of("U01")
        harness.post.write(unit, text=NAMED, answers=harness.post.last(unit))
        harness.work()
        (sealed,) = rosters(harness.post.last(LAN))
        told = body(harness.post.last(HR))
        password = next(line.strip() for line in told.splitlines() if re.fullmatch(r"\s*\w{4}-\w{4}-\w{4}\s*", line))
        plain = io.BytesIO()
        opened = OOXMLFile(io.BytesIO(sealed))
        opened.load_key(password=password)
        opened.decrypt(plain)
        number = harness.folder.workers["U01"][0].values["social_insurance_no"]
        assert number in said_in(plain.getvalue())
        assert number.encode() not in sealed
        assert all(password not in body(mail) for who in (LAN, unit) for mail in harness.post.mails(who))
