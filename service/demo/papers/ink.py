"""Ink: what a pen or a rubber stamp leaves on paper. The same seed always leaves the same strokes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import as_file, files
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Point = tuple[float, float]
Colour = tuple[int, int, int]

BLUE: Colour = (38, 58, 158)
BLACK: Colour = (28, 28, 36)
STAMP_RED: Colour = (206, 40, 48)

# Drawn larger and shrunk, so that strokes get the soft edge of real ink.
FINER = 2
STEPS_BETWEEN_POINTS = 20


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """One of the fonts the service brings along, such as `LiberationSerif-Bold`."""
    with as_file(files("service.documents").joinpath("fonts", f"{name}.ttf")) as path:
        return ImageFont.truetype(path, size)


class Pen(StrEnum):
    """What a pen leaves where a signature belongs."""

    SIGNATURE = "signature"
    TICK = "tick"
    NOTHING = "nothing"


def sign(page: Image.Image, box: tuple[int, int, int, int], *, seed: int, pen: Pen = Pen.SIGNATURE) -> None:
    """Writes inside `box` (x0, y0, x1, y1); a signature is one flowing line and a short flourish under it."""
    chance = np.random.default_rng(seed)
    colour = BLUE if chance.random() < 0.7 else BLACK
    x0, y0, x1, y1 = box
    layer = Image.new("L", ((x1 - x0) * FINER, (y1 - y0) * FINER), 0)
    for line in _lines(pen, chance):
        _stroke(layer, line, chance)
    _put(page, layer, (x0, y0), colour, strength=0.92)


def _lines(pen: Pen, chance: np.random.Generator) -> Iterator[Sequence[Point]]:
    if pen is Pen.TICK:
        yield _TICK
    elif pen is Pen.SIGNATURE:
        yield _name_line(chance)
        yield _flourish(chance)


_TICK: tuple[Point, ...] = ((0.4, 0.45), (0.46, 0.65), (0.6, 0.15))


def _name_line(chance: np.random.Generator) -> list[Point]:
    """Up and down like letters, the first one tall: points in shares of the box."""
    count = int(chance.integers(7, 11))
    points: list[Point] = []
    for index in range(count):
        tall = 0.95 if index < 2 else float(chance.uniform(0.35, 0.7))
        middle = 0.5 + float(chance.uniform(-0.06, 0.06))
        along = 0.08 + 0.74 * index / (count - 1)
        side = 1 if index % 2 else -1
        # A hand leans back on its way down, so that some strokes cross the one before.
        lean = 0.05 * side + float(chance.uniform(-0.06, 0.06))
        points.append((along + lean, middle + side * tall / 2))
    return points


def _flourish(chance: np.random.Generator) -> list[Point]:
    """The line a hand throws back under the name and out to the right."""
    low = float(chance.uniform(0.62, 0.8))
    return [(0.2, low), (0.45, low + 0.08), (0.7, low - 0.05), (0.97, low - float(chance.uniform(0.05, 0.25)))]


def _stroke(layer: Image.Image, shares: Sequence[Point], chance: np.random.Generator) -> None:
    """One pen stroke: thin where the hand is fast, thicker where it turns, tapering at both ends."""
    width, height = layer.size
    path = _smooth([(x * width, y * height * 0.88 + height * 0.06) for x, y in shares])
    draw = ImageDraw.Draw(layer)
    press = float(chance.uniform(2.6, 3.8)) * FINER
    steps = [math.dist(start, end) for start, end in pairwise(path)]
    usual = sorted(steps)[len(steps) // 2] or 1.0
    for index, (start, end) in enumerate(pairwise(path)):
        taper = min(1.0, (index + 2) / 10, (len(steps) - index + 1) / 10)
        thick = max(1.5, press * taper * min(1.5, max(0.55, usual / max(steps[index], 0.1))))
        draw.line((*start, *end), fill=255, width=max(1, round(thick)))
        draw.ellipse((end[0] - thick / 2, end[1] - thick / 2, end[0] + thick / 2, end[1] + thick / 2), fill=255)


def _smooth(points: Sequence[Point]) -> list[Point]:
    """A Catmull-Rom spline through the points."""
    padded = [points[0], *points, points[-1]]
    path: list[Point] = []
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(STEPS_BETWEEN_POINTS):
            share = step / STEPS_BETWEEN_POINTS
            path.append(
                (
                    _between(before[0], start[0], end[0], after[0], share),
                    _between(before[1], start[1], end[1], after[1], share),
                )
            )
    return [*path, points[-1]]


def _between(before: float, start: float, end: float, after: float, share: float) -> float:
    return 0.5 * (
        2 * start
        + (end - before) * share
        + (2 * before - 5 * start + 4 * end - after) * share**2
        + (3 * start - before - 3 * end + after) * share**3
    )


def stamp(
    page: Image.Image, centre: tuple[int, int], radius: int, ring: str, lines: Sequence[str], *, seed: int
) -> None:
    """Presses a round red stamp on the page: two circles, words around, words inside; a little turned and uneven."""
    chance = np.random.default_rng(seed)
    side = 2 * radius + 8
    layer = Image.new("L", (side * FINER, side * FINER), 0)
    draw = ImageDraw.Draw(layer)
    middle = side * FINER / 2
    for share, thick in ((1.0, 5), (0.68, 2)):
        reach = radius * FINER * share
        draw.ellipse((middle - reach, middle - reach, middle + reach, middle + reach), outline=255, width=thick * FINER)
    _words_around(layer, middle, radius * FINER * 0.84, ring)
    _words_inside(draw, middle, radius * FINER, lines)
    turned = layer.rotate(float(chance.uniform(-14, 14)), resample=Image.Resampling.BICUBIC)
    _put(
        page,
        turned,
        (centre[0] - side // 2, centre[1] - side // 2),
        STAMP_RED,
        strength=float(chance.uniform(0.6, 0.8)),
    )


def _words_around(layer: Image.Image, middle: float, reach: float, ring: str) -> None:
    face = font("LiberationSans-Bold", max(8, round(reach * 0.2)))
    half = round(face.size)
    for index, letter in enumerate(ring):
        angle = 2 * math.pi * index / len(ring)
        tile = Image.new("L", (half * 2, half * 2), 0)
        ImageDraw.Draw(tile).text((half, half), letter, font=face, fill=255, anchor="mm")
        tile = tile.rotate(-math.degrees(angle), resample=Image.Resampling.BICUBIC)
        place = (
            round(middle + reach * math.sin(angle)) - half,
            round(middle - reach * math.cos(angle)) - half,
        )
        layer.paste(255, (*place, place[0] + tile.width, place[1] + tile.height), mask=tile)


def _words_inside(draw: ImageDraw.ImageDraw, middle: float, reach: float, lines: Sequence[str]) -> None:
    face = font("LiberationSans-Bold", max(8, round(reach * 0.17)))
    for index, line in enumerate(lines):
        below = (index - (len(lines) - 1) / 2) * face.size * 1.3
        draw.text((middle, middle + below), line, font=face, fill=255, anchor="mm")


def _put(page: Image.Image, layer: Image.Image, place: tuple[int, int], colour: Colour, *, strength: float) -> None:
    """Lays ink over the page so that print shows through it, as it does on paper."""
    mask = layer.resize((layer.width // FINER, layer.height // FINER), Image.Resampling.LANCZOS)
    area = (*place, place[0] + mask.width, place[1] + mask.height)
    under = np.asarray(page.crop(area).convert("RGB"), dtype=np.float32)
    cover = np.asarray(mask, dtype=np.float32)[:, :, None] / 255 * strength
    inked = np.minimum(under, under * (1 - cover) + np.asarray(colour, dtype=np.float32) * cover)
    page.paste(Image.fromarray(inked.astype(np.uint8)), place)
