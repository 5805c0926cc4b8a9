"""Opening attachments: the content decides what a file is, and nothing in it does harm."""

from __future__ import annotations

import base64
import gzip
import io
import pickle
import random
import struct
import tarfile
import zipfile
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from openpyxl import Workbook
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

import service.documents
from service.core.campaigns import ColumnKind, FormField, FormLayout
from service.core.forms import PageKind, Source
from service.core.papers import Paper, PaperKind, Problem
from service.documents.common.limits import Limits
from service.documents.files.containers import harmless_name
from service.documents.files.signed import signed_content
from service.documents.files.unpack import content_inside, unpack
from service.documents.open_attachment import open_file, open_paper, unreadable_paper
from tests.support.papers.hostile_files import compound_file, locked_zip, winmail

LIMITS = Limits()
FONT = Path(service.documents.__file__).parent / "fonts" / "LiberationSerif-Regular.ttf"
LAYOUT = FormLayout(
    titles=("TỜ KHAI",),
    fields=(
        FormField(key="full_name", kind=ColumnKind.NAME, labels=("Họ và tên",)),
        FormField(key="social_insurance_no", kind=ColumnKind.SOCIAL_INSURANCE_NO, labels=("Mã số BHXH",)),
        FormField(key="citizen_id", kind=ColumnKind.CITIZEN_ID, labels=("Số CCCD",)),
        FormField(key="phone", kind=ColumnKind.PHONE, labels=("Số điện thoại",)),
    ),
    signature_captions=("Người kê khai",),
)


def workbook(*values: str) -> bytes:
    """A small xlsx with these values in its first column."""
    book = Workbook()
    for row, value in enumerate(values or ("Họ và tên",), 1):
        book.worksheets[0].cell(row, 1, value)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def pdf(password: str | None = None) -> bytes:
    """One page with a text layer."""
    pdfmetrics.registerFont(TTFont("Liberation", FONT))
    written = io.BytesIO()
    canvas = Canvas(written, encrypt=password)
    canvas.setFont("Liberation", 13)
    lines = ("TỜ KHAI", "Họ và tên: Nguyễn Văn Thử", "Mã số BHXH: 0123456789", "Số CCCD: 001090012345")
    for number, line in enumerate((*lines, "Số điện thoại: 0912345678")):
        canvas.drawString(80, 760 - 30 * number, line)
    canvas.drawString(350, 400, "Người kê khai")
    canvas.save()
    return written.getvalue()


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    """A plain picture of this size."""
    written = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(written, kind)
    return written.getvalue()


def zipped(**files: bytes) -> bytes:
    """An archive; names are given as keywords, `__` stands for a dot."""
    return zip_of({name.replace("__", "."): content for name, content in files.items()})


def zip_of(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def mail(*attachments: tuple[str, bytes]) -> bytes:
    """A mail with these attachments."""
    message = EmailMessage()
    message["From"], message["Subject"] = "lan@donvi.example", "Chuyển tiếp hồ sơ"
    message.set_content("Kính gửi hồ sơ.")
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def opened(content: bytes, name: str = "tệp", limits: Limits = LIMITS) -> tuple[Paper, ...]:
    return open_paper(name, content, "application/octet-stream", None, limits)


def kinds(papers: tuple[Paper, ...]) -> list[tuple[tuple[str, ...], PaperKind, Problem | None]]:
    """What a test compares: path, kind, problem."""
    return [(paper.path, paper.kind, paper.problem) for paper in papers]


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
    (read,) = open_paper("to_khai.pdf", pdf(), "application/pdf", LAYOUT, LIMITS)
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
    assert open_paper("a.pdf", pdf("bí mật"), "", LAYOUT, LIMITS)[0].problem is Problem.ENCRYPTED


def test_s41_a_pdf_and_a_zip_open_with_the_password_that_was_given() -> None:
    """The opened PDF has no lock any more, so that pictures can be cut from it; a wrong password changes nothing."""
    wrong, given = replace(LIMITS, passwords=("sai",)), replace(LIMITS, passwords=("sai", "bí mật"))
    assert open_paper("a.pdf", pdf("bí mật"), "", LAYOUT, wrong)[0].problem is Problem.ENCRYPTED
    (paper,) = open_paper("a.pdf", pdf("bí mật"), "", LAYOUT, given)
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
        assert open_paper("x", content, "", LAYOUT, LIMITS)[0].problem is Problem.CORRUPT


def test_other_archives_are_named_unsupported_and_programs_suspicious() -> None:
    """rar and 7z ask for another way of sending; a program is not opened by anyone."""
    for beginning in (b"Rar!\x1a\x07\x01\0", b"7z\xbc\xaf\x27\x1c\0\4"):
        assert opened(beginning + bytes(90) + b"x")[0].problem is Problem.UNSUPPORTED
    assert opened(b"MZ\x90\0" + b"x" * 90, "bảng lương.xlsx")[0].problem is Problem.SUSPICIOUS


def test_s48_phone_pictures_nobody_can_decode_are_unsupported() -> None:
    """A HEIC file with nothing behind its name: the reply asks for JPG."""
    (paper,) = open_paper("IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"x" * 50, "", LAYOUT, LIMITS)
    assert (paper.media_type, paper.problem) == ("image/heic", Problem.UNSUPPORTED)


def test_a_word_document_is_kept_for_people() -> None:
    """docx and doc are neither tables nor scans."""
    content = zip_of({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    assert opened(content)[0].kind is PaperKind.OTHER
    assert opened(compound_file({"WordDocument": bytes(12) + b"x" * 5000}))[0].kind is PaperKind.OTHER


@pytest.mark.parametrize(("width", "height"), [(120, 40), (600, 200), (1200, 300), (300, 300), (249, 2000)])
def test_s45_logos_are_decoration(width: int, height: int) -> None:
    """Small pictures and long strips are set aside and not read."""
    (paper,) = open_paper("image001.png", picture(width, height), "image/png", LAYOUT, LIMITS)
    assert (paper.kind, paper.problem, paper.pages) == (PaperKind.DECORATION, None, ())


@pytest.mark.parametrize(("width", "height"), [(900, 1270), (720, 1280), (1280, 580)])
def test_s46_a_scan_shown_in_the_text_is_a_page(width: int, height: int) -> None:
    """Only the content counts: a picture as large as a page is read however it was sent."""
    (paper,) = open_paper("image002.png", picture(width, height), "image/png", LAYOUT, LIMITS)
    assert (paper.kind, paper.pages[0].kind) == (PaperKind.PAGES, PageKind.BLANK)


def test_s40_an_archive_gives_itself_and_what_is_inside() -> None:
    """The archive comes first, then its files in order; systems' clutter is left out; archives in archives too."""
    inner = zipped(b__xlsx=workbook("B"))
    content = zip_of(
        {
            "a.xlsx": workbook("A"),
            "thư mục/": b"",
            "thư mục/trong.zip": inner,
            "__MACOSX/._a.xlsx": b"x",
            "Thumbs.db": b"x",
        }
    )
    papers = opened(content, "hồ sơ.zip")
    assert kinds(papers) == [
        (("hồ sơ.zip",), PaperKind.ARCHIVE, None),
        (("hồ sơ.zip", "a.xlsx"), PaperKind.WORKBOOK, None),
        (("hồ sơ.zip", "trong.zip"), PaperKind.ARCHIVE, None),
        (("hồ sơ.zip", "trong.zip", "b.xlsx"), PaperKind.WORKBOOK, None),
    ]


def test_s40_names_in_archives_never_become_paths() -> None:
    """Climbing, absolute and Windows names are text: only their last part is left."""
    content = zip_of({"../../etc/passwd": b"a", "/etc/shadow": b"b", "C:\\Windows\\x.txt": b"c"})
    assert [paper.path[-1] for paper in opened(content)[1:]] == ["passwd", "shadow", "x.txt"]


def test_s39_vietnamese_names_without_the_utf8_flag() -> None:
    """macOS writes UTF-8 without saying so; real code page 437 is kept as it is."""
    content = zip_of({"T\u1edd khai.txt": b"a"})
    assert opened(content.replace(b"\x00\x08\x08\x00", b"\x00\x00\x08\x00"))[1].name == "Tờ khai.txt"
    unflagged = zip_of({"xxx.txt": b"a"}).replace(b"xxx", "\u00e9".encode("cp437") + b"\x82\x82")
    assert opened(unflagged)[1].name == "ééé.txt"


def test_s40_a_bomb_is_suspicious_and_not_unpacked() -> None:
    """Twenty megabytes of zeros in twenty kilobytes."""
    assert kinds(opened(zipped(a__txt=bytes(20_000_000)))) == [(("tệp",), PaperKind.UNREADABLE, Problem.SUSPICIOUS)]
    assert opened(gzip.compress(bytes(20_000_000)), "a.gz")[0].problem is Problem.SUSPICIOUS


def test_s40_too_much_too_many_too_deep() -> None:
    """Limits on bytes, on files and on depth hold for everything inside one attachment together."""
    noise = random.Random(2).randbytes(900)
    small = Limits(max_unpacked_bytes=1500, max_files=4, max_depth=2)
    assert opened(zip_of({"a": noise, "b": noise}), limits=small)[0].problem is Problem.TOO_LARGE
    assert opened(zip_of(dict.fromkeys("abcde", b"x")), limits=small)[0].problem is Problem.TOO_MANY
    inner = zip_of({"a": noise[:400]})
    nested = opened(zip_of({"1.zip": inner, "2.zip": inner}), limits=small)
    assert [paper.problem for paper in nested] == [None, None, None, Problem.TOO_LARGE]
    deep = opened(zip_of({"1.zip": zip_of({"2.zip": inner})}), "0.zip", small)
    assert kinds(deep)[-1] == (("0.zip", "1.zip", "2.zip"), PaperKind.UNREADABLE, Problem.SUSPICIOUS)


def test_s40_a_lying_size_does_not_help() -> None:
    """A directory that states ten bytes for a large file gives ten bytes or an error, never the large file."""
    content = bytearray(zipped(a__txt=b"y" * 100_000))
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 10)
    assert [paper.size for paper in opened(bytes(content))[1:]] == [0]


def test_one_bad_file_leaves_the_others_alone() -> None:
    """A damaged or locked file inside an archive is named; the rest is read."""
    content = bytearray(zip_of({"a.txt": b"first " * 50, "b.xlsx": workbook()}))
    place = content.index(b"a.txt") + len("a.txt")
    content[place : place + 8] = b"\xff" * 8
    assert kinds(opened(bytes(content)))[1:] == [
        (("tệp", "a.txt"), PaperKind.UNREADABLE, Problem.CORRUPT),
        (("tệp", "b.xlsx"), PaperKind.WORKBOOK, None),
    ]
    mixed = bytearray(zip_of({"a.txt": b"x", "b.xlsx": workbook()}))
    mixed[mixed.index(b"PK\x01\x02") + 8] |= 1
    assert [(paper.kind, paper.problem) for paper in opened(bytes(mixed))] == [
        (PaperKind.ARCHIVE, Problem.ENCRYPTED),
        (PaperKind.WORKBOOK, None),
    ]


def test_an_empty_archive_says_so() -> None:
    """A zip without files holds nothing to read."""
    assert opened(zip_of({}))[0].problem is Problem.EMPTY


def test_tar_and_gzip_are_unpacked() -> None:
    """A .tar.gz with a workbook and a link: the link is not followed."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        info = tarfile.TarInfo("../a.xlsx")
        content = workbook()
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert kinds(opened(written.getvalue(), "hs.tar.gz")) == [
        (("hs.tar.gz",), PaperKind.ARCHIVE, None),
        (("hs.tar.gz", "hs.tar"), PaperKind.ARCHIVE, None),
        (("hs.tar.gz", "hs.tar", "a.xlsx"), PaperKind.WORKBOOK, None),
    ]


def test_s43_a_forwarded_mail_gives_its_attachments() -> None:
    """An .eml in an .eml: names and files at every depth, the text of the mails is no document."""
    inner = mail(("Tờ khai.txt", b"x"))
    papers = opened(mail(("chuyển tiếp.eml", inner), ("ds.xlsx", workbook())), "thư.eml")
    assert kinds(papers) == [
        (("thư.eml",), PaperKind.MAIL, None),
        (("thư.eml", "chuyển tiếp.eml"), PaperKind.MAIL, None),
        (("thư.eml", "chuyển tiếp.eml", "Tờ khai.txt"), PaperKind.OTHER, None),
        (("thư.eml", "ds.xlsx"), PaperKind.WORKBOOK, None),
    ]


def test_s43_mails_may_be_read_by_another_reader() -> None:
    """The mail reader is an argument: `documents` knows nothing of `mail`."""

    def reader(_: bytes) -> list[tuple[str, bytes]]:
        return [("a.xlsx", workbook())]

    papers = open_paper("a.eml", mail(), "", None, LIMITS, read_attachments=reader)
    assert [paper.kind for paper in papers] == [PaperKind.MAIL, PaperKind.WORKBOOK]


def test_s43_a_saved_outlook_message_gives_its_attachments() -> None:
    """A .msg with a file and a forwarded message that carries another."""
    forwarded = {"__substg1.0_3701000D": {"__attach_version1.0_#00000000": attachment("b.xlsx", workbook("B"))}}
    message = compound_file(
        {
            "__properties_version1.0": bytes(32),
            "__attach_version1.0_#00000000": attachment("Danh sách.xlsx", workbook("A" * 3000)),
            "__attach_version1.0_#00000001": forwarded,
        }
    )
    assert [(paper.name, paper.kind) for paper in opened(message, "thư.msg")] == [
        ("thư.msg", PaperKind.MAIL),
        ("Danh sách.xlsx", PaperKind.WORKBOOK),
        ("b.xlsx", PaperKind.WORKBOOK),
    ]


def attachment(name: str, content: bytes) -> dict[str, bytes]:
    """An attachment's storage inside a .msg."""
    return {"__substg1.0_3707001F": name.encode("utf-16-le"), "__substg1.0_37010102": content}


def test_s42_winmail_dat_is_opened_and_an_empty_one_named() -> None:
    """What Outlook wraps is found under its long name; a wrapper without files is empty."""
    papers = opened(winmail({"Tờ khai số 1.xlsx": workbook(), "b.txt": b"x"}), "winmail.dat")
    assert [paper.name for paper in papers] == ["winmail.dat", "Tờ khai số 1.xlsx", "b.txt"]
    assert opened(winmail({}), "winmail.dat")[0].problem is Problem.EMPTY


def signed_part(content: bytes, *, detached: bool = False) -> bytes:
    """An S/MIME structure around some bytes, or the signature alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Người gửi")])
    day = datetime(2021, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, day, day + timedelta(days=900))
    certificate = builder.sign(key, hashes.SHA256())
    options = [pkcs7.PKCS7Options.DetachedSignature if detached else pkcs7.PKCS7Options.Binary]
    signature = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, hashes.SHA256())
    return signature.sign(serialization.Encoding.DER, [*options])


def test_s44_signed_content_is_unwrapped() -> None:
    """An opaque S/MIME part gives the attachments of the mail in it; a signed PDF gives the PDF."""
    inner = mail(("ds.xlsx", workbook()))
    body = inner[inner.index(b"Content-Type") :]
    assert kinds(opened(signed_part(body), "smime.p7m")) == [
        (("smime.p7m",), PaperKind.MAIL, None),
        (("smime.p7m", "signed.eml"), PaperKind.MAIL, None),
        (("smime.p7m", "signed.eml", "ds.xlsx"), PaperKind.WORKBOOK, None),
    ]
    assert opened(signed_part(pdf()), "tờ khai.pdf.p7m")[1].path == ("tờ khai.pdf.p7m", "tờ khai.pdf")


def test_s44_signed_content_in_pieces_is_joined() -> None:
    """Programs that write while they read leave lengths open and cut the content into pieces."""
    pieces = b"".join(bytes((0x04, len(piece))) + piece for piece in (b"Content-Type: text/plain\n", b"X-A: 1\n\nabc"))
    wrapped = b"\x30\x80" + CMS + b"\x01\xa0\x80\x24\x80" + pieces + b"\0\0" + b"\0\0" + b"\0\0"
    signed = b"\x30\x80\x02\x01\x01\x31\x00" + wrapped + b"\0\0"
    whole = b"\x30\x80" + CMS + b"\x02\xa0\x80" + signed + b"\0\0\0\0"
    assert signed_content(whole) == b"Content-Type: text/plain\nX-A: 1\n\nabc"
    assert opened(whole[:-40])[0].problem is Problem.CORRUPT


CMS = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"


def test_s44_signatures_are_no_documents_and_encrypted_mails_are_named() -> None:
    """Detached signatures are set aside; what is encrypted to somebody's key is never taken for empty."""
    assert opened(signed_part(b"x", detached=True), "smime.p7s")[0].kind is PaperKind.DECORATION
    assert opened(b"-----BEGIN PGP SIGNATURE-----\n\nabc\n", "signature.asc")[0].kind is PaperKind.DECORATION
    for content in (b"-----BEGIN PGP MESSAGE-----\n\nabc\n", b"\x30\x80" + CMS + b"\x03\xa0\x80" + bytes(40)):
        assert opened(content, "encrypted.asc")[0].problem is Problem.ENCRYPTED


def test_scans_pasted_into_office_files_are_found() -> None:
    """Word and Excel files give themselves and the pictures people pasted into them, logos as decoration."""
    pictures = {"word/media/image1.png": picture(900, 1200), "word/media/logo.png": picture(100, 40)}
    content = zip_of({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>", **pictures})
    papers = open_paper("tờ khai.docx", content, "", LAYOUT, LIMITS)
    assert [(paper.path[1:], paper.kind) for paper in papers] == [
        ((), PaperKind.OTHER),
        (("image1.png",), PaperKind.PAGES),
        (("logo.png",), PaperKind.DECORATION),
    ]


def test_s50_a_picture_that_grows_is_refused_by_its_head() -> None:
    """A PNG that states fifty thousand pixels a side is never decoded."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    body = b"IDAT" + zlib.compress(bytes(5000))
    chunks = (struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in (head, body))
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
    (paper,) = open_paper("ảnh.png", bomb, "image/png", LAYOUT, LIMITS)
    assert (paper.kind, paper.problem) == (PaperKind.UNREADABLE, Problem.TOO_LARGE)


def test_a_workbook_that_grows_is_too_large() -> None:
    """An xlsx is a zip archive too: its stated size counts before it is read."""
    content = zip_of({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": bytes(3_000_000)})
    assert opened(content, limits=Limits(max_unpacked_bytes=1_000_000))[0].problem is Problem.TOO_LARGE


def test_noise_never_raises() -> None:
    """Beginnings of real files followed by noise give papers, whatever they are."""
    chance = random.Random(3)
    whole = (
        workbook(),
        pdf(),
        picture(700, 900),
        compound_file({"Workbook": bytes(6000)}),
        winmail({"a": b"x"}),
        mail(("a", b"b")),
    )
    for content in whole * 20:
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 30)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        assert opened(bytes(damaged[: chance.randint(1, len(damaged))]))


def test_files_of_an_archive_can_be_read_one_by_one_and_found_again() -> None:
    """`unpack` and `open_file` give what `open_paper` gives; a form's bytes are found again by their hash."""
    second = workbook("B")  # built once: a workbook carries the second in which it was written
    content = zipped(a__xlsx=workbook("A"), b__xlsx=second)
    files = unpack("hs.zip", content, LIMITS)
    assert tuple(open_file(file, None, LIMITS) for file in files) == open_paper("hs.zip", content, "", None, LIMITS)
    assert content_inside("hs.zip", content, files[2].sha256, LIMITS) == second
    assert content_inside("hs.zip", content, files[0].sha256, LIMITS) == content
    assert content_inside("hs.zip", content, "0" * 64, LIMITS) is None


def test_a_file_whose_child_died_still_becomes_a_paper() -> None:
    """What could not be opened at all is described by its bytes."""
    paper = unreadable_paper("../a.pdf", b"x", "application/pdf", Problem.TIMEOUT)
    assert (paper.path, paper.kind, paper.problem) == (("a.pdf",), PaperKind.UNREADABLE, Problem.TIMEOUT)
