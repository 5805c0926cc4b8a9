"""Values written by hand: fonts made of real hands, where they are installed, each letter a little out of line.

Debian's packages `fonts-dkg-handwriting`, `fonts-femkeklaver`, `fonts-breip`, `fonts-humor-sans`, `fonts-kristi`,
`fonts-rufscript`, `fonts-klee` and `fonts-kiloji`; their licences keep them out of this repository.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import ImageDraw, ImageFont

from service.demo.papers.ink import font
from tests.drawn_forms.hands import BLACKS, BLUES, Colour

FOLDER = Path("/usr/share/fonts")
NAMES = (
    "dkg.ttf", "femkeklaver.ttf", "Breip.ttf", "breipfont.ttf", "Humor-Sans.ttf", "Kristi.ttf", "Rufscript010.ttf",
    "KleeOne-Regular.ttf", "kiloji_p.ttf",
)  # fmt: skip
FOR_MISSING = "LiberationSerif-Italic"
"""Most hands know no Vietnamese letters; digits all have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Whose hand it is, how large it writes (of the print's size), and with which pen."""

    face: Path
    scale: float
    pen: Colour
    chance: np.random.Generator

    def width(self, text: str, size: int) -> float:
        return sum(self._font(letter, size).getlength(letter) for letter in text)

    def write(self, draw: ImageDraw.ImageDraw, x: float, y: float, text: str, size: int) -> float:
        """From x on, around the row's middle y; gives where it ends. All in pixels."""
        for letter in text:
            face = self._font(letter, size)
            draw.text((x, y + self.chance.normal(0, 1.2)), letter, font=face, fill=self.pen, anchor="lm")
            x += face.getlength(letter) * float(self.chance.uniform(0.95, 1.12)) + 1
        return x

    def _font(self, letter: str, size: int) -> ImageFont.FreeTypeFont:
        height = round(self.scale * size)
        return _face(self.face, height) if _knows(self.face, letter) else font(FOR_MISSING, height)


@cache
def installed() -> tuple[Path, ...]:
    """The fonts that are there."""
    return tuple(sorted(path for path in FOLDER.rglob("*.ttf") if path.name in NAMES))


def any_writer(number: int, chance: np.random.Generator) -> Writer:
    """The writer of a page; pages of following numbers are by different hands."""
    pens = BLUES if chance.random() < 0.7 else BLACKS
    pen = pens[int(chance.integers(len(pens)))]
    face = installed()[number % len(installed())]
    return Writer(face=face, scale=float(chance.uniform(1.1, 1.5)), pen=pen, chance=chance)


@cache
def _face(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


@cache
def _knows(path: Path, letter: str) -> bool:
    """Whether the font has the letter, and not the box that stands for a missing one."""
    face = _face(path, 40)
    return letter == " " or bytes(face.getmask(letter)) != bytes(face.getmask("\uffff"))
