"""Locked papers and their password in different mails of one unit.

Papers wait on the shelf for a later mail that brings the password. A password that came first is kept nowhere: it is
looked for again in the raw words of the unit's last mails when a locked paper comes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from service.core.mail.given_passwords import with_passwords_apart
from service.core.mail.messages import WORDS_ONLY, Attachment, Kind, Message
from service.core.records import MailRecord
from service.flow.context import Services
from service.flow.ports.ledger import Transaction
from service.flow.triage.triage import Triage

LONGEST_WAIT = timedelta(days=14)
"""Between the locked file and its password."""
_MOST_WORDS = 5
"""Mails before a locked file in which its password may stand."""


def with_locked(
    transaction: Transaction, message: Message, triage: Triage, received_at: datetime
) -> tuple[Triage, MailRecord | None]:
    """A mail with nothing but a password hands in what the unit sent locked before; any other is left as it is."""
    if not message.passwords or triage.kind not in WORDS_ONLY or triage.from_hr:
        return triage, None
    for open_campaign, unit in triage.places:
        locked = transaction.mails.last_locked(open_campaign.campaign.id, unit.code, received_at - LONGEST_WAIT)
        if locked is not None:
            place = ((open_campaign, unit),)
            reasons = (*triage.reasons, f"a password for the locked papers of mail {locked.id}")
            found = replace(
                triage, kind=Kind.SUBMISSION, open_campaign=open_campaign, unit=unit, places=place, reasons=reasons
            )
            return found, locked
    return triage, None


def locked_attachments(services: Services, locked: MailRecord) -> tuple[Attachment, ...]:
    """The attachments of an earlier mail that could not be opened, from the shelf."""
    attachments = services.mail.read(services.shelf.get(locked.sha256)).attachments
    return tuple(each for each in attachments if hashlib.sha256(each.content).hexdigest() in locked.locked)


def words_before(transaction: Transaction, triage: Triage, received_at: datetime) -> tuple[str, ...]:
    """SHA-256 of the unit's mails in words which came within the wait before this one with papers."""
    if triage.kind is not Kind.SUBMISSION or triage.open_campaign is None or triage.unit is None:
        return ()
    since = received_at - LONGEST_WAIT
    return transaction.mails.newest_words(triage.open_campaign.campaign.id, triage.unit.code, since, _MOST_WORDS)


def passwords_in(services: Services, mails: Sequence[str]) -> tuple[str, ...]:
    """What these mails on the shelf say opens locked files."""
    messages = (with_passwords_apart(services.mail.read(services.shelf.get(sha256))) for sha256 in mails)
    return tuple(dict.fromkeys(password for message in messages for password in message.passwords))
