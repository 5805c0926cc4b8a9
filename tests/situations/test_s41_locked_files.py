"""Locked files (S41): named, never asked the password of by mail; one that comes all the same opens them."""

from __future__ import annotations

import io
import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from service.core.records import MailState
from service.settings.campaign_files import read_campaign_folder
from tests.support.papers import roster, row_of, scan_of
from tests.support.whole_service import CAMPAIGN, HR, ROOT, Company, company

SECRET = "Hoa-Sen/2021"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as small:
        small.launch()
        yield small


def locked(office: Company, **changes: str) -> bytes:
    unit = office.folder.units[0]
    rows = [row_of(worker, **changes) for worker in office.folder.workers["U01"]]
    written = io.BytesIO()
    OOXMLFile(io.BytesIO(roster(office.folder.campaign, unit, rows))).encrypt(SECRET, written)
    return written.getvalue()


def versions(office: Company) -> int:
    return next(each.roster_version for each in office.service.status() if each.unit == "U01")


def answer(office: Company) -> str:
    body = office.post.last(office.address_of("U01")).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def traces(office: Company, state: Path) -> list[str]:
    """Files in which the password stands, besides the raw mails themselves."""
    with office.service.ledger.transaction() as books:
        raw = {books.mails.get(number).sha256 for number in (1, 2)}
    found = (file for file in state.rglob("*") if file.is_file() and file.name.partition(".")[0] not in raw)
    return [str(file) for file in found if SECRET.encode() in file.read_bytes()]


def test_s41_a_password_in_the_next_mail_opens_the_workbook_and_is_kept_nowhere(
    office: Company, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The locked one is named and no password asked for; the next mail's is used and stands in no file, log or mail."""
    caplog.set_level(logging.DEBUG, logger="service")
    contact = office.address_of("U01")
    office.post.write(contact, files={"PL02.xlsx": locked(office)})
    office.work()
    assert "PL02.xlsx" in answer(office)
    assert "xin không gửi mật khẩu qua thư" in answer(office)
    assert versions(office) == 0
    office.post.write(contact, subject=f"Mật khẩu: {SECRET}", text=f"Kính gửi Ban Nhân sự,\n\nMật khẩu: {SECRET}\n")
    office.work()
    assert versions(office) == 1
    assert "không mở được" not in answer(office)
    with office.service.ledger.transaction() as books:
        mails = [books.mails.get(number) for number in (1, 2)]
    assert [mail.locked for mail in mails] == [(), ()], "nothing waits for a password any more"
    assert traces(office, tmp_path / "state") == []
    assert SECRET not in caplog.text
    assert not any(SECRET in mail.as_string() for address in (contact, HR) for mail in office.post.mails(address))


def test_s41_errors_of_an_opened_workbook_come_back_in_it(office: Company) -> None:
    """Opened later, it is answered as any other: with its errors marked in the workbook, without the lock."""
    contact = office.address_of("U01")
    office.post.write(contact, files={"PL02.xlsx": locked(office, phone="12")})
    office.post.write(contact, text=f"Em gửi lại ạ.\nmk: {SECRET}\nTrân trọng.")
    office.work()
    assert versions(office) == 1
    (returned,) = [
        part for part in office.post.last(contact).iter_attachments() if (part.get_filename() or "").endswith(".xlsx")
    ]
    assert bytes(returned.get_content()).startswith(b"PK"), "an open workbook, not an encrypted one"


def test_s41_a_wrong_password_leaves_it_waiting_for_the_right_one(office: Company) -> None:
    """The answer says again that the file is locked; the next try opens it. Another unit's password opens nothing."""
    contact = office.address_of("U01")
    office.post.write(contact, files={"PL02.xlsx": locked(office)})
    office.work()
    office.post.write(office.address_of("U02"), text=f"Mật khẩu: {SECRET}")
    office.post.write(contact, text="Mật khẩu: sai-roi-123")
    office.work()
    assert versions(office) == 0
    assert "PL02.xlsx" in answer(office)
    office.post.write(contact, text=f"Password: {SECRET}")
    office.work()
    assert versions(office) == 1


def test_s41_a_password_that_comes_before_its_file_opens_it(office: Company, tmp_path: Path) -> None:
    """Looked for again in the unit's own last mails, and still kept nowhere; another unit's opens nothing."""
    office.post.write(office.address_of("U01"), text=f"Mật khẩu: {SECRET}")
    office.post.write(office.address_of("U02"), files={"PL02.xlsx": locked(office)})
    office.work()
    assert "PL02.xlsx" in str(office.post.last(office.address_of("U02")).get_body(("plain",)))
    office.post.write(office.address_of("U01"), files={"PL02.xlsx": locked(office)})
    office.work()
    assert versions(office) == 1
    assert traces(office, tmp_path / "state") == []


def test_s41_a_password_of_weeks_ago_is_not_looked_for(office: Company) -> None:
    """After the wait the file is named as locked, as without any."""
    office.post.write(office.address_of("U01"), text=f"Mật khẩu: {SECRET}")
    office.work()
    office.clock.pass_by(days=15)
    office.post.write(office.address_of("U01"), files={"PL02.xlsx": locked(office)})
    office.work()
    assert versions(office) == 0
    assert "PL02.xlsx" in answer(office)


def test_s41_a_password_in_the_same_mail_is_tried(office: Company) -> None:
    """Nothing has to be sent again; the declaration beside the locked list is read too."""
    worker = office.folder.workers["U01"][0]
    files = {"PL02.xlsx": locked(office), "to khai.jpg": scan_of(office.folder.campaign, worker)}
    office.post.write(office.address_of("U01"), text=f"Mật khẩu mở tệp là {SECRET}.", files=files)
    office.work()
    assert versions(office) == 1


@pytest.mark.parametrize("heading", ["Mật khẩu tệp", "File passwords"])
def test_s41_agreed_passwords_stand_in_the_list_of_units(tmp_path: Path, heading: str) -> None:
    """Several parted by semicolons; a comma is part of one, and a number is one too."""
    shutil.copytree(ROOT / "config" / "campaigns" / CAMPAIGN, tmp_path / CAMPAIGN)
    book = openpyxl.load_workbook(tmp_path / CAMPAIGN / "units.xlsx")
    sheet = book.worksheets[0]
    place = sheet.max_column + 1
    for row, value in enumerate([heading, "Hoa,Sen/2021; khác", 123456, None], start=1):
        sheet.cell(row, place, value)
    book.save(tmp_path / CAMPAIGN / "units.xlsx")
    units = read_campaign_folder(tmp_path / CAMPAIGN).units
    assert [unit.passwords for unit in units[:3]] == [("Hoa,Sen/2021", "khác"), ("123456",), ()]


def test_s41_a_password_that_the_unit_agreed_on_opens_its_files_silently(tmp_path: Path) -> None:
    """Configured beside the unit: nobody is asked for anything."""
    with company(tmp_path / "state") as office:
        course = office.service.house.campaigns[office.folder.campaign.id]
        units = tuple(replace(unit, passwords=("khác", SECRET)) for unit in course.units)
        agreed = {office.folder.campaign.id: replace(course, units=units)}
        office.service = replace(office.service, house=replace(office.service.house, campaigns=agreed))
        office.launch()
        office.post.write(office.address_of("U01"), files={"PL02.xlsx": locked(office)})
        office.work()
        assert versions(office) == 1
        with office.service.ledger.transaction() as books:
            assert books.mails.get(1).state is MailState.PROCESSED
