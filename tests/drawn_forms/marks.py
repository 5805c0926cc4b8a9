"""Marks in the space for a signature that are none: where to sign, what was checked, what lay on the paper."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import StrEnum

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from service.demo.papers.ink import font
from tests.drawn_forms.hands import BLACKS, BLUES, DOTS_PER_MM, REDS, Colour, Picture, put

Place = tuple[float, float]
"""Middle of the space, in millimetres."""
PENCIL: Colour = (95, 95, 100)
PENS = (*BLUES, *BLACKS, PENCIL)
TYPED = ("Signature Valid", "Ngày ký: 12/05/2021 09:15")


class Mark(StrEnum):
    """What stands there."""

    CROSS = "cross"
    """Two strokes that say where to sign."""
    TICK = "tick"
    CIRCLE = "circle"
    """Somebody has circled the empty space."""
    DASH = "dash"
    """A staple, or a stroke that says that nothing follows."""
    CUP = "cup"
    """The brown ring of a cup."""
    FINGER = "finger"
    """A finger's print: a person must know why nobody signed."""
    FLAG = "flag"
    """A sticker that points to the place."""
    TYPED = "typed"
    """What a signing program prints, with its tick: whether it is true is not seen on paper."""


def leave(mark: Mark, page: Picture, at: Place, name: str, chance: np.random.Generator) -> None:
    """Draws the mark on the page, anew each time; `name`: the worker's."""
    _WAYS[mark](page, at, name, chance)


def _cross(page: Picture, at: Place, _: str, chance: np.random.Generator) -> None:
    reach = float(chance.uniform(2, 4.5))
    lower = float(chance.uniform(0.8, 1.2)) * reach
    _lines(page, at, [[(-reach, -reach), (reach, lower)], [(reach, -reach), (-reach, lower)]], chance)


def _tick(page: Picture, at: Place, _: str, chance: np.random.Generator) -> None:
    reach = float(chance.uniform(2.5, 6))
    _lines(page, at, [[(-reach, 0), (-0.4 * reach, 0.7 * reach), (0.9 * reach, -reach)]], chance)


def _circle(page: Picture, at: Place, _: str, chance: np.random.Generator) -> None:
    turn = np.linspace(0.3, 0.3 + float(chance.uniform(0.95, 1.04)) * 2 * math.pi, 80)
    wide, high = float(chance.uniform(13, 26)), float(chance.uniform(5, 10))
    swell = 1 + 0.05 * np.sin(turn + float(chance.uniform(0, 6)))
    _lines(page, at, [list(zip(wide * swell * np.cos(turn), high * swell * np.sin(turn), strict=True))], chance)


def _dash(page: Picture, at: Place, _: str, chance: np.random.Generator) -> None:
    angle, reach = float(chance.uniform(0, math.pi)), float(chance.uniform(5, 9))
    along, down = reach * math.cos(angle), reach * math.sin(angle)
    _lines(page, at, [[(-along, -down), (along, down)]], chance)


def _cup(page: Picture, at: Place, _: str, chance: np.random.Generator) -> None:
    layer = np.zeros(page.shape[:2], np.uint8)
    middle = _dots((at[0] + float(chance.uniform(-12, 12)), at[1] + float(chance.uniform(-10, 10))))
    radius, width = int(float(chance.uniform(20, 38)) * DOTS_PER_MM), int(chance.integers(5, 15))
    cv2.circle(layer, middle, radius, 255, width, cv2.LINE_AA)
    put(page, np.asarray(cv2.GaussianBlur(layer, (0, 0), 2), np.uint8), (150, 105, 60), float(chance.uniform(0.4, 0.8)))


def _finger(page: Picture, at: Place, _: str, chance: np.random.Generator) -> None:
    """Bent ridges half a millimetre apart in an oval, here and there without ink."""
    wide, high = float(chance.uniform(6.5, 8.5)), float(chance.uniform(9, 12))
    down, across = np.mgrid[-high : high : 1 / DOTS_PER_MM, -wide : wide : 1 / DOTS_PER_MM]
    bent = np.hypot(across, down + 2 * np.cos(across / 2.5)) + 0.1 * np.sin(3 * np.arctan2(down, across))
    pressed = cv2.GaussianBlur(chance.normal(0, 1, down.shape), (0, 0), 5)
    ridges = (np.sin(bent * 2 * math.pi / 0.9) > 0.1) & (np.hypot(across / wide, down / high) < 1)
    layer = np.zeros(page.shape[:2], np.uint8)
    left, top = _dots((at[0] - wide, at[1] - high))
    piece = np.where(ridges & (pressed > -pressed.std()), 255, 0).astype(np.uint8)
    layer[top : top + piece.shape[0], left : left + piece.shape[1]] = piece
    put(page, np.asarray(cv2.GaussianBlur(layer, (0, 0), 0.8), np.uint8), _one((*REDS, *PENS), chance), 0.8)


def _flag(page: Picture, at: Place, _: str, chance: np.random.Generator) -> None:
    colour = _one(((250, 210, 60), (240, 90, 60), (90, 190, 90), (80, 150, 230)), chance)
    layer = Image.new("L", page.shape[1::-1], 0)
    outline = ((-10, 0), (-4, -5), (26, -5), (26, 5), (-4, 5))
    ImageDraw.Draw(layer).polygon([_dots((at[0] + x, at[1] + y)) for x, y in outline], fill=255)
    put(page, np.asarray(layer, np.uint8), colour, 1.0)
    said = ("KÝ TÊN", "SIGN HERE", "Ký tại đây")[int(chance.integers(3))]
    _print(page, (at[0] + 10, at[1]), [said], font("LiberationSans-Bold", 30), (40, 40, 40))


def _typed(page: Picture, at: Place, name: str, chance: np.random.Generator) -> None:
    colour = _one((REDS[0], BLACKS[0], (0, 100, 40)), chance)
    words = [TYPED[0], f"Ký bởi: {name.upper()}", TYPED[1]]
    _print(page, at, words, font("LiberationSans-Regular", int(chance.integers(17, 24))), colour)
    if chance.random() < 0.6:
        _lines(page, at, [[(-2.5, 0), (0, 3.2), (6.4, -5)]], chance, colour=(60, 170, 70), width=1.1)


_WAYS: dict[Mark, Callable[[Picture, Place, str, np.random.Generator], None]] = {
    Mark.CROSS: _cross,
    Mark.TICK: _tick,
    Mark.CIRCLE: _circle,
    Mark.DASH: _dash,
    Mark.CUP: _cup,
    Mark.FINGER: _finger,
    Mark.FLAG: _flag,
    Mark.TYPED: _typed,
}


def _lines(
    page: Picture, at: Place, strokes: list[list[Place]], chance: np.random.Generator, *,
    colour: Colour | None = None, width: float | None = None,
) -> None:  # fmt: skip
    """Strokes in millimetres around `at`, with some pen of some width."""
    layer = np.zeros(page.shape[:2], np.uint8)
    thick = max(2, round((width or float(chance.uniform(0.28, 0.62))) * DOTS_PER_MM))
    for stroke in strokes:
        placed = ((np.array(stroke) + np.array(at)) * DOTS_PER_MM * 16).round().astype(np.int32)
        cv2.polylines(layer, [placed[:, None]], False, 255, thick, cv2.LINE_AA, 4)
    put(page, layer, colour or _one(PENS, chance), float(chance.uniform(0.8, 0.97)))


def _print(page: Picture, at: Place, words: list[str], face: ImageFont.FreeTypeFont, colour: Colour) -> None:
    layer = Image.new("L", page.shape[1::-1], 0)
    x, y = _dots(at)
    for row, said in enumerate(words):
        place = x, round(y + (row - (len(words) - 1) / 2) * 1.3 * face.size)
        ImageDraw.Draw(layer).text(place, said, font=face, fill=255, anchor="mm")
    put(page, np.asarray(layer, np.uint8), colour, 1.0)


def _dots(at: Place) -> tuple[int, int]:
    return round(at[0] * DOTS_PER_MM), round(at[1] * DOTS_PER_MM)


def _one(colours: tuple[Colour, ...], chance: np.random.Generator) -> Colour:
    return colours[int(chance.integers(len(colours)))]
