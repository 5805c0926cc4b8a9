"""Who stands in whose list: lists from before the table are in it, and a list of 500 costs a mail almost nothing."""

from __future__ import annotations

import json
import time
from pathlib import Path

from sqlalchemy import text

from service.core.progress.listed_twice import ListedPerson
from service.storage.ledger import open_ledger
from tests.support.harness.clockwork import memory_ledger
from tests.support.harness.old_ledgers import old_ledger

OLD_MAIL = """INSERT INTO mail (id, mailbox, uidvalidity, uid, sha256, received_at, state, sender, subject, reasons,
    filed, attempts) VALUES (1, 'm', 1, 1, 'a', '2021-05-04 02:00:00', 'processed', '', '', '[]', 0, 0)"""
OLD_LIST = """INSERT INTO roster (campaign, unit, version, mail_id, document_sha256, document_name, received_at,
    entries, findings, relation, parts, gone)
    VALUES ('c', :unit, :version, 1, 'b', 'b.xlsx', '2021-05-04 02:00:00', :entries,
    '[]', 'first', '[]', '[]')"""


def test_lists_from_before_are_compared_too(tmp_path: Path) -> None:
    """Only their newest versions, by the numbers that they have."""
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    with old_ledger(url, "0060") as (connection, _):
        connection.execute(text(OLD_MAIL))
        for unit, version, number in (("U01", 1, "0000000001"), ("U01", 2, "0000000002"), ("U02", 1, "0000000002")):
            entry = {"row": 8, "values": {"full_name": "Hồ Anh Nam", "social_insurance_no": number, "citizen_id": ""}}
            facts = {"unit": unit, "version": version, "entries": json.dumps([entry, {**entry, "row": 9}])}
            connection.execute(text(OLD_LIST), facts)
    ledger = open_ledger(url)
    with ledger.transaction() as transaction:
        ((mine, theirs),) = transaction.listings.met_elsewhere("c", "U01")
    ledger.close()
    assert (mine.unit, theirs.unit, mine.number, mine.row) == ("U01", "U02", "0000000002", 8)
    assert mine.name == "Hồ Anh Nam"


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
