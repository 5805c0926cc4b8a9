"""A minimal binary workbook (xlsb), which no library here writes: records of [MS-XLSB] with texts and numbers."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Sequence

from service.core.grids import CellValue

_BOOK, _SHEETS, _SHEET_NAME, _PAGE, _SIZE, _DATA, _ROW, _TEXT, _NUMBER = 131, 143, 156, 129, 148, 145, 0, 6, 5
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.ms-excel"


def xlsb(lines: Sequence[Sequence[CellValue]], *, macros: bool = False) -> bytes:
    """One sheet of these lines."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="bin" ContentType="{_MAIN}.sheet.binary.macroEnabled.main"/></Types>',
        )
        archive.writestr("_rels/.rels", _relations("officeDocument", "xl/workbook.bin"))
        archive.writestr("xl/_rels/workbook.bin.rels", _relations("worksheet", "worksheets/sheet1.bin"))
        name = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Danh sách")
        book = _record(_SHEETS) + _record(_SHEET_NAME, name) + _record(_SHEETS + 1)
        archive.writestr("xl/workbook.bin", _record(_BOOK) + book + _record(_BOOK + 1))
        archive.writestr("xl/worksheets/sheet1.bin", _page(lines))
        if macros:
            archive.writestr("xl/vbaProject.bin", b"macro")
    return written.getvalue()


def _relations(kind: str, target: str) -> str:
    one = f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{_RELATIONS}">{one}</Relationships>'


def _page(lines: Sequence[Sequence[CellValue]]) -> bytes:
    size = struct.pack("<IIII", 0, len(lines) - 1, 0, max(map(len, lines)) - 1)
    rows = b"".join(_row(number, line) for number, line in enumerate(lines))
    return _record(_PAGE) + _record(_SIZE, size) + _record(_DATA) + rows + _record(_DATA + 1) + _record(_PAGE + 1)


def _row(number: int, line: Iterable[CellValue]) -> bytes:
    head = _record(_ROW, struct.pack("<IIHBBI", number, 0, 300, 0, 0, 0))
    return head + b"".join(_cell(column, value) for column, value in enumerate(line) if value is not None)


def _cell(column: int, value: CellValue) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(value, int | float):
        return _record(_NUMBER, place + struct.pack("<d", value))
    return _record(_TEXT, place + _wide(str(value)))


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(kind: int, content: bytes = b"") -> bytes:
    return _short(kind) + _short(len(content)) + content


def _short(number: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*parts, number))
