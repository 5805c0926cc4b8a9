"""One field's value from its place on the upright page: boxes or a plain line, by the readers that suit its kind."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from service.core.campaigns import ColumnKind, FormField
from service.core.forms import FieldReading
from service.documents.recognition.boxes import composed_line, find_cells
from service.documents.recognition.labels import without_leaders
from service.documents.recognition.places import without_leader_dots
from service.documents.recognition.readers import Read, Readers
from service.documents.recognition.shapes import Box, Picture, cut
from service.documents.recognition.strips import Strip, level_strip
from service.documents.recognition.values import DIGIT_KINDS
from service.documents.recognition.votes import Vote, decide, decide_name, vote

WIDEST_DIGITS, WIDEST_NAME, WIDEST_TEXT = 1400, 1500, 1600


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
    grey, place = value.picture, value.place
    cells = find_cells(grey, place, field.boxes) if field.boxes else None
    line, filled = composed_line(grey, cells) if cells is not None else (None, 0)
    if cells is not None and line is not None:
        strip, box = place, cells.box
    else:
        strip = box = without_leader_dots(grey, place)
        line, filled = cut(grey, _grown(strip, 0.1)), 0
    if min(line.shape) < 6:
        return None
    votes = _digit_votes(grey, strip, line, field.kind, readers, boxed=filled > 0)
    if filled:
        # a number that lost a box looks like a shorter one, an old nine-digit ID among them
        votes = [it for it in votes if not it.valid or sum(character.isdigit() for character in it.value) == filled]
    return decide(votes, box)


def _digit_votes(
    grey: Picture, strip: Box, line: Picture, kind: ColumnKind, readers: Readers, *, boxed: bool
) -> list[Vote]:
    """Both networks on the prepared line; trueocr also on the untouched strip, PP-OCRv6 also with digits only."""
    padded = _framed(line, int(0.2 * line.shape[0]))
    inner = Box(0, 0.1 * padded.shape[0], padded.shape[1], 0.9 * padded.shape[0])
    untouched = readers.lines.read(grey, [strip], WIDEST_DIGITS)[0]
    prepared = readers.lines.read(padded, [inner], WIDEST_DIGITS)[0]
    scores = readers.digits.scores(padded)
    votes = [
        vote(kind, readers.lines.name, "", prepared),
        vote(kind, readers.digits.name, "", readers.digits.any_text(scores)),
        vote(kind, readers.lines.name, "strip", _without_rules(untouched) if boxed else untouched),
    ]
    if boxed or kind is not ColumnKind.DATE:
        # a date without boxes needs its slashes
        votes.append(vote(kind, readers.digits.name, "digits", readers.digits.digits(scores)))
    return votes


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
    return decide(votes, box)


def _read_text(value: Strip, kind: ColumnKind, readers: Readers) -> FieldReading | None:
    """Free text needs one reader: nothing is accepted by it alone."""
    grey, box = value.picture, without_leader_dots(value.picture, value.place)
    read = readers.lines.read(grey, [box], WIDEST_TEXT)[0]
    return decide(
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
