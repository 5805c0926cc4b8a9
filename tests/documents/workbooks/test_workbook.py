"""Workbooks of every format as grids of cells, and files that are none."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook as Book
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from service.core.grids import Cell, Workbook
from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile
from service.documents.workbooks.sheets import is_date_format
from service.documents.workbooks.workbook import read_workbook
from tests.support.rosters.invented_rosters import people, table, xlsx

MORNING = datetime.combine(date(2021, 5, 4), time(8, 30))


def _made(fill: Callable[[Book, Worksheet], object]) -> Workbook:
    book = Book()
    fill(book, book.worksheets[0])
    saved = io.BytesIO()
    book.save(saved)
    return read_workbook(saved.getvalue())


def _edited(content: bytes, part: str, edit: Callable[[str], str]) -> bytes:
    """The same xlsx with one part of its XML changed."""
    source, result = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(result, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            target.writestr(name, edit(text.decode()).encode() if name == part else text)
    return result.getvalue()


def _hand_made(shared_strings: str) -> bytes:
    """An xlsx as Excel lays it out: texts in a part of their own, cells naming them by number."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    sheet = "<row><c t='s'><v>1</v></c><c t='s'><v>0</v></c><c t='s'><v>9</v></c><c t='e'><v>#N/A</v></c></row>"
    parts = {
        "_rels/.rels": f"<Relationships {package}><Relationship Id='a' Type='{office}/officeDocument' "
        "Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<workbook {main} xmlns:r='{office}'><sheets><sheet name='S' r:id='b'/></sheets>"
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships {package}>"
        f"<Relationship Id='b' Type='{office}/worksheet' Target='worksheets/sheet1.xml'/>"
        f"<Relationship Id='c' Type='{office}/sharedStrings' Target='/xl/SharedStrings.xml'/></Relationships>",
        "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{sheet}</sheetData></worksheet>",
        "xl/sharedStrings.xml": f"{shared_strings}<sst {main}><si><t>An</t></si><si><t>Bình</t></si></sst>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


def _problem(content: bytes, **more: Any) -> Problem:
    with pytest.raises(UnreadableFile) as refused:
        read_workbook(content, **more)
    return refused.value.problem


def test_values_keep_their_kind() -> None:
    """Text, whole and broken numbers, truth, days, moments, hours; empty cells are not there."""
    line = ["0123", 12, 1.5, True, date(2021, 5, 4), MORNING, time(8, 30), None, ""]
    (sheet,) = read_workbook(xlsx([line], title="Đủ loại")).sheets
    values = [sheet.cells[1, column].value for column in range(1, 8)]
    assert values == ["0123", 12, 1.5, True, date(2021, 5, 4), MORNING, time(8, 30)]
    assert (sheet.name, len(sheet.cells), type(values[1])) == ("Đủ loại", 7, float)


def test_what_stands_around_the_values() -> None:
    """Number formats, fonts, formulas, merged areas, hidden rows, columns and sheets, properties."""

    def fill(book: Book, page: Worksheet) -> None:
        page["A1"], page["B1"], page["C1"] = 101857068, "=1+1", "x"
        page["A1"].number_format = "0000000000"
        page["C1"].font = Font(name=".VnTime")
        page.merge_cells("A3:C4")
        page.row_dimensions[7].hidden = True
        page.column_dimensions["D"].hidden = True
        book.create_sheet("Ẩn").sheet_state = "hidden"
        book.custom_doc_props.append(StringProperty(name="dondoc-unit", value="U03"))  # type: ignore[attr-defined]  # unknown to the stubs

    workbook = _made(fill)
    sheet, hidden = workbook.sheets
    assert sheet.cells[1, 1].number_format == "0000000000"
    assert sheet.cells[1, 2] == Cell(None, formula="=1+1")
    assert sheet.cells[1, 3].font == ".VnTime"
    assert (sheet.merged, sheet.hidden_rows, sheet.hidden_columns) == (((3, 1, 4, 3),), frozenset({7}), frozenset({4}))
    assert (hidden.hidden, sheet.hidden) == (True, False)
    assert workbook.properties == {"dondoc-unit": "U03"}


def test_dates_that_count_from_1904() -> None:
    """Old Mac files: the same day in another number."""

    def fill(book: Book, page: Worksheet) -> None:
        book.epoch = CALENDAR_MAC_1904
        page["A1"] = date(2021, 5, 4)

    workbook = _made(fill)
    assert workbook.epoch_1904
    assert workbook.sheets[0].cells[1, 1].value == date(2021, 5, 4)


@pytest.mark.parametrize("shown", ["dd/mm/yyyy", "[$-42A]dd mmmm yyyy", "m/d/yy h:mm", "[h]:mm", "yyyy"])
def test_formats_that_show_dates(shown: str) -> None:
    """A day, month, year or hour outside of quotes and brackets."""
    assert is_date_format(shown)


@pytest.mark.parametrize("shown", ["General", "0000000000", "@", '#,##0 "đồng"', "[Red]0.00", '"dd"0', "0.00E+00"])
def test_formats_that_show_none(shown: str) -> None:
    """Quoted letters and colours are no dates."""
    assert not is_date_format(shown)


def test_texts_in_a_part_of_their_own() -> None:
    """Cells name their texts by number; a number without a text is an empty cell; an error is its own text."""
    (sheet,) = read_workbook(_hand_made("")).sheets
    assert {place: cell.value for place, cell in sheet.cells.items()} == {(1, 1): "Bình", (1, 2): "An", (1, 4): "#N/A"}


def test_strings_of_several_runs_and_escapes() -> None:
    """Rich text is joined; phonetic guides are left out; _x000D_ is a line end."""
    shared = '<c r="A1" t="inlineStr"><is><r><t>Nguyễn </t></r><r><t>An</t></r><rPh><t>x</t></rPh></is></c>'
    escaped = '<c r="B1" t="str"><v>a_x000D_b</v></c>'
    content = _edited(
        xlsx([["x"]]),
        "xl/worksheets/sheet1.xml",
        lambda text: text[: text.index("<c ")] + shared + escaped + text[text.index("</row>") :],
    )
    cells = read_workbook(content).sheets[0].cells
    assert (cells[1, 1].value, cells[1, 2].value) == ("Nguyễn An", "a\rb")


def test_cells_without_references_are_counted() -> None:
    """Some writers leave out r="A1"."""
    content = _edited(xlsx([["a", "b"], ["c"]]), "xl/worksheets/sheet1.xml", lambda text: text.replace(' r="', ' x="'))
    assert [cell.value for cell in read_workbook(content).sheets[0].cells.values()] == ["a", "b", "c"]


def test_a_sheet_that_claims_a_million_rows() -> None:
    """A used range down to the last row costs nothing: only cells that hold something count."""

    def fill(_book: Book, page: Worksheet) -> None:
        page["A1"], page["XFD1048576"] = "first", "last"

    sheet = _made(fill).sheets[0]
    assert (len(sheet.cells), sheet.last_row, sheet.last_column) == (2, 1_048_576, 16_384)


def test_too_many_cells_are_refused() -> None:
    """The limit counts over all sheets."""
    content = xlsx([[1, 2, 3]] * 10)
    assert len(read_workbook(content, max_cells=30).sheets[0].cells) == 30
    assert _problem(content, max_cells=29) is Problem.TOO_LARGE
    assert _problem(b"a,b\n" * 10, max_cells=19) is Problem.TOO_LARGE


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Họ tên;Mã số BHXH\nLê An;0123456789\n", "utf-8-sig"), ("Họ tên\tMã số BHXH\nLê An\t0123456789\n", "utf-16")],
)
def test_csv_as_excel_writes_it(text: str, encoding: str) -> None:
    """Semicolons or tabs, with a byte order mark; zeros stay."""
    cells = read_workbook(text.encode(encoding)).sheets[0].cells
    assert [cell.value for cell in cells.values()] == ["Họ tên", "Mã số BHXH", "Lê An", "0123456789"]


def test_files_that_are_no_workbook() -> None:
    """Each with the problem the unit is told."""
    whole = xlsx(table(people(3)))
    other_zip = io.BytesIO()
    with zipfile.ZipFile(other_zip, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert _problem(b"") is Problem.EMPTY
    assert _problem(b"\0\0 \r\n") is Problem.EMPTY
    assert _problem(whole[: len(whole) // 2]) is Problem.CORRUPT
    assert _problem(other_zip.getvalue()) is Problem.UNSUPPORTED
    assert _problem(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") is Problem.UNSUPPORTED
    assert _problem(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")) is Problem.ENCRYPTED
    assert _problem(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) is Problem.CORRUPT


def test_broken_xml_and_entities_are_refused() -> None:
    """A part cut short is corrupt; a declared document type is suspicious, whatever it would expand to."""
    whole = xlsx(table(people(3)))
    cut = _edited(whole, "xl/worksheets/sheet1.xml", lambda text: text[:-40])
    bomb = _hand_made('<!DOCTYPE sst [<!ENTITY a "aaaa">]>')
    assert _problem(cut) is Problem.CORRUPT
    assert _problem(bomb) is Problem.SUSPICIOUS


def test_no_truncation_of_a_workbook_escapes_as_another_error(tmp_path: Path) -> None:
    """Cut anywhere, a file is read or refused."""
    whole = xlsx(table(people(2)))
    for end in range(0, len(whole), max(1, len(whole) // 60)):
        try:
            read_workbook(whole[:end])
        except UnreadableFile:
            continue


def test_one_long_text_in_thousands_of_cells() -> None:
    """A copy for each cell would fill the memory; the text is kept once, and no longer than a cell can be."""
    saved = io.BytesIO()
    with xlsxwriter.Workbook(saved) as book:
        page = book.add_worksheet()
        for row in range(40):
            page.write_row(row, 0, ["long"] * 30)
    content = _edited(saved.getvalue(), "xl/sharedStrings.xml", lambda text: text.replace("long", "n" * 400_000))
    cells = read_workbook(content).sheets[0].cells
    texts = [cell.value for cell in cells.values()]
    assert (len(texts), len(set(map(id, texts))), len(str(texts[0]))) == (1200, 1, 32_767)
