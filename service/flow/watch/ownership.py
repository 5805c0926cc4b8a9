"""One state folder a mailbox: an empty folder in the mailbox names the one that serves it (decision 0118).

Two at work would take every mail in twice, answer twice and remind twice. The claim with the highest number holds the
mailbox; who takes it over makes a higher one.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.core.watch import Concern
from service.flow.context import Services
from service.flow.ports.failures import MailboxIsAnothers
from service.flow.ports.world import CLAIM, Mailbox
from service.flow.watch import health

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(minutes=15)
_CLAIM = re.compile(rf"{CLAIM}(\d{{1,6}})-([0-9a-f]{{12}})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """Who claims the mailbox; of several the highest number holds it."""

    number: int
    owner: str

    @property
    def folder(self) -> str:
        return f"{CLAIM}{self.number}-{self.owner}"


def claims_of(mailbox: Mailbox) -> tuple[Claim, ...]:
    """All that lie in the mailbox."""
    return tuple(sorted(_read(mailbox.claims())))


def _read(names: Iterable[str]) -> Iterable[Claim]:
    found = (_CLAIM.fullmatch(name) for name in names)
    return [Claim(int(each[1]), each[2].lower()) for each in found if each]


def holder(claims: Iterable[Claim]) -> Claim | None:
    """The highest number; of two made at the same moment one, the same for both sides."""
    return min(claims, key=lambda claim: (-claim.number, claim.owner), default=None)


def take(mailbox: Mailbox, owner: str, *, over: bool = False, makes: bool = True) -> Claim | None:
    """The claim by which `owner` holds the mailbox. `over`: whoever held it. `makes`: False only looks.

    Raises MailboxIsAnothers.
    """
    held = holder(claims_of(mailbox))
    if makes and (held is None or (over and held.owner != owner)):
        mailbox.claim(Claim(held.number + 1 if held else 1, owner).folder)
        held = holder(claims_of(mailbox))
    if held is not None and held.owner != owner:
        raise MailboxIsAnothers(_said(mailbox, held))
    return held


def _said(mailbox: Mailbox, held: Claim) -> str:
    return (
        f"{mailbox.name}: another state folder serves this mailbox (its mark is the mail folder {held.folder}); "
        "give this one a mailbox of its own, bring back the state folder that served it, "
        "or, if that is lost or switched off for good, run `dondoc run --take-over`"
    )


@dataclass(slots=True)
class Keeper:
    """Looks now and then whether the mailbox is still ours. Without an `owner` nobody asked: it is."""

    owner: str = ""
    makes: bool = True
    lost: bool = False
    mine: Claim | None = None
    looked_at: datetime | None = None

    def take(self, mailbox: Mailbox, owner: str, now: datetime, *, over: bool = False) -> None:
        """Raises MailboxIsAnothers, or MailboxUnavailable: then it is taken at the next look."""
        self.owner = owner
        self.mine = take(mailbox, owner, over=over, makes=self.makes)
        self.looked_at = now

    def is_ours(self, services: Services, mailbox: Mailbox) -> bool:
        """Asked before mails are taken in. What is found is told to people, once."""
        now = services.now()
        if not self.owner or (self.looked_at is not None and now - self.looked_at < LOOK_EVERY):
            return not self.lost
        others = [claim for claim in claims_of(mailbox) if claim.owner != self.owner and self._is_new(claim)]
        try:
            self.mine = take(mailbox, self.owner, makes=self.makes)
            self.lost = False
        except MailboxIsAnothers as problem:
            self.lost = True
            health.begin(services, Concern.OTHER_SERVICE, str(problem))
        else:
            self._tell_of(services, mailbox, others)
        self.looked_at = now
        return not self.lost

    def _is_new(self, claim: Claim) -> bool:
        """Older claims are those of whom the mailbox was taken over."""
        return self.mine is None or claim.number >= self.mine.number

    def _tell_of(self, services: Services, mailbox: Mailbox, others: list[Claim]) -> None:
        if others:
            folders = ", ".join(claim.folder for claim in others)
            said = f"{mailbox.name}: another state folder has tried to serve this mailbox too (mail folder {folders})"
            remedy = "when that service is stopped, remove this mail folder"
            health.begin(services, Concern.OTHER_SERVICE, f"{said}; {remedy}")
        else:
            health.end(services, Concern.OTHER_SERVICE)
