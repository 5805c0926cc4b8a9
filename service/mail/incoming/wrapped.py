"""What lies around a mail: what was signed or wrapped by Outlook is read, what is encrypted is named so (S44)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

SignedContent = Callable[[bytes], bytes]
"""A CMS structure (RFC 5652) to the bytes that were signed; empty when there are none inside. Never raises."""

WrappedMail = Callable[[bytes], tuple[int | None, tuple[tuple[bool, str], ...]]]
"""A `winmail.dat` to the number of its files (None: damaged) and (is HTML, words) of its text. Never raises."""

OUTLOOK_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
OUTLOOK_BEGINS = b"\x78\x9f\x3e\x22"
SMIME_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
SIGNATURE_TYPES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
"""Signatures beside the content they sign: no document."""
SIGNATURE_ENDINGS = (".p7s", ".sig")
OPAQUE = "signed (S/MIME), not verified"
BESIDE = "signed (S/MIME or PGP, signature beside the content), not verified"
CLEAR = "signed (PGP, within the text), not verified"
ENCRYPTED = "encrypted (S/MIME or PGP): only the addressee's key opens it"

_HEAD = re.compile(rb"\s*(?:content-|mime-version:)", re.IGNORECASE)
_CLEAR_BEGINS, _CLEAR_ENDS = "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"
_ARMOUR = re.compile(r"\s*-----BEGIN PGP MESSAGE-----")


def nothing_signed(_content: bytes) -> bytes:
    """For readers without a way to look into CMS structures: the part stays an attachment."""
    return b""


def nothing_wrapped(_content: bytes) -> tuple[None, tuple[()]]:
    """For readers without a way to look into what Outlook wraps: the part stays an attachment."""
    return None, ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Openers:
    """What the reader of mails is lent to look into structures that are not of its own kind."""

    signed: SignedContent = nothing_signed
    wrapped: WrappedMail = nothing_wrapped


NO_OPENERS = Openers()


def is_entity(content: bytes) -> bool:
    """Whether signed bytes are parts of a mail, and not a document with its signature around it (`a.pdf.p7m`)."""
    return _HEAD.match(content[:200]) is not None


def without_armour(text: str) -> str | None:
    """The words inside a clear-signed PGP text (RFC 9580 §7), None when there is no such frame."""
    before, begins, rest = text.partition(_CLEAR_BEGINS)
    if not begins:
        return None
    signed = rest.partition(_CLEAR_ENDS)[0]
    words = signed.partition("\n\n")[2] or signed  # its own fields (Hash: …) end with a blank line
    lines = (line[2:] if line.startswith("- ") else line for line in words.split("\n"))
    return "\n".join((*before.split("\n"), *lines)).strip()


def is_armoured(text: str) -> bool:
    """Whether a text is nothing but an encrypted PGP message."""
    return _ARMOUR.match(text) is not None
