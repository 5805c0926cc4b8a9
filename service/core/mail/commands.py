"""Words that make a mail a command: the first lines of its new text, accents, case and quotes tolerated.

A unit and HR say different things, and a sentence that merely begins with such a word is none: "Tình trạng hồ sơ của
em thế nào ạ?" is a question, "Duyệt nhưng bỏ U03 ra" approves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.core.mail.time_requests import gives_reason, names_time
from service.core.vietnam.text import fold, tidy


class Command(StrEnum):
    """What can be said by mail."""

    STATUS = "status"
    TEMPLATE = "template"
    EXTEND = "extend"
    NOT_POSSIBLE = "not_possible"
    APPROVE = "approve"
    REJECT = "reject"
    ACCEPT = "accept"
    WAIVE = "waive"
    PAUSE = "pause"
    RESUME = "resume"
    REMIND = "remind"
    CONTACT = "contact"
    ANSWER = "answer"


_ALREADY_SENT = re.compile(r"^(da gui|already sent)( (ho so|roi|du|day du|xong|het|everything))*( (a|nhe|cam on))*$")
"""What our reminders offer as an answer of one line; longer sentences are for people to read."""
MOST_ORDERS = 20
"""A mail; what stands beyond them is not done, and HR is told so."""
MOST_NUMBERS = 50
"""An order such as "CHẤP NHẬN 3-40"."""
_UNIT_WORDS = {
    "tinh trang": Command.STATUS,
    "mau": Command.TEMPLATE,
    "gui lai mau": Command.TEMPLATE,
    "xin mau": Command.TEMPLATE,
    "gia han": Command.EXTEND,
    "xin gia han": Command.EXTEND,
    "de nghi gia han": Command.EXTEND,
    "xin duoc gia han": Command.EXTEND,
    "xin phep gia han": Command.EXTEND,
    "khong thuc hien duoc": Command.NOT_POSSIBLE,
    "chua thuc hien duoc": Command.NOT_POSSIBLE,
    "status": Command.STATUS,
    "template": Command.TEMPLATE,
    "extend": Command.EXTEND,
}
_HR_WORDS = {
    "tinh trang": Command.STATUS,
    "duyet": Command.APPROVE,
    "tu choi": Command.REJECT,
    "gia han": Command.EXTEND,
    "chap nhan": Command.ACCEPT,
    "bo qua": Command.WAIVE,
    "tam dung": Command.PAUSE,
    "tiep tuc": Command.RESUME,
    "nhac": Command.REMIND,
    "dau moi": Command.CONTACT,
    "tra loi": Command.ANSWER,
}
_NUMBERS = re.compile(
    r"^(?:(?:các\s+)?(?:tờ khai\s+)?s[oố]\s*)?#?"
    r"(\d{1,9}(?:\s*(?:,|;|&|-|–|\bvà\b|\bva\b|\bđến\b|\bden\b)\s*#?\d{1,9})*)\b",
    re.IGNORECASE,
)
""" "3", "số 3", "3, 5 và 7", "3-6"."""
_ONE_OR_MORE = re.compile(r"(\d{1,9})(?:\s*(?:-|–|đến|den)\s*#?(\d{1,9}))?", re.IGNORECASE)
_TASK = re.compile(r"vi[eệ]c\s+(?:s[oố]\s*)?#?(\d{1,9})\b", re.IGNORECASE)
_CODE = re.compile(r"\b([0-9A-HJ-NP-Z]{4}-[0-9A-HJ-NP-Z]{4})\b")
_WITHOUT_QUOTES = str.maketrans("", "", "\"'“”‘’«»*_")
_AROUND = ".,:;!-–> \t"
_SALUTATION = re.compile(r"^(kinh (gui|chao|thua)|dear|hi|hello|xin chao|chao)\b.{0,80}$")
_COURTESY = r"(a|nhe|nha|giup|giup em|giup toi|cho em|cho toi|voi a|xin cam on|cam on|please|thanks)"
_OWN_MATTER = re.compile(
    rf"^(ve )?(ho so|don vi|cua don vi|ho so don vi|phu luc( \S+)?|bieu mau|danh sach|excel)?\s*{_COURTESY}?$"
)
_AGREEMENT = re.compile(rf"^((ho so|dong y|gui di|ok)\s*)?{_COURTESY}?$")
_LONGEST_CASUAL = 60


@dataclass(frozen=True, slots=True)
class Order:
    """A command and what stands after it on its line."""

    command: Command
    argument: str = ""
    text: str = ""
    """The words that an answer hands on; they may take many lines."""

    @property
    def first_word(self) -> str:
        """A unit's code, for instance."""
        return self.argument.split(maxsplit=1)[0].strip(_AROUND) if self.argument else ""

    @property
    def after_first_word(self) -> str:
        return self.argument.partition(" ")[2].strip(_AROUND) if self.argument else ""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers that the argument begins with: "12", "số 12", "3, 5 và 7", "3-6"; none when they are too many."""
        found = _NUMBERS.match(self.argument)
        spans = _ONE_OR_MORE.findall(found[1]) if found else []
        if sum(int(last or first) - int(first) + 1 for first, last in spans) > MOST_NUMBERS:
            return ()
        named = (number for first, last in spans for number in range(int(first), int(last or first) + 1))
        return tuple(dict.fromkeys(named))

    @property
    def number(self) -> int | None:
        """The first of the numbers that the argument begins with."""
        return next(iter(self.numbers), None)

    @property
    def after_number(self) -> str:
        """The reason after the numbers."""
        return _NUMBERS.sub("", self.argument, count=1).strip(_AROUND)

    @property
    def task(self) -> int | None:
        """The number of the task that it names, "DUYỆT VIỆC 41"."""
        found = _TASK.match(self.argument) if self.command in (Command.APPROVE, Command.REJECT) else None
        return int(found[1]) if found else None

    @property
    def after_task(self) -> str:
        """What stands behind that number: a reason, or a unit's code."""
        return _TASK.sub("", self.argument, count=1).strip(_AROUND)

    @property
    def is_plain_agreement(self) -> bool:
        """Nothing stands after "DUYỆT" that could be a condition."""
        return _AGREEMENT.match(fold(_CODE.sub("", self.argument)).strip(_AROUND)) is not None


def order_in(text: str, *, from_hr: bool = True) -> Order | None:
    """The command on the first line that says anything."""
    return next(iter(orders_in(text, from_hr=from_hr)), None)


def orders_in(text: str, *, from_hr: bool) -> tuple[Order, ...]:
    """The commands at the beginning of a mail, one a line, up to the first line that is none; `MOST_ORDERS` at most."""
    lines = [line for line in map(cleaned, text.splitlines()) if line]
    while lines and is_salutation(lines[0]):
        lines.pop(0)
    found: list[Order] = []
    for line in lines:
        order = _order(line, from_hr=from_hr)
        if order is None or len(found) == MOST_ORDERS:
            break
        found.append(order)
    return tuple(found)


def order_on(line: str, *, from_hr: bool) -> Order | None:
    """The command that a single line is."""
    return _order(cleaned(line), from_hr=from_hr)


def cleaned(line: str) -> str:
    """A line without quotes and bullets."""
    return line.translate(_WITHOUT_QUOTES).strip(_AROUND)


def is_salutation(line: str) -> bool:
    return _SALUTATION.match(fold(cleaned(line)[:200])) is not None


def _order(line: str, *, from_hr: bool) -> Order | None:
    folded = fold(line)
    if not from_hr and _ALREADY_SENT.match(folded):
        return Order(Command.STATUS)
    words: Mapping[str, Command] = _HR_WORDS if from_hr else _UNIT_WORDS
    for word in sorted(words, key=len, reverse=True):
        if folded == word or folded.startswith((f"{word} ", f"{word}:")):
            order = Order(words[word], tidy(line)[len(word) :].strip(_AROUND))
            meant = is_numbered_answer(order) if from_hr else _is_meant(order, line)
            return order if meant else None
    return None


def is_numbered_answer(order: Order) -> bool:
    """ "TRẢ LỜI 12: …" names its question; "Trả lời em: …" begins a sentence. Every other word of HR's may stand so."""
    return (
        order.command is not Command.ANSWER or re.match(r"(?:s[oố]\s*)?#?\d{1,9}\s*(?::|$)", order.argument) is not None
    )


def _is_meant(order: Order, line: str) -> bool:
    """Whether a unit means the word as a command, or only begins a sentence with it."""
    argument = fold(order.argument)
    if order.command in (Command.STATUS, Command.TEMPLATE):
        return "?" not in line and _OWN_MATTER.match(argument) is not None
    if order.command is Command.EXTEND:
        return not argument or (len(line) <= 2 * _LONGEST_CASUAL and _says_until_when(order.argument))
    return line.translate(_WITHOUT_QUOTES)[: len("khong thuc hien duoc")].isupper() or ":" in line


def _says_until_when(argument: str) -> bool:
    """A time, or why: HR is asked for a day where none is named."""
    return names_time(argument) or (gives_reason(argument) and "?" not in argument)


def is_command(text: str, *, from_hr: bool = True) -> bool:
    return order_in(text, from_hr=from_hr) is not None


def codes_in(*texts: str) -> frozenset[str]:
    """One-time codes that a mail carries, in its subject or anywhere in its text (quoted or not)."""
    return frozenset(codes_in_order(*texts))


def codes_in_order(*texts: str) -> tuple[str, ...]:
    """The same in the order in which they stand there."""
    return tuple(dict.fromkeys(code for text in texts for code in _CODE.findall(text.upper())))
