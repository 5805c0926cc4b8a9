"""Facts about mails, ours and theirs, and about the service that carries them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.core.events.event import EventKind, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDecided(Fact):
    """A mail that came in has been processed: the state it ended in, what it was, and why."""

    kind = EventKind.MAIL_DECIDED
    state: str
    mail_kind: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDismissed(Fact):
    kind = EventKind.MAIL_DISMISSED
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailVouchedFor(Fact):
    kind = EventKind.MAIL_VOUCHED_FOR
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDenied(Fact):
    """Its registered sender says that somebody else wrote it."""

    kind = EventKind.MAIL_DENIED


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReplayed(Fact):
    kind = EventKind.MAIL_REPLAYED


@dataclass(frozen=True, slots=True, kw_only=True)
class MailVanished(Fact):
    """A person took the mail out of the mailbox, before it was fetched or before it was filed."""

    kind = EventKind.MAIL_VANISHED
    mailbox: str
    uid: int
    fetched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OldMailLeft(Fact):
    """Mails of before the campaign lie in the mailbox and are left alone; by their numbers there."""

    kind = EventKind.OLD_MAIL_LEFT
    mailbox: str
    uidvalidity: int
    uids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxReconciled(Fact):
    """`differences`: their fingerprint; empty when mailbox and ledger agree."""

    kind = EventKind.MAILBOX_RECONCILED
    mailbox: str
    differences: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignReport(Fact):
    """A delivery report that gives back a mail which is not ours, or none (`returned_id` is empty)."""

    kind = EventKind.FOREIGN_REPORT
    returned_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressReached(Fact):
    """Our mail reaches a marked address again. `because`: `wrote`, `delivered`, `no report`."""

    kind = EventKind.ADDRESS_REACHED
    address: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRefused(Fact):
    """A mail under HR's address carried a code that proves nothing. The code itself is not kept."""

    kind = EventKind.CODE_REFUSED
    sender: str
    why: str
    """The value of `Refusal`."""
    authentic: bool = False
    """Our mail server had proven the sender: somebody else's guesses do not count against her."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(Fact):
    """HR's words went to the unit that asked in this mail."""

    kind = EventKind.QUESTION_ANSWERED
    question: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryWritten(Fact):
    kind = EventKind.SUMMARY_WRITTEN
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagementWritten(Fact):
    kind = EventKind.MANAGEMENT_WRITTEN
    week: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeGathered(Fact):
    """HR had many mails of ours just then: these tasks are told with others, in one mail. `key`: the letter's."""

    kind = EventKind.NOTICE_GATHERED
    key: str
    template: str
    tasks: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesTold(Fact):
    """What was gathered stands in a mail to HR now. `up_to`: number of the last such event."""

    kind = EventKind.NOTICES_TOLD
    up_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWithheld(Fact):
    """Too many mails went to this address: a machine may sit there."""

    kind = EventKind.ANSWER_WITHHELD
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersUnanswered(Fact):
    """Papers were taken in, and the answer was withheld; it is made good later."""

    kind = EventKind.PAPERS_UNANSWERED
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingFact(Fact):
    """About one mail of ours. `said`: what the server said, or why."""

    outgoing: int
    template: str
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingSent(OutgoingFact):
    kind = EventKind.OUTGOING_SENT


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingFailed(OutgoingFact):
    kind = EventKind.OUTGOING_FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingInDoubt(OutgoingFact):
    kind = EventKind.OUTGOING_IN_DOUBT


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingKeptBack(OutgoingFact):
    kind = EventKind.OUTGOING_KEPT_BACK


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingSuppressed(OutgoingFact):
    kind = EventKind.OUTGOING_SUPPRESSED


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingQueuedAgain(OutgoingFact):
    """It was surely not sent, or a report gave it back though the address is good."""

    kind = EventKind.OUTGOING_QUEUED_AGAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingResent(OutgoingFact):
    """HR had it sent once more."""

    kind = EventKind.OUTGOING_RESENT


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingGivenUp(OutgoingFact):
    kind = EventKind.OUTGOING_GIVEN_UP


@dataclass(frozen=True, slots=True, kw_only=True)
class NoCopyInSent(OutgoingFact):
    kind = EventKind.NO_COPY_IN_SENT


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingPaused(Fact):
    kind = EventKind.SENDING_PAUSED
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingResumed(Fact):
    kind = EventKind.SENDING_RESUMED


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleBegan(Fact):
    kind = EventKind.TROUBLE_BEGAN
    concern: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleEnded(Fact):
    kind = EventKind.TROUBLE_ENDED
    concern: str
