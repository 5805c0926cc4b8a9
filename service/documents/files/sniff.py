"""What a file is, by its content: names and media types of mails are often wrong (S39, S51)."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Set
from dataclasses import dataclass
from enum import StrEnum

from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile
from service.documents.files import compound
from service.documents.files.signed import is_encrypted, is_mere_signature, is_signed
from service.documents.workbooks.tables_in_markup import is_spreadsheet_2003


class FileType(StrEnum):
    """How a file is opened."""

    WORKBOOK = "workbook"
    PDF = "pdf"
    PICTURE = "picture"
    DRAWING = "drawing"
    """Vector graphics of mail programs (EMF, WMF, SVG): never a scan."""
    ZIP = "zip"
    TAR = "tar"
    GZIP = "gzip"
    MAIL = "mail"
    OUTLOOK_MAIL = "outlook_mail"
    OUTLOOK_WRAPPER = "outlook_wrapper"
    """winmail.dat."""
    SIGNED = "signed"
    """S/MIME with the signed content inside."""
    SIGNATURE = "signature"
    """S/MIME or PGP signature of something else."""
    DOCUMENT = "document"
    """Word, PowerPoint and the like."""
    TEXT = "text"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file is. With a `problem` it is not opened."""

    type: FileType
    media_type: str
    problem: Problem | None = None


OFFICE = "application/vnd.openxmlformats-officedocument."
XLSX = OFFICE + "spreadsheetml.sheet"
IWORK = "application/vnd.apple.iwork"
"""Numbers, Pages and Keynote, which tell themselves apart only inside."""
WORD = OFFICE + "wordprocessingml.document"
XLSB = "application/vnd.ms-excel.sheet.binary.macroEnabled.12"
XLS = "application/vnd.ms-excel"
UNKNOWN = "application/octet-stream"

_BEGINNINGS: tuple[tuple[bytes, Sniffed], ...] = (
    (b"\xff\xd8\xff", Sniffed(FileType.PICTURE, "image/jpeg")),
    (b"\x89PNG\r\n\x1a\n", Sniffed(FileType.PICTURE, "image/png")),
    (b"GIF87a", Sniffed(FileType.PICTURE, "image/gif")),
    (b"GIF89a", Sniffed(FileType.PICTURE, "image/gif")),
    (b"II*\x00", Sniffed(FileType.PICTURE, "image/tiff")),
    (b"MM\x00*", Sniffed(FileType.PICTURE, "image/tiff")),
    (b"II+\x00", Sniffed(FileType.PICTURE, "image/tiff")),
    (b"MM\x00+", Sniffed(FileType.PICTURE, "image/tiff")),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", Sniffed(FileType.PICTURE, "image/jp2")),
    (b"\xff\x4f\xff\x51", Sniffed(FileType.PICTURE, "image/jp2")),
    (b"\x1f\x8b", Sniffed(FileType.GZIP, "application/gzip")),
    (b"Rar!\x1a\x07", Sniffed(FileType.OTHER, "application/vnd.rar", Problem.UNSUPPORTED)),
    (b"7z\xbc\xaf\x27\x1c", Sniffed(FileType.OTHER, "application/x-7z-compressed", Problem.UNSUPPORTED)),
    (b"MSCF", Sniffed(FileType.OTHER, "application/vnd.ms-cab-compressed", Problem.UNSUPPORTED)),
    (b"\xfd7zXZ\x00", Sniffed(FileType.OTHER, "application/x-xz", Problem.UNSUPPORTED)),
    (b"BZh", Sniffed(FileType.OTHER, "application/x-bzip2", Problem.UNSUPPORTED)),
    (b"\x60\xea", Sniffed(FileType.OTHER, "application/x-arj", Problem.UNSUPPORTED)),
    (b"\x1f\x9d", Sniffed(FileType.OTHER, "application/x-compress", Problem.UNSUPPORTED)),
    (b"\x28\xb5\x2f\xfd", Sniffed(FileType.OTHER, "application/zstd", Problem.UNSUPPORTED)),
    (b"\x78\x9f\x3e\x22", Sniffed(FileType.OUTLOOK_WRAPPER, "application/ms-tnef")),
    (b"\xd7\xcd\xc6\x9a", Sniffed(FileType.DRAWING, "image/wmf")),
    (b"MZ", Sniffed(FileType.OTHER, "application/vnd.microsoft.portable-executable", Problem.SUSPICIOUS)),
    (b"\x7fELF", Sniffed(FileType.OTHER, "application/x-elf", Problem.SUSPICIOUS)),
    (b"{\\rtf", Sniffed(FileType.DOCUMENT, "application/rtf")),
)
_TAR_HEAD = 512
_PHONE_PICTURES = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_MAIL_HEADERS = re.compile(
    rb"^(?:Received|Return-Path|Delivered-To|MIME-Version|Message-ID|Subject|From|To|Date|Content-[\w-]+|DKIM-Signature"
    rb"|X-[\w-]+)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_LINES_THAT_TELL = 4096
_RECOGNISABLE = tuple(
    f".{ending}"
    for ending in (
        *("zip", "rar", "7z", "arj", "lzh", "lha", "z", "tar", "gz", "tgz", "xz", "bz2", "cab"),
        *("xls", "xlsx", "xlsm", "xlsb", "ods", "docx", "pdf"),
        *("jpg", "jpeg", "jfif", "png", "gif", "bmp", "tif", "tiff", "webp", "heic", "heif"),
    )
)
"""Formats that are told by their first bytes, whatever they hold."""


def sniff(name: str, content: bytes) -> Sniffed:
    """What the file is. The name only decides between kinds of plain text."""
    if not content.strip(b"\x00"):
        return Sniffed(FileType.OTHER, UNKNOWN, Problem.EMPTY)
    for beginning, sniffed in _BEGINNINGS:
        if content.startswith(beginning):
            return sniffed
    for look in _LOOKS:
        if found := look(name, content):
            return found
    return _damaged(name, _as_text(name, content))


def _damaged(name: str, sniffed: Sniffed) -> Sniffed:
    """A file whose name promises a format of which its content shows nothing: garbage, cut, or a web page instead."""
    if sniffed.type in (FileType.TEXT, FileType.OTHER) and name.lower().endswith(_RECOGNISABLE):
        return Sniffed(FileType.OTHER, sniffed.media_type, Problem.CORRUPT)
    return sniffed


def _as_pdf(_name: str, content: bytes) -> Sniffed | None:
    """Mail programs and scanners put bytes before the PDF; readers allow 1,024."""
    return Sniffed(FileType.PDF, "application/pdf") if b"%PDF-" in content[:1024] else None


def _as_picture(_name: str, content: bytes) -> Sniffed | None:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Sniffed(FileType.PICTURE, "image/webp")
    if content[4:8] == b"ftyp" and content[8:12] in (b"avif", b"avis"):
        return Sniffed(FileType.PICTURE, "image/avif")
    if content[4:8] == b"ftyp" and content[8:12] in _PHONE_PICTURES:
        return Sniffed(FileType.PICTURE, "image/heic")
    if content[:2] == b"BM" and content[6:10] == b"\x00\x00\x00\x00":
        return Sniffed(FileType.PICTURE, "image/bmp")
    if content[:4] == b"\x01\x00\x00\x00" and content[40:44] == b" EMF":
        return Sniffed(FileType.DRAWING, "image/emf")
    return None


def _as_compound(_name: str, content: bytes) -> Sniffed | None:
    """Office files before 2007, Outlook messages, and encrypted Office files of any age."""
    if not content.startswith(compound.SIGNATURE):
        return None
    try:
        return _office_in_compound(compound.CompoundFile(content))
    except UnreadableFile as error:
        return Sniffed(FileType.OTHER, UNKNOWN, error.problem)


def _office_in_compound(container: compound.CompoundFile) -> Sniffed:
    entries = {name.lower(): name for name in container.names()}
    if "encryptedpackage" in entries:
        return Sniffed(FileType.OTHER, UNKNOWN, Problem.ENCRYPTED)
    if table := entries.get("workbook") or entries.get("book"):
        locked = _is_locked_table(container.read((table,)))
        return Sniffed(FileType.WORKBOOK, XLS, Problem.ENCRYPTED if locked else None)
    if text := entries.get("worddocument"):
        locked = _is_locked_text(container.read((text,)))
        return Sniffed(FileType.DOCUMENT, "application/msword", Problem.ENCRYPTED if locked else None)
    if "__properties_version1.0" in entries:
        return Sniffed(FileType.OUTLOOK_MAIL, "application/vnd.ms-outlook")
    return Sniffed(FileType.DOCUMENT, UNKNOWN)


def _is_locked_table(stream: bytes) -> bool:
    """Encrypted `.xls`: a FILEPASS record (0x2F) among the first ones; what follows it cannot be read. [MS-XLS]"""
    position = 0
    for _ in range(10):
        if position + 4 > len(stream):
            return False
        record, size = int.from_bytes(stream[position : position + 2], "little"), stream[position + 2 : position + 4]
        if record == 0x2F:
            return True
        position += 4 + int.from_bytes(size, "little")
    return False


def _is_locked_text(stream: bytes) -> bool:
    """Encrypted `.doc`: a bit in the eleventh byte of its head. [MS-DOC]"""
    return len(stream) > 11 and bool(stream[11] & 0x01)


def _as_zip(_name: str, content: bytes) -> Sniffed | None:
    """A zip archive, or one of the many office formats inside a zip."""
    if content[:2] != b"PK":
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _office_in_zip(archive) or Sniffed(FileType.ZIP, "application/zip")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        # Part of a split archive, cut off, or two directories that disagree.
        return Sniffed(FileType.ZIP, "application/zip", Problem.CORRUPT)


def _office_in_zip(archive: zipfile.ZipFile) -> Sniffed | None:
    stated = _stated_type(archive)
    if stated.startswith("application/vnd.oasis.opendocument."):
        return Sniffed(FileType.WORKBOOK if "spreadsheet" in stated else FileType.DOCUMENT, stated)
    names = {info.filename.replace("\\", "/").lower() for info in archive.infolist()}
    if any(name.endswith("index/document.iwa") or name == "index.zip" for name in names):
        return Sniffed(FileType.OTHER, IWORK, Problem.UNSUPPORTED)
    return _microsoft_in_zip(names) if "[content_types].xml" in names else None


def _microsoft_in_zip(names: Set[str]) -> Sniffed | None:
    if "xl/workbook.bin" in names:
        return Sniffed(FileType.WORKBOOK, XLSB)
    if any(name.startswith("xl/") for name in names):
        return Sniffed(FileType.WORKBOOK, XLSX)
    if any(name.startswith(("word/", "ppt/", "visio/")) for name in names):
        kind = "wordprocessingml.document" if any(name.startswith("word/") for name in names) else "presentationml"
        return Sniffed(FileType.DOCUMENT, OFFICE + kind)
    return None


def _stated_type(archive: zipfile.ZipFile) -> str:
    """OpenDocument files state their type in a small file of their own."""
    if not any(info.filename == "mimetype" for info in archive.infolist()):
        return ""
    with archive.open("mimetype") as stream:
        return stream.read(100).decode("ascii", "replace").strip()


def _as_signed(_name: str, content: bytes) -> Sniffed | None:
    """Parts of signed and of encrypted mails."""
    try:
        if is_encrypted(content):
            return Sniffed(FileType.OTHER, "application/pkcs7-mime", Problem.ENCRYPTED)
        if is_mere_signature(content):
            return Sniffed(FileType.SIGNATURE, "application/pkcs7-signature")
        return Sniffed(FileType.SIGNED, "application/pkcs7-mime") if is_signed(content) else None
    except UnreadableFile as error:
        return Sniffed(FileType.OTHER, "application/pkcs7-mime", error.problem)


def _as_tar(_name: str, content: bytes) -> Sniffed | None:
    """Since 1988 with a mark; before it a head can only be told by its checksum."""
    is_tar = content[257:262] == b"ustar" or _has_tar_checksum(content[:512])
    return Sniffed(FileType.TAR, "application/x-tar") if is_tar else None


def _has_tar_checksum(head: bytes) -> bool:
    stated = head[148:156].strip(b" \x00")
    if len(head) < _TAR_HEAD or not re.fullmatch(rb"[0-7]{1,7}", stated):
        return False
    return int(stated, 8) == sum(head[:148]) + 8 * ord(" ") + sum(head[156:])


def _as_lzh(_name: str, content: bytes) -> Sniffed | None:
    """LHA: "-lh5-" or the like after size and checksum."""
    if re.match(rb"-(?:lh|lz|pm)[0-9a-z]-", content[2:7]):
        return Sniffed(FileType.OTHER, "application/x-lzh-compressed", Problem.UNSUPPORTED)
    return None


def _as_old_workbook(_name: str, content: bytes) -> Sniffed | None:
    """Excel before 5.0 wrote its records without a container: a BOF record first."""
    if content[:4] in (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00"):
        return Sniffed(FileType.WORKBOOK, XLS)
    return None


def _as_mail(name: str, content: bytes) -> Sniffed | None:
    """At least two headers of mails before the first empty line, or one where the name or the header says the rest."""
    head = re.split(rb"\r?\n\r?\n", content[:_LINES_THAT_TELL].lstrip(), maxsplit=1)[0]
    first = head.split(b"\n", 1)[0]
    starts_as_mail = first.startswith(b"From ") or re.match(rb"[A-Za-z][\w-]*[ \t]*:", first)
    needed = 1 if name.lower().endswith(".eml") or re.match(rb"content-type[ \t]*:[ \t]*multipart/", head, re.I) else 2
    if starts_as_mail and len(_MAIL_HEADERS.findall(head)) >= needed:
        return Sniffed(FileType.MAIL, "message/rfc822")
    return None


_LOOKS: tuple[Callable[[str, bytes], Sniffed | None], ...] = (
    _as_picture,
    _as_compound,
    _as_zip,
    _as_signed,
    _as_tar,
    _as_lzh,
    _as_old_workbook,
    _as_mail,
    _as_pdf,
)


def _as_text(name: str, content: bytes) -> Sniffed:
    """Plain text: a table when the name says so or its lines are columns; anything else is left alone."""
    beginning = content[:_LINES_THAT_TELL]
    utf16 = beginning[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not utf16 and beginning.count(b"\x00"):
        return Sniffed(FileType.OTHER, UNKNOWN)
    lowered = beginning.replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf \r\n\t").lower()
    if b"<svg" in lowered[:1000]:
        return Sniffed(FileType.DRAWING, "image/svg+xml")
    if is_spreadsheet_2003(lowered):
        return Sniffed(FileType.WORKBOOK, "application/xml")
    if lowered.startswith((b"<!doctype html", b"<html", b"<table")) or b"urn:schemas-microsoft-com:office:" in lowered:
        has_table = b"<table" in content.replace(b"\x00", b"").lower()
        return Sniffed(FileType.WORKBOOK if has_table else FileType.TEXT, "text/html")
    if name.lower().endswith((".csv", ".tsv")) or (not lowered.startswith(b"<") and _has_columns(beginning)):
        return Sniffed(FileType.WORKBOOK, "text/csv")
    return Sniffed(FileType.TEXT, "text/plain")


def _has_columns(beginning: bytes) -> bool:
    """Several lines with the same number (two or more) of the same separator."""
    lines = [line for line in beginning.replace(b"\x00", b"").splitlines()[:-1] if line.strip()]
    return len(lines) >= 2 and any(
        lines[0].count(separator) >= 2 and len({line.count(separator) for line in lines[:20]}) == 1
        for separator in (b"\t", b";", b",")
    )
