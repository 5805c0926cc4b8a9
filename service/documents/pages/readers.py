"""The readers' neural networks, all in installed wheels: nothing downloaded, one thread each, loaded once a process.

trueocr gives page direction, text lines and Vietnamese text; PP-OCRv6 (inside rapidocr) reads digits and ASCII,
independently; asterocr reads Vietnamese names. A reader's characters come with their places, so that a label can be
cut from its value.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
import onnx
from trueocr.page import ORIENT_SIDE, det_input, orient_input
from trueocr.preprocess import crop_line, pad_batch, width_batches

from service.documents.pages.networks import (
    giving_back_memory,
    latin_only,
    line_map,
    session,
    wheel,
    with_packed_output,
    with_rows,
)
from service.documents.pages.shapes import Box, Floats, Picture, colour_of, shrunk

DIGITS = "0123456789"
ASCII = DIGITS + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@._-/+: "
DETECTED_LONG_SIDE = 1024
MOST_COLUMNS = 2000
"""Of lines that trueocr reads at once: more leave the processor's cache."""
CONTEXT = 3
"""trueocr sees a line with as much picture above and below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What one reader saw: text, its least and its mean certainty, and the horizontal middle of every character."""

    text: str
    least_sure: float = 0.0
    sure: float = 0.0
    places: tuple[float, ...] = ()


NOTHING_READ = Read(text="")


class LineReader:
    """trueocr's line recogniser: fast, Vietnamese, weak on stacked accents, at brackets and at "@"."""

    name = "trueocr"

    def __init__(self) -> None:
        folder = wheel("trueocr") / "models"
        facts = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        self._characters = ["", *facts["charset"]]
        self._pad_x, self._pad_y = float(facts["pad_x"]), float(facts["pad_y"])
        self._session = session(with_rows(onnx.load(folder / "rec.onnx")))

    def read(self, grey: Picture, boxes: list[Box], widest: int) -> list[Read]:
        """One reading a box; lines longer than `widest` (at 32 pixels height) are squeezed."""
        crops = [
            crop_line(grey, box, window=CONTEXT, max_width=widest, pad_y=self._pad_y, pad_x=self._pad_x)
            for box in boxes
        ]
        reads = [NOTHING_READ] * len(boxes)
        for batch in width_batches([crop.shape[1] for crop in crops], max_batch=16, max_area=MOST_COLUMNS):
            lines, widths = pad_batch([crops[i] for i in batch])
            ids, sure, lengths = self._session.run(["ids", "conf", "lengths"], {"x": lines, "widths": widths})
            for row, i in enumerate(batch):
                length = int(lengths[row])
                reads[i] = self._spelled(ids[row, :length], sure[row, :length], boxes[i])
        return reads

    def _spelled(self, ids: Any, sure: Any, box: Box) -> Read:
        height = max(1.0, box.height)
        step = (box.width + 2 * self._pad_x * height) / max(1, len(ids))
        return _spell(ids, sure, self._characters, box.left - self._pad_x * height, step)


class DigitReader:
    """PP-OCRv6: knows no Vietnamese tones, but is independent of trueocr and good at digits and addresses."""

    name = "ppocr"

    def __init__(self) -> None:
        model, self._characters = latin_only(onnx.load(wheel("rapidocr") / "models" / "PP-OCRv6_rec_small.onnx"))
        self._session = session(model)
        index = {character: i for i, character in reversed(list(enumerate(self._characters)))}
        self._ascii, self._digits = ([0, *(index[character] for character in few)] for few in (ASCII, DIGITS))
        self._input = self._session.get_inputs()[0].name

    def scores(self, crop: Picture) -> Floats:
        """Probabilities, time steps x characters, of a line crop."""
        height, width = crop.shape[:2]
        wide = max(48, math.ceil(48 * width / height))
        how = cv2.INTER_AREA if height > 48 else cv2.INTER_CUBIC
        line = (
            cv2.resize(colour_of(crop), (wide, 48), interpolation=how).astype(np.float32).transpose(2, 0, 1) / 127.5 - 1
        )
        if wide < 160:
            line = np.concatenate([line, np.ones((3, 48, 160 - wide), np.float32)], 2)
        return np.asarray(self._session.run(None, {self._input: line[None]})[0][0], np.float32)

    def any_text(self, scores: Floats) -> Read:
        return _spell(scores.argmax(1), scores.max(1), self._characters, 0.0, 1.0)

    def ascii_text(self, scores: Floats) -> Read:
        return self._best(scores, self._ascii)

    def digits(self, scores: Floats) -> Read:
        return self._best(scores, self._digits)

    def _best(self, scores: Floats, allowed: list[int]) -> Read:
        part = scores[:, allowed]
        characters = [self._characters[i] for i in allowed]
        return _spell(part.argmax(1), part.max(1), characters, 0.0, 1.0)


class NameReader:
    """asterocr: the best of the three at Vietnamese names, and the slowest."""

    name = "asterocr"
    widest = 1000
    """Wider lines (at 32 pixels height) crash the network."""

    def __init__(self) -> None:
        folder = wheel("asterocr") / "assets"
        # the wheel's own loader takes every processor
        self._session = session(folder / "asternet.onnx")
        self._characters = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))["chars"]

    def read(self, crop: Picture) -> Read:
        height, width = crop.shape[:2]
        wide = (max(32, int(width * 32 / height)) + 3) // 4 * 4
        if wide > self.widest:
            return NOTHING_READ
        how = cv2.INTER_AREA if height > 32 else cv2.INTER_LINEAR
        line = cv2.resize(colour_of(crop), (wide, 32), interpolation=how).astype(np.float32) / 127.5 - 1
        scores = self._session.run(None, {"images": line.transpose(2, 0, 1)[None]})[0][:, 0]
        characters = ["", *self._characters[1:]]
        return _spell(scores.argmax(1), np.exp(scores.max(1)), characters, 0.0, 1.0)


class PageModels:
    """trueocr's page direction and text line detector."""

    def __init__(self) -> None:
        folder = wheel("trueocr") / "models"
        self._direction = session(folder / "orient.onnx")
        self._detector = session(with_packed_output(onnx.load(folder / "det.onnx")))

    def quarter_turns(self, grey: Picture) -> int:
        """By how many quarter turns, counter-clockwise, the page is turned."""
        small, _ = shrunk(grey, ORIENT_SIDE)
        scores = self._direction.run(None, {"x": orient_input(small)[None, None]})[0][0]
        return int(scores[:4].argmax())

    def line_map(self, grey: Picture, long_side: int) -> tuple[Floats, float]:
        """The detector's output for the picture at `long_side`, and the factor by which it was scaled."""
        small, factor = shrunk(grey, long_side)
        ink, enlarged = det_input(small, long_side)
        how = giving_back_memory() if long_side > DETECTED_LONG_SIDE else None
        return line_map(self._detector.run(None, {"x": ink[None, None]}, how)[0][0]), factor * enlarged


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """All networks of one process."""

    page: PageModels
    lines: LineReader
    digits: DigitReader
    names: NameReader


@cache
def readers() -> Readers:
    """Loaded at the first page, kept for the process's life (0.6 s, 130 MB)."""
    cv2.setNumThreads(1)
    return Readers(page=PageModels(), lines=LineReader(), digits=DigitReader(), names=NameReader())


def _spell(ids: Any, sure: Any, characters: list[str], start: float, step: float) -> Read:
    """Repeated and blank (0) time steps collapse into characters; each step is `step` wide from `start` on."""
    ids = np.asarray(ids)
    kept = np.flatnonzero((ids != 0) & np.concatenate(([True], ids[1:] != ids[:-1])))
    if not len(kept):
        return NOTHING_READ
    steps = zip(ids[kept].tolist(), kept.tolist(), strict=True)
    spelled = [(characters[at], start + (step_number + 0.5) * step) for at, step_number in steps if characters[at]]
    return Read(
        text="".join(character for character, _ in spelled),
        least_sure=float(sure[kept].min()),
        sure=float(sure[kept].mean()),
        places=tuple(place for _, place in spelled),
    )
