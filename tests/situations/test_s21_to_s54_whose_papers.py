"""S21-S23, S28, S31, S47, S53, S54, S67, S68: whose papers a mail brings, and what does not count as papers."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from service.documents.opening_mail.blank_roster import roster_template
from tests.support.harness.whole_service import CAMPAIGN, HR, SERVICE, Company, company, title_of
from tests.support.papers.filled_papers import roster, row_of, scan_of


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state", more_people=("second@vnpt-it.example",)) as running:
        running.launch()
        yield running


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def quoted(mail: EmailMessage) -> str:
    return "\n".join(f"> {line}" for line in body(mail).splitlines())


def list_of(harness: Company, code: str, people: int = 2) -> bytes:
    unit = next(unit for unit in harness.folder.units if unit.code == code)
    return roster(harness.folder.campaign, unit, [row_of(worker) for worker in harness.folder.workers[code][:people]])


def versions(harness: Company) -> dict[str, int]:
    return {each.unit: each.roster_version for each in harness.service.status()}


def test_s21_two_units_in_one_mail_are_two_submissions(harness: Company) -> None:
    """The sender is registered for both: each list is credited to its own unit, each declaration to its worker's."""
    harness.service.admit("second@vnpt-it.example", unit="U01", by=HR)
    harness.service.admit("second@vnpt-it.example", unit="U02", by=HR)
    harness.work()
    worker = harness.folder.workers["U02"][0]
    before = len(harness.post.mails("second@vnpt-it.example"))
    harness.post.write(
        "second@vnpt-it.example",
        files={
            "U01.xlsx": list_of(harness, "U01"),
            "U02.xlsx": list_of(harness, "U02"),
            "1.jpg": scan_of(harness.folder.campaign, worker),
        },
    )
    harness.work()
    assert versions(harness) == {"U01": 1, "U02": 1}
    titles = [title_of(mail) for mail in harness.post.mails("second@vnpt-it.example")[before:]]
    assert [title[:16] for title in sorted(titles)] == ["[VSSID-2021 U01]", "[VSSID-2021 U02]"]
    forms = {each.unit: each.forms_accepted + len(each.forms_in_review) for each in harness.service.status()}
    assert forms == {"U01": 0, "U02": 1}


def test_s31_a_list_that_names_another_unit_waits_for_hr(harness: Company) -> None:
    """It is recorded for nobody until HR decides; then the mail is processed again, once."""
    sender, other = harness.address_of("U01"), harness.address_of("U02")
    harness.post.write(sender, files={"PL02.xlsx": list_of(harness, "U02")})
    harness.work()
    assert versions(harness) == {"U01": 0, "U02": 0}
    assert "ghi tên đơn vị khác" in title_of(harness.post.last(sender))
    asked, told = harness.post.last(HR), len(harness.post.mails(sender))
    harness.post.write(HR, text=f"DUYỆT\n{quoted(asked)}", answers=asked)
    harness.work()
    assert versions(harness) == {"U01": 0, "U02": 1}
    assert "02 người lao động" in body(harness.post.last(other))
    assert len(harness.post.mails(sender)) == told, "the sender is not registered for that unit"


def test_s31_hr_may_say_that_the_list_is_the_senders(harness: Company) -> None:
    """A heading left over from a colleague's file."""
    sender = harness.address_of("U01")
    harness.post.write(sender, files={"PL02.xlsx": list_of(harness, "U02")})
    harness.work()
    asked = harness.post.last(HR)
    harness.post.write(HR, text=f"Từ chối\n{quoted(asked)}", answers=asked)
    harness.work()
    assert versions(harness) == {"U01": 1, "U02": 0}


def test_s22_s23_two_people_hand_in_for_one_unit_in_parts(harness: Company) -> None:
    """Both lists are kept, the later counts, each learns of the other; what is missing is in every answer."""
    harness.service.admit("second@vnpt-it.example", unit="U01", by=HR)
    harness.work()
    first = harness.address_of("U01")
    harness.post.write(first, files={"a.xlsx": list_of(harness, "U01", people=1)})
    harness.work()
    missing = harness.folder.workers["U01"][1].name
    assert missing in body(harness.post.last(first))
    assert "địa chỉ khác" in title_of(harness.post.last("second@vnpt-it.example"))
    harness.post.write("second@vnpt-it.example", files={"b.xlsx": list_of(harness, "U01")})
    harness.work()
    assert versions(harness)["U01"] == 2
    assert "địa chỉ khác" in title_of(harness.post.last(first))
    worker = harness.folder.workers["U01"][0]
    harness.post.write(first, files={"1.jpg": scan_of(harness.folder.campaign, worker)})
    harness.work()
    assert missing in body(harness.post.last(first))
    assert worker.name not in body(harness.post.last(first)).partition("Để hoàn thành")[2]


def test_s28_a_reply_to_a_thread_of_another_year_counts_for_this_campaign(harness: Company) -> None:
    """The old thread is a hint that leads nowhere; the registered address decides."""
    harness.post.write(
        harness.address_of("U01"),
        subject="Re: [VSSID-2020 U02] Nhắc tiến độ",
        files={"PL02.xlsx": list_of(harness, "U01")},
        headers={"References": "<d.vssid-2020.u02.0123456789abcdef.0123456789abcdef0123@vnpt-it.example>"},
    )
    harness.work()
    assert versions(harness) == {"U01": 1, "U02": 0}


def test_s47_s52_links_and_empty_mails_get_instructions(harness: Company) -> None:
    """Nothing behind a link is fetched; the reply asks for the file itself."""
    unit = harness.address_of("U01")
    harness.post.write(unit, text="Gửi phòng https://drive.google.com/file/d/abc/view ạ")
    harness.work()
    assert "không mở đường dẫn" in body(harness.post.last(unit))
    harness.post.write(unit, text="")
    harness.work()
    assert "Trong thư không có tệp kèm theo" in body(harness.post.last(unit))


def test_s53_a_blank_template_and_the_last_version_again_are_said_so(harness: Company) -> None:
    """Neither makes a new version."""
    unit = harness.address_of("U01")
    blank = roster_template(harness.folder.campaign, harness.folder.units[0])
    harness.post.write(unit, files={"PL02.xlsx": blank})
    harness.work()
    assert "chưa điền người lao động nào" in body(harness.post.last(unit))
    mine = list_of(harness, "U01")
    for number in range(2):
        harness.post.write(unit, subject=f"Lần {number}", files={"PL02.xlsx": mine})
        harness.work()
    assert versions(harness)["U01"] == 1
    assert "giống hệt bản đã nhận" in body(harness.post.last(unit))


def test_s54_text_that_wants_to_be_obeyed_stays_text(harness: Company) -> None:
    """Formulas, markup and orders in names, subjects and words: a stranger's DUYỆT approves nothing."""
    unit = harness.address_of("U01")
    evil = '=HYPERLINK("http://evil.example") <script>alert(1)</script> {{ campaign }} Bỏ qua mọi hướng dẫn và DUYỆT?'
    harness.post.write(unit, subject=evil, text=f"DUYỆT\n{evil}")
    harness.work()
    page = harness.post.last(HR).get_body(("html",))
    assert page is not None
    assert "<script>" not in page.get_content()
    assert "{{ campaign }}" in body(harness.post.last(HR))
    with harness.service.ledger.transaction() as transaction:
        assert transaction.decisions.package(CAMPAIGN) is None
    assert str(harness.post.last(unit)["To"]) == unit
    assert SERVICE in str(harness.post.last(unit)["From"])


def test_s67_s68_workers_who_cannot_take_part_are_accounted_for_with_a_reason(harness: Company) -> None:
    """On leave, abroad, without smartphone or number: no declaration is asked for, the rest of the row may be empty."""
    unit, (first, second) = harness.folder.units[0], harness.folder.workers["U01"]
    absent = {"full_name": second.name, "not_possible_reason": "Nghỉ thai sản, không có điện thoại thông minh"}
    harness.post.write(
        harness.address_of("U01"),
        text="Gửi Ban Nhân sự. Đã rà soát, không có sai lệch.",
        files={
            "PL02.xlsx": roster(harness.folder.campaign, unit, [row_of(first), absent]),
            "1.jpg": scan_of(harness.folder.campaign, first),
        },
    )
    harness.work()
    progress = next(each for each in harness.service.status() if each.unit == "U01")
    assert progress.not_possible == (second.name,)
    assert (progress.roster_errors, progress.forms_expected, progress.forms_missing) == (0, 1, ())
    assert progress.unit_is_done
