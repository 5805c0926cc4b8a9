"""The lens: what a scanner or a telephone does to a clean page.

Tint, slight skew, blur and grain; perspective and uneven light for photos.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


class Level(StrEnum):
    """How well the page was captured; the names are those of the sample pages."""

    CLEAN = "clean"
    OFFICE = "office"
    PHOTO = "photo"


def scan_through(image: Image.Image, *, level: Level, turn: int, seed: int) -> Image.Image:
    """The page as captured, turned clockwise by `turn` degrees (a multiple of 90)."""
    if turn % 90:
        raise ValueError(f"turn {turn}: pages are turned by 0, 90, 180 or 270 degrees")
    captured = CAPTURES[level](np.asarray(image.convert("RGB")), np.random.default_rng(seed))
    return Image.fromarray(np.ascontiguousarray(np.rot90(captured, k=-(turn // 90))))


def _clean(page: Pixels, chance: np.random.Generator) -> Pixels:
    """A good office scanner: paper tint, hardly any skew."""
    skewed = _skew(_tint(page, chance), float(chance.uniform(-0.4, 0.4)))
    return _grain(skewed, chance, strength=1.6)


def _office(page: Pixels, chance: np.random.Generator) -> Pixels:
    """The old scanner in the corridor: askew, a little soft, dust on the glass."""
    tinted = _dust(_tint(page, chance), chance)
    soft = cv2.GaussianBlur(tinted, (0, 0), 0.8)
    return _grain(_skew(soft.astype(np.uint8), float(chance.uniform(-1.4, 1.4))), chance, strength=2.4)


def _photo(page: Pixels, chance: np.random.Generator) -> Pixels:
    """A telephone held over a sheet on a desk: mild perspective, the light from one side."""
    on_desk = _lay_on_desk(_tint(page, chance), chance)
    lit = _light(on_desk, chance)
    return _grain(cv2.GaussianBlur(lit, (0, 0), 0.7).astype(np.uint8), chance, strength=2.2)


CAPTURES: Mapping[Level, Callable[[Pixels, np.random.Generator], Pixels]] = {
    Level.CLEAN: _clean,
    Level.OFFICE: _office,
    Level.PHOTO: _photo,
}


def _tint(page: Pixels, chance: np.random.Generator) -> Pixels:
    """Paper is never quite white: a warm or grey tone that ink keeps darkening."""
    tone = np.array([1.0, 0.99, 0.965]) * chance.uniform(0.93, 0.985)
    table = np.clip(np.arange(256)[:, None] * tone[None, :] + 6, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(page, table[:, None, :]), dtype=np.uint8)


def _skew(page: Pixels, degrees: float) -> Pixels:
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    edge = tuple(float(value) for value in page[4, 4])
    return np.asarray(
        cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=edge), dtype=np.uint8
    )


def _dust(page: Pixels, chance: np.random.Generator) -> Pixels:
    dusty = page.copy()
    height, width = page.shape[:2]
    for _ in range(24):
        centre = (int(chance.integers(width)), int(chance.integers(height)))
        cv2.circle(dusty, centre, 1, (150, 150, 148), -1)
    return dusty


def _grain(page: Pixels, chance: np.random.Generator, *, strength: float) -> Pixels:
    """Sensor noise, cut from one tile at a random place: fresh noise for every pixel costs more than the page."""
    height, width = page.shape[:2]
    tile = _noise_tile()
    down, right = (int(value) for value in chance.integers(0, tile.shape[0], size=2))
    across = -(-height // tile.shape[0]) + 1, -(-width // tile.shape[1]) + 1
    noise = np.tile(np.roll(tile, (down, right), axis=(0, 1)), across)[:height, :width]
    lifted = cv2.add(page, cv2.merge([noise * np.float32(strength)] * 3), dtype=cv2.CV_8U)
    return np.asarray(lifted, dtype=np.uint8)


@cache
def _noise_tile() -> NDArray[np.float32]:
    noise = np.random.default_rng(2021).normal(0, 1, (512, 512)).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.6) * 1.6, dtype=np.float32)


def _lay_on_desk(page: Pixels, chance: np.random.Generator) -> Pixels:
    """The sheet seen a little from the side, smaller than the picture, its corners where a hand put them."""
    height, width = page.shape[:2]
    wide, high = 1760, 2420
    margin = np.array([[0.055, 0.05], [0.945, 0.05], [0.945, 0.95], [0.055, 0.95]])
    corners = (margin + chance.uniform(-0.02, 0.02, (4, 2))) * [wide, high]
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    matrix = cv2.getPerspectiveTransform(flat.astype(np.float32), corners.astype(np.float32))
    picture = _desk(chance, wide, high)
    return np.asarray(
        cv2.warpPerspective(
            page, matrix, (wide, high), dst=picture, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
        ),
        dtype=np.uint8,
    )


def _desk(chance: np.random.Generator, wide: int, high: int) -> Pixels:
    """A dark desk top with a soft pattern."""
    pattern = chance.uniform(-12, 12, (high // 110, wide // 110)).astype(np.float32)
    soft = cv2.resize(pattern, (wide, high), interpolation=cv2.INTER_CUBIC)
    tone = np.array([86, 70, 58], dtype=np.float32) * chance.uniform(0.8, 1.15)
    return np.clip(soft[:, :, None] + tone, 0, 255).astype(np.uint8)


def _light(picture: Pixels, chance: np.random.Generator) -> Pixels:
    """Light falls from one corner: a gradient down to about four fifths."""
    height, width = picture.shape[:2]
    corners = chance.uniform(0.8, 1.0, (2, 2)).astype(np.float32)
    shade = cv2.resize(corners, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(picture, cv2.merge([shade] * 3), dtype=cv2.CV_8U), dtype=np.uint8)
