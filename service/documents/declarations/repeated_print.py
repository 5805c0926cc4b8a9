"""The same print twice at the same distance: a second form, also where too few labels can be read for certain.

On a bad fax a label may be read on one form alone, and one that was misread looks like a word of the text. But words of
one form do not stand the same way apart as other words of it; the print of two forms does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from rapidfuzz import fuzz

from service.documents.declarations.several_forms import all_labels, several_forms, sure_labels
from service.documents.pages.labels import LabelBook, squeezed
from service.documents.pages.lines import Line
from service.documents.pages.shapes import Picture

LEAST_APART = 0.25
"""Parts of the page: nearer than that the same words belong to one form."""
ALIKE, TWINS = 0.025, 3
"""So many different things printed twice, all the same way apart (parts of the page), are a second form."""
HALF, ALIKE_BY_HALF, TWINS_BY_HALF = 0.5, 0.06, 2
"""Fewer where they stand half a page apart, as on two small sheets scanned as one."""
LEAST_LETTERS, SAME_LINE = 8, 75
"""Other lines of print, such as title and pledge: their letters, and how alike two are that were read differently."""
CAPTION = "caption"
MUCH_WRITING = 8
"""Lines of a half that has no label; the foot of a form, with pledge, captions and names, has up to as many."""
LANDSCAPE, LEAST_LINES, GUTTER, INK = 1.25, 6, 0.012, 160
"""Two pages beside each other: the page's shape, lines in each half, bare paper between them."""


_Place = tuple[float, float]


class Way(NamedTuple):
    """From one place to another, in parts of the page; to the right or down."""

    across: float
    down: float

    def is_like(self, other: Way, most: float) -> bool:
        return abs(self.across - other.across) < most and abs(self.down - other.down) < most

    @property
    def is_half(self) -> bool:
        along, aside = max(abs(self.across), abs(self.down)), min(abs(self.across), abs(self.down))
        return abs(along - HALF) < ALIKE_BY_HALF and aside < ALIKE_BY_HALF


def more_than_one_form(lines: Sequence[Line], book: LabelBook, grey: Picture) -> bool:
    """Whether a second form stands on the upright page; in doubt yes, for then a person looks."""
    if several_forms((line.text for line in lines), book):
        return True
    height, width = grey.shape[:2]
    ways = _ways(lines, book, width, height)
    return any(
        _count(ways, way, ALIKE_BY_HALF) >= TWINS_BY_HALF if way.is_half else _count(ways, way, ALIKE) >= TWINS
        for found in ways.values()
        for way in found
    ) or _two_pages_beside(lines, grey)


def _count(ways: dict[str, list[Way]], wanted: Way, most: float) -> int:
    """How many different things stand twice this way apart."""
    return sum(any(way.is_like(wanted, most) for way in found) for found in ways.values())


def _ways(lines: Sequence[Line], book: LabelBook, width: int, height: int) -> dict[str, list[Way]]:
    """For each thing that is printed twice or more, how its places lie to each other."""
    places: dict[str, list[_Place]] = {}
    plain: list[tuple[str, _Place]] = []
    for line in lines:
        middle = line.box.middle_row / height
        things = [(key, (x / width, middle)) for key, x in _things(line, book)]
        for key, place in things:
            places.setdefault(key, []).append(place)
        letters = squeezed(line.text)
        if not things and len(letters) >= LEAST_LETTERS:
            plain.append((letters, (line.box.middle / width, middle)))
    ways = {key: [_way(*pair) for pair in combinations(found, 2)] for key, found in places.items()}
    for (letters, place), (others, other) in combinations(plain, 2):
        if fuzz.ratio(letters, others) >= SAME_LINE:
            ways.setdefault(letters, []).append(_way(place, other))
    return {key: [way for way in found if max(way.across, way.down) >= LEAST_APART] for key, found in ways.items()}


def _things(line: Line, book: LabelBook) -> Iterator[tuple[str, float]]:
    """What is printed on the line, each with its place."""
    for label in all_labels(line.text, book):
        yield label.key, line.place(label.start)
    if book.is_caption(line.text) and not book.ends_captions(line.text):
        yield CAPTION, line.box.middle


def _way(start: _Place, end: _Place) -> Way:
    across, down = end[0] - start[0], end[1] - start[1]
    main = across if abs(across) > abs(down) else down
    return Way(across, down) if main >= 0 else Way(-across, -down)


def _two_pages_beside(lines: Sequence[Line], grey: Picture) -> bool:
    """A page that is wider than high, with bare paper down its middle and much writing on both sides."""
    height, width = grey.shape[:2]
    written = [line.box for line in lines if len(line.text) > 3]
    left, right = sum(box.right < width / 2 for box in written), sum(box.left > width / 2 for box in written)
    if width < LANDSCAPE * height or min(left, right) < LEAST_LINES:
        return False
    middle, off = width // 2, round(GUTTER * width)
    return float((grey[:, middle - off : middle + off] < INK).mean()) < 0.002


def other_half(lines: Sequence[Line], book: LabelBook, grey: Picture) -> Picture | None:
    """The half of the page that has much writing and no label: a form may stand there on its head. None: there is none.

    Of a page higher than wide the upper or lower half, else the left or right one.
    """
    height, width = grey.shape[:2]
    beside = width > height
    middle = width // 2 if beside else height // 2
    first = [line for line in lines if (line.box.right if beside else line.box.bottom) < middle]
    second = [line for line in lines if (line.box.left if beside else line.box.top) > middle]
    for half, first_part in ((first, True), (second, False)):
        written = [line for line in half if len(line.text) > 3]
        if len(written) >= MUCH_WRITING and not any([*sure_labels(line.text, book)] for line in half):
            place = slice(0, middle) if first_part else slice(middle, None)
            return grey[:, place] if beside else grey[place]
    return None
