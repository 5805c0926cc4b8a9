"""One field's value from its place on the upright page: boxes or a plain line, by the readers that suit its kind."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from service.core.campaigns import ColumnKind, FormField
from service.core.forms import FieldReading
from service.documents.fields.boxes import Cells, composed_line, find_cells, without_box_rules
from service.documents.fields.canonical_values import DIGIT_KINDS
from service.documents.fields.places import without_leader_dots
from service.documents.fields.votes import Vote, decide_name, decide_value, vote
from service.documents.pages.labels import without_leaders
from service.documents.pages.readers import Read, Readers
from service.documents.pages.shapes import Box, Picture, cut
from service.documents.pages.strips import Strip, level_strip

WIDEST_DIGITS, WIDEST_NAME, WIDEST_TEXT = 1400, 1500, 1600
OLD_ID = 9
"""Digits of an identity card of before 2016, and of a new one's number that was not read whole."""


def read_field(grey: Picture, place: Box, field: FormField, readers: Readers) -> FieldReading | None:
    """The field at this place, its box in pixels of the upright page; None where nothing stands there."""
    strip = level_strip(grey, place)
    if field.kind in DIGIT_KINDS:
        reading = _read_digits(strip, field, readers)
    elif field.kind is ColumnKind.NAME:
        reading = _read_name(strip, field.kind, readers)
    elif field.kind is ColumnKind.EMAIL:
        reading = _read_email(strip, field.kind, readers)
    else:
        reading = _read_text(strip, field.kind, readers)
    if reading is None or reading.box is None:
        return reading
    return replace(reading, box=strip.on_page(Box(*reading.box)).rounded())


def _read_digits(value: Strip, field: FormField, readers: Readers) -> FieldReading | None:
    """In boxes where some are seen; strokes of print may look like boxes, so that in doubt the line is read as well."""
    grey, place = value.picture, value.place
    cells = find_cells(grey, place, field.boxes) if field.boxes else None
    line, filled = composed_line(grey, cells) if cells is not None else (None, 0)
    if cells is None or line is None:
        box = without_leader_dots(grey, place)
        return decide_value(_plain_votes(grey, box, field.kind, readers, how=""), box)
    votes = _boxed_votes(value, cells, line, field.kind, readers, filled=filled)
    reading = decide_value(votes, cells.box)
    if reading is not None and reading.agreed:
        return reading
    plain = _plain_votes(grey, without_leader_dots(grey, place), field.kind, readers, how="plain ")
    return decide_value([*votes, *(it for it in plain if not it.valid or _digits(it) != OLD_ID)], cells.box)


def _boxed_votes(
    value: Strip, cells: Cells, line: Picture, kind: ColumnKind, readers: Readers, *, filled: int
) -> list[Vote]:
    """The digits set close together, and trueocr also on the boxes as they stand there.

    A number that lost a box looks like a shorter one, an old nine-digit ID among them: only whole ones count.
    """
    bare = _framed(without_box_rules(value.picture, cells, value.place), 4)
    whole = Box(0, 0, bare.shape[1], bare.shape[0])
    boxes = _without_rules(readers.lines.read(bare, [whole], WIDEST_DIGITS)[0])
    votes = [
        *_digit_votes(line, kind, readers, how="", only_digits=True),
        vote(kind, readers.lines.name, "strip", boxes),
    ]
    return [it for it in votes if not it.valid or _digits(it) == filled]


def _plain_votes(grey: Picture, box: Box, kind: ColumnKind, readers: Readers, *, how: str) -> list[Vote]:
    """The line as it stands there. A date without boxes needs its slashes."""
    line = cut(grey, _grown(box, 0.1))
    if min(line.shape) < 6:
        return []
    votes = _digit_votes(line, kind, readers, how=how, only_digits=kind is not ColumnKind.DATE)
    untouched = readers.lines.read(grey, [box], WIDEST_DIGITS)[0]
    return [*votes, vote(kind, readers.lines.name, f"{how}strip", untouched)]


def _digit_votes(line: Picture, kind: ColumnKind, readers: Readers, *, how: str, only_digits: bool) -> list[Vote]:
    """Both networks on a prepared line; `only_digits`: PP-OCRv6 also with nothing else to choose from."""
    padded = _framed(line, int(0.2 * line.shape[0]))
    inner = Box(0, 0.1 * padded.shape[0], padded.shape[1], 0.9 * padded.shape[0])
    scores = readers.digits.scores(padded)
    votes = [
        vote(kind, readers.lines.name, how, readers.lines.read(padded, [inner], WIDEST_DIGITS)[0]),
        vote(kind, readers.digits.name, how, readers.digits.any_text(scores)),
    ]
    if only_digits:
        votes.append(vote(kind, readers.digits.name, f"{how}digits", readers.digits.digits(scores)))
    return votes


def _digits(it: Vote) -> int:
    return sum(character.isdigit() for character in it.value)


def _without_rules(read: Read) -> Read:
    """Rules between boxes are read as letters."""
    text = read.text.translate(str.maketrans("", "", "|_,./l[]()ịỊjIi \t"))
    return Read(text=text, least_sure=read.least_sure, sure=read.sure)


def _read_name(value: Strip, kind: ColumnKind, readers: Readers) -> FieldReading | None:
    grey, box = value.picture, without_leader_dots(value.picture, value.place)
    height = box.height
    crop = cut(
        grey, Box(box.left - 0.1 * height, box.top - 0.15 * height, box.right + 0.2 * height, box.bottom + 0.1 * height)
    )
    if min(crop.shape) < 6:
        return None
    line = Box(box.left, box.top - 0.1 * height, box.right, box.bottom + 0.05 * height)
    votes = [
        vote(kind, readers.names.name, "", readers.names.read(crop)),
        vote(kind, readers.lines.name, "", readers.lines.read(grey, [line], WIDEST_NAME)[0]),
    ]
    return decide_name(votes, box)


def _read_email(value: Strip, kind: ColumnKind, readers: Readers) -> FieldReading | None:
    """PP-OCRv6 first: trueocr has trouble with "@". The slow third reader is asked only where the two differ."""
    grey, box = value.picture, without_leader_dots(value.picture, value.place)
    crop = cut(grey, _grown(box, 0.1))
    if min(crop.shape) < 6:
        return None
    latin = readers.digits.ascii_text(readers.digits.scores(_framed(crop, int(0.15 * crop.shape[0]))))
    votes = [
        vote(kind, readers.digits.name, "", latin),
        vote(kind, readers.lines.name, "", readers.lines.read(grey, [box], WIDEST_TEXT)[0]),
    ]
    if votes[0].value != votes[1].value:
        votes.append(vote(kind, readers.names.name, "", readers.names.read(crop)))
    return decide_value(votes, box)


def _read_text(value: Strip, kind: ColumnKind, readers: Readers) -> FieldReading | None:
    """Free text needs one reader: nothing is accepted by it alone."""
    grey, box = value.picture, without_leader_dots(value.picture, value.place)
    read = readers.lines.read(grey, [box], WIDEST_TEXT)[0]
    return decide_value(
        [vote(kind, readers.lines.name, "", Read(text=without_leaders(read.text), least_sure=read.sure))], box
    )


def _grown(box: Box, share: float) -> Box:
    """The box with `share` of its height more above and below."""
    return Box(box.left, box.top - share * box.height, box.right, box.bottom + share * box.height)


def _framed(line: Picture, border: int) -> Picture:
    """The line with a margin of paper: readers lose characters at the very edge."""
    paper = int(np.percentile(line, 92))
    wide = border + 6
    return np.asarray(cv2.copyMakeBorder(line, border, border, wide, wide, cv2.BORDER_CONSTANT, value=paper), np.uint8)
