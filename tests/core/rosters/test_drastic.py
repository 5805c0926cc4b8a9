"""Which lists undo most of what is known of a unit (S90)."""

from __future__ import annotations

from service.core.records import RosterEntry
from service.core.rosters.drastic import is_drastic
from service.core.rosters.versions import Relation
from tests.support.harness.bundled_campaign import bundled_campaign

NAMES = ("Trần Thị Sen", "Lý Văn Cúc", "Đỗ Thị Huệ", "Vũ Văn Mai")
CURRENT = tuple(
    RosterEntry(row=8 + place, values={"full_name": name, "citizen_id": f"00119000001{place}", "phone": ""})
    for place, name in enumerate(NAMES)
)


def changed(count: int, **values: str) -> list[RosterEntry]:
    """The list with these values in its first rows."""
    return [
        RosterEntry(row=entry.row, values={**entry.values, **values}) if place < count else entry
        for place, entry in enumerate(CURRENT)
    ]


def drastic(new: list[RosterEntry], wish: Relation | None = None) -> bool:
    return is_drastic(CURRENT, new, bundled_campaign(), wish)


def test_filling_in_and_mending_a_few_rows_is_ordinary() -> None:
    """What was blank is not overwritten, and half of the rows are not most of them."""
    assert not drastic(changed(4, phone="0912345678"))
    assert not drastic(changed(2, full_name="Trần Thị Sen"))
    assert not drastic(list(CURRENT))


def test_overwriting_most_rows_is_drastic() -> None:
    """Three of four people get another number."""
    full = tuple(RosterEntry(row=entry.row, values={**entry.values, "phone": "0912345678"}) for entry in CURRENT)
    new = [RosterEntry(row=entry.row, values={**entry.values, "phone": "0987654321"}) for entry in full[:3]]
    assert is_drastic(full, [*new, full[3]], bundled_campaign(), None)


def test_dropping_most_people_is_drastic_where_the_list_replaces() -> None:
    """The same list as an addition drops nobody."""
    assert drastic([CURRENT[0]], Relation.REPLACES)
    assert not drastic([CURRENT[0]], Relation.ADDS)


def test_giving_most_people_up_is_drastic_once() -> None:
    """Also in a unit's first list; said again it is no news."""
    given_up = changed(3, not_possible_reason="nghỉ việc")
    assert drastic(given_up)
    assert is_drastic((), given_up, bundled_campaign(), None)
    assert not is_drastic(given_up, given_up, bundled_campaign(), None)
    assert not drastic(changed(2, not_possible_reason="nghỉ việc"))
