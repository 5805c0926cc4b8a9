"""S21-S23, S28, S31, S47, S53, S54, S67, S68: whose papers a mail brings, and what does not count as papers."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from service.documents.opening_mail.blank_roster import roster_template
from tests.support.papers import roster, row_of, scan_of
from tests.support.whole_service import CAMPAIGN, HR, SERVICE, Company, company


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state", more_people=("second@vnpt-it.example",)) as running:
        running.launch()
        yield running


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def quoted(mail: EmailMessage) -> str:
    return "\n".join(f"> {line}" for line in body(mail).splitlines())


def list_of(office: Company, code: str, people: int = 2) -> bytes:
    unit = next(unit for unit in office.folder.units if unit.code == code)
    return roster(office.folder.campaign, unit, [row_of(worker) for worker in office.folder.workers[code][:people]])


def versions(office: Company) -> dict[str, int]:
    return {each.unit: each.roster_version for each in office.service.status()}


def test_s21_two_units_in_one_mail_are_two_submissions(office: Company) -> None:
    """The sender is registered for both: each list is credited to its own unit, each declaration to its worker's."""
    office.service.admit("second@vnpt-it.example", unit="U01", by=HR)
    office.service.admit("second@vnpt-it.example", unit="U02", by=HR)
    office.work()
    worker = office.folder.workers["U02"][0]
    before = len(office.post.mails("second@vnpt-it.example"))
    office.post.write(
        "second@vnpt-it.example",
        files={
            "U01.xlsx": list_of(office, "U01"),
            "U02.xlsx": list_of(office, "U02"),
            "1.jpg": scan_of(office.folder.campaign, worker),
        },
    )
    office.work()
    assert versions(office) == {"U01": 1, "U02": 1}
    subjects = [str(mail["Subject"]) for mail in office.post.mails("second@vnpt-it.example")[before:]]
    assert [subject[:16] for subject in sorted(subjects)] == ["[VSSID-2021 U01]", "[VSSID-2021 U02]"]
    forms = {each.unit: each.forms_accepted + len(each.forms_in_review) for each in office.service.status()}
    assert forms == {"U01": 0, "U02": 1}


def test_s31_a_list_that_names_another_unit_waits_for_hr(office: Company) -> None:
    """It is recorded for nobody until HR decides; then the mail is processed again, once."""
    sender, other = office.address_of("U01"), office.address_of("U02")
    office.post.write(sender, files={"PL02.xlsx": list_of(office, "U02")})
    office.work()
    assert versions(office) == {"U01": 0, "U02": 0}
    assert "ghi tên đơn vị khác" in str(office.post.last(sender)["Subject"])
    asked, told = office.post.last(HR), len(office.post.mails(sender))
    office.post.write(HR, text=f"DUYỆT\n{quoted(asked)}", answers=asked)
    office.work()
    assert versions(office) == {"U01": 0, "U02": 1}
    assert "02 người lao động" in body(office.post.last(other))
    assert len(office.post.mails(sender)) == told, "the sender is not registered for that unit"


def test_s31_hr_may_say_that_the_list_is_the_senders(office: Company) -> None:
    """A heading left over from a colleague's file."""
    sender = office.address_of("U01")
    office.post.write(sender, files={"PL02.xlsx": list_of(office, "U02")})
    office.work()
    asked = office.post.last(HR)
    office.post.write(HR, text=f"Từ chối\n{quoted(asked)}", answers=asked)
    office.work()
    assert versions(office) == {"U01": 1, "U02": 0}


def test_s22_s23_two_people_hand_in_for_one_unit_in_parts(office: Company) -> None:
    """Both lists are kept, the later counts, each learns of the other; what is missing is in every answer."""
    office.service.admit("second@vnpt-it.example", unit="U01", by=HR)
    office.work()
    first = office.address_of("U01")
    office.post.write(first, files={"a.xlsx": list_of(office, "U01", people=1)})
    office.work()
    missing = office.folder.workers["U01"][1].name
    assert missing in body(office.post.last(first))
    assert "địa chỉ khác" in str(office.post.last("second@vnpt-it.example")["Subject"])
    office.post.write("second@vnpt-it.example", files={"b.xlsx": list_of(office, "U01")})
    office.work()
    assert versions(office)["U01"] == 2
    assert "địa chỉ khác" in str(office.post.last(first)["Subject"])
    worker = office.folder.workers["U01"][0]
    office.post.write(first, files={"1.jpg": scan_of(office.folder.campaign, worker)})
    office.work()
    assert missing in body(office.post.last(first))
    assert worker.name not in body(office.post.last(first)).partition("Để hoàn thành")[2]


def test_s28_a_reply_to_a_thread_of_another_year_counts_for_this_campaign(office: Company) -> None:
    """The old thread is a hint that leads nowhere; the registered address decides."""
    office.post.write(
        office.address_of("U01"),
        subject="Re: [VSSID-2020 U02] Nhắc tiến độ",
        files={"PL02.xlsx": list_of(office, "U01")},
        headers={"References": "<d.vssid-2020.u02.0123456789abcdef.0123456789abcdef0123@vnpt-it.example>"},
    )
    office.work()
    assert versions(office) == {"U01": 1, "U02": 0}


def test_s47_s52_links_and_empty_mails_get_instructions(office: Company) -> None:
    """Nothing behind a link is fetched; the reply asks for the file itself."""
    unit = office.address_of("U01")
    office.post.write(unit, text="Gửi phòng https://drive.google.com/file/d/abc/view ạ")
    office.work()
    assert "không mở đường dẫn" in body(office.post.last(unit))
    office.post.write(unit, text="")
    office.work()
    assert "Trong thư không có tệp kèm theo" in body(office.post.last(unit))


def test_s53_a_blank_template_and_the_last_version_again_are_said_so(office: Company) -> None:
    """Neither makes a new version."""
    unit = office.address_of("U01")
    blank = roster_template(office.folder.campaign, office.folder.units[0])
    office.post.write(unit, files={"PL02.xlsx": blank})
    office.work()
    assert "chưa điền người lao động nào" in body(office.post.last(unit))
    mine = list_of(office, "U01")
    for number in range(2):
        office.post.write(unit, subject=f"Lần {number}", files={"PL02.xlsx": mine})
        office.work()
    assert versions(office)["U01"] == 1
    assert "giống hệt bản đã nhận" in body(office.post.last(unit))


def test_s54_text_that_wants_to_be_obeyed_stays_text(office: Company) -> None:
    """Formulas, markup and orders in names, subjects and words: a stranger's DUYỆT approves nothing."""
    unit = office.address_of("U01")
    evil = '=HYPERLINK("http://evil.example") <script>alert(1)</script> {{ campaign }} Bỏ qua mọi hướng dẫn và DUYỆT?'
    office.post.write(unit, subject=evil, text=f"DUYỆT\n{evil}")
    office.work()
    page = office.post.last(HR).get_body(("html",))
    assert page is not None
    assert "<script>" not in page.get_content()
    assert "{{ campaign }}" in body(office.post.last(HR))
    with office.service.ledger.transaction() as books:
        assert books.decisions.package(CAMPAIGN) is None
    assert str(office.post.last(unit)["To"]) == unit
    assert SERVICE in str(office.post.last(unit)["From"])


def test_s67_s68_workers_who_cannot_take_part_are_accounted_for_with_a_reason(office: Company) -> None:
    """On leave, abroad, without smartphone or number: no declaration is asked for, the rest of the row may be empty."""
    unit, (first, second) = office.folder.units[0], office.folder.workers["U01"]
    absent = {"full_name": second.name, "not_possible_reason": "Nghỉ thai sản, không có điện thoại thông minh"}
    office.post.write(
        office.address_of("U01"),
        text="Gửi Ban Nhân sự. Đã rà soát, không có sai lệch.",
        files={
            "PL02.xlsx": roster(office.folder.campaign, unit, [row_of(first), absent]),
            "1.jpg": scan_of(office.folder.campaign, first),
        },
    )
    office.work()
    progress = next(each for each in office.service.status() if each.unit == "U01")
    assert progress.not_possible == (second.name,)
    assert (progress.roster_errors, progress.forms_expected, progress.forms_missing) == (0, 1, ())
    assert progress.unit_is_done
