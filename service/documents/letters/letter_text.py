"""The plain text in which annexes are kept, read into paragraphs: what letters, guides and notices are set from.

A file may begin with `key: value` lines up to a line `---` (a key may come again; `#` begins a comment there).
Below it, empty lines part the paragraphs; a line that begins with `# ` or `## ` is a heading, with `- ` an item and
with `+ ` an item below it; `1. ` stays as written; `**bold**` and `*italic*` are marked so. Blanks in braces, such
as `{deadline}`, are filled with the campaign's facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

_MARKED = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*")
_BLANK = re.compile(r"\{(\w+)\}")


class UnknownBlank(ValueError):
    """A text asks for a fact that there is not: value, problem, remedy."""

    def __init__(self, blank: str, known: Mapping[str, str]) -> None:
        super().__init__(f"{{{blank}}}: no such fact; write one of {', '.join(sorted(known))}")


class ParagraphKind(StrEnum):
    """What a paragraph is."""

    HEADING = "heading"
    SUBHEADING = "subheading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    SUBITEM = "subitem"


_BEGINNINGS = (
    ("## ", ParagraphKind.SUBHEADING),
    ("# ", ParagraphKind.HEADING),
    ("- ", ParagraphKind.ITEM),
    ("+ ", ParagraphKind.SUBITEM),
)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    kind: ParagraphKind
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterText:
    """A file, read: the values of its head by key, and its paragraphs."""

    head: Mapping[str, tuple[str, ...]]
    paragraphs: tuple[Paragraph, ...]

    def first(self, key: str) -> str:
        return next(iter(self.head.get(key, ())), "")


def read_letter_text(source: str, facts: Mapping[str, str]) -> LetterText:
    """Fills the blanks and reads. Raises UnknownBlank."""
    filled = fill(source, facts)
    head, parted, body = filled.partition("\n---\n")
    if not parted:
        head, body = "", filled
    return LetterText(head=_head(head), paragraphs=paragraphs(body))


def fill(text: str, facts: Mapping[str, str]) -> str:
    """Every `{blank}` replaced. Raises UnknownBlank."""

    def fact(found: re.Match[str]) -> str:
        if found[1] not in facts:
            raise UnknownBlank(found[1], facts)
        return facts[found[1]]

    return _BLANK.sub(fact, text)


def paragraphs(body: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a text without a head."""
    return tuple(_paragraph(block) for block in _blocks(body))


def _head(head: str) -> Mapping[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for line in head.splitlines():
        key, colon, value = line.partition(":")
        if colon and not line.startswith("#"):
            values[key.strip()] = (*values.get(key.strip(), ()), value.strip())
    return values


def _blocks(body: str) -> Iterator[str]:
    """Lines of one paragraph joined; headings and items begin anew without an empty line."""
    block: list[str] = []
    for line in [*body.splitlines(), ""]:
        begins = not line.strip() or any(line.startswith(mark) for mark, _ in _BEGINNINGS)
        if begins and block:
            yield " ".join(block)
            block = []
        if line.strip():
            block.append(line.strip())


def _paragraph(block: str) -> Paragraph:
    for mark, kind in _BEGINNINGS:
        if block.startswith(mark):
            return Paragraph(kind, tuple(_spans(block[len(mark) :])))
    return Paragraph(ParagraphKind.PARAGRAPH, tuple(_spans(block)))


def _spans(text: str) -> Iterator[Span]:
    end = 0
    for found in _MARKED.finditer(text):
        if found.start() > end:
            yield Span(text[end : found.start()])
        yield Span(found[1] or found[2], bold=found[1] is not None, italic=found[1] is None)
        end = found.end()
    if end < len(text):
        yield Span(text[end:])
