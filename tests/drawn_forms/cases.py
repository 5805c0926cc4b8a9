"""One page with its truth, from a seed: who, on which form, signed how, stamped where, captured how, turned how."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tests.drawn_forms.by_hand import any_writer
from tests.drawn_forms.choices import Choice, any_choice
from tests.drawn_forms.hands import BLACKS, BLUES, Hand
from tests.drawn_forms.layouts import LAYOUTS, OFFICIAL, TABLE, TICKED, Layout
from tests.drawn_forms.marks import Mark
from tests.drawn_forms.people import Worker, worker
from tests.drawn_forms.sheets import Filled, Sealed, draw_sheet
from tests.drawn_forms.wear import Level, captured

SIGNED_SHARE = 0.7
FRAMES = (*BLUES, *BLACKS, (90, 90, 96), (120, 120, 120))
HANDS = (*Hand, Hand.NAME, Hand.LOOPS, Hand.ZIGZAG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A drawn page. `content`: the file as sent."""

    level: Level
    layout: Layout
    filled: Filled
    rotation: int
    content: bytes

    @property
    def person(self) -> Worker:
        return self.filled.person

    @property
    def signed(self) -> bool:
        return self.filled.hand is not None

    @property
    def described(self) -> str:
        hand = self.filled.hand or self.filled.mark or "unsigned"
        choice = f" {self.filled.choice.described}" if self.filled.choice else ""
        return f"{self.level} {self.layout.name} {hand} stamp {self.filled.sealed} turned {self.rotation}{choice}"


def case(level: Level, seed: int, layout: Layout | None = None) -> Case:
    """The page of this number; the same number gives the same page."""
    chance = np.random.default_rng([2021, list(Level).index(level), seed])
    layout = layout or list(LAYOUTS.values())[seed % len(LAYOUTS)]
    return _drawn(level, layout, _filled(layout, chance), chance)


def stamped_case(level: Level, seed: int) -> Case:
    """A page with a round stamp on the signature's space; half of the pens are fine ones."""
    chance = np.random.default_rng([2022, list(Level).index(level), seed])
    layout = list(LAYOUTS.values())[seed % len(LAYOUTS)]
    filled = replace(_filled(layout, chance), sealed=Sealed.OVER, fine_pen=bool(seed % 2))
    return _drawn(level, layout, filled, chance)


def marked_case(level: Level, seed: int, mark: Mark) -> Case:
    """An unsigned page without a stamp, with a mark where the signature should stand."""
    chance = np.random.default_rng([2023, list(Level).index(level), seed])
    layout = list(LAYOUTS.values())[seed % len(LAYOUTS)]
    filled = replace(_filled(layout, chance), hand=None, sealed=Sealed.NOT, mark=mark)
    return _drawn(level, layout, filled, chance)


def written_case(level: Level, seed: int) -> Case:
    """A page whose values are written by hand; needs the fonts of `by_hand.py`."""
    chance = np.random.default_rng([2025, list(Level).index(level), seed])
    layout = list(LAYOUTS.values())[(seed // len(LAYOUTS) + seed) % len(LAYOUTS)]
    return _drawn(level, layout, replace(_filled(layout, chance), writer=any_writer(seed, chance)), chance)


def framed_case(level: Level, seed: int, *, signed: bool, worn: bool = False) -> Case:
    """A page with a framed stamp on the signature's space, blue, black or grey; half of the pens are fine ones."""
    chance = np.random.default_rng([2024, list(Level).index(level), seed])
    layout = list(LAYOUTS.values())[seed % len(LAYOUTS)]
    filled = replace(
        _filled(layout, chance),
        hand=HANDS[int(chance.integers(len(HANDS)))] if signed else None,
        sealed=Sealed.FRAMED_WORN if worn else Sealed.FRAMED,
        frame=FRAMES[int(chance.integers(len(FRAMES)))],
        fine_pen=bool(seed % 2),
    )
    return _drawn(level, layout, filled, chance)


def _drawn(level: Level, layout: Layout, filled: Filled, chance: np.random.Generator) -> Case:
    rotation = 90 * int(chance.choice(4, p=(0.55, 0.15, 0.15, 0.15)))
    sheet = draw_sheet(layout, filled, chance)
    content = captured(sheet, level, rotation, chance)
    return Case(level=level, layout=layout, filled=filled, rotation=rotation, content=content)


def ticked_case(level: Level, seed: int, choice: Choice | None = None) -> Case:
    """A page on which gender and place of registration are ticked, in a way of its own or as `choice` says."""
    chance = np.random.default_rng([2022, list(Level).index(level), seed])
    layout = (OFFICIAL, TICKED, TABLE)[seed % 3]
    filled = replace(_filled(layout, chance), choice=choice or any_choice(chance))
    rotation = 90 * int(chance.choice(4, p=(0.85, 0.05, 0.05, 0.05)))
    content = captured(draw_sheet(layout, filled, chance), level, rotation, chance)
    return Case(level=level, layout=layout, filled=filled, rotation=rotation, content=content)


def _filled(layout: Layout, chance: np.random.Generator) -> Filled:
    signed = chance.random() < SIGNED_SHARE
    hand = HANDS[int(chance.integers(len(HANDS)))] if signed else None
    places = [Sealed.NOT, Sealed.OVER, Sealed.BESIDE if layout.unit_block else Sealed.NOT, Sealed.FRAMED]
    return Filled(
        person=worker(chance),
        hand=hand,
        sealed=places[int(chance.choice(4, p=(0.47, 0.33, 0.15, 0.05)))],
        name_printed=bool(chance.random() < 0.8),
        capitals=bool(chance.random() < 0.3),
        unit_signed=bool(layout.unit_block and chance.random() < 0.3),
    )
