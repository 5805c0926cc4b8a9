"""Archives, mails in mails, Outlook and signed content, and what is inside them; files that grow."""

from __future__ import annotations

import gzip
import io
import random
import struct
import tarfile
import zlib
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7

from service.core.papers import PaperKind, Problem
from service.documents.common.attachment_limits import Limits
from service.documents.files.signed import signed_content
from service.documents.files.unpack import unpack
from service.documents.open_attachment import open_file, open_paper, unreadable_paper
from service.wiring.mail_openers import files_of_mail
from tests.support.papers.hostile_files import compound_file, winmail
from tests.support.papers.made_attachments import (
    LAYOUT,
    LIMITS,
    kinds,
    mail,
    opened,
    pdf,
    picture,
    workbook,
    zip_of,
    zipped,
)
from tests.support.papers.opening import opened_paper


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
    papers = opened_paper("tờ khai.docx", content, "", LAYOUT, LIMITS)
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
    (paper,) = opened_paper("ảnh.png", bomb, "image/png", LAYOUT, LIMITS)
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


def test_files_of_an_archive_can_be_read_one_by_one() -> None:
    """`unpack` and `open_file` give what `open_paper` gives."""
    content = zipped(a__xlsx=workbook("A"), b__xlsx=workbook("B"))
    files = unpack("hs.zip", content, LIMITS, read_attachments=files_of_mail)
    assert tuple(open_file(file, None, LIMITS) for file in files) == opened_paper("hs.zip", content, "", None, LIMITS)


def test_a_file_whose_child_died_still_becomes_a_paper() -> None:
    """What could not be opened at all is described by its bytes."""
    paper = unreadable_paper("../a.pdf", b"x", "application/pdf", Problem.TIMEOUT)
    assert (paper.path, paper.kind, paper.problem) == (("a.pdf",), PaperKind.UNREADABLE, Problem.TIMEOUT)
