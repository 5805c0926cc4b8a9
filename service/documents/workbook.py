"""Bytes of a workbook → a grid of cells. The content decides the format; xlsx is read whole, the rest for its values.

An xlsx is read directly from its XML in one pass over each sheet: values together with number formats, formulas,
hidden rows and merged areas, sparse and bounded (a sheet that claims a million rows costs nothing). Old xls, xlsb
and ods come through calamine, csv through the standard library.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from service.core.grids import Cell, CellValue, Sheet, Workbook
from service.core.papers import Problem
from service.documents.errors import UnreadableFile
from service.documents.spreadsheet_xml import read_spreadsheet_xml

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x10\x00", b"\x09\x08\x08\x00")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
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
    return _read_csv(content, max_cells)


def _read_zip(content: bytes, max_cells: int) -> Workbook:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableFile(Problem.CORRUPT, str(error)) from error
    if any(name.lower().endswith("workbook.xml") for name in names):
        return read_spreadsheet_xml(content, max_cells=max_cells)
    if any(name.lower().endswith("workbook.bin") for name in names) or "content.xml" in names:
        return _with_calamine(content, max_cells)
    raise UnreadableFile(Problem.UNSUPPORTED, "an archive that is no workbook")


def _read_compound(content: bytes, max_cells: int) -> Workbook:
    """An OLE container: an old xls, or the envelope of an encrypted workbook."""
    if _ENCRYPTED_STREAM in content:
        raise UnreadableFile(Problem.ENCRYPTED)
    return _with_calamine(content, max_cells)


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
    cells: dict[tuple[int, int], Cell] = {}
    top, left = sheet.start or (0, 0)
    for row, values in enumerate(sheet.iter_rows(), start=1):
        for column, value in enumerate(values, start=1):
            if value != "" and (plain := _plain(value)) is not None:
                cells[row + top, column + left] = Cell(plain)
        if len(cells) > max_cells:
            raise UnreadableFile(Problem.TOO_LARGE, f"more than {max_cells} cells")
    merged = tuple((r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or ())
    return Sheet(name=sheet.name, cells=cells, merged=merged, hidden=hidden)


def _plain(value: object) -> CellValue:
    """A value of a kind our grid knows; durations are shown as Excel counts them, in days."""
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    return value if isinstance(value, str | int | float | bool | date | datetime | time) else None


def _read_csv(content: bytes, max_cells: int) -> Workbook:
    text = _decoded(content)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    cells: dict[tuple[int, int], Cell] = {}
    try:
        for number, row in enumerate(rows, start=1):
            cells.update(((number, column), Cell(value)) for column, value in enumerate(row, start=1) if value.strip())
            if len(cells) > max_cells:
                raise UnreadableFile(Problem.TOO_LARGE, f"more than {max_cells} cells")
    except csv.Error as error:
        raise UnreadableFile(Problem.CORRUPT, str(error)) from error
    return Workbook(sheets=(Sheet(name="Sheet1", cells=cells),))


def _decoded(content: bytes) -> str:
    """Text in one of the encodings spreadsheets write; binary bytes are no csv."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content[:4096]:
        raise UnreadableFile(Problem.UNSUPPORTED, "neither a workbook nor text")
    for encoding in ("utf-8-sig", "cp1258"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _delimiter(text: str) -> str:
    """The separator that stands most often in the first lines."""
    head = "\n".join(text.splitlines()[:30])
    return max(",;\t|", key=head.count)


def _bounded(workbook: Workbook, max_cells: int) -> Workbook:
    if sum(len(sheet.cells) for sheet in workbook.sheets) > max_cells:
        raise UnreadableFile(Problem.TOO_LARGE, f"more than {max_cells} cells")
    return workbook
