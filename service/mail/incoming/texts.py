"""What the sender wrote now: the text without quoted mails, signature and banners; and what the quoted mail says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.core.mail.greetings import greets, only_greets
from service.core.vietnam.phrases import any_of
from service.core.vietnam.text import fold
from service.mail.incoming.notices import is_device_line, without_banner, without_disclaimers
from service.mail.incoming.quotations import (
    attribution_lines,
    author_in,
    divides,
    head_lines,
    introduction,
    is_marked,
    says_forwarded,
)

LONGEST_TEXT = 500_000
"""Characters of text that are kept of one mail."""
DEEPEST = 5
"""Forwarded mails in forwarded mails that are looked through for words."""
SIGNATURE = "-- "
"""RFC 3676 §4.3; many programs lose the blank, and people draw the same line between paragraphs."""
_SENTENCE = any_of(
    r"\?(?!\S)",
    r"\b(em|don vi|chung toi|toi|minh)\b.{0,80}\b(xin|hoi|nho|chua|khong|duoc|phai|gui|nop|can|se|da|dang|bi|muon)\b",
    r"\b(xin|nho|de nghi|mong|cho em|cho toi|cho hoi|giup|gia han|vuong|bo sung|dinh kem)\b.{4,}",
    r"\b(please|could you|can you|we|i)\b.{8,}",
)
_LONG = 55
"""Letters of a quoted line that may have been broken: what follows without a mark is its end, and nobody's answer."""


@dataclass(slots=True)
class Cut:
    """A text taken apart."""

    own: list[str] = field(default_factory=list)
    """Above the first quotation."""
    answers: list[str] = field(default_factory=list)
    """Between and below the lines of quotations marked with `>`."""
    quoted: list[str] = field(default_factory=list)
    """The first quotation, one mark taken away."""
    end: int = 0
    """The first line which is not the sender's own, or the number of lines."""

    @property
    def words(self) -> str:
        """What the sender wrote; below something said on top, an answer that could be a command of ours is left out."""
        own = "\n".join(without_disclaimers(self.own)).strip()
        if only_greets(own):
            return _tidied("\n".join(without_disclaimers([*self.own, *self.answers])))
        answers = [line for line in self.answers if not line.isupper()]
        return _tidied("\n".join([own, "", *without_disclaimers(answers)]))

    @property
    def is_forward(self) -> bool:
        return any(says_forwarded(line) for line in self.quoted[:10] if line.strip())


def normal_lines(text: str) -> list[str]:
    """Lines without trailing blanks, exotic spaces or invisible marks."""
    cleaned = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    cleaned = re.sub(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff]", "", cleaned)
    return [line if line == SIGNATURE else line.rstrip() for line in cleaned[:LONGEST_TEXT].split("\n")]


def new_text(text: str, *, forwarded: bool = False) -> str:
    """The sender's own words. `forwarded`: the subject says that the mail is passed on."""
    return cut(text, forwarded=forwarded).words


def cut(text: str, *, forwarded: bool = False) -> Cut:
    """Line by line, up to the first quotation without marks or the signature."""
    found, said, broken = Cut(), False, False
    lines, number = without_banner(normal_lines(text)), 0
    while number < len(lines):
        line = lines[number]
        introduced = attribution_lines(lines, number)
        if line.lstrip().startswith(">"):
            broken = len(line) >= _LONG and line[-1] not in ".!?"
            found.quoted.append(line.lstrip()[1:].removeprefix(" "))
            number += 1
        elif skipped := _before_marks(lines, number, introduced):
            found.quoted += lines[number : number + skipped]
            number += skipped
        elif _is_dropped(lines, number, said=said):
            number += 1
        elif introduced or _ends(lines, number, said=said, forwarded=forwarded):
            break
        else:
            broken = broken and bool(line)
            if not broken:
                (found.answers if found.quoted else found.own).append(line)
            said = said or not greets(line)
            number += 1
    found.end = number
    if not any(line.strip() for line in found.quoted):
        found.quoted = _from_next_quotation(lines, number)
    return found


def _from_next_quotation(lines: Sequence[str], number: int) -> list[str]:
    """Below the words may stand a signature first."""
    for place in range(number, len(lines)):
        line = lines[place]
        begins = line.lstrip().startswith(">") or divides(line) or attribution_lines(lines, place)
        if begins or head_lines(lines, place, surely=True):
            return list(lines[place:])
    return []


def ends_at(lines: list[str]) -> int:
    """The first line that is not the sender's own: quoted, or the beginning of an earlier mail or the signature."""
    said = False
    for number, line in enumerate(lines):
        if line.startswith(">") or attribution_lines(lines, number):
            return number
        if not _is_dropped(lines, number, said=said) and _ends(lines, number, said=said, forwarded=False):
            return number
        said = said or not greets(line)
    return len(lines)


def _before_marks(lines: Sequence[str], number: int, introduced: int) -> int:
    """How many lines here introduce a quotation marked with `>`."""
    taken = introduced or (1 if divides(lines[number]) else 0)
    return taken if taken and is_marked(lines, number + taken) else 0


def _ends(lines: Sequence[str], number: int, *, said: bool, forwarded: bool) -> bool:
    line = lines[number]
    if line.rstrip() == SIGNATURE.rstrip():
        return True
    return divides(line) or is_device_line(line) or head_lines(lines, number, surely=said or forwarded) > 0


def _is_dropped(lines: Sequence[str], number: int, *, said: bool) -> bool:
    """Dashes between paragraphs, and a device line above the words: neither words nor the end of them."""
    line = lines[number]
    if line.rstrip() == SIGNATURE.rstrip():
        return not said or (line != SIGNATURE and _speaks(lines[number + 1 : number + 12]))
    return not said and is_device_line(line)


def _speaks(lines: Sequence[str]) -> bool:
    """Whether lines below dashes hold a sentence; names, addresses and slogans of a signature do not."""
    for number, line in enumerate(lines):
        if line.startswith((">", SIGNATURE.rstrip())) or divides(line) or attribution_lines(lines, number):
            return False
        if _SENTENCE.search(fold(line[:300])) and not only_greets(line):
            return bool("\n".join(without_disclaimers([*lines[number : number + 1], ""])).strip())
    return False


def _tidied(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip()


@dataclass(frozen=True, slots=True)
class Quoted:
    """What stands below the sender's own words."""

    author: str = ""
    """Address of who wrote it; empty when it is not named."""
    words: str = ""
    is_forward: bool = False


def quoted_words(text: str, *, forwarded: bool) -> Quoted:
    """Who wrote the first quoted mail, and what: its own words, or if it has none those of the mail in it."""
    author, rest, is_forward = "", text, forwarded
    for depth in range(DEEPEST):
        found = cut(rest, forwarded=depth > 0 or forwarded)
        if depth and not only_greets(found.words):
            return Quoted(author=author, words=found.words, is_forward=is_forward)
        begins = introduction(found.quoted)
        author = author or author_in(found.quoted[:begins])
        is_forward = is_forward or (depth == 0 and found.is_forward)
        rest = "\n".join(found.quoted[begins:])
        if not rest.strip():
            break
    return Quoted(author=author, is_forward=is_forward)
