"""Rows to tick: squares, circles or brackets beside printed words, marked by a pen or typed, or left empty."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from PIL import Image, ImageDraw

from service.demo.papers.ink import font
from tests.drawn_forms.hands import BLACKS, BLUES, Colour

PRINT = (22, 22, 24)
WORDS = {
    "registered_at": ("Cổng thông tin điện tử của BHXH Việt Nam", "Tổ chức I-VAN"),
    "gender": ("Nam", "Nữ"),
}
SHORT = {**WORDS, "registered_at": ("Cổng thông tin điện tử", "Tổ chức I-VAN")}
"""For narrow cells."""


class Outline(StrEnum):
    """What is printed to put the mark into."""

    SQUARE = "square"
    CIRCLE = "circle"
    ROUND = "( )"
    ANGULAR = "[ ]"


class Mark(StrEnum):
    """How somebody ticks."""

    CROSS = "cross"
    CHECK = "check"
    FILLED = "filled"
    TYPED = "typed x"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How the rows to tick are printed and marked. `ticked`: which words of `registered_at`, by their order."""

    outline: Outline
    mark: Mark
    ticked: tuple[int, ...]
    own_lines: bool = False
    """Each choice on a line of its own below the label."""
    after: bool = False
    """The boxes stand after the words."""
    gap: float = 0.4
    """Space between box and words, in sizes of the print."""
    pen: Colour = BLUES[0]

    @property
    def described(self) -> str:
        where = "after" if self.after else "before"
        lines = " on lines of their own" if self.own_lines else ""
        return f"{self.outline} {where} the words{lines}, {self.mark} on {self.ticked}"


def any_choice(chance: np.random.Generator) -> Choice:
    """Half of the sheets name the first place, a quarter the second, the rest neither or both."""
    ticked = [(0,), (1,), (), (0, 1)][int(chance.choice(4, p=(0.5, 0.25, 0.15, 0.1)))]
    pens = BLUES if chance.random() < 0.6 else BLACKS
    return Choice(
        outline=list(Outline)[int(chance.integers(4))],
        mark=list(Mark)[int(chance.integers(4))],
        ticked=ticked,
        own_lines=bool(chance.random() < 0.4),
        after=bool(chance.random() < 0.15),
        gap=float(chance.uniform(0.25, 0.7)),
        pen=pens[int(chance.integers(len(pens)))],
    )


@dataclass(slots=True)
class Ticker:
    """Draws choices with their boxes onto a sheet; `face` and `size` of the print."""

    image: Image.Image
    choice: Choice
    face: str
    size: int
    chance: np.random.Generator

    @property
    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def put(self, x: float, y: float, words: str, *, ticked: bool) -> float:
        """One choice at x, its line's middle at y; gives where it ends."""
        type_face, gap = font(self.face, self.size), self.choice.gap * self.size
        if self.choice.after:
            self.draw.text((x, y), words, font=type_face, fill=PRINT, anchor="lm")
            return self._box(x + type_face.getlength(words) + gap, y, ticked=ticked)
        x = self._box(x, y, ticked=ticked) + gap
        self.draw.text((x, y), words, font=type_face, fill=PRINT, anchor="lm")
        return x + float(type_face.getlength(words))

    def _box(self, x: float, y: float, *, ticked: bool) -> float:
        side, draw = 0.85 * self.size, self.draw
        typed = "x" if ticked and self.choice.mark is Mark.TYPED else ""
        if self.choice.outline in (Outline.ROUND, Outline.ANGULAR):
            opening, closing = self.choice.outline.split()
            text = f"{opening}{typed}{closing}" if typed else f"{opening}   {closing}"
            face = font(self.face, self.size)
            draw.text((x, y), text, font=face, fill=PRINT, anchor="lm")
            side, end = 0.7 * self.size, x + float(face.getlength(text))
        else:
            corners = (x, y - side / 2, x + side, y + side / 2)
            if self.choice.outline is Outline.SQUARE:
                draw.rectangle(corners, outline=PRINT, width=2)
            else:
                draw.ellipse(corners, outline=PRINT, width=2)
            draw.text((x + side / 2, y), typed, font=font(self.face, self.size), fill=PRINT, anchor="mm")
            end = x + side
        if ticked and not typed:
            self._mark((x + end) / 2, y, side)
        return end

    def _mark(self, x: float, y: float, side: float) -> None:
        """By hand: neither quite in the middle nor quite inside."""
        x, y = x + self._shaken(0.08 * side), y + self._shaken(0.08 * side)
        half, width = side * float(self.chance.uniform(0.38, 0.62)), int(self.chance.integers(3, 6))
        if self.choice.mark is Mark.FILLED:
            half = min(half, 0.5 * side)
            for step in np.linspace(-half, half, 9).tolist():
                self._line([(x - half, y + step), (x + half, y + step + self._shaken(2))], width)
        elif self.choice.mark is Mark.CHECK:
            self._line([(x - half, y), (x - 0.2 * half, y + half), (x + 1.3 * half, y - 1.2 * half)], width)
        else:
            self._line([(x - half, y - half), (x + half, y + half)], width)
            self._line([(x - half, y + half), (x + half, y - half)], width)

    def _line(self, points: list[tuple[float, float]], width: int) -> None:
        bent = [(x + self._shaken(1.2), y + self._shaken(1.2)) for x, y in points]
        self.draw.line(bent, fill=self.choice.pen, width=width, joint="curve")

    def _shaken(self, most: float) -> float:
        return float(self.chance.uniform(-most, most))
