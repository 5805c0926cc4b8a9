"""DKIM signatures checked by ourselves, with keys from a resolver on 127.0.0.1 (S25-S27)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.mail.authenticity import Authenticity, DkimSignature, authenticity
from service.mail.incoming.dkim import check_signatures
from service.mail.incoming.resolver import text_records
from tests.support.servers.dkim_signer import SELECTOR, key_record, resolver, sign

HEAD = {"From": "Lan <lan@office.example>", "To": "hr@office.example", "Subject": "Phu luc 02"}
BODY = b"Kinh gui\r\nDanh sach kem theo\r\n"
NAME = f"{SELECTOR}._domainkey.office.example"
MAIL = sign(HEAD, BODY, "office.example")
FROM_ONCE = sign(HEAD, BODY, "office.example", fields=("from", "to", "subject"))


def known(name: str) -> tuple[bytes, ...]:
    return (key_record(),) if name == NAME else ()


def said(raw: bytes, sender: str = "lan@office.example", keys: Callable[[str], tuple[bytes, ...]] = known) -> str:
    return authenticity((), None, sender, check_signatures(raw, keys)).said


@pytest.mark.parametrize("algorithm", ["rsa", "ed25519"])
def test_a_key_from_the_resolver_proves_the_writer(algorithm: str) -> None:
    """Over UDP, the record in several pieces; line ends and blanks changed on the way do no harm."""
    mail = sign(HEAD, BODY, "office.example", algorithm=algorithm)
    with resolver({NAME: key_record(algorithm)}) as there:
        asks = text_records(there.address, 2)
        assert said(mail, keys=asks) == "pass"
        assert said(mail.replace(b"\r\n", b"\n").replace(b"Subject: ", b"Subject:   "), keys=asks) == "pass"
        assert set(there.asked) == {NAME}


def test_no_such_key_and_no_answer_prove_nothing() -> None:
    """The mail is neither better nor worse than one without signature; we do not wait long."""
    with resolver({}) as there:
        (found,) = check_signatures(MAIL, text_records(there.address, 2))
        assert (found.valid, found.reason) == (False, f"no key at {NAME}")
    with resolver({}, silent=True) as there:
        (found,) = check_signatures(MAIL, text_records(there.address, 0.3))
        assert not found.valid
        assert "no answer" in found.reason


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (MAIL.replace(b"Danh sach", b"Danh sack"), "the text was changed"),
        (MAIL.replace(b"Phu luc 02", b"Phu luc 03"), "the fields were changed"),
        (MAIL.replace(b"\r\nTo:", b"\r\nFrom: chief@office.example\r\nTo:"), "fields were changed"),
        (FROM_ONCE.replace(b"\r\nFrom:", b"\r\nFrom: chief@office.example\r\nFrom:"), "another From"),
        (MAIL.replace(b"bh=", b"l=3; bh="), "only a part"),
        (MAIL.replace(b"h=from", b"h=x"), "fields were changed"),
        (MAIL.replace(b"h=from:to:subject:from", b"h=to:subject"), "From is not signed"),
        (MAIL.replace(b"rsa-sha256", b"rsa-sha1"), "algorithm rsa-sha1"),
        (MAIL.replace(b"s=spring", b"s=../x y"), "no domain or selector"),
    ],
)
def test_a_changed_mail_is_not_proven(changed: bytes, reason: str) -> None:
    """Any change to what was signed, and every trick with what is signed."""
    (found,) = check_signatures(changed, known)
    assert not found.valid
    assert reason in found.reason


def test_a_withdrawn_weak_or_unreadable_key_proves_nothing() -> None:
    """The owner of the domain has the last word."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    other = base64.b64encode(point.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    cases = (
        (MAIL, b"v=DKIM1; p=", "withdrawn"),
        (MAIL, b"v=DKIM1; p=AAAA", "cannot be read"),
        (MAIL, b"v=DKIM1; p=" + other, "weak or of another kind"),
    )
    for mail, record, reason in cases:
        (found,) = check_signatures(mail, lambda _name, record=record: (record,))  # type: ignore[misc]  # default binds it
        assert reason in found.reason


def test_a_signature_of_another_domain_says_nothing_about_the_writer() -> None:
    """S27: alignment is what counts; a domain above or below the writer's is the same house."""
    mail = sign(HEAD, BODY, "thief.example")
    keys = {f"{SELECTOR}._domainkey.thief.example": key_record()}
    assert said(mail, keys=lambda name: (keys[name],) if name in keys else ()) == "none"
    below = (DkimSignature(domain="mail.office.example", valid=True),)
    assert authenticity((), None, "lan@office.example", below).said is Authenticity.PASS
    assert (
        authenticity((), None, "lan@example", (DkimSignature(domain="example", valid=True),)).said is Authenticity.NONE
    )


def test_a_line_that_is_no_field_makes_the_mail_unproven() -> None:
    """What we check and what a mail program shows could differ."""
    assert check_signatures(MAIL.replace(b"\r\nTo:", b"\r\nrubbish\r\nTo:"), known) == ()


def test_our_own_servers_word_goes_before_a_signature() -> None:
    """Only the topmost, only of our own server; its failure stands whatever else the mail carries."""
    good = (DkimSignature(domain="office.example", valid=True),)
    fails = ["mx.office.example; dmarc=fail header.from=office.example", "mx.office.example; dmarc=pass"]
    assert authenticity(fails, "mx.office.example", "lan@office.example", good).said is Authenticity.FAIL
    foreign = ["mx.elsewhere.example; dmarc=fail"]
    assert authenticity(foreign, "mx.office.example", "lan@office.example", good).said is Authenticity.PASS


@settings(max_examples=150, deadline=None)
@given(position=st.integers(0, len(MAIL) - 1), letter=st.integers(0, 255))
def test_no_change_of_one_byte_proves_another_text(position: int, letter: int) -> None:
    """A byte exchanged anywhere: refused, or it was one that says nothing (blanks, line ends, the field's own name)."""
    changed = MAIL[:position] + bytes([letter]) + MAIL[position + 1 :]
    if all(not each.valid for each in check_signatures(changed, known)):
        return
    assert essence(changed) == essence(MAIL)


def essence(mail: bytes) -> bytes:
    """Without blanks and capitals; the signature as the bytes it stands for: its last letter has bits to spare."""
    tag = re.search(rb"\bb=([A-Za-z0-9+/=\s]+)", mail)
    signature = base64.b64decode(b"".join(tag[1].split())) if tag else b""
    rest = mail.replace(tag[1], b"") if tag else mail
    return b"".join(rest.lower().split()) + signature


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_signature_field_is_read(value: bytes) -> None:
    """Hostile fields cost a look and raise nothing."""
    found = check_signatures(b"DKIM-Signature: " + value + b"\r\nFrom: lan@office.example\r\n\r\nx", known)
    assert not any(each.valid for each in found)
