"""Whether a list would undo most of what is known of a unit: what a stranger would send to do harm (S90)."""

from __future__ import annotations

from collections.abc import Sequence

from service.core.campaigns import Campaign
from service.core.records import RosterEntry
from service.core.rosters.versions import Relation, compare_lists, relation_of, said_of


def is_drastic(
    current: Sequence[RosterEntry], new: Sequence[RosterEntry], campaign: Campaign, wish: Relation | None
) -> bool:
    """It overwrites or drops most rows of the current list, or calls most of its own people "not possible".

    Filling in what was blank overwrites nothing. `wish`: what the mail's words say the list is.
    """
    comparison = compare_lists(current, new, campaign)
    overwritten = sum(_overwrites(former, entry) for former, entry in comparison.pairs)
    dropped = len(comparison.gone) if relation_of(comparison, wish) is Relation.REPLACES else 0
    if 2 * (overwritten + dropped) > len(current) > 0:
        return True
    known = {former.row for former, entry in comparison.pairs if said_of(former) == said_of(entry)}
    said_before = sum(_gives_up(entry) for entry in current if entry.row in known)
    return 2 * (sum(map(_gives_up, new)) - said_before) > len(new)


def _overwrites(former: RosterEntry, entry: RosterEntry) -> bool:
    return any(value and said_of(entry).get(key) != value for key, value in said_of(former).items() if key != "note")


def _gives_up(entry: RosterEntry) -> bool:
    return bool(entry.values.get("not_possible_reason"))
