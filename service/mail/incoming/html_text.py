"""HTML of a mail as plain text: what a person would read, quoted mails marked with `>`, links beside their words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

LONGEST_HTML = 2_000_000
"""Characters of HTML that are read; the rest is cut (the raw mail stays on the shelf)."""

UNSEEN = frozenset({"script", "style", "xml", "title", "template", "noscript", "object", "select"})
"""`head` is none of them: what is in it is, and some programs never end it."""
BLOCKS = frozenset(
    {
        "p",
        "div",
        "tr",
        "table",
        "ul",
        "ol",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "hr",
        "section",
    }
)
VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "col", "area", "base", "wbr", "embed", "source"})
OPENINGS = {"td": " ", "th": " ", "li": "- "}
TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:]*)(.*)", re.DOTALL)
HREF = re.compile(r"href\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s]+)", re.IGNORECASE)
MARKS = re.compile(r"\b(?:class|id|data-marker)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s]+)", re.IGNORECASE)
QUOTES = (
    "gmail_quote",
    "gmail_attr",
    "yahoo_quoted",
    "moz-cite-prefix",
    "protonmail_quote",
    "tutanota_quote",
    "__quoted_text__",
    "reply-intro",
)
"""Class names, ids and markers of the boxes in which mail programs put the earlier mail."""
FROM_HERE_ON = (
    "divrplyfwdmsg",
    "appendonsend",
    "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message",
    "olk_src_body_section",
    "zwchr",
    "__divider__",
    "stopspelling",
)
"""Outlook and Zimbra only mark where the earlier mail begins: everything below is quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tag:
    """What a tag does, worked out once however often the page writes it."""

    name: str = ""
    closing: bool = False
    is_words: bool = False
    """A `<` that begins no tag."""
    ends_line: bool = False
    opening: str = ""
    link: str | None = None
    unseen: bool = False
    quoted: bool = False
    quoted_from_here_on: bool = False
    has_inside: bool = False
    is_plain: bool = False
    """It ends a line at most."""


def _tag(written: str) -> _Tag:
    """What stands between `<` and `>`; comments and declarations do nothing."""
    found = TAG.match(written)
    if found is None:
        return _Tag(is_words=not written.startswith(("!", "?")), is_plain=True)
    name, attributes, closing = found[2].lower(), found[3], bool(found[1])
    marks = _marks(attributes)
    quoted, quoted_from_here_on = name == "blockquote" or _are_any(QUOTES, marks), _are_any(FROM_HERE_ON, marks)
    return _Tag(
        name=name,
        closing=closing,
        ends_line=name in BLOCKS or (name == "br" and not closing),
        opening=OPENINGS.get(name, ""),
        link=_target(attributes) if name == "a" else None,
        unseen=name in UNSEEN,
        quoted=quoted,
        quoted_from_here_on=quoted_from_here_on,
        has_inside=name not in VOID and not attributes.endswith("/"),
        is_plain=not (quoted or quoted_from_here_on or name == "a" or name in OPENINGS or name in UNSEEN),
    )


_NO_TAG = _Tag(is_words=True)


def _target(attributes: str) -> str:
    found = HREF.search(attributes)
    return unescape(found[1].strip("\"' ")) if found else ""


class _Reader:
    """Collects lines. Every step costs the same, however broken the HTML: html.parser takes hours over `<a <a <a …`."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        """Where each line's words begin in the HTML, and the line; of several blank ones the first."""
        self._begun = 0
        self._words: list[str] = []
        self._tags: dict[str, _Tag] = {}
        self._open: list[_Tag] = []
        self._open_by_name: defaultdict[str, int] = defaultdict(int)
        self._unseen = 0
        self._quoted = 0
        self._links: list[str] = []

    def read(self, html: str) -> None:
        first, *pieces = html.split("<")
        if first:
            self._say(first, 0)
        place = len(first)
        for piece in pieces:
            written, closed, words = piece.partition(">")
            tag = (self._tags.get(written) or self._learn(written)) if closed else _NO_TAG
            if tag.is_words:
                self._say(f"<{piece}", place)
            else:
                self._obey(tag, place)
                if words:
                    self._say(words, place + len(written) + 2)
            place += len(piece) + 1

    def _learn(self, written: str) -> _Tag:
        tag = self._tags[written] = _tag(written)
        return tag

    def _obey(self, tag: _Tag, place: int) -> None:
        if tag.ends_line:
            self._end_line(place)
        if tag.closing:
            self._end(tag)
        elif tag.has_inside or not tag.is_plain:
            self._start(tag, place)

    def _start(self, tag: _Tag, place: int) -> None:
        if tag.has_inside:
            self._open.append(tag)
            self._open_by_name[tag.name] += 1
        if tag.is_plain:
            return
        if tag.opening:
            self._say(tag.opening, place)
        if tag.link is not None:
            self._links.append(tag.link)
        self._quoted += tag.quoted_from_here_on  # to the end: no tag of the page ends it
        if tag.has_inside:
            self._unseen += tag.unseen
            self._quoted += tag.quoted

    def _end(self, tag: _Tag) -> None:
        if tag.name == "a" and self._links:
            self._say_link(self._links.pop())
        while self._open and self._open_by_name[tag.name]:
            last = self._open.pop()
            self._open_by_name[last.name] -= 1
            self._unseen -= last.unseen
            self._quoted -= last.quoted
            if last.name == tag.name:
                return

    def _say(self, words: str, place: int) -> None:
        if self._unseen:
            return
        if not self._words:
            self._begun = place
        self._words.append(unescape(words))

    def _say_link(self, target: str) -> None:
        """The target stays readable: a link in place of a file is recognised by it."""
        if target.lower().startswith(("http://", "https://")) and target not in "".join(self._words[-3:]):
            self._words.append(f" <{target}>")

    def _end_line(self, place: int) -> None:
        text = " ".join("".join(self._words).split()) if self._words else ""
        if text:
            self.lines.append((self._begun, f"{'> ' * min(self._quoted, 5)}{text}"))
        elif not self.lines or self.lines[-1][1]:
            self.lines.append((place, ""))
        self._words.clear()

    def finished(self) -> list[tuple[int, str]]:
        self._end_line(self._begun)
        return self.lines


def without_comments(html: str) -> str:
    """Also without Word's conditional comments; a comment that does not end reaches to the end."""
    kept, position = [], 0
    while (start := html.find("<!--", position)) >= 0:
        kept.append(html[position:start])
        end = html.find("-->", start + 4)
        position = end + 3 if end >= 0 else len(html)
    return "".join((*kept, html[position:]))


def _marks(attributes: str) -> list[str]:
    return [mark.lower() for mark in MARKS.findall(attributes[:2_000])] if attributes else []


def _are_any(known: Sequence[str], marks: Sequence[str]) -> bool:
    return any(name in mark for name in known for mark in marks)


def lines_of(html: str, *, longest: int = LONGEST_HTML) -> list[tuple[int, str]]:
    """The lines of HTML without comments, each with the place where its words begin; quoted ones begin with `>`."""
    reader = _Reader()
    reader.read(html[:longest])
    return reader.finished()


def html_to_text(html: str) -> str:
    """The words of an HTML mail."""
    lines = lines_of(without_comments(html[:LONGEST_HTML]))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line for _, line in lines)).strip()
