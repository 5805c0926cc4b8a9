"""What a unit put into its workbook besides the list comes back: pictures, charts, rules, names, its own words."""

from __future__ import annotations

import io
import re
import subprocess
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import which

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import GradientFill

from service.core.findings import Severity
from service.core.grids import Cell, Sheet, Workbook
from service.core.marks import Mark
from service.documents.returned.annotate import MOST_COMMENTS, annotate
from service.documents.returned.errors_sheet import COLOURS, MOST_LISTED, ListWords
from service.documents.returned.plain_copy import plain_copy
from service.documents.workbooks.workbook import read_workbook
from tests.support.rosters.invented_rosters import people, person, table, xlsx
from tests.support.rosters.rich_workbook import rich_workbook
from tests.support.rosters.workbook_structure import complaints

RED = COLOURS[Severity.ERROR]
WORDS = ListWords(title="Lỗi", headings=("Dòng", "Ô", "Cột", "Đang ghi", "Nội dung", "Đề xuất"))
LINES = table([*people(2), person(2, social_insurance_no="101857068")])
SHEET, RELATIONS = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
LOOKS = ("fill", "font", "border", "alignment", "number_format", "protection")
TOUCHED = {
    "[Content_Types].xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "xl/drawings/vmlDrawing1.vml",
    "xl/comments1.xml",
    "xl/styles.xml",
}


def mark(cell: str, sheet: str = "Danh sách") -> Mark:
    return Mark(sheet=sheet, cell=cell, row=None, severity=Severity.ERROR, text="Sai.", suggestion="0101857068")


def marked(content: bytes, *cells: str) -> bytes:
    return annotate(content, [mark(cell) for cell in cells], WORDS)


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_parts(content: bytes, more: Mapping[str, bytes]) -> bytes:
    """The package with other or further parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in {**parts(content), **more}.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_only_what_a_mark_touches_is_written_anew() -> None:
    """Picture, chart, text box, table, sparkline, rules, validations, names: byte by byte as they came."""
    original = rich_workbook(LINES)
    before, after = parts(original), parts(marked(original, "F4", "B2"))
    assert {name for name in before if before[name] != after[name]} == TOUCHED
    assert set(after) - set(before) == {"xl/worksheets/dondoc1.xml"}
    assert any(name.startswith("xl/media/") for name in after)


def test_the_touched_sheet_keeps_everything_around_its_cells() -> None:
    """Widths, filter, frozen panes, rules, lists, merged areas, protection, header, extensions of newer Excels."""
    original = rich_workbook(LINES)
    before, after = (parts(each)[SHEET] for each in (original, marked(original, "F4")))
    for kept in (
        b"<cols>",
        b"autoFilter",
        b"conditionalFormatting",
        b"dataValidation",
        b"mergeCell",
        b"sheetProtection",
    ):
        assert before.count(kept) == after.count(kept) > 0
    for kept in (b"headerFooter", b"drawing", b"x14:sparklineGroup", b"pane", b"hyperlink"):
        assert before.count(kept) == after.count(kept) > 0


def test_it_is_put_together_as_excel_asks() -> None:
    """Types, relations, order of elements, boxes of comments: in cells that are, are not, and are far away."""
    for original in (rich_workbook(LINES), xlsx(LINES)):
        assert complaints(original) == []
        assert complaints(marked(original, "F4", "B2", "Q3", "ZZ3", "B40", "A41")) == []
        assert complaints(marked(marked(original, "F4", "B2"), "C3")) == []
        assert complaints(marked(marked(original, "F4", "B2"))) == []


def test_taken_off_again_the_workbook_is_as_it_was() -> None:
    """A round without errors leaves neither list nor colour nor comment of ours, and a person's words as they were."""
    original = rich_workbook(LINES)
    cleaned = marked(marked(original, "F4", "B2", "C3"))
    theirs, ours = (openpyxl.load_workbook(io.BytesIO(each)) for each in (original, cleaned))
    assert ours.sheetnames == theirs.sheetnames
    for page in theirs.worksheets:
        for row in page.iter_rows():
            for cell in row:
                twin = ours[page.title][cell.coordinate]
                assert twin.value == cell.value
                assert all(repr(getattr(twin, look)) == repr(getattr(cell, look)) for look in LOOKS)
                assert (twin.comment and twin.comment.text) == (cell.comment and cell.comment.text)
    assert set(parts(cleaned)) == set(parts(original))


def test_a_fill_of_any_kind_comes_back() -> None:
    """A gradient, which has no single colour."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx(LINES)))
    book.worksheets[0]["F4"].fill = GradientFill(stop=("FF0000", "0000FF"))
    original = saved(book)
    cleaned = openpyxl.load_workbook(io.BytesIO(marked(marked(original, "F4")))).worksheets[0]
    assert repr(cleaned["F4"].fill) == repr(openpyxl.load_workbook(io.BytesIO(original)).worksheets[0]["F4"].fill)


def test_a_person_s_comment_stands_below_ours_and_stays_hers() -> None:
    """Author and words; at the next round ours goes, hers stays."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx(LINES)))
    book.worksheets[0]["F4"].comment = Comment("đã hỏi lại", "Lan")
    once = marked(saved(book), "F4")
    comment = openpyxl.load_workbook(io.BytesIO(once)).worksheets[0]["F4"].comment
    assert comment and (comment.author, comment.text) == ("Lan", "Dondoc:\nSai. → 0101857068\n———\nđã hỏi lại")
    cleaned = openpyxl.load_workbook(io.BytesIO(marked(once))).worksheets[0]["F4"].comment
    assert cleaned and (cleaned.author, cleaned.text) == ("Lan", "đã hỏi lại")


def test_macros_do_not_come_back() -> None:
    """An xlsm is answered as an xlsx: nothing in it can run; its cells are all there."""
    plain = parts(xlsx(LINES))
    types = plain["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    binary = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    relation = (
        b'<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        b'Target="vbaProject.bin"/></Relationships>'
    )
    macros = {
        "[Content_Types].xml": types.replace(b"</Types>", binary),
        RELATIONS: plain[RELATIONS].replace(b"</Relationships>", relation),
        "xl/vbaProject.bin": b"\xd0\xcf",
    }
    content = marked(with_parts(xlsx(LINES), macros), "F4")
    result = parts(content)
    assert not any("vba" in name.lower() for name in result)
    assert b"macroEnabled" not in result["[Content_Types].xml"]
    assert b"vbaProject" not in result[RELATIONS]
    assert complaints(content) == []


def test_rows_and_cells_without_references_are_counted() -> None:
    """Some programs leave the references out; the standard lets them."""
    bare = re.sub(rb'(<row|<c) r="[A-Z]*\d+"', rb"\1", parts(xlsx(LINES))[SHEET])
    assert b' r="' not in bare.partition(b"<sheetData>")[2].partition(b"</sheetData>")[0]
    content = marked(with_parts(xlsx(LINES), {SHEET: bare}), "F4")
    assert read_workbook(content).sheets[0].cells == read_workbook(xlsx(LINES)).sheets[0].cells
    assert parts(content)[SHEET].count(b" s=") == parts(marked(xlsx(LINES), "F4"))[SHEET].count(b" s=")


def test_a_million_formatted_rows_cost_no_more_than_reading_them() -> None:
    """A sheet with 40 people and 300,000 formatted empty rows: marked in seconds, all rows kept."""
    plain = parts(xlsx(LINES))[SHEET]
    empty = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (row, row) for row in range(5, 300_000))
    content = with_parts(xlsx(LINES), {SHEET: plain.replace(b"</sheetData>", empty + b"</sheetData>")})
    begun = time.process_time()
    result = parts(marked(content, "F4", "C299999"))[SHEET]
    assert time.process_time() - begun < 10
    assert result.count(b"<row ") == 299_999


def test_more_errors_than_anybody_reads_are_bounded() -> None:
    """Every cell is filled; boxes and list end somewhere, and the list says how many more there are."""
    cells = [f"C{row}" for row in range(2, MOST_LISTED + 12)]
    words = ListWords(title="Lỗi", headings=WORDS.headings, more="còn {count}")
    content = annotate(xlsx(LINES), [mark(cell) for cell in cells], words)
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book["Danh sách"]
    assert page[cells[-1]].fill.fgColor.rgb == RED
    assert sum(cell.comment is not None for row in page.iter_rows() for cell in row) == MOST_COMMENTS
    assert book["Lỗi"].cell(MOST_LISTED + 2, 5).value == "còn 10"
    assert complaints(content) == []


def test_sheet_names_of_other_formats_find_their_cells() -> None:
    """A name that Excel does not allow is changed, and its marks go with it."""
    cells = {(1, 1): Cell("Họ và tên"), (2, 1): Cell("=1+1")}
    content, names = plain_copy(Workbook(sheets=(Sheet(name="Danh sách [tháng 5/2021] của đơn vị", cells=cells),)))
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert names == {"Danh sách [tháng 5/2021] của đơn vị": page.title}
    assert (page["A2"].value, page["A2"].data_type, len(page.title) <= 31) == ("=1+1", "s", True)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Path]:
    """LibreOffice with a profile of its own."""
    if which("soffice") is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    yield tmp_path


def converted(office: Path, content: bytes, name: str, to: str) -> bytes:
    """The file opened and saved by LibreOffice."""
    source = office / name
    source.write_bytes(content)
    target = office / "out"
    profile = f"-env:UserInstallation=file://{office}/profile"
    command = ["soffice", "--headless", profile, "--convert-to", to, "--outdir", str(target), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (target / f"{source.stem}.{to.partition(':')[0]}").read_bytes()


def test_libreoffice_opens_saves_and_sends_it_back(office: Path) -> None:
    """Marks, comments, list and links survive; the round after that takes them off; an ods is answered in xlsx."""
    returned = converted(office, marked(rich_workbook(LINES), "F4", "B2"), "a.xlsx", "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(returned))
    page = book["Danh sách"]
    assert (page["F4"].fill.fgColor.rgb, book.sheetnames[-1]) == (RED, "Lỗi")
    assert page["F4"].comment and page["F4"].comment.text == "Dondoc:\nSai. → 0101857068"
    assert book["Lỗi"]["B2"].hyperlink and book["Lỗi"]["B2"].hyperlink.location == "'Danh sách'!F4"
    second = openpyxl.load_workbook(io.BytesIO(marked(returned, "C3")))
    page = second["Danh sách"]
    assert [page[cell].fill.fgColor.rgb for cell in ("F4", "B2", "C3")] == ["FF00FF00", "00000000", RED]
    assert page["F4"].comment is None
    assert page["B2"].comment and page["B2"].comment.text == "của đơn vị"
    assert second.sheetnames.count("Lỗi") == 1
    ods = converted(office, xlsx(LINES), "b.xlsx", "ods")
    plain = openpyxl.load_workbook(io.BytesIO(marked(ods, "F4")))["Danh sách"]
    assert (plain["F4"].fill.fgColor.rgb, plain["F4"].value) == (RED, "101857068")
