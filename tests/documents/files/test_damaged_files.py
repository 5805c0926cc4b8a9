"""S110: what is damaged, what is an archive that we do not open, and what only has a misleading name."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest
from PIL import Image

from service.core.papers import PaperKind, Problem
from service.documents.common.attachment_limits import Limits
from service.documents.common.errors import UnreadableFile
from service.documents.files.sniff import FileType, sniff
from service.documents.pages.pages import opened
from tests.support.papers.opening import opened_paper

NOISE = bytes(range(7, 251, 3)) * 40


def png() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (900, 1200), "white").save(written, "PNG")
    return written.getvalue()


def archive() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr("a.csv", "1,2,3\n4,5,6\n7,8,9\n")
    return written.getvalue()


@pytest.mark.parametrize(
    "name", ["nop.zip", "PL02.XLSX", "pl02.xls", "to-khai.pdf", "trang 1.jpg", "anh.PNG", "a.ods", "a.rar", "a.tar"]
)
@pytest.mark.parametrize("content", [NOISE, b"\x00\x00" + NOISE, b"khong co gi o day " * 9, archive()[6:]])
def test_s110_content_that_shows_nothing_of_what_the_name_promises_is_damaged(name: str, content: bytes) -> None:
    """Garbage, text, an archive whose head is lost."""
    (paper,) = opened_paper(name, content, "application/octet-stream", None, Limits())
    assert (paper.kind, paper.problem) == (PaperKind.UNREADABLE, Problem.CORRUPT)


def test_s110_a_web_page_named_like_an_archive_is_damaged_and_known_as_one() -> None:
    """What a failed download leaves."""
    found = sniff("ho-so.zip", b"<html><head><title>502 Bad Gateway</title></head></html>")
    assert (found.media_type, found.problem) == ("text/html", Problem.CORRUPT)


def test_s110_names_that_promise_nothing_are_left_alone() -> None:
    """Text is text; a table saved as a web page is what Excel itself writes under .xls."""
    assert sniff("ghi-chu.txt", b"khong co gi o day").problem is None
    assert sniff("khong-ten", NOISE).problem is None
    table = b"<html><body><table><tr><td>1</td></tr></table></body></html>"
    assert sniff("pl02.xls", table).type is FileType.WORKBOOK


def test_s110_a_picture_with_a_damaged_head_is_damaged() -> None:
    """Not "of a kind that we cannot read"."""
    content = png()
    broken = content[:16] + bytes(13) + content[29:]
    with pytest.raises(UnreadableFile) as caught, opened(broken, "image/png", max_pages=9, max_pixels=9_000_000):
        pass
    assert caught.value.problem is Problem.CORRUPT


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\x60\xea\x2b\x00" + NOISE, "application/x-arj"),
        (b"\x21\x0a-lh7-" + NOISE, "application/x-lzh-compressed"),
        (b"\x1f\x9d\x8e" + NOISE, "application/x-compress"),
        (b"\x28\xb5\x2f\xfd" + NOISE, "application/zstd"),
        (b"Rar!\x1a\x07\x00" + NOISE, "application/vnd.rar"),
    ],
)
def test_archives_that_we_do_not_open_are_known_by_their_kind(content: bytes, media_type: str) -> None:
    """Whatever they are named."""
    for name in ("nop", "nop.zip", "nop.pdf"):
        assert (sniff(name, content).media_type, sniff(name, content).problem) == (media_type, Problem.UNSUPPORTED)


def test_a_tar_without_its_mark_is_told_by_its_checksum() -> None:
    """As programs wrote them before 1988, and some still do; one bit more and it is damaged."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.USTAR_FORMAT) as made:
        entry = tarfile.TarInfo("a.csv")
        entry.size = 12
        made.addfile(entry, io.BytesIO(b"1,2,3\n4,5,6\n"))
    head = bytearray(written.getvalue()[:512])
    head[257:265] = bytes(8)
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    old = bytes(head) + written.getvalue()[512:]
    assert sniff("a.tar", old).type is FileType.TAR
    assert sniff("a.tar", b"b" + old[1:]).problem is Problem.CORRUPT
