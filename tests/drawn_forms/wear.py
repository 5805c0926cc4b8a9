"""What scanners, telephones and fax machines do to a sheet: five levels, as the sample pages have them."""

from __future__ import annotations

import io
from collections.abc import Callable
from enum import StrEnum

import cv2
import numpy as np
from PIL import Image

from tests.drawn_forms.hands import Picture


class Level(StrEnum):
    """How well the sheet was captured."""

    CLEAN = "clean"
    OFFICE = "office"
    PHOTO_GOOD = "photo_good"
    PHOTO_BAD = "photo_bad"
    FAX = "fax"


def captured(sheet: Picture, level: Level, rotation: int, chance: np.random.Generator) -> bytes:
    """The file an office sends. `rotation`: clockwise degrees by which the page is turned."""
    picture = CAPTURES[level](sheet, chance)
    return _file(np.ascontiguousarray(np.rot90(picture, -rotation // 90)), level, chance)


def _file(picture: Picture, level: Level, chance: np.random.Generator) -> bytes:
    written = io.BytesIO()
    if level is Level.FAX:
        Image.fromarray(picture).convert("1", dither=Image.Dither.NONE).save(written, "PNG")
    else:
        low, high = {Level.CLEAN: (80, 92), Level.PHOTO_BAD: (45, 75)}.get(level, (55, 85))
        Image.fromarray(picture).save(written, "JPEG", quality=int(chance.integers(low, high)))
    return written.getvalue()


def _clean(sheet: Picture, chance: np.random.Generator) -> Picture:
    return _grain(_skewed(_tinted(sheet, chance), float(chance.uniform(-0.5, 0.5))), 1.5, chance)


def _office(sheet: Picture, chance: np.random.Generator) -> Picture:
    """150 to 200 dpi, askew, soft, dusty; a third of the machines know no colour."""
    page = _dust(_tinted(sheet, chance), chance)
    page = _skewed(page, float(chance.uniform(-2.5, 2.5)))
    page = _smaller(page, float(chance.uniform(0.75, 1.0)))
    page = np.asarray(cv2.GaussianBlur(page, (0, 0), float(chance.uniform(0.5, 1.0))), np.uint8)
    page = _grain(page, 3.0, chance)
    return np.asarray(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), np.uint8) if chance.random() < 0.35 else page


def _photo_good(sheet: Picture, chance: np.random.Generator) -> Picture:
    page = _on_desk(_tinted(sheet, chance), 0.03, chance)
    page = _lit(page, 0.75, chance)
    return _grain(np.asarray(cv2.GaussianBlur(page, (0, 0), 0.7), np.uint8), 2.5, chance)


def _photo_bad(sheet: Picture, chance: np.random.Generator) -> Picture:
    """A crease, a strong shadow, far away, shaken."""
    page = _creased(_tinted(sheet, chance), chance)
    page = _on_desk(page, 0.09, chance)
    page = _shadowed(_lit(page, 0.55, chance), chance)
    page = _smaller(page, float(chance.uniform(0.72, 0.95)))
    page = np.asarray(cv2.GaussianBlur(page, (0, 0), float(chance.uniform(0.8, 1.3))), np.uint8)
    return _grain(page, 4.0, chance)


def _fax(sheet: Picture, chance: np.random.Generator) -> Picture:
    """Black and white only, grains of dirt, thin strokes broken or fat ones run together."""
    grey = np.asarray(cv2.cvtColor(_skewed(sheet, float(chance.uniform(-1.5, 1.5))), cv2.COLOR_RGB2GRAY), np.uint8)
    grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), float(chance.uniform(0.6, 1.1))), np.uint8)
    rough = grey + chance.normal(0, 9, grey.shape)
    black = rough < float(chance.uniform(115, 195))
    dirt = chance.random(grey.shape) < 0.00025
    dirt = cv2.dilate(dirt.astype(np.uint8), np.ones((2, 2), np.uint8)) > 0
    return np.where(black | dirt, 0, 255).astype(np.uint8)


CAPTURES: dict[Level, Callable[[Picture, np.random.Generator], Picture]] = {
    Level.CLEAN: _clean,
    Level.OFFICE: _office,
    Level.PHOTO_GOOD: _photo_good,
    Level.PHOTO_BAD: _photo_bad,
    Level.FAX: _fax,
}


def _tinted(sheet: Picture, chance: np.random.Generator) -> Picture:
    tone = np.array([1.0, 0.99, 0.97], np.float32) * np.float32(chance.uniform(0.93, 0.99))
    return np.asarray((sheet * tone).clip(0, 255), np.uint8)


def _skewed(page: Picture, degrees: float) -> Picture:
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    edge = tuple(float(value) for value in page[3, 3])
    return np.asarray(cv2.warpAffine(page, matrix, (width, height), borderValue=edge), np.uint8)


def _smaller(page: Picture, factor: float) -> Picture:
    return np.asarray(cv2.resize(page, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def _grain(page: Picture, strength: float, chance: np.random.Generator) -> Picture:
    tile = chance.normal(0, strength, (256, 256)).astype(np.float32)
    height, width = page.shape[:2]
    noise = np.tile(tile, (height // 256 + 1, width // 256 + 1))[:height, :width]
    return np.asarray((page + noise[..., None]).clip(0, 255), np.uint8)


def _dust(page: Picture, chance: np.random.Generator) -> Picture:
    dusty = page.copy()
    for _ in range(30):
        at = int(chance.integers(page.shape[1])), int(chance.integers(page.shape[0]))
        cv2.circle(dusty, at, 1, (140, 140, 138), -1)
    return dusty


def _creased(page: Picture, chance: np.random.Generator) -> Picture:
    """A fold across: a dark line with a light one beside it."""
    worn = page.copy()
    row = int(page.shape[0] * chance.uniform(0.3, 0.8))
    slope = int(chance.uniform(-40, 40))
    cv2.line(worn, (0, row), (page.shape[1], row + slope), (170, 168, 165), 3, cv2.LINE_AA)
    cv2.line(worn, (0, row + 4), (page.shape[1], row + 4 + slope), (255, 255, 253), 3, cv2.LINE_AA)
    return worn


def two_on_desk(sheets: tuple[Picture, Picture], rotation: int, chance: np.random.Generator, *, beside: bool) -> bytes:
    """One photograph of two sheets that lie side by side, or one above the other, each a little askew."""
    height, width = sheets[0].shape[:2]
    wide, high = (int(2.35 * width), int(1.2 * height)) if beside else (int(1.2 * width), int(2.35 * height))
    desk = _desk(wide, high, chance)
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    for index, sheet in enumerate(sheets):
        at = (0.1 + 1.15 * index, 0.1) if beside else (0.1, 0.1 + 1.12 * index)
        corners = flat + np.array(at) * [width, height] + chance.uniform(-0.02, 0.02, (4, 2)) * width
        matrix = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
        cv2.warpPerspective(
            sheet, matrix, (wide, high), dst=desk, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT
        )
    picture = _grain(_lit(_smaller(desk, 0.72), 0.8, chance), 2.5, chance)
    return _file(np.ascontiguousarray(np.rot90(picture, -rotation // 90)), Level.PHOTO_GOOD, chance)


def _desk(wide: int, high: int, chance: np.random.Generator) -> Picture:
    coarse = chance.uniform(-14, 14, (high // 90, wide // 90)).astype(np.float32)
    tone = np.array([[92, 72, 55], [60, 60, 64], [140, 120, 95]], np.float32)[int(chance.integers(3))]
    desk = cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC)[..., None] + tone
    return np.asarray(desk.clip(0, 255), np.uint8)


def _on_desk(page: Picture, reach: float, chance: np.random.Generator) -> Picture:
    """The sheet seen aslant on a desk; `reach`: how far corners move, in parts of the frame."""
    height, width = page.shape[:2]
    wide, high = int(width * 1.12), int(height * 1.08)
    shares = np.array([[0.07, 0.06], [0.93, 0.06], [0.93, 0.94], [0.07, 0.94]])
    shares[:2] += [0, reach / 2]
    corners = ((shares + chance.uniform(-reach / 2, reach / 2, (4, 2))).clip(0.01, 0.99) * [wide, high]).astype(
        np.float32
    )
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(
        cv2.warpPerspective(
            page, cv2.getPerspectiveTransform(flat, corners), (wide, high), dst=_desk(wide, high, chance),
            flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT,
        ),
        np.uint8,
    )  # fmt: skip


def _lit(page: Picture, darkest: float, chance: np.random.Generator) -> Picture:
    corners = chance.uniform(darkest, 1.0, (2, 2)).astype(np.float32)
    light = cv2.resize(corners, (page.shape[1], page.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(page * light[..., None], np.uint8)


def _shadowed(page: Picture, chance: np.random.Generator) -> Picture:
    """The shadow of an arm across the sheet."""
    height, width = page.shape[:2]
    shade = np.ones((height, width), np.float32)
    x, y = float(chance.uniform(0.2, 0.8)) * width, float(chance.uniform(0.3, 0.8)) * height
    arm = np.array([[x - 150, 0], [x + 150, 0], [x + 330, y], [x + 60, y + 200]], np.int32)
    cv2.fillPoly(shade, [arm], float(chance.uniform(0.5, 0.75)))
    return np.asarray(page * cv2.GaussianBlur(shade, (0, 0), float(chance.uniform(15, 40)))[..., None], np.uint8)
