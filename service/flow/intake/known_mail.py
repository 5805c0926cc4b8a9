"""Whether a mail was here before: the very same bytes, or the same mail by another route or connection.

A mailbox is known by what it holds: another host's name, other numbers or another protocol make no new mail of an old.
"""

from __future__ import annotations

from service.core.mail.given_passwords import with_passwords_apart
from service.core.mail.messages import Message
from service.core.mail.same_mail import fingerprint, is_same_mail
from service.core.records import MailRecord, MailState
from service.flow.context import Services
from service.flow.ports.ledger import Transaction

DECIDED = frozenset({MailState.PROCESSED, MailState.HELD, MailState.IGNORED})
MOST = 5
"""Earlier mails of one Message-ID that are compared: a scanner gives one to all that it sends."""


def earlier_of(
    services: Services, transaction: Transaction, record: MailRecord, message: Message, *, is_held: bool
) -> MailRecord | None:
    """The mail that this one repeats. What was held then is looked at for itself, unless it would be held again."""
    earlier = transaction.mails.earlier_with_bytes(record) or _by_another_route(services, transaction, record, message)
    if earlier is None or earlier.state is MailState.PROCESSED or is_in_other_numbers(record, earlier):
        return earlier
    held_again = is_held and earlier.state is MailState.HELD and earlier.sha256 != record.sha256
    return earlier if held_again else None


def is_told_already(record: MailRecord, earlier: MailRecord) -> bool:
    """Nobody sent it again, so nobody is answered again: by another route, or in a mailbox that is numbered anew."""
    return earlier.sha256 != record.sha256 or is_in_other_numbers(record, earlier)


def is_in_other_numbers(record: MailRecord, earlier: MailRecord) -> bool:
    """The folder was numbered anew (UIDVALIDITY), or is reached by another name or protocol; decided before."""
    place, former = (record.mailbox, record.uidvalidity), (earlier.mailbox, earlier.uidvalidity)
    return earlier.state in DECIDED and place != former


def _by_another_route(
    services: Services, transaction: Transaction, record: MailRecord, message: Message
) -> MailRecord | None:
    if fingerprint(message) is None:
        return None
    for known in transaction.mails.earlier_with_message_id(str(message.message_id), record.id, MOST):
        read = with_passwords_apart(services.mail.read(services.shelf.get(known.sha256)))
        if known.state in DECIDED and is_same_mail(read, message):
            return known
    return None
