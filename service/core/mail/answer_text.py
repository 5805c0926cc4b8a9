"""What HR itself wrote in its reply to a forwarded question, without anything of the mail it answers."""

from __future__ import annotations

import re

from service.core.mail.automatic_mail import automatic_by_words
from service.core.mail.automatic_words import HouseWords
from service.core.mail.messages import Message
from service.core.vietnam.phrases import any_of
from service.core.vietnam.text import fold, folded_words

DIVIDER = "=== "
"""Our mail to HR begins its part for HR alone with a line of this kind."""
_ATTRIBUTION = re.compile(
    r"^(?:vao|on|luc|ngay|thu \w+)\b.{0,200}\b(?:da viet|viet|wrote|schrieb)\s*:?\s*$"
    r"|^-{2,}.*(?:original message|thu goc).*-{2,}$"
    r"|^(?:from|tu|nguoi gui|sent|da gui|ngay gui|to|den|subject|chu de)\s*:.*$"
)
_CLOSING = re.compile(
    r"^(tran trong|than men|than ai|kinh thu|kinh chao|chao than ai|((best|kind|warm|thanks and) )?regards|sincerely)"
    r"\b.{0,40}$"
)
_GREETING = re.compile(r"^(kinh (gui|chao|thua)|dear|hi|hello|xin chao|chao|thua)\b.{0,80}$")
_DEVICE = re.compile(r"^(sent from|(duoc |da )?gui tu|(get|tai|lay) outlook)\b.{0,80}$")
_REACTION = any_of(
    r"\breacted (to your message|via gmail)\b",
    r"\b(da )?(bay to|tha) cam xuc\b.{0,40}(thu|tin nhan|email|gmail)",
    r"\b(likes|liked|loved|emphasized) (your message|“|\")",
)
_SIGN = re.compile(r":\+?-?\w{1,12}:|\(y\)|^\s*\+1\s*$", re.IGNORECASE | re.MULTILINE)
_REACTION_TYPE = "text/vnd.google.email-reaction+json"
_LONGEST_REACTION = 200
"""Letters: a longer mail says something of its own."""
_SHORTEST = 12
"""Letters: shorter lines ("Trân trọng") may be in both mails by chance."""


def own_words(reply: str, ours: str) -> str:
    """The reply up to our divider, without lines that our mail says too and without what introduces a quotation."""
    theirs = {_key(line) for line in ours.splitlines()}
    kept: list[str] = []
    for line in reply.splitlines():
        if line.lstrip("> \t").startswith(DIVIDER.strip()):
            break
        if line.lstrip().startswith(">") or (len(_key(line)) >= _SHORTEST and _is_ours(_key(line), theirs)):
            continue
        kept.append(line.rstrip())
    while kept and (not kept[-1].strip() or _ATTRIBUTION.match(fold(kept[-1]))):
        kept.pop()
    return "\n".join(kept).strip()


def _is_ours(line: str, theirs: set[str]) -> bool:
    """Also when the mail program broke our line in two or joined two of them."""
    longer = 2 * _SHORTEST
    return any(
        line == each or (len(line) > longer and line in each) or (len(each) > longer and each in line)
        for each in theirs
    )


def _key(line: str) -> str:
    return folded_words(line)


def says_something(words: str) -> bool:
    """Whether anything is left without greeting, closing, signature, signs and a telephone's own line."""
    for line in _SIGN.sub(" ", words).splitlines():
        said = fold(line).strip(" .,;!-–")
        if _CLOSING.match(said):
            return False
        if re.search(r"\w", said) and not _GREETING.match(said) and not _DEVICE.match(said):
            return True
    return False


def is_reaction(message: Message, words: str) -> bool:
    """A thumb: a mail program puts it into words, and it answers nothing."""
    if any(item.media_type == _REACTION_TYPE for item in message.attachments):
        return True
    return len(words) <= _LONGEST_REACTION and _REACTION.search(fold(words)) is not None


def is_by_a_machine(message: Message) -> bool:
    """An absence note or a receipt that says so itself (RFC 3834); nobody reads what we would write back."""
    return (message.header("auto-submitted") or "no").split(";")[0].strip().lower() not in ("no", "")


def looks_automatic(message: Message, house_words: HouseWords) -> bool:
    """By its words alone: perhaps an absence note, perhaps a sentence about somebody who is absent."""
    return automatic_by_words(message, house_words) is not None
