"""Indexes over what is still open: they hold few rows, however old the ledger, and cost nothing for the rest.

SQLite takes such an index only for a question that says its condition in the same words, so the words stand here once
and repositories add them to their questions. Statistics cannot mislead it then: an index of all states would look
useless to it as soon as most mails are done with. Other indexes stand with their columns in `tables.py`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, TextClause, text
from sqlalchemy.orm import Mapped
from sqlmodel import col

from service.storage.tables import MailRow, OutgoingRow

OPEN_MAIL = text("state NOT IN ('processed', 'ignored')")
UNFILED_MAIL = text("NOT filed")
OPEN_OUTGOING = text("state NOT IN ('sent', 'suppressed')")
NOT_ALL_ACCEPTED = text("NOT all_accepted")


def _partial(name: str, condition: TextClause, *columns: Mapped[Any]) -> Index:
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


_partial("ix_mail_open", OPEN_MAIL, col(MailRow.state), col(MailRow.received_at))
_partial("ix_mail_unfiled", UNFILED_MAIL, col(MailRow.mailbox), col(MailRow.uidvalidity))
_partial("ix_outgoing_open", OPEN_OUTGOING, col(OutgoingRow.state), col(OutgoingRow.not_before))
_partial("ix_outgoing_not_all_accepted", NOT_ALL_ACCEPTED, col(OutgoingRow.id))
