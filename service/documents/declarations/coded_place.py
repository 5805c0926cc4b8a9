"""Where a form that we printed lies on a page, told by its code: whether the page has room for anything else."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from service.documents.declarations.several_forms import sure_labels
from service.documents.pages.codes import SeenCode
from service.documents.pages.labels import LabelBook
from service.documents.pages.lines import Line
from service.documents.pages.shapes import Box
from service.documents.pages.sheet import A4_RATIO
from service.documents.pages.upright import UprightPage

CODE_SIDE, CODE_X, CODE_Y = 19.6 / 210, 31.5 / 210, 21.5 / 210
"""Side and middle of the code without its margin, in parts of the form's width, as `blank_declaration.py` prints it."""
SPARE = 0.08
"""What may be left of the page beside the form, in parts of the form's width: no other form has room there."""


def form_place(code: SeenCode, page: UprightPage) -> Box | None:
    """The whole form on the upright page; None where the code was read and nobody knows where."""
    if code.corners is None:
        return None
    points = np.c_[code.corners, np.ones(4)] @ page.matrix.T
    x, y = points[:, 0] / points[:, 2], points[:, 1] / points[:, 2]
    side = float(np.hypot(np.roll(x, -1) - x, np.roll(y, -1) - y).mean())
    width = side / CODE_SIDE
    left, top = float(x.mean()) - CODE_X * width, float(y.mean()) - CODE_Y * width
    return Box(left, top, left + width, top + A4_RATIO * width)


def fills_page(code: SeenCode, page: UprightPage) -> bool:
    """Whether the form takes the whole page."""
    place = form_place(code, page)
    if place is None:
        return False
    spare = max(place.left, place.top, page.width - place.right, page.height - place.bottom)
    return spare <= SPARE * place.width


def stands_alone(code: SeenCode, page: UprightPage, lines: Iterable[Line], book: LabelBook) -> bool:
    """Whether no label, title or caption of a form stands beside the form with the code."""
    place = form_place(code, page)
    if place is None:
        return False
    spare = SPARE * place.width
    outside = [
        line.text
        for line in lines
        if not (
            place.left - spare < line.box.middle < place.right + spare
            and place.top - spare < line.box.middle_row < place.bottom + spare
        )
    ]
    return not any(book.is_title(text) or book.is_caption(text) or [*sure_labels(text, book)] for text in outside)
