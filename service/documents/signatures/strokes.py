"""Strokes in the space for a signature: what is neither paper, nor print, nor stamp, measured.

Works at 8 pixels a millimetre. A red stamp is seen through in the red channel; a grey one (fax, grey scan) can only be
recognised by its ring, and what lies inside it is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from service.documents.pages.labels import squeezed
from service.documents.pages.lines import Line
from service.documents.pages.shapes import Box, Coloured, Floats, Picture, colour_of, halved
from service.documents.signatures.crossings import strokes_crossed
from service.documents.signatures.ruled_lines import is_ruled, without_creases, without_rules
from service.documents.signatures.stamp_frames import apart_from_frames, find_frames, is_frame, is_straight
from service.documents.signatures.stamp_rings import (
    PIXELS_PER_MM,
    Mask,
    Ring,
    darker_than_stamp,
    grey_ring,
    is_arc,
    outside,
)

MARGIN_MM = 22.0
PAPER_BRUSH = 23
"""Pixels: wider than any stroke, narrower than a shadow's edge is long."""
LEAST_PRINT = 0.72
"""How sure the reader is of print."""
JOINED_MM = 0.9
FAINTLY_RED, RED_SHARE = 0.04, 0.3
"""Redness of a stamp's thin or faint ink, and its share of that ink's darkness."""
FAINT = 0.085
"""How dark ink is at least."""
NEAR_RED = 5
"""Pixels across, in which a stamp's soft rim, and JPEG's colours, are counted as its ink."""
CLEARLY_RED, ENOUGH_RED, DARKEST_OF_STAMP, DARKER_THAN_STAMP = 0.25, 400, 10, 0.08
"""Redness and pixels of a stamp's ink; its darkest tenth (in per cent, a pen crosses it), and the margin to a pen's."""
BLUE = 0.15
"""Blueness of a pen; what stamps and print left never had more than 0.04."""
TALLER_THAN_PRINT = 1.7
"""Heights of the page's print from which on a row of letters is written by hand."""
WIDEST_LETTER = 0.6
"""Share of a line's width: print is made of many pieces."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patch:
    """The region with a margin, at PIXELS_PER_MM. `inner`: the region itself, in the patch's pixels."""

    shades: Floats
    """Red, green, blue in parts of the paper's brightness."""
    inner: Box
    left: float
    top: float
    factor: float

    def here(self, box: Box) -> Box:
        """A box of the page in the patch's pixels."""
        return Box(
            (box.left - self.left) * self.factor,
            (box.top - self.top) * self.factor,
            (box.right - self.left) * self.factor,
            (box.bottom - self.top) * self.factor,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Strokes:
    """What was measured; lengths in millimetres, areas in square millimetres, shares from 0 to 1."""

    area: float = 0.0
    length: float = 0.0
    """Area by stroke width: about how long the pen's way was."""
    width: float = 0.0
    height: float = 0.0
    largest: float = 0.0
    """Diagonal of the largest connected piece."""
    largest_area: float = 0.0
    largest_height: float = 0.0
    pieces: int = 0
    stroke_width: float = 0.0
    blue: float = 0.0
    """How blue the strokes are where no red ink is near: about 0 for black ones, 0.25 to 0.4 for a blue pen's."""
    least_crossed: float = 0.0
    most_crossed: float = 0.0
    """Strokes that straight lines meet, in the direction with fewest and in that with most."""
    ring: bool = False
    """A stamp's ring in grey lies over the region."""
    framed: bool = False
    """A framed stamp without red lies over the region, and was taken away."""
    frame: bool = False
    """The largest piece is mostly a rectangle's four sides: a framed stamp."""
    text_inside: bool = False
    """Something in the region was read as text that may be print."""
    ring_closed: float = 0.0
    """Share of directions in which that ring was followed."""
    arc: bool = False
    """The largest piece is part of a circle as large as a stamp."""
    red: float = 0.0
    """Share of the region covered by red ink."""
    coloured: bool = False
    """The page was sent in colours and shows some."""
    print_contrast: float = 0.5
    noise: float = 0.0
    read_as_text: float = 0.0
    """Area of small pieces in the region that the reader took for text which is neither caption nor name."""
    name_found: bool = False
    name_sure: float = 1.0
    """How sure the reader was of the printed name: little for one written by hand."""
    name_share: float = 1.0
    """How much of the name's letters were read there: printed names are whole, signatures often the last word."""
    name_blue: float = 0.0
    """How blue the printed name is: print is black, a name in a pen's blue was written by hand."""
    box: Box | None = None


def cut_patch(page: Coloured, region: Box, millimetre: float) -> Patch | None:
    """None where the region lies outside the page."""
    margin = MARGIN_MM * millimetre
    left, top = max(0, int(region.left - margin)), max(0, int(region.top - margin))
    right, bottom = min(page.width, int(region.right + margin)), min(page.height, int(region.bottom + margin))
    if right - left < 8 or bottom - top < 8:
        return None
    factor = PIXELS_PER_MM / millimetre
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    size = max(8, int((right - left) * factor)), max(8, int((bottom - top) * factor))
    pixels = np.asarray(
        cv2.resize(colour_of(page.colours(Box(left, top, right, bottom))), size, interpolation=how), np.uint8
    )
    inner = Box(*((edge - start) * factor for edge, start in zip(region, (left, top, left, top), strict=True)))
    return Patch(shades=_shades(pixels), inner=inner, left=left, top=top, factor=factor)


def _shades(pixels: Picture) -> Floats:
    """The pixels divided by the paper around them, so that shadows and tinted paper vanish."""
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (PAPER_BRUSH // 2, PAPER_BRUSH // 2))
    # paper is smooth: half the size shows it as well, in a tenth of the time
    smooth = halved(np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.0), np.uint8))
    half = cv2.GaussianBlur(cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, brush), (0, 0), 1.5)
    paper = cv2.resize(half, pixels.shape[1::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.asarray(np.clip(pixels.astype(np.float32) / np.maximum(paper, 25), 0, 1.05), np.float32)


def find_strokes(patch: Patch, lines: list[Line], name_line: Line | None, name_rows: tuple[Box, ...] = ()) -> Strokes:
    """`lines`: the page's text, in the page's pixels; `name_line`: the printed name among them.

    `name_rows`: rows in which pieces of the name were read: what lies wholly in them is print.
    """
    grey = _greyness(patch.shades)
    coloured, colourful = _colours(patch.shades, grey)
    contrast, noise = _print_contrast(patch, grey, lines), _noise(grey)
    threshold = 1 - max(FAINT, 3.5 * noise, 0.25 * contrast)
    faint = _dark(patch.shades, grey, 1 - max(FAINT, 3.5 * noise), coloured=coloured)
    known, doubtful = _texts(patch, lines, name_line)
    frames = find_frames(faint, known + doubtful)
    dark = without_creases(_dark(patch.shades, grey, threshold, coloured=coloured))
    ring = None if coloured and colourful >= 0.12 else grey_ring(dark)
    seen = dark if ring is None else outside(dark, ring) | darker_than_stamp(grey, ring)
    if frames:
        seen &= apart_from_frames(dark, patch.shades, frames, coloured=coloured)
    ink, small_text = _handwriting(seen, patch, known + [_grown(patch.here(row)) for row in name_rows], doubtful)
    return _measured(
        ink,
        small_text,
        patch,
        ring,
        Strokes(
            ring=ring is not None,
            framed=bool(frames),
            ring_closed=ring.closed if ring is not None else 0.0,
            red=_share_of_red(patch),
            coloured=coloured,
            print_contrast=contrast,
            noise=noise,
            read_as_text=float(small_text.sum()) / PIXELS_PER_MM**2,
            text_inside=bool(doubtful),
            name_found=name_line is not None or bool(name_rows),
            name_sure=1.0 if name_line is None else name_line.sure,
            name_blue=_name_blueness(patch, dark, name_line),
        ),
    )


# Ink ----------------------------------------------------------------------------------------------------------


def _colours(shades: Floats, grey: Floats) -> tuple[bool, float]:
    """Whether there is colour at all, and how colourful the dark places are."""
    red, green, blue = cv2.split(shades)
    saturation = cv2.max(cv2.max(red, green), blue) - cv2.min(cv2.min(red, green), blue)
    dark = saturation[grey < 0.75]
    colourful = float(np.percentile(dark, 80) if dark.size > 50 else np.percentile(saturation, 99.5))
    return float((saturation > 0.16).mean()) > 0.0008, colourful


def _noise(grey: Floats) -> float:
    """Grain of the paper."""
    paper = grey > 0.85
    return float(np.std((grey - cv2.GaussianBlur(grey, (0, 0), 2))[paper])) if paper.any() else 0.02


def _print_contrast(patch: Patch, grey: Floats, lines: list[Line]) -> float:
    """How dark this page's print is: the measure for faint toner, blur and low resolution."""
    darkness = np.minimum(patch.shades[..., 0], grey)
    contrasts = []
    for line in lines:
        left, top, right, bottom = (int(edge) for edge in patch.here(line.box))
        inside = left >= 0 and top >= 0 and right < grey.shape[1] and bottom < grey.shape[0]
        if line.sure > 0.8 and len(line.text) > 6 and inside and bottom - top > 6 and right - left > 20:
            contrasts.append(1 - float(np.percentile(darkness[top:bottom, left:right], 6)))
    return float(np.median(contrasts)) if contrasts else 0.5


def _greyness(shades: Floats) -> Floats:
    red, green, blue = cv2.split(shades)
    return np.asarray((red + green + blue) / 3, np.float32)


def redness(shades: Floats) -> Floats:
    """By how much red outshines the other two channels."""
    red, green, blue = cv2.split(shades)
    return np.asarray(red - cv2.max(green, blue), np.float32)


def _dark(shades: Floats, grey: Floats, threshold: float, *, coloured: bool) -> Mask:
    """Dark in the red channel, where red ink is as bright as paper; in grey where there is no colour.

    On red ink a pen is what is clearly darker in that channel than the stamp is anywhere.
    """
    if not coloured:
        return np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.8) < threshold)
    reds: Floats = redness(shades)
    reddish = (reds > FAINTLY_RED) & (reds > RED_SHARE * (1 - grey))
    red = ((reds > 0.10) | reddish) & (shades[..., 0] > 0.40)
    near_red = cv2.dilate(red.astype(np.uint8), np.ones((NEAR_RED, NEAR_RED), np.uint8)) > 0
    through_red = np.asarray(cv2.GaussianBlur(shades[..., 0], (0, 0), 0.8), np.float32)
    on_red = min(threshold, _darkest_of_stamp(through_red, reds) - DARKER_THAN_STAMP)
    return np.asarray(
        ((through_red < threshold) & ~near_red) | ((through_red < min(threshold, 0.50)) & ~red) | (through_red < on_red)
    )


def _darkest_of_stamp(through_red: Floats, reds: Floats) -> float:
    """How dark the red ink itself becomes in the red channel; 0 where there is hardly any."""
    stamp = through_red[reds > CLEARLY_RED]
    return float(np.percentile(stamp, DARKEST_OF_STAMP)) if stamp.size > ENOUGH_RED else 0.0


def _share_of_red(patch: Patch) -> float:
    shades = np.ascontiguousarray(patch.shades[_rows_and_columns(patch.inner)])
    if not shades.size:
        return 0.0
    inside = (redness(shades) > 0.12) & (shades[..., 0] > 0.42) & (_greyness(shades) < 0.9)
    return float(inside.mean()) if inside.size else 0.0


def _rows_and_columns(box: Box) -> tuple[slice, slice]:
    left, top, right, bottom = (max(0, int(edge)) for edge in box)
    return slice(top, bottom), slice(left, right)


# Handwriting --------------------------------------------------------------------------------------------------


def _handwriting(dark: Mask, patch: Patch, known: list[Box], doubtful: list[Box]) -> tuple[Mask, Mask]:
    """Dark pieces inside the region that are no print, no ruled line, no speck; and those left out as small text.

    `known`, `doubtful`: places of text, as `_texts` gives them. A signature is often read as letters: inside the region
    a piece that fills such a "line" is kept as handwriting.
    """
    inside = np.zeros(dark.shape, np.bool_)
    rows_and_columns = _rows_and_columns(patch.inner)
    inside[rows_and_columns] = dark[rows_and_columns]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8), connectivity=8)
    kept, left_out = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    for piece, (left, top, width, height, area) in enumerate(stats.tolist()):
        box = Box(left, top, left + width, top + height)
        if piece == 0 or area < 8 or not inside[_rows_and_columns(box)].any():
            continue
        if is_ruled(box) or _is_speck(box, area) or any(_holds(text, box) for text in known):
            continue
        small_text = any(_holds(text, box) and box.width < WIDEST_LETTER * text.width for text in doubtful)
        kept[piece], left_out[piece] = not small_text, small_text
    ink = np.zeros(dark.shape, np.bool_)
    ink[rows_and_columns] = without_rules(np.asarray(kept[labels[rows_and_columns]] & inside[rows_and_columns]))
    return ink, np.asarray(left_out[labels])


def _texts(patch: Patch, lines: list[Line], name_line: Line | None) -> tuple[list[Box], list[Box]]:
    """Places of text that is certainly print, and of text in the middle of the region that may be handwriting."""
    known = [] if name_line is None else [_grown(patch.here(name_line.box))]
    doubtful: list[Box] = []
    highest = TALLER_THAN_PRINT * print_height(lines)
    for line in lines:
        if line.sure > LEAST_PRINT and len(squeezed(line.text)) >= 4 and line.box.height <= highest:
            box = patch.here(line.box)
            within = patch.inner.top < box.middle_row < patch.inner.bottom
            (doubtful if within else known).append(_grown(box))
    return known, doubtful


def print_height(lines: list[Line]) -> float:
    """The usual height of the page's printed lines, in its pixels."""
    heights = [line.box.height for line in lines if line.sure > LEAST_PRINT and len(line.text) >= 6]
    return float(np.median(np.asarray(heights))) if heights else float("inf")


def _grown(text: Box) -> Box:
    return Box(text.left - 3, text.top - 5, text.right + 3, text.bottom + 5)


def _holds(outer: Box, box: Box) -> bool:
    return box.left >= outer.left and box.top >= outer.top and box.right <= outer.right and box.bottom <= outer.bottom


def _is_speck(box: Box, area: int) -> bool:
    """Dirt, and the dots of a dotted line."""
    return area < 0.5 * PIXELS_PER_MM**2 and max(box.width, box.height) < 1.1 * PIXELS_PER_MM


def _measured(ink: Mask, small_text: Mask, patch: Patch, ring: Ring | None, rest: Strokes) -> Strokes:
    """`rest` with the ink's own measures filled in; of letters that were read only a pen's blue ones count."""
    rows, columns = np.nonzero(ink)
    if len(rows) < 10:
        return rest
    square = PIXELS_PER_MM**2
    area = len(rows) / square
    depth = cv2.distanceTransform(ink.astype(np.uint8), cv2.DIST_L2, 3)
    stroke_width = 2 * float(np.percentile(depth[ink], 80)) / PIXELS_PER_MM
    pieces = cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)[0] - 1
    is_largest = _largest(ink)
    fewest, most = strokes_crossed(ink | small_text if _is_blue(patch, small_text) else ink)
    down, across = np.nonzero(is_largest)
    box = Box(float(columns.min()), float(rows.min()), float(columns.max()), float(rows.max()))
    return replace(
        rest,
        area=area,
        length=area / max(stroke_width, 0.15),
        width=box.width / PIXELS_PER_MM,
        height=box.height / PIXELS_PER_MM,
        largest=float(np.hypot(np.ptp(down), np.ptp(across))) / PIXELS_PER_MM,
        largest_area=len(down) / square,
        largest_height=float(np.ptp(down)) / PIXELS_PER_MM,
        pieces=pieces,
        stroke_width=stroke_width,
        blue=blueness(patch.shades, ink),
        least_crossed=fewest,
        most_crossed=most,
        arc=is_arc(is_largest, ring),
        frame=is_frame(is_largest) or is_straight(is_largest),
        box=box,
    )


def _is_blue(patch: Patch, letters: Mask) -> bool:
    return bool(letters.any()) and blueness(patch.shades, letters) >= BLUE


def _name_blueness(patch: Patch, dark: Mask, name_line: Line | None) -> float:
    ink = np.zeros_like(dark)
    if name_line is not None:
        place = _rows_and_columns(patch.here(name_line.box))
        ink[place] = dark[place]
    return blueness(patch.shades, ink) if ink.any() else 0.0


def blueness(shades: Floats, ink: Mask) -> float:
    """By how much the blue channel is brighter than the red one, in parts of the darkness in red; of ink, not of none.

    `shades`: red, green, blue in parts of the paper's brightness.
    """
    near_red = cv2.dilate((redness(shades) > 0.10).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    clear = ink & ~near_red
    of = shades[clear if clear.sum() > PIXELS_PER_MM**2 else ink]
    return float((of[:, 2] - of[:, 0]).mean() / max(0.05, float((1 - of[:, 0]).mean())))


def _largest(ink: Mask) -> Mask:
    """The largest piece; what a red stamp or a weak pen interrupts for less than JOINED_MM is one piece."""
    brush = np.ones((round(JOINED_MM * PIXELS_PER_MM),) * 2, np.uint8)
    joined = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, brush)
    labels = cv2.connectedComponents(joined, connectivity=8)[1]
    areas = np.bincount(labels[ink])
    areas[0] = 0
    return np.asarray((labels == areas.argmax()) & ink)
