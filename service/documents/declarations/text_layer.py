"""Declarations with a text layer: the words as the PDF gives them, the same search for labels, no recognition.

Only an upright layer whose labels and values are really text is believed; scans with guessed text behind them, forms
with values drawn as pictures and sideways pages are left to recognition.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise, zip_longest
from typing import Any

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import PdfminerException

from service.core.campaigns import ColumnKind, FormField, FormLayout
from service.core.declarations.names_on_page import may_name
from service.core.forms import FieldReading, PageKind, PageReading, Source
from service.documents.declarations.page_signs import page_kind
from service.documents.declarations.repeated_print import more_than_one_form
from service.documents.fields.canonical_values import canonical, is_valid
from service.documents.fields.places import ValuePlace
from service.documents.fields.typed_ticks import ticked_in_text
from service.documents.pages.labels import Label, LabelBook, label_book, number_before
from service.documents.pages.lines import Line
from service.documents.pages.shapes import Box, Flat, Picture, grey_of
from service.documents.signatures.signature import judge_signature

ENOUGH_LETTERS, VOWELS = 400, "aeiouy"
"""Letters of a page that is plain text beyond doubt; vowels are a third of any language's."""
WIDE_GAP = 3.0
"""Heights of the row."""
ENOUGH_VALUES = 3
"""With fewer values the layer is only the empty form's print."""


def read_text_page(content: bytes, picture: Picture, layout: FormLayout, *, page: int) -> PageReading | None:
    """The page by its text layer, or None where the layer does not carry the form's values.

    A page of plain text without a label, title or caption of the form is another paper: it need not be recognised.
    `picture`: the rendered page; boxes are in its pixels, and the signature is judged on it.
    """
    lines = text_lines(content, page, picture.shape[1], picture.shape[0])
    book = label_book(layout)
    found = [book.find(line.text) for line in lines]
    fields = _fields(lines, found, layout)
    kind = page_kind(lines, set(fields), book)
    if kind is PageKind.OTHER and _is_other_text(lines, book):
        return PageReading(page=page, kind=kind, rotation=0, source=Source.TEXT)
    if kind is not PageKind.DECLARATION or len(fields) < ENOUGH_VALUES:
        return None
    grey = grey_of(picture)
    if more_than_one_form(lines, book, grey):
        return None  # recognition takes them apart
    fields |= ticked_in_text(grey, layout, _places(lines, found), lines)
    name = next((fields[field.key].value for field in layout.fields if _is_name(field) and field.key in fields), "")
    signature = judge_signature(Flat(picture=picture), [*_apart(lines)], book, name)
    return PageReading(
        page=page,
        kind=PageKind.DECLARATION,
        rotation=0,
        source=Source.TEXT,
        fields=fields,
        names=may_name(line.text for line in lines),
        signed=signature.signed,
        signature_box=signature.box,
    )


def _is_other_text(lines: list[Line], book: LabelBook) -> bool:
    """Much text that is surely read right and shows nothing of the form.

    Letters of the old Vietnamese fonts come out as wrong ones, and some fonts give no sense at all: not believed.
    """
    if any(book.find(line.text) or book.is_title(line.text) or book.is_caption(line.text) for line in lines):
        return False
    text = "".join(line.text for line in lines)
    letters = [character for character in text if character.isalpha()]
    plain = sum(character.isascii() for character in letters)
    vowels = sum(character in VOWELS for character in "".join(letters).casefold())
    return (
        len(letters) >= ENOUGH_LETTERS
        and len(letters) >= 0.7 * len("".join(text.split()))
        and plain >= 0.97 * len(letters)
        and 0.25 * len(letters) <= vowels <= 0.55 * len(letters)
    )


def _is_name(field: FormField) -> bool:
    return field.kind is ColumnKind.NAME


def text_lines(content: bytes, page: int, width: int, height: int) -> list[Line]:
    """Lines of the page's upright text, scaled to a picture of width x height; none where it cannot be parsed."""
    try:
        with pdfplumber.open(io.BytesIO(content), pages=[page]) as document:
            return _scaled_lines(document.pages[0], width, height)
    except _UNUSABLE:
        # pdfium made a picture of it all the same, so recognition reads the page
        return []


_UNUSABLE = (
    PDFException,
    PdfminerException,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    AssertionError,
)
"""What pdfminer raises on PDFs that viewers still show."""


def _scaled_lines(page: Any, width: int, height: int) -> list[Line]:
    upright = sum(bool(character["upright"]) and character["matrix"][0] > 0 for character in page.chars)
    if upright <= 0.9 * len(page.chars):
        return []
    across, down = width / float(page.width), height / float(page.height)
    return [_line(it, across, down) for it in page.extract_text_lines()]


def _line(found: dict[str, Any], across: float, down: float) -> Line:
    text, box = unicodedata.normalize("NFC", found["text"]), _box(found, across, down)
    printed = [it for it in found["chars"] if not it["text"].isspace()]
    middles = iter((it["x0"] + it["x1"]) / 2 * across for it in printed)
    places = tuple(box.left if letter.isspace() else next(middles, box.right) for letter in text)
    return Line(text=text, sure=1.0, box=box, places=places if len(places) == len(text) else ())


def _apart(lines: Iterable[Line]) -> Iterator[Line]:
    """Words far apart on one row as lines of their own: captions of two people's signatures stand beside each other."""
    for line in lines:
        words = [(it.start(), it.end()) for it in re.finditer(r"\S+", line.text)]
        begin = 0
        for (_, end), (start, _) in pairwise(words):
            if line.place(start) - line.place(end - 1) > WIDE_GAP * line.box.height:
                yield _piece(line, begin, end)
                begin = start
        yield _piece(line, begin, len(line.text)) if begin else line


def _piece(line: Line, begin: int, end: int) -> Line:
    aside = line.box.height / 4
    left, right = line.place(begin) - aside, line.place(end - 1) + aside
    return Line(
        text=line.text[begin:end],
        sure=line.sure,
        box=Box(left, line.box.top, right, line.box.bottom),
        places=line.places[begin:end],
    )


def _box(line: dict[str, Any], across: float, down: float) -> Box:
    """The line's place, with room for the accents of capitals, which stick out above the font's own height."""
    accents = 0.3 * (line["bottom"] - line["top"])
    return Box(line["x0"] * across, (line["top"] - accents) * down, line["x1"] * across, line["bottom"] * down)


def _places(lines: list[Line], found: list[tuple[Label, ...]]) -> dict[str, ValuePlace]:
    """Where the values begin, also of fields that have none on the label's own line."""
    places: dict[str, ValuePlace] = {}
    for line, labels in zip(lines, found, strict=True):
        for label, following in zip_longest(labels, labels[1:]):
            right = line.box.right if following is None else line.place(following.start)
            place = Box(line.place(label.end), line.box.top, right, line.box.bottom)
            known = places.get(label.key)
            if known is None or label.score > known.score:
                places[label.key] = ValuePlace(key=label.key, box=place, score=label.score)
    return places


def _fields(lines: list[Line], found: list[tuple[Label, ...]], layout: FormLayout) -> dict[str, FieldReading]:
    kinds = {field.key: field.kind for field in layout.fields}
    best: dict[str, tuple[float, FieldReading]] = {}
    for line, labels in zip(lines, found, strict=True):
        for label, following in zip_longest(labels, labels[1:]):
            reading = _reading(line, label, following, kinds[label.key])
            if reading is not None and label.score > best.get(label.key, (0.0, reading))[0]:
                best[label.key] = label.score, reading
    return {key: reading for key, (_, reading) in best.items()}


def _reading(line: Line, label: Label, following: Label | None, kind: ColumnKind) -> FieldReading | None:
    end = len(line.text) if following is None else number_before(line.text, following)
    value = canonical(kind, line.text[label.end : end])
    if not value:
        return None
    box = Box(line.place(label.end), line.box.top, line.place(end), line.box.bottom)
    agreed = is_valid(kind, value)
    return FieldReading(value=value, confidence=1.0, agreed=agreed, readings={"text": value}, box=box.rounded())
