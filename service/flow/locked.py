"""Locked papers wait on the shelf for their password: a later mail of the same unit that brings one opens them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from service.core.messages import Attachment, Kind, Message
from service.core.records import MailRecord
from service.flow.house import House
from service.flow.ledger import Books
from service.flow.sight import Sight

LONGEST_WAIT = timedelta(days=14)
"""Between the locked file and its password."""
_WORDS_ONLY = frozenset({Kind.QUESTION, Kind.EMPTY, Kind.ACKNOWLEDGEMENT})
"""Kinds of a mail that brings no papers of its own."""


def with_locked(books: Books, message: Message, sight: Sight, received_at: datetime) -> tuple[Sight, MailRecord | None]:
    """A mail with nothing but a password hands in what the unit sent locked before; any other is left as it is."""
    if not message.passwords or sight.kind not in _WORDS_ONLY or sight.from_hr:
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
