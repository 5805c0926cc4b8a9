"""A page picture to what the form on it says, or each of two forms, top to bottom."""

from __future__ import annotations

from dataclasses import dataclass, replace

from service.core.campaigns import ColumnKind, FormField, FormLayout
from service.core.declarations.names_on_page import may_name
from service.core.forms import SEVERAL_FORMS, FieldReading, PageKind, PageReading, Source
from service.documents.declarations.coded_place import fills_page, stands_alone
from service.documents.declarations.page_parts import PageParts, Part
from service.documents.declarations.page_signs import page_kind
from service.documents.declarations.reading_attempts import Attempt, best_attempt
from service.documents.fields.choices import printed_choices
from service.documents.fields.fields import read_field
from service.documents.fields.ticks import ticked_field
from service.documents.pages.codes import SeenCode
from service.documents.pages.labels import LabelBook, label_book
from service.documents.pages.lines import Line, level_lines, read_lines
from service.documents.pages.readers import Readers, readers
from service.documents.pages.shapes import Box, Picture
from service.documents.pages.sheet import has_room_beside, outline_corners
from service.documents.pages.upright import UprightPage, make_upright
from service.documents.signatures.signature import Signature, judge_signature

LOWER_PART, NARROW = 0.4, 0.5
"""Where captions above signatures stand, and how wide lines are that may be captions, in parts of the page."""
HARMLESS_SLOPE = 0.015
"""Over a signature's width that is one millimetre: nothing is cut out where only captions are read."""
SMALLEST_PAGE = 300
"""Pixels of the long side below which no print can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads one picture. `flat`: rendered, so that no sheet of paper has to be looked for on it."""

    picture: Picture
    layout: FormLayout
    book: LabelBook
    networks: Readers
    page: int
    flat: bool

    def read(self, code: SeenCode | None) -> tuple[PageReading, ...]:
        prefilled = code if code is not None and code.prefilled else None
        coded = self._by_code(prefilled) if prefilled else None
        if coded is not None:
            return (coded,)
        attempt = best_attempt(self.picture, self.book, self.networks, flat=self.flat)
        found = set(attempt.places)
        kind = PageKind.DECLARATION if code else page_kind(attempt.lines, found, self.book, attempt.page.grey)
        whole = PageReading(page=self.page, kind=kind, rotation=attempt.page.rotation, source=Source.OCR)
        if kind is not PageKind.DECLARATION:
            return (whole,)
        parts = self._parts(code).of(attempt)
        if parts:
            return tuple(self._part(number, part) for number, part in enumerate(parts, 1))
        alone = prefilled is None or stands_alone(prefilled, attempt.page, attempt.lines, self.book)
        if parts is not None or not alone:
            return (replace(whole, doubts=(SEVERAL_FORMS,)),)
        return (self._coded(attempt.page, attempt.lines) if prefilled else self._form(attempt),)

    def _parts(self, code: SeenCode | None) -> PageParts:
        return PageParts(
            picture=self.picture, book=self.book, networks=self.networks, code=code, photograph=self._photograph
        )

    @property
    def _photograph(self) -> bool:
        return self.picture.ndim == 3 and not self.flat

    def _by_code(self, code: SeenCode) -> PageReading | None:
        """A pre-filled form: its code says everything but whether it is signed. None where more may be on the page."""
        corners = outline_corners(self.picture, quick=True) if self._photograph else None
        if corners is not None and has_room_beside(corners, self.picture):
            return None
        upright = make_upright(self.picture, self.networks.page, corners, code.rows)
        if not fills_page(code, upright):
            return None
        upright, boxes = level_lines(upright, self.networks.page, below=LOWER_PART, least_slope=HARMLESS_SLOPE)
        below = [box for box in boxes if box.width < NARROW * upright.width]
        return self._coded(upright, read_lines(upright, below, self.networks.lines))

    def _coded(self, upright: UprightPage, lines: list[Line]) -> PageReading:
        return self._reading(upright, {}, judge_signature(upright, lines, self.book, ""))

    def _part(self, number: int, part: Part) -> PageReading:
        """What a code says of a part is compared with what stands there, as on a whole page it need not be."""
        code = part.code.token if part.code else ""
        return replace(self._form(part.attempt), part=number, code=code, names=())

    def _form(self, attempt: Attempt) -> PageReading:
        fields = self._fields(attempt)
        named = _name_field(self.layout)
        name = fields.get(named.key) if named else None
        signature = judge_signature(attempt.page, attempt.lines, self.book, name.value if name else "")
        if named and not name and signature.name_row:
            # its label could not be read, but it is also printed below the signature
            name = read_field(attempt.page.grey, signature.name_row, named, self.networks)
            fields |= {named.key: name} if name else {}
        reading = self._reading(attempt.page, fields, signature)
        return replace(reading, names=may_name(line.text for line in attempt.lines))

    def _fields(self, attempt: Attempt) -> dict[str, FieldReading]:
        fields: dict[str, FieldReading] = {}
        for field in self.layout.fields:
            place = attempt.places.get(field.key)
            reading = _read_ticks(attempt, field)
            if reading is None and place is not None:
                reading = read_field(attempt.page.grey, place.box, field, self.networks)
            if reading is not None:
                fields[field.key] = reading
        return fields

    def _reading(self, upright: UprightPage, fields: dict[str, FieldReading], signature: Signature) -> PageReading:
        """The reading with its boxes carried back to the picture as sent, turned upright."""
        height, width = self.picture.shape[:2]

        def back(box: tuple[int, int, int, int] | None) -> tuple[int, int, int, int] | None:
            return _turned(upright.as_sent(Box(*box)), upright.rotation, height, width).rounded() if box else None

        return PageReading(
            page=self.page,
            kind=PageKind.DECLARATION,
            rotation=upright.rotation,
            source=Source.OCR,
            fields={key: replace(reading, box=back(reading.box)) for key, reading in fields.items()},
            signed=signature.signed,
            signature_box=back(signature.box),
        )


def read_page(
    picture: Picture, layout: FormLayout, *, page: int, flat: bool = False, code: SeenCode | None = None
) -> tuple[PageReading, ...]:
    """Make the page upright, find its labels, read each field, judge the signature; of two forms each by itself.

    `flat`: the picture was rendered, so that no sheet of paper has to be looked for on it.
    `code`: of a form that we printed: it is a declaration, however little can be read; of a pre-filled one that fills
    the page only the signature is still looked for. A part (`PageReading.part`) has the code that stands on it.
    Boxes are in pixels of `picture` turned back by `rotation`.
    """
    if max(picture.shape[:2]) < SMALLEST_PAGE:
        return (PageReading(page=page, kind=PageKind.OTHER, rotation=0, source=Source.OCR),)
    reader = _Reader(picture=picture, layout=layout, book=label_book(layout), networks=readers(), page=page, flat=flat)
    return reader.read(code)


def _read_ticks(attempt: Attempt, field: FormField) -> FieldReading | None:
    if not field.choices:
        return None
    printed = printed_choices(field, attempt.places, attempt.lines)
    return ticked_field(attempt.page.grey, field, printed)


def _name_field(layout: FormLayout) -> FormField | None:
    return next((field for field in layout.fields if field.kind is ColumnKind.NAME), None)


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
