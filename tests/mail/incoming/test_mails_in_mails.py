"""One reader for mails wherever they lie (S43, S76): attached, in an archive, wrapped by Outlook, in pieces."""

from __future__ import annotations

import base64
import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.mail.messages import Message
from service.core.papers import PaperKind
from service.documents.common.attachment_limits import Limits
from service.documents.files.rtf import unpacked, words_of
from service.documents.files.tnef import wrapped_mail
from service.mail.incoming.mime import read_message
from service.wiring.mail_openers import OPENERS, files_of_mail
from tests.mail.incoming.test_wrapped import uuencoded
from tests.support.mails.pasted_tables import as_excel_table
from tests.support.papers.opening import opened_paper

HEAD = b"From: lan@office.example\r\nTo: hr@office.example\r\nSubject: Danh sach\r\nMIME-Version: 1.0\r\n"
TABLE = [["STT", "Họ và tên"], ["1", "Lê Thị Mận"], ["2", "Vũ Văn Khế"]]
QUESTION = "Người đã nghỉ hưu có phải khai không ạ?"


def read(raw: bytes) -> Message:
    return read_message(raw, OPENERS)


def mixed(*parts: bytes, words: str = "Gửi chị.", boundary: bytes = b"M") -> bytes:
    """A mail of words and parts."""
    first = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + words.encode()
    inner = b"".join(b"--%b\r\n%b\r\n" % (boundary, part) for part in (first, *parts))
    return HEAD + b"Content-Type: multipart/mixed; boundary=%b\r\n\r\n%b--%b--\r\n" % (boundary, inner, boundary)


def forwarded(raw: bytes, words: str = "") -> bytes:
    """The mail as an attachment of another, as it came."""
    return mixed(b"Content-Type: message/rfc822\r\n\r\n" + raw, words=words, boundary=b"F%d" % len(raw))


def odd_base64(content: bytes, width: int, rubbish: bytes) -> bytes:
    """With lines of any width, rubbish after each, and without the padding."""
    encoded = base64.b64encode(content).rstrip(b"=")
    lines = (encoded[at : at + width] for at in range(0, len(encoded), width))
    field = b'Content-Type: application/vnd.ms-excel; name="=?utf-8?B?UGjhu6U=?= 02.xls"\r\n'
    return field + b"Content-Transfer-Encoding: base64\r\n\r\n" + (rubbish + b"\r\n").join(lines)


MAILS = st.one_of(
    st.builds(
        lambda content, width, rubbish: mixed(odd_base64(content, width, rubbish)),
        st.binary(min_size=1, max_size=300),
        st.integers(1, 90),
        st.sampled_from([b"", b" ", b"!", b"\t*"]),
    ),
    st.binary(min_size=1, max_size=300).map(
        lambda content: HEAD + b"\r\nGui chi\r\n" + uuencoded("a b.xls", content).encode()
    ),
)


@settings(max_examples=80, deadline=None)
@given(MAILS)
def test_s43_the_papers_of_a_forwarded_mail_are_those_of_the_direct_one(raw: bytes) -> None:
    """Byte for byte and by name, however oddly a program has written them."""
    direct = files_of_mail(raw)
    ((name, inner),) = files_of_mail(forwarded(raw, "Chuyển tiếp."))
    assert name.endswith(".eml")
    assert direct and files_of_mail(inner) == direct


def test_s43_a_mail_in_an_archive_is_read_as_any_other() -> None:
    """Its pasted table and its uuencoded list too; those which are no attachments of their own."""
    buffer = io.BytesIO()
    page = b"Content-Type: text/html; charset=utf-8\r\n\r\n" + as_excel_table(TABLE).encode()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("pasted.eml", HEAD + page)
        archive.writestr("old.eml", HEAD + b"\r\n" + uuencoded("ds.txt", b"abc").encode())
    papers = opened_paper("thu.zip", buffer.getvalue(), "", None, Limits())
    assert [(paper.path[1:], paper.kind) for paper in papers[1:]] == [
        (("pasted.eml",), PaperKind.MAIL),
        (("pasted.eml", "bang-trong-thu.html"), PaperKind.WORKBOOK),
        (("old.eml",), PaperKind.MAIL),
        (("old.eml", "ds.txt"), PaperKind.OTHER),
    ]


def test_s74_what_an_attached_mail_says_is_there_to_be_judged() -> None:
    """When the outer mail is silent; through two hands too. With words of its own it says those."""
    inner = mixed(words=QUESTION)
    for raw in (forwarded(inner), forwarded(inner, "Kính gửi chị,"), forwarded(forwarded(inner))):
        assert (read(raw).whole_words, read(raw).is_forward) == (QUESTION, True)
    assert read(forwarded(inner, "Chị xem giúp em.")).whole_words == ""


def attribute(number: int, data: bytes, level: int = 1) -> bytes:
    """One attribute of a winmail.dat."""
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def properties(*written: tuple[int, int, bytes]) -> bytes:
    """(number, kind, value) of texts and bytes."""
    body = b"".join(
        struct.pack("<HHII", kind, number, 1, len(value)) + value + bytes(-len(value) % 4)
        for number, kind, value in written
    )
    return attribute(0x69003, struct.pack("<I", len(written)) + body)


def winmail(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def packed(rtf: bytes) -> bytes:
    """RTF in Outlook's packing, every letter as itself."""
    runs = [rtf[at : at + 8] for at in range(0, len(rtf), 8)]
    content = b"".join(b"\0" + run for run in runs)
    return struct.pack("<IIII", len(content) + 12, len(rtf), 0x75465A4C, 0) + content


RTF = (
    r"{\rtf1\ansi\ansicpg1258\fromtext{\fonttbl{\f0 Arial;}}\uc1 "
    r"Ng\u432?\u7901?i ngh\u7881? h\u432?u?\par Em {\b h\u7887?i}.}"
)
HTML_IN_RTF = (
    r"{\rtf1\ansi\ansicpg1252\fromhtml1{\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf {\b \htmlrtf0 H\u7887?i \'e9"
    r"\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>}}"
)
WRAPPED = {
    "plain": (properties((0x1000, 0x1F, QUESTION.encode("utf-16-le"))), QUESTION),
    "plain of old": (attribute(0x2800C, b"Han nop la ngay nao?\0"), "Han nop la ngay nao?"),
    "HTML": (properties((0x1013, 0x102, f"<p>{QUESTION}</p>".encode())), QUESTION),
    "RTF": (properties((0x1009, 0x102, packed(RTF.encode()))), "Người nghỉ hưu?\nEm hỏi."),
    "HTML in RTF": (properties((0x1009, 0x102, packed(HTML_IN_RTF.encode()))), "Hỏi é"),
}
CODE_PAGE = attribute(0x69007, struct.pack("<II", 65001, 0))


@pytest.mark.parametrize("form", WRAPPED)
def test_s76_the_words_inside_a_winmail_are_read(form: str) -> None:
    """When the mail around says nothing; without files it is no attachment."""
    inside, words = WRAPPED[form]
    content = winmail(CODE_PAGE, inside)
    part = b'Content-Type: application/ms-tnef; name="winmail.dat"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    around = mixed(part + base64.b64encode(content), words="")
    for raw in (around, content):
        assert (read(raw).new_text, read(raw).attachments) == (words, ())
    said = read(mixed(part + base64.b64encode(content), words="Em cảm ơn chị."))
    assert (said.new_text, said.attachments) == ("Em cảm ơn chị.", ())


def test_a_winmail_with_a_file_or_damaged_stays_an_attachment() -> None:
    """It is opened like any other; what is broken in it is said there."""
    file = attribute(0x69002, bytes(14), 2) + attribute(0x18010, b"a.txt\0", 2) + attribute(0x6800F, b"abc", 2)
    assert wrapped_mail(winmail(file))[0] == 1
    for content in (winmail(file), winmail(CODE_PAGE)[:5]):
        part = b"Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(
            content
        )
        assert len(read(mixed(part)).attachments) == 1


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_packing_and_any_rtf_are_read(content: bytes) -> None:
    """Hostile ones too, with an answer for what could be read."""
    head = struct.pack("<IIII", len(content), len(content), 0x75465A4C, 0)
    assert isinstance(words_of(unpacked(head + content))[1], str)
    assert isinstance(words_of(rb"{\rtf1\fromhtml1 " + content)[1], str)
    count, texts = wrapped_mail(winmail(CODE_PAGE) + content)
    assert count is None or count >= 0 <= len(texts)


def test_a_mail_in_pieces_is_marked_and_its_cut_papers_are_left_out() -> None:
    """message/partial: the first piece has the words, a later one nothing that can be read."""
    whole = mixed(odd_base64(b"x" * 300, 76, b""), words="Gửi chị phụ lục.")
    for number, piece, words in ((1, whole[:-90], "Gửi chị phụ lục."), (2, b"QUJD" * 30, "")):
        field = f'Content-Type: message/partial; id="a@office.example"; number={number}; total=2\r\n\r\n'
        message = read(HEAD + field.encode() + piece)
        assert (message.in_pieces, message.new_text, message.attachments) == (True, words, ())
        assert any("message/partial" in defect for defect in message.defects)
    assert not read(whole).in_pieces
