"""Two declarations on one page are two forms in the ledger, also where the page was once kept whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.core.forms import SEVERAL_FORMS, PageKind, PageReading, Source
from service.core.records import FormRecord
from service.storage.ledger import Ledger, open_ledger

NOW = datetime(2021, 5, 12, 9, 0, tzinfo=UTC)


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
