"""The other contacts: each is the perfect one with a single habit of her own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from PIL import Image

from service.core.campaigns import Campaign, ColumnKind
from service.demo.actors import ContactPerson, Desk
from service.demo.correspondence import File, LetterDraft, Post, ReceivedLetter
from service.demo.papers.copier import Copier
from service.demo.papers.ink import Pen
from service.demo.papers.paper import Level, PaperStyle, as_jpeg
from service.demo.papers.roster_filling import Habits, Slip, Values, fill_roster
from service.demo.words import words


class LosesZeros(ContactPerson):
    """Types numbers as numbers, so that Excel drops the zeros they begin with."""

    binds = False
    habits = Habits(numbers_as_numbers=True)


class SendsInTwoParts(ContactPerson):
    """Sends the roster with half of the forms; the rest a week later, to HR's officer instead of the campaign."""

    later = timedelta(days=7)
    copier = Copier(style=PaperStyle.LEADERS)
    finished = False

    def hand_in(self, today: datetime, post: Post) -> None:
        half = self._half()
        files = (self.roster(), *self.declarations(self.pages(today, only=range(half))))
        self.write(post, today, "first_part", files=files, count=str(half))

    def follow_up(self, today: datetime, post: Post) -> None:
        if self.finished or today < self.desk.starts + self.later:
            return
        self.finished = True
        rest = self.pages(today, only=range(self._half(), len(self.desk.workers)))
        officer = self.desk.campaign.hr_addresses[0]
        files = self.declarations(rest)
        self.write(post, today, "second_part", files=files, statement=True, to=officer, count=str(len(rest)))

    def _half(self) -> int:
        return (len(self.desk.workers) + 1) // 2


class ForgetsSignatures(ContactPerson):
    """Sends some forms that nobody signed; has them signed when the answer names them."""

    binds = False
    copier = Copier(level=Level.OFFICE)
    signed_later = False

    def hand_in(self, today: datetime, post: Post) -> None:
        pages = self.pages(today, pens=dict.fromkeys(self.forgotten(), Pen.NOTHING))
        files = (self.roster(), *self.declarations(pages))
        self.write(post, today, "submission", files=files, statement=True)

    def forgotten(self) -> tuple[int, ...]:
        """Every other worker, beginning with the second."""
        return tuple(range(1, len(self.desk.workers), 2))

    def read(self, letter: ReceivedLetter, today: datetime, post: Post) -> None:
        super().read(letter, today, post)
        named = [index for index in self.forgotten() if self.desk.workers[index]["full_name"] in letter.text]
        if not self.handed_in or self.signed_later or not named:
            return
        self.signed_later = True
        names = ", ".join(self.desk.workers[index]["full_name"] for index in named)
        pages = [self.page(index, today) for index in named]
        self.write(post, today, "signed_now", files=self.declarations(pages), answers=letter, names=names)


class PhotographsSideways(ContactPerson):
    """Photographs the forms with a telephone held sideways, one picture a form.

    Two of her workers ticked where they were to sign: a person at HR decides, and one has to sign after all.
    """

    copier = Copier(level=Level.PHOTO, turns=(90, 270))
    ticked = (0, 1)
    signed_later = False

    def hand_in(self, today: datetime, post: Post) -> None:
        pages = self.pages(today, pens=dict.fromkeys(self.ticked, Pen.TICK))
        self.write(post, today, "submission", files=(self.roster(), *self.declarations(pages)), statement=True)

    def what_hr_sees(self) -> dict[str, str]:
        """Who ticked, and why the form goes back: the first has hurt her hand, as a call has shown."""
        first, second = (self.desk.workers[index]["full_name"] for index in self.ticked)
        return {first: "", second: str(words("letters")["only_ticked"])}

    def read(self, letter: ReceivedLetter, today: datetime, post: Post) -> None:
        super().read(letter, today, post)
        if not self.signed_later and str(words("letters")["only_ticked"]) in letter.text:
            self.signed_later = True
            again = self.ticked[-1]
            files = self.declarations([self.page(again, today)])
            names = self.desk.workers[again]["full_name"]
            self.write(post, today, "signed_now", files=files, answers=letter, names=names)

    def declarations(self, pages: Sequence[Image.Image]) -> list[File]:
        return [
            self.named("photo_name", as_jpeg(page), number=f"{self.desk.number * 100 + index:04d}")
            for index, page in enumerate(pages)
        ]


class Zips(ContactPerson):
    """Packs everything into one archive; has found something wrong in the agency's data and lists it.

    She writes a mail of her own by another provider, and is asked whether it was hers.
    """

    binds = False
    writes_anew = True
    copier = Copier(style=PaperStyle.LEADERS, level=Level.OFFICE)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.listed = _with_discrepancy(desk.campaign, desk.workers)

    def hand_in(self, today: datetime, post: Post) -> None:
        name, blank = self.roster()
        filled = fill_roster(blank, self.desk.campaign, self.listed, self.habits)
        inside = [(name, filled), *self.declarations(self.pages(today))]
        archive = self.named("archive_name", _zipped(inside, today))
        self.write(post, today, "submission", files=(archive,))


class OutOfOffice(ContactPerson):
    """On leave until she starts: her mail program answers for her, once as it should and then without any header."""

    binds = False
    answered = 0

    def read(self, letter: ReceivedLetter, today: datetime, post: Post) -> None:
        if today >= self.desk.starts:
            super().read(letter, today, post)
        elif letter.sender == self.desk.service_address:
            self._answer_automatically(letter, today, post)

    def _answer_automatically(self, letter: ReceivedLetter, today: datetime, post: Post) -> None:
        proper = self.answered == 0
        self.answered += 1
        subject_key = "away_subject" if proper else "plain_away_subject"
        until = self.desk.starts - timedelta(days=1)
        post.send(
            LetterDraft(
                sender=self.desk.address,
                sender_name=self.desk.contact,
                to=(letter.sender,),
                subject=self.say(subject_key, subject=letter.subject),
                text=self.say("away", until=f"{until:%d/%m/%Y}", name=self.desk.contact),
                answers=letter if proper else None,
                headers=(("Auto-Submitted", "auto-replied"),) if proper else (),
                automatic=True,
            ),
            today,
        )


class NewAddress(ContactPerson):
    """Her registered address bounces; she can be written to once HR has registered the new one."""


class WaitsForEscalation(ContactPerson):
    """Answers nothing until her head is in copy; then sends everything."""

    binds = False

    def is_ready(self, today: datetime) -> bool:
        head = self.desk.unit.head_address
        return any(head in letter.cc for letter in self.letters)

    def hand_in(self, today: datetime, post: Post) -> None:
        files = (self.roster(), *self.declarations(self.pages(today)))
        self.write(post, today, "late", files=files, statement=True)


class WritesPrivately(ContactPerson):
    """Sends from home with a private address; again from the office when her office mailbox tells her to."""

    binds = False
    private_address = ""
    asked_again = False

    def hand_in(self, today: datetime, post: Post) -> None:
        self.write(post, today, "private", files=self._all(today), statement=True, sender=self.private_address)

    def read(self, letter: ReceivedLetter, today: datetime, post: Post) -> None:
        super().read(letter, today, post)
        if self.handed_in and not self.asked_again and letter.sender == self.desk.service_address:
            self.asked_again = True
            self.write(post, today, "submission", files=self._all(today), statement=True, answers=letter)

    def _all(self, today: datetime) -> list[File]:
        return [self.roster(), *self.declarations(self.pages(today))]


class Corrects(ContactPerson):
    """Has wrong numbers, a doubled number and an impossible date in her roster, and mends them after the answer."""

    binds = False

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.habits = Habits(dates_as_text=True, slips=_slips(desk.campaign, desk.workers))


class Asks(ContactPerson):
    """Has a question first; hands in when a person at HR has answered it."""

    asked = False
    before_starting = timedelta(days=12)

    def is_ready(self, today: datetime) -> bool:
        answered = str(words("letters")["answer"]).splitlines()[0]
        return super().is_ready(today) and any(answered in letter.text for letter in self.letters)

    def follow_up(self, today: datetime, post: Post) -> None:
        if self.asked or today < self.desk.starts - self.before_starting:
            return
        self.asked = True
        text = "\n\n".join([self.say("question"), self.say("signed_off", name=self.desk.contact)])
        draft = LetterDraft(
            sender=self.desk.address,
            sender_name=self.desk.contact,
            to=(self.desk.service_address,),
            subject=self.say("question_subject", unit=self.desk.unit.name),
            text=text,
        )
        post.send(draft, today)


def _zipped(files: Sequence[File], today: datetime) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, today.timetuple()[:6]), content)
    return buffer.getvalue()


def _with_discrepancy(campaign: Campaign, workers: Sequence[Values]) -> tuple[Values, ...]:
    """The first worker's data is wrong at the agency: what it shows and what is true."""
    block, said = campaign.discrepancy, words("letters")
    if block is None:
        return tuple(workers)
    wrong: Mapping[str, str] = {
        block.kind: said["discrepancy_kind"],
        block.shown: said["discrepancy_shown"],
        block.actual: said["discrepancy_actual"],
    }
    return ({**workers[0], **wrong}, *workers[1:])


def _slips(campaign: Campaign, workers: Sequence[Values]) -> tuple[Slip, ...]:
    """A wrong gender, a doubled number, an impossible birthday: on different rows where there are enough."""
    slips: list[Slip] = []
    for column in campaign.columns:
        if column.kind is ColumnKind.GENDER:
            other = next(value for value in column.choices if value != workers[0][column.key])
            slips.append(Slip(worker=0, column=column.key, written=other))
        elif column.kind is ColumnKind.SOCIAL_INSURANCE_NO:
            slips.append(Slip(worker=1, column=column.key, written=workers[0][column.key]))
        elif column.key == "birth_date":
            slips.append(Slip(worker=len(workers) - 1, column=column.key, written="31/02/1990"))
    return tuple(slips)
