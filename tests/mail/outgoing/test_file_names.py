"""Names of attached files as any program reads them: by RFC 2231, by the library, and without knowing either."""

from __future__ import annotations

import email
import email.policy
import re
import unicodedata
from datetime import UTC, datetime
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as some

from service.core.mail.messages import Attachment, OutgoingMail, Rendered
from service.mail.outgoing.rfc5322 import compose

SHORT, ACCENTED = "bang-ke.xlsx", "Bảng kê đồng phục.xlsx"
LONG = "Bảng kê số đo đồng phục của toàn thể nhân viên Chi nhánh Đồng bằng sông Cửu Long, lần thứ hai.xlsx"
PIECE = re.compile(r"filename\*(?:\d+\*)?=(?:utf-8'')?([^;\s]+)")


def written(name: str) -> bytes:
    return compose(
        OutgoingMail(
            message_id="<1@congty.example>",
            sender="thutuc@congty.example",
            sender_name="Văn phòng",
            to=("ha@donvi.example",),
            words=Rendered(subject="Đồng phục", text="Kính gửi", html=""),
            date=datetime(2021, 5, 4, 9, 0, tzinfo=UTC),
            attachments=(Attachment(name=name, media_type="application/pdf", content=b"%PDF"),),
        )
    )


def fields_of_file(raw: bytes) -> str:
    """The header of the attached part."""
    return raw.decode().split("\r\n\r\n")[2]


def test_a_plain_name_stands_as_it_is() -> None:
    """Both fields, word by word."""
    assert fields_of_file(written(SHORT)).split("\r\n")[-5:] == [
        "Content-Type: application/pdf;",
        ' name="bang-ke.xlsx"',
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment;",
        ' filename="bang-ke.xlsx"',
    ]


def test_a_name_with_accents_is_whole_and_has_a_plain_one_beside_it() -> None:
    """Programs that know nothing of RFC 2231 show the name without accents."""
    fields = fields_of_file(written(LONG))
    assert ' name="Bang ke so do dong phuc cua toan the nhan vien Chi nhan.xlsx"' in fields
    assert " filename*0*=utf-8''B%E1%BA%A3ng%20k%C3%AA" in fields and " filename*1*=" in fields


@pytest.mark.parametrize("name", [SHORT, ACCENTED, LONG, unicodedata.normalize("NFD", LONG), LONG.replace(" ", "_")])
def test_the_librarys_strict_parser_reads_the_whole_name(name: str) -> None:
    """Composed, without defects in any field."""
    (part,) = email.message_from_bytes(written(name), policy=email.policy.default).iter_attachments()
    assert part.get_filename() == unicodedata.normalize("NFC", name)
    assert [field.defects for field in part.values()] == [() for _ in part.values()]
    assert part["Content-Type"].params["name"].isascii()


@given(name=some.text(alphabet=some.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=120))
def test_no_piece_ends_inside_a_letter(name: str) -> None:
    """Each is read by itself; all together give the name; no line is longer than 76."""
    lines = fields_of_file(written(name)).split("\r\n")
    assert max(map(len, lines)) <= 76
    pieces = [unquote_to_bytes(piece).decode("utf-8") for piece in PIECE.findall("\n".join(lines))]
    if pieces:
        clean = unicodedata.normalize("NFC", name).replace('"', "'").replace("\\", "-")
        assert "".join(pieces) == " ".join(clean.split())


def test_a_mark_stays_with_its_letter() -> None:
    """Where Unicode has no single sign for a letter with its mark, too."""
    pieces = [
        unquote_to_bytes(piece).decode("utf-8") for piece in PIECE.findall(fields_of_file(written("g\u0303" * 40)))
    ]
    assert len(pieces) > 3
    assert not any(unicodedata.combining(piece[0]) for piece in pieces)
