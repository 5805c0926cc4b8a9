"""What a mail says that has no words of its own: those of the mail it passes on, or a wish in its subject."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from service.core.mail.greetings import only_greets
from service.mail.incoming.texts import quoted_words

_FORWARDED = re.compile(r"^\W*(?:fwd?|ct|chuyển tiếp|wg)\s*:", re.IGNORECASE)
_ANSWERED = re.compile(
    r"^\W*(?:re|tl|trả lời|aw|sv|fwd?|ct|chuyển tiếp|wg)\s*(?:\[\d+\])?\s*:|^\s*\[[^\]]{1,30}\]", re.IGNORECASE
)
"""Subjects that somebody else wrote: answered, passed on, or ours with the campaign's name in brackets."""


def says_passed_on(subject: str) -> bool:
    """Whether the subject says that the mail is forwarded; "Re: Fwd:" is an answer."""
    return _FORWARDED.match(subject[:200]) is not None


@dataclass(frozen=True, slots=True)
class PassedOn:
    """The words to judge when the sender's own say nothing, and whether the mail passes another one on."""

    words: str
    is_forward: bool


def passed_on(
    text: str, own: str, subject: str, *, is_reply: bool, readers: Collection[str], inner: Iterable[str]
) -> PassedOn:
    """Of the quoted mail, of an attached one (`inner`, asked only when needed), else of the subject.

    A quotation of what a reader of this mail wrote (`readers`: its To and Cc) is an answer's: nobody says it anew.
    """
    quoted = quoted_words(text, forwarded=says_passed_on(subject))
    silent = only_greets(own)
    theirs = quoted.author in readers if quoted.author else is_reply and not quoted.is_forward
    if quoted.words and not theirs:
        return PassedOn(quoted.words, quoted.is_forward or silent)
    attached = next((words for words in inner if words), "") if silent else ""
    if attached:
        return PassedOn(attached, is_forward=True)
    wish = "" if own.strip() or _ANSWERED.match(subject[:200]) else subject.strip()
    return PassedOn(wish, quoted.is_forward)
