"""HR's officer: reads what the service tells her and does what only a person can do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
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
    """Reads the summaries, answers questions, finds out new addresses by telephone, and approves the package."""

    campaign: Campaign
    units: Sequence[Unit]
    admit: Admit
    telephone_book: Mapping[str, str]
    """Unit code to the address its contact names on the telephone."""
    read: Counter[str] = field(default_factory=Counter)
    """How many mails of each kind she has read."""
    registered: set[str] = field(default_factory=set)

    @property
    def address(self) -> str:
        return self.campaign.hr_addresses[0]

    def act(self, today: datetime, mailbox: Inbox, post: Post) -> None:
        """One half day at her desk."""
        for letter in mailbox.new():
            kind = letter.kind or "other"
            self.read[kind] += 1
            if kind == "question_forward":
                self._answer_question(letter, today, post)
            elif kind == "contact_unreachable":
                self._register_new_address(letter)
            elif kind == "package_approval":
                self._approve(letter, today, post)

    def _answer_question(self, letter: ReceivedLetter, today: datetime, post: Post) -> None:
        """Straight to the contact, as the forwarded question asks her to."""
        unit = next(unit for unit in self.units if unit.addresses[0] in letter.text)
        said = words("letters")
        text = str(said["answer"]).format(name=unit.contact or unit.name, officer=self.campaign.hr_contact)
        subject = answer_subject(letter)
        post.send(self._draft(unit.addresses[0], subject, text, None), today)

    def _register_new_address(self, letter: ReceivedLetter) -> None:
        """The mail names the address that cannot be reached; a telephone call gives the new one."""
        for unit in self.units:
            named = any(address in letter.text for address in unit.addresses)
            if named and unit.code in self.telephone_book and unit.code not in self.registered:
                self.registered.add(unit.code)
                self.admit(self.telephone_book[unit.code], unit.code, self.address)

    def _approve(self, letter: ReceivedLetter, today: datetime, post: Post) -> None:
        """One word on top of the quoted mail; the subject keeps the one-time code."""
        approval = str(words("letters")["approve"])
        post.send(self._draft(letter.sender, answer_subject(letter), approval, letter), today)

    def _draft(self, to: str, subject: str, text: str, answers: ReceivedLetter | None) -> LetterDraft:
        return LetterDraft(
            sender=self.address,
            sender_name=self.campaign.hr_contact,
            to=(to,),
            subject=subject,
            text=text,
            answers=answers,
        )
