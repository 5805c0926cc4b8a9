"""Mails inside something else: S/MIME, PGP, uuencode, broken heads (S38, S44)."""

from __future__ import annotations

import binascii
from datetime import UTC, datetime
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.mail.conversation import Brought
from service.core.mail.kinds import Circumstances, Classification, classify
from service.core.mail.messages import Kind, Message
from service.mail.incoming.mime import read_message
from service.mail.incoming.uuencoded import take_out
from service.mail.incoming.wrapped import BESIDE, CLEAR, ENCRYPTED, OPAQUE
from service.wiring.mail_openers import OPENERS

HEAD = b"From: lan@office.example\r\nTo: hr@office.example\r\nSubject: Bao cao\r\n"
ENTITY = (
    b"Content-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    + "Kính gửi Ban Nhân sự\r\n".encode()
    + b'--I\r\nContent-Type: application/pdf; name="a.pdf"\r\n\r\n%PDF-1.7 x\r\n--I--\r\n'
)


def read(raw: bytes) -> Message:
    """As the service reads it."""
    return read_message(raw, OPENERS)


def kind_of(message: Message) -> Kind:
    return judged(message).kind


def judged(message: Message, *, known: bool = True) -> Classification:
    brought = Brought.PAPERS if message.attachments else Brought.NOTHING
    around = Circumstances(own_addresses=("hr@office.example",), known_sender=known, brought=brought)
    return classify(message, around)


@cache
def identity() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    """An invented signer."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lan")])
    begin, end = datetime(2021, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(begin).not_valid_after(end)
    return key, builder.sign(key, hashes.SHA256())


def signed(*options: pkcs7.PKCS7Options, encoding: Encoding = Encoding.DER) -> bytes:
    key, certificate = identity()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(ENTITY).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(encoding, [pkcs7.PKCS7Options.Binary, *options])


def encrypted() -> bytes:
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(ENTITY).add_recipient(identity()[1])
    return builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def smime(content: bytes, parameters: str = "") -> bytes:
    fields = f'Content-Type: application/pkcs7-mime{parameters}; name="smime.p7m"\r\nContent-Transfer-Encoding: base64'
    return HEAD + fields.encode() + b"\r\n\r\n" + binascii.b2a_base64(content)


def test_s44_an_opaque_signature_is_opened_and_marked_unverified() -> None:
    """S44: words and documents are read as if they lay open; the signature itself is no document."""
    message = read(smime(signed()))
    assert message.text == "Kính gửi Ban Nhân sự"
    assert [item.name for item in message.attachments] == ["a.pdf"]
    assert message.wrappings == (OPAQUE,)
    assert kind_of(message) is Kind.SUBMISSION


def test_s44_a_detached_signature_is_marked_too() -> None:
    """S44: what stands beside the signature is read, the signature is no document."""
    mime_lines = signed(pkcs7.PKCS7Options.DetachedSignature, encoding=Encoding.SMIME)
    message = read(HEAD + mime_lines)
    assert "a.pdf" in [item.name for item in message.attachments]
    assert not any("p7s" in item.name for item in message.attachments)
    assert message.wrappings == (BESIDE,)


def test_s44_an_encrypted_mail_is_unreadable_and_kept() -> None:
    """S44: never taken for an empty mail or for a document: a person must look."""
    for raw in (
        smime(encrypted(), "; smime-type=enveloped-data"),
        HEAD
        + b"Content-Type: multipart/encrypted; protocol=application/pgp-encrypted; boundary=E\r\n\r\n"
        + b"--E\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
        + b"--E\r\nContent-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n--E--\r\n",
        HEAD + b"\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQIOA076g5\r\n-----END PGP MESSAGE-----\r\n",
    ):
        message = read(raw)
        assert message.encrypted
        assert message.wrappings == (ENCRYPTED,)
        assert kind_of(message) is Kind.UNREADABLE


def test_s44_a_signed_document_stays_a_document() -> None:
    """S44: `a.pdf.p7m` is a file with its signature around it, not a mail."""
    key, certificate = identity()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b"%PDF-1.7 x").add_signer(certificate, key, hashes.SHA256())
    content = builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    message = read(smime(content).replace(b"smime.p7m", b"a.pdf.p7m"))
    assert [item.name for item in message.attachments] == ["a.pdf.p7m"]
    assert not message.encrypted


def test_s44_words_in_a_pgp_frame_are_read() -> None:
    """S44: without the frame, its own fields and its dashes."""
    frame = (
        "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nXin hỏi: hạn nộp?\r\n- - một\r\n"
        "-----BEGIN PGP SIGNATURE-----\r\n\r\niQE\r\n-----END PGP SIGNATURE-----\r\n"
    )
    message = read(HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + frame.encode())
    assert message.text == "Xin hỏi: hạn nộp?\n- một"
    assert message.wrappings == (CLEAR,)


def uuencoded(name: str, content: bytes) -> str:
    lines = [binascii.b2a_uu(content[at : at + 45]).decode() for at in range(0, len(content), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"


@settings(max_examples=60, deadline=None)
@given(content=st.binary(min_size=1, max_size=400), before=st.text(alphabet="ab \n", max_size=20))
def test_files_in_the_text_are_taken_out_whole(content: bytes, before: str) -> None:
    """Whatever is encoded comes out again, and the words around it stay."""
    text, files = take_out(f"{before}\n{uuencoded('phu luc.xls', content)}Trân trọng")
    assert files == [("phu luc.xls", content)]
    assert text == f"{before}\nTrân trọng"


@pytest.mark.parametrize("text", ["begin 644 a.xls\nkhông phải\nend\n", "begin 644 a.xls\n", "we begin 644 x\nend"])
def test_words_that_look_like_a_file_stay_words(text: str) -> None:
    """Without data, or without an end, nothing is lost."""
    assert take_out(text) == (text, [])


def test_a_uuencoded_roster_makes_a_submission() -> None:
    """As very old programs send it."""
    message = read(HEAD + b"\r\nKinh gui\r\n" + uuencoded("pl02.xls", b"\xd0\xcf\x11\xe0" * 20).encode())
    assert [(item.name, item.content[:4]) for item in message.attachments] == [("pl02.xls", b"\xd0\xcf\x11\xe0")]
    assert kind_of(message) is Kind.SUBMISSION


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"Received: x\r\nrubbish without colon\r\nSubject: a\r\nFrom: lan@office.example\r\n\r\nx", "a"),
        (b"Subject: a\rFrom: lan@office.example\r\rx", "a"),
        ("From: lan@office.example\r\nSubject: Đơn vị\r\n\r\nx".encode("cp1258", "replace"), None),
        ("From: lan@office.example\r\nSubject: Phu\u0323 lu\u0323c\r\n\r\nx".encode(), "Phụ lục"),
    ],
    ids=["stray line", "bare CR", "windows-1258", "NFD"],
)
def test_s38_a_broken_head_gives_its_fields(raw: bytes, subject: str | None) -> None:
    """S38: one bad line does not hide the sender."""
    message = read(raw)
    assert message.sender == "lan@office.example"
    assert subject is None or message.subject == subject


def test_a_boundary_folded_at_its_blank_is_found() -> None:
    """The parser would look for the line end too."""
    raw = (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="one\r\n two"\r\n\r\n--one two\r\n\r\nwords\r\n'
        + b'--one two\r\nContent-Type: application/pdf; name="a.pdf"\r\n\r\n%PDF\r\n--one two--\r\n'
    )
    message = read(raw)
    assert (message.text, [item.name for item in message.attachments]) == ("words", ["a.pdf"])


@pytest.mark.parametrize("said", ["", '; boundary="other"'], ids=["missing", "wrong"])
def test_a_container_without_its_boundary_is_taken_apart(said: str) -> None:
    """S38: gateways lose or change the parameter; the parts still begin with their own lines."""
    parts = (
        b"--=_x y\r\nContent-Type: text/plain\r\n\r\nHoi: han nop?\r\n"
        b'--=_x y\r\nContent-Type: application/pdf; name="a.pdf"\r\n\r\n%PDF\r\n--=_x y--\r\n'
    )
    raw = HEAD + f"Content-Type: multipart/mixed{said}\r\n\r\n".encode() + parts
    message = read(raw)
    assert (message.text, [item.name for item in message.attachments]) == ("Hoi: han nop?", ["a.pdf"])
    assert any("guessed" in defect for defect in message.defects)


def test_the_same_words_for_other_programs_are_no_document() -> None:
    """Some providers add a form for their own reader."""
    raw = (
        HEAD
        + b"Content-Type: multipart/alternative; boundary=B\r\n\r\n--B\r\n\r\nHoi: han nop?\r\n"
        + b"--B\r\nContent-Type: text/x-amp-html\r\n\r\n<html amp4email>\r\n--B--\r\n"
    )
    message = read(raw)
    assert (message.text, message.attachments) == ("Hoi: han nop?", ())


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=700),
        st.builds(lambda head, body: HEAD + head + b"\r\n\r\n" + body, st.binary(max_size=80), st.binary(max_size=300)),
        st.binary(max_size=120).map(smime),
    )
)
def test_any_bytes_get_a_kind_and_a_reason(raw: bytes) -> None:
    """Whatever comes: a kind of the contract's list, never an exception."""
    message = read(raw)
    for known in (True, False):
        found = judged(message, known=known)
        assert found.kind in Kind
        assert all(found.reasons)
