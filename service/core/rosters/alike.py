"""Many findings of one kind in one column are one thing to a person: said once, with its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from service.core.findings import Finding

MANY = 4
"""From so many on they are said together."""
_RANGES_SHOWN = 8


def together(findings: Iterable[Finding]) -> list[tuple[Finding, ...]]:
    """Findings in their order, those that are many and alike together at the place of the first."""
    listed = list(findings)
    groups: dict[tuple[str | None, ...], list[Finding]] = {}
    for finding in listed:
        groups.setdefault(_kind(finding), []).append(finding)
    said: dict[tuple[str | int | None, ...], tuple[Finding, ...]] = {}
    for place, finding in enumerate(listed):
        group = groups[_kind(finding)]
        if len(group) >= MANY and all(each.row for each in group):
            said.setdefault(_kind(finding), tuple(group))
        else:
            said[(place,)] = (finding,)
    return list(said.values())


def _kind(finding: Finding) -> tuple[str | None, ...]:
    return (finding.key, finding.column, finding.sheet, finding.document)


def rows_in_words(rows: Sequence[int]) -> str:
    """8, 9, 10, 12 → "8–10, 12"; long lists end in an ellipsis."""
    ranges: list[list[int]] = []
    for row in sorted(set(rows)):
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in ranges[:_RANGES_SHOWN]]
    return ", ".join(shown) + (", …" if len(ranges) > _RANGES_SHOWN else "")
