"""Two declarations on one page are two forms in the ledger, also in one from before that knew only whole pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from service.core.forms import SEVERAL_FORMS, PageKind, PageReading, Source
from service.core.records import FormRecord
from service.storage.ledger import Ledger, open_ledger
from tests.support.harness.old_ledgers import old_ledger

NOW = datetime(2021, 5, 12, 9, 0, tzinfo=UTC)
OLD_MAIL = """
INSERT INTO mail (id, mailbox, uidvalidity, uid, sha256, received_at, state, sender, subject, reasons, filed, attempts)
VALUES (1, 'box', 7, 1, 'ab', '2021-05-04 02:00:00', 'done', 'mai@x.example', 'x', '[]', 1, 1)
"""
OLD_FORM = """
INSERT INTO form (campaign, unit, mail_id, document_sha256, document_name, media_type, page, reading, received_at,
                  verdict, reasons)
VALUES ('vssid-2021', 'U01', 1, 'ab', 'scan.pdf', 'application/pdf', 1,
        '{"page": 1, "kind": "declaration", "rotation": 0, "source": "ocr"}', '2021-05-04 02:00:00', 'review', '[]')
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield opened
    opened.close()


def form(part: int, mail_id: int) -> FormRecord:
    doubts = () if part else (SEVERAL_FORMS,)
    return FormRecord(
        campaign="vssid-2021",
        unit="U01",
        mail_id=mail_id,
        document_sha256="ab",
        document_name="scan.pdf",
        media_type="application/pdf",
        reading=PageReading(page=1, kind=PageKind.DECLARATION, rotation=0, source=Source.OCR, part=part, doubts=doubts),
        received_at=NOW,
    )


def parts(ledger: Ledger) -> list[tuple[int, tuple[str, ...]]]:
    with ledger.transaction() as transaction:
        return [(each.part, each.reading.doubts) for each in transaction.submissions.forms("vssid-2021", "U01")]


def test_two_parts_of_a_page_are_two_forms_however_often_they_come(ledger: Ledger) -> None:
    """The same document again changes nothing."""
    with ledger.transaction() as transaction:
        mail = transaction.mails.receive("box", 7, 1, "a" * 64, NOW)
        first = [transaction.submissions.add_form(form(part, mail.id)) for part in (1, 2)]
        again = [transaction.submissions.add_form(form(part, mail.id)) for part in (1, 2)]
    assert first == again
    assert parts(ledger) == [(1, ()), (2, ())]


def test_a_page_once_kept_whole_becomes_its_parts(ledger: Ledger) -> None:
    """Its old entry, which waited for a person, is the first of them."""
    with ledger.transaction() as transaction:
        mail = transaction.mails.receive("box", 7, 1, "a" * 64, NOW)
        whole = transaction.submissions.add_form(form(0, mail.id))
        assert [transaction.submissions.add_form(form(part, mail.id)) == whole for part in (1, 2)] == [True, False]
    assert parts(ledger) == [(1, ()), (2, ())]


def test_a_persons_decision_about_the_whole_page_stays(ledger: Ledger) -> None:
    """What somebody decided is not written over; the parts stand beside it."""
    with ledger.transaction() as transaction:
        mail = transaction.mails.receive("box", 7, 1, "a" * 64, NOW)
        transaction.submissions.add_form(form(0, mail.id))
        (stored,) = transaction.submissions.forms("vssid-2021", "U01")
        transaction.submissions.update_form(replace(stored, decided_by="hr.lan"))
        for part in (1, 2):
            transaction.submissions.add_form(form(part, mail.id))
    assert [part for part, _ in parts(ledger)] == [0, 1, 2]


def test_forms_from_before_are_whole_pages(tmp_path: Path) -> None:
    """Brought up to date with everything in them."""
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    with old_ledger(url, "0095") as (connection, configuration):
        connection.execute(text(OLD_MAIL))
        connection.execute(text(OLD_FORM))
        command.upgrade(configuration, "head")
        command.downgrade(configuration, "0095")
        command.upgrade(configuration, "head")
    opened = open_ledger(url)
    assert parts(opened) == [(0, ())]
    opened.close()
