"""Where the words of printed choices stand ("( ) Nam  ( ) Nữ"): on the label's row, or on rows of their own below."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from rapidfuzz import fuzz

from service.core.campaigns import FormField
from service.documents.fields.places import ValuePlace
from service.documents.pages.labels import letters_with_origin, squeezed, without_accents
from service.documents.pages.lines import Line
from service.documents.pages.shapes import Box

LONG_ENOUGH, LEAST_LIKENESS = 6, 82.0
"""Letters from which on words are found although some are misread. Shorter ones have to stand there, capitals as
such, with or without a gap: a box before them is easily read as one more letter."""
BADLY_READ = 60.0
"""Likeness that is enough beside the label for words whose like was found there."""
NEARLY = 10.0
"""Likeness by which a longer spelling may fit worse."""
ROOM = 0.6
"""Heights of the row that a box takes at least."""
EDGE = 6
"""So many letters settle where the words begin and end."""
ROWS_BELOW = 2.6
"""A choice of its own stands at most so many heights of the row below the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """The words of one choice on the page. `value`: the choice's first spelling.

    `before`, `after`: the rest of the text line, up to the words and from them on. `beside`: on the label's row.
    `surely`: the words were read well enough to know where they begin and end.
    """

    value: str
    box: Box
    before: str = ""
    after: str = ""
    beside: bool = False
    surely: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A line, or the part of it that belongs to the field: characters from `start` up to `end`; `beside` its label."""

    line: Line
    start: int
    end: int
    beside: bool = False

    @property
    def text(self) -> str:
        return self.line.text[self.start : self.end]


def printed_choices(field: FormField, places: Mapping[str, ValuePlace], lines: Sequence[Line]) -> list[Printed]:
    """The choices whose words were found, in the campaign's order; none where the value is written, not ticked.

    Looked for beside and below the field's label; where that shows none, on the whole page, for the label may be
    unreadable: then at least two have to be found, and all be long enough not to stand there by chance.
    """
    place = places.get(field.key)
    near = _found(field, list(_parts(field, place, places, lines))) if place is not None else []
    if len(near) == 1 and place is not None and not _has_room(near[0], place.box):
        return []
    if near or any(len(squeezed(words)) < LONG_ENOUGH for spellings in field.choices for words in spellings):
        return near
    anywhere = _found(field, [_Part(line=line, start=0, end=len(line.text)) for line in lines])
    return anywhere if len(anywhere) > 1 else []


def _has_room(only: Printed, value: Box) -> bool:
    """Whether a box may stand before the words; else they are written there, not printed to be ticked."""
    return not only.beside or only.box.left - value.left >= ROOM * value.height


def _parts(
    field: FormField, place: ValuePlace, places: Mapping[str, ValuePlace], lines: Sequence[Line]
) -> Iterator[_Part]:
    """What stands right of the label, and the rows below it down to the next label."""
    value = place.box
    others = [other.box for other in places.values() if other is not place]
    shared = any(other.left > value.left and other.shares_row_with(value) for other in others)
    right = value.right if shared else math.inf
    next_row = min((other.top for other in others if other.top > value.bottom - 0.3 * value.height), default=math.inf)
    below = min(next_row, value.bottom + ROWS_BELOW * (len(field.choices) + 0.5) * value.height)
    for line in lines:
        if line.box.shares_row_with(value):
            inside = [at for at in range(len(line.text)) if value.left <= line.place(at) <= right]
            if inside:
                yield _Part(line=line, start=inside[0], end=inside[-1] + 1, beside=True)
        elif value.bottom <= line.box.middle_row < below:
            yield _Part(line=line, start=0, end=len(line.text))


def _found(field: FormField, parts: Sequence[_Part]) -> list[Printed]:
    """Each choice where its words stand; where some were found beside the label, others there may be badly read."""
    spans = [_place(spellings, parts, LEAST_LIKENESS) for spellings in field.choices]
    if any(spans) and not all(spans):
        rest = [_rest(part, [it for it in spans if it is not None]) for part in parts if part.beside]
        known = [words for words, span in zip(field.choices, spans, strict=True) if span is not None]
        left = [part for part in rest if not _belongs_to(known, part.text)]
        again = [_place(spellings, left, BADLY_READ) for spellings in field.choices]
    else:
        again = spans
    apart = not _overlap([span for span in spans if span is not None])
    return [
        replace(_printed(spellings[0], *span), surely=apart and first is not None)
        for spellings, first, second in zip(field.choices, spans, again, strict=True)
        if (span := first or second) is not None
    ]


def _overlap(spans: Sequence[tuple[_Part, int, int]]) -> bool:
    """Whether two choices were found in the same words."""
    return any(
        one[0].line is other[0].line and one[1] < other[2] and other[1] < one[2]
        for one, other in combinations(spans, 2)
    )


def _belongs_to(known: Sequence[Sequence[str]], text: str) -> bool:
    """Whether what is left of a line is only the end of a choice that was found in a shorter spelling."""
    letters = squeezed(text)
    return any(
        fuzz.partial_ratio(letters, squeezed(spelling)) >= BADLY_READ
        for spellings in known
        for spelling in spellings
        if len(squeezed(spelling)) > len(letters)
    )


def _rest(part: _Part, spans: Sequence[tuple[_Part, int, int]]) -> _Part:
    """The part with what was found in it blanked out."""
    text = part.line.text
    for found, start, end in spans:
        if found.line is part.line:
            text = text[:start] + " " * (end - start) + text[end:]
    return replace(part, line=replace(part.line, text=text))


def _place(spellings: Sequence[str], parts: Sequence[_Part], least: float) -> tuple[_Part, int, int] | None:
    """The part in which the choice is found, and from which to which character of its line.

    The longest spelling that fits nearly as well as any: "Cổng thông tin điện tử" may go on with "của BHXH Việt Nam",
    and may be followed by another choice.
    """
    found = [
        (likeness, len(spelling), (part, part.start + span[0], part.start + span[1]))
        for spelling in spellings
        for part in parts
        for likeness, span in _spans(spelling, part.text, least)
    ]
    if not found:
        return None
    best = max(likeness for likeness, _, _ in found)
    return max((it for it in found if it[0] >= best - NEARLY), key=lambda it: (it[1], it[0]))[2]


def _spans(words: str, text: str, least: float) -> Iterator[tuple[float, tuple[int, int]]]:
    """How well the words are found in the text, 0 to 100, and from which to which character."""
    wanted = squeezed(words)
    if len(wanted) < LONG_ENOUGH:
        word = re.search(rf"{re.escape(without_accents(words))}(?![a-z])", without_accents(text))
        if word:
            yield 100.0, word.span()
        return
    letters, origin = letters_with_origin(text)
    found = fuzz.partial_ratio_alignment(wanted, letters, score_cutoff=least)
    if found is None or len(letters) < len(wanted) - 2 or found.dest_end <= found.dest_start:
        return
    first = _begin(wanted[:EDGE], letters, found.dest_start)
    last = _begin(wanted[-EDGE:], letters, found.dest_end - EDGE) + EDGE - 1
    yield found.score, (origin[max(0, first)], origin[min(last, len(origin) - 1)] + 1)


def _begin(part: str, letters: str, about: int) -> int:
    """Where a few letters begin, near `about`: where one was lost, the whole is found shifted by it."""
    begin = max(0, about - EDGE // 2)
    found = fuzz.partial_ratio_alignment(part, letters[begin : about + EDGE + EDGE // 2 + 1], score_cutoff=80)
    return about if found is None else begin + found.dest_start


def _printed(value: str, part: _Part, start: int, end: int) -> Printed:
    """The words from the middle of their first character to the middle of their last, and half a character more."""
    line = part.line
    half = 0.22 * line.box.height
    box = Box(line.place(start) - half, line.box.top, line.place(end - 1) + half, line.box.bottom)
    return Printed(value=value, box=box, before=line.text[:start], after=line.text[end:], beside=part.beside)
