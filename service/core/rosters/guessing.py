"""A required column under a heading nobody foresaw, known by what stands in it.

Only kinds with an unmistakable form are recognised this way, only where exactly one column fits, and the unit is
told: addresses, mobile numbers, social insurance numbers, citizen IDs. A date could be any date.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from service.core.campaigns import Column, ColumnKind
from service.core.rosters.body_rows import BodyRow
from service.core.rosters.cell_values import shown
from service.core.rosters.headings import RosterTable
from service.core.vietnam import numbers, phones
from service.core.vietnam.provinces import is_birthplace

_LOOKED_AT = 2_000
"""So many rows tell what a column holds."""
_SHARE = 0.8
"""Of the filled cells: some may be wrong, for finding that out is what the list is read for."""


def with_understood_columns(table: RosterTable, body: Sequence[BodyRow], columns: Sequence[Column]) -> RosterTable:
    """The table with the missing required columns that its unknown columns turn out to be."""
    if not any(column.required and column.key not in table.columns for column in columns):
        return table
    texts = {place: _texts(table, body, place) for place in table.unknown}
    for column in columns:
        looks_right = _LOOKS.get(column.kind)
        if column.required and column.key not in table.columns and looks_right:
            fitting = [place for place in table.unknown if _fits(texts[place], looks_right)]
            if len(fitting) == 1:
                table = _understood(table, column.key, fitting[0])
    return table


def _understood(table: RosterTable, key: str, place: int) -> RosterTable:
    return replace(
        table,
        columns={**table.columns, key: place},
        headings={**table.headings, key: table.unknown[place]},
        unknown={other: text for other, text in table.unknown.items() if other != place},
        guessed=(*table.guessed, key),
    )


def _texts(table: RosterTable, body: Sequence[BodyRow], place: int) -> list[str]:
    rows = [row.row for row in body[:_LOOKED_AT]]
    texts = (shown(value) for value in table.sheet.grid.column(place, rows))
    return [text for text in texts if text]


def _fits(texts: Sequence[str], looks_right: Callable[[str], bool]) -> bool:
    return bool(texts) and sum(map(looks_right, texts)) >= _SHARE * len(texts)


def _is_address(text: str) -> bool:
    local, at, domain = text.strip().partition("@")
    return bool(local and at and "." in domain)


def _is_mobile(text: str) -> bool:
    number = numbers.phone(text)
    return phones.is_mobile(number) or phones.is_mobile("0" + number)


def _is_insurance_number(text: str) -> bool:
    number = numbers.digits(text)
    return number.isdigit() and len(number) in (9, 10) and not _is_mobile(text)


def _is_citizen_id(text: str) -> bool:
    number = numbers.digits(text)
    return number.isdigit() and len(number) in (11, 12) and is_birthplace(number.zfill(12)[:3])


_LOOKS: Mapping[ColumnKind, Callable[[str], bool]] = {
    ColumnKind.EMAIL: _is_address,
    ColumnKind.PHONE: _is_mobile,
    ColumnKind.SOCIAL_INSURANCE_NO: _is_insurance_number,
    ColumnKind.CITIZEN_ID: _is_citizen_id,
}
