"""Declarations: what recognition saw on a page, and whether that suffices to accept it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Source(StrEnum):
    """Where a page's values came from."""

    TEXT = "text"
    OCR = "ocr"
    CODE = "code"


class PageKind(StrEnum):
    """What a page is (`page_kinds.py`). All but declarations are set aside: recorded, told where that helps."""

    DECLARATION = "declaration"
    BLANK = "blank"
    """The back of a sheet."""
    COVER = "cover"
    """A covering letter or a title page."""
    IDENTITY = "identity"
    """An identity card or the like: not asked for."""
    PICTURE = "picture"
    """A photograph without writing, such as a portrait: not asked for."""
    LIST = "list"
    """A scanned list of people."""
    FOREIGN = "foreign"
    """A form for another authority: police, tax office, bank."""
    UNREADABLE = "unreadable"
    """Writing, or a part of a form, that cannot be read."""
    OTHER = "other"
    """Readable, and nothing that we know."""


SEVERAL_FORMS = "several_forms"
"""Doubt about a page: more than one form stands on it, and where one ends is not sure, so nothing of it was read."""


class Tick(StrEnum):
    """What stands in the box beside a printed choice."""

    TICKED = "ticked"
    EMPTY = "empty"
    UNCLEAR = "unclear"
    """A mark or none: a person has to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReading:
    """One field as read. `value` is canonical: bare digits, dates YYYY-MM-DD, names NFC with single spaces.

    `agreed`: at least two independent readers read this same valid value and none read another valid one
    (always true for a text layer). `readings`: what each reader saw, canonical, for a person who must decide.
    `box`: x0, y0, x1, y1 in pixels of the upright picture.
    `ticks`: where choices are printed to be ticked, what stands beside each; `value` is then the ticked one, empty
    unless exactly one is ticked for certain and all others are empty for certain.
    """

    value: str
    confidence: float
    agreed: bool
    readings: Mapping[str, str] = field(default_factory=dict)
    box: tuple[int, int, int, int] | None = None
    ticks: Mapping[str, Tick] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """One page as read. `rotation`: clockwise degrees by which the page as sent is turned from upright."""

    page: int
    kind: PageKind
    rotation: int
    source: Source
    fields: Mapping[str, FieldReading] = field(default_factory=dict)
    signed: bool | None = None
    """True, False, or None when it cannot be told."""
    signature_box: tuple[int, int, int, int] | None = None
    code: str = ""
    """The token of a form that we printed, when its QR code could be read."""
    doubts: tuple[str, ...] = ()
    """Why the page as a whole is for a person, as reasons below `form.`; nothing that was read on it counts then."""
    part: int = 0
    """0: the page is one form. Of a page with two, 1 and 2, from left to right or from the top down."""
    names: tuple[str, ...] = ()
    """Lines in which a person's name may stand, folded: the roster says which name to look for."""
    picture_sha256: str = ""
    """Key under which the page's reading is remembered: hash of the page's pixels or bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place on a page that somebody is to look at. `box`: in pixels of the upright picture, as readings give it."""

    page: int
    rotation: int
    box: tuple[int, int, int, int]


class Verdict(StrEnum):
    """`accepted`: no person needed; `review`: a person must look; `rejected`: the sender must act."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    REJECTED = "rejected"


class WaitsFor(StrEnum):
    """Whose turn it is with a declaration that is not accepted."""

    NOBODY = "nobody"
    LIST = "list"
    """The unit's roster has not come yet."""
    UNIT = "unit"
    """The unit was told what to mend."""
    HR = "hr"
    """A person has to look at the page."""
