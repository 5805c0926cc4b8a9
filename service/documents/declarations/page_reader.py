"""Every page of a PDF or picture, read: from the text layer where there is one, by recognition where not."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

import cv2
import numpy as np
from PIL import Image

from service.core.campaigns import FormLayout
from service.core.forms import PageKind, PageReading, Source, Spot
from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile
from service.documents.declarations.reader import read_page
from service.documents.declarations.text_layer import read_text_page
from service.documents.pages.codes import form_code
from service.documents.pages.pages import Pages, opened
from service.documents.pages.shapes import Box, Picture, colour_of, cut, resized, shrunk, turned_upright

SPOT_MARGIN, SPOT_LONG_SIDE, FRAME = (0.12, 0.06), 700, (200, 30, 30)
"""Surroundings in parts of the page, captions but no field above, pixels of the small picture, colour of its frame."""
SHOWN_LONG_SIDE = 2000
"""Pixels of the upright picture that people see, and in which boxes are given; never enlarged."""


def read_pages(
    content: bytes, media_type: str, layout: FormLayout, *, max_pages: int, max_pixels: int
) -> tuple[PageReading, ...]:
    """All pages in order, each of two forms on a page by itself; a damaged page among others is unreadable.

    Raises UnreadableFile (encrypted, corrupt, empty, too large, too many, unsupported).
    """
    with opened(content, media_type, max_pages=max_pages, max_pixels=max_pixels) as pages:
        read: list[tuple[PageReading, ...] | UnreadableFile] = []
        for page in range(1, pages.count + 1):
            try:
                read.append(_read(pages, content, page, layout))
            except UnreadableFile as error:
                if error.problem is not Problem.CORRUPT:
                    raise
                read.append(error)
    damaged = [each for each in read if isinstance(each, UnreadableFile)]
    if len(damaged) == len(read):
        raise damaged[0]
    return tuple(reading for page, each in enumerate(read, start=1) for reading in _or_unreadable(each, page))


def _or_unreadable(read: tuple[PageReading, ...] | UnreadableFile, page: int) -> tuple[PageReading, ...]:
    if not isinstance(read, UnreadableFile):
        return read
    return (PageReading(page=page, kind=PageKind.UNREADABLE, rotation=0, source=Source.OCR),)


def picture_of(content: bytes, spot: Spot, *, max_pixels: int = 120_000_000) -> bytes:
    """The spot with its surroundings, framed, as a small JPEG: what the sender is to look at."""
    with opened(content, "", max_pages=spot.page + 10_000, max_pixels=max_pixels) as pages:
        picture = turned_upright(_shown(pages.picture(spot.page)), spot.rotation)
    height, width = picture.shape[:2]
    left, top, right, bottom = spot.box
    aside, above = round(SPOT_MARGIN[0] * width), round(SPOT_MARGIN[1] * height)
    framed = colour_of(picture).copy()
    cv2.rectangle(framed, (left, top), (right, bottom), FRAME, max(2, width // 500))
    part = cut(framed, Box(left - aside, top - above, right + aside, bottom + above // 2))
    written = io.BytesIO()
    small, _ = shrunk(part if part.size else framed, SPOT_LONG_SIDE)
    Image.fromarray(small).save(written, "JPEG", quality=70)
    return written.getvalue()


def _read(pages: Pages, content: bytes, page: int, layout: FormLayout) -> tuple[PageReading, ...]:
    picture = pages.picture(page)
    code = form_code(picture)
    typed = bool(pages.text(page).strip())
    by_text = read_text_page(content, picture, layout, page=page) if typed else None
    readings = (by_text,) if by_text else read_page(picture, layout, page=page, flat=typed, code=code)
    token = code.token if code else ""
    coded = (reading if reading.part else replace(reading, code=token) for reading in readings)
    return tuple(_as_shown(reading, picture) for reading in coded)


def _as_shown(reading: PageReading, picture: Picture) -> PageReading:
    """Boxes in pixels of the picture that people see, and the hash under which the reading is remembered."""
    factor = _shown_factor(picture)
    fields = {
        key: replace(field, box=_scaled(field.box, factor)) if field.box else field
        for key, field in reading.fields.items()
    }
    box = reading.signature_box
    return replace(
        reading,
        fields=fields,
        signature_box=_scaled(box, factor) if box else None,
        picture_sha256=_hash(picture),
    )


def _shown(picture: Picture) -> Picture:
    factor = _shown_factor(picture)
    return resized(picture, factor) if factor < 1 else picture


def _shown_factor(picture: Picture) -> float:
    return min(1.0, SHOWN_LONG_SIDE / float(max(picture.shape[:2])))


def _scaled(box: tuple[int, int, int, int], factor: float) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(edge * factor) for edge in box)
    return left, top, right, bottom


def _hash(picture: Picture) -> str:
    digest = hashlib.sha256(repr(picture.shape).encode())
    digest.update(np.ascontiguousarray(picture).data)
    return digest.hexdigest()
