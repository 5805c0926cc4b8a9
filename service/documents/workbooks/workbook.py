"""Bytes of a workbook → a grid of cells. The content decides the format; xlsx is read whole, the rest for its values.

An xlsx is read directly from its XML in one pass over each sheet: values together with number formats, formulas,
hidden rows and merged areas, sparse and bounded (a sheet that claims a million rows costs nothing). Old xls, xlsb
and ods come through calamine, csv through the standard library; tables of web pages in
`html_tables.py`, those of letters in `tables_in_markup.py`.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from service.core.grids import CellValue, Grid, Sheet, Workbook
from service.core.papers import Problem
from service.core.rosters.decoding import is_vietnamese
from service.documents.common.errors import UnreadableFile
from service.documents.workbooks.html_tables import read_html
from service.documents.workbooks.parts import read_spreadsheet_xml
from service.documents.workbooks.tables_in_markup import (
    is_spreadsheet_2003,
    read_spreadsheet_2003,
    read_word_tables,
)

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x10\x00", b"\x09\x08\x08\x00")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_MACRO_STORAGE = "_VBA_PROJECT_CUR".encode("utf-16-le")
_HTML = re.compile(r"<(?:html|table|!doctype html)\b", re.IGNORECASE)
_HEAD = 20_000
DEFAULT_MAX_CELLS = 2_000_000


def read_workbook(content: bytes, *, max_cells: int = DEFAULT_MAX_CELLS) -> Workbook:
    """All sheets of a workbook in any common format.

    Raises UnreadableFile: empty, encrypted, corrupt, too large, or not a workbook.
    """
    if not content.strip(b"\0 \r\n\t"):
        raise UnreadableFile(Problem.EMPTY)
    if content.startswith(_ZIP):
        return _read_zip(content, max_cells)
    if content.startswith(_OLE):
        return _read_compound(content, max_cells)
    if content.startswith(_BIFF):
        return _with_calamine(content, max_cells)
    beginning = content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    if is_spreadsheet_2003(beginning):
        return read_spreadsheet_2003(content.lstrip(), max_cells=max_cells)
    text = decoded(content)
    if _HTML.search(text[:_HEAD]):
        return read_html(text, max_cells=max_cells)
    return _read_csv(text, max_cells)


def _read_zip(content: bytes, max_cells: int) -> Workbook:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableFile(Problem.CORRUPT, str(error)) from error
    if any(name.lower().endswith("workbook.xml") for name in names):
        return read_spreadsheet_xml(content, max_cells=max_cells)
    if any(name.lower().endswith("workbook.bin") for name in names) or "content.xml" in names:
        has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        return replace(_with_calamine(content, max_cells), has_macros=has_macros)
    if "word/document.xml" in names:
        return read_word_tables(archive, max_cells=max_cells)
    raise UnreadableFile(Problem.UNSUPPORTED, "an archive that is no workbook")


def _read_compound(content: bytes, max_cells: int) -> Workbook:
    """An OLE container: an old xls, or the envelope of an encrypted workbook."""
    if _ENCRYPTED_STREAM in content:
        raise UnreadableFile(Problem.ENCRYPTED)
    return replace(_with_calamine(content, max_cells), has_macros=_MACRO_STORAGE in content)


def _with_calamine(content: bytes, max_cells: int) -> Workbook:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        hidden = {sheet.name for sheet in book.sheets_metadata if sheet.visible is not SheetVisibleEnum.Visible}
        sheets = [
            _sheet_of(book.get_sheet_by_name(name), max_cells, hidden=name in hidden) for name in book.sheet_names
        ]
    except PasswordError as error:
        raise UnreadableFile(Problem.ENCRYPTED) from error
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(Problem.CORRUPT, str(error)) from error
    except BaseException as error:
        # A panic of the Rust library is no Exception, and has no name that can be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableFile(Problem.CORRUPT, str(error)) from error
    return _bounded(Workbook(sheets=tuple(sheets)), max_cells)


def _sheet_of(sheet: CalamineSheet, max_cells: int, *, hidden: bool) -> Sheet:
    lines: dict[int, list[CellValue]] = {}
    top, left = sheet.start or (0, 0)
    cells, padding = 0, [None] * left
    for row, values in enumerate(sheet.iter_rows(), start=1):
        filled = len(values) - values.count("")
        if filled:
            lines[row + top] = [*padding, *values]
        cells += filled
        if cells > max_cells:
            raise UnreadableFile(Problem.TOO_LARGE, f"more than {max_cells} cells")
    merged = tuple((r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or ())
    return Sheet(name=sheet.name, cells=Grid(lines), merged=merged, hidden=hidden)


def _read_csv(text: str, max_cells: int) -> Workbook:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    lines: list[list[CellValue]] = []
    cells = 0
    try:
        for row in rows:
            lines.append([value if value.strip() else None for value in row])
            cells += len(row) - lines[-1].count(None)
            if cells > max_cells:
                raise UnreadableFile(Problem.TOO_LARGE, f"more than {max_cells} cells")
    except csv.Error as error:
        raise UnreadableFile(Problem.CORRUPT, str(error)) from error
    return Workbook(sheets=(Sheet(name="Sheet1", cells=Grid.of_lines(lines)),))


def decoded(content: bytes) -> str:
    """Text in one of the encodings spreadsheets write; binary bytes are none.

    Bytes that are no UTF-8 are code page 1258 when that makes Vietnamese of them; TCVN3 and VNI show as Latin
    letters here and are understood later, by the words they make.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    head = content[:4096]
    if b"\0" in head:
        zeros = (head[0::2].count(0), head[1::2].count(0))
        if min(zeros) * 20 < max(zeros) and max(zeros) > len(head) // 8:  # U+0300 has a zero byte of its own
            return content.decode("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", errors="replace")
        raise UnreadableFile(Problem.UNSUPPORTED, "neither a workbook nor text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        windows = _in_code(content, "cp1258")
        if windows is not None and is_vietnamese(windows):
            return windows
        return _in_code(content, "cp1252") or content.decode("latin-1")


def _in_code(content: bytes, code: str) -> str | None:
    try:
        return content.decode(code)
    except UnicodeDecodeError:
        return None


def _delimiter(text: str) -> str:
    """The separator that makes the same number of columns in most of the first lines; else the most frequent."""
    head = text.splitlines()[:40]
    stated = head[0].strip().lower() if head else ""
    if stated.startswith("sep=") and len(stated) == 5:
        return stated[4]

    def regularity(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in head if separator in line]
        return (max(map(counts.count, counts), default=0) if max(counts, default=0) > 1 else 0, sum(counts))

    return max(";\t|,", key=regularity)


def _bounded(workbook: Workbook, max_cells: int) -> Workbook:
    if sum(len(sheet.cells) for sheet in workbook.sheets) > max_cells:
        raise UnreadableFile(Problem.TOO_LARGE, f"more than {max_cells} cells")
    return workbook
