"""A page with two forms becomes two parts, each read as if it were alone; only where each is surely one whole form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from service.core.forms import PageKind
from service.documents.declarations.halves import two_halves
from service.documents.declarations.page_signs import page_kind
from service.documents.declarations.reading_attempts import Attempt, attempt
from service.documents.declarations.repeated_print import more_than_one_form, other_half
from service.documents.pages.codes import SeenCode, form_code
from service.documents.pages.labels import LabelBook
from service.documents.pages.readers import Readers
from service.documents.pages.shapes import Box, Floats, Picture, halved
from service.documents.pages.sheet import has_room_beside, in_order, two_sheets
from service.documents.pages.upright import UprightPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the forms on a page. `code`: read on this part alone."""

    attempt: Attempt
    code: SeenCode | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageParts:
    """Looks for a second form on a picture. `code`: the one read on the whole picture, if any."""

    picture: Picture
    book: LabelBook
    networks: Readers
    code: SeenCode | None
    photograph: bool

    def of(self, whole: Attempt) -> tuple[Part, ...] | None:
        """None: one form. Two parts, in their order; no part where a second form is there, but not where each ends."""
        several = more_than_one_form(whole.lines, self.book, whole.page.grey) or self._one_on_its_head(whole)
        halves = two_halves(whole.page.grey, whole.lines, self.book) if several else None
        parts = self._halves(whole.page, halves) if halves else ()
        if self._are_sure(parts):
            return parts
        beside = whole.corners is not None and has_room_beside(whole.corners, self.picture)
        if self.photograph and (several or beside):
            parts = self._sheets()
            if self._are_sure(parts):
                return parts
            several = several or (bool(parts) and all(self._is_declaration(part) for part in parts))
        return () if several else None

    def _one_on_its_head(self, whole: Attempt) -> bool:
        """Two sheets laid head to head: the turned one's labels are not read, but its strokes would be seen."""
        half = other_half(whole.lines, self.book, whole.page.grey)
        return half is not None and self.networks.page.quarter_turns(halved(np.ascontiguousarray(half))) != 0

    def _halves(self, page: UprightPage, halves: Iterable[Box]) -> tuple[Part, ...]:
        quarters = [
            attempt(self.picture, _corners(page, half), self.book, self.networks, proportions=None) for half in halves
        ]
        return self._with_codes(quarters) if all(it.page.rotation == page.rotation for it in quarters) else ()

    def _sheets(self) -> tuple[Part, ...]:
        sheets = two_sheets(self.picture) or ()
        read = [attempt(self.picture, corners, self.book, self.networks) for corners in sheets]
        return self._with_codes(_as_shown(*read) if len(read) == 2 else ())

    def _with_codes(self, attempts: Iterable[Attempt]) -> tuple[Part, ...]:
        return tuple(Part(attempt=it, code=form_code(it.page.grey)) for it in attempts)

    def _are_sure(self, parts: tuple[Part, ...]) -> bool:
        """A code that was read on the page has to be found again on one of its parts."""
        has_code = self.code is None or any(part.code == self.code for part in parts)
        return bool(parts) and has_code and all(self._is_sure(part) for part in parts)

    def _is_sure(self, part: Part) -> bool:
        """Whether the part is one form, whole: enough of its labels, each once, and the caption above its signature."""
        texts = [line.text for line in part.attempt.lines]
        return (
            part.attempt.has_enough
            and self._is_declaration(part)
            and not more_than_one_form(part.attempt.lines, self.book, part.attempt.page.grey)
            and any(self.book.is_caption(text) for text in texts)
        )

    def _is_declaration(self, part: Part) -> bool:
        found = set(part.attempt.places)
        kind = page_kind(part.attempt.lines, found, self.book, part.attempt.page.grey)
        return part.code is not None or kind is PageKind.DECLARATION


def _as_shown(one: Attempt, other: Attempt) -> Iterable[Attempt]:
    """From left to right, or from the top down, as the upright page is shown."""
    turned = np.deg2rad(one.page.rotation)
    across, down = (float(it) for it in _middle(other) - _middle(one))
    right, below = across * np.cos(turned) + down * np.sin(turned), down * np.cos(turned) - across * np.sin(turned)
    further = right if abs(right) > abs(below) else below
    return (one, other) if further > 0 else (other, one)


def _middle(sheet: Attempt) -> Floats:
    """On the picture as sent."""
    back = sheet.page.as_sent(Box(0, 0, sheet.page.width, sheet.page.height))
    return np.array([back.middle, back.middle_row], np.float32)


def _corners(page: UprightPage, half: Box) -> Floats:
    """The corners of a part of the upright page on the picture as sent."""
    left, top, right, bottom = half
    places = [(left, top), (right, top), (right, bottom), (left, bottom)]
    back = [page.as_sent(Box(x, y, x, y)) for x, y in places]
    return in_order(np.array([[it.left, it.top] for it in back], np.float32))
