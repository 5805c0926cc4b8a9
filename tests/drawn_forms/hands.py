"""Hands and stamps: what a pen writes and what a rubber stamp presses. Places and sizes are in millimetres."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from service.core.vietnam.text import fold
from service.demo.papers.ink import font

DOTS_PER_MM = 200 / 25.4
Points = NDArray[np.float64]
"""Rows of x, y."""
Strokes = list[Points]
Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]

BLUES: tuple[Colour, ...] = ((32, 52, 150), (50, 80, 185), (20, 34, 110))
BLACKS: tuple[Colour, ...] = ((25, 25, 30), (60, 60, 66))
REDS: tuple[Colour, ...] = ((205, 40, 50), (190, 30, 60), (220, 60, 60))


class Hand(StrEnum):
    """How somebody signs."""

    LOOPS = "loops"
    ZIGZAG = "zigzag"
    NAME = "name"
    INITIALS = "initials"
    SCRAWL = "scrawl"
    """Large, across the caption and the printed name."""
    WEDGE = "wedge"
    """A word with a long stroke thrown back below it."""


# Pens ---------------------------------------------------------------------------------------------------------


FINE_WIDTH, FINE_STRENGTH = 0.6, 0.85
"""Of a usual pen's: thin, and held lightly."""


def sign(
    page: Picture, at: tuple[float, float], strokes: Strokes, colour: Colour, chance: np.random.Generator, *,
    fine: bool = False,
) -> None:  # fmt: skip
    """Signs with the middle of the strokes near `at`; strokes come from `STROKES[hand](name, chance)`."""
    width = float(chance.uniform(0.28, 0.62)) * (FINE_WIDTH if fine else 1.0)
    slant = math.radians(float(chance.uniform(-12, 6)))
    turn = np.array([[math.cos(slant), -math.sin(slant)], [math.sin(slant), math.cos(slant)]])
    layer = np.zeros(page.shape[:2], np.uint8)
    for stroke in strokes:
        placed = (stroke @ turn.T + np.array(at)) * DOTS_PER_MM * 16
        cv2.polylines(
            layer, [placed.round().astype(np.int32)[:, None]], False, 255, max(1, round(width * DOTS_PER_MM)),
            cv2.LINE_AA, 4,
        )  # fmt: skip
    put(page, layer, colour, float(chance.uniform(0.8, 0.97)) * (FINE_STRENGTH if fine else 1.0))


def _loops(_: str, chance: np.random.Generator) -> list[Points]:
    turns = np.linspace(0, float(chance.uniform(3, 6)) * 2 * math.pi, 260)
    high, forward = float(chance.uniform(2.5, 5)), float(chance.uniform(0.6, 1.0))
    x = turns * forward + 2.0 * np.sin(turns)
    y = -high * np.cos(turns) * (1.1 - turns / turns.max() * 0.6)
    return [_centred(np.stack([x, y], 1)), _flourish(chance)]


def _zigzag(_: str, chance: np.random.Generator) -> list[Points]:
    count = int(chance.integers(7, 12))
    x = np.linspace(-13, 13, count) + chance.uniform(-0.7, 0.7, count)
    y = np.where(np.arange(count) % 2, 1, -1) * chance.uniform(1.5, 5.5, count)
    return [_smooth(np.stack([x, y], 1))]


def _name(name: str, chance: np.random.Generator) -> list[Points]:
    return [*_written(name.rsplit(maxsplit=1)[-1], float(chance.uniform(7, 11))), _flourish(chance)]


def _initials(name: str, chance: np.random.Generator) -> list[Points]:
    """Two letters, nothing else."""
    words = name.split()
    return _written(words[0][0] + words[-1][0], float(chance.uniform(7, 10)))


def _scrawl(_: str, chance: np.random.Generator) -> list[Points]:
    count = int(chance.integers(8, 12))
    x = np.linspace(-20, 22, count) + chance.uniform(-3, 3, count)
    y = np.where(np.arange(count) % 2, 1, -1) * chance.uniform(5, 15, count)
    return [_smooth(np.stack([x, y], 1))]


def _wedge(name: str, chance: np.random.Generator) -> list[Points]:
    back = np.array([[8, 0], [17, 2.5], [-2, 4.5], [15, 4.0]], np.float64)
    return [*_written(name.rsplit(maxsplit=1)[-1][:3], float(chance.uniform(5, 8))), _smooth(back)]


def _flourish(chance: np.random.Generator) -> Points:
    x = np.linspace(-10, float(chance.uniform(12, 20)), 5)
    return _smooth(np.stack([x, 5 + chance.uniform(-1.5, 1.5, 5)], 1))


def _written(word: str, high: float) -> list[Points]:
    """Letters of a running hand: the outline of a thin script, traced as strokes."""
    letters = np.zeros((200, 900), np.uint8)
    plain = fold(word).capitalize() if len(word) > 2 else fold(word).upper()
    cv2.putText(letters, plain, (60, 140), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 3.0, 255, 1)
    contours, _ = cv2.findContours(letters, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    scale = high / 90
    origin = np.array([60 + 30 * len(plain), 110])
    return [(contour[:, 0].astype(np.float64) - origin) * scale for contour in contours if len(contour) > 3]


STROKES: dict[Hand, Callable[[str, np.random.Generator], list[Points]]] = {
    Hand.LOOPS: _loops,
    Hand.ZIGZAG: _zigzag,
    Hand.NAME: _name,
    Hand.INITIALS: _initials,
    Hand.SCRAWL: _scrawl,
    Hand.WEDGE: _wedge,
}


def _centred(points: Points) -> Points:
    return np.asarray(points - (points.min(0) + points.max(0)) / 2)


def _smooth(points: Points) -> Points:
    """A Catmull-Rom spline through the points."""
    padded = np.concatenate([points[:1], points, points[-1:]])
    share = np.linspace(0, 1, 24)[:, None]
    parts = []
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        parts.append(
            0.5 * (2 * start + (end - before) * share + (2 * before - 5 * start + 4 * end - after) * share**2)
            + 0.5 * (3 * start - before - 3 * end + after) * share**3
        )
    return np.concatenate(parts)


# Stamps -------------------------------------------------------------------------------------------------------


def stamp(page: Picture, at: tuple[float, float], colour: Colour, chance: np.random.Generator) -> None:
    """A round stamp of 34 to 38 mm with two rings and words, a little turned, unevenly inked."""
    radius = float(chance.uniform(17, 19)) * DOTS_PER_MM
    side = int(2 * radius) + 12
    layer = Image.new("L", (side, side), 0)
    pencil, middle = ImageDraw.Draw(layer), side / 2
    for share, width in ((1.0, 5), (0.66, 2)):
        reach = radius * share
        pencil.ellipse((middle - reach, middle - reach, middle + reach, middle + reach), outline=255, width=width)
    ring = f"M.S.D.N: {int(chance.integers(10**8, 10**9))} - C.T.C.P * TP. HÀ NỘI * "
    _around(layer, middle, radius * 0.83, ring)
    for row, words in enumerate(("CÔNG TY", "TNHH AN BÌNH", "VIỆT NAM")):
        face = font("LiberationSans-Bold", 24)
        pencil.text((middle, middle + (row - 1) * 30), words, font=face, fill=255, anchor="mm")
    turned = np.asarray(layer.rotate(float(chance.uniform(-25, 25)), resample=Image.Resampling.BICUBIC), np.uint8)
    whole = np.zeros(page.shape[:2], np.uint8)
    _lay(whole, turned, at)
    put(page, _unevenly(whole, chance), colour, float(chance.uniform(0.6, 0.95)))


def _around(layer: Image.Image, middle: float, reach: float, words: str) -> None:
    face = font("LiberationSans-Bold", 19)
    for index, letter in enumerate(words):
        angle = 2 * math.pi * index / len(words)
        tile = Image.new("L", (40, 40), 0)
        ImageDraw.Draw(tile).text((20, 20), letter, font=face, fill=255, anchor="mm")
        tile = tile.rotate(-math.degrees(angle), resample=Image.Resampling.BICUBIC)
        place = round(middle + reach * math.sin(angle)) - 20, round(middle - reach * math.cos(angle)) - 20
        layer.paste(255, (*place, place[0] + 40, place[1] + 40), mask=tile)


def rectangle_stamp(page: Picture, at: tuple[float, float], colour: Colour, words: Sequence[str]) -> None:
    """A framed stamp with words, such as a received or a title stamp."""
    layer = Image.new("L", (340, 60 + 36 * len(words)), 0)
    pencil = ImageDraw.Draw(layer)
    pencil.rectangle((3, 3, layer.width - 4, layer.height - 4), outline=255, width=4)
    for row, text in enumerate(words):
        pencil.text((170, 48 + 36 * row), text, font=font("LiberationSans-Bold", 28), fill=255, anchor="mm")
    whole = np.zeros(page.shape[:2], np.uint8)
    _lay(whole, np.asarray(layer, np.uint8), at)
    put(page, whole, colour, 0.85)


def worn_rectangle_stamp(
    page: Picture, at: tuple[float, float], colour: Colour, words: Sequence[str], chance: np.random.Generator
) -> None:
    """The same as offices press it: turned, unevenly inked, in thin or thick lines, at times two, at times rounded."""
    size, line, pad = int(chance.integers(20, 34)), int(chance.integers(2, 7)), 60
    face = font("LiberationSans-Bold" if chance.random() < 0.7 else "LiberationSerif-Regular", size)
    wide = max(int(max(face.getlength(text) for text in words)) + 50, int(chance.integers(170, 360)))
    high = int(1.35 * size * len(words)) + int(chance.integers(20, 50))
    layer = Image.new("L", (wide + 2 * pad, high + 2 * pad), 0)
    pencil, edges = ImageDraw.Draw(layer), (pad, pad, pad + wide, pad + high)
    pencil.rounded_rectangle(edges, int(chance.choice((0, 0, 0, 12))), outline=255, width=line)
    if chance.random() < 0.25:
        gap = line + int(chance.integers(6, 11))
        outer = (pad - gap, pad - gap, pad + wide + gap, pad + high + gap)
        pencil.rectangle(outer, outline=255, width=max(2, line - 2))
    for row, text in enumerate(words):
        middle = pad + wide / 2, pad + high / 2 + (row - (len(words) - 1) / 2) * 1.3 * size
        pencil.text(middle, text, font=face, fill=255, anchor="mm")
    turned = layer.rotate(float(chance.normal(0, 3.5)), resample=Image.Resampling.BICUBIC)
    whole = np.zeros(page.shape[:2], np.uint8)
    _lay(whole, np.asarray(turned, np.uint8), (at[0] + chance.uniform(-8, 8), at[1] + chance.uniform(-9, 9)))
    put(page, _unevenly(whole, chance), colour, float(chance.uniform(0.45, 0.95)))


def _lay(whole: Picture, piece: Picture, at: tuple[float, float]) -> None:
    left, top = int(at[0] * DOTS_PER_MM) - piece.shape[1] // 2, int(at[1] * DOTS_PER_MM) - piece.shape[0] // 2
    bottom, right = min(whole.shape[0], top + piece.shape[0]), min(whole.shape[1], left + piece.shape[1])
    left_cut, top_cut = max(0, -left), max(0, -top)
    whole[top + top_cut : bottom, left + left_cut : right] = piece[top_cut : bottom - top, left_cut : right - left]


def _unevenly(layer: Picture, chance: np.random.Generator) -> Picture:
    """Some places of the rubber carry little ink."""
    coarse = chance.uniform(0.25, 1.45, (layer.shape[0] // 60 + 1, layer.shape[1] // 60 + 1)).astype(np.float32)
    cover = cv2.resize(coarse, (layer.shape[1], layer.shape[0]), interpolation=cv2.INTER_CUBIC).clip(0.25, 1)
    return np.asarray(layer * cover, np.uint8)


def put(page: Picture, layer: Picture, colour: Colour, strength: float) -> None:
    """Ink over paper: print shows through it."""
    rows, columns = np.nonzero(layer.max(1))[0], np.nonzero(layer.max(0))[0]
    if not len(rows):
        return
    area = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    cover = layer[area][..., None].astype(np.float32) / 255 * strength
    page[area] = page[area] * (1 - cover * (1 - np.asarray(colour, np.float32) / 255))
