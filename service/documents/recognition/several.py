"""Whether more than one form stands on a page: then its labels stand there twice, and no value may be taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from service.documents.recognition.labels import Label, LabelBook

REPEATED_LABELS = 3
"""So many different labels that stand twice are a second form; one or two may be words of the text."""
SURELY_LABEL = 95.0
"""The likeness and place of a label; "ghi rõ họ tên" below a signature or "Mẫu số 01" reach less (at most 88)."""


def several_forms(texts: list[str], book: LabelBook) -> bool:
    """Whether the lines, as read, are those of several forms, one above the other or side by side."""
    counted = Counter(label.key for text in texts for label in _labels(text, book) if label.score >= SURELY_LABEL)
    return sum(count > 1 for count in counted.values()) >= REPEATED_LABELS


def _labels(text: str, book: LabelBook) -> Iterator[Label]:
    """All labels of a line, also the same one again: two forms side by side may be read as one line."""
    found = book.find(text)
    yield from found
    seen = {label.key for label in found}
    for first in found:
        again = book.find(text[first.end :])
        yield from (label for label in again if label.key == first.key and label.key in seen)
