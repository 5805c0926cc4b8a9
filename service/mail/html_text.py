"""HTML of a mail as plain text: what a person would read, quoted mails marked with `>`, links beside their words."""

from __future__ import annotations

import re
from html.parser import HTMLParser

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
QUOTES = ("gmail_quote", "yahoo_quoted", "moz-cite-prefix", "divrplyfwdmsg")
"""Class names and ids of the boxes in which mail programs put the earlier mail."""


class _Reader(HTMLParser):
    """Collects lines; never fails on broken HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._words: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []
        self._unseen = 0
        self._quoted = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS or tag == "br":
            self._end_line()
        if tag in ("td", "th"):
            self._words.append(" ")
        if tag == "li":
            self._words.append("- ")
        if tag == "a":
            self._links.append(next((value or "" for name, value in attrs if name == "href"), ""))
        if tag in VOID:
            return
        unseen, quoted = tag in UNSEEN, tag == "blockquote" or _is_quote(attrs)
        self._unseen += unseen
        self._quoted += quoted
        self._open.append((tag, unseen, quoted))

    def handle_endtag(self, tag: str) -> None:
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

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._words.append(data)

    def _say_link(self, target: str) -> None:
        """The target stays readable: a link in place of a file is recognised by it."""
        if target.lower().startswith(("http://", "https://")) and target not in "".join(self._words[-3:]):
            self._words.append(f" <{target}>")

    def _end_line(self) -> None:
        text = " ".join("".join(self._words).split())
        self._words = []
        prefix = "> " * min(self._quoted, 5)
        self.lines.append(f"{prefix}{text}" if text else "")

    def text(self) -> str:
        self.close()
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip()


def _is_quote(attributes: list[tuple[str, str | None]]) -> bool:
    marks = " ".join(value or "" for name, value in attributes if name in ("class", "id")).lower()
    return any(quote in marks for quote in QUOTES)


def html_to_text(html: str) -> str:
    """The words of an HTML mail."""
    reader = _Reader()
    try:
        reader.feed(html[:LONGEST_HTML])
    except (AssertionError, ValueError):  # html.parser gives up on some malformed declarations
        reader.lines.append(re.sub(r"<[^<>]{0,500}>", " ", html[:LONGEST_HTML]))
    return reader.text()
