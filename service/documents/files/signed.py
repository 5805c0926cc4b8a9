"""S/MIME and PGP parts: what was signed is taken out and read (unverified), what is encrypted is named so (S44).

A signed S/MIME part is a CMS structure (RFC 5652) in BER; only the way down to the signed bytes is walked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile

_CMS = re.compile(rb"\x30[\x80-\x84].{0,4}?\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07(.)", re.DOTALL)
"""A sequence that begins with one of the identifiers 1.2.840.113549.1.7.x."""
_SIGNED, _ENVELOPED, _ENCRYPTED = b"\x02", b"\x03", b"\x06"
_PGP_ENCRYPTED = re.compile(rb"-----BEGIN PGP MESSAGE-----|\x85[\x01-\x04].\x03|\x84.\x03", re.DOTALL)
_PGP_SIGNATURE = b"-----BEGIN PGP SIGNATURE-----"
_SEQUENCE, _CONTEXT, _OCTETS, _OCTETS_IN_PIECES = 0x30, 0xA0, 0x04, 0x24
_INDEFINITE = 0x80
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class _Element:
    """Where one element's body lies, and where the next element begins."""

    tag: int
    start: int
    end: int
    following: int


def is_signed(content: bytes) -> bool:
    """A CMS structure with a signature: what was signed may be inside or elsewhere in the mail."""
    found = _CMS.match(content)
    return found is not None and found[1] == _SIGNED


def is_encrypted(content: bytes) -> bool:
    """Encrypted to somebody's key by S/MIME or PGP."""
    found = _CMS.match(content)
    return bool(found and found[1] in (_ENVELOPED, _ENCRYPTED)) or _PGP_ENCRYPTED.match(content) is not None


def is_mere_signature(content: bytes) -> bool:
    """A signature whose text is elsewhere: no document."""
    return content.startswith(_PGP_SIGNATURE) or (is_signed(content) and not signed_content(content))


def signed_content(content: bytes) -> bytes:
    """The signed bytes inside a CMS structure; empty when it carries only the signature."""
    try:
        outer = _child(content, _element(content, 0, _DEEPEST), _CONTEXT)
        signed = _child(content, outer, _SEQUENCE)
        wrapped = _child(content, signed, _SEQUENCE)
        holder = next((each for each in _children(content, wrapped) if each.tag == _CONTEXT), None)
        return b"" if holder is None else b"".join(_pieces(content, holder))
    except IndexError as error:
        raise UnreadableFile(Problem.CORRUPT, f"signed part: {error}") from error


def content_or_nothing(content: bytes) -> bytes:
    """The same for mails as a whole, where damaged bytes are kept as an attachment and judged there."""
    try:
        return signed_content(content) if is_signed(content) else b""
    except UnreadableFile:
        return b""


def _pieces(content: bytes, holder: _Element) -> Iterator[bytes]:
    """Programs that write while they read cut the bytes into many pieces."""
    for element in _children(content, holder):
        if element.tag == _OCTETS:
            yield content[element.start : element.end]
        elif element.tag == _OCTETS_IN_PIECES:
            yield from _pieces(content, element)


def _child(content: bytes, parent: _Element, tag: int) -> _Element:
    for element in _children(content, parent):
        if element.tag == tag:
            return element
    raise IndexError(f"no element {tag:#x}")


def _children(content: bytes, parent: _Element) -> Iterator[_Element]:
    position = parent.start
    while position < parent.end:
        element = _element(content, position, _DEEPEST)
        yield element
        position = element.following


def _element(content: bytes, position: int, depth: int) -> _Element:
    """Lengths are short, long, or left open up to two zero bytes."""
    if not depth:
        raise IndexError("too deep")
    tag, length, start = content[position], content[position + 1], position + 2
    if length == _INDEFINITE:
        end = start
        while content[end] or content[end + 1]:
            end = _element(content, end, depth - 1).following
        return _Element(tag, start, end, end + 2)
    if length > _INDEFINITE:
        size = length - _INDEFINITE
        length, start = int.from_bytes(content[start : start + size], "big"), start + size
    if start + length > len(content):
        raise IndexError("cut off")
    return _Element(tag, start, start + length, start + length)
