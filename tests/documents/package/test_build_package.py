"""The package for the agency: every file read back."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import pypdfium2 as pdfium
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from service.core.progress.packages import PackageFile
from service.core.progress.progress import Progress
from service.core.progress.summary_facts import BurnUp, SummaryFacts
from service.documents.package.build_package import ascii_name, build_package
from service.documents.package.declarations_pdf import FormsTitle, declarations_pdf
from service.documents.summary.summary_workbook import summary_workbook
from tests.support.papers.package_cast import (
    CORNER,
    NOW,
    campaign,
    form,
    pdf,
    picture,
    three_units,
    unit,
    wording,
    worker,
)

WORDS = FormsTitle(organisation="CƠ QUAN", unit="Đơn vị", title="Tờ khai", headings=("1", "2", "3", "4"), total="Hết")


@pytest.fixture(scope="module")
def files() -> Mapping[str, PackageFile]:
    """The whole package of three units, by file name."""
    return {file.name: file for file in build_package(campaign(), three_units(), wording(), made_at=NOW).files}


def sheet(file: PackageFile, number: int = 0) -> Worksheet:
    page = load_workbook(io.BytesIO(file.content)).worksheets[number]
    assert isinstance(page, Worksheet)
    return page


def table(page: Worksheet) -> list[list[str]]:
    """The rows from the headings down to the last one with a border, empty cells as empty texts."""
    rows = [
        ["" if cell.value is None else str(cell.value) for cell in row]
        for row in page.iter_rows()
        if row[-1].border.top.style
    ]
    assert rows
    return rows


def text_of(content: bytes) -> list[str]:
    """The text of each page of a PDF."""
    document = pdfium.PdfDocument(content)
    return [document[number].get_textpage().get_text_range() for number in range(len(document))]


def pixels(content: bytes, page: int) -> Image.Image:
    """A page as a viewer shows it, 72 dpi."""
    shown = pdfium.PdfDocument(content)[page].render().to_pil()
    assert isinstance(shown, Image.Image)
    return shown.convert("RGB")


def mark_is_upper_left(picture: Image.Image) -> bool:
    """Whether the red mark of our test forms lies in the upper left quarter, and nowhere else."""
    width, height = picture.size
    rgb: Any = picture.load()
    red = [
        (x, y)
        for x in range(0, width, 4)
        for y in range(0, height, 4)
        if sum(abs(a - b) for a, b in zip(rgb[x, y], CORNER, strict=True)) < 60
    ]
    return len(red) > 20 and all(x < width / 2 and y < height / 2 for x, y in red)


def test_the_package_is_complete(files: Mapping[str, PackageFile]) -> None:
    """Letter, three lists, one PDF for each unit with forms, two manifests; names are plain ASCII."""
    assert list(files) == [
        "00-cong-van.pdf",
        "01-danh-sach-tong-hop.xlsx",
        "02-thong-tin-sai-lech.xlsx",
        "03-chua-thuc-hien-duoc.xlsx",
        "04-to-khai-U01.pdf",
        "04-to-khai-U02.pdf",
        "manifest.csv",
        "manifest.txt",
    ]


def test_the_letter_carries_the_figures(files: Mapping[str, PackageFile]) -> None:
    """The campaign's own words, with counts as offices write them."""
    (page,) = text_of(files["00-cong-van.pdf"].content)
    words = " ".join(page.split())
    assert "Số: 145/VNPT-IT-NS" in words
    assert "Hà Nội, ngày 21 tháng 5 năm 2021" in words
    assert "tại 03 đơn vị trực thuộc" in words
    assert "danh sách 05 người lao động" in words
    assert "03 Tờ khai mẫu số 01" in words
    assert "{" not in words


def test_the_consolidated_list_has_everyone_who_did_it(files: Mapping[str, PackageFile]) -> None:
    """The unit in front, running numbers, dates and ticks as offices write them; who could not is elsewhere."""
    rows = table(sheet(files["01-danh-sach-tong-hop.xlsx"]))
    assert rows[0] == [
        "Đơn vị",
        "STT",
        "Họ và tên",
        "Ngày, tháng, năm sinh",
        "Giới tính",
        "Số CMND/CCCD/Hộ chiếu",
        "Mã số BHXH",
        "Số điện thoại đăng ký",
        "Email (@vnpt-it.example)",
        "Ngày đăng ký GDĐT",
        "Đã cài đặt VssID (X)",
        "Tờ khai mẫu 01 đã ký (X)",
        "Ghi chú",
    ]
    assert rows[1] == [
        "Trung tâm Số 1",
        "1",
        "Nguyễn Thị Thử 1",
        "05/04/1990",
        "Nữ",
        "001190000001",
        "0123456701",
        "0912345601",
        "thu1@vnpt-it.example",
        "04/05/2021",
        "X",
        "X",
        "",
    ]
    assert [row[:2] for row in rows[1:]] == [
        ["Trung tâm Số 1", "1"],
        ["Trung tâm Số 1", "2"],
        ["Trung tâm Số 2", "3"],
        ["Trung tâm Số 2", "4"],
        ["Trung tâm Số 3", "5"],
    ]
    assert rows[5][3] == "1985"


def test_the_second_sheet_adds_up_the_units(files: Mapping[str, PackageFile]) -> None:
    """One line a unit and a sum below."""
    assert table(sheet(files["01-danh-sach-tong-hop.xlsx"], 1))[1:] == [
        ["1", "Trung tâm Số 1", "2", "2", "1", "0"],
        ["2", "Trung tâm Số 2", "2", "1", "1", "1"],
        ["3", "Trung tâm Số 3", "1", "0", "1", "0"],
        ["", "Tổng cộng", "5", "3", "3", "1"],
    ]


def test_discrepancies_are_grouped_by_kind(files: Mapping[str, PackageFile]) -> None:
    """Kinds in the order of the campaign, spelling of case ignored, unknown kinds last."""
    rows = table(sheet(files["02-thong-tin-sai-lech.xlsx"]))
    assert rows[0][:6] == ["Đơn vị", "STT", "Họ và tên", "Ngày, tháng, năm sinh", "Số CMND/CCCD/Hộ chiếu", "Mã số BHXH"]
    assert rows[0][6:] == ["Thông tin trên VssID", "Thông tin thực tế", "Từ tháng/năm"]
    groups = [row[0] for row in rows if not row[1] and row[0]]
    assert groups == ["Thẻ BHYT (1 nội dung)", "Quá trình công tác (1 nội dung)", "Lạ (1 nội dung)"]
    assert rows[4][6:] == ["@thiếu", "+1", "01/2010"]


def test_who_could_not_is_listed_with_the_reason(files: Mapping[str, PackageFile]) -> None:
    """Name and reason; the numbers nobody gave stay empty."""
    rows = table(sheet(files["03-chua-thuc-hien-duoc.xlsx"]))
    assert rows[1:] == [["Trung tâm Số 2", "1", "Trần Văn Nghỉ", "", "", "", "Nghỉ thai sản"]]


def test_s54_cells_from_mails_stay_text(files: Mapping[str, PackageFile]) -> None:
    """No cell of any workbook is a formula; what looks like one is marked as text for those who edit it."""
    dangerous = 0
    for file in files.values():
        if file.name.endswith(".xlsx"):
            for page in load_workbook(io.BytesIO(file.content)).worksheets:
                for row in page.iter_rows():
                    assert {cell.data_type for cell in row} <= {"s", "n"}
                    assert all(cell.data_type == "s" for cell in row if cell.value is not None)
                    marked = [cell for cell in row if str(cell.value or "")[:1] in ("=", "+", "-", "@")]
                    dangerous += len(marked)
                    assert all(cell.quotePrefix and cell.number_format == "@" for cell in marked)
    assert dangerous == 3


def test_the_sheets_are_ready_to_print(files: Mapping[str, PackageFile]) -> None:
    """A4 across, as wide as the paper, the headings on every page."""
    for name in ("01-danh-sach-tong-hop.xlsx", "02-thong-tin-sai-lech.xlsx", "03-chua-thuc-hien-duoc.xlsx"):
        page = sheet(files[name])
        assert (page.page_setup.orientation, str(page.page_setup.paperSize)) == ("landscape", "9")
        assert page.page_setup.fitToHeight == 0
        assert page.print_title_rows
        assert page.freeze_panes


def test_forms_of_a_unit_stand_in_one_file_with_a_title_page(files: Mapping[str, PackageFile]) -> None:
    """The title page names workers and pages; the PDF page is the right one of its original, with its text."""
    pages = text_of(files["04-to-khai-U01.pdf"].content)
    assert len(pages) == 3
    assert "TỜ KHAI MẪU SỐ 01" in pages[0]
    assert "Nguyễn Thị Thử 2" in pages[0]
    assert pages[1].strip() == "FORM TWO"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_pictures_and_pages_stand_upright(turn: int) -> None:
    """Whatever the turn of a picture or a PDF page as sent: in the package its top is at the top."""
    page = Image.open(io.BytesIO(picture(turn)))
    scanned = io.BytesIO()
    page.save(scanned, "PDF")
    forms = [form(picture(turn), rotation=turn), form(scanned.getvalue(), "application/pdf", rotation=turn)]
    made = declarations_pdf(forms, WORDS, NOW)
    assert mark_is_upper_left(pixels(made, 1))
    assert mark_is_upper_left(pixels(made, 2))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_other_pictures_are_taken_too(kind: str) -> None:
    """PNG, TIFF and WebP stand on a page like JPEG does."""
    made = declarations_pdf([form(picture(180, kind=kind), f"image/{kind.lower()}", rotation=180)], WORDS, NOW)
    assert mark_is_upper_left(pixels(made, 1))


def test_the_turn_a_camera_notes_counts() -> None:
    """EXIF says how to show the picture; `rotation` is counted from there."""
    content = picture(90, orientation=8)  # stored turned clockwise, shown turned back: upright already
    assert mark_is_upper_left(pixels(declarations_pdf([form(content)], WORDS, NOW), 1))


def test_small_jpegs_keep_their_bytes_and_large_ones_shrink() -> None:
    """The scan's own bytes lie in the PDF; a photo of several megabytes becomes a page of some hundred kilobytes."""
    small = picture(0)
    body = small[small.index(b"\xff\xda") : -2]
    assert body in declarations_pdf([form(small)], WORDS, NOW)
    noise = Image.effect_noise((1500, 2600), 60).convert("RGB")
    large = io.BytesIO()
    noise.save(large, "JPEG", quality=98)
    made = declarations_pdf([form(large.getvalue())], WORDS, NOW)
    assert len(made) < len(large.getvalue()) / 2.5


def test_a_long_list_of_workers_keeps_its_page_numbers() -> None:
    """With a title of two pages the first form is on page 3."""
    forms = [form(pdf(f"FORM {i}"), "application/pdf", row=8 + i) for i in range(50)]
    made = text_of(declarations_pdf(forms, WORDS, NOW))
    assert len(made) == 52
    first_line = next(line for line in made[0].splitlines() if "Nguyễn Thị Thử 1" in line)
    assert "3" in "".join(made[0].split(first_line)[1].split()[:3]) or first_line.endswith("3")


def test_a_page_with_two_declarations_stands_there_once() -> None:
    """Both workers' lines name it; the page of the next one follows."""
    shared, own = pdf("TWO"), pdf("ONE")
    forms = [form(content, "application/pdf", row=row) for row, content in ((8, shared), (9, shared), (10, own))]
    title, *pages = text_of(declarations_pdf(forms, WORDS, NOW))
    assert [page.strip() for page in pages] == ["TWO", "ONE"]
    words = title.split()
    assert [words[words.index(row) + 1] for row in ("8", "9", "10")] == ["2", "2", "3"]


def test_s49_a_digitally_signed_original_goes_along() -> None:
    """A copied page carries no signature, so the signed file itself is in the package, once."""
    signed = pdf("ONE", "TWO") + b"% /ByteRange [0 1 2 3]\n"
    forms = [form(signed, "application/pdf", page=page, row=7 + page) for page in (1, 2)]
    package = build_package(campaign(), [unit(1, [worker(1), worker(2)], forms)], wording(), made_at=NOW)
    originals = [file for file in package.files if file.content == signed]
    assert [file.name for file in originals] == ["04-to-khai-U01-ban-goc-ky-so-1.pdf"]


def test_lists_with_nothing_in_them_are_left_out() -> None:
    """No discrepancies, nobody who could not, no forms: letter, list and manifests remain."""
    package = build_package(campaign(), [unit(1, [worker(1)])], wording(), made_at=NOW)
    assert [file.name[:2] for file in package.files] == ["00", "01", "ma", "ma"]


def test_a_campaign_without_forms_and_discrepancies_has_a_package_too() -> None:
    """Nothing in the package knows the bundled campaign: words fall back to the catalogue."""
    plain = dataclasses.replace(campaign(), declaration=None, discrepancy=None, texts={}, title="Khám sức khỏe")
    package = build_package(plain, three_units(), wording(), made_at=NOW)
    assert [file.name[:2] for file in package.files] == ["00", "01", "03", "ma", "ma"]
    (letter,) = text_of(package.files[0].content)
    assert "Khám sức khỏe" in letter
    assert "VssID" not in letter


def test_manifests_agree_with_the_files(files: Mapping[str, PackageFile]) -> None:
    """Every file but the manifests is named with its size and hash, for people and for `sha256sum --check`."""
    rows = list(csv.reader(io.StringIO(files["manifest.csv"].content.decode("utf-8-sig"))))
    expected = [
        [file.name, file.media_type, str(len(file.content)), hashlib.sha256(file.content).hexdigest()]
        for file in files.values()
    ]
    assert rows[0] == ["Tên tệp", "Loại tệp", "Kích thước (byte)", "Mã kiểm tra SHA-256"]
    assert rows[1:] == expected[:-2]
    lines = files["manifest.txt"].content.decode().splitlines()
    assert lines == [f"{row[3]}  {row[0]}" for row in expected[:-2]]


def test_the_same_package_gives_the_same_bytes() -> None:
    """Built twice: nothing depends on the clock."""
    first, second = (build_package(campaign(), three_units(), wording(), made_at=NOW) for _ in range(2))
    assert first == second


def test_file_names_are_plain() -> None:
    """Vietnamese letters lose their marks, everything else becomes a dash."""
    assert ascii_name("Tờ khai “Đợt 1”/U01") == "To-khai-Dot-1-U01"
    assert ascii_name("../..") == "file"


def test_the_english_catalogue_has_the_same_sentences() -> None:
    """A campaign in English gets a whole package, without a key in place of words."""
    package = build_package(campaign(), three_units(), wording("en"), made_at=NOW)
    assert package.files[1].name == "01-consolidated-list.xlsx"
    words = str(table(sheet(package.files[1], 1)))
    assert "package." not in words
    assert "Total" in words


def test_the_summary_workbook_names_what_is_missing() -> None:
    """One line for each unit, also for one that sent nothing."""
    units = [each.unit for each in three_units()]
    progress = [
        Progress(
            unit="U01",
            roster_version=2,
            workers=5,
            expected=6,
            forms_expected=5,
            forms_accepted=3,
            forms_missing=("Lê A",),
            forms_rejected=("Lê B",),
            not_in_roster=("Lê C",),
            last_received_at=NOW,
            discrepancies=2,
            bounced=True,
        ),
        Progress(unit="U02", roster_version=1, workers=2, expected=2, discrepancies_answered=False),
    ]
    burn_up = BurnUp(begun=date(2021, 4, 22), last_day=date(2021, 5, 19), today=date(2021, 5, 21), units=3)
    facts = SummaryFacts(
        units=units,
        progress=progress,
        now=NOW,
        burn_up=burn_up,
        needs=("U02: đề nghị gọi điện.",),
        last_days={"U01": date(2021, 5, 25)},
        reminded={"U01": ["12/05: nhắc", "20/05: báo quá hạn"]},
    )
    content = summary_workbook(campaign(), facts, wording())
    file = PackageFile(name="s", media_type="", content=content)
    rows = table(sheet(file))
    assert rows[1] == [
        "U01",
        "Trung tâm Số 1",
        "Cần chỉnh sửa",
        "09:30 21/05/2021",
        "5/6",
        "",
        "3/5",
        "",
        "2",
        "Chưa có trong danh sách: Lê C\nChưa có tờ khai: Lê A\nTờ khai cần làm lại: Lê B",
        "25/05/2021",
        "12/05: nhắc\n20/05: báo quá hạn",
        "Lê Thị Mối\nu01@vnpt-it.example\nThư gửi đến bị trả lại",
    ]
    assert rows[2][8] == "chưa trả lời"
    assert rows[3][2] == "Chưa gửi hồ sơ"
    assert "U02: đề nghị gọi điện." in [value for row in table(sheet(file, 1)) for value in row]
