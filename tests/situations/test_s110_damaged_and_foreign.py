"""S107, S110: damaged and foreign papers are called what they are, and nobody is lectured about portraits."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.support.harness.whole_service import Company, company

NOISE = bytes(range(5, 250, 2)) * 60


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state") as running:
        running.launch()
        yield running


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def answer_to(harness: Company, files: dict[str, bytes]) -> str:
    unit = harness.address_of("U01")
    harness.post.write(unit, text="Đơn vị gửi hồ sơ.", files=files, answers=harness.post.last(unit))
    harness.work()
    return body(harness.post.last(unit))


def test_s110_each_damaged_file_is_named_and_asked_for_again(harness: Company) -> None:
    """One sentence for each: what it is, and what to do."""
    files = {
        "nop.zip": NOISE,
        "phu-luc.xlsx": NOISE[:900],
        "cu.xls": b"\x03\x04" * 700,
        "to-khai.pdf": NOISE[::-1],
        "trang-1.jpg": b"\x11\x22" * 3000,
        "tai-ve.zip": b"<html><body><h1>Session expired</h1></body></html>",
    }
    answer = answer_to(harness, files)
    assert "chưa sử dụng được tài liệu nào" in answer
    for name in set(files) - {"tai-ve.zip"}:
        assert f"Tệp “{name}” bị hỏng hoặc gửi chưa trọn vẹn. Đề nghị mở thử" in answer
    assert "Tệp “tai-ve.zip” thực ra là một trang web" in answer
    assert "chân dung" not in answer and "tùy thân" not in answer


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("hs.rar", b"Rar!\x1a\x07\x01\x00" + NOISE, "RAR"),
        ("hs.7z", b"7z\xbc\xaf\x27\x1c\x00\x04" + NOISE, "7z"),
        ("hs.lzh", b"\x24\x5f-lh5-" + NOISE, "LZH"),
    ],
)
def test_an_archive_that_we_do_not_open_is_called_by_its_kind(
    harness: Company, name: str, content: bytes, kind: str
) -> None:
    """With how to send its files instead."""
    answer = answer_to(harness, {name: content})
    assert f"Tệp “{name}” nén theo kiểu {kind}, chưa mở được ở đây. Đề nghị gửi trực tiếp các tệp bên trong" in answer
    assert "chân dung" not in answer


def test_s107_another_kind_of_file_is_kept_without_a_lecture(harness: Company) -> None:
    """Notes in plain text are neither a list nor a form."""
    answer = answer_to(harness, {"ghi-chu.txt": "Danh sách em gửi sau ạ.".encode()})
    assert "Tệp “ghi-chu.txt” không phải danh sách hoặc tờ khai của đợt này" in answer
    assert "chân dung" not in answer and "tùy thân" not in answer
