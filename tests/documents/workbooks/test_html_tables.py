"""HTML tables of people who mean harm, or whose programs are broken: twice the bytes cost about twice the time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile
from service.documents.workbooks.html_tables import read_html
from service.documents.workbooks.tables_in_markup import read_spreadsheet_2003
from service.documents.workbooks.workbook import read_workbook

MAX_CELLS = 100_000
BYTES = 100_000
RUNS = 3
FLOOR = 0.02
"""Seconds; what is faster says more about the machine than about the reader."""
BEGUN = "<table><tr><td>x"
DEEP = "<nobr>" * 900


def repeated(piece: str, *, behind: str = BEGUN) -> Callable[[int], str]:
    """A page of so many bytes that says one thing again and again."""
    return lambda size: behind + piece * (size // len(piece))


def halves(first: str, second: str) -> Callable[[int], str]:
    """One thing again and again, then another."""
    return lambda size: BEGUN + first * (size // 2 // len(first)) + second * (size // 2 // len(second))


SHAPES: dict[str, Callable[[int], str]] = {
    **{
        piece: repeated(piece)
        for piece in (
            *("<a ", "<a href=", "<td", "<td ", "<td>", "<td a='", '<td a="', "<td a='1' ", "<tr>", "</td>", "</"),
            *(
                "<table",
                "<table>",
                "<table><tr><td>",
                "<p><table>",
                "<div>",
                "<b>",
                "<td><nobr>",
                "<p></b>",
                "<ul><li>",
            ),
            *("<!--", "<!", "<!-", "<![", "<![CDATA[", "<!DOCTYPE", "<?", "<!--><!-->", "--", "<script>", "</script"),
            *("&#", "&#1", "&", "&amp", "&notanentity", "<", ">", '"', "<style>", "<title>", "<body>", "</body", "\r"),
            *("<td rowspan=200 colspan=200>", "<td colspan=200>y", "<td rowspan=9>", "<form>"),
        )
    },
    "an attribute without an end": repeated("x ", behind='<table><td a="'),
    "a name without an end": repeated("x", behind="<table><"),
    "a comment without an end": repeated("-x", behind="<table><td>x<!--"),
    "a script without an end": repeated("<x", behind="<table><td>x<script>"),
    "a number without an end": repeated("1", behind="<table><td>&#"),
    "wrong ends below many beginnings": halves("<nobr>", "</i>"),
    "wrong ends below as many beginnings as may be": repeated("</i>", behind=BEGUN + DEEP),
    "other attributes each time": lambda size: (
        "<table><tr><td " + " ".join(f"a{number}=1" for number in range(size // 8)) + ">x"
    ),
}


def seconds(page: str) -> float:
    """The shortest of a few runs; a page may be refused, too."""
    taken = []
    for _ in range(RUNS):
        started = time.process_time()
        try:
            read_html(page, max_cells=MAX_CELLS)
        except UnreadableFile as error:
            assert error.problem in (Problem.CORRUPT, Problem.TOO_LARGE)
        taken.append(time.process_time() - started)
    return max(min(taken), FLOOR)


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_bytes_cost_about_twice_the_time(shape: str) -> None:
    """Four times would be the square: a few megabytes would take hours."""
    assert seconds(SHAPES[shape](2 * BYTES)) / seconds(SHAPES[shape](BYTES)) < 3


def test_a_page_deeper_than_any_is_damaged() -> None:
    """Tables in tables are read as far as letters are set in them."""
    deep = "<table><tr><td>" * 40 + "x" + "</table>" * 40
    assert [sheet.cells[1, 1].value for sheet in read_html(deep, max_cells=MAX_CELLS).sheets] == ["x"]
    with pytest.raises(UnreadableFile) as refused:
        read_html("<table><tr><td>" * 3000, max_cells=MAX_CELLS)
    assert refused.value.problem is Problem.CORRUPT


def test_cells_that_cover_millions_of_others_are_refused() -> None:
    """They count as what they cover, in pages and in Excel's XML of 2003; far columns cost one cell."""
    for page in ("<table><tr>" + "<td rowspan=200 colspan=200>x" * 9, "<table>" + "<tr><td colspan=200>x" * 900):
        with pytest.raises(UnreadableFile) as refused:
            read_html(page, max_cells=MAX_CELLS)
        assert refused.value.problem is Problem.TOO_LARGE
    row = '<Row><Cell ss:Index="9999999"><Data ss:Type="String">x</Data></Cell></Row>'
    book = f'<Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet>{row}</Worksheet></Workbook>'
    (sheet,) = read_spreadsheet_2003(book.encode(), max_cells=MAX_CELLS).sheets
    assert {place: cell.value for place, cell in sheet.cells.items()} == {(1, 9_999_999): "x"}


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "", "1e3"])
def test_numbers_that_are_none_count_as_one(number: str) -> None:
    """A span or a place nobody can mean."""
    (sheet,) = read_html(f"<table><tr><td colspan='{number}'>a<td>b</table>", max_cells=MAX_CELLS).sheets
    assert [cell.value for cell in sheet.cells.values()] == ["a", "b"]
    row = f'<Row ss:Index="{number}"><Cell ss:Index="{number}"><Data ss:Type="String">a</Data></Cell></Row>'
    book = f'<Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet>{row}</Worksheet></Workbook>'
    (sheet,) = read_spreadsheet_2003(book.encode(), max_cells=MAX_CELLS).sheets
    assert dict(sheet.cells.items()).keys() == {(1, 1)}


COMBINED = ("Nguyê\u0303n Thi\u0323 Hương", "Ho\u0323 va\u0300 tên")
"""As Windows writes Vietnamese: a letter, and its tone as a character of its own."""


@pytest.mark.parametrize("declared", ["utf-8", "utf-16", "utf-7", "windows-1258", "x-unheard-of"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
def test_the_bytes_tell_the_encoding_whatever_the_page_declares(declared: str, encoding: str) -> None:
    """Offices save a page anew and leave its declaration as it was."""
    said = f'<?xml version="1.0" encoding="{declared}"?><html><meta charset="{declared}">'
    said += f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    name, heading = ("Trần Thị Hương", "Họ tên") if encoding != "cp1258" else COMBINED
    page = f"{said}<table><tr><td>{heading}</td><td>{name}</td></tr></table>"
    (sheet,) = read_workbook(page.encode(encoding)).sheets
    assert sheet.cells[1, 2].value == name


@pytest.mark.parametrize(("font", "written"), [("TCVN3", "NguyÔn ThÞ H\u00adng"), ("VNI", "Nguyeãn Thò Höông")])
def test_old_fonts_come_through_unchanged(font: str, written: str) -> None:
    """Their letters are Latin ones of Windows; what they mean is found out later, by the words they make."""
    page = f"<meta charset=iso-8859-1><table><tr><td>{written}</td></tr></table>"
    (sheet,) = read_workbook(page.encode("cp1252")).sheets
    assert sheet.cells[1, 1].value == written, font


def test_a_page_inside_a_cell_does_not_end_the_table() -> None:
    """Mail programs put whole pages into cells of others."""
    page = "<table><tr><td><html><body>1</body></html></td><td>2</td></tr></body></html><tr><td>3</table>"
    (sheet,) = read_html(page, max_cells=MAX_CELLS).sheets
    assert [cell.value for cell in sheet.cells.values()] == ["1", "2", "3"]
