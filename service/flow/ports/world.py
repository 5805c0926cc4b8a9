"""What the flow needs from the world, as Protocols. Port, adapter and fake carry the same name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from service.core.campaigns import Campaign, FormLayout
from service.core.mail.messages import Attachment, Message, OutgoingMail, Rendered
from service.core.papers import Paper
from service.core.progress.summary_facts import SummaryFacts
from service.core.units import Unit, Worker
from service.flow.papers.assessment import ReadPapers

Clock = Callable[[], datetime]
"""Now, with a zone."""


class Folder(StrEnum):
    """Mailbox folders for people."""

    PROCESSED = "Processed"
    REVIEW = "Review"
    IGNORED = "Ignored"


CLAIM = "Dondoc-"
"""How the folders begin by which state folders claim the mailbox; beside the inbox, empty, never removed by us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a mailbox holds now."""

    uidvalidity: int
    uids: tuple[int, ...]


class Mailbox(Protocol):
    """A mailbox to read. One thread uses it, except `wake`."""

    @property
    def name(self) -> str:
        """Stable name for the ledger, such as `imap://hr@host/INBOX`."""
        ...

    def list(self) -> Listing:
        """All UIDs of the folder, ascending. Raises MailboxUnavailable."""
        ...

    def fetch(self, uid: int) -> bytes | None:
        """The raw bytes, untouched, flags unchanged; None when the mail has vanished."""
        ...

    def fetch_all(self, uids: Sequence[int]) -> Iterator[tuple[int, bytes | None]]:
        """The same for a few mails, in fewer steps where the server can do that."""
        ...

    def received(self, uids: Sequence[int]) -> Mapping[int, datetime]:
        """When the server got these mails, with a zone; without those that have vanished."""
        ...

    def file(self, uid: int, folder: Folder) -> bool:
        """Moves one mail; False when it has vanished. Raises MailboxUnavailable when the server refuses (quota)."""
        ...

    def claims(self) -> tuple[str, ...]:
        """Names of the mailbox's folders that begin with `CLAIM`."""
        ...

    def claim(self, folder: str) -> None:
        """Makes such a folder; one that is there already is left as it is."""
        ...

    def wait(self, seconds: float) -> None:
        """Returns when something may have changed, `wake` was called, or the time is up."""
        ...

    def wake(self) -> None:
        """Ends a `wait` from another thread."""
        ...

    def close(self) -> None: ...


class CheckedMailbox(Mailbox, Protocol):
    """A mailbox that `doctor` can look at."""

    def check(self) -> str:
        """Connects anew and says in one line what was found. Raises MailboxUnavailable."""
        ...


class SendOutcome(StrEnum):
    """What became of one recipient of one try to send."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """For good (5xx)."""
    MAIL_REFUSED = "mail_refused"
    """For good, after the server had taken the address: what it refuses is the mail."""
    DEFERRED = "deferred"
    """Try again later (4xx)."""
    UNKNOWN = "unknown"
    """The connection was lost after the last byte: perhaps accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """Per recipient: outcome and what the server said."""

    outcomes: Mapping[str, tuple[SendOutcome, str]] = field(default_factory=dict)


class Sender(Protocol):
    """Hands finished bytes to a mail server."""

    def send(self, raw: bytes, *, envelope_from: str, recipients: Sequence[str]) -> SendResult:
        """Raises SendingUnavailable when nothing was handed over."""
        ...


class CheckedSender(Sender, Protocol):
    """A sender that `doctor` can look at."""

    @property
    def name(self) -> str:
        """Such as `smtp://host:587`."""
        ...

    def check(self) -> str:
        """Connects anew and says in one line what was found. Raises SendingUnavailable."""
        ...

    def close(self) -> None: ...


class SentFolder(Protocol):
    """The folder of our account in which sent mails lie."""

    @property
    def files_all(self) -> bool:
        """Whether the server itself files everything it sends there: then a mail that is absent was not sent."""
        ...

    def holds(self, message_id: str) -> bool:
        """Whether a mail with this Message-ID lies there. Raises MailboxUnavailable."""
        ...

    def append(self, raw: bytes, at: datetime) -> None:
        """Puts a copy there, marked as read. Raises MailboxUnavailable."""
        ...

    def close(self) -> None: ...


class MailReader(Protocol):
    """Raw bytes to a Message; never fails on hostile input, at worst the message is empty with a defect."""

    def __call__(self, raw: bytes) -> Message: ...


class MailWriter(Protocol):
    """A complete outgoing mail to RFC 5322 bytes (CRLF), the same bytes for the same mail."""

    def __call__(self, mail: OutgoingMail) -> bytes: ...


class Templates(Protocol):
    """`mail_templates/<campaign or default>/<lang>/<mail>/…` in words."""

    def render(self, mail: str, campaign: Campaign, language: str, facts: Mapping[str, Any]) -> Rendered: ...


class PaperOpener(Protocol):
    """Opens attachments in child processes with limits; bad content gives papers with a problem, never an exception."""

    @property
    def at_once(self) -> int:
        """How many mails' papers can be opened side by side."""
        ...

    def open(self, attachments: Sequence[Attachment], layout: FormLayout | None) -> tuple[Paper, ...]:
        """All papers, in the order of the attachments; archives give several. Without a layout no page is read."""
        ...

    def read(
        self,
        attachments: Sequence[Attachment],
        campaign: Campaign,
        *,
        workers: Sequence[Worker],
        today: date,
        passwords: Sequence[str] = (),
    ) -> ReadPapers:
        """All papers, opened and checked; the tables themselves stay behind. `passwords`: tried on what is locked."""
        ...


class Shelf(Protocol):
    """Content-addressed raw bytes."""

    def put(self, content: bytes) -> str:
        """Durable when it returns; gives the SHA-256 in hex. Raises StorageUnavailable when there is no room."""
        ...

    def get(self, sha256: str) -> bytes: ...

    def size(self, sha256: str) -> int:
        """Bytes, without reading them."""
        ...


class Annexes(Protocol):
    """The documents that go out with mails: built from campaign data, in `documents/`."""

    def opening(self, campaign: Campaign, unit: Unit, last_day: date) -> tuple[Attachment, ...]:
        """Letter, guide, privacy notice, blank declaration, blank roster."""
        ...

    def blanks(self, campaign: Campaign, unit: Unit) -> tuple[Attachment, ...]:
        """Blank declaration and blank roster alone."""
        ...

    def calendar(self, campaign: Campaign, unit: Unit, last_day: date, now: datetime, sequence: int) -> Attachment:
        """The unit's last day in time as a calendar entry; a greater sequence takes the place of an earlier one."""
        ...

    def roster(
        self, campaign: Campaign, unit: Unit, workers: Sequence[Worker], password: str | None
    ) -> tuple[Attachment, ...]:
        """The unit's roster with its workers entered; with a password it opens only with it."""
        ...

    def declaration(self, campaign: Campaign, values: Mapping[str, str], code: str) -> bytes:
        """The declaration as PDF with these values and this code printed on it."""
        ...

    def summary(self, campaign: Campaign, facts: SummaryFacts) -> tuple[bytes, bytes]:
        """PNG of how the campaign came along and where all units stand, and a workbook with the details."""
        ...
