"""One unit's list after another: does the new one replace the former or add to it, what changed, who is gone.

The mail's own words decide where there are any ("danh sách thay thế", "danh sách bổ sung"); else the people do: a list
that has most of the former's people replaces it, one that has few or none of them adds to it. Either way the answer
says what was assumed and how to say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from service.core.campaigns import Campaign, ColumnKind
from service.core.findings import Code, Finding, Severity
from service.core.records import RosterEntry
from service.core.vietnam.names import comparison_key
from service.core.vietnam.text import fold, folded_words

_IDENTITIES = (ColumnKind.SOCIAL_INSURANCE_NO, ColumnKind.CITIZEN_ID)
_MOST = 0.5
"""A list with at least this share of the former's people stands for all of them."""
SHEET_ROWS = 1 << 20
"""Rows of one sheet, at the most. A list from several documents counts the rows of each further one above these."""


class Relation(StrEnum):
    """What a list is to the unit's former one."""

    FIRST = "first"
    REPLACES = "replaces"
    ADDS = "adds"


_REPLACES = re.compile(
    r"\b(?:thay the|thay cho (?:ban|danh sach|file|tep)|bo (?:ban|danh sach|file|tep) (?:cu|truoc)"
    r"|huy (?:ban|danh sach)|danh sach (?:day du|chinh thuc|cuoi cung|moi nhat)|toan bo danh sach"
    r"|ban (?:chinh thuc|cuoi cung|moi nhat|day du)|replaces?|supersedes?|full list)\b"
)
_ADDS = re.compile(
    r"\b(?:danh sach bo sung|bo sung (?:them )?(?:danh sach|nhan su|nguoi|lao dong|nhan vien|\d+)|gui (?:them|tiep|not)"
    r"|(?:phan|dot|danh sach) (?:con lai|tiep theo|thu hai|hai|ii|[2-9])|them \d+ (?:nguoi|nhan vien|lao dong)"
    r"|additional|in addition|the rest|part [2-9])\b"
)
_NOT_THE_LIST = re.compile(r"\b(?:to khai|cccd|the bhyt|chu ky|khong|chua)\b")
"""Such a sentence speaks of something else, or denies."""


def wish_in(text: str) -> Relation | None:
    """What the mail's own words say about its list; None when they say nothing, or both."""
    found = set()
    for sentence in re.split(r"[.;\n!?]", text[:6_000]):
        said = folded_words(sentence)
        if not _NOT_THE_LIST.search(said):
            found |= {relation for relation, words in _WORDS.items() if words.search(said)}
    return found.pop() if len(found) == 1 else None


_WORDS: Mapping[Relation, re.Pattern[str]] = {Relation.REPLACES: _REPLACES, Relation.ADDS: _ADDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two lists of one unit, person by person."""

    pairs: tuple[tuple[RosterEntry, RosterEntry], ...]
    """(former, new) of the same person."""
    added: tuple[RosterEntry, ...]
    gone: tuple[RosterEntry, ...]

    @property
    def changed(self) -> tuple[tuple[RosterEntry, RosterEntry], ...]:
        return tuple((one, other) for one, other in self.pairs if said_of(one) != said_of(other))


def compare_lists(former: Sequence[RosterEntry], new: Sequence[RosterEntry], campaign: Campaign) -> Comparison:
    """A person is known by a number, else by name and day of birth, else by a name nobody shares."""
    left = list(former)
    partner: dict[int, RosterEntry] = {}
    for keys in _ways(campaign):
        known = _directory(left, keys)
        for entry in new:
            key = keys(entry)
            found = known.get(key) if key is not None and entry.row not in partner else None
            if key is not None and found is not None and _may_be_one(found, entry, campaign):
                partner[entry.row] = found
                del known[key]
        taken = {entry.row for entry in partner.values()}
        left = [entry for entry in left if entry.row not in taken]
    return Comparison(
        pairs=tuple((partner[entry.row], entry) for entry in new if entry.row in partner),
        added=tuple(entry for entry in new if entry.row not in partner),
        gone=tuple(left),
    )


class _Way:
    """One way of knowing a person: by the values of some columns together."""

    def __init__(self, *keys: str) -> None:
        self.keys = keys

    def __call__(self, entry: RosterEntry) -> tuple[str, ...] | None:
        values = tuple(
            comparison_key(entry.name) if key == "full_name" else entry.values.get(key, "") for key in self.keys
        )
        return values if all(values) else None


def _ways(campaign: Campaign) -> Iterator[_Way]:
    for column in campaign.columns:
        if column.kind in _IDENTITIES or column.key == "employee_code":
            yield _Way(column.key)
    yield _Way("full_name", "birth_date")
    yield _Way("full_name")


def _directory(entries: Iterable[RosterEntry], way: _Way) -> dict[tuple[str, ...], RosterEntry]:
    """Who has which values; values that several have name nobody."""
    found: dict[tuple[str, ...], RosterEntry | None] = {}
    for entry in entries:
        if (key := way(entry)) is not None:
            found[key] = None if key in found else entry
    return {key: entry for key, entry in found.items() if entry is not None}


def _may_be_one(one: RosterEntry, other: RosterEntry, campaign: Campaign) -> bool:
    """A number typed into another person's row does not make them one: name or a second number has to agree as well."""
    if names_agree(one.name, other.name):
        return True
    numbers = [column.key for column in campaign.columns if column.unique]
    return sum(bool(one.values.get(key)) and one.values.get(key) == other.values.get(key) for key in numbers) > 1


def names_agree(one: str, other: str) -> bool:
    """The same name with or without accents, or one that shares its given name with it."""
    mine, theirs = fold(one).split(), fold(other).split()
    return not mine or not theirs or mine == theirs or (mine[-1] == theirs[-1] and bool({*mine[:-1]} & {*theirs[:-1]}))


def said_of(entry: RosterEntry) -> Mapping[str, str]:
    """What a row says of its person; its place in the list says nothing."""
    return {key: value for key, value in entry.values.items() if key != "ordinal"}


def relation_of(comparison: Comparison, wish: Relation | None) -> Relation:
    """What the new list is to the former one."""
    former = len(comparison.pairs) + len(comparison.gone)
    if not former:
        return Relation.FIRST
    if wish is not None:
        return wish
    documents = [{place_in_document(entry.row)[0] for entry in entries} for entries in _former_rows(comparison)]
    if comparison.gone and documents[0].isdisjoint(documents[1]):
        return Relation.ADDS  # one of the documents that make up the list, sent again; the others stay
    return Relation.REPLACES if len(comparison.pairs) >= former * _MOST else Relation.ADDS


def _former_rows(comparison: Comparison) -> tuple[Sequence[RosterEntry], Sequence[RosterEntry]]:
    """(still there, gone) of the former list."""
    return [former for former, _ in comparison.pairs], comparison.gone


def further(entry: RosterEntry, documents: int) -> RosterEntry:
    """The same row as one of a further document: `documents` stand before it."""
    return replace(entry, row=entry.row + documents * SHEET_ROWS)


def place_in_document(row: int) -> tuple[int, int]:
    """A row of the whole list → (which document, row in its sheet)."""
    document, row_in_sheet = divmod(row - 1, SHEET_ROWS)
    return document, row_in_sheet + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPlace:
    """Where a document's list stands: its sheet, and its columns by key."""

    sheet: str
    columns: Mapping[str, str]


def repeated_between(
    new: Sequence[RosterEntry],
    kept: Sequence[RosterEntry],
    campaign: Campaign,
    places: Sequence[ListPlace],
    *,
    lists: Sequence[str] = (),
) -> Iterator[Finding]:
    """What belongs to one person and stands in a row of both lists, though they are different people.

    `places`: one for each document of the new rows; `lists`: names of the documents when both came at once.
    """
    for column in campaign.columns:
        holders = {entry.values[column.key]: entry for entry in kept if entry.values.get(column.key)}
        for entry in new if column.unique else ():
            value = entry.values.get(column.key, "")
            if value not in holders:
                continue
            document, row = place_in_document(entry.row)
            letters = places[document].columns.get(column.key)
            yield Finding(
                code=Code.DUPLICATE_IN_FILE,
                severity=Severity.ERROR,
                key="duplicate_in_file.beside" if lists else "duplicate_in_file.earlier",
                facts={"heading": column.heading, **_who(holders[value], lists)},
                sheet=places[document].sheet,
                row=entry.row,
                cell=f"{letters}{row}" if letters else None,
                column=column.key,
                value=value,
            )


def _who(holder: RosterEntry, lists: Sequence[str]) -> Mapping[str, str]:
    """The other person, and where her row is when the lists have names."""
    document, row = place_in_document(holder.row)
    place = {"other_list": lists[document], "other_rows": str(row)} if lists else {}
    return {"other_names": holder.name, **place}
