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
from tests.support.harness.whole_service import CAMPAIGN, HR, ROOT, Company, company
from tests.support.papers.filled_papers import roster, row_of, scan_of

SECRET = "Hoa-Sen/2021"


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as small:
        small.launch()
        yield small


def locked(harness: Company, **changes: str) -> bytes:
    unit = harness.folder.units[0]
    rows = [row_of(worker, **changes) for worker in harness.folder.workers["U01"]]
    written = io.BytesIO()
    OOXMLFile(io.BytesIO(roster(harness.folder.campaign, unit, rows))).encrypt(SECRET, written)
    return written.getvalue()


def versions(harness: Company) -> int:
    return next(each.roster_version for each in harness.service.status() if each.unit == "U01")


def answer(harness: Company) -> str:
    body = harness.post.last(harness.address_of("U01")).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def traces(harness: Company, state: Path) -> list[str]:
    """Files in which the password stands, besides the raw mails themselves."""
    with harness.service.ledger.transaction() as transaction:
        raw = {transaction.mails.get(number).sha256 for number in (1, 2)}
    found = (file for file in state.rglob("*") if file.is_file() and file.name.partition(".")[0] not in raw)
    return [str(file) for file in found if SECRET.encode() in file.read_bytes()]


def test_s41_a_password_in_the_next_mail_opens_the_workbook_and_is_kept_nowhere(
    harness: Company, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The locked one is named and no password asked for; the next mail's is used and stands in no file, log or mail."""
    caplog.set_level(logging.DEBUG, logger="service")
    contact = harness.address_of("U01")
    harness.post.write(contact, files={"PL02.xlsx": locked(harness)})
    harness.work()
    assert "PL02.xlsx" in answer(harness)
    assert "xin không gửi mật khẩu qua thư" in answer(harness)
    assert versions(harness) == 0
    harness.post.write(contact, subject=f"Mật khẩu: {SECRET}", text=f"Kính gửi Ban Nhân sự,\n\nMật khẩu: {SECRET}\n")
    harness.work()
    assert versions(harness) == 1
    assert "không mở được" not in answer(harness)
    with harness.service.ledger.transaction() as transaction:
        mails = [transaction.mails.get(number) for number in (1, 2)]
    assert [mail.locked for mail in mails] == [(), ()], "nothing waits for a password any more"
    assert traces(harness, tmp_path / "state") == []
    assert SECRET not in caplog.text
    assert not any(SECRET in mail.as_string() for address in (contact, HR) for mail in harness.post.mails(address))


def test_s41_errors_of_an_opened_workbook_come_back_in_it(harness: Company) -> None:
    """Opened later, it is answered as any other: with its errors marked in the workbook, without the lock."""
    contact = harness.address_of("U01")
    harness.post.write(contact, files={"PL02.xlsx": locked(harness, phone="12")})
    harness.post.write(contact, text=f"Em gửi lại ạ.\nmk: {SECRET}\nTrân trọng.")
    harness.work()
    assert versions(harness) == 1
    (returned,) = [
        part for part in harness.post.last(contact).iter_attachments() if (part.get_filename() or "").endswith(".xlsx")
    ]
    assert bytes(returned.get_content()).startswith(b"PK"), "an open workbook, not an encrypted one"


def test_s41_a_wrong_password_leaves_it_waiting_for_the_right_one(harness: Company) -> None:
    """The answer says again that the file is locked; the next try opens it. Another unit's password opens nothing."""
    contact = harness.address_of("U01")
    harness.post.write(contact, files={"PL02.xlsx": locked(harness)})
    harness.work()
    harness.post.write(harness.address_of("U02"), text=f"Mật khẩu: {SECRET}")
    harness.post.write(contact, text="Mật khẩu: sai-roi-123")
    harness.work()
    assert versions(harness) == 0
    assert "PL02.xlsx" in answer(harness)
    harness.post.write(contact, text=f"Password: {SECRET}")
    harness.work()
    assert versions(harness) == 1


def test_s41_a_password_that_comes_before_its_file_opens_it(harness: Company, tmp_path: Path) -> None:
    """Looked for again in the unit's own last mails, and still kept nowhere; another unit's opens nothing."""
    harness.post.write(harness.address_of("U01"), text=f"Mật khẩu: {SECRET}")
    harness.post.write(harness.address_of("U02"), files={"PL02.xlsx": locked(harness)})
    harness.work()
    assert "PL02.xlsx" in str(harness.post.last(harness.address_of("U02")).get_body(("plain",)))
    harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": locked(harness)})
    harness.work()
    assert versions(harness) == 1
    assert traces(harness, tmp_path / "state") == []


def test_s41_a_password_of_weeks_ago_is_not_looked_for(harness: Company) -> None:
    """After the wait the file is named as locked, as without any."""
    harness.post.write(harness.address_of("U01"), text=f"Mật khẩu: {SECRET}")
    harness.work()
    harness.clock.pass_by(days=15)
    harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": locked(harness)})
    harness.work()
    assert versions(harness) == 0
    assert "PL02.xlsx" in answer(harness)


def test_s41_a_password_in_the_same_mail_is_tried(harness: Company) -> None:
    """Nothing has to be sent again; the declaration beside the locked list is read too."""
    worker = harness.folder.workers["U01"][0]
    files = {"PL02.xlsx": locked(harness), "to khai.jpg": scan_of(harness.folder.campaign, worker)}
    harness.post.write(harness.address_of("U01"), text=f"Mật khẩu mở tệp là {SECRET}.", files=files)
    harness.work()
    assert versions(harness) == 1


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
    with company(tmp_path / "state") as harness:
        open_campaign = harness.service.services.campaigns[harness.folder.campaign.id]
        units = tuple(replace(unit, passwords=("khác", SECRET)) for unit in open_campaign.units)
        agreed = {harness.folder.campaign.id: replace(open_campaign, units=units)}
        harness.service = replace(harness.service, services=replace(harness.service.services, campaigns=agreed))
        harness.launch()
        harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": locked(harness)})
        harness.work()
        assert versions(harness) == 1
        with harness.service.ledger.transaction() as transaction:
            assert transaction.mails.get(1).state is MailState.PROCESSED
