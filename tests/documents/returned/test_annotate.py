"""The unit's own workbook with its errors marked, read back as a spreadsheet program would."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from service.core.findings import Severity
from service.core.marks import Mark
from service.core.rosters.rows import read_roster
from service.documents.returned.annotate import annotate, annotate_in_words
from service.documents.returned.errors_sheet import COLOURS, COLUMNS, ListWords
from service.documents.workbooks.workbook import read_workbook
from tests.support.harness.bundled_campaign import bundled_campaign, bundled_wording
from tests.support.rosters.invented_rosters import people, person, table, xlsx

RED, AMBER, NONE = COLOURS[Severity.ERROR], COLOURS[Severity.WARNING], "00000000"
HEADINGS = ("Dòng", "Ô", "Cột", "Đang ghi", "Nội dung", "Đề xuất")
WRONG = [*people(2), person(2, social_insurance_no="101857068")]


def _mark(cell: str | None = "F4", **more: str | int | Severity | None) -> Mark:
    whole: dict[str, object] = {
        "sheet": "Danh sách",
        "cell": cell,
        "row": 4,
        "severity": Severity.ERROR,
        "text": "Thiếu một chữ số.",
        "heading": "Mã số BHXH",
        "value": "101857068",
        "suggestion": "0101857068",
    }
    return Mark(**{**whole, **more})  # type: ignore[arg-type]  # the test's own changes


def _annotated(content: bytes, *marks: Mark) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(_bytes(content, marks)))


def _bytes(content: bytes, marks: Sequence[Mark]) -> bytes:
    return annotate(content, marks, ListWords(title="Lỗi", headings=HEADINGS))


def _all_values(page: Worksheet) -> list[tuple[object, ...]]:
    return list(page.iter_rows(values_only=True))


def test_the_wrong_cell_is_red_and_says_why() -> None:
    """Colour, comment with the proposal; the cells beside it are untouched."""
    page = _annotated(xlsx(table(WRONG)), _mark())["Danh sách"]
    assert page["F4"].fill.fgColor.rgb == RED
    assert page["F4"].comment and page["F4"].comment.text == "Dondoc:\nThiếu một chữ số. → 0101857068"
    assert page["F3"].fill.fgColor.rgb == NONE
    assert page["F3"].comment is None


def test_warnings_are_amber_and_the_worst_mark_wins() -> None:
    """Two findings in one cell: both are said, the colour is the error's."""
    doubt = _mark(severity=Severity.WARNING, text="Có thể.", suggestion="")
    book = _annotated(xlsx(table(WRONG)), doubt, _mark(), _mark("B2", severity=Severity.WARNING))
    page = book["Danh sách"]
    assert (page["F4"].fill.fgColor.rgb, page["B2"].fill.fgColor.rgb) == (RED, AMBER)
    assert page["F4"].comment and page["F4"].comment.text.startswith("Dondoc:\nCó thể.\nThiếu")


def test_the_list_of_errors_whole() -> None:
    """Every mark with row, cell, column, value, message, proposal, and a link to its cell."""
    marks = [_mark(), _mark(None, row=None, text="Thiếu cột.", heading="Email", value="", suggestion="")]
    page = _annotated(xlsx(table(WRONG)), *marks)["Lỗi"]
    assert [line[:6] for line in _all_values(page)] == [
        HEADINGS,
        ("4", "F4", "Mã số BHXH", "101857068", "Thiếu một chữ số.", "0101857068"),
        (None, None, "Email", None, "Thiếu cột.", None),
    ]
    assert page["B2"].hyperlink and page["B2"].hyperlink.location == "'Danh sách'!F4"
    assert page.column_dimensions["G"].hidden


def test_everything_else_stays() -> None:
    """Values, kinds, styles, widths, other sheets, filters, frozen panes, formulas, comments of people."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx(table(WRONG))))
    page = book["Danh sách"]
    page["B2"].font = Font(bold=True)
    page["A1"].fill = PatternFill("solid", fgColor="FF00FF00")
    page.column_dimensions["B"].width = 33
    page.auto_filter.ref, page.freeze_panes = "A1:P4", "C2"
    page["Q2"] = "=1+1"
    page["B3"].comment = Comment("của đơn vị", "Lan")
    book.create_sheet("Khác")["A1"] = "giữ nguyên"
    saved = io.BytesIO()
    book.save(saved)
    result = _annotated(saved.getvalue(), _mark())
    kept = result["Danh sách"]
    assert _all_values(kept) == _all_values(page)
    assert (kept["B2"].font.b, kept["A1"].fill.fgColor.rgb, kept.column_dimensions["B"].width) == (True, "FF00FF00", 33)
    assert (kept.auto_filter.ref, kept.freeze_panes, kept["Q2"].value) == ("A1:P4", "C2", "=1+1")
    assert kept["B3"].comment and kept["B3"].comment.text == "của đơn vị"
    assert result.sheetnames == ["Danh sách", "Khác", "Lỗi"]


def test_marked_again_it_shows_only_what_is_still_wrong() -> None:
    """The corrected cell gets back its own colour, the old list is replaced."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx(table(WRONG))))
    book["Danh sách"]["F4"].fill = PatternFill("solid", fgColor="FF00FF00")
    saved = io.BytesIO()
    book.save(saved)
    first = _bytes(saved.getvalue(), [_mark(), _mark("B2")])
    second = _annotated(first, _mark("C3", row=3))
    page = second["Danh sách"]
    assert [page[cell].fill.fgColor.rgb for cell in ("F4", "B2", "C3")] == ["FF00FF00", NONE, RED]
    assert [page[cell].comment is None for cell in ("F4", "B2", "C3")] == [True, True, False]
    assert second.sheetnames == ["Danh sách", "Lỗi"]
    assert second["Lỗi"].max_row == 2


def test_marked_twice_alike_it_is_the_same() -> None:
    """Colours do not pile up, comments are not repeated."""
    once = _bytes(xlsx(table(WRONG)), [_mark()])
    book = _annotated(once, _mark())
    assert book["Danh sách"]["F4"].comment
    assert book["Danh sách"]["F4"].comment.text.count("Thiếu") == 1
    cleaned = _annotated(once)
    assert cleaned.sheetnames == ["Danh sách"]
    assert cleaned["Danh sách"]["F4"].fill.fgColor.rgb == NONE


def test_a_sheet_of_the_units_own_with_that_name_is_kept() -> None:
    """Only our own list is replaced."""
    result = _annotated(xlsx(table(WRONG), title="Lỗi"), _mark(sheet="Lỗi"))
    assert len(result.sheetnames) == 2
    assert result["Lỗi"]["B2"].value == "Nguyễn Văn An"


def test_nothing_of_a_mail_becomes_a_formula() -> None:
    """S54: text that begins like a formula stays text in the list."""
    page = _annotated(xlsx(table(WRONG)), _mark(value="=HYPERLINK(1)", text="+x", suggestion="@y"))["Lỗi"]
    assert [page.cell(2, column).data_type for column in range(1, 8)] == ["s"] * 7
    assert [page.cell(2, column).value for column in (4, 5, 6)] == ["=HYPERLINK(1)", "+x", "@y"]


def test_a_cell_inside_a_merged_area_is_marked_at_its_first_cell() -> None:
    """The others cannot hold a comment."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx(table(WRONG))))
    book["Danh sách"].merge_cells("B3:B4")
    saved = io.BytesIO()
    book.save(saved)
    assert _annotated(saved.getvalue(), _mark("B4"))["Danh sách"]["B3"].fill.fgColor.rgb == RED


def test_a_csv_comes_back_as_a_plain_xlsx() -> None:
    """Formats we cannot write are copied cell by cell, texts as texts."""
    content = "Họ và tên,Mã số BHXH\nLê An,0123\n=1+1,-5\n".encode()
    page = _annotated(content, _mark("B2", sheet="Sheet1"))["Sheet1"]
    assert _all_values(page) == [("Họ và tên", "Mã số BHXH"), ("Lê An", "0123"), ("=1+1", "-5")]
    assert (page["A3"].data_type, page["B2"].fill.fgColor.rgb) == ("s", RED)


def test_the_annotated_workbook_is_read_like_the_original() -> None:
    """The same rows, and the list of errors is no second roster."""
    content, campaign = xlsx(table(WRONG)), bundled_campaign()
    marked = annotate_in_words(content, [_mark(), _mark("B2")], bundled_wording())
    original, again = (read_roster(read_workbook(each), campaign) for each in (content, marked))
    assert original and again
    assert (again.rows, again.columns, again.other_sheets) == (original.rows, original.columns, ())


def test_the_catalogue_has_the_words_of_the_list() -> None:
    """Each of the list's columns has its heading."""
    sentences = bundled_wording().sentences
    assert {f"annex.heading_{key}" for key in COLUMNS} | {"annex.errors_sheet"} <= set(sentences)
