"""DKIM signatures (RFC 6376, RFC 8463) of an incoming mail, checked against keys that a resolver gives.

Written here because the known library has no wheel; RSA and Ed25519 are done by `cryptography`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from service.core.mail.authenticity import DkimSignature

TextRecords = Callable[[str], tuple[bytes, ...]]
"""A domain name to its TXT records, each joined. Raises NoAnswer when nobody answers."""

MOST_SIGNATURES = 5
"""More are not looked at: each costs a question to the resolver and a pass over the mail."""
MOST_BYTES = 60_000_000
MOST_HEAD = 500_000
SMALLEST_KEY = 1024
ALGORITHMS = frozenset({"rsa-sha256", "ed25519-sha256"})
"""SHA-1 proves nothing any more (RFC 8301)."""

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:((?:[^\r\n]|\r\n[ \t])*)\r\n")
_B_VALUE = re.compile(rb"(^|;)([ \t\r\n]*b[ \t\r\n]*=)[^;]*")
_BLANKS = re.compile(rb"[ \t]+")
_FOLDS = re.compile(r"[ \t\r\n]+")
_DOMAIN = re.compile(r"^[a-z0-9._-]{1,253}$")


class NoAnswer(Exception):
    """The resolver gave no answer; trying again later may help."""


class _Refused(Exception):
    """The signature proves nothing, for this reason."""


@dataclass(frozen=True, slots=True)
class _Mail:
    """A mail with CRLF line ends: fields in order as they came (name, value), and the body."""

    fields: tuple[tuple[bytes, bytes], ...]
    body: bytes


def check_signatures(raw: bytes, text_records: TextRecords) -> tuple[DkimSignature, ...]:
    """Every DKIM signature of the mail with what became of it. Never raises on hostile bytes."""
    if b"dkim-signature" not in raw[:200_000].lower() or len(raw) > MOST_BYTES:
        return ()
    mail = _taken_apart(raw)
    if mail is None:
        return ()
    found = [number for number, (name, _) in enumerate(mail.fields) if name.lower() == b"dkim-signature"]
    return tuple(_checked(mail, number, text_records) for number in found[:MOST_SIGNATURES])


def _taken_apart(raw: bytes) -> _Mail | None:
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    head, _, body = lines.partition(b"\r\n\r\n")
    if len(head) > MOST_HEAD:
        return None
    found = list(_FIELD.finditer(head + b"\r\n"))
    if sum(len(match[0]) for match in found) != len(head) + 2:
        return None  # a line that is no field: what we see and what a mail program shows may differ
    return _Mail(tuple((match[1], match[2]) for match in found), body)


def _checked(mail: _Mail, number: int, text_records: TextRecords) -> DkimSignature:
    tags = dict(_tags(mail.fields[number][1].decode("ascii", "replace")))
    domain = tags.get("d", "").lower()
    try:
        _check(mail, number, tags, text_records)
    except _Refused as reason:
        return DkimSignature(domain=domain, valid=False, reason=str(reason))
    except NoAnswer as reason:
        return DkimSignature(domain=domain, valid=False, reason=f"no answer from the resolver: {reason}")
    return DkimSignature(domain=domain, valid=True)


def _tags(value: str) -> Iterator[tuple[str, str]]:
    for item in value.split(";"):
        name, equals, content = item.partition("=")
        if equals:
            yield name.strip(" \t\r\n"), _FOLDS.sub("", content)


def _check(mail: _Mail, number: int, tags: Mapping[str, str], text_records: TextRecords) -> None:
    algorithm, domain, selector = tags.get("a", ""), tags.get("d", "").lower(), tags.get("s", "").lower()
    if algorithm not in ALGORITHMS:
        raise _Refused(f"algorithm {algorithm[:20] or 'missing'}")
    if not (_DOMAIN.match(domain) and _DOMAIN.match(selector)):
        raise _Refused("no domain or selector")
    signed = [name.lower().encode("ascii", "replace") for name in tags.get("h", "").split(":")]
    if b"from" not in signed:
        raise _Refused("From is not signed")
    if "l" in tags:
        raise _Refused("only a part of the text is signed")  # anything could stand below it
    head_form, _, body_form = tags.get("c", "simple/simple").partition("/")
    body = _body(mail.body, body_form or "simple")
    if base64.b64encode(hashlib.sha256(body).digest()).decode() != tags.get("bh", ""):
        raise _Refused("the text was changed")
    content = _head(mail, number, signed, relaxed=head_form == "relaxed")
    _verify(algorithm, _key(f"{selector}._domainkey.{domain}", text_records, algorithm), _decoded(tags), content)


def _decoded(tags: Mapping[str, str]) -> bytes:
    try:
        return base64.b64decode(tags.get("b", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _Refused("the signature is no base64") from error


def _body(body: bytes, form: str) -> bytes:
    """RFC 6376 §3.4.3 and §3.4.4."""
    if form == "relaxed":
        body = b"\r\n".join(_BLANKS.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n"))
    trimmed = body
    while trimmed.endswith(b"\r\n"):
        trimmed = trimmed[:-2]
    if form == "relaxed" and not trimmed:
        return b""
    return trimmed + b"\r\n"


def _head(mail: _Mail, number: int, signed: list[bytes], *, relaxed: bool) -> bytes:
    """The signed fields, each name taking the lowest not yet taken (§5.4.2), then the signature's own without `b`."""
    places: dict[bytes, list[int]] = {}
    for place, (name, _) in enumerate(mail.fields):
        if place != number:
            places.setdefault(name.lower(), []).append(place)
    chosen = [places[name].pop() for name in signed if places.get(name)]
    if places.get(b"from"):
        raise _Refused("another From stands beside the signed one")
    lines = [_field(*mail.fields[place], relaxed=relaxed) + b"\r\n" for place in chosen]
    name, value = mail.fields[number]
    return b"".join(lines) + _field(name, _B_VALUE.sub(rb"\1\2", value), relaxed=relaxed)


def _field(name: bytes, value: bytes, *, relaxed: bool) -> bytes:
    if not relaxed:
        return name + b":" + value
    return name.lower() + b":" + _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip(b" \t")


def _key(name: str, text_records: TextRecords, algorithm: str) -> rsa.RSAPublicKey | ed25519.Ed25519PublicKey:
    for record in text_records(name):
        tags = dict(_tags(record.decode("ascii", "replace")))
        if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
            continue
        if not tags["p"]:
            raise _Refused("the key was withdrawn")
        return _loaded(tags["p"], algorithm)
    raise _Refused(f"no key at {name}")


def _loaded(encoded: str, algorithm: str) -> rsa.RSAPublicKey | ed25519.Ed25519PublicKey:
    try:
        content = base64.b64decode(encoded)
        if algorithm == "ed25519-sha256":
            return ed25519.Ed25519PublicKey.from_public_bytes(content)
        key = load_der_public_key(content)
    except (binascii.Error, ValueError, UnsupportedAlgorithm) as error:
        raise _Refused(f"the key cannot be read: {error}") from error
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < SMALLEST_KEY:
        raise _Refused("the key is weak or of another kind")
    return key


def _verify(algorithm: str, key: rsa.RSAPublicKey | ed25519.Ed25519PublicKey, signature: bytes, content: bytes) -> None:
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, hashlib.sha256(content).digest())
        else:
            key.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise _Refused("the fields were changed, or another key signed") from error
