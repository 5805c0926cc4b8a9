"""HTML of a mail as plain text: what a person would read, quoted mails marked with `>`, links beside their words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

LONGEST_HTML = 2_000_000
"""Characters of HTML that are read; the rest is cut (the raw mail stays on the shelf)."""

UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "select"})
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
TOKEN = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)([^<>]*)>|<[!?][^<>]*>|([^<]+|<)")
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


class _Reader:
    """Collects lines. Every step costs the same, however broken the HTML: html.parser takes hours over `<a <a <a …`."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        """Where each line's words begin in the HTML, and the line."""
        self._begun = 0
        self._words: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []
        self._unseen = 0
        self._quoted = 0
        self._links: list[str] = []

    def read(self, html: str) -> None:
        for token in TOKEN.finditer(html):
            closing, tag, attributes, words = token.groups()
            if words is None and tag is None:
                continue
            if not self._words:
                self._begun = token.start()
            if words is not None:
                self._say(unescape(words))
            elif closing:
                self._end(tag.lower())
            else:
                self._start(tag.lower(), attributes)

    def _start(self, tag: str, attributes: str) -> None:
        if tag in BLOCKS or tag == "br":
            self._end_line()
        if tag in OPENINGS:
            self._words.append(OPENINGS[tag])
        if tag == "a":
            target = HREF.search(attributes)
            self._links.append(unescape(target[1].strip("\"' ")) if target else "")
        marks = _marks(attributes)
        if _are_any(FROM_HERE_ON, marks):
            self._quoted += 1  # to the end: no tag of the page ends it
        if tag in VOID or attributes.endswith("/"):
            return
        unseen, quoted = tag in UNSEEN, tag == "blockquote" or _are_any(QUOTES, marks)
        self._unseen += unseen
        self._quoted += quoted
        self._open.append((tag, unseen, quoted))

    def _end(self, tag: str) -> None:
        if tag == "a" and self._links:
            self._say_link(self._links.pop())
        if tag in BLOCKS:
            self._end_line()
        # Only recent tags are searched: a mail with a million unclosed tags must not cost a million squared.
        if not any(name == tag for name, _, _ in self._open[-60:]):
            return
        while self._open:
            name, unseen, quoted = self._open.pop()
            self._unseen -= unseen
            self._quoted -= quoted
            if name == tag:
                return

    def _say(self, words: str) -> None:
        if not self._unseen:
            self._words.append(words)

    def _say_link(self, target: str) -> None:
        """The target stays readable: a link in place of a file is recognised by it."""
        if target.lower().startswith(("http://", "https://")) and target not in "".join(self._words[-3:]):
            self._say(f" <{target}>")

    def _end_line(self) -> None:
        text = " ".join("".join(self._words).split())
        self._words = []
        prefix = "> " * min(self._quoted, 5)
        self.lines.append((self._begun, f"{prefix}{text}" if text else ""))

    def finished(self) -> list[tuple[int, str]]:
        self._end_line()
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
