"""The same error known again in the next version of a roster, whatever row it has moved to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from service.core.findings import Finding
from service.core.records import RosterEntry
from service.core.vietnam.names import comparison_key

_PERSON = ("full_name", "social_insurance_no", "citizen_id", "employee_code")


def fingerprint(finding: Finding, rows: Sequence[RosterEntry]) -> str:
    """What is wrong, with which value, for whom. A changed value is another error: a waiver does not cover it."""
    entry = next((row for row in rows if row.row == finding.row), None)
    person = [comparison_key(entry.name), *(entry.values.get(key, "") for key in _PERSON[1:])] if entry else []
    said = [finding.key, finding.column or "", finding.value or "", *person]
    if finding.row is None:
        said += [f"{key}={value}" for key, value in sorted(finding.facts.items())]
    elif entry is None:
        said.append(str(finding.row))
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:32]
