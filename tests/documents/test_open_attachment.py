"""Opening attachments: the content decides what a file is, and nothing in it does harm."""

from __future__ import annotations

import base64
import pickle
import random
import struct
import zlib
from dataclasses import replace

import pytest

from service.core.forms import PageKind, Source
from service.core.papers import PaperKind, Problem
from service.documents.common.attachment_limits import Limits
from service.documents.files.containers import harmless_name
from tests.support.papers.hostile_files import compound_file, locked_zip
from tests.support.papers.made_attachments import (
    LAYOUT,
    LIMITS,
    kinds,
    opened,
    pdf,
    picture,
    workbook,
    zip_of,
    zipped,
)
from tests.support.papers.opening import opened_paper


def test_s51_a_workbook_is_one_whatever_it_is_called() -> None:
    """An xlsx named `.pdf` and sent as octet-stream is read as a workbook."""
    (paper,) = opened(workbook("Nguyễn Văn A"), "danh sách.pdf")
    assert paper.kind is PaperKind.WORKBOOK
    assert paper.workbook is not None
    assert paper.workbook.sheets[0].cells[1, 1].value == "Nguyễn Văn A"
    assert (paper.name, paper.size, len(paper.sha256)) == ("danh sách.pdf", len(workbook("Nguyễn Văn A")), 64)


def test_s51_a_csv_in_any_encoding_is_a_table() -> None:
    """Text in columns is a workbook by its name or by its lines; other text is not."""
    table = "Họ và tên;Mã số BHXH;Ghi chú\nA;0123456789;\nB;0123456788;\n"
    assert opened(table.encode("utf-16"), "ds.csv")[0].kind is PaperKind.WORKBOOK
    assert opened(table.encode(), "ds.txt")[0].kind is PaperKind.WORKBOOK
    assert opened("Kính gửi Ban Nhân sự,\nEm gửi ạ.\n".encode(), "thư.txt")[0].kind is PaperKind.OTHER


def test_s39_the_name_is_tidied_for_people() -> None:
    """Decomposed letters are composed, folders, control and direction characters are gone, the end is kept."""
    assert harmless_name("Tờ khai.pdf") == "Tờ khai.pdf"
    assert harmless_name("..\\..\\windows/system32/a.xlsx") == "a.xlsx"
    assert harmless_name("ảnh\u202egpj.exe\x00\n") == "ảnhgpj.exe"
    assert harmless_name("/") == "file"
    assert harmless_name("x" * 300 + ".xlsx").endswith("x.xlsx")


def test_pages_are_read_with_the_layout_of_the_form() -> None:
    """A PDF page with a text layer gives its fields; without a layout the file is kept and not read."""
    (read,) = opened_paper("to_khai.pdf", pdf(), "application/pdf", LAYOUT, LIMITS)
    assert (read.kind, len(read.pages)) == (PaperKind.PAGES, 1)
    assert (read.pages[0].kind, read.pages[0].source) == (PageKind.DECLARATION, Source.TEXT)
    assert read.pages[0].fields["social_insurance_no"].value == "0123456789"
    assert opened(pdf())[0].kind is PaperKind.OTHER


def test_what_is_opened_can_be_pickled() -> None:
    """Papers travel from the child process to its parent."""
    papers = opened(zipped(a__xlsx=workbook(), b__txt=b"x"))
    assert pickle.loads(pickle.dumps(papers)) == papers


@pytest.mark.parametrize("content", [b"", b"\0" * 4096])
def test_an_empty_file_is_named_so(content: bytes) -> None:
    """No bytes, or only zeros."""
    assert kinds(opened(content)) == [(("tệp",), PaperKind.UNREADABLE, Problem.EMPTY)]


def test_a_file_beyond_the_limit_is_not_looked_at() -> None:
    """Too large, by the number given."""
    assert opened(b"x" * 2000, limits=Limits(max_bytes=1000))[0].problem is Problem.TOO_LARGE


def test_s41_locked_files_are_named_encrypted() -> None:
    """A PDF, a zip and an xlsx with a password, an xls with one: never corrupt, never empty."""
    locked_xlsx = compound_file(
        {"EncryptionInfo": b"\4\0\4\0" * 30, "EncryptedPackage": random.Random(1).randbytes(9000)}
    )
    begin, lock = struct.pack("<HHHHHHII", 0x809, 16, 0x600, 5, 0, 0, 0, 0), struct.pack("<HH54x", 0x2F, 54)
    locked_xls = compound_file({"Workbook": begin + lock + bytes(8000)})
    locked_doc = compound_file({"WordDocument": bytes(10) + b"\0\1" + bytes(5000)})
    for content in (locked_xlsx, locked_xls, locked_doc, locked_zip("a.pdf", b"%PDF-")):
        assert [paper.problem for paper in opened(content)] == [Problem.ENCRYPTED]
    assert opened_paper("a.pdf", pdf("bí mật"), "", LAYOUT, LIMITS)[0].problem is Problem.ENCRYPTED


def test_s41_a_pdf_and_a_zip_open_with_the_password_that_was_given() -> None:
    """The opened PDF has no lock any more, so that pictures can be cut from it; a wrong password changes nothing."""
    wrong, given = replace(LIMITS, passwords=("sai",)), replace(LIMITS, passwords=("sai", "bí mật"))
    assert opened_paper("a.pdf", pdf("bí mật"), "", LAYOUT, wrong)[0].problem is Problem.ENCRYPTED
    (paper,) = opened_paper("a.pdf", pdf("bí mật"), "", LAYOUT, given)
    assert (paper.kind, paper.problem, b"/Encrypt" in paper.content) == (PaperKind.PAGES, None, False)
    assert opened(zip_with_a_password(), limits=wrong)[0].problem is Problem.ENCRYPTED
    archive, inside = opened(zip_with_a_password(), limits=given)
    assert (archive.problem, inside.problem, inside.content) == (None, None, b"chao")


AES_ZIPS = {
    "deflated, AE-2 with 256 bits": (
        "UEsDBBQAAQBjAMBYeV0AAAAAKgAAAGwAAAAHAAsAdGh1LnR4dAGZBwACAEFFAwgAhg6OvjqiG3Q3d5ZRHx2A4KngXr9AnGX4auzhtwyB+bMvAcHb"
        "SWe0hzuHUEsBAhQDFAABAGMAwFh5XQAAAAAqAAAAbAAAAAcACwAAAAAAAAAAAIABAAAAAHRodS50eHQBmQcAAgBBRQMIAFBLBQYAAAAAAQABAEAA"
        "AABaAAAAAAA=",
        b"Kinh gui " * 12,
    ),
    "stored, AE-1 with 128 bits": (
        "UEsDBBQAAQBjAMBYeV0RwcapKAAAABQAAAAHAAsAdGh1LnR4dAGZBwABAEFFAQAAP0kvwkQzaNCavSXCXK6zDy52klZzabwQWoyHY6sbfeCQDJkM"
        "OQMo2lBLAQIUAxQAAQBjAMBYeV0RwcapKAAAABQAAAAHAAsAAAAAAAAAAACAAQAAAAB0aHUudHh0AZkHAAEAQUUBAABQSwUGAAAAAAEAAQBAAAAA"
        "WAAAAAAA",
        b"Kinh gui Ban Nhan su",
    ),
}
"""Written by another program; what is inside."""


@pytest.mark.parametrize("written", AES_ZIPS)
def test_s41_a_zip_locked_with_aes_opens_with_the_password_that_was_given(written: str) -> None:
    """As WinRAR and 7-Zip lock them; a wrong password leaves it locked, a changed byte is never taken for the file."""
    wrong, given = replace(LIMITS, passwords=("sai",)), replace(LIMITS, passwords=("sai", "bí mật"))
    content = base64.b64decode(AES_ZIPS[written][0])
    assert [paper.problem for paper in opened(content)] == [Problem.ENCRYPTED]
    assert [paper.problem for paper in opened(content, limits=wrong)] == [Problem.ENCRYPTED]
    archive, inside = opened(content, limits=given)
    assert (archive.problem, inside.problem, inside.content) == (None, None, AES_ZIPS[written][1])
    for place in range(len(content)):
        damaged = content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :]
        found = [paper.content for paper in opened(damaged, limits=given) if paper.path[1:] and not paper.problem]
        assert found in ([], [AES_ZIPS[written][1]])


def zip_with_a_password(password: bytes = "bí mật".encode(), content: bytes = b"chao") -> bytes:
    """A zip of one stored file with PKWARE's old cipher (APPNOTE 6.1), which the library reads but cannot write."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def step(byte: int) -> None:
        keys[0] = zlib.crc32(bytes([byte]), keys[0] ^ 0xFFFFFFFF) ^ 0xFFFFFFFF
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = zlib.crc32(bytes([keys[1] >> 24]), keys[2] ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    for byte in password:
        step(byte)
    check = zlib.crc32(content)
    locked = bytearray()
    for byte in bytes(11) + bytes([check >> 24]) + content:
        mask = (keys[2] & 0xFFFF) | 2
        locked.append(byte ^ ((mask * (mask ^ 1) >> 8) & 0xFF))
        step(byte)
    fields = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0, 33, check, len(locked), len(content), 5, 0)
    entry = b"PK\3\4" + fields + b"a.txt" + bytes(locked)
    directory = b"PK\1\2\x14\0" + fields + struct.pack("<HHHII", 0, 0, 0, 0, 0) + b"a.txt"
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(directory), len(entry), 0)
    return entry + directory + end


def test_damaged_files_are_named_corrupt() -> None:
    """Cut off in the middle: a workbook, a PDF, a picture, an old Office file."""
    for content in (workbook(), compound_file({"Workbook": bytes(9000)})):
        assert opened(content[: len(content) // 2])[0].problem is Problem.CORRUPT
    for content in (pdf()[:300], picture(900, 1200, "JPEG")[:400]):
        assert opened_paper("x", content, "", LAYOUT, LIMITS)[0].problem is Problem.CORRUPT


def test_other_archives_are_named_unsupported_and_programs_suspicious() -> None:
    """rar and 7z ask for another way of sending; a program is not opened by anyone."""
    for beginning in (b"Rar!\x1a\x07\x01\0", b"7z\xbc\xaf\x27\x1c\0\4"):
        assert opened(beginning + bytes(90) + b"x")[0].problem is Problem.UNSUPPORTED
    assert opened(b"MZ\x90\0" + b"x" * 90, "bảng lương.xlsx")[0].problem is Problem.SUSPICIOUS


def test_s48_phone_pictures_nobody_can_decode_are_unsupported() -> None:
    """A HEIC file with nothing behind its name: the reply asks for JPG."""
    (paper,) = opened_paper("IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"x" * 50, "", LAYOUT, LIMITS)
    assert (paper.media_type, paper.problem) == ("image/heic", Problem.UNSUPPORTED)


def test_a_word_document_is_kept_for_people() -> None:
    """docx and doc are neither tables nor scans."""
    content = zip_of({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    assert opened(content)[0].kind is PaperKind.OTHER
    assert opened(compound_file({"WordDocument": bytes(12) + b"x" * 5000}))[0].kind is PaperKind.OTHER


@pytest.mark.parametrize(("width", "height"), [(120, 40), (600, 200), (1200, 300), (300, 300), (249, 2000)])
def test_s45_logos_are_decoration(width: int, height: int) -> None:
    """Small pictures and long strips are set aside and not read."""
    (paper,) = opened_paper("image001.png", picture(width, height), "image/png", LAYOUT, LIMITS)
    assert (paper.kind, paper.problem, paper.pages) == (PaperKind.DECORATION, None, ())


@pytest.mark.parametrize(("width", "height"), [(900, 1270), (720, 1280), (1280, 580)])
def test_s46_a_scan_shown_in_the_text_is_a_page(width: int, height: int) -> None:
    """Only the content counts: a picture as large as a page is read however it was sent."""
    (paper,) = opened_paper("image002.png", picture(width, height), "image/png", LAYOUT, LIMITS)
    assert (paper.kind, paper.pages[0].kind) == (PaperKind.PAGES, PageKind.BLANK)
