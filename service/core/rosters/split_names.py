"""A name in two columns under one heading: "Họ và tên" over "Nguyễn Thị Hồng" and "Nhung", merged or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from service.core.campaigns import Column
from service.core.rosters.body_rows import BodyRow
from service.core.rosters.cell_values import gender, shown, yes_or_no
from service.core.rosters.column_keys import FAMILY_NAME, FULL_NAME, GIVEN_NAME
from service.core.rosters.headings import RosterTable

_SHARE = 0.8
"""Of the people: beside so many family parts stands a given name."""
_LONGEST = 2
"""Words of a given name: "Nhung", "Hồng Nhung"."""


def with_split_name(table: RosterTable, body: Sequence[BodyRow], columns: Sequence[Column]) -> RosterTable:
    """The table with its name as family and given part, where the column beside the name's holds given names.

    That column has the same heading (merged) or none. Without a heading the words must differ as names do.
    """
    place = table.columns.get(FULL_NAME)
    known = {column.key for column in columns}
    if place is None or not {FAMILY_NAME, GIVEN_NAME} <= known or {FAMILY_NAME, GIVEN_NAME} & set(table.columns):
        return table
    beside = place + 1
    if beside in table.columns.values() or not _holds_given_names(table, body, place):
        return table
    heading = table.headings[FULL_NAME]
    others = {key: column for key, column in table.columns.items() if key != FULL_NAME}
    headings = {key: text for key, text in table.headings.items() if key != FULL_NAME}
    return replace(
        table,
        columns={**others, FAMILY_NAME: place, GIVEN_NAME: beside},
        headings={**headings, FAMILY_NAME: heading, GIVEN_NAME: ""},
        unknown={column: text for column, text in table.unknown.items() if column != beside},
    )


def _holds_given_names(table: RosterTable, body: Sequence[BodyRow], place: int) -> bool:
    heading = table.unknown.get(place + 1, "")
    if heading not in ("", table.headings[FULL_NAME]):
        return False
    rows = [row.row for row in body]
    families = [shown(value) for value in table.sheet.grid.column(place, rows)]
    pairs = [
        (family, shown(value))
        for family, value in zip(families, table.sheet.grid.column(place + 1, rows), strict=True)
        if family
    ]
    given = [word for _, word in pairs if _may_be_given(word) and (heading or not _is_answer(word))]
    enough = bool(pairs) and len(given) >= _SHARE * len(pairs)
    return enough and (bool(heading) or len({*given}) > len(given) / 2)


def _may_be_given(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= _LONGEST and all(word.isalpha() and len(word) > 1 for word in words)


def _is_answer(text: str) -> bool:
    """ "Nam", "Có": under no heading it may be a gender or a yes."""
    return gender(text) in ("Nam", "Nữ") or yes_or_no(text) != text
