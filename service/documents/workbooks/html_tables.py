"""Tables in HTML, saved as .xls or pasted into a mail → sheets.

Programs of offices write "Excel files" that are HTML pages inside; the content decides, whatever the name says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from service.core.grids import Workbook
from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile
from service.documents.workbooks.table_builder import MOST_TABLES, TableBuilder, span

_PIECE = 16_384
"""Characters the parser gets at a time: it stops for an error of ours only between two pieces."""
_DEEPEST = 1_000
"""Elements in elements. An end tag without its beginning is searched for through all that are open."""
_PAGE_ENDS = re.compile(r"</(?:body|html)\b[^<>]*>", re.IGNORECASE)
"""Of pages inside pages; the end of an inner one would end the table around it."""


def read_html(text: str, *, max_cells: int) -> Workbook:
    """Every table of a page as a sheet. Raises UnreadableFile."""
    reader = _HtmlTables(max_cells)
    # The text is decoded already: what the page says of its encoding does not count any more.
    parser = etree.HTMLParser(target=reader, encoding="utf-8", huge_tree=True)
    page = _PAGE_ENDS.sub("", text)
    try:
        for start in range(0, len(page), _PIECE):
            parser.feed(page[start : start + _PIECE].encode("utf-8", "replace"))
        parser.close()
    except etree.LxmlError as error:
        raise UnreadableFile(Problem.CORRUPT, f"html: {error}") from error
    tables = [table for table in reader.tables if table.lines or table.special]
    return Workbook(sheets=tuple(table.sheet(f"Table{number}") for number, table in enumerate(tables, start=1)))


class _HtmlTables:
    """Tables inside tables are laid out flat: letters are set in tables, and the roster is the inner one."""

    def __init__(self, max_cells: int) -> None:
        self.max_cells = max_cells
        self.tables: list[TableBuilder] = []
        self._open: list[TableBuilder] = []
        self._text: list[str] | None = None
        self._spans = (1, 1)
        self._silent = 0
        self._depth = 0

    def start(self, tag: str, said: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnreadableFile(Problem.CORRUPT, f"html: more than {_DEEPEST} elements in each other")
        if tag in ("style", "script"):
            self._silent += 1
        elif tag == "table":
            self._start_table()
        elif tag == "tr" and self._open:
            self._start_row(said.get("style", ""))
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            self._text = []
            self._spans = (span(said.get("colspan")), span(said.get("rowspan")))
        elif tag in ("br", "p", "div") and self._text:
            self._text.append(" ")

    def end(self, tag: str) -> None:
        self._depth -= 1
        if tag in ("style", "script"):
            self._silent -= 1
        elif tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table" and self._open:
            self._end_cell()
            self._open.pop()

    def data(self, text: str) -> None:
        if self._text is not None and not self._silent:
            self._text.append(text)

    def close(self) -> None:
        """Asked for by the parser at the end."""

    def _start_table(self) -> None:
        self._end_cell()
        self._open.append(TableBuilder(self.max_cells))
        if len(self.tables) < MOST_TABLES:
            self.tables.append(self._open[-1])

    def _start_row(self, style: str) -> None:
        self._end_cell()
        table = self._open[-1]
        table.start_row()
        if "display:none" in style.replace(" ", "").lower():
            table.hidden.add(table.row)

    def _end_cell(self) -> None:
        if self._text is None or not self._open:
            return
        table = self._open[-1]
        if table.row == 0:
            table.start_row()
        table.add(" ".join("".join(self._text).split()), columns=self._spans[0], rows=self._spans[1])
        self._text = None
