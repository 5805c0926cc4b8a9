"""A unit's list comes again: the same, a part, a correction, from somebody else, blank, or of another campaign."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from service.core.units import Worker
from tests.campaign.test_small_campaign import attached, body
from tests.support.harness.bundled_campaign import bundled_folder
from tests.support.harness.whole_service import Company, company
from tests.support.papers.filled_papers import roster, row_of

WORKERS = 5


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state", units=("U01",), workers=WORKERS) as small:
        small.launch()
        yield small


def people(harness: Company) -> Sequence[Worker]:
    return harness.folder.workers["U01"]


def listed(harness: Company, *numbers: int, **changes: str) -> bytes:
    """The unit's list with these of its workers; the changes are the first one's."""
    rows = [row_of(people(harness)[number], **(changes if place == 0 else {})) for place, number in enumerate(numbers)]
    return roster(harness.folder.campaign, harness.folder.units[0], rows)


def sent(harness: Company, files: dict[str, bytes], text: str = "Kính gửi Ban Nhân sự,") -> EmailMessage:
    """The answer to a mail with these files, in our thread: what overwrites most of a list must be proven."""
    thread = harness.post.last(harness.address_of("U01"))
    harness.post.write(harness.address_of("U01"), files=files, text=text, answers=thread)
    harness.work()
    return harness.post.last(harness.address_of("U01"))


def standing(harness: Company) -> tuple[int, int]:
    """(version, workers) of the unit's list."""
    progress = next(each for each in harness.service.status() if each.unit == "U01")
    return progress.roster_version, progress.workers


def test_s19_s22_parts_add_up_and_the_reply_says_what_was_assumed(harness: Company) -> None:
    """Two people today, two tomorrow, the same again, then one corrected row: nobody is lost, each step is said."""
    sent(harness, {"phan-1.xlsx": listed(harness, 0, 1)})
    part = listed(harness, 2, 3)
    second = body(sent(harness, {"phan-2.xlsx": part}))
    assert standing(harness) == (2, 4)
    assert "được hiểu là phần bổ sung cho lần 1" in second and "Danh sách thay thế" in second
    assert all(people(harness)[number].name in second for number in (2, 3))
    again = body(sent(harness, {"gửi lại.xlsx": part}))
    assert standing(harness) == (2, 4)
    assert "giống hệt bản đã nhận (lần 2, 4 người lao động)" in again
    corrected = body(sent(harness, {"sua.xlsx": listed(harness, 0, phone="0912345678")}))
    assert standing(harness) == (3, 4)
    assert f"sửa thông tin của 1 người ({people(harness)[0].name})" in corrected
    assert "đề nghị cho biết lý do" not in corrected.lower()


def test_s22_an_addition_that_was_meant_to_replace(harness: Company) -> None:
    """The same file with "Danh sách thay thế" in the mail; who is gone by that is asked about, and told HR."""
    sent(harness, {"a.xlsx": listed(harness, 0, 1, 2)})
    part = listed(harness, 3, 4)
    sent(harness, {"b.xlsx": part})
    assert standing(harness) == (2, 5)
    replaced = body(sent(harness, {"b.xlsx": part}, "Danh sách thay thế ạ."))
    assert standing(harness) == (3, 2)
    assert "được hiểu là bản thay thế cho lần 1" in replaced
    assert "không còn 3 người" in replaced
    assert "Đề nghị cho biết lý do" in replaced
    back = body(
        sent(
            harness,
            {"a.xlsx": listed(harness, 0, 1, 2, 3)},
            f"Danh sách thay thế. {people(harness)[4].name} đã nghỉ việc",
        )
    )
    assert standing(harness) == (4, 4)
    assert "Đề nghị cho biết lý do" not in back


def test_s21_several_workbooks_of_one_mail(harness: Company) -> None:
    """Of different people: joined, each returned with its own errors. With the same people: the longest counts."""
    files = {"phong A.xlsx": listed(harness, 0, 1, 2), "phong B.xlsx": listed(harness, 3, 4, phone="0123")}
    joined = sent(harness, files)
    assert standing(harness) == (1, WORKERS)
    assert "đã gộp thành một danh sách" in body(joined)
    assert "tệp phong B.xlsx" in body(joined)
    returned = attached(joined)
    assert list(returned) == ["phong B-can-sua.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(next(iter(returned.values()))))
    assert [book["Lỗi"]["D2"].value, book.worksheets[0][book["Lỗi"]["B2"].value].value] == ["0123", "0123"]
    overlapping = body(sent(harness, {"moi.xlsx": listed(harness, 0, 1, 2, 3), "cu.xlsx": listed(harness, 0, 1)}))
    assert "chưa dùng cu.xlsx" in overlapping


def test_s21_a_number_in_two_workbooks_of_one_mail_is_marked_in_both(harness: Company) -> None:
    """Whose it is only the unit knows: each file comes back with the cell, each line names the other row."""
    (phone, name), other = (people(harness)[0].values["phone"], people(harness)[0].name), people(harness)[3].name
    files = {"phong A.xlsx": listed(harness, 0, 1, 2), "phong B.xlsx": listed(harness, 3, 4, phone=phone)}
    answer = sent(harness, files)
    assert standing(harness) == (1, WORKERS)
    returned = attached(answer)
    assert sorted(returned) == ["phong A-can-sua.xlsx", "phong B-can-sua.xlsx"]
    for content in returned.values():
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert [row[3].value for row in book["Lỗi"].iter_rows(min_row=2, max_col=5)] == [phone]
    said = body(answer)
    assert f"trùng với {name}" in said and f"trùng với {other}" in said and "của phong A.xlsx / " in said


def test_s51_macros_and_hidden_rows_are_told_in_one_line_each(harness: Company) -> None:
    """The macro is not run, the hidden worker counts, and the unit knows of both."""
    book = openpyxl.load_workbook(io.BytesIO(listed(harness, 0, 1)))
    sheet = book.worksheets[0]
    last = max(cell.row for row in sheet.iter_rows() for cell in row if cell.value == people(harness)[1].name)
    sheet.row_dimensions[last].hidden = True
    written = io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    said = body(sent(harness, {"PL02.xlsm": written.getvalue()}))
    assert standing(harness) == (1, 2)
    assert said.count("Tệp có chứa macro; macro không được chạy") == 1
    assert said.count(f"Có 1 dòng đang bị ẩn (dòng {last})") == 1


def test_s53_blank_template_and_workbook_of_another_campaign(harness: Company) -> None:
    """Recognised and said so; neither becomes a version."""
    sent(harness, {"a.xlsx": listed(harness, 0, 1)})
    blank = body(sent(harness, {"mau.xlsx": listed(harness)}))
    assert "tệp mẫu chưa điền người lao động nào" in blank
    other = bundled_folder("suc-khoe-2021")
    foreign = roster(other.campaign, other.units[0], [row_of(people(harness)[0])])
    said = body(sent(harness, {"kham.xlsx": foreign}))
    assert "mẫu của đợt khác" in said
    assert standing(harness) == (1, 2)


def saved_again(workbook: bytes) -> bytes:
    """The same cells in other bytes, as a spreadsheet program writes them."""
    kept = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(workbook)).save(kept)
    return kept.getvalue()


def test_s53_the_returned_workbook_sent_back_as_it_is(harness: Company) -> None:
    """What we mailed out is nothing new; saved again without a change, the same errors, and no marks piled up."""
    first = sent(harness, {"a.xlsx": listed(harness, 0, 1, phone="0123")})
    (returned,) = attached(first).values()
    assert "chưa có nội dung nào thay đổi" in body(sent(harness, {"a-can-sua.xlsx": returned}))
    second = sent(harness, {"a-can-sua.xlsx": saved_again(returned)})
    assert "không có thay đổi" in body(second)
    (again,) = attached(second).values()
    one, other = (openpyxl.load_workbook(io.BytesIO(each)) for each in (returned, again))
    assert other.sheetnames == one.sheetnames
    for page in one.worksheets:
        twin = other[page.title]
        cells = [cell for row in page.iter_rows() for cell in row]
        assert [cell.value for cell in cells] == [twin[cell.coordinate].value for cell in cells]
        marks = [(cell.coordinate, cell.comment.text) for cell in cells if cell.comment]
        assert marks == [(cell.coordinate, twin[cell.coordinate].comment.text) for cell in cells if cell.comment]
