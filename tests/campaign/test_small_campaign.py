"""Whole ways through the service: real mails in, real mails out, on the bundled campaign."""

from __future__ import annotations

import io
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from tests.support.harness.whole_service import AGENCY, HR, SERVICE, Company, company
from tests.support.papers.filled_papers import roster, row_of, scan_of, scans_of


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as small:
        yield small


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def attached(mail: EmailMessage) -> dict[str, bytes]:
    return {part.get_filename(""): part.get_payload(decode=True) for part in mail.iter_attachments()}  # type: ignore[misc]  # bytes by decode


def test_the_opening_mail_brings_everything_a_unit_needs(harness: Company) -> None:
    """Letter, guide, notice, blank declaration twice, blank roster, calendar entry; said twice, sent once."""
    harness.launch()
    harness.launch()
    mails = harness.post.mails(harness.address_of("U01"))
    assert len(mails) == 1
    names = set(attached(mails[0]))
    assert {name.rpartition(".")[2] for name in names} == {"pdf", "docx", "xlsx", "ics"}
    assert len(names) == 7
    assert mails[0]["Auto-Submitted"] == "auto-generated"
    assert "dữ liệu cá nhân" in body(mails[0])
    campaign_workers = harness.folder.workers["U01"]
    blank = attached(mails[0])["phu-luc-02-U01.xlsx"]
    text = str([[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(blank)).worksheets[0].rows])
    assert not any(worker.name in text for worker in campaign_workers), "workers' data must not leave yet"


def test_a_perfect_submission_is_confirmed_in_its_thread(harness: Company) -> None:
    """Roster and scans in one mail: everything matched, accepted, and said."""
    harness.launch()
    unit, campaign = harness.folder.units[0], harness.folder.campaign
    workers = harness.folder.workers["U01"]
    sent = harness.post.write(
        harness.address_of("U01"),
        text="Kính gửi Ban Nhân sự,\nĐơn vị gửi báo cáo. Đã rà soát, không có sai lệch.",
        files={
            "PL02.xlsx": roster(campaign, unit, [row_of(w) for w in workers]),
            "tk.pdf": scans_of(campaign, workers),
        },
        answers=harness.post.last(harness.address_of("U01")),
    )
    harness.work()
    answer = harness.post.last(harness.address_of("U01"))
    assert answer["In-Reply-To"] == sent["Message-ID"]
    assert sent["Message-ID"] in answer["References"]
    assert answer["Auto-Submitted"] == "auto-replied"
    assert "2 người lao động" in body(answer)
    assert harness.stage("U01") == "complete"
    assert harness.stage("U02") == "nothing"
    assert [mail["Message-ID"] for mail in harness.post.mails(SERVICE, "Processed")] == [sent["Message-ID"]]


def test_every_error_is_said_at_once_and_the_workbook_comes_back_marked(harness: Company) -> None:
    """Lost zero, wrong birth year, unsigned form: one answer, cells red, a comment each, a sheet of errors."""
    harness.launch()
    unit, campaign = harness.folder.units[0], harness.folder.campaign
    first, second = harness.folder.workers["U01"]
    wrong = [
        row_of(first, social_insurance_no=first.values["social_insurance_no"].lstrip("0")),
        row_of(second, birth_date="1951-01-01"),
    ]
    harness.post.write(
        harness.address_of("U01"),
        files={
            "danh sách.xlsx": roster(campaign, unit, wrong),
            "a.jpg": scan_of(campaign, first, signed=False),
            "b.jpg": scan_of(campaign, second, turn=90, number=2),
        },
    )
    harness.work()
    answer = harness.post.last(harness.address_of("U01"))
    assert first.values["social_insurance_no"] not in body(answer), "whole identifiers do not belong into a mail body"
    assert "chữ ký" in body(answer)
    (name, content), (picture, jpeg) = attached(answer).items()
    assert picture.endswith("-cho-ky.jpg") and jpeg.startswith(b"\xff\xd8")
    assert name.endswith(".xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert "Lỗi" in book.sheetnames
    marked = [cell for row in book.worksheets[0].rows for cell in row if cell.comment]
    listed = [row for row in book["Lỗi"].iter_rows(values_only=True) if any(row)]
    assert len(marked) >= 2
    assert all(cell.fill.start_color.rgb not in ("00000000", "FFFFFFFF") for cell in marked)
    assert len(listed) >= 1 + len(marked)
    assert harness.stage("U01") == "correction"


def test_a_submission_in_parts_is_merged_and_the_rest_named(harness: Company) -> None:
    """Today the roster with one form, tomorrow the other; each answer names what is missing."""
    harness.launch()
    unit, campaign = harness.folder.units[0], harness.folder.campaign
    first, second = harness.folder.workers["U01"]
    harness.post.write(
        harness.address_of("U01"),
        files={
            "PL02.xlsx": roster(campaign, unit, [row_of(first), row_of(second)]),
            "1.jpg": scan_of(campaign, first),
        },
        text="Gửi phần 1. Đơn vị đã rà soát, không có sai lệch.",
    )
    harness.work()
    said = body(harness.post.last(harness.address_of("U01")))
    assert second.name in said and first.name not in said
    harness.post.write(harness.address_of("U01"), files={"2.jpg": scan_of(campaign, second, turn=270, number=2)})
    harness.work()
    assert harness.stage("U01") == "complete"


def test_declarations_before_their_roster_wait_for_it(harness: Company) -> None:
    """Scans first: nothing is lost, and the roster matches them when it comes."""
    harness.launch()
    unit, campaign = harness.folder.units[0], harness.folder.campaign
    workers = harness.folder.workers["U01"]
    harness.post.write(harness.address_of("U01"), files={"tk.pdf": scans_of(campaign, workers)})
    harness.work()
    assert harness.stage("U01") == "partial"
    harness.post.write(
        harness.address_of("U01"),
        files={"PL02.xlsx": roster(campaign, unit, [row_of(worker) for worker in workers])},
        text="Đã rà soát, không có sai lệch",
    )
    harness.work()
    assert harness.stage("U01") == "complete"


def test_the_same_mail_and_the_same_workbook_change_nothing(harness: Company) -> None:
    """Sent again: no second version, and said in one line."""
    harness.launch()
    unit, campaign = harness.folder.units[0], harness.folder.campaign
    content = roster(campaign, unit, [row_of(worker) for worker in harness.folder.workers["U01"]])
    for _ in range(2):
        harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": content})
        harness.work()
    progress = next(each for each in harness.service.status() if each.unit == "U01")
    assert progress.roster_version == 1
    raw = harness.post.server.messages(SERVICE, "Processed")[-1]
    before = len(harness.post.mails(harness.address_of("U01")))
    for _ in range(2):
        harness.post.server.deliver(SERVICE, raw)
        harness.work()
    assert len(harness.post.mails(harness.address_of("U01"))) == before + 1, "the same bytes are acknowledged once"


@pytest.mark.parametrize(
    ("subject", "headers"),
    [
        ("Re: Đề nghị", {"Auto-Submitted": "auto-replied"}),
        ("Trả lời tự động: Đề nghị", {}),
        ("Automatic reply: x", {"X-Auto-Response-Suppress": "All"}),
        ("Bản tin tuần", {"List-Id": "<tin.vnpt-it.example>", "Precedence": "bulk"}),
    ],
)
def test_automatic_mail_is_never_answered(harness: Company, subject: str, headers: dict[str, str]) -> None:
    """Logged, filed as ignored, and nothing goes out."""
    harness.launch()
    before = len(harness.post.server.submitted)
    harness.post.write(harness.address_of("U01"), subject=subject, headers=headers, text="Tôi vắng mặt đến thứ Hai.")
    harness.work()
    assert len(harness.post.server.submitted) == before + 1, "only the automatic mail itself"
    assert len(harness.post.mails(SERVICE, "Ignored")) == 1


def test_a_stranger_learns_nothing_and_hr_and_the_contact_are_told(tmp_path: Path) -> None:
    """A private address in the unit's thread: held for HR; admitted, its mail is taken in."""
    private = "mai.rieng@thu-rieng.example"
    with company(tmp_path / "state") as harness:
        harness.post.server.add_user(private, "x")
        harness.launch()
        unit, campaign = harness.folder.units[0], harness.folder.campaign
        rows = [row_of(worker) for worker in harness.folder.workers["U01"]]
        opening = harness.post.last(harness.address_of("U01"))
        harness.post.write(private, files={"PL02.xlsx": roster(campaign, unit, rows)}, answers=opening)
        harness.work()
        assert harness.post.mails(private) == []
        assert "thu-rieng.example" in body(harness.post.last(HR))
        assert len(harness.post.mails(harness.address_of("U01"))) == 2
        assert harness.stage("U01") == "nothing"
        assert len(harness.post.mails(SERVICE, "Review")) == 1
        harness.service.admit(private, unit="U01", by=HR)
        harness.work()
        assert harness.stage("U01") == "partial"
        assert "Phụ lục 02" in body(harness.post.last(private))


def test_an_answer_never_goes_to_reply_to_or_copies(harness: Company) -> None:
    """Only the registered address gets data."""
    harness.post.server.add_user("la@vnpt-it.example", "x")
    harness.launch()
    unit, campaign = harness.folder.units[0], harness.folder.campaign
    rows = [row_of(worker) for worker in harness.folder.workers["U01"]]
    harness.post.write(
        harness.address_of("U01"),
        files={"PL02.xlsx": roster(campaign, unit, rows)},
        headers={"Reply-To": "la@vnpt-it.example", "Cc": "la@vnpt-it.example"},
    )
    harness.work()
    assert harness.post.mails("la@vnpt-it.example") == []
    assert len(harness.post.mails(harness.address_of("U01"))) == 2


def test_a_contact_without_mailbox_is_reported_once(tmp_path: Path) -> None:
    """Refused or bounced: the contact is marked, HR told, and the new address gets the opening mail."""
    with company(tmp_path / "state", missing=("mai.ntp@vnpt-it.example",)) as harness:
        harness.launch()
        harness.work()
        told = [mail for mail in harness.post.mails(HR) if "mai.ntp@vnpt-it.example" in body(mail)]
        assert len(told) == 1
        harness.post.server.add_user("mai2@vnpt-it.example", "x")
        harness.service.admit("mai2@vnpt-it.example", unit="U01", by=HR)
        harness.work()
        assert len(attached(harness.post.last("mai2@vnpt-it.example"))) == 7


def test_a_question_reaches_hr_and_the_unit_knows_who_answers(harness: Company) -> None:
    """Both at once; HR's mail carries the question."""
    harness.launch()
    harness.post.write(harness.address_of("U01"), text="Người lao động đang nghỉ thai sản thì kê khai thế nào?")
    harness.work()
    assert "nghỉ thai sản" in body(harness.post.last(HR))
    assert harness.folder.campaign.hr_contact in body(harness.post.last(harness.address_of("U01")))


def test_thanks_are_not_answered_and_an_empty_mail_gets_instructions(harness: Company) -> None:
    """Neither bothers HR."""
    harness.launch()
    harness.post.write(harness.address_of("U01"), text="Cảm ơn Ban Nhân sự.")
    harness.work()
    assert len(harness.post.mails(harness.address_of("U01"))) == 1
    harness.post.write(harness.address_of("U01"), text="")
    harness.work()
    assert len(harness.post.mails(harness.address_of("U01"))) == 2
    assert harness.post.mails(HR) == []


def test_a_broken_file_is_named_with_its_remedy(harness: Company) -> None:
    """Nothing usable in the mail: each file, why, and what to do."""
    harness.launch()
    harness.post.write(harness.address_of("U01"), files={"hỏng.xlsx": b"PK\x03\x04" + b"\0" * 200, "rỗng.pdf": b""})
    harness.work()
    said = body(harness.post.last(harness.address_of("U01")))
    assert "hỏng.xlsx" in said and "rỗng.pdf" in said


def test_only_units_that_miss_something_are_reminded_and_later_escalated(harness: Company) -> None:
    """Once a step, only at decent hours, never after all is done; the head is in copy when it is late."""
    harness.launch()
    harness.clock.go_to("2021-05-05T07:30")
    harness.tick()
    assert len(harness.post.mails(harness.address_of("U02"))) == 1
    harness.clock.go_to("2021-05-05T08:30")
    harness.tick()
    harness.tick()
    reminders = harness.post.mails(harness.address_of("U02"))[1:]
    assert len(reminders) == 1
    assert "Phụ lục 02" in body(reminders[0])
    head = next(unit.head_address for unit in harness.folder.units if unit.code == "U02")
    assert head is not None and harness.post.mails(head) == []
    harness.clock.go_to("2021-05-20T09:00")
    harness.tick()
    overdue = harness.post.last(harness.address_of("U02"))
    assert head in overdue["Cc"]
    assert len(harness.post.mails(head)) == 1


def test_a_reminder_is_looked_at_again_at_the_moment_of_sending(harness: Company) -> None:
    """A submission that arrives meanwhile suppresses it, with the reason recorded."""
    from service.flow.clock.reminders import remind_due
    from service.flow.sending.delivery import deliver_due

    harness.launch()
    unit, campaign = harness.folder.units[0], harness.folder.campaign
    workers = harness.folder.workers["U01"]
    harness.clock.go_to("2021-05-05T09:00")
    services = harness.service.services
    assert remind_due(services, harness.service.open_campaign("vssid-2021")) == 2
    harness.post.write(
        harness.address_of("U01"),
        text="Đã rà soát, không có sai lệch.",
        files={
            "PL02.xlsx": roster(campaign, unit, [row_of(w) for w in workers]),
            "tk.pdf": scans_of(campaign, workers),
        },
    )
    harness.service.receive()
    harness.service.process()
    deliver_due(services, harness.service.sender)
    subjects = [mail["Subject"] for mail in harness.post.mails(harness.address_of("U01"))]
    assert len(subjects) == 2, subjects
    with harness.service.ledger.transaction() as transaction:
        assert transaction.outbox.count_by_state()["suppressed"] == 1


def test_the_daily_summary_shows_the_table_and_the_picture(harness: Company) -> None:
    """A PNG inline, a workbook attached; nothing on a weekend; not again when nothing happened."""
    harness.launch()
    harness.clock.go_to("2021-04-22T16:30")
    harness.tick()
    harness.tick()
    summaries = [mail for mail in harness.post.mails(HR) if " xong, " in mail["Subject"]]
    assert len(summaries) == 1
    images = [part for part in summaries[0].walk() if part.get_content_type() == "image/png"]
    assert len(images) == 1 and images[0]["Content-ID"]
    html = summaries[0].get_body(("html",))
    assert html is not None and "cid:" in html.get_content() and "alt=" in html.get_content()
    harness.clock.go_to("2021-04-23T16:30")
    harness.tick()
    assert len([mail for mail in harness.post.mails(HR) if " xong, " in mail["Subject"]]) == 1


def complete(harness: Company, unit_code: str) -> None:
    unit = next(unit for unit in harness.folder.units if unit.code == unit_code)
    campaign, workers = harness.folder.campaign, harness.folder.workers[unit_code]
    harness.post.write(
        unit.addresses[0],
        text="Đã rà soát, không có sai lệch.",
        files={
            "PL02.xlsx": roster(campaign, unit, [row_of(w) for w in workers]),
            "tk.pdf": scans_of(campaign, workers),
        },
    )
    harness.work()


def test_the_package_goes_out_only_with_the_code_and_only_once(tmp_path: Path) -> None:
    """Built when all is complete; a DUYỆT without the code, or from elsewhere, sends nothing."""
    with company(tmp_path / "state", units=("U01",), workers=1) as harness:
        harness.launch()
        complete(harness, "U01")
        harness.tick()
        approval = harness.post.last(HR)
        code = approval["Subject"].rpartition("(mã ")[2].rstrip(")")
        assert len(code) == 9
        harness.post.write(HR, subject="DUYỆT", text="DUYỆT")
        harness.post.write(harness.address_of("U01"), subject=f"Re: {code}", text="DUYỆT")
        harness.work()
        harness.tick()
        assert harness.post.mails(AGENCY) == []
        harness.post.write(HR, text="Duyệt\n\nTrân trọng", answers=approval)
        harness.post.write(HR, text="Duyệt", answers=approval)
        harness.work()
        harness.tick()
        harness.tick()
        packages = harness.post.mails(AGENCY)
        assert len(packages) == 1
        files = attached(packages[0])
        assert {name.rpartition(".")[2] for name in files} >= {"pdf", "xlsx"}
        manifest = next(content for name, content in files.items() if name.endswith(".csv")).decode("utf-8-sig")
        import hashlib

        for name, content in files.items():
            if "manifest" not in name:
                assert hashlib.sha256(content).hexdigest() in manifest, name


def test_hr_asks_for_the_state_by_mail(harness: Company) -> None:
    """ "TÌNH TRẠNG" from HR: all units; from a unit: its own."""
    harness.launch()
    harness.post.write(HR, text="tinh trang")
    harness.post.write(harness.address_of("U02"), text="TÌNH TRẠNG")
    harness.work()
    said = body(harness.post.last(HR))
    assert all(unit.name in said for unit in harness.folder.units)
    assert "Chưa gửi hồ sơ" in body(harness.post.last(harness.address_of("U02")))
