"""What a mail is. What it *is* goes before who sent it: an automatic answer from a stranger is an automatic answer.

Signs of a machine weigh differently. A report, a receipt and an answer by the standard are what they say. A header that
relays put onto people's mails, or words alone, never outweigh a registered person's papers or question.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from service.core.mail.automatic_mail import Evidence, MachineSign, machine_report, machine_signs, reaction, receipt
from service.core.mail.automatic_words import NO_WORDS, HouseWords
from service.core.mail.conversation import Brought, Intent, Wishes, own_subject, speaks_in_person, wishes
from service.core.mail.messages import Kind, KindAndReason, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """The kind, why, and what a delivery report says: `permanent` is None for anything but a report."""

    kind: Kind
    reasons: tuple[str, ...]
    intents: tuple[Intent, ...] = ()
    """Everything that a person's mail wants; a machine's wants nothing."""
    machine: MachineSign | None = None
    """Why it was taken for a machine's, where that is no certainty."""
    bounced: tuple[str, ...] = ()
    permanent: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known of a mail beside its words."""

    own_addresses: Collection[str] = ()
    own_signature_ok: bool = False
    known_sender: bool = False
    brought: Brought = Brought.NOTHING
    is_command: bool = False
    nominates: bool = False
    """A sheet among its papers names a contact."""
    house_words: HouseWords = NO_WORDS
    names: Collection[str] = ()
    """What the sender's unit and office are called: names, no words."""


def classify(message: Message, around: Circumstances) -> Classification:
    """Judges a mail; the first recogniser that fits decides."""
    certain = _certain(message, around)
    if certain is not None:
        return _reported(message, certain)
    wished = wishes(
        message,
        around.brought,
        is_command=around.is_command,
        nominates=around.nominates,
        ignoring=around.names,
    )
    sign = _counting_sign(message, around, wished)
    if sign is not None:
        return Classification(kind=sign.kind, reasons=(sign.reason,), machine=sign)
    if message.encrypted:
        return _of(Kind.UNREADABLE, next(iter(message.wrappings), "encrypted"))
    if not around.known_sender:
        return _of(Kind.UNKNOWN_SENDER, f"sender {message.sender or '(none)'} is not registered")
    return Classification(kind=wished.kind, reasons=(wished.reason,), intents=wished.intents)


def _of(kind: Kind, reason: str) -> Classification:
    return Classification(kind=kind, reasons=(reason,))


def _certain(message: Message, around: Circumstances) -> KindAndReason | None:
    """What needs no weighing: our own, reports, receipts, reactions, and nothing at all."""
    if around.own_signature_ok:
        return Kind.OWN_MAIL, "our own signed header"
    if message.sender in around.own_addresses:
        if around.brought is Brought.PAPERS or speaks_in_person(message.new_text):
            return Kind.QUARANTINE, "calls itself ours and lacks our signature"
        return Kind.OWN_MAIL, f"sender is our own address {message.sender}"
    found = machine_report(message) or receipt(message) or reaction(message)
    if found is not None:
        return found
    said_something = re.search(r"\w", f"{message.sender} {message.subject} {message.text[:5_000]}")
    if not (said_something or message.attachments):
        return Kind.UNREADABLE, f"nothing could be read: {', '.join(message.defects) or 'empty mail'}"
    return None


def _reported(message: Message, certain: KindAndReason) -> Classification:
    kind, reason = certain
    if kind not in (Kind.BOUNCE, Kind.DELAY):
        return _of(kind, reason)
    failed = kind is Kind.BOUNCE
    addresses = tuple(address for address, final in message.bounced if final == failed)
    permanent = failed and (not message.reported or any(each.for_good for each in message.reported))
    return Classification(kind=kind, reasons=(reason,), bounced=addresses, permanent=permanent)


def _counting_sign(message: Message, around: Circumstances, wished: Wishes) -> MachineSign | None:
    """The sign that makes the mail a machine's; None when nothing does, or a person surely wrote it."""
    signs = machine_signs(message, around.own_addresses, around.house_words)
    sign = next(iter(signs), None)
    if sign is None or sign.evidence is Evidence.STRONG:
        return sign
    if sign.evidence is Evidence.WORDS:
        return None if speaks_in_person(f"{own_subject(message)}\n{message.new_text}") else sign
    return None if around.known_sender and _is_a_persons(message, around, wished, sign) else sign


def _is_a_persons(message: Message, around: Circumstances, wished: Wishes, sign: MachineSign) -> bool:
    """Whether a mail that only a header calls automatic has something that no program would write to us.

    What came by a list is a person's word to us only when it was addressed to us besides.
    """
    if set(wished.intents) - {Intent.QUESTION, Intent.THANKS}:
        return True
    to_us = any(address in around.own_addresses for address in (*message.to, *message.cc))
    return speaks_in_person(message.new_text) and (to_us or sign.kind is not Kind.LIST_MAIL)
