"""HR's officer: reads what the service tells her and does what only a person can do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from service.core.campaigns import Campaign
from service.core.units import Unit
from service.demo.correspondence import Inbox, LetterDraft, Post, ReceivedLetter, answer_subject
from service.demo.words import words

Admit = Callable[[str, str, str], object]
"""(address, unit code, by whom): registers an address, as the command does."""


@dataclass(kw_only=True)
class Officer:
    """Decides what the summaries ask, answers questions, passes on what came to her, approves the package."""

    campaign: Campaign
    units: Sequence[Unit]
    service_address: str
    admit: Admit
    telephone_book: Mapping[str, str]
    """Unit code to the address its contact names on the telephone."""
    returns: Mapping[str, str] = field(default_factory=dict)
    """Workers whose doubtful form she has looked at, and why it goes back; empty: it is good."""
    read: Counter[str] = field(default_factory=Counter)
    """How many mails of each kind she has read."""
    registered: set[str] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)

    @property
    def address(self) -> str:
        return self.campaign.hr_addresses[0]

    def act(self, today: datetime, mailbox: Inbox, post: Post) -> None:
        """One half day at her desk."""
        for letter in mailbox.new():
            kind = letter.kind or "other"
            self.read[kind] += 1
            if kind == "question_forward":
                self._reply(letter, str(words("letters")["answer"]), today, post)
            elif kind == "contact_unreachable":
                self._register_new_address(letter)
            elif kind == "summary":
                self._decide_forms(letter, today, post)
            elif kind in ("package_approval", "passed_on"):
                self._reply(letter, str(words("letters")["approve"]), today, post)
            elif letter.files and letter.sender != self.service_address:
                self._pass_on(letter, today, post)

    def _register_new_address(self, letter: ReceivedLetter) -> None:
        """The mail names the address that cannot be reached; a telephone call gives the new one."""
        for unit in self.units:
            named = any(address in letter.text for address in unit.addresses)
            if named and unit.code in self.telephone_book and unit.code not in self.registered:
                self.registered.add(unit.code)
                self.admit(self.telephone_book[unit.code], unit.code, self.address)

    def _decide_forms(self, letter: ReceivedLetter, today: datetime, post: Post) -> None:
        """The summary names who waits and under which number; all in one answer, an order a line."""
        orders = [self._order(name, number) for name, number in self._waiting(letter)]
        if orders:
            self._reply(letter, "\n".join(orders), today, post)

    def _waiting(self, letter: ReceivedLetter) -> Iterator[tuple[str, str]]:
        for name in self.returns:
            found = re.search(rf"{re.escape(name)} \(\w+ (\d+)\)", letter.text)
            if found and name not in self.decided:
                self.decided.add(name)
                yield name, found.group(1)

    def _order(self, name: str, number: str) -> str:
        reason = self.returns[name]
        return str(words("letters")["reject" if reason else "accept"]).format(number=number, reason=reason)

    def _pass_on(self, letter: ReceivedLetter, today: datetime, post: Post) -> None:
        """A unit wrote to her instead of the campaign's mailbox."""
        said = words("letters")
        facts = {"sender": letter.sender, "subject": letter.subject, "text": letter.text.strip()}
        post.send(
            LetterDraft(
                sender=self.address,
                sender_name=self.campaign.hr_contact,
                to=(self.service_address,),
                subject=str(said["forwarded_subject"]).format(**facts),
                text=str(said["forwarded"]).format(**facts),
                files=letter.files,
            ),
            today,
        )

    def _reply(self, letter: ReceivedLetter, text: str, today: datetime, post: Post) -> None:
        """On top of the quoted mail, which brings the one-time code back."""
        post.send(
            LetterDraft(
                sender=self.address,
                sender_name=self.campaign.hr_contact,
                to=(letter.sender,),
                subject=answer_subject(letter),
                text=text,
                answers=letter,
            ),
            today,
        )
