"""The other bundled campaign: a list and nothing else. Same code, other data, alone and beside the first campaign."""

from __future__ import annotations

import io
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from service.core.units import Unit
from service.settings import load_for_reading
from tests.support.harness.bundled_campaign import ROOT, bundled_folder
from tests.support.harness.whole_service import CAMPAIGN as FIRST
from tests.support.harness.whole_service import HR, SERVICE, Company, company, title_of
from tests.support.papers.filled_papers import roster, row_of, scans_of
from tests.support.rosters.health_check import CAMPAIGN, CLINIC, OTHER_CAMPAIGNS_WORDS, own_list, person, words_of


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    """Two units of the health check, and no other campaign."""
    with company(tmp_path / "state", campaign=CAMPAIGN) as small:
        yield small


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Company]:
    """One unit, two campaigns open at once: the health check was opened last."""
    with company(tmp_path / "state", units=("U01",), campaign=CAMPAIGN, others=(FIRST,)) as small:
        small.launch(FIRST)
        small.clock.pass_by(hours=1)
        small.launch()
        yield small


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def attached(mail: EmailMessage) -> dict[str, bytes]:
    return {part.get_filename(""): part.get_payload(decode=True) for part in mail.iter_attachments()}  # type: ignore[misc]  # bytes by decode


def filled(harness: Company, unit: str, *rows: dict[str, str]) -> bytes:
    """The unit's list on our blank."""
    return roster(harness.folder.campaign, unit_of(harness, unit), rows)


def unit_of(harness: Company, code: str) -> Unit:
    return next(unit for unit in harness.folder.units if unit.code == code)


def versions(harness: Company, unit: str) -> dict[str, int]:
    """How many lists each campaign has of the unit."""
    campaigns = [harness.folder.campaign.id, *harness.others]
    progress = {name: harness.service.status(name) for name in campaigns}
    return {
        name: each.roster_version for name, all_units in progress.items() for each in all_units if each.unit == unit
    }


def everything_said(harness: Company) -> list[EmailMessage]:
    """Every mail of ours in any mailbox."""
    people = [unit.addresses[0] for unit in harness.folder.units]
    heads = [unit.head_address for unit in harness.folder.units if unit.head_address]
    return [mail for address in (*people, *heads, HR, CLINIC) for mail in harness.post.mails(address)]


def test_the_campaign_is_data_of_another_shape() -> None:
    """No form, no discrepancies, no personnel file, other columns; the same twelve units; nothing on health."""
    folder, first = bundled_folder(CAMPAIGN), bundled_folder(FIRST)
    campaign = folder.campaign
    assert (campaign.declaration, campaign.discrepancy, folder.workers) == (None, None, {})
    assert folder.units == first.units
    assert set(folder.sources) == {"letter.md", "guide.md", "privacy.md"}
    assert campaign.agency.address == CLINIC
    assert campaign.mark != first.campaign.mark
    assert not {"citizen_id", "social_insurance_no"} & {column.key for column in campaign.columns}
    drop_down = campaign.column("exam_place")
    assert drop_down is not None and len(",".join(drop_down.choices)) <= 255, "Excel takes no longer drop-down"


def test_it_is_not_run_unless_somebody_says_so() -> None:
    """The bundled configuration runs the first campaign alone."""
    assert f'campaigns = ["{FIRST}"]' in (ROOT / "config" / "service.toml").read_text(encoding="utf-8")


def test_reading_commands_know_what_the_service_runs(tmp_path: Path) -> None:
    """`dondoc check` takes the campaigns of service.toml, unless another one is named."""
    for named, read in ((None, [FIRST]), (CAMPAIGN, [CAMPAIGN])):
        settings = load_for_reading(ROOT / "config", templates=ROOT / "mail_templates", state=tmp_path, campaign=named)
        assert list(settings.campaigns) == read


def test_the_opening_mail_brings_no_form(harness: Company) -> None:
    """Letter, guide, notice, blank list, calendar entry; the summary of what to do is this campaign's."""
    harness.launch()
    opening = harness.post.last(harness.address_of("U01"))
    assert set(attached(opening)) == {
        "cong-van-kham-suc-khoe.pdf",
        "huong-dan-di-kham.pdf",
        "thong-bao-du-lieu-ca-nhan.pdf",
        "dang-ky-kham-U01.xlsx",
        "han-gui-danh-sach-kham.ics",
    }
    assert opening["Subject"] == "[KSK-2021 U01] Đề nghị thực hiện: khám sức khỏe định kỳ năm 2021"
    assert "chọn một ngày khám và một cơ sở khám" in body(opening)
    assert "trước ngày 29/05/2021 (chậm nhất hết ngày 28/05/2021)" in body(opening)
    blank = openpyxl.load_workbook(io.BytesIO(attached(opening)["dang-ky-kham-U01.xlsx"])).worksheets[0]
    choices = [str(rule.formula1) for rule in blank.data_validations.dataValidation]
    assert any("Cơ sở Cầu Giấy" in each for each in choices)


def test_a_list_with_errors_comes_back_is_corrected_and_confirmed(harness: Company) -> None:
    """A misspelt place, a day too late, no telephone, a "no" without reason: said at once; corrected: complete."""
    harness.launch()
    wrong = [
        person(0, exam_place="Co so Cau Giay 2"),
        person(1, exam_date="2021-06-30"),
        person(2, phone=""),
        person(3, exam_wanted="không"),
    ]
    content = own_list(harness.folder.campaign, wrong)
    harness.post.write(harness.address_of("U01"), files={"ds kham.xlsx": content}, answers=opening_of(harness))
    harness.work()
    answer = harness.post.last(harness.address_of("U01"))
    said = body(answer)
    assert "04 nội dung cần chỉnh sửa" in said
    assert "Đề xuất: Cơ sở Cầu Giấy" in said
    assert "sau ngày 25/06/2021" in said
    assert "Lý do chưa khám được" in said
    assert harness.stage("U01") == "correction"
    (name, marked), *rest = attached(answer).items()
    assert (name, rest) == ("ds kham-can-sua.xlsx", [])
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(marked)).worksheets[0].rows for cell in row]
    assert len([cell for cell in cells if cell.comment]) == 4
    right = [person(0), person(1), person(2), person(3)]
    harness.post.write(harness.address_of("U01"), files={"a.xlsx": filled(harness, "U01", *right)}, answers=answer)
    harness.work()
    said = body(harness.post.last(harness.address_of("U01")))
    assert "đầy đủ, hợp lệ" in said
    assert "Danh sách đăng ký khám: lần 2, 04 người lao động" in said
    assert harness.stage("U01") == "complete"


def opening_of(harness: Company) -> EmailMessage:
    return harness.post.mails(harness.address_of("U01"))[0]


def test_who_cannot_come_stands_in_the_list_with_a_reason(harness: Company) -> None:
    """Nothing else is demanded of that row, and the list is complete."""
    harness.launch()
    away = {"full_name": "Lý Thu Cúc", "employee_code": "IT00099", "not_possible_reason": "Đi công tác dài ngày"}
    harness.post.write(harness.address_of("U02"), files={"a.xlsx": filled(harness, "U02", person(0), away)})
    harness.work()
    assert harness.stage("U02") == "complete"
    assert [each.not_possible for each in harness.service.status() if each.unit == "U02"] == [("Lý Thu Cúc",)]


def test_the_package_goes_to_the_clinic_after_approval(tmp_path: Path) -> None:
    """Covering letter, list and manifest; no forms, no reasons, nothing on anybody's health; only after DUYỆT."""
    with company(tmp_path / "state", campaign=CAMPAIGN) as harness:
        harness.launch()
        away = {"full_name": "Lý Thu Cúc", "employee_code": "IT00099", "not_possible_reason": "Đi công tác dài ngày"}
        lists = {
            "U01": own_list(harness.folder.campaign, [person(0), person(1)], further="Tiền sử bệnh"),
            "U02": filled(harness, "U02", person(2), away),
        }
        for unit, content in lists.items():
            harness.post.write(harness.address_of(unit), files={"a.xlsx": content})
        harness.work()
        harness.tick()
        assert harness.post.mails(CLINIC) == []
        approval = harness.post.last(HR)
        assert "Phòng khám Đa khoa An Bình (mẫu)" in approval["Subject"]
        harness.post.write(HR, text="DUYỆT", answers=approval)
        harness.work()
        harness.tick()
        harness.tick()
        (package,) = harness.post.mails(CLINIC)
        files = attached(package)
        assert set(files) == {"00-cong-van.pdf", "01-danh-sach-dang-ky-kham.xlsx", "manifest.csv", "manifest.txt"}
        said = "\n".join(words for _, words in words_of(package))
        for secret in ("Dạ dày", "Tiền sử bệnh", "Lý Thu Cúc", "Đi công tác"):
            assert secret not in said, "not the clinic's business"
        for wanted in ("Nguyễn Thị Lan", "Trần Văn Hùng", "Lê Thu Hà", "09/06/2021", "Cơ sở Cầu Giấy", "0912300001"):
            assert wanted in said
        assert "03 người lao động của 02 đơn vị" in " ".join(said.split())
        assert "Người lao động trong danh sách: 3" in body(package), "the mail counts as its letter does"
        assert "Đã gửi hồ sơ" in harness.post.last(HR)["Subject"]


def a_letter(harness: Company) -> bytes:
    """A readable PDF that is not asked for."""
    return attached(opening_of(harness))["huong-dan-di-kham.pdf"]


def test_no_mail_speaks_of_the_other_campaign(harness: Company) -> None:
    """Opening, answers of every kind, reminders, escalation, summaries, package: titles, bodies, pages and files."""
    harness.launch()
    writes = harness.post.write
    one, two = harness.address_of("U01"), harness.address_of("U02")
    for text in ("", "Người lao động đi công tác thì đăng ký thế nào?", "TÌNH TRẠNG"):
        writes(one, text=text)
        harness.work()
    parcels: tuple[dict[str, bytes], ...] = (
        {"ảnh.pdf": b"%PDF-1.4 broken", "thuyết minh.docx": b"PK\x03\x04 broken"},
        {"mẫu.xlsx": own_list(harness.folder.campaign, []), "hợp đồng.pdf": a_letter(harness)},
        {"a.xlsx": filled(harness, "U01", person(0, exam_date="", phone="12")), "hợp đồng.pdf": a_letter(harness)},
    )
    for files in parcels:
        writes(one, files=files)
        harness.work()
    writes(HR, text="tình trạng")
    for moment in ("2021-05-19T09:00", "2021-05-25T16:40", "2021-05-28T09:00", "2021-05-31T09:00", "2021-06-01T16:40"):
        harness.clock.go_to(moment)
        harness.tick()
    writes(one, files={"a.xlsx": filled(harness, "U01", person(0))}, answers=harness.post.last(one))
    writes(two, files={"a.xlsx": filled(harness, "U02", person(1))})
    harness.work()
    harness.tick()
    writes(HR, text="DUYỆT", answers=harness.post.last(HR))
    harness.work()
    harness.tick()
    harness.tick()
    mails = everything_said(harness)
    titles = "\n".join(title_of(mail) for mail in mails)
    for part in ("Nhắc tiến độ", "hạn cuối", "quá thời hạn", " xong, ", "Câu hỏi", "Đã gửi hồ sơ", "Chưa đọc"):
        assert part in titles
    assert "không phải danh sách đăng ký khám" in " ".join(body(mail) for mail in mails)
    for each in mails:
        for where, words in words_of(each):
            found = OTHER_CAMPAIGNS_WORDS.search(words)
            assert found is None, f"{each['Subject']}: {where}: {words[found.start() - 40 : found.end() + 40]}"


def test_a_mail_goes_to_the_campaign_of_its_thread(both: Company) -> None:
    """An answer to either opening mail counts for that campaign only, whatever its subject was changed to."""
    first_opening, second_opening = both.post.mails(both.address_of("U01"))
    first = both.others[FIRST]
    workers = first.workers["U01"]
    both.post.write(
        both.address_of("U01"),
        text="Đã rà soát, không có sai lệch.",
        files={
            "ds.xlsx": roster(first.campaign, first.units[0], [row_of(worker) for worker in workers]),
            "tk.pdf": scans_of(first.campaign, workers),
        },
        answers=first_opening,
    )
    both.work()
    assert (both.stage("U01", FIRST), both.stage("U01")) == ("complete", "nothing")
    assert title_of(both.post.last(both.address_of("U01"))).startswith("[VSSID-2021 U01]")
    both.post.write(
        both.address_of("U01"), files={"ds.xlsx": own_list(both.folder.campaign, [person(0)])}, answers=second_opening
    )
    both.work()
    assert (both.stage("U01", FIRST), both.stage("U01")) == ("complete", "complete")
    assert title_of(both.post.last(both.address_of("U01"))).startswith("[KSK-2021 U01]")
    assert versions(both, "U01") == {CAMPAIGN: 1, FIRST: 1}


@pytest.mark.parametrize(("mark", "campaign"), [("VSSID-2021", FIRST), ("KSK-2021", CAMPAIGN)])
def test_a_mail_outside_a_thread_goes_to_the_campaign_of_its_mark(both: Company, mark: str, campaign: str) -> None:
    """A question asked with the mark in its subject is answered for that campaign."""
    both.post.write(both.address_of("U01"), subject=f"[{mark} U01] hỏi", text="Gửi danh sách ở đâu?")
    both.work()
    answer = both.post.last(both.address_of("U01"))
    assert title_of(answer).startswith(f"[{mark} U01]")
    assert both.others.get(campaign, both.folder).campaign.title in body(both.post.last(HR))


@pytest.mark.parametrize("on_our_blank", [True, False])
def test_a_list_without_thread_and_mark_finds_its_campaign(both: Company, *, on_our_blank: bool) -> None:
    """By our blank's own mark, or by the columns of a list the office made itself."""
    first = both.others[FIRST]
    rows = [row_of(worker) for worker in first.workers["U01"]]
    lists = {
        FIRST: roster(first.campaign, first.units[0], rows) if on_our_blank else own_list(first.campaign, rows),
        CAMPAIGN: filled(both, "U01", person(0)) if on_our_blank else own_list(both.folder.campaign, [person(0)]),
    }
    for content in lists.values():
        both.post.write(both.address_of("U01"), subject="Gửi danh sách", files={"ds.xlsx": content})
        both.work()
    assert versions(both, "U01") == {CAMPAIGN: 1, FIRST: 1}


def test_words_without_thread_and_mark_are_about_what_was_heard_last(both: Company) -> None:
    """The unit's question is taken for the campaign that was opened last; HR's question after the state for all."""
    both.post.write(both.address_of("U01"), text="TÌNH TRẠNG")
    both.post.write(HR, text="TÌNH TRẠNG")
    both.work()
    assert title_of(both.post.last(both.address_of("U01"))).startswith("[KSK-2021 U01]")
    assert {title_of(mail).partition("]")[0] for mail in both.post.mails(HR)} == {"[KSK-2021", "[VSSID-2021"}


def test_an_approval_is_for_the_package_whose_code_it_carries(both: Company) -> None:
    """HR writes a new mail with the code alone: only the health check's package goes out."""
    both.post.write(both.address_of("U01"), files={"ds.xlsx": filled(both, "U01", person(0))})
    both.work()
    both.tick()
    code = both.post.last(HR)["Subject"].rpartition("(mã ")[2].rstrip(")")
    both.post.write(HR, subject="Duyệt", text=f"DUYỆT\n{code}")
    both.work()
    both.tick()
    assert len(both.post.mails(CLINIC)) == 1
    assert both.post.mails(both.others[FIRST].campaign.agency.address) == []
    assert both.post.mails(SERVICE, "Review") == []


def test_an_address_admitted_for_one_campaign_is_a_stranger_in_the_other(both: Company) -> None:
    """Its mail in the other campaign's thread is held for HR, and judged by neither."""
    admitted = "mai.rieng@thu-rieng.example"
    both.post.server.add_user(admitted, "x")
    opening = both.post.last(both.address_of("U01"))
    both.service.admit(admitted, unit="U01", by=HR, campaign=FIRST)
    both.work()
    assert [title_of(mail).partition(" ")[0] for mail in both.post.mails(admitted)] == ["[VSSID-2021"]
    both.post.write(admitted, files={"ds.xlsx": filled(both, "U01", person(0))}, answers=opening)
    both.work()
    assert versions(both, "U01") == {CAMPAIGN: 0, FIRST: 0}
    assert len(both.post.mails(SERVICE, "Review")) == 1
    assert "mai.rieng" in body(both.post.last(HR))
