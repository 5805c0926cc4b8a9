"""Opens one attachment: finds out by the content what it is, looks inside archives, reads tables and pages.

Runs in a child process with limits (`service/work/child_processes.py`); everything it takes and gives can be pickled.
"""

from __future__ import annotations

import hashlib
import io
import logging
import zipfile

from PIL import Image, UnidentifiedImageError

import service.documents.common.heic  # noqa: F401  Pillow opens HEIC from here on
from service.core.campaigns import FormLayout
from service.core.forms import PageReading
from service.core.grids import Workbook
from service.core.papers import Paper, PaperKind, Problem
from service.documents.common.attachment_limits import Limits
from service.documents.common.errors import UnreadableFile
from service.documents.files.containers import harmless_name
from service.documents.files.sniff import WORD, FileType
from service.documents.files.unpack import CONTAINERS, AttachmentReader, UnpackedFile, unpack
from service.documents.workbooks.word_forms import is_word_form
from service.documents.workbooks.workbook import read_workbook

log = logging.getLogger(__name__)

_SMALLEST_PAGE = 250
"""A page's shorter side in pixels; a page this small cannot be read, logos are smaller."""
_SMALLEST_LONG_SIDE = 400
_BANNER = 3.0
"""Sides of banners and signature strips; paper is 1.41, a photo of it below 2.2."""
_WIDEST_BANNER = 700
"""A strip with a shorter side above this may be a receipt or several photos in one: looked at."""


def open_paper(
    name: str,
    content: bytes,
    media_type: str,
    layout: FormLayout | None,
    limits: Limits,
    *,
    read_attachments: AttachmentReader,
) -> tuple[Paper, ...]:
    """The attachment and everything inside it; `read_attachments` takes mails apart.

    Bad content gives papers with a `problem`, never an exception.
    """
    try:
        files = unpack(name, content, limits, read_attachments=read_attachments)
    except MemoryError:
        return (unreadable_paper(name, content, media_type, Problem.TOO_LARGE),)
    return tuple(open_file(file, layout, limits) for file in files)


def unreadable_paper(name: str, content: bytes, media_type: str, problem: Problem) -> Paper:
    """A file that could not be opened at all, such as one whose child process ran out of time."""
    shown = harmless_name(name)
    return Paper(
        name=shown,
        path=(shown,),
        sha256=hashlib.sha256(content).hexdigest(),
        media_type=media_type,
        size=len(content),
        kind=PaperKind.UNREADABLE,
        problem=problem,
        content=content,
    )


def open_file(file: UnpackedFile, layout: FormLayout | None, limits: Limits) -> Paper:
    """One file out of `unpack`, read; a file of a big archive can so be read in a child process of its own."""
    if file.sniffed.type in CONTAINERS:
        return _container(file)
    if file.problem:
        return _paper(file, PaperKind.UNREADABLE, problem=file.problem)
    try:
        return _read(file, layout, limits)
    except UnreadableFile as error:
        return _paper(file, PaperKind.UNREADABLE, problem=error.problem)
    except MemoryError:
        return _paper(file, PaperKind.UNREADABLE, problem=Problem.TOO_LARGE)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        # Hostile bytes find faults in every parser (those of compiled ones are no `Exception`); other files go on.
        log.exception("cannot read %s %s", file.sniffed.media_type, file.sha256)
        return _paper(file, PaperKind.UNREADABLE, problem=Problem.CORRUPT)


def _container(file: UnpackedFile) -> Paper:
    if file.problem and not file.inside:
        return _paper(file, PaperKind.UNREADABLE, problem=file.problem)
    mails = (FileType.MAIL, FileType.OUTLOOK_MAIL, FileType.SIGNED)
    kind = PaperKind.MAIL if file.sniffed.type in mails else PaperKind.ARCHIVE
    return _paper(file, kind, problem=file.problem)


def _read(file: UnpackedFile, layout: FormLayout | None, limits: Limits) -> Paper:
    if file.sniffed.type is FileType.WORKBOOK or file.sniffed.media_type == WORD:
        return _table(file, limits)
    match file.sniffed.type:
        case FileType.PDF:
            return _pages(file, layout, limits)
        case FileType.PICTURE:
            if _is_decoration(file.content):
                return _paper(file, PaperKind.DECORATION)
            return _pages(file, layout, limits)
        case FileType.DRAWING | FileType.SIGNATURE:
            return _paper(file, PaperKind.DECORATION)
        case _:
            return _paper(file, PaperKind.OTHER)


def _table(file: UnpackedFile, limits: Limits) -> Paper:
    """A workbook, or the tables of a page or letter; a letter without any is no table."""
    _refuse_swollen(file.content, limits)
    workbook = read_workbook(file.content, max_cells=limits.max_cells)
    if file.sniffed.media_type == WORD and is_word_form(file.content):
        raise UnreadableFile(Problem.UNSUPPORTED, "a form in Word")
    if not workbook.sheets and file.sniffed.type is FileType.DOCUMENT:
        return _paper(file, PaperKind.OTHER)
    return _paper(file, PaperKind.WORKBOOK, workbook=workbook)


def _refuse_swollen(content: bytes, limits: Limits) -> None:
    """A workbook is a zip archive too, and may be a bomb."""
    if content[:2] != b"PK":
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(info.file_size for info in archive.infolist()) > limits.max_unpacked_bytes:
            raise UnreadableFile(Problem.TOO_LARGE, "workbook")


def _is_decoration(content: bytes) -> bool:
    """Logos and signature strips of mails: too small or too long for a page (S45). Reads the picture's head only."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            shorter, longer = sorted(picture.size)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return False  # damaged: the page reader will say what is wrong with it
    except Image.DecompressionBombError as error:
        raise UnreadableFile(Problem.TOO_LARGE, str(error)) from error
    is_banner = longer > _BANNER * shorter and shorter < _WIDEST_BANNER
    return shorter < _SMALLEST_PAGE or longer < _SMALLEST_LONG_SIDE or is_banner


def _pages(file: UnpackedFile, layout: FormLayout | None, limits: Limits) -> Paper:
    """Without a form to look for, pages are kept for people but not read."""
    if layout is None:
        return _paper(file, PaperKind.OTHER)
    from service.documents.declarations.page_reader import read_pages  # noqa: PLC0415  loads recognition, half a second
    from service.documents.files.pdf_forms import is_empty_form  # noqa: PLC0415

    media_type = file.sniffed.media_type
    if file.sniffed.type is FileType.PDF and is_empty_form(file.content):
        raise UnreadableFile(Problem.UNSUPPORTED, "an XFA form")
    pages = read_pages(file.content, media_type, layout, max_pages=limits.max_pages, max_pixels=limits.max_pixels)
    return _paper(file, PaperKind.PAGES, pages=pages)


def _paper(
    file: UnpackedFile,
    kind: PaperKind,
    *,
    problem: Problem | None = None,
    workbook: Workbook | None = None,
    pages: tuple[PageReading, ...] = (),
) -> Paper:
    return Paper(
        name=file.name,
        path=file.path,
        sha256=file.sha256,
        media_type=file.sniffed.media_type,
        size=len(file.content),
        kind=kind,
        problem=problem,
        workbook=workbook,
        pages=pages,
        content=file.content,
    )
