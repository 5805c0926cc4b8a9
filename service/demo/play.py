"""The play itself: each working half day people act, then the service works, then its clock ticks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from service.core.progress.progress import Progress
from service.core.units import Unit
from service.demo.cast import Member
from service.demo.correspondence import Inbox, Post, read_head
from service.demo.live_view import Board, Happening, UnitLine
from service.demo.officer import Officer
from service.demo.server.mail_server import MailServer, Submitted
from service.demo.stage import DemoClock, DemoStage, half_days
from service.flow.clock.preview import Preview, preview
from service.wiring.service import Service

MARK = re.compile(r"\[[^\]]*\]\s*")
"""The campaign's mark in subjects: the unit stands in its own column."""
FORESEEN_ON = date(2021, 5, 12)
"""The day of the second reminder, when some units are silent and some are done."""


@dataclass(kw_only=True)
class Play:
    """The demonstration while it runs."""

    stage: DemoStage
    members: Sequence[Member]
    server: MailServer
    service: Service
    clock: DemoClock
    board: Board
    post: Post
    inboxes: Mapping[str, Inbox]
    officer: Officer
    told: int = 0
    """How many mails of the server's log have been told to the board."""
    last: dict[str, str] = field(default_factory=dict)
    foreseen: Preview | None = None
    """What the clock had in mind on one morning."""

    def run(self) -> None:
        """From the first half day to the last."""
        open_campaign = self.service.open_campaign(self.stage.campaign.id)
        for number, moment in enumerate(half_days(self.stage.campaign, open_campaign.calendar)):
            self.clock.moment = moment
            if number == 0:
                self.service.launch(self.stage.campaign.id)
            else:
                self._people_act(moment)
            self._service_works()
            if moment.date() == FORESEEN_ON and self.foreseen is None:
                self.foreseen = preview(self.service.services, open_campaign)
            self.board.show(moment, self.lines())

    def close(self) -> None:
        """Everybody leaves her mailbox."""
        for inbox in self.inboxes.values():
            inbox.close()

    def _people_act(self, moment: datetime) -> None:
        for member in self.members:
            member.contact.act(moment, self.inboxes[member.mailbox], self.post)
            self._tell()
        self.officer.act(moment, self.inboxes[self.officer.address], self.post)
        self._tell()

    def _service_works(self) -> None:
        for work in (self.service.work_until_quiet, self.service.tick, self.service.work_until_quiet):
            work()
            self._tell()

    def _tell(self) -> None:
        """Everything that went through the mail server since the last look."""
        for submitted in self.server.submitted[self.told :]:
            happening = self._happening(submitted)
            if happening.unit:
                self.last[happening.unit] = f"{happening.at:%d/%m} {happening.who}: {happening.what}"
            self.board.happened(happening)
        self.told = len(self.server.submitted)

    def _happening(self, submitted: Submitted) -> Happening:
        """A mail as one line of the board."""
        letter = read_head(submitted.content)
        ours = submitted.sender == self.stage.service_address
        parties = submitted.recipients if ours else (submitted.sender,)
        unit = next((code for code in map(self._unit_of, parties) if code), None)
        if ours:
            kind = (letter.kind or "mail").replace("_", " ")
            who, what = "dondoc", f"{kind} → {', '.join(submitted.recipients)}"
        else:
            who = submitted.sender.partition("@")[0] or "report"
            what = MARK.sub("", letter.subject) + _enclosed(submitted.content)
        return Happening(at=self.clock.moment, who=who, what=what, unit=unit)

    def _unit_of(self, address: str) -> str | None:
        for member in self.members:
            if address in (member.mailbox, member.private_address, *member.unit.addresses):
                return member.unit.code
        return None

    def lines(self) -> list[UnitLine]:
        """The board's rows as things stand now."""
        units = {unit.code: unit for unit in self.stage.campaign_folder.units}
        return [_line(each, units[each.unit], self.last.get(each.unit, "")) for each in self.progress()]

    def progress(self) -> list[Progress]:
        return list(self.service.status(self.stage.campaign.id))


def _enclosed(content: bytes) -> str:
    """How many files go with a mail, counted by their headers: unpacking them all would cost more than it tells."""
    count = content.count(b"\nContent-Disposition: attachment")
    return f"  (+{count} {'file' if count == 1 else 'files'})" if count else ""


def _line(progress: Progress, unit: Unit, last: str) -> UnitLine:
    people = max(progress.workers, progress.expected)
    expected = progress.forms_expected or people
    return UnitLine(
        code=unit.code,
        name=unit.name,
        stage=str(progress.stage),
        roster=f"{progress.workers}/{people}" if progress.roster_version else "–",
        declarations=f"{progress.forms_accepted}/{expected}",
        last=last,
    )
