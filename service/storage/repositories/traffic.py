"""The book of our traffic with the mail servers: pauses of sending, and sweeps of the mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from service.core.records import SendingPause
from service.storage.tables import MailboxSweepRow, SendingPauseRow

THE_ROW = 1


@dataclass(frozen=True, slots=True)
class Traffic:
    """Adapter of the port of the same name."""

    session: Session

    def pause(self) -> SendingPause | None:
        row = self.session.get(SendingPauseRow, THE_ROW)
        return SendingPause(until=row.until, why=row.why, times=row.times) if row else None

    def set_pause(self, pause: SendingPause) -> None:
        row = self.session.get(SendingPauseRow, THE_ROW) or SendingPauseRow(id=THE_ROW, until=pause.until)
        row.until, row.why, row.times = pause.until, pause.why, pause.times
        self.session.add(row)
        self.session.flush()

    def end_pause(self) -> None:
        row = self.session.get(SendingPauseRow, THE_ROW)
        if row is not None:
            self.session.delete(row)
            self.session.flush()

    def swept_at(self) -> datetime | None:
        return max(self.session.exec(select(MailboxSweepRow.swept_at)).all(), default=None)

    def note_sweep(self, mailbox: str, at: datetime) -> None:
        row = self.session.get(MailboxSweepRow, mailbox) or MailboxSweepRow(mailbox=mailbox, swept_at=at)
        row.swept_at = at
        self.session.add(row)
        self.session.flush()
