"""Checks of what a campaign offers to choose from: the items of a list, and days up to the last one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from service.core.campaigns import ColumnKind
from service.core.findings import Code, Finding
from service.core.rosters.checks.checking import Checking, is_excused
from service.core.vietnam.text import folded_words

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ALIKE = 80.0
"""Below this a written item is not taken for a misspelt one of the list."""


def only_choices(checking: Checking) -> Iterator[Finding]:
    """Where only the items of the list are allowed, one of them is written; case and accents do not matter."""
    for column in checking.columns():
        if not column.only_choices:
            continue
        offered = set(map(folded_words, column.choices))
        for row, value in checking.doubtful(column, lambda value: folded_words(value) in offered):  # noqa: B023  used at once
            if is_excused(row):
                continue
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
    for column in checking.columns(ColumnKind.DATE):
        if column.not_after is None:
            continue
        last = column.not_after.isoformat()
        for row, _ in checking.doubtful(column, lambda value: not _DAY.fullmatch(value) or value <= last):  # noqa: B023  used at once
            yield checking.finding(
                Code.OUT_OF_RANGE,
                "out_of_range.too_late",
                row,
                column.key,
                facts={"bound": f"{column.not_after:%d/%m/%Y}"},
            )
