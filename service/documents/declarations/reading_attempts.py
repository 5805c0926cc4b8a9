"""One page, or a part of it, made upright in one way: its lines and the places of values on it."""

from __future__ import annotations

from dataclasses import dataclass

from service.documents.fields.places import ValuePlace, value_places
from service.documents.pages.labels import LabelBook
from service.documents.pages.lines import Line, level_lines, mean_sureness, read_lines
from service.documents.pages.readers import Readers
from service.documents.pages.shapes import Floats, Picture
from service.documents.pages.sheet import A4_RATIO, border_corners, outline_corners
from service.documents.pages.upright import UprightPage, make_upright

ENOUGH_LABELS = 5
"""With so many labels found the sheet was cut out well; otherwise other outlines are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """`corners`: the sheet's, where it was cut out of the picture."""

    page: UprightPage
    lines: list[Line]
    places: dict[str, ValuePlace]
    corners: Floats | None

    @property
    def quality(self) -> tuple[int, float]:
        return len(self.places), mean_sureness(self.lines)

    @property
    def has_enough(self) -> bool:
        return len(self.places) >= ENOUGH_LABELS


def best_attempt(picture: Picture, book: LabelBook, networks: Readers, *, flat: bool = False) -> Attempt:
    """The sheet's outline first; where labels are missing, its border lines, then the whole picture."""
    photograph = picture.ndim == 3 and not flat
    best = attempt(picture, outline_corners(picture) if photograph else None, book, networks)
    if not photograph or _good(best):
        return best
    borders = border_corners(picture)
    for corners in [*([borders] if borders is not None else []), *([None] if best.page.cut_out else [])]:
        best = max(best, attempt(picture, corners, book, networks), key=lambda tried: tried.quality)
        if _good(best) and best.quality[1] > 0.8:
            break
    return best


def attempt(
    picture: Picture,
    corners: Floats | None,
    book: LabelBook,
    networks: Readers,
    *,
    proportions: float | None = A4_RATIO,
) -> Attempt:
    """`corners`, `proportions`: as `make_upright` has them."""
    upright = make_upright(picture, networks.page, corners, proportions=proportions)
    page, boxes = level_lines(upright, networks.page)
    lines = read_lines(page, boxes, networks.lines)
    return Attempt(page=page, lines=lines, places=value_places(page.grey, lines, book), corners=corners)


def _good(tried: Attempt) -> bool:
    return tried.has_enough and (tried.page.cut_out or tried.page.tilt <= 0.02)
