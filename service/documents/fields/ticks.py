"""What is ticked among printed choices: the ink inside the box beside each choice's words.

In doubt a box is `UNCLEAR`: thresholds leave a band between empty and ticked, and boxes have to be found alike at all
choices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from service.core.campaigns import FormField
from service.core.forms import FieldReading, Tick
from service.documents.fields.choices import Printed
from service.documents.fields.outlines import ROW, Found, Shape, best_outline
from service.documents.fields.places import runs
from service.documents.pages.shapes import Box, Floats, Picture, around, cut

BESIDE, INTO = 3.2, 1.2
"""Heights of the row that a window reaches beside the words, and into them."""
NEAR, LEAST_WIDE, UPRIGHT = 1.8, 0.4, 0.25
"""Heights of the row within which a box begins, how wide it is at least, and how high its sides."""
LINE_ACROSS = 0.9
"""Share of a window's width from which on ink in one row is a rule or a fold, not a mark."""
INKED = 0.35
"""Darkness, between paper and print, from which on a pixel counts as ink of an outline."""
WIDER_THAN_A_FILLED_BOX = 41
BEFORE_RATHER_THAN_AFTER = 0.08
"""Boxes stand before their words unless those after them fit that much better."""
LEAST_MEAN, LEAST_EACH, SURE_EACH = 0.88, 0.6, 0.95
"""Likeness of the outlines: of all together, of each; of each where all are empty or only one choice was found."""
MOST_DIFFERENT = 0.7
"""The narrowest brackets of a row are at least so wide as this part of the widest."""
INNER, LEAK = 0.26, 0.2
"""What is inside: this part of the side away from the outline; darkness below LEAK is the outline's blur."""
BAND, MOST_AROUND, MOST_AROUND_BRACKETS = (3, 7), 10, 40
"""From which to which distance from the box a band around it lies, and pixels of ink in it around an empty box."""
OUTLINE, MOST_UNEVEN = 5, 0.13
"""Pixels that the outline is wide at most, and how uneven an empty box is: measured 0.13 in 99 of 100, marks 0.23."""
MOST_EMPTY, LEAST_TICKED = 0.03, 0.06
"""Mean darkness inside. Measured on drawn pages of five levels: empty at most 0.03, ticked at least 0.06."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Row:
    """The windows beside a row's choices, words at their right end, and the outline that fits them."""

    darkness: list[Floats]
    fit: float
    found: list[Found]


def ticked_field(grey: Picture, field: FormField, printed: Sequence[Printed]) -> FieldReading | None:
    """The field as ticked on the upright page; None where its choices are not printed to be ticked."""
    if not printed or (len(printed) == 1 and not _something_beside(grey, printed[0])):
        return None
    ticks = ticks_of(grey, printed) if all(choice.surely for choice in printed) else None
    if ticks is None and len(printed) < 2 and printed[0].beside:
        return None
    unclear = [Tick.UNCLEAR] * len(printed)
    return as_ticked(field, printed, ticks or unclear)


def as_ticked(field: FormField, printed: Sequence[Printed], ticks: Sequence[Tick]) -> FieldReading:
    """The field with what stands beside each of its choices; those not found on the page are unclear."""
    found: Mapping[str, Tick] = {choice.value: tick for choice, tick in zip(printed, ticks, strict=True)}
    known = {spellings[0]: found.get(spellings[0], Tick.UNCLEAR) for spellings in field.choices}
    ticked = [value for value, tick in known.items() if tick is Tick.TICKED]
    sure = Tick.UNCLEAR not in known.values()
    value = ticked[0] if sure and len(ticked) == 1 else ""
    place = around([choice.box for choice in printed])
    room = BESIDE / 2 * printed[0].box.height
    with_boxes = Box(place.left - room, place.top, place.right + room, place.bottom)
    return FieldReading(
        value=value,
        confidence=1.0 if sure else 0.0,
        agreed=bool(value),
        readings={"ticks": value} if value else {},
        box=with_boxes.rounded(),
        ticks=known,
    )


def _something_beside(grey: Picture, only: Printed) -> bool:
    """Whether something as wide as a box stands right before the words, or on a row of their own right after them.

    Cheaper than looking for a box. A table's rule is narrower; on the label's row leader dots may follow.
    """
    words, gap = only.box, 0.1 * only.box.height
    parts = [cut(grey, Box(words.left - NEAR * words.height, words.top, words.left - gap, words.bottom))]
    if not only.beside:
        after = cut(grey, Box(words.right + gap, words.top, words.right + NEAR * words.height, words.bottom))
        parts.append(after[:, ::-1])
    return any(_is_as_wide_as_a_box(part, words.height) for part in parts)


def _is_as_wide_as_a_box(part: Picture, high: float) -> bool:
    """`part`: the words begin at its right end, where their first letter may reach into it."""
    if min(part.shape) < 6:
        return False
    inked = (part < 0.8 * float(np.percentile(part, 80))).sum(0)
    strokes = [stroke for stroke in runs(np.asarray(inked >= UPRIGHT * high)) if stroke[1] < part.shape[1]]
    return bool(strokes) and strokes[-1][1] - strokes[0][0] >= LEAST_WIDE * high


def ticks_of(grey: Picture, printed: Sequence[Printed]) -> list[Tick] | None:
    """Whether each choice is ticked; None where no boxes stand beside the words."""
    before, after = _row(grey, printed, after=False), _row(grey, printed, after=True)
    row = after if after.fit > before.fit + BEFORE_RATHER_THAN_AFTER else before
    if not _are_boxes(row.found):
        return None
    ticks = [_tick(darkness, found) for darkness, found in zip(row.darkness, row.found, strict=True)]
    sure = all(found.likeness >= SURE_EACH for found in row.found)
    if set(ticks) == {Tick.EMPTY} and not sure:
        return [Tick.UNCLEAR] * len(ticks)
    return ticks


def _row(grey: Picture, printed: Sequence[Printed], *, after: bool) -> _Row:
    high = float(np.median([choice.box.height for choice in printed]))
    boxes = [_of_height(choice.box, high) for choice in printed]
    words = np.concatenate([cut(grey, box).ravel() for box in boxes])
    paper, print_ = np.percentile(words, (85, 3)) if len(words) else (255.0, 0.0)
    windows = [_window(grey, box, after=after) for box in boxes]
    darkness = [_darkness(window, max(1.0, float(paper - print_))) for window in windows]
    inked = np.stack([(it > INKED).astype(np.uint8) for it in darkness])
    thick = np.stack([np.asarray(cv2.dilate(it, np.ones((3, 3), np.uint8)), np.uint8) for it in inked])
    fit, found = best_outline(thick, round(BESIDE * ROW))
    return _Row(darkness=darkness, fit=fit, found=found)


def _of_height(box: Box, high: float) -> Box:
    middle = box.middle_row
    return Box(box.left, middle - high / 2, box.right, middle + high / 2)


def _window(grey: Picture, words: Box, *, after: bool) -> Picture:
    """The surroundings of the words' beginning; of their end, mirrored, where boxes stand after them."""
    high = words.height
    if after:
        part = Box(
            words.right - INTO * high, words.top - high / 2, words.right + BESIDE * high, words.bottom + high / 2
        )
    else:
        part = Box(words.left - BESIDE * high, words.top - high / 2, words.left + INTO * high, words.bottom + high / 2)
    left, top, right, bottom = part.rounded()
    inside = cut(grey, Box(max(0, left), max(0, top), right, bottom))
    beyond = max(0, -top), max(0, bottom - grey.shape[0]), max(0, -left), max(0, right - grey.shape[1])
    whole = cv2.copyMakeBorder(inside, *beyond, cv2.BORDER_CONSTANT, value=255) if inside.size else _PAPER
    size = round((BESIDE + INTO) * ROW), 2 * ROW
    how = cv2.INTER_AREA if high > ROW else cv2.INTER_LINEAR
    window = np.asarray(cv2.resize(whole, size, interpolation=how), np.uint8)
    return np.ascontiguousarray(window[:, ::-1]) if after else window


_PAPER: Picture = np.full((1, 1), 255, np.uint8)


def _darkness(window: Picture, contrast: float) -> Floats:
    """0 (the paper around) to 1 (print)."""
    kernel = np.ones((WIDER_THAN_A_FILLED_BOX, WIDER_THAN_A_FILLED_BOX), np.uint8)
    paper = cv2.blur(cv2.morphologyEx(window, cv2.MORPH_CLOSE, kernel), (15, 15))
    return np.asarray(((paper.astype(np.float32) - window) / contrast).clip(0, 1), np.float32)


def _are_boxes(found: Sequence[Found]) -> bool:
    likeness = [it.likeness for it in found]
    if not found or float(np.mean(likeness)) < LEAST_MEAN or min(likeness) < LEAST_EACH:
        return False
    widths = [it.box.width for it in found]
    if len(found) == 1:
        return likeness[0] >= SURE_EACH and found[0].shape is not Shape.BRACKETS
    return min(widths) >= MOST_DIFFERENT * max(widths)


def _tick(darkness: Floats, found: Found) -> Tick:
    inked = _inside(darkness, found)
    if inked >= LEAST_TICKED:
        return Tick.UNCLEAR if _is_crossed(darkness, found.box) else Tick.TICKED
    most_around = MOST_AROUND_BRACKETS if found.shape is Shape.BRACKETS else MOST_AROUND
    empty = inked <= MOST_EMPTY and _around(darkness, found.box) <= most_around
    return Tick.EMPTY if empty and _unevenness(darkness, found) <= MOST_UNEVEN else Tick.UNCLEAR


def _is_crossed(darkness: Floats, box: Box) -> bool:
    """Whether a line runs through the box and on through what stands beside it."""
    _, top, _, bottom = box.rounded()
    rows = (darkness[top + OUTLINE : bottom - OUTLINE] > INKED).mean(1)
    return bool((rows >= LINE_ACROSS).any())


def _inside(darkness: Floats, found: Found) -> float:
    """Mean darkness inside, away from the outline."""
    box = found.box
    down = max(5, round(INNER * box.height))
    aside = max(5, round((INNER + 0.02 * (found.shape is Shape.BRACKETS)) * box.height))
    aside = min(aside, int(box.width // 2) - 3)
    left, top, right, bottom = box.rounded()
    inside = darkness[top + down : bottom - down, left + aside : right - aside]
    return float(((inside - LEAK) / (1 - LEAK)).clip(0, 1).mean()) if inside.size else 0.0


def _around(darkness: Floats, box: Box) -> int:
    """Pixels of ink in a band around the box, but on the words' side: a mark that mostly misses the box."""
    left, top, right, bottom = (edge + BAND[1] for edge in box.rounded())
    ink = np.pad(darkness > 0.5, BAND[1])
    band = ink[top - BAND[1] : bottom + BAND[1], left - BAND[1] : right].copy()
    within = BAND[1] - BAND[0]
    band[within:-within, within:] = False
    return int(band.sum())


def _unevenness(darkness: Floats, found: Found) -> float:
    """By how much one eighth of the box is darker than the others: blur thickens an outline evenly, a mark does not."""
    left, top, right, bottom = found.box.rounded()
    part = ((darkness[top:bottom, left:right] - LEAK) / (1 - LEAK)).clip(0, 1)
    eighths = _eighths(part.shape[0], part.shape[1], circle=found.shape is Shape.CIRCLE)
    shades = [float(part[eighth].mean()) for eighth in eighths if eighth.any()]
    return max(shades) - float(np.median(shades)) if shades else 0.0


@cache
def _eighths(high: int, wide: int, *, circle: bool) -> tuple[NDArray[np.bool_], ...]:
    """The eighths around a box's middle, without the outline and the middle itself."""
    down, right = np.mgrid[:high, :wide].astype(np.float32)
    down, right = (2 * down - high + 1) / high, (2 * right - wide + 1) / wide
    off = np.hypot(down, right) if circle else np.maximum(np.abs(down), np.abs(right))
    within = (off > 0.3) & (off < 1 - 2 * OUTLINE / min(high, wide))
    turn = ((np.arctan2(down, right) + np.pi) / (2 * np.pi) * 8).astype(int) % 8
    return tuple(within & (turn == number) for number in range(8))
