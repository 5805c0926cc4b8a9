"""What a mail is. What it *is* goes before who sent it: an automatic answer from a stranger is an automatic answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain

from service.core.mail.automatic_mail import automatic, automatic_by_words, list_mail, machine_report, receipt
from service.core.mail.automatic_words import NO_WORDS, HouseWords
from service.core.mail.conversation import wish
from service.core.mail.messages import Kind, KindAndReason, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """The kind, why, and what a delivery report says: `permanent` is None for anything but a report."""

    kind: Kind
    reasons: tuple[str, ...]
    bounced: tuple[str, ...] = ()
    permanent: bool | None = None


def classify(
    message: Message,
    *,
    own_addresses: Collection[str],
    own_signature_ok: bool,
    known_sender: bool,
    has_documents: bool,
    is_command: bool,
    house_words: HouseWords = NO_WORDS,
) -> Classification:
    """Judges a mail; the first recogniser that fits decides."""
    machines = _machines(
        message, own_addresses=own_addresses, own_signature_ok=own_signature_ok, house_words=house_words
    )
    people = _people(message, known_sender=known_sender, has_documents=has_documents, is_command=is_command)
    kind, reason = next(chain(machines, people))
    if kind not in (Kind.BOUNCE, Kind.DELAY):
        return Classification(kind=kind, reasons=(reason,))
    failed = kind is Kind.BOUNCE
    addresses = tuple(address for address, final in message.bounced if final == failed)
    permanent = failed and (not message.reported or any(each.for_good for each in message.reported))
    return Classification(kind=kind, reasons=(reason,), bounced=addresses, permanent=permanent)


def _machines(
    message: Message, *, own_addresses: Collection[str], own_signature_ok: bool, house_words: HouseWords
) -> Iterator[KindAndReason]:
    """Everything that no person wrote to us just now."""
    if own_signature_ok:
        yield Kind.OWN_MAIL, "our own signed header"
    if message.sender in own_addresses:
        yield Kind.OWN_MAIL, f"sender is our own address {message.sender}"
    for judgement in (machine_report(message), receipt(message)):
        if judgement:
            yield judgement
    said_something = re.search(r"\w", f"{message.sender} {message.subject} {message.text[:5_000]}")
    if not (said_something or message.attachments):
        yield Kind.UNREADABLE, f"nothing could be read: {', '.join(message.defects) or 'empty mail'}"
    listed, answered = list_mail(message, own_addresses), automatic(message, house_words)
    # A vacation program may mark its answer as bulk; a list that marks its mail as generated is still a list.
    absent = automatic_by_words(message, house_words)
    if listed and not absent and not (answered and answered[1].startswith("Auto-Submitted: auto-replied")):
        yield listed
    if answered:
        yield answered
    if message.encrypted:
        yield Kind.UNREADABLE, next(iter(message.wrappings), "encrypted")


def _people(message: Message, *, known_sender: bool, has_documents: bool, is_command: bool) -> Iterator[KindAndReason]:
    if not known_sender:
        yield Kind.UNKNOWN_SENDER, f"sender {message.sender or '(none)'} is not registered"
    yield wish(message, has_documents=has_documents, is_command=is_command)
