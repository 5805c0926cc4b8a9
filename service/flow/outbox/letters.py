"""What a mail of ours says and what it answers, before anybody decides to whom exactly it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from service.core.mail.messages import Attachment, Message
from service.core.units import Unit
from service.flow.triage.triage import Incoming


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The mail that a letter answers. Answers are capped, for a machine may be writing."""

    mail_id: int
    thread: Message | None
    """The mail itself: the letter goes on in its thread, to its sender. None: it tells others of the mail, anew."""


def in_thread(mail: Incoming) -> Answered:
    """The sender is answered."""
    return Answered(mail_id=mail.record.id, thread=mail.message)


def to_others(mail: Incoming) -> Answered:
    """Somebody else than the sender is to learn of the mail."""
    return Answered(mail_id=mail.record.id, thread=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What every mail of ours has."""

    key: str
    """Its cause: the same cause is written once."""
    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    answers: Answered | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that an answer says: the whole answer when it stands alone, else a paragraph beside another one."""

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    beside: Mapping[str, str] = field(default_factory=dict)
    """What fills the paragraph (`beside.<template>` in the catalogue)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLetter(Letter):
    """A mail to a unit; its facts come on top of what every unit is told of where it stands."""

    cc: tuple[str, ...] = ()
    only_to: str | None = None
    """Another registered address of the unit than the one it is written to."""
    tasks: tuple[int, ...] = ()
    """What its answer decides, by number: mails that wait until their sender has confirmed them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HrLetter(Letter):
    """A mail to HR."""

    unit: Unit | None = None
    """The unit that it is about."""
    tasks: tuple[int, ...] = ()
    """What it asks HR to decide, by number: "DUYỆT" or "TỪ CHỐI" in reply decides these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Letter):
    """A letter whose readers and language are known: all that is left is to put it into words."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    unit: Unit | None = None
    tasks: tuple[int, ...] = ()
    language: str
