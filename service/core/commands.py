"""Words that make a mail a command: first line of the new text, accents, case and quotes tolerated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from service.core.vietnam.text import fold


class Command(StrEnum):
    """What can be said by mail."""

    STATUS = "status"
    APPROVE = "approve"
    REJECT = "reject"


_WORDS = {"tinh trang": Command.STATUS, "duyet": Command.APPROVE, "tu choi": Command.REJECT}
_ALREADY_SENT = re.compile(r"^(da gui|already sent)( (ho so|roi|du|day du|xong|het|everything))*( (a|nhe|cam on))*$")
"""What our reminders offer as an answer of one line; longer sentences are for people to read."""
_CODE = re.compile(r"\b([0-9A-HJ-NP-Z]{4}-[0-9A-HJ-NP-Z]{4})\b")
_WITHOUT_QUOTES = str.maketrans("", "", "\"'“”‘’«»*_")
_AROUND = ".,:;!-– \t"


@dataclass(frozen=True, slots=True)
class Order:
    """A command and what stands after it on its line."""

    command: Command
    argument: str = ""


def order_in(text: str) -> Order | None:
    """The command on the first line that says anything."""
    lines = (line.translate(_WITHOUT_QUOTES).strip(_AROUND) for line in text.splitlines())
    line = next((line for line in lines if line), "")
    folded = fold(line)
    if _ALREADY_SENT.match(folded):
        return Order(Command.STATUS)
    for word, command in _WORDS.items():
        if folded == word or folded.startswith(f"{word} ") or folded.startswith(f"{word}:"):
            return Order(command, line[len(word) :].strip(_AROUND))
    return None


def is_command(text: str) -> bool:
    return order_in(text) is not None


def codes_in(*texts: str) -> frozenset[str]:
    """One-time codes that a mail carries, in its subject or anywhere in its text (quoted or not)."""
    return frozenset(code for text in texts for code in _CODE.findall(text.upper()))
