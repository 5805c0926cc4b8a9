"""Finding the table in a sheet: which rows are its heading, and which column holds what.

Headings stand in one to three rows, merged or not, in any order, in the office's own words. Every row block of the
first rows is tried as the heading; the one that explains the most columns wins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from service.core.campaigns import Column, ColumnKind
from service.core.grids import Sheet
from service.core.vietnam.text import folded_words, tidy

SEARCHED_ROWS = 60
"""Title blocks are long, yet nobody starts a table below this row."""
MOST_COLUMNS = 200
HEADER_HEIGHT = 3
EXACT, WITHOUT_BRACKETS, CONTAINED = 100.0, 99.0, 82.0
TYPING_ERRORS = 86.0
"""Measured on the synonyms: below this "Mã số BHYT" and "Mã số BHXH" (80) would be taken for one another."""
SHORTEST_FUZZY = 6
LONGEST_HEADING = 120
PLAINLY_HEADED = 8
"""So many headings of one row as we know them leave no doubt which row is the header."""
MOST_REMEMBERED = 20_000
_MOST_TEMPLATES = 500
_FEWEST_HEADINGS = 2
CONTAINED_SHARE = 0.6
"""A longer heading is taken for the synonym inside it when the synonym is most of it: not "Ngày cấp CMND/CCCD"."""
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\*")
_DATA = re.compile(r"\d{5}|^[^\s(@]+@|\d[/.\-]\d+[/.\-]\d")
"""Numbers, addresses and dates stand in cells of people, not in headings."""
_DISTINGUISHING = frozenset(
    {
        ColumnKind.DATE,
        ColumnKind.GENDER,
        ColumnKind.YES_NO,
        ColumnKind.CITIZEN_ID,
        ColumnKind.SOCIAL_INSURANCE_NO,
        ColumnKind.HEALTH_CARD_NO,
    }
)
"""A list of names, telephones and addresses is a list of contacts, not a roster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterTable:
    """Where the table stands: canonical key → 1-based column, the headings as printed, and the columns left over."""

    sheet: Sheet
    header_rows: tuple[int, ...]
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    unknown: Mapping[int, str]
    score: float
    is_roster: bool
    """False for a sheet that names people and says too little of them, such as a list of discrepancies."""
    guessed: tuple[str, ...] = ()
    """Columns known by what stands in them, not by their heading."""


@dataclass(frozen=True, slots=True)
class _Printed:
    """A column's heading as printed (parents first) and the readings of it to try, best first."""

    text: str
    readings: tuple[str, ...]


def find_roster_table(sheet: Sheet, columns: Sequence[Column]) -> RosterTable | None:
    """The sheet's table: a name column and at least two others of the campaign's."""
    matcher = _matcher(tuple(columns))
    plain = _plain_anchors(sheet, matcher)
    near = {row + step for row in plain for step in range(1 - HEADER_HEIGHT, HEADER_HEIGHT)}
    grid = _header_texts(sheet, near if plain else range(1, SEARCHED_ROWS + 1))
    anchors = plain or _anchors(grid, matcher)
    tables = [_table(sheet, grid, rows, columns, matcher) for rows in _blocks(anchors)]
    candidates = [table for table in tables if len(table.columns) > _FEWEST_HEADINGS and _names_people(table, columns)]
    best = max(candidates, key=_explains, default=None)
    # A printed list repeats its heading on each page; the first is the one under which everybody stands.
    above = [
        table
        for table in candidates
        if best and table.columns == best.columns and table.header_rows[-1] < best.header_rows[0]
    ]
    return max(above, key=_explains, default=best)


def keys_of(sheet: Sheet, row: int, columns: Sequence[Column]) -> Mapping[str, int]:
    """Which columns a row's texts head exactly, the first of each."""
    known = _known_headings(tuple(columns))
    places: dict[str, int] = {}
    for column, value in enumerate(sheet.grid.lines.get(row, ())[:MOST_COLUMNS], start=1):
        if isinstance(value, str) and (key := known.get(folded_words(value))):
            places.setdefault(key, column)
    return places


def table_headed_by(sheet: Sheet, row: int, columns: Sequence[Column]) -> RosterTable:
    """The table under this one row of headings."""
    return _table(sheet, _header_texts(sheet, (row,), until=row), (row,), columns, _matcher(tuple(columns)))


def _explains(table: RosterTable) -> tuple[float, int]:
    """The same columns explained by fewer rows is the better explanation: the rest is data."""
    return table.score - len(table.header_rows), -table.header_rows[0]


def _plain_anchors(sheet: Sheet, matcher: _Matcher) -> set[int]:
    """Rows with headings where one row says many of them as we know them: typing errors need not be thought of."""
    exact = Counter(
        row
        for row, line in sheet.grid.lines.items()
        if row <= SEARCHED_ROWS
        for value in line[:MOST_COLUMNS]
        if type(value) is str and matcher.is_exact(value)
    )
    if max(exact.values(), default=0) < PLAINLY_HEADED:
        return set()
    return {row for row, count in exact.items() if count >= _FEWEST_HEADINGS}


def _header_texts(sheet: Sheet, rows: Container[int], *, until: int = SEARCHED_ROWS) -> dict[tuple[int, int], str]:
    """The texts of these rows that may be headings; a merged heading stands in every column it spans."""
    texts = {
        (row, column): text
        for row, line in sheet.grid.lines.items()
        if row <= until and row in rows
        for column, value in enumerate(line[:MOST_COLUMNS], start=1)
        if isinstance(value, str) and (text := tidy(value))
    }
    for top, left, _bottom, right in sheet.merged:
        if (top, left) in texts:
            for column in range(left + 1, min(right, MOST_COLUMNS) + 1):
                texts.setdefault((top, column), texts[top, left])
    return texts


def _blocks(anchors: Set[int]) -> Iterator[range]:
    """Every one to three neighbouring rows of which one has headings of its own; most rows are data and have none."""
    starts = sorted({anchor - above for anchor in anchors for above in range(HEADER_HEIGHT)})
    for start in starts:
        for height in range(1, HEADER_HEIGHT + 1):
            block = range(start, start + height)
            if start > 0 and anchors & set(block):
                yield block


def _anchors(grid: Mapping[tuple[int, int], str], matcher: _Matcher) -> set[int]:
    """Rows with headings, with typing errors or in other words than ours."""
    known = Counter(row for (row, _), text in grid.items() if matcher.match(text))
    return {row for row, count in known.items() if count >= _FEWEST_HEADINGS}


def _table(
    sheet: Sheet,
    grid: Mapping[tuple[int, int], str],
    rows: Sequence[int],
    columns: Sequence[Column],
    matcher: _Matcher,
) -> RosterTable:
    printed = dict(_printed_headings(grid, rows))
    assigned, scores = matcher.assign(printed)
    taken = set(assigned.values())
    return RosterTable(
        sheet=sheet,
        header_rows=tuple(rows),
        columns=assigned,
        headings={key: printed[column].text for key, column in assigned.items()},
        unknown={column: heading.text for column, heading in printed.items() if column not in taken},
        is_roster=_is_roster(assigned, columns),
        score=sum(10 * score / EXACT for score in scores),
    )


def _printed_headings(grid: Mapping[tuple[int, int], str], rows: Sequence[int]) -> Iterator[tuple[int, _Printed]]:
    """Each column's heading over all rows of the block, a parent's text reaching right over its children."""
    parents = {row: _reaching_right(grid, row, rows[-1]) for row in rows[:-1]}
    for column in sorted({column for row, column in grid if row in rows}):
        levels = [text for row in rows if (text := parents.get(row, {}).get(column) or grid.get((row, column)))]
        parts = [text for index, text in enumerate(levels) if text not in levels[:index]]
        if parts:
            readings = (" ".join(parts), parts[-1]) if len(parts) > 1 else (parts[0],)
            yield column, _Printed(" ".join(parts), readings)


def _reaching_right(grid: Mapping[tuple[int, int], str], row: int, last_row: int) -> dict[int, str]:
    """A parent heading of an unmerged table (csv, ods) continues over empty cells that have a child below."""
    reach: dict[int, str] = {}
    previous: str | None = None
    for column in range(1, max((place[1] for place in grid if place[0] in (row, last_row)), default=0) + 1):
        own = grid.get((row, column))
        has_child = any(grid.get((below, column)) for below in range(row + 1, last_row + 1))
        if own:
            previous = own if has_child else None
            reach[column] = own
        elif has_child and previous:
            reach[column] = previous
        else:
            previous = None
    return reach


def _match(heading: _Printed, matcher: _Matcher) -> dict[str, float]:
    """How well the heading fits each column; a whole heading counts more than its last line."""
    best: dict[str, float] = {}
    for penalty, text in enumerate(heading.readings):
        for key, score in matcher.match(text).items():
            best[key] = max(best.get(key, 0.0), score - penalty)
    return best


class _Matcher:
    """A campaign's headings, and how well texts fit them; remembers what it was asked, for files repeat themselves."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        self._known = _known_headings(columns)
        self._fuzzy = [name for name in self._known if len(name) >= SHORTEST_FUZZY]
        self._asked: dict[str, Mapping[str, float]] = {}
        self._exact: dict[str, bool] = {}
        self._assigned: dict[tuple[tuple[object, ...], ...], tuple[dict[str, int], tuple[float, ...]]] = {}

    def is_exact(self, text: str) -> bool:
        """Whether a text is a heading as we know it."""
        found = self._exact.get(text)
        if found is None:
            if len(self._exact) >= MOST_REMEMBERED:
                self._exact.clear()
            found = self._exact[text] = len(text) <= LONGEST_HEADING and folded_words(text) in self._known
        return found

    def assign(self, printed: Mapping[int, _Printed]) -> tuple[dict[str, int], tuple[float, ...]]:
        """Key → column by the best fit, with the scores; units that use our template all ask the same."""
        question = tuple((column, *heading.readings) for column, heading in printed.items())
        if question not in self._assigned:
            if len(self._assigned) >= _MOST_TEMPLATES:
                self._assigned.clear()
            self._assigned[question] = self._assign(printed)
        return self._assigned[question]

    def _assign(self, printed: Mapping[int, _Printed]) -> tuple[dict[str, int], tuple[float, ...]]:
        offers = sorted(
            (
                (score, -column, key)
                for column, heading in printed.items()
                for key, score in _match(heading, self).items()
            ),
            reverse=True,
        )
        assigned: dict[str, int] = {}
        scores = []
        for score, negative, key in offers:
            if key not in assigned and -negative not in assigned.values():
                assigned[key] = -negative
                scores.append(score)
        return assigned, tuple(scores)

    def match(self, text: str) -> Mapping[str, float]:
        """Keys of columns and how well the text fits them."""
        if text not in self._asked:
            if len(self._asked) >= MOST_REMEMBERED:
                self._asked.clear()
            self._asked[text] = self._judge(text)
        return self._asked[text]

    def _judge(self, text: str) -> Mapping[str, float]:
        known = self._known
        if len(text) > LONGEST_HEADING or _DATA.search(text):
            return {}
        whole, bare = folded_words(text), folded_words(_BRACKETS.sub(" ", text))
        if whole in known:
            return {known[whole]: EXACT}
        if bare in known:
            return {known[bare]: WITHOUT_BRACKETS}
        scores: dict[str, float] = {}
        if len(bare) >= SHORTEST_FUZZY:
            for name, score, _ in process.extract(bare, self._fuzzy, scorer=fuzz.ratio, score_cutoff=TYPING_ERRORS):
                scores[known[name]] = max(scores.get(known[name], 0.0), score - 2)
        return scores or _contained(bare, known)


@lru_cache(maxsize=16)
def _matcher(columns: tuple[Column, ...]) -> _Matcher:
    return _Matcher(columns)


def _contained(text: str, known: Mapping[str, str]) -> dict[str, float]:
    """A heading that says a known one and little more: "Ngày đăng ký GDĐT thành công"."""
    padded, fewest = f" {text} ", max(2, CONTAINED_SHARE * len(text.split()))
    inside = [name for name in known if name in text and f" {name} " in padded and len(name.split()) >= fewest]
    longest = max(inside, key=len, default=None)
    return {known[longest]: CONTAINED} if longest else {}


@lru_cache(maxsize=64)
def _known_headings(columns: tuple[Column, ...]) -> Mapping[str, str]:
    """Every heading and synonym, folded, with and without brackets → key. Earlier columns win."""
    known: dict[str, str] = {}
    for column in columns:
        for text in (column.heading, *column.synonyms):
            known.setdefault(folded_words(text), column.key)
    for column in columns:
        known.setdefault(folded_words(_BRACKETS.sub(" ", column.heading)), column.key)
    known.pop("", None)
    return known


def _names_people(table: RosterTable, columns: Sequence[Column]) -> bool:
    return any(column.kind is ColumnKind.NAME and column.key in table.columns for column in columns)


def _is_roster(assigned: Mapping[str, int], columns: Sequence[Column]) -> bool:
    """A name, and two others of which one is of a kind only rosters have."""
    others = [column.kind for column in columns if column.key in assigned and column.kind is not ColumnKind.NAME]
    return len(others) >= 2 and any(kind in _DISTINGUISHING for kind in others)
