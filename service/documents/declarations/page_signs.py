"""The signs by which a page is told apart: how many labels, where they stand, what it looks like without writing."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import numpy as np

from service.core.declarations.matching import NUMBERS
from service.core.declarations.page_kinds import PageSigns, Tones, kind_of
from service.core.forms import PageKind
from service.documents.pages.labels import LabelBook
from service.documents.pages.lines import Line, mean_sureness
from service.documents.pages.shapes import Picture, shrunk

HEADINGS, HEADING_LINES = 4, 5.0
"""So many labels within so many heights of a line are the headings of a list."""
LOOKED_AT, EDGE = 400, 20
"""Pixels of the long side in which tones are measured, and the part of each side that is left out (1/20)."""
INKED, DARK = 0.95, 0.75
"""Shares of the paper's brightness."""
LEAST_INKED, LEAST_DARK = 0.03, 0.12
"""Measured: backs of sheets have at most 0.01 inked; blurred forms 0.07 to 0.2, dark 0.06; portraits 0.14 dark."""


def page_kind(lines: list[Line], found: AbstractSet[str], book: LabelBook, grey: Picture | None = None) -> PageKind:
    """What the page is. `found`: keys of the labels; `grey`: the evenly lit page, None where it is known to be text."""
    signs = PageSigns(
        texts=[line.text for line in lines],
        sureness=mean_sureness(lines),
        labels=len(found),
        numbered=bool(found & {*NUMBERS}),
        marked=any(book.is_title(line.text) or book.is_caption(line.text) for line in lines),
        headed=_headed(lines, book),
        tones=Tones.PLAIN if grey is None else _tones(grey),
    )
    return kind_of(signs)


def _headed(lines: list[Line], book: LabelBook) -> bool:
    """Whether nearly all labels stand in one band across the page, above rows of a list."""
    tops = sorted((line.box.top, label.key) for line in lines for label in book.find(line.text))
    if len({key for _, key in tops}) < HEADINGS or len(lines) < 2 * len(tops):
        return False
    usual = float(np.median([line.box.height for line in lines]))
    within = max(sum(top <= other < top + HEADING_LINES * usual for other, _ in tops) for top, _ in tops)
    return within >= max(HEADINGS, 0.8 * len(tops))


def _tones(grey: Picture) -> Tones:
    small, _ = shrunk(grey, LOOKED_AT)
    high, wide = small.shape
    inner = small[high // EDGE : high - high // EDGE, wide // EDGE : wide - wide // EDGE]
    shade = inner / max(1.0, float(np.percentile(inner, 60)))
    if float(np.percentile(inner, 60)) < 1.0 or float((shade < DARK).mean()) >= LEAST_DARK:
        return Tones.DARK
    return Tones.FAINT if float((shade < INKED).mean()) >= LEAST_INKED else Tones.PLAIN
