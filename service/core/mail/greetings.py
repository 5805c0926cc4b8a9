"""Salutations and closings: lines of a mail which say nothing by themselves."""

from __future__ import annotations

import re

from service.core.vietnam.phrases import any_of
from service.core.vietnam.text import fold

_GREETING = re.compile(
    r"^(kinh (gui|chao|thua|thu)|chao|dear|hi|hello|hey|xin chao|thua|than (ai|chao|men)|good (morning|afternoon)|"
    r"tran trong|tran quy|(many )?thanks and regards|((best|kind|warm) )?regards|sincerely|br|tks|kg)\b.{0,80}$"
)
_SAYS_MORE = any_of(r"\?", r"\b(hoi|xin|nho|de nghi|giup|cho em|cho toi|gui (em|anh|chi)|please|can you|could you)\b")
_NAME = re.compile(r"^(?:[^\W\d_][\w.'-]*[ ,]*){2,6}$")


def greets(line: str) -> bool:
    """Whether a line is nothing but a salutation or a closing; "Chào chị, cho em hỏi …" is more."""
    folded = fold(line[:200]).strip(" ,.!-–*")
    return not folded or (_GREETING.match(folded) is not None and not _SAYS_MORE.search(folded))


def only_greets(text: str) -> bool:
    """Whether a mail's words are salutation, closing and name alone: then what it says stands elsewhere."""
    greeted = False
    for line in text[:20_000].splitlines():
        if greets(line):
            greeted = greeted or bool(line.strip())
        elif not (greeted and _is_name(line.strip())):
            return False
    return True


def _is_name(line: str) -> bool:
    """ "Em Mai": every word begins with a capital, and not all of it is in capitals as commands are."""
    return bool(_NAME.match(line[:80])) and all(word[:1].isupper() for word in line.split()) and not line.isupper()
