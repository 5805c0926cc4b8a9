"""A page picture to what the form on it says, top to bottom."""

from __future__ import annotations

from dataclasses import dataclass, replace

from service.core.campaigns import ColumnKind, FormField, FormLayout
from service.core.forms import SEVERAL_FORMS, FieldReading, PageKind, PageReading, Source
from service.documents.recognition.codes import SeenCode
from service.documents.recognition.fields import read_field
from service.documents.recognition.labels import LabelBook, label_book
from service.documents.recognition.lines import Line, level_lines, mean_sureness, read_lines
from service.documents.recognition.page_signs import page_kind
from service.documents.recognition.places import ValuePlace, value_places
from service.documents.recognition.readers import Readers, readers
from service.documents.recognition.several import several_forms
from service.documents.recognition.shapes import Box, Floats, Picture
from service.documents.recognition.sheet import border_corners, outline_corners
from service.documents.recognition.upright import UprightPage, make_upright
from service.documents.signature import Signature, judge_signature

ENOUGH_LABELS = 5
"""With so many labels found the sheet was cut out well; otherwise other outlines are tried."""
LOWER_PART, NARROW = 0.4, 0.5
"""Where captions above signatures stand, and how wide lines are that may be captions, in parts of the page."""
SMALLEST_PAGE = 300
"""Pixels of the long side below which no print can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """The page made upright in one way, its lines and the places of values on it."""

    page: UprightPage
    lines: list[Line]
    places: dict[str, ValuePlace]

    @property
    def quality(self) -> tuple[int, float]:
        return len(self.places), mean_sureness(self.lines)


def read_page(
    picture: Picture, layout: FormLayout, *, page: int, flat: bool = False, code: SeenCode | None = None
) -> PageReading:
    """Make the page upright, find its labels, read each field, judge the signature.

    `flat`: the picture was rendered, so that no sheet of paper has to be looked for on it.
    `code`: of a form that we printed: it is a declaration, however little can be read; of a pre-filled one only the
    signature is still looked for.
    Boxes are in pixels of `picture` turned back by `rotation`.
    """
    if max(picture.shape[:2]) < SMALLEST_PAGE:
        return PageReading(page=page, kind=PageKind.OTHER, rotation=0, source=Source.OCR)
    book, networks = label_book(layout), readers()
    if code is not None and code.prefilled:
        return _coded(picture, code, book, networks, page, flat=flat)
    attempt = _best_attempt(picture, book, networks, flat=flat)
    kind = PageKind.DECLARATION if code else page_kind(attempt.lines, set(attempt.places), book, attempt.page.grey)
    if kind is not PageKind.DECLARATION:
        return PageReading(page=page, kind=kind, rotation=attempt.page.rotation, source=Source.OCR)
    if several_forms([line.text for line in attempt.lines], book):
        return PageReading(
            page=page, kind=kind, rotation=attempt.page.rotation, source=Source.OCR, doubts=(SEVERAL_FORMS,)
        )
    fields = _read_fields(attempt, layout, networks)
    named = _name_field(layout)
    name = fields.get(named.key) if named else None
    signature = judge_signature(attempt.page, attempt.lines, book, name.value if name else "")
    if named and not name and signature.name_row:
        # its label could not be read, but it is also printed below the signature
        name = read_field(attempt.page.grey, signature.name_row, named, networks)
        fields |= {named.key: name} if name else {}
    return _placed_on_picture(attempt.page, picture, fields, signature, page)


def _coded(
    picture: Picture, code: SeenCode, book: LabelBook, networks: Readers, page: int, *, flat: bool
) -> PageReading:
    """A pre-filled form: its code says everything but whether it is signed."""
    corners = outline_corners(picture) if picture.ndim == 3 and not flat else None
    upright, boxes = level_lines(
        make_upright(picture, networks.page, corners, code.rows), networks.page, below=LOWER_PART
    )
    below = [box for box in boxes if box.width < NARROW * upright.width]
    lines = read_lines(upright, below, networks.lines)
    return _placed_on_picture(upright, picture, {}, judge_signature(upright, lines, book, ""), page)


def _best_attempt(picture: Picture, book: LabelBook, networks: Readers, *, flat: bool = False) -> _Attempt:
    """The sheet's outline first; where labels are missing, its border lines, then the whole picture."""
    photograph = picture.ndim == 3 and not flat
    best = _attempt(picture, outline_corners(picture) if photograph else None, book, networks)
    if not photograph or _good(best):
        return best
    borders = border_corners(picture)
    for corners in [*([borders] if borders is not None else []), *([None] if best.page.cut_out else [])]:
        best = max(best, _attempt(picture, corners, book, networks), key=lambda attempt: attempt.quality)
        if _good(best) and best.quality[1] > 0.8:
            break
    return best


def _good(attempt: _Attempt) -> bool:
    enough = len(attempt.places) >= ENOUGH_LABELS
    return enough and (attempt.page.cut_out or attempt.page.tilt <= 0.02)


def _attempt(picture: Picture, corners: Floats | None, book: LabelBook, networks: Readers) -> _Attempt:
    page, boxes = level_lines(make_upright(picture, networks.page, corners), networks.page)
    lines = read_lines(page, boxes, networks.lines)
    return _Attempt(page=page, lines=lines, places=value_places(page.grey, lines, book))


def _read_fields(attempt: _Attempt, layout: FormLayout, networks: Readers) -> dict[str, FieldReading]:
    fields: dict[str, FieldReading] = {}
    for field in layout.fields:
        place = attempt.places.get(field.key)
        reading = None if place is None else read_field(attempt.page.grey, place.box, field, networks)
        if reading is not None:
            fields[field.key] = reading
    return fields


def _name_field(layout: FormLayout) -> FormField | None:
    return next((field for field in layout.fields if field.kind is ColumnKind.NAME), None)


def _placed_on_picture(
    upright: UprightPage, picture: Picture, fields: dict[str, FieldReading], signature: Signature, page: int
) -> PageReading:
    """The reading with its boxes carried back to the picture as sent, turned upright."""

    def back(box: tuple[int, int, int, int] | None) -> tuple[int, int, int, int] | None:
        if box is None:
            return None
        sent = upright.as_sent(Box(*box))
        return _turned(sent, upright.rotation, picture.shape[0], picture.shape[1]).rounded()

    return PageReading(
        page=page,
        kind=PageKind.DECLARATION,
        rotation=upright.rotation,
        source=Source.OCR,
        fields={key: replace(reading, box=back(reading.box)) for key, reading in fields.items()},
        signed=signature.signed,
        signature_box=back(signature.box),
    )


def _turned(box: Box, rotation: int, height: int, width: int) -> Box:
    """A box of the picture as sent (height x width) on the picture turned back by `rotation`."""
    left, top, right, bottom = box
    if rotation == 90:
        return Box(top, width - right, bottom, width - left)
    if rotation == 180:
        return Box(width - right, height - bottom, width - left, height - top)
    if rotation == 270:
        return Box(height - bottom, left, height - top, right)
    return box
