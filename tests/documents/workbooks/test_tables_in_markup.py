"""Rosters that are no Excel files inside: web pages named .xls, Excel's XML of 2003, Word tables, locked files."""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from xml.sax.saxutils import escape

import pytest
from docx import Document
from msoffcrypto.format.ooxml import OOXMLFile

from service.core.grids import CellValue
from service.core.papers import Paper, PaperKind, Problem
from service.core.rosters.rows import Roster, read_roster
from service.documents.common.attachment_limits import Limits
from tests.support.harness.bundled_campaign import bundled_campaign
from tests.support.papers.opening import opened_paper
from tests.support.rosters.invented_rosters import people, roster_of, table, xlsx

LINES = table(people(4))
EXPECTED = [dict(row.values) for row in roster_of(*people(4)).rows]


def _opened(name: str, content: bytes, limits: Limits | None = None) -> Paper:
    (paper,) = opened_paper(name, content, "application/octet-stream", None, limits or Limits())
    return paper


def _roster(name: str, content: bytes) -> Roster:
    workbook = _opened(name, content).workbook
    assert workbook is not None
    roster = read_roster(workbook, bundled_campaign())
    assert roster is not None
    return roster


def _cells(line: Sequence[CellValue], tag: str) -> str:
    return "".join(f"<{tag}>{html.escape(str(cell if cell is not None else ''))}</{tag}>" for cell in line)


def _page() -> str:
    rows = "".join(f"<tr>{_cells(line, 'td')}\n" for line in LINES)  # many programs never end their rows
    return (
        f"<html><head><style>td {{mso-number-format:General}}</style></head><body><p>DANH SÁCH</p><table>{rows}</table>"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_web_page_named_xls(encoding: str) -> None:
    """What exports of office programs are; the content decides."""
    assert [dict(row.values) for row in _roster("Phu luc 02.xls", _page().encode(encoding)).rows] == EXPECTED


def test_merged_headings_of_a_page() -> None:
    """Cells over several columns and rows stand where a reader sees them."""
    head = (
        '<tr><th rowspan="2">STT</th><th rowspan="2">Họ và tên</th><th colspan="2">Số giấy tờ</th></tr>'
        "<tr><th>Số CCCD</th><th>Mã số BHXH</th></tr>"
    )
    body = "<tr><td>1<td>Nguyễn Văn An<td>001090000001<td>0110000001</table>"
    roster = _roster("a.xls", f"<table>{head}{body}".encode())
    assert roster.columns == {"ordinal": "A", "full_name": "B", "citizen_id": "C", "social_insurance_no": "D"}
    assert roster.rows[0].row == 3


def test_a_page_without_a_table() -> None:
    """It is left alone."""
    assert _opened("a.html", b"<html><body>Xin ch\xc3\xa0o</body></html>").kind is PaperKind.OTHER


def test_the_xml_of_excel_2003() -> None:
    """Numbers, texts, skipped cells and hidden rows."""

    def data(value: CellValue) -> str:
        kind = "Number" if isinstance(value, int) else "String"
        return "" if value is None else f'<Data ss:Type="{kind}">{escape(str(value))}</Data>'

    rows = "".join(f"<Row>{''.join(f'<Cell>{data(value)}</Cell>' for value in line)}</Row>" for line in LINES)
    namespace = "urn:schemas-microsoft-com:office:spreadsheet"
    book = (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        f'<Workbook xmlns="{namespace}" xmlns:ss="{namespace}">'
        f'<Worksheet ss:Name="DS"><Table>{rows}'
        f'<Row ss:Hidden="1" ss:Index="9"><Cell ss:Index="3">{data("x")}</Cell></Row>'
        "</Table></Worksheet></Workbook>"
    ).encode()
    roster = _roster("a.xls", book)
    assert (roster.sheet, [dict(row.values) for row in roster.rows]) == ("DS", EXPECTED)
    workbook = _opened("a.xls", book).workbook
    assert workbook is not None
    assert (workbook.sheets[0].hidden_rows, workbook.sheets[0].cells[9, 3].value) == (frozenset({9}), "x")
    assert _opened("a.xls", book.replace(b"<Workbook", b"<!DOCTYPE a [<!ENTITY b 'c'>]><Workbook")).problem is not None
    assert _opened("a.xls", book[:-40]).problem is Problem.CORRUPT


def test_the_table_of_a_word_file() -> None:
    """Read like a sheet; a letter without tables is no roster."""
    letter, empty = Document(), Document()
    letter.add_paragraph("Kính gửi Ban Nhân sự")
    grid = letter.add_table(0, len(LINES[0]))
    for line in LINES:
        for cell, value in zip(grid.add_row().cells, line, strict=True):
            cell.text = "" if value is None else str(value)
    empty.add_paragraph("Kính gửi Ban Nhân sự")
    files = []
    for document in (letter, empty):
        saved = io.BytesIO()
        document.save(saved)
        files.append(saved.getvalue())
    assert [dict(row.values) for row in _roster("a.docx", files[0]).rows] == EXPECTED
    assert _opened("b.docx", files[1]).kind is PaperKind.OTHER


def test_s41_a_locked_workbook_and_its_password() -> None:
    """Named as locked; opened with the password that was given, among others; a wrong one changes nothing."""
    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx(LINES))).encrypt("bí mật 2021", locked)
    given = Limits(passwords=("sai", "bí mật 2021"))
    assert _opened("a.xlsx", locked.getvalue()).problem is Problem.ENCRYPTED
    assert _opened("a.xlsx", locked.getvalue(), Limits(passwords=("sai",))).problem is Problem.ENCRYPTED
    opened = _opened("a.xlsx", locked.getvalue(), given)
    assert (opened.problem, opened.kind) == (None, PaperKind.WORKBOOK)
    assert "bí mật" not in repr(given)
