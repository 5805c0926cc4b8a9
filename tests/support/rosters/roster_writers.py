"""Generated rosters as files, by several independent writers."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import xlsxwriter
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook as Book

from service.core.grids import CellValue
from tests.support.rosters.generated_rosters import Generated
from tests.support.rosters.legacy_letters import ENCODERS


def by_openpyxl(roster: Generated) -> bytes:
    book = Book()
    page = book.worksheets[0]
    page.title = "Danh sách"
    for row, line in enumerate(roster.lines, start=1):
        for column, value in enumerate(line, start=1):
            if value is not None:
                cell = page.cell(row, column, value)
                if isinstance(value, datetime):
                    cell.number_format = "dd/mm/yyyy"
    for top, left, bottom, right in roster.merged:
        page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    for row in roster.hidden_rows:
        page.row_dimensions[row].hidden = True
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def by_xlsxwriter(roster: Generated) -> bytes:
    saved = io.BytesIO()
    book = xlsxwriter.Workbook(saved, {"strings_to_formulas": False, "strings_to_urls": False})
    page, day = book.add_worksheet("PL02"), book.add_format({"num_format": "dd/mm/yyyy"})
    for row, line in enumerate(roster.lines):
        for column, value in enumerate(line):
            if isinstance(value, datetime):
                page.write_datetime(row, column, value, day)
            elif value is not None:
                page.write(row, column, value)
    for top, left, bottom, right in roster.merged:
        if (bottom, right) != (top, left):
            page.merge_range(top - 1, left - 1, bottom - 1, right - 1, roster.lines[top - 1][left - 1])
    for row in roster.hidden_rows:
        page.set_row(row - 1, None, None, {"hidden": True})
    book.close()
    return saved.getvalue()


def by_odfpy(roster: Generated) -> bytes:
    document = OpenDocumentSpreadsheet()
    table = Table(name="Sheet1")
    for line in roster.lines:
        row = TableRow()
        for value in line:
            row.addElement(_odf_cell(value))
        table.addElement(row)
    document.spreadsheet.addElement(table)
    saved = io.BytesIO()
    document.write(saved)
    return saved.getvalue()


def _odf_cell(value: CellValue) -> Any:
    if value is None or value == "":
        return TableCell()
    if isinstance(value, datetime):
        return TableCell(valuetype="date", datevalue=f"{value:%Y-%m-%d}")
    if isinstance(value, bool):
        return TableCell(valuetype="boolean", booleanvalue=str(value).lower())
    if isinstance(value, int | float):
        return TableCell(valuetype="float", value=value)
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=str(value).replace("\n", " ")))
    return cell


def as_csv(roster: Generated) -> bytes:
    """As Excel with Vietnamese settings saves it: semicolons, a mark of UTF-8."""
    saved = io.StringIO(newline="")
    csv.writer(saved, delimiter=";").writerows([[_text(value) for value in line] for line in roster.lines])
    return saved.getvalue().encode("utf-8-sig")


def as_utf_16(roster: Generated) -> bytes:
    """Excel's "Unicode text": tabs."""
    return as_csv(roster).decode("utf-8-sig").replace(";", "\t").encode("utf-16")


def as_vni_csv(roster: Generated) -> bytes:
    """Exported by a program of the nineties; its letters know no tick."""
    return ENCODERS["vni"](as_csv(roster).decode("utf-8-sig").replace("✓", "x")).encode("latin-1")


def as_html(roster: Generated) -> bytes:
    """As programs of offices export "Excel"."""
    rows = "".join(
        f"<tr>{''.join(f'<td>{html.escape(_text(value))}</td>' for value in line)}</tr>" for line in roster.lines
    )
    return f"<html><body><table border=1>{rows}</table></body></html>".encode()


def _text(value: CellValue) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


WRITERS: Mapping[str, Callable[[Generated], bytes]] = {
    "openpyxl": by_openpyxl,
    "xlsxwriter": by_xlsxwriter,
    "odfpy": by_odfpy,
    "csv": as_csv,
    "html": as_html,
    "utf-16": as_utf_16,
    "vni": as_vni_csv,
}
