"""A ledger from before the evidence of delivery: brought up to date with everything in it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from service.core.records import OutgoingState
from service.storage.ledger import open_ledger
from tests.support.harness.old_ledgers import old_ledger

OLD_MAIL = """
INSERT INTO outgoing (key, template, message_id, recipients, subject, raw_sha256, state, not_before, attempts,
                      created_at)
VALUES ('old', 'reminder', '<1@x>', '["mai@x.example"]', 'x', 'ab', 'unknown', '2021-05-04 02:00:00', 1,
        '2021-05-04 02:00:00')
"""


def test_a_mail_in_doubt_from_before_is_still_there(tmp_path: Path) -> None:
    """It has no evidence and waits for HR; nothing of it is lost."""
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    with old_ledger(url, "0001") as (connection, _):
        connection.execute(text(OLD_MAIL))
    ledger = open_ledger(url)
    with ledger.transaction() as transaction:
        (mail,) = transaction.outbox.in_state(OutgoingState.UNKNOWN)
        assert (mail.recipients, mail.outcomes, mail.carries_copy, mail.sent_again) == (
            ("mai@x.example",),
            {},
            False,
            False,
        )
        assert mail.created_at == datetime(2021, 5, 4, 2, tzinfo=UTC)
        assert transaction.traffic.pause() is None
        assert transaction.traffic.looked_at() is None
    ledger.close()
