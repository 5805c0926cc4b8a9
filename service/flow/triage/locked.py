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
from service.core.messages import WORDS_ONLY, Attachment, Kind, Message
from service.core.records import MailRecord
from service.flow.context import House
from service.flow.ports.ledger import Books
from service.flow.triage.triage import Sight

LONGEST_WAIT = timedelta(days=14)
"""Between the locked file and its password."""
_MOST_WORDS = 5
"""Mails before a locked file in which its password may stand."""


def with_locked(books: Books, message: Message, sight: Sight, received_at: datetime) -> tuple[Sight, MailRecord | None]:
    """A mail with nothing but a password hands in what the unit sent locked before; any other is left as it is."""
    if not message.passwords or sight.kind not in WORDS_ONLY or sight.from_hr:
        return sight, None
    for course, unit in sight.places:
        locked = books.mails.last_locked(course.campaign.id, unit.code, received_at - LONGEST_WAIT)
        if locked is not None:
            place = ((course, unit),)
            reasons = (*sight.reasons, f"a password for the locked papers of mail {locked.id}")
            found = replace(sight, kind=Kind.SUBMISSION, course=course, unit=unit, places=place, reasons=reasons)
            return found, locked
    return sight, None


def locked_attachments(house: House, locked: MailRecord) -> tuple[Attachment, ...]:
    """The attachments of an earlier mail that could not be opened, from the shelf."""
    attachments = house.read_mail(house.shelf.get(locked.sha256)).attachments
    return tuple(each for each in attachments if hashlib.sha256(each.content).hexdigest() in locked.locked)


def words_before(books: Books, sight: Sight, received_at: datetime) -> tuple[str, ...]:
    """SHA-256 of the unit's mails in words which came within the wait before this one with papers."""
    if sight.kind is not Kind.SUBMISSION or sight.course is None or sight.unit is None:
        return ()
    since = received_at - LONGEST_WAIT
    return books.mails.newest_words(sight.course.campaign.id, sight.unit.code, since, _MOST_WORDS)


def passwords_in(house: House, mails: Sequence[str]) -> tuple[str, ...]:
    """What these mails on the shelf say opens locked files."""
    messages = (with_passwords_apart(house.read_mail(house.shelf.get(sha256))) for sha256 in mails)
    return tuple(dict.fromkeys(password for message in messages for password in message.passwords))
