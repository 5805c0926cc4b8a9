"""What people answer to "was that mail yours?": yes, no, or something that only a person can weigh.

A wrong yes would count a stranger's papers: in any doubt it is none, and the mail goes on waiting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from service.core.mail.conversation import GREETING, THANKS, WANTS_SOMETHING
from service.core.vietnam.phrases import any_of, folded
from service.core.vietnam.text import tidy


class Word(StrEnum):
    """How the question was answered."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The word, and what the mail says besides it."""

    word: Word
    rest: str = ""


_NO = any_of(
    r"\bkhong (phai|dung|gui|he gui)\b",
    r"\b(chua|chua he|chua tung|dau co) gui\b",
    r"\bco gui (gi|bao gio|thu nao|ho so nao) dau\b",
    r"\b(khong|chua)\b.{0,20}\bxac nhan\b",
    r"\b(gia mao|mao danh|lua dao|bi hack|ai do gui)\b",
    r"\bkhong biet (thu|ho so|gi|ve)\b",
    r"^(khong|no|nope)\b[ .,!]*(a|em|chi|anh)?$",
    r"\b(not (ours|us|me|mine|sent|from)|did ?n[o']?t send|never sent|wasn'?t us|forged|fraud|spoof)\b",
)
_YES_WITH_MARKS = re.compile(
    r"\b(đúng|chính xác|xác nhận|vâng|chuẩn|đồng ý|phải rồi)\b|\b(yes|correct|confirm(ed)?|right|ok|okay|oke)\b",
    re.IGNORECASE,
)
"""Without its marks "đúng" is also a name, and "dùng"."""
_YES_WITHOUT_MARKS = any_of(
    r"^(dung|phai|vang|da|co|u|uh)\b[ .,!]*((roi|vay|the|a|em|chi|anh)[ .,!]*)*$",
    r"\b(xac nhan|chinh xac|dong y|dung roi|dung vay|dung a|dung la)\b",
    r"\b(toi|em|minh|chung toi|chung em|ben em|don vi|phong|trung tam)\b.{0,20}\b(da|co|vua) gui\b",
    r"\b(do|cua) (toi|em|minh|chung toi|chung em|ben em|don vi)\b",
)
_ASKED_BACK = any_of(
    r"\?",
    r"\b(dung|phai|co phai|chinh xac) (khong|ko|k|chua)\b",
    r"\b(thu|ho so|viec|tep|file) (nao|gi)\b",
    r"\b(the nao|tai sao|vi sao|lam sao|o dau|ra sao|la gi|xac nhan gi|gi (a|vay|the))\b",
    r"\b(de nghi|nho)\b.{0,30}\bxac nhan\b",
)
_DOUBT = any_of(
    r"\bkhong (hieu|ro|thay|nho|nhan)\b",
    r"\bnham\b",
    r"\b(nghi phep|vang mat|di cong tac|out of (the )?office|on leave|tu dong|automatic)\b",
)
"""Said by people who wonder, and by their responders: no word about the mail."""


def said_in(text: str) -> Said:
    """Judges the new words of a mail that answers our question. An empty answer is an answer: that is all we ask."""
    sentences = [sentence for line in text[:5_000].splitlines() for sentence in _sentences(line)]
    words = [_word_of(sentence) for sentence in sentences]
    rest = "\n".join(each for each, word in zip(sentences, words, strict=True) if word is None)
    said = folded(rest)
    if Word.NO in words:
        return Said(word=Word.NO, rest=rest)
    if Word.YES in words:
        return Said(word=Word.YES, rest=rest)
    in_doubt = any(pattern.search(said) for pattern in (WANTS_SOMETHING, _ASKED_BACK, _DOUBT))
    return Said(word=Word.UNCLEAR if in_doubt else Word.YES, rest=rest)


def _sentences(line: str) -> list[str]:
    """Of one line, without mere salutations; "ĐÚNG. Cho hỏi …?" says two things."""
    parts = re.split(r"(?<=[.!?;])\s+", tidy(line).strip("\"'“”*_ "))
    return [part for part in parts if re.search(r"\w", part) and not _only_greets(part)]


def _only_greets(sentence: str) -> bool:
    said = folded(sentence)
    return GREETING.match(said) is not None and _word_of(sentence) is None and not WANTS_SOMETHING.search(said)


def _word_of(sentence: str) -> Word | None:
    """The answer in one sentence; None when it speaks of something else."""
    said = folded(sentence)
    if _ASKED_BACK.search(said):
        return None
    if _NO.search(said):
        return Word.NO
    if _YES_WITH_MARKS.search(sentence) or _YES_WITHOUT_MARKS.search(said):
        return Word.YES
    return None


def says_more(rest: str) -> bool:
    """Whether what stands beside the answer wants something of its own."""
    said = folded(rest)
    return WANTS_SOMETHING.search(said) is not None and not (THANKS.search(said) and "?" not in said)
