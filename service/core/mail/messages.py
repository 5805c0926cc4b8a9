"""A mail as a value: what came in, what goes out, and the kinds a mail can be (the contract's list)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from service.core.mail.authenticity import DkimSignature
from service.core.mail.delivery_reports import Reported, failures


class Kind(StrEnum):
    """What a mail is. What it *is* goes before who sent it."""

    SUBMISSION = "submission"
    NOMINATION = "nomination"
    COMMAND = "command"
    QUESTION = "question"
    ACKNOWLEDGEMENT = "acknowledgement"
    EMPTY = "empty"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    DELAY = "delay"
    RECEIPT = "receipt"
    REACTION = "reaction"
    LIST_MAIL = "list_mail"
    OWN_MAIL = "own_mail"
    UNKNOWN_SENDER = "unknown_sender"
    QUARANTINE = "quarantine"
    UNREADABLE = "unreadable"


WORDS_ONLY = frozenset({Kind.QUESTION, Kind.EMPTY, Kind.ACKNOWLEDGEMENT})
"""Kinds of a mail that brings nothing but words."""
KindAndReason = tuple[Kind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One part of a mail that is not its text. `name` is NFC and harmless as text, never a path."""

    name: str
    media_type: str
    content: bytes
    content_id: str | None = None
    inline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An incoming mail, parsed once. Header names are lower case; addresses are lower case and bare."""

    message_id: str | None
    sender: str
    """Address of From; empty when there is none."""
    sender_name: str
    subject: str
    date: datetime | None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()
    return_path: str | None = None
    """Envelope sender as our server wrote it: "" for the null sender, None when unknown."""
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    results: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """The fields as they came (names lower case, nothing decoded) down to the last Authentication-Results."""
    text: str = ""
    """The whole text (HTML turned into text where there is no plain part)."""
    new_text: str = ""
    """The sender's own words: no quoted mail, signature, banner or disclaimer. Commands are looked for here alone."""
    whole_words: str = ""
    """What to judge when `new_text` says nothing: words of the mail passed on or attached, or a wish in the subject.

    Never a command, being somebody else's; empty when the mail only quotes what one of its readers wrote.
    """
    is_forward: bool = False
    """It passes another mail on, in its text or as an attachment."""
    in_pieces: bool = False
    """One of several pieces of a mail (message/partial, RFC 2046): its papers are cut, and are left out."""
    attachments: tuple[Attachment, ...] = ()
    pasted: tuple[Attachment, ...] = field(default=(), repr=False)
    """Tables in its own words (not those of quoted mails), as files."""
    content_type: str = "text/plain"
    passwords: tuple[str, ...] = field(default=(), repr=False)
    """What its new words say opens locked files; tried, kept nowhere."""
    delivery_status: tuple[Mapping[str, str], ...] = ()
    """Per-recipient fields of an RFC 3464 report, names lower case."""
    reported: tuple[Reported, ...] = ()
    """What a delivery report says of each recipient (from its fields, flufl.bounce or its prose)."""
    returned_id: str | None = None
    """Message-ID of the mail that a report gives back, with its brackets."""
    signatures: tuple[DkimSignature, ...] = ()
    """DKIM signatures, when we checked them ourselves."""
    wrappings: tuple[str, ...] = ()
    """Signatures and encryption around the content; no signature was verified."""
    encrypted: bool = False
    """Nothing of it can be read without the addressee's key."""
    defects: tuple[str, ...] = ()
    """What was wrong with the bytes; the mail was read as far as it goes."""

    @property
    def bounced(self) -> tuple[tuple[str, bool], ...]:
        """Addresses a delivery report names, and whether it gives them up for good."""
        return failures(self.reported)

    def header(self, name: str) -> str | None:
        """First value of a header, or None."""
        values = self.headers.get(name.lower())
        return values[0] if values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A mail's words: subject, plain text, HTML. `language`: as Content-Language says it (RFC 3282), one or more."""

    subject: str
    text: str
    html: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """A mail of ours, complete but not yet bytes."""

    message_id: str
    """Stable: the same mail always gets the same one, with angle brackets."""
    sender: str
    sender_name: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    reply_to: str | None = None
    words: Rendered
    date: datetime
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    automatic: str = "auto-replied"
    """Auto-Submitted (RFC 3834): `auto-replied` or `auto-generated`."""
    signature: str = ""
    """Value of our signed header, by which we know our own mail again."""
    kind: str = ""
    """The name of its template: filters of mail programs may go by it, and the demonstration's people do."""
    attachments: tuple[Attachment, ...] = ()
    """With `inline` and a content id: pictures of the HTML part."""
