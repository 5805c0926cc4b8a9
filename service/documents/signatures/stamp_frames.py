"""Framed stamps ("ĐÃ NHẬN", "CÔNG VĂN ĐẾN") that no colour tells from a pen: found by the four sides of their frame.

Works on dark places at PIXELS_PER_MM, like `strokes.py`. What stands inside a frame may be the stamp's words, or
a number written into it: only strokes that leave the frame, or high ones of other ink, are told apart from the stamp.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

import cv2
import numpy as np
from numpy.typing import NDArray

from service.documents.pages.shapes import Box, Floats
from service.documents.signatures.stamp_rings import PIXELS_PER_MM, Mask

LOWEST_MM, NARROWEST_MM, HIGHEST_MM, WIDEST_MM = 6.0, 14.0, 50.0, 85.0
STEEPEST, STEP = 12.0, 0.5
"""Degrees: how far a stamp is turned, and how exactly its turn is looked for."""
LEVEL_RUN_MM, UPRIGHT_RUN_MM, GAP_MM = 7.0, 4.0, 0.8
"""Straight runs of which sides are made, and what JPEG or uneven ink interrupts."""
MOST_LINES = 8
STRAIGHT, STRAIGHT_RUN_MM, THIN_MM = (0.25, 0.2, 0.65), (5.0, 5.5), 1.2
"""Shares of a piece in level lines, in upright ones, and in either; how long these are, and how thick at most."""
TURNS_TRIED, LEAST_STRAIGHT_MM = 3, 10.0
"""How many turns are tried, and how much ink in straight runs makes one worth it."""
COVERED, CLEAR, BESIDE_MM = 0.85, 0.55, 0.4
"""Shares of a side on which ink lies, and on which none lies so far beside it."""
HALF_COVERED, HALF_CLEAR = 0.5, 0.25
"""The same of the weakest side."""
ASLANT = 0.06
"""Cosine of the corners' angles at most."""
SPANNED = 0.4
"""Share of the way between two sides which the run of a third must fill."""
MOST_FRAMES = 3
DARKEST, DARKEST_LETTERS, ENOUGH_LETTERS = 10, 40, 4
"""The darkest tenth of a line and of each letter, a letter darker than most (per cent), and how many are enough."""
DARKER, DARKER_UNSURE, DARKER_THAN_THIN, THICK_MM = 0.10, 0.18, 0.35, 0.6
"""How much darker a pen is: than letters, than a frame alone, and than a thin one."""
BLUER, INKED = 0.2, 0.75
HIGH_WORDS_MM, HIGHER_THAN_WORDS_MM = 5.0, 6.5
"""A row of the stamp's words, and a number written into it, are lower than a signature."""
RIM_MM = 0.6
FRAME_MM, FRAME_RIM_MM, FRAME_SHARE = (6.0, 20.0), 1.0, 0.8
"""A frame's shorter and longer side at least, how near to its sides its ink lies, and how much of a side is covered."""
SCALE = PIXELS_PER_MM // 2
"""Pixels a millimetre of the picture in which frames are looked for."""
Segment = tuple[float, float, float, float]
"""Slope and offset along the line's own axis, and from where to where it runs; pixels of the turned picture."""
Points = NDArray[np.float32]
Dots = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """`corners`: from the upper left one clockwise, in the patch's pixels, in the middle of the frame's line."""

    corners: Points
    thickness: float
    """Of the line, in pixels."""

    def filled(self, shape: tuple[int, ...], grown: float = 0.0) -> Mask:
        """The frame and all inside it, and `grown` pixels around."""
        canvas = np.zeros(shape[:2], np.uint8)
        cv2.fillPoly(canvas, [self.corners.round().astype(np.int32)], 1)
        if grown <= 0:
            return canvas > 0
        return np.asarray(cv2.distanceTransform(1 - canvas, cv2.DIST_L2, 3) <= grown)

    def sides(self, shape: tuple[int, ...]) -> Mask:
        """The frame's line."""
        canvas = np.zeros(shape[:2], np.uint8)
        cv2.polylines(canvas, [self.corners.round().astype(np.int32)], True, 1, max(1, round(self.thickness)))
        return canvas > 0


def find_frames(dark: Mask, words: list[Box]) -> list[Frame]:
    """The frames of a stamp's size, the outermost first; `words`: where rows of text are."""
    half = _halved(_without(dark, words))
    for angle in _common_angles(half):
        frames = _frames_at(half, angle)
        if frames:
            return frames
    return []


def _without(dark: Mask, words: list[Box]) -> Mask:
    """What does not lie wholly in rows of text."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8), connectivity=8)
    left, top, width, height = (stats[:, column] for column in range(4))
    within = np.zeros(count, np.bool_)
    for row in words:
        within |= (left >= row.left) & (top >= row.top) & (left + width <= row.right) & (top + height <= row.bottom)
    within[0] = False
    return np.asarray(dark & ~within[labels])


def is_straight(piece: Mask) -> bool:
    """Whether most of a piece is thin lines at right angles: some sides of a frame whose others cannot be seen."""
    half = _halved(piece)
    depth = cv2.distanceTransform(half, cv2.DIST_L2, 3)[half > 0]
    if 2 * float(np.percentile(depth, 80)) > THIN_MM * SCALE:
        return False
    return any((_straight_shares(_turned(half, angle)[0]) >= STRAIGHT).all() for angle in _common_angles(half))


def is_frame(piece: Mask) -> bool:
    """Whether the piece has (at least three of) the four sides of a rectangle, such as a framed stamp's."""
    rows, columns = np.nonzero(piece)
    points = np.stack([columns, rows], 1).astype(np.float32)
    centre, size, angle = cv2.minAreaRect(points)
    if min(size) < FRAME_MM[0] * PIXELS_PER_MM or max(size) < FRAME_MM[1] * PIXELS_PER_MM:
        return False
    turn = np.deg2rad(angle)
    x, y = points[:, 0] - centre[0], points[:, 1] - centre[1]
    along, aside = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    sides = [
        _share_inked(other[np.abs(own - side * length / 2) < FRAME_RIM_MM * PIXELS_PER_MM], breadth)
        for own, length, other, breadth in ((along, size[0], aside, size[1]), (aside, size[1], along, size[0]))
        for side in (-1, 1)
    ]
    return sorted(sides)[1] > FRAME_SHARE


def _share_inked(places: Floats, length: float) -> float:
    """Share of a side's millimetres on which something lies."""
    seen = np.unique((places // PIXELS_PER_MM).astype(int))
    return len(seen) / max(1.0, length / PIXELS_PER_MM)


def _straight_shares(turned: Dots) -> NDArray[np.float64]:
    level, upright = (round(length * SCALE) for length in STRAIGHT_RUN_MM)
    along = cv2.morphologyEx(turned, cv2.MORPH_OPEN, np.ones((1, level), np.uint8)) > 0
    down = cv2.morphologyEx(turned, cv2.MORPH_OPEN, np.ones((upright, 1), np.uint8)) > 0
    return np.array([along.sum(), down.sum(), (along | down).sum()]) / max(1, int(turned.sum()))


def _halved(dark: Mask) -> Dots:
    """Half the size: a frame's line is wide enough to be followed there, in a quarter of the time."""
    return np.ascontiguousarray(cv2.dilate(dark.astype(np.uint8), np.ones((2, 2), np.uint8))[::2, ::2])


def _turned(half: Dots, angle: float) -> tuple[Dots, NDArray[np.float64]]:
    """The picture with lines of this slope levelled, and the way back."""
    matrix = cv2.getRotationMatrix2D((half.shape[1] / 2, half.shape[0] / 2), angle, 1.0)
    turned = cv2.warpAffine(half, matrix, half.shape[1::-1], flags=cv2.INTER_NEAREST)
    return np.asarray(turned, np.uint8), np.asarray(cv2.invertAffineTransform(matrix))


def _frames_at(half: Dots, angle: float) -> list[Frame]:
    turned, back = _turned(half, angle)
    frames: list[Frame] = []
    while len(frames) < MOST_FRAMES and (quad := _rectangle(turned)) is not None:
        thickness = _thickness(turned, quad)
        corners = 2 * (quad @ back[:, :2].T + back[:, 2])
        frames.append(Frame(corners=corners.astype(np.float32), thickness=2 * thickness))
        cv2.polylines(turned, [quad.round().astype(np.int32)], True, 0, round(thickness) + 2)
    return frames


def _common_angles(half: Dots) -> Iterator[float]:
    """The turns at which most ink lies in long straight runs, in degrees."""
    least = LEVEL_RUN_MM * SCALE
    found = cv2.HoughLinesP(half * 255, 1, np.pi / 720, 30, minLineLength=least, maxLineGap=GAP_MM * SCALE)
    if found is None:
        return
    segments = found.reshape(-1, 4).astype(np.float64)
    along, down = segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]
    angles = (np.degrees(np.arctan2(down, along)) + 45) % 90 - 45
    lengths = np.hypot(along, down) * (np.abs(angles) <= STEEPEST)
    for _ in range(TURNS_TRIED):
        turns = np.arange(-STEEPEST, STEEPEST + STEP, STEP)
        weights = [float(lengths[np.abs(angles - turn) < STEP].sum()) for turn in turns]
        near = np.abs(angles - turns[int(np.argmax(weights))]) < STEP
        if lengths[near].sum() < LEAST_STRAIGHT_MM * SCALE:
            return
        yield float((angles[near] * lengths[near]).sum() / lengths[near].sum())
        lengths[near] = 0


def _rectangle(turned: Dots) -> Points | None:
    """The corners of the rectangle with the most ink on its sides, three of which are covered."""
    level, upright = _lines(turned, LEVEL_RUN_MM), _lines(np.ascontiguousarray(turned.T), UPRIGHT_RUN_MM)
    depth = np.asarray(cv2.distanceTransform(turned, cv2.DIST_L2, 3), np.float32)
    most, best = 0.0, None
    for quad in _rectangles(level, upright):
        lengths = np.linalg.norm(np.roll(quad, -1, 0) - quad, axis=1)
        if lengths.sum() <= most or (covered := _sides_of_frame(turned, depth, quad)) is None:
            continue
        inked = float(np.dot(covered, lengths))
        if inked > most:
            most, best = inked, quad
    return best


def _rectangles(level: list[Segment], upright: list[Segment]) -> Iterator[Points]:
    """Pairs of level lines with pairs of upright ones; one side may be too weakly inked to be a line."""
    for upper, lower in combinations(sorted(level, key=lambda line: line[1]), 2):
        if not LOWEST_MM - 1 < (lower[1] - upper[1]) / SCALE < HIGHEST_MM + 10:
            continue
        if min(upper[3], lower[3]) - max(upper[2], lower[2]) < NARROWEST_MM / 2 * SCALE:
            continue
        sides = [line for line in upright if _spans(line, upper, lower)]
        for pair in (*combinations(sides, 2), *product(sides, _at_ends((upper, lower)))):
            left, right = sorted(pair, key=lambda line: line[1])
            quad = _quad(upper, lower, left, right)
            if quad is not None:
                yield quad
    for left, right in combinations(sorted(upright, key=lambda line: line[1]), 2):
        tops = [line for line in level if _spans(line, left, right)]
        for pair in product(tops, _at_ends((left, right))):
            upper, lower = sorted(pair, key=lambda line: line[1])
            quad = _quad(upper, lower, left, right)
            if quad is not None:
                yield quad


def _spans(line: Segment, one: Segment, other: Segment) -> bool:
    """Whether the line fills most of the space between two that lie across it."""
    middle = (line[2] + line[3]) / 2
    start, end = sorted(_at(across, _at(line, middle)) for across in (one, other))
    return min(line[3], end) - max(line[2], start) > SPANNED * (end - start)


def _lines(turned: Dots, run_mm: float) -> list[Segment]:
    """The longest nearly level lines."""
    closed = cv2.morphologyEx(turned, cv2.MORPH_CLOSE, np.ones((1, round(GAP_MM * SCALE)), np.uint8))
    runs = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, round(run_mm * SCALE)), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    found: list[tuple[int, Segment]] = []
    for piece in range(1, count):
        left, top, width, height, _area = stats[piece].tolist()
        if height > 2.5 * SCALE:
            continue
        rows, columns = np.nonzero(labels[top : top + height, left : left + width] == piece)
        # strokes that run into the line do not bend it
        fullest = int(np.argmax(cv2.blur(np.bincount(rows).astype(np.float64), (1, 3))))
        near = np.abs(rows - fullest) <= 2
        slope = float(np.polyfit(columns[near], rows[near], 1)[0])
        offset = float(rows[near].mean() + top - slope * (columns[near].mean() + left))
        found.append((width, (slope, offset, float(left), float(left + width))))
    return [line for _, line in sorted(found, reverse=True)[:MOST_LINES]]


def _at_ends(lines: tuple[Segment, Segment]) -> list[Segment]:
    """Sides across where two lines end, too weakly inked to be lines of their own."""
    return [(0.0, end, _at(line, end), _at(line, end)) for line in lines for end in line[2:]]


def _at(line: Segment, place: float) -> float:
    return line[0] * place + line[1]


def _quad(upper: Segment, lower: Segment, left: Segment, right: Segment) -> Points | None:
    """The lines' crossings, clockwise, where they have the size of a stamp."""
    corners = [_crossing(upper, left), _crossing(upper, right), _crossing(lower, right), _crossing(lower, left)]
    quad = np.asarray(corners, np.float32)
    width = min(quad[1, 0] - quad[0, 0], quad[2, 0] - quad[3, 0]) / SCALE
    height = min(quad[3, 1] - quad[0, 1], quad[2, 1] - quad[1, 1]) / SCALE
    if not (NARROWEST_MM <= width <= WIDEST_MM and LOWEST_MM <= height <= HIGHEST_MM):
        return None
    return quad if _is_square(quad) else None


def _crossing(level: Segment, upright: Segment) -> tuple[float, float]:
    x = (upright[0] * level[1] + upright[1]) / (1 - upright[0] * level[0])
    return x, _at(level, x)


def _sides_of_frame(turned: Dots, depth: Floats, quad: Points) -> list[float] | None:
    """How far each side is covered, where three are lines; over the fourth print may stand, or it is weakly inked."""
    sides: list[tuple[float, float]] = []
    weak: list[tuple[float, float]] = []
    for side in range(4):
        ink, line = _covered(turned, depth, quad, side)
        sides.append((ink, line))
        if ink < COVERED or line < CLEAR:
            weak.append((ink, line))
        if len(weak) > 1:
            return None
    fits = all(ink >= COVERED or (ink >= HALF_COVERED and line >= HALF_CLEAR) for ink, line in weak)
    return [ink for ink, _ in sides] if fits else None


def _covered(turned: Dots, depth: Floats, quad: Points, side: int) -> tuple[float, float]:
    """Share of the side on which ink lies, and on which it is a line: none lies beside it, within or without."""
    start, end = quad[side], quad[(side + 1) % 4]
    along = (end - start) / np.hypot(*(end - start))
    across = np.array([along[1], -along[0]])
    places = np.linspace(start, end, max(2, int(np.hypot(*(end - start)) / 2)))
    deep = np.maximum.reduce([_seen(depth, places + off * across) for off in (-1, 0, 1)])
    inked = deep > 0
    aside = across * ((float(np.median(deep[inked])) if inked.any() else 1.0) + BESIDE_MM * SCALE)
    beside = (_seen(turned, places + aside) > 0) | (_seen(turned, places - aside) > 0)
    return float(inked.mean()), float((inked & ~beside).mean())


def _seen(picture: Floats | Dots, places: NDArray[np.floating]) -> NDArray[np.float64]:
    columns, rows = places.round().astype(int).T
    there = picture[rows.clip(0, picture.shape[0] - 1), columns.clip(0, picture.shape[1] - 1)]
    return np.asarray(there, np.float64)


def _is_square(quad: Points) -> bool:
    """Whether its corners are right angles, but for a page seen aslant."""
    ways = np.roll(quad, -1, 0) - quad
    ways /= np.linalg.norm(ways, axis=1)[:, None]
    return bool((np.abs((ways * np.roll(ways, -1, 0)).sum(1)) < ASLANT).all())


def _thickness(turned: Dots, quad: Points) -> float:
    """The line's usual thickness: twice the depth of its ink."""
    depth = cv2.distanceTransform(turned, cv2.DIST_L2, 3)
    canvas = np.zeros(turned.shape, np.uint8)
    cv2.polylines(canvas, [quad.round().astype(np.int32)], True, 1, 3)
    inked = depth[(canvas > 0) & (turned > 0)]
    return 2 * float(np.median(inked)) + 1 if inked.size else 3.0


# Strokes that are not the stamp's -----------------------------------------------------------------------------


def apart_from_frames(dark: Mask, shades: Floats, frames: list[Frame], *, coloured: bool) -> Mask:
    """What is dark outside the frames, and high strokes across them that are darker than the stamp, or bluer.

    `shades`: red, green, blue in parts of the paper's brightness.
    """
    inside, sides = np.zeros(dark.shape, np.bool_), np.zeros(dark.shape, np.bool_)
    for frame in frames:
        inside |= frame.filled(dark.shape, frame.thickness / 2 + RIM_MM * PIXELS_PER_MM)
        sides |= frame.sides(dark.shape)
    wide_sides = cv2.dilate(sides.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    words = _pieces(dark & inside & ~wide_sides, frames[0], lambda height: height <= HIGH_WORDS_MM)
    thick = frames[0].thickness >= THICK_MM * PIXELS_PER_MM
    other = _other_ink(shades, sides & dark, words, coloured=coloured, thick=thick) & inside
    high = _pieces(other, frames[0], lambda height: height >= HIGHER_THAN_WORDS_MM)
    return np.asarray((dark & ~inside) | high)


def _other_ink(shades: Floats, sides: Mask, words: Mask, *, coloured: bool, thick: bool) -> Mask:
    """Darker than the stamp's own ink in some colour, or blue where the stamp is not."""
    smooth = np.asarray(cv2.GaussianBlur(shades, (0, 0), 0.8), np.float32)
    channels: list[Floats] = [smooth[..., each] for each in range(3)] if coloured else [smooth.mean(2)]
    other = np.zeros(sides.shape, np.bool_)
    for channel in channels:
        darkest, sure = _darkest(channel, sides, words)
        other |= channel < darkest - (DARKER if sure else DARKER_UNSURE if thick else DARKER_THAN_THIN)
    if not coloured:
        return other
    paleness = np.asarray(1 - (smooth[..., 2] - smooth[..., 0]) / np.maximum(1 - smooth[..., 0], 0.15), np.float32)
    is_blue = paleness < _darkest(paleness, sides, words)[0] - BLUER
    return np.asarray(other | (is_blue & (smooth[..., 0] < INKED)))


def _darkest(channel: Floats, sides: Mask, words: Mask) -> tuple[float, bool]:
    """The lower end of the stamp's own ink, and whether enough letters stand free to be sure of it.

    Letters are darker than a thin frame; those that a pen crosses are outvoted.
    """
    count, labels = cv2.connectedComponents(words.astype(np.uint8), connectivity=8)
    letters = [float(np.percentile(channel[labels == letter], DARKEST)) for letter in range(1, count)]
    side = float(np.percentile(channel[sides], DARKEST)) if sides.any() else 0.0
    if len(letters) < ENOUGH_LETTERS:
        return side, False
    return min(side, float(np.percentile(letters, DARKEST_LETTERS))), True


def _pieces(ink: Mask, frame: Frame, fits: Callable[[Floats], Mask]) -> Mask:
    """The pieces whose height, in millimetres and upright to the frame's rows of words, fits."""
    count, labels = cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)
    rows, columns = np.nonzero(ink)
    down = frame.corners[3] - frame.corners[0]
    down /= np.hypot(*down)
    places, of = columns * down[0] + rows * down[1], labels[rows, columns].astype(int)
    upper, lower = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(upper, of, places)
    np.maximum.at(lower, of, places)
    lower[0] = upper[0] = 0
    kept = np.asarray(fits((lower - upper) / PIXELS_PER_MM))
    kept[0] = False
    return np.asarray(kept[labels])
