"""Pictures that belong to what somebody wrote, such as a screenshot; logos and those of quoted mails do not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection

from service.core.mail.messages import Attachment, Message

SMALLEST_SIDE = 150
"""Pixels: a logo or a card in a signature is lower or narrower than a screenshot that anybody can read."""
SMALLEST_FILE = 20_000
"""Bytes, where a picture does not say its size."""
_PNG, _GIF, _JPEG = b"\x89PNG\r\n\x1a\n", b"GIF8", b"\xff\xd8"
_JPEG_FRAMES = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
_GENERIC_NAME = re.compile(r"^(image\d{3}|logo\w*|attachment-\d+|outlook-\w+)\.\w{3,4}$", re.IGNORECASE)


def pictures_of(message: Message, *, quoted: Collection[str] = ()) -> tuple[Attachment, ...]:
    """Pictures of the mail's own words. `quoted`: SHA-256 of pictures in the mails that it quotes."""
    return tuple(item for item in message.attachments if is_picture(item) and _is_own(item, message, quoted))


def is_picture(item: Attachment) -> bool:
    return item.media_type.startswith("image/")


def hashes(message: Message) -> frozenset[str]:
    """Of everything that a mail carries."""
    return frozenset(_sha256(item) for item in message.attachments)


def _sha256(item: Attachment) -> str:
    return hashlib.sha256(item.content).hexdigest()


def _is_own(item: Attachment, message: Message, quoted: Collection[str]) -> bool:
    if _sha256(item) in quoted:
        return False
    if _is_named(item, message.new_text):
        return True
    if _is_named(item, message.text):
        return False  # the text says where it stands: in a quotation or in the signature
    chosen = not item.inline and _GENERIC_NAME.match(item.name) is None
    return chosen or is_large(item.content)


def _is_named(item: Attachment, text: str) -> bool:
    """Where plain text stands for a page with pictures, mail programs write `[cid:…]` or `[image: …]`."""
    by_id = item.content_id is not None and f"[cid:{item.content_id}]" in text
    return by_id or f"[image: {item.name}]" in text


def is_large(content: bytes) -> bool:
    """By its pixels, else by its bytes."""
    size = _pixels(content)
    return min(size) >= SMALLEST_SIDE if size else len(content) >= SMALLEST_FILE


def _pixels(content: bytes) -> tuple[int, int] | None:
    """Width and height as the first bytes of a PNG, GIF or JPEG say them; the picture is not opened."""
    if content.startswith(_PNG) and content[12:16] == b"IHDR" and len(content) >= 24:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    if content.startswith(_GIF) and len(content) >= 10:
        return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    return _pixels_of_jpeg(content) if content.startswith(_JPEG) else None


def _pixels_of_jpeg(content: bytes) -> tuple[int, int] | None:
    """From the first frame header (ITU T.81 §B.2.2), over the segments before it."""
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        if marker in _JPEG_FRAMES:
            height, width = (int.from_bytes(content[place + at : place + at + 2], "big") for at in (5, 7))
            return width, height
        place += 2 + length
    return None
