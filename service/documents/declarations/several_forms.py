"""Whether more than one form stands on a page: then its labels stand there twice, and no value may be mixed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from service.documents.pages.labels import Label, LabelBook

REPEATED_LABELS = 3
"""So many different labels that stand twice are a second form; one or two may be words of the text."""
SURELY_LABEL = 95.0
"""The likeness and place of a label; "ghi rõ họ tên" below a signature or "Mẫu số 01" reach less (at most 88)."""


def several_forms(texts: Iterable[str], book: LabelBook) -> bool:
    """Whether the lines, as read, are those of several forms, one above the other or side by side."""
    counted = Counter(label.key for text in texts for label in sure_labels(text, book))
    return sum(count > 1 for count in counted.values()) >= REPEATED_LABELS


def sure_labels(text: str, book: LabelBook) -> Iterator[Label]:
    """The labels of a line beyond doubt, also the same one again: two forms side by side may be read as one line."""
    yield from (label for label in all_labels(text, book) if label.score >= SURELY_LABEL)


def all_labels(text: str, book: LabelBook) -> Iterator[Label]:
    """The same with those that may only look like labels."""
    found = book.find(text)
    yield from found
    seen = {label.key for label in found}
    for first in found:
        again = book.find(text[first.end :])
        yield from (
            replace(label, start=first.end + label.start, end=first.end + label.end)
            for label in again
            if label.key == first.key and label.key in seen
        )
