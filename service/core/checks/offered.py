"""Checks of what a campaign offers to choose from: the items of a list, and days up to the last one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from service.core.campaigns import ColumnKind
from service.core.checks.common import Checking, is_excused
from service.core.findings import Code, Finding
from service.core.vietnam.text import folded_words

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ALIKE = 80.0
"""Below this a written item is not taken for a misspelt one of the list."""


def only_choices(checking: Checking) -> Iterator[Finding]:
    """Where only the items of the list are allowed, one of them is written; case and accents do not matter."""
    for row, column, value in checking.cells():
        if not column.only_choices or is_excused(row):
            continue
        if folded_words(value) not in map(folded_words, column.choices):
            yield checking.finding(
                Code.NOT_ALLOWED,
                "not_allowed.choice",
                row,
                column.key,
                suggestion=_meant(value, column.choices),
                facts={"choices": "; ".join(column.choices)},
            )


def _meant(value: str, choices: Sequence[str]) -> str | None:
    """The item that was misspelt; None when it is a guess."""
    found = process.extractOne(
        folded_words(value), [folded_words(choice) for choice in choices], scorer=fuzz.ratio, score_cutoff=_ALIKE
    )
    return choices[found[2]] if found else None


def last_days(checking: Checking) -> Iterator[Finding]:
    """Not after the last day that can be chosen."""
    for row, column, value in checking.cells(ColumnKind.DATE):
        if column.not_after and _DAY.fullmatch(value) and value > column.not_after.isoformat():
            yield checking.finding(
                Code.OUT_OF_RANGE,
                "out_of_range.too_late",
                row,
                column.key,
                facts={"bound": f"{column.not_after:%d/%m/%Y}"},
            )
