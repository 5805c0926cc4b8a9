"""A contact of a unit, working through the campaign by mail. This one is perfect; `stories.py` has the others.

Everyone does the same at bottom: reads the mailbox, starts on the day she gets to it, hands in, and mends what the
answer asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PIL import Image

from service.core.campaigns import Campaign
from service.core.units import Unit
from service.demo.correspondence import File, Inbox, LetterDraft, Post, ReceivedLetter, answer_subject
from service.demo.papers.copier import Copier, declaration_page
from service.demo.papers.ink import Pen
from service.demo.papers.paper import as_pdf
from service.demo.papers.roster_filling import (
    Habits,
    Values,
    correct_roster,
    fill_roster,
    has_error_list,
    plain_roster,
)
from service.demo.words import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What lies before a contact: the campaign, her unit, her workers' papers, where to write to, when she starts."""

    campaign: Campaign
    unit: Unit
    address: str
    """Hers."""
    service_address: str
    workers: tuple[Values, ...]
    number: int
    """Makes her pages hers: the same number draws the same pages."""
    starts: datetime

    @property
    def contact(self) -> str:
        return self.unit.contact or self.unit.name


class ContactPerson:
    """The perfect one, and what all the others have in common with her."""

    habits = Habits()
    copier = Copier()
    binds = True
    """One PDF of all pages; otherwise a file for each worker."""
    writes_anew = False
    """Begins a mail of her own instead of answering the opening; the mail server says nothing of her either."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.letters: list[ReceivedLetter] = []
        self.handed_in = False

    def act(self, today: datetime, mailbox: Inbox, post: Post) -> None:
        """One half day: read what came, answer what has to be answered, do what is due."""
        fresh = mailbox.new()
        self.letters.extend(fresh)
        for letter in fresh:
            self.read(letter, today, post)
        if not self.handed_in and self.is_ready(today):
            self.handed_in = True
            self.hand_in(today, post)
        self.follow_up(today, post)

    def is_ready(self, today: datetime) -> bool:
        return today >= self.desk.starts

    def read(self, letter: ReceivedLetter, today: datetime, post: Post) -> None:
        """Mends a returned workbook, says that a mail was hers when asked; everything else is only read."""
        if not self.handed_in:
            return
        if str(words("letters")["asked_whose"]) in letter.text:
            self.write(post, today, "mine", answers=letter)
        returned = next((book for book in letter.workbooks() if has_error_list(book, self.desk.campaign)), None)
        if returned is not None:
            mended = correct_roster(returned, self.desk.campaign, self.desk.workers)
            self.write(post, today, "corrected", files=(self.named("corrected_name", mended),), answers=letter)

    def hand_in(self, today: datetime, post: Post) -> None:
        """Everything at once, with the statement that nothing is wrong (unless she lists what is)."""
        files = (self.roster(), *self.declarations(self.pages(today)))
        self.write(post, today, "submission", files=files, statement=True)

    def follow_up(self, today: datetime, post: Post) -> None:
        """What comes after handing in; nothing, for most."""

    def opening(self) -> ReceivedLetter | None:
        """The mail that brought the blank roster."""
        return next((letter for letter in self.letters if letter.workbooks()), None)

    def roster(self) -> File:
        """The blank roster she was sent, filled; a table of her own where none has reached her."""
        opening = self.opening()
        blank = opening.workbooks()[0] if opening else plain_roster(self.desk.campaign, self.desk.unit)
        return self.named("roster_name", fill_roster(blank, self.desk.campaign, self.desk.workers, self.habits))

    def pages(
        self, today: datetime, *, only: range | None = None, pens: Mapping[int, Pen] | None = None
    ) -> list[Image.Image]:
        """Her workers' declarations as copied; `pens`: by index, what others than a signature stands there."""
        chosen = range(len(self.desk.workers)) if only is None else only
        return [self.page(index, today, pen=(pens or {}).get(index, Pen.SIGNATURE)) for index in chosen]

    def page(self, index: int, today: datetime, *, pen: Pen = Pen.SIGNATURE) -> Image.Image:
        return declaration_page(
            self.desk.workers[index],
            self.desk.campaign,
            self.copier,
            pen=pen,
            number=self.desk.number * 100 + index,
            signed_on=(today - timedelta(days=1)).date(),
        )

    def declarations(self, pages: Sequence[Image.Image]) -> list[File]:
        """How she attaches pages: bound into one PDF, or one by one."""
        if self.binds:
            return [self.named("scan_name", as_pdf(pages))]
        return [self.named("page_name", as_pdf([page]), number=str(index)) for index, page in enumerate(pages, 1)]

    def write(
        self,
        post: Post,
        today: datetime,
        words_key: str,
        *,
        files: Sequence[File] = (),
        answers: ReceivedLetter | None = None,
        statement: bool = False,
        sender: str | None = None,
        to: str | None = None,
        **facts: str,
    ) -> None:
        """A mail to HR: an answer to the letter given, else to the opening (unless she writes anew), else a new one.

        `to`: somebody else, in a mail of its own.
        """
        answered = answers or (None if self.writes_anew or to else self.opening())
        text = [self.say(words_key, **facts)]
        if statement and self.desk.campaign.discrepancy is not None:
            said = self.desk.campaign.texts.get("no_discrepancies", "")
            text.append(self.say("statement", statement=said))
        text.append(self.say("signed_off", name=self.desk.contact))
        post.send(
            LetterDraft(
                sender=sender or self.desk.address,
                sender_name=self.desk.contact,
                to=(to or self.desk.service_address,),
                subject=answer_subject(answered) if answered else self.say("subject"),
                text="\n\n".join(text),
                answers=answered,
                files=tuple(files),
            ),
            today,
        )

    def say(self, key: str, **facts: str) -> str:
        """Her words, with what she knows filled in."""
        campaign = self.desk.campaign
        known = {
            "unit": self.desk.unit.name,
            "mark": campaign.mark,
            "roster": campaign.roster_name,
            "form": campaign.declaration.name if campaign.declaration else "",
            "count": str(len(self.desk.workers)),
        }
        if key == "subject":
            known["unit"] = self.desk.unit.code
        return str(words("letters")[key]).format(**{**known, **facts})

    def named(self, key: str, content: bytes, **facts: str) -> File:
        """A file under the name she gives such files."""
        return str(words("office")[key]).format(unit=self.desk.unit.code, **facts), content
