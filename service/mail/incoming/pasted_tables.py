"""Tables which the sender pasted into the words of her mail, as files to be read like any other.

Only her own part counts: a table below the first sign of an earlier mail (ours with its errors, or a forwarded one) is
somebody else's. Whether what is left is a list of people is judged where files are opened.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.core.mail.messages import Attachment
from service.mail.incoming.html_text import lines_of, without_comments
from service.mail.incoming.texts import ends_at

LONGEST_PAGE = 8_000_000
"""Characters of HTML that are looked through for a table; a thousand people from Excel take about six million."""
NAME = "bang-trong-thu"
"""The file's name without its ending; the answer goes out under it."""
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_ROW = re.compile(r"<tr\b", re.IGNORECASE)
_END = re.compile(r"</table\s*>", re.IGNORECASE)
_QUOTATION_ENDS = re.compile(r"</blockquote\s*>", re.IGNORECASE)
_FEWEST_ROWS = 2
_FEWEST_TABS = 2
_PAGE = '<html><head><meta charset="utf-8"></head><body>{}</body></html>'


def pasted_tables(pages: Sequence[str], new_text: str) -> tuple[Attachment, ...]:
    """The tables of the mail's own HTML as one page; without any, its lines with tabs as a sheet.

    `pages`: the HTML forms of the words; `new_text`: the plain words without quotations.
    """
    own = [tables for page in pages if (tables := _tables_of(page))]
    if own:
        content = _PAGE.format("\n".join(own)).encode("utf-8", "replace")
        return (Attachment(name=f"{NAME}.html", media_type="text/html", content=content),)
    lines = _tabbed(new_text)
    if not lines:
        return ()
    return (Attachment(name=f"{NAME}.tsv", media_type="text/csv", content=lines.encode("utf-8", "replace")),)


def _tables_of(page: str) -> str:
    """From the first table of the sender's own part to the end of its last; empty when no table has several rows."""
    if len(page) > LONGEST_PAGE or not _TABLE.search(page):
        return ""
    part = own_part(page)
    first = _TABLE.search(part)
    if first is None or len(_ROW.findall(part)) < _FEWEST_ROWS:
        return ""
    ends = [found.end() for found in _END.finditer(part)]
    return part[first.start() : max(ends, default=len(part))]


def own_part(page: str) -> str:
    """The HTML above the first sign of an earlier mail; with nothing above a marked quotation, what stands below it."""
    page = without_comments(page)
    lines = lines_of(page, longest=LONGEST_PAGE)
    texts = [text for _, text in lines]
    said = [number for number, text in enumerate(texts) if text]
    end = ends_at(texts)
    if not any(number < end for number in said):
        quoted = [number for number in said if texts[number].startswith(">")]
        below = [number for number in said if quoted and number > quoted[-1]]
        if not below or ends_at(texts[below[0] :]) < len(texts) - below[0]:
            return ""
        return _below_quotation(page[lines[quoted[-1]][0] :])
    return page[: lines[end][0]] if end < len(lines) else page


def _below_quotation(page: str) -> str:
    end = _QUOTATION_ENDS.search(page)
    return page[end.end() :] if end else ""


def _tabbed(text: str) -> str:
    """The lines from the first with several columns to the last one."""
    lines = text.split("\n")
    places = [number for number, line in enumerate(lines) if line.count("\t") >= _FEWEST_TABS]
    if len(places) < _FEWEST_ROWS:
        return ""
    return "\n".join(lines[places[0] : places[-1] + 1]) + "\n"
