"""Files of a zip archive locked with AES, as WinZip, 7-Zip and WinRAR do: the library knows the older lock only.

WinZip's specification of AE-1 and AE-2: a salt, two bytes that tell most wrong passwords, the encrypted content, ten
bytes of HMAC-SHA1 over it.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
import zipfile
import zlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

AES = 99
"""The compression method by which such a file is known; the true one stands in the extra field."""
_EXTRA, _VENDOR = 0x9901, b"AE"
_KEY_BYTES = {1: 16, 2: 24, 3: 32}
"""By the strength that the extra field states."""
_ROUNDS, _CHECK, _SEAL = 1000, 2, 10
_BLOCK = 16
_AT_ONCE = 1 << 20
_LOCAL_HEAD = 30
_STORED, _DEFLATED = 0, 8


def opens_aes(content: bytes, info: zipfile.ZipInfo, password: bytes) -> bool:
    """Whether the password passes the file's own test of it, and the seal."""
    locked = _Locked.of(content, info)
    return locked is not None and locked.keys(password) is not None


def unlocked_aes(content: bytes, info: zipfile.ZipInfo, password: bytes, most: int) -> bytes:
    """The file's bytes, at most one more than `most`. Raises what `zipfile` raises for such files."""
    locked = _Locked.of(content, info)
    if locked is None or locked.method not in (_STORED, _DEFLATED):
        raise NotImplementedError("a way of packing that is not known")
    key = locked.keys(password)
    if key is None:
        raise RuntimeError("bad password")
    packed = _decrypted(locked.body, key)
    if locked.method == _STORED:
        return packed[: most + 1]
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most + 1)


class _Locked:
    """One locked file: its salt, its test of the password, the encrypted bytes and their seal."""

    def __init__(self, packed: bytes, strength: int, method: int) -> None:
        self.method, self._size = method, _KEY_BYTES[strength]
        salt = self._size // 2
        self._salt, self._check = packed[:salt], packed[salt : salt + _CHECK]
        self.body, self._seal = packed[salt + _CHECK : -_SEAL], packed[-_SEAL:]

    @classmethod
    def of(cls, content: bytes, info: zipfile.ZipInfo) -> _Locked | None:
        """None when the archive is damaged there, or does not say how it is locked."""
        said = _said(info.extra)
        head = content[info.header_offset : info.header_offset + _LOCAL_HEAD]
        if said is None or len(head) < _LOCAL_HEAD:
            return None
        strength, method = said
        begin = info.header_offset + _LOCAL_HEAD + sum(struct.unpack("<HH", head[26:30]))
        packed = content[begin : begin + info.compress_size]
        shortest = _KEY_BYTES[strength] // 2 + _CHECK + _SEAL
        return cls(packed, strength, method) if shortest <= len(packed) == info.compress_size else None

    def keys(self, password: bytes) -> bytes | None:
        """The key of the content; None for a wrong password."""
        derived = hashlib.pbkdf2_hmac("sha1", password, self._salt, _ROUNDS, 2 * self._size + _CHECK)
        key, sealing, check = derived[: self._size], derived[self._size : 2 * self._size], derived[-_CHECK:]
        if not hmac.compare_digest(check, self._check):
            return None
        seal = hmac.new(sealing, self.body, "sha1").digest()[:_SEAL]
        return key if hmac.compare_digest(seal, self._seal) else None


def _said(extra: bytes) -> tuple[int, int] | None:
    """(strength, true method) out of the extra field."""
    place = 0
    while place + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, place)
        if kind == _EXTRA and size >= 7 and place + 11 <= len(extra):
            _version, vendor, strength, method = struct.unpack_from("<H2sBH", extra, place + 4)
            return (strength, method) if vendor == _VENDOR and strength in _KEY_BYTES else None
        place += 4 + size
    return None


def _decrypted(body: bytes, key: bytes) -> bytes:
    """AES in counter mode, counting from 1 with the lowest byte first, which the library's own mode does not do."""
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 -- the counters' blocks, as the format says
    parts = []
    for start in range(0, len(body), _AT_ONCE):
        piece = body[start : start + _AT_ONCE]
        first = start // _BLOCK + 1
        blocks = range(first, first + -(-len(piece) // _BLOCK))
        stream = encryptor.update(b"".join(block.to_bytes(_BLOCK, "little") for block in blocks))[: len(piece)]
        mixed = int.from_bytes(piece, "little") ^ int.from_bytes(stream, "little")
        parts.append(mixed.to_bytes(len(piece), "little"))
    return b"".join(parts)
