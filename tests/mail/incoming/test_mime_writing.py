"""Writing mails: the same mail gives the same bytes, other programs read them, and no value becomes a header."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.mail.messages import Attachment, OutgoingMail, Rendered
from service.mail.incoming.mime import compose, read_message

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONG_ID = f"<{'x' * 90}@sgprd.prod.outlook.example>"
MAIL = OutgoingMail(
    message_id="<u03-1@office.example>",
    sender="hr@office.example",
    sender_name="Ban Nhân sự",
    to=("lan@office.example",),
    words=Rendered(
        subject="[U03] Đề nghị bổ sung hồ sơ đăng ký giao dịch điện tử", text="Kính gửi: Chị Lan\n.\nHết", html=""
    ),
    date=datetime(2021, 5, 12, 9, 15, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
)
PICTURE = Attachment(name="tiến độ.png", media_type="image/png", content=b"\x89PNG", content_id="chart", inline=True)
ROSTER = Attachment(name="Phụ lục 02 của đơn vị.xlsx", media_type=XLSX, content=b"PK\x03\x04" * 50)


def test_a_plain_mail_is_exactly_this() -> None:
    """The whole mail, byte for byte."""
    assert compose(replace(MAIL, signature="v1.abc")).decode().split("\r\n") == [
        "From: =?utf-8?b?QmFuIE5ow6JuIHPhu7E=?=",
        " <hr@office.example>",
        "To: lan@office.example",
        "Subject: =?utf-8?b?W1UwM10gxJDhu4Egbmdo4buLIGLhu5Ugc3VuZyBo4buTIHPGoSA=?=",
        " =?utf-8?b?xJHEg25nIGvDvSBnaWFvIGThu4tjaCDEkWnhu4duIHThu60=?=",
        "Date: Wed, 12 May 2021 09:15:00 +0700",
        "Message-ID: <u03-1@office.example>",
        "Auto-Submitted: auto-replied",
        "X-Auto-Response-Suppress: All",
        "X-Dondoc: v1.abc",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "K=C3=ADnh g=E1=BB=ADi: Ch=E1=BB=8B Lan",
        "=2E",
        "H=E1=BA=BFt",
        "",
    ]


def test_the_same_mail_gives_the_same_bytes_and_another_id_other_boundaries() -> None:
    """What was queued and what is sent after a restart are one mail."""
    mail = replace(MAIL, attachments=(ROSTER,))
    assert compose(mail) == compose(replace(mail))
    assert compose(mail) != compose(replace(mail, message_id="<u03-2@office.example>"))


def test_every_part_comes_back() -> None:
    """Text, HTML, picture and workbook survive the way out and in."""
    words = replace(MAIL.words, html='<p>Kính gửi <img src="cid:chart"></p>')
    message = read_message(
        compose(replace(MAIL, words=words, attachments=(PICTURE, ROSTER), cc=("boss@office.example",)))
    )
    assert message.subject == MAIL.words.subject
    assert message.text == MAIL.words.text
    assert message.date == MAIL.date
    assert message.cc == ("boss@office.example",)
    assert message.attachments == (PICTURE, ROSTER)
    assert message.header("auto-submitted") == "auto-replied"
    assert message.defects == ()


def test_another_reader_sees_the_same() -> None:
    """The library's strict parser finds the structure, names and subject, without defects."""
    words = replace(MAIL.words, html='<img src="cid:chart">')
    raw = compose(replace(MAIL, words=words, attachments=(PICTURE, ROSTER)))
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    kinds = [part.get_content_type() for part in parsed.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        XLSX,
    ]
    assert parsed["subject"] == MAIL.words.subject
    assert [part.get_filename() for part in parsed.walk()][-2:] == [PICTURE.name, ROSTER.name]
    assert all(not part.defects for part in parsed.walk())


def test_long_identifiers_are_never_folded_or_encoded() -> None:
    """Outlook's identifiers are longer than a line; threads break when they are changed."""
    raw = compose(replace(MAIL, in_reply_to=LONG_ID, references=("<first@office.example>", LONG_ID)))
    assert f"In-Reply-To: {LONG_ID}\r\n".encode() in raw
    assert f"References: <first@office.example>\r\n {LONG_ID}\r\n".encode() in raw


def test_s54_no_value_becomes_a_header() -> None:
    """S54: line ends in subject, names, addresses, identifiers and file names are harmless."""
    evil = "x\r\nBcc: thief@elsewhere.example\r\n\r\nbody"
    raw = compose(
        replace(
            MAIL,
            sender_name=evil,
            to=(f"lan@office.example{evil}",),
            reply_to=evil,
            in_reply_to=evil,
            references=(evil,),
            signature=evil,
            words=replace(MAIL.words, subject=evil),
            attachments=(replace(ROSTER, name=evil, content_id=evil, media_type=f"{XLSX}{evil}"),),
        )
    )
    parsed = email.message_from_bytes(raw)
    assert [part["bcc"] for part in parsed.walk()] == [None, None, None]
    assert not any(line.lower().startswith(b"bcc:") for line in raw.split(b"\r\n"))


def test_an_international_domain_is_written_in_ascii() -> None:
    """Servers without SMTPUTF8 can take the mail."""
    assert b"To: lan@xn--" in compose(replace(MAIL, to=("lan@bảo-hiểm.example",)))


@pytest.mark.parametrize("automatic", ["auto-replied", "auto-generated"])
def test_s32_every_mail_says_that_it_is_automatic(automatic: str) -> None:
    """S32: RFC 3834 and Microsoft's header, so that no other program answers."""
    message = read_message(compose(replace(MAIL, automatic=automatic)))
    assert message.header("auto-submitted") == automatic
    assert message.header("x-auto-response-suppress") == "All"


@settings(max_examples=120, deadline=None)
@given(
    subject=st.text(max_size=120),
    name=st.text(max_size=90),
    text=st.text(max_size=300),
    content=st.binary(max_size=300),
)
def test_any_words_come_back_as_one_line_and_whole_content(subject: str, name: str, text: str, content: bytes) -> None:
    """Whatever the values are, lines stay short, the header stays whole, and the content is the same bytes."""
    mail = replace(
        MAIL,
        words=Rendered(subject=subject, text=text, html="<p>x</p>"),
        attachments=(Attachment(name=name, media_type="application/pdf", content=content),),
    )
    raw = compose(mail)
    message = read_message(raw)
    assert all(len(line) < 200 for line in raw.split(b"\r\n"))
    assert message.message_id == MAIL.message_id
    assert message.attachments[0].content == content
    assert message.sender == MAIL.sender
