"""A unit's wish for more time in plain words: whether a mail has one, for whom, and where it names the time.

"xin gia hạn 3-5 ngày", "thứ 6 tuần sau em mới nộp được", "cho em thêm vài hôm", "riêng anh Quân xin nộp sau 30/05".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.core.mail.days import names_day
from service.core.mail.time_words import COUNT, named_time, plain_words
from service.core.vietnam.phrases import any_of
from service.core.vietnam.text import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTime:
    """A sentence that wishes for time: its part that may name the time, and whether it is for some persons only."""

    about_time: str
    for_some: bool = False


_DELAYS = any_of(
    r"\bgia han\b(?! (?:the|hop dong|token|chu ky|chung thu|mat khau|tai khoan|bao hiem|bhyt|giay|visa|ho chieu)\b)",
    r"\b(?:nop|gui|hoan thanh|bao cao|chuyen|tra)\b(?: \w+){0,3}? (?:cham|muon|tre|lui)\b",
    r"\b(?:cham|tre) (?:nop|gui)\b",
    r"\b(?:lui|doi|khat|hoan|keo dai)(?: lai)? (?:thoi )?(?:han|gian|lich)\b",
    r"\bthem (?:\w+ ){0,2}?thoi gian\b",
    r"\b(?:extend|extension|postpone|more time|additional time)\b",
)
"""Said with a request, or with a time."""
_NOT_BEFORE = re.compile(r"\bmoi (?!nguoi\b)(?:\w+ )?(?:nop|gui|xong|hoan thanh|co|ky|du|thu|lam|bo sung)\b")
_HANDED_IN_AT = re.compile(r"\b(?:nop|gui|hoan thanh|bao cao)\b(?: \w+){0,3}? (?:sau|vao)\b")
_MORE_BEFORE = re.compile(
    r"\b(?:them|xin|cho (?:em|toi|minh|don vi|ben em))\b(?![^,;]{0,25}\b(?:nghi|hoi)\b)[^,;]{0,25}$"
)
_MORE_AFTER = re.compile(r"\s*(?:nua|more)\b")
_HANDS_IN = re.compile(r"\b(?:nop|gui|xong|hoan thanh|bo sung|submit|send)\b")
_ASKS = any_of(
    r"\b(?:xin|de nghi|mong|nho|kinh nho|duoc phep|can(?! (?:bo|cu)\b)|muon|dong y|tao dieu kien)\b",
    r"\bcho(?: phep)? (?:em|toi|minh|chung|don vi|ben|phong|trung tam|ban|chi nhanh)\b",
    r"\b(?:please|could|can we|may we|request|ask|need|would like)\b",
)
_DECLINES = any_of(
    r"\b(?:khong|chua) (?:can|phai|xin|muon|de nghi)(?: \w+)? gia han\b",
    r"\bkhoi (?:\w+ )?gia han\b",
    r"\b(?:da|vua|sau khi)(?: \w+){0,2} (?:duoc )?gia han\b",
    r"\bcam on\b.{0,60}\bgia han\b",
    r"\b(?:no|not|without)\b.{0,30}\bexten(?:d|sion)\b",
)
_ONLY_ASKS_ABOUT = any_of(
    r"\b(?:cho|xin)(?: (?:em|toi|minh|don vi|chung \w+|phep|duoc))* hoi\b",
    r"\b(?:co|duoc)\b[^?]{0,40}\bgia han\b[^?]{0,40}\b(?:khong|ko|chua)\b",
    r"\b(?:bao gio|khi nao|may ngay|bao lau|the nao)\b",
)
_REASON = re.compile(
    r"(?<!don )(?<!chuc )\bvi\b(?! (?:tri|du)\b)|\b(?:do|boi|nguyen nhan|ly do|because|since|due to)\b"
)
_SOMEBODY = r"(?:anh|chi|ong|ba|co|ban|d/c|dc|dong chi)\.?"
_NAMED = re.compile(
    rf"\b{_SOMEBODY} (?P<name>\w+)(?: (?!cho\b|oi\b|a\b|giup\b|xem\b|nhe\b)\w+){{0,3}}?"
    r" (?:xin|se|duoc|chua|dang|nghi|nop|gui|den|cham|them|sang|o|di|bi)\b"
    rf"|\bcho (?:truong hop )?(?:cua )?{_SOMEBODY} (?P<whom>\w+)|^{_SOMEBODY} (?P<first>\w+)(?: \w+){{0,3}}\s*,?$"
)
"""Somebody, where the next word is a name: whether it is, its capital letter says."""
_ONLY_SOME = any_of(
    r"\brieng\b(?! (?:don vi|phong|ban|to|trung tam|chi nhanh|ben|chung|doi)\b)",
    r"\bcho (?:rieng )?(?:\d{1,3}|mot|hai|ba|bon|nam|sau|may|vai)"
    r" (?:nguoi|ban|anh|chi|em|dong chi|nhan vien|can bo|truong hop|lao dong|nld)\b",
    r"\btruong hop (?:cua )?(?:anh|chi|ong|ba|co|ban|em|dong chi)\b|\bcho (?:cac|nhung|mot so) truong hop\b",
    r"\b(?:nguoi|ban|truong hop|nhan vien|lao dong|to khai|ho so) con lai\b",
    r"\b(?:for|only) (?:mr|ms|mrs)\b",
)


def asks_for_time(text: str) -> bool:
    """Whether a unit wishes for more time anywhere in its words."""
    return asked_time(text) is not None


def asked_time(text: str) -> AskedTime | None:
    """The first sentence that wishes for time; the time itself may stand in the sentence after it."""
    sentences = _sentences(text[:6_000])
    for at, sentence in enumerate(sentences):
        after = next(iter(sentences[at + 1 :]), "")
        begins = _begins(sentence)
        if begins is not None:
            about = _about_time(sentence, begins)
            later = _without_reason(after) if _HANDS_IN.search(plain_words(after)) else ""
            return AskedTime(
                about_time=about if names_time(about) or not names_time(later) else later,
                for_some=_is_for_some(sentence),
            )
    return None


def asked_after_command(argument: str) -> AskedTime:
    """What stands after "GIA HẠN": there the wish is plain already."""
    line = tidy(argument)
    return AskedTime(about_time=_about_time(line, 0), for_some=_is_for_some(line))


def names_time(text: str) -> bool:
    """Whether a day or a time in words stands in the text."""
    return names_day(text) or named_time(text) is not None


def gives_reason(text: str) -> bool:
    """Whether the text begins with why."""
    return _REASON.match(plain_words(tidy(text))) is not None


def _begins(sentence: str) -> int | None:
    """Where the wish begins, or None where the sentence has none."""
    plain, timed = plain_words(sentence), names_time(sentence)
    if _DECLINES.search(plain) or (_ONLY_ASKS_ABOUT.search(plain) and not (timed and "gia han" in plain)):
        return None
    delay = _DELAYS.search(plain)
    if delay:
        return delay.start() if timed or _ASKS.search(plain) else None
    return _begins_by_time(plain) if timed else None


def _begins_by_time(plain: str) -> int | None:
    """ "Thứ 6 tuần sau em mới nộp được", "xin nộp sau 30/05", "cho em thêm 2 ngày", "xin 2 hôm nữa"."""
    not_before, asks = _NOT_BEFORE.search(plain), _ASKS.search(plain) is not None
    if not_before:
        return not_before.start()
    handed_in = _HANDED_IN_AT.search(plain)
    if handed_in and asks:
        return handed_in.start()
    count = COUNT.search(plain)
    if count is None or not asks:
        return None
    before, after = plain[: count.start()], plain[count.end() :]
    is_more = _MORE_BEFORE.search(before) or _MORE_AFTER.match(after) or " more " in count[0]
    return count.start() if is_more else None


def _about_time(sentence: str, begins: int) -> str:
    """From the wish on, without the reason; another part where that names no time."""
    after = _without_reason(sentence[begins:])
    parts = (after, *_other_parts(sentence, begins))
    return next((part for part in parts if names_time(part)), after)


def _other_parts(sentence: str, begins: int) -> Iterator[str]:
    """ "Thứ 6 tuần sau em mới nộp được"; "vì nhiều người nghỉ, đến 25/05 mới xong"."""
    yield _without_reason(sentence[:begins])
    for part in re.split(r"[,;]", sentence)[1:]:
        if re.match(r"\s*(?:den|toi|het|sang)\b", plain_words(part)):
            yield part


def _without_reason(text: str) -> str:
    reason = _REASON.search(plain_words(text))
    return text[: reason.start()] if reason else text


def _is_for_some(sentence: str) -> bool:
    """ "Riêng anh Quân xin nộp sau 30/05": no wish of the whole unit."""
    said = _without_reason(sentence)
    plain = plain_words(said)
    named = (place for found in _NAMED.finditer(plain) for place in found.regs[1:] if place[0] >= 0)
    return _ONLY_SOME.search(plain) is not None or any(said[start].isupper() for start, _ in named)


def _sentences(text: str) -> list[str]:
    """Lines cut at full stops that do not stand between numbers."""
    parts = (part for line in text.splitlines() for part in re.split(r"(?<=[.!?;])\s+", line))
    return [said for part in parts if (said := tidy(part))]
