"""Text lines of an upright page: found, levelled where they climb, and read once by the fast reader."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from trueocr.page import decode_lines

from service.documents.pages.readers import DETECTED_LONG_SIDE, LineReader, PageModels
from service.documents.pages.shapes import Box, cut
from service.documents.pages.strips import row_slope
from service.documents.pages.upright import Bend, UprightPage

SMALL_LINE, GOOD_LINE, MOST_LONG_SIDE = 9.0, 12.0, 2048
"""Lines lower than SMALL_LINE pixels to the detector are looked for again at a scale that makes them GOOD_LINE high."""
LEAST_SLOPE = 0.006
"""Slopes below this (12 pixels over the page) harm neither reading nor cutting."""
MOST_LEVELLINGS, LINES_MEASURED, MEASURED_AT_ONCE = 2, 12, 12
"""Of the last two the number of lines, and the heights of a line."""
WIDEST_LINE = 1100


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text. `places`: horizontal middle of each character, or empty where they are not known."""

    text: str
    sure: float
    box: Box
    places: tuple[float, ...] = ()

    def place(self, character: int) -> float:
        """The middle of a character; of the line's end for the one after the last."""
        if character >= len(self.text):
            return self.box.right
        if len(self.places) == len(self.text):
            return self.places[character]
        return self.box.left + self.box.width * character / max(1, len(self.text))


def level_lines(
    page: UprightPage, models: PageModels, *, below: float = 0.0, least_slope: float = LEAST_SLOPE
) -> tuple[UprightPage, list[Box]]:
    """The page with level text lines, and the lines' boxes from top to bottom.

    `below`: only lines lower than this part of the page are looked for; so few do not tell how the page bends, only
    whether they climb themselves. `least_slope`: what climbs less stays as it is.
    """
    top = int(below * page.height)
    boxes, slopes = _detect(page, models, DETECTED_LONG_SIDE, top)
    for _ in range(MOST_LEVELLINGS):
        if below and _usual_climb(slopes) < least_slope:
            break
        bend = _common_bend(slopes, page.width, page.height)
        if bend is None or bend.steepest() < least_slope:
            break
        page = page.levelled(_common_bend(_measured(page, boxes), page.width, page.height) or bend)
        boxes, slopes = _detect(page, models, DETECTED_LONG_SIDE, top)
    usable = (box for box in boxes if box.height > 4 and box.width > 4)
    return page, sorted(usable, key=lambda box: (box.top, box.left))


def read_lines(page: UprightPage, boxes: list[Box], reader: LineReader) -> list[Line]:
    reads = reader.read(page.grey, boxes, WIDEST_LINE)
    return [
        Line(text=unicodedata.normalize("NFC", read.text), sure=read.sure, box=box, places=read.places)
        for read, box in zip(reads, boxes, strict=True)
    ]


def _detect(page: UprightPage, models: PageModels, long_side: int, top: int) -> tuple[list[Box], NDArray[np.float64]]:
    """Boxes of lines, and for each long line its middle, slope and length; `long_side`: the whole page's."""
    part = page.grey[top:]
    found, factor = models.line_map(part, round(long_side * max(part.shape) / max(page.grey.shape)))
    rows = decode_lines(found)
    if long_side == DETECTED_LONG_SIDE and len(rows) >= 8:
        usual = float(np.median(rows[:, 3] - rows[:, 1]))
        larger = int(min(MOST_LONG_SIDE, long_side * GOOD_LINE / max(usual, 1.0))) // 32 * 32
        if usual < SMALL_LINE and larger > long_side:
            return _detect(page, models, larger, top)
    corners = (rows[:, :4] / factor + [0, top, 0, top]).clip(0, [page.width, page.height, page.width, page.height])
    slopes = _slopes(found[0] > 0, factor)
    slopes[:, 1] += top
    return [Box(*corner) for corner in corners.tolist()], slopes


def _measured(page: UprightPage, boxes: list[Box]) -> NDArray[np.float64]:
    """Like `_slopes`, of parts of the longest lines, by the print itself: the detector's cores lie flatter than it.

    Along a whole line the print of the next row might seem to go on with it.
    """
    long = sorted((box for box in boxes if box.width > 6 * box.height), key=lambda box: -box.width)[:LINES_MEASURED]
    rows: list[tuple[float, float, float, float]] = []
    for box in (part for line in long for part in _ends(line)):
        part = cut(page.grey, box)
        rows.append((box.middle, box.middle_row, row_slope(part, 0, part.shape[1]), box.width))
    return np.asarray(rows, np.float64).reshape(-1, 4)


def _ends(line: Box) -> list[Box]:
    """The line's beginning, and where it is long its end as well."""
    reach = min(line.width, MEASURED_AT_ONCE * line.height)
    first = line._replace(right=line.left + reach)
    return [first] if line.width < 2 * reach else [first, line._replace(left=line.right - reach)]


def _slopes(cores: NDArray[np.bool_], factor: float) -> NDArray[np.float64]:
    """Rows of x, y, slope, length of every line core that is long enough to have a slope."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cores.astype(np.uint8), connectivity=4)
    slopes: list[tuple[float, float, float, float]] = []
    for core in range(1, count):
        left, top, width, height, _ = stats[core].tolist()
        if width < max(28, 3 * height):
            continue
        inside = labels[top : top + height, left : left + width] == core
        thickness = inside.sum(0)
        columns = np.flatnonzero(thickness)
        if len(columns) < 20:
            continue
        rows = (inside * np.arange(height)[:, None]).sum(0)[columns] / thickness[columns]
        slope, start = np.polyfit(columns, rows, 1)
        # the map is half as large as the detector's picture
        to_page = 2 / factor
        slopes.append(
            ((left + width / 2) * to_page, (top + start + slope * width / 2) * to_page, slope, width * to_page)
        )
    return np.asarray(slopes, np.float64).reshape(-1, 4)


def _usual_climb(slopes: NDArray[np.float64]) -> float:
    """How much most lines climb or fall."""
    return float(np.median(np.abs(slopes[:, 2]))) if len(slopes) else 0.0


def _common_bend(slopes: NDArray[np.float64], width: int, height: int) -> Bend | None:
    """The bend most lines agree on; None where too few lines say anything."""
    if len(slopes) < 6:
        return None
    terms = np.c_[np.ones(len(slopes)), slopes[:, 1] / height - 0.5, slopes[:, 0] / width - 0.5]
    weights, found = np.sqrt(slopes[:, 3]), np.array([np.median(slopes[:, 2]), 0.0, 0.0])
    for _ in range(8):
        off = np.abs(slopes[:, 2] - terms @ found)
        kept = weights * (off < max(0.012, 2.5 * float(np.median(off))))
        if (kept > 0).sum() < 6:
            return None
        weighted = terms * kept[:, None]
        # the small ridge keeps b and c quiet where all lines lie close together
        ridge = np.diag([0.0, 3e-4, 0.05]) * kept.mean()
        found = np.linalg.solve(weighted.T @ weighted + ridge, weighted.T @ (slopes[:, 2] * kept))
    return Bend(a=float(found[0]), b=float(found[1]), c=float(found[2]))


def mean_sureness(lines: Iterable[Line]) -> float:
    sure = [line.sure for line in lines if len(line.text) > 3]
    return float(np.mean(np.asarray(sure, np.float32))) if sure else 0.0
