"""Who stands in whose list: a list of 500 costs a mail almost nothing."""

from __future__ import annotations

import time

from service.core.progress.listed_twice import ListedPerson
from tests.support.harness.clockwork import memory_ledger


def test_sixty_lists_of_five_hundred_stay_cheap() -> None:
    """Writing one more list and comparing it with all others takes a fraction of a second."""
    ledger = memory_ledger()
    with ledger.transaction() as transaction:
        for unit in range(60):
            transaction.listings.list_people("c", f"U{unit:02d}", _people(unit, 500))
        begun = time.process_time()
        transaction.listings.list_people("c", "U60", _people(7, 500, unit="U60"))
        met = transaction.listings.met_elsewhere("c", "U60")
        took = time.process_time() - begun
    assert len(met) == 1000
    assert took < 1


def _people(number: int, count: int, *, unit: str | None = None) -> list[ListedPerson]:
    code = unit or f"U{number:02d}"
    return [
        ListedPerson(unit=code, kind=kind, number=f"{number:03d}{row:07d}", row=row, name="Hồ Anh Nam")
        for row in range(count)
        for kind in ("social_insurance_no", "citizen_id")
    ]
