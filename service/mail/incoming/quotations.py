"""The lines by which mail programs introduce an earlier mail, told from sentences which only resemble them."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST_LINE = 400
_VERB = r"(?:wrote|đã viết|da viet|viết|viet|a écrit|schrieb|escribió|ha scritto|napisał\S{0,4})"
_ENDS_IN_VERB = re.compile(rf"(?:^|\W){_VERB}(?:\s+(?:on|lúc|vào|ngày|am|le)\s.{{0,60}})?\s*(:?)\s*$", re.IGNORECASE)
_ENDS_LIKE_ONE = re.compile(rf":$|{_VERB}\W*$", re.IGNORECASE)
_SAYS_VERB = re.compile(rf"(?:^|\W){_VERB}(?:\W|$)", re.IGNORECASE)
_LEADS = re.compile(r"^(?:on|vào|vao|trên|ngày|lúc|thứ|le|am|el|il|w dniu|op)\b", re.IGNORECASE)
_DAY_FIRST = re.compile(r"^(?:\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})\b")
_ADDRESS = re.compile(r"[<(\[]\s*(?:mailto:)?[^\s<>()\[\]]{1,100}@[^\s<>()\[\]]{1,200}\s*[>)\]]")
_DAY = re.compile(
    r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}[-/.年]\s?\d{1,2}|\bthg\s\d|\btháng\s|\b(?:19|20)\d\d\b|\bthứ\s(?:hai|ba|tư|năm|"
    r"sáu|bảy|\d)\b|\b(?:mon|tues?|wed|thurs?|fri|sat|sun)(?:day|nesday|urday)?\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b\d{1,2}\s?(?::|h|giờ\s?)\s?\d{2}\b", re.IGNORECASE)

_DIVIDER = re.compile(
    r"^[-_*=][-_*=\s]+(?:(?:original|forwarded|reply|replied) (?:message|mail|e-mail|appointment)|"
    r"forwarded by .{1,80}|nguyên bản|(?:nội dung )?(?:tin nhắn|thư|thông điệp|email|e-mail|tin) "
    r"(?:gốc|ban đầu|nguyên bản|(?:được |đã )?chuyển tiếp|trả lời)|"
    r"(?:được |đã )?chuyển tiếp(?: (?:bởi|từ) .{1,80})?|ursprüngliche nachricht|weitergeleitete nachricht|"
    r"message d.origine|message transféré)[-_*=:\s]*$",
    re.IGNORECASE,
)
_DIVIDER_BEGINS = frozenset("-_*=bB")
_BEGIN_FORWARDED = re.compile(
    r"^(?:begin forwarded message|bắt đầu (?:tin nhắn|thư|email)(?: được| đã)? chuyển tiếp)\s*:", re.IGNORECASE
)
_FORWARDED = re.compile(r"forwarded|chuyển tiếp|transféré|weitergeleitet", re.IGNORECASE)
_FROM = re.compile(r"^[*_\s]*(?:from|từ|người gửi|von|de)\s*[*_]*\s*:", re.IGNORECASE)
_OTHER = re.compile(
    r"^[*_\s]*(?:sent|date|to|cc|bcc|subject|reply-to|importance|đã gửi|gửi|ngày|ngày gửi|gửi lúc|thời gian|đến|tới|"
    r"người nhận|đồng gửi|chủ đề|tiêu đề|gesendet|an|betreff)\s*[*_]*\s*:",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[_\-=*]{8,}$")


def attribution_lines(lines: Sequence[str], number: int) -> int:
    """How many lines "Vào … đã viết:" takes here (programs wrap it over up to three), 0 when there is none."""
    first = lines[number].strip()[:LONGEST_LINE]
    if not first:
        return 0
    may_wrap = _LEADS.match(first) or _DAY_FIRST.match(first)
    if not may_wrap and not first.endswith(":"):
        return 0
    joined = ""
    for count, line in enumerate(lines[number : number + (3 if may_wrap else 1)], start=1):
        joined = f"{joined} {line.strip()}".strip()[:LONGEST_LINE]
        if _ENDS_LIKE_ONE.search(joined) and _attributes(joined, marked=is_marked(lines, number + count)):
            return count
    return 0


def _attributes(line: str, *, marked: bool) -> bool:
    """Whether a line says who wrote what follows. People write "… chị Hoa viết:" too, but name no address or time.

    `marked`: what follows is marked with `>`.
    """
    verb = _ENDS_IN_VERB.search(line)
    if not line.endswith(":"):
        return verb is not None and marked and (_LEADS.match(line) is not None or _ADDRESS.search(line) is not None)
    if _ADDRESS.search(line):
        return verb is not None or bool(_SAYS_VERB.search(line)) or (_DAY.search(line) is not None)
    if verb is None:
        return False
    return marked or (
        bool(_LEADS.match(line) or _DAY_FIRST.match(line)) and bool(_CLOCK.search(line) and _DAY.search(line))
    )


def is_marked(lines: Sequence[str], number: int) -> bool:
    """Whether a quotation that begins here is marked with `>`, so that an answer below it can be told apart."""
    following = [line.strip() for line in lines[number : number + 5] if line.strip()]
    return bool(following) and following[0].startswith(">")


def divides(line: str) -> bool:
    """A line such as "----- Thư gốc -----" or "Begin forwarded message:"."""
    stripped = line.strip()[:LONGEST_LINE]
    if stripped[:1] not in _DIVIDER_BEGINS:
        return False
    return _DIVIDER.match(stripped) is not None or _BEGIN_FORWARDED.match(stripped) is not None


def says_forwarded(line: str) -> bool:
    return divides(line) and _FORWARDED.search(line) is not None


def head_lines(lines: Sequence[str], number: int, *, surely: bool) -> int:
    """How many lines a block of "Từ: … / Đã gửi: … / Đến: …" takes here, as Outlook puts above the quoted mail; else 0.

    A memo typed by hand begins in the same way, without a rule, an address or the time of day. `surely`: it is none,
    because something stands above it or the subject says that the mail is forwarded.
    """
    ruled = _RULE.match(lines[number].strip()) is not None
    start = number + 1 if ruled else number
    while ruled and start < min(len(lines), number + 4) and not lines[start].strip():
        start += 1
    if start >= len(lines) or not _FROM.match(lines[start].strip()):
        return 0
    following = [place for place in range(start + 1, min(start + 12, len(lines))) if lines[place].strip()][:7]
    fields = [place for place in following if _OTHER.match(lines[place].strip())]
    if len([place for place in fields if place <= (following[:5] or [0])[-1]]) < 2:
        return 0
    block = "\n".join(line[:LONGEST_LINE] for line in lines[start : fields[-1] + 1])
    evident = ruled or surely or "@" in block or _CLOCK.search(block) is not None
    return fields[-1] + 1 - number if evident else 0


def introduction(lines: Sequence[str]) -> int:
    """How many lines at the beginning of a quoted mail only introduce it."""
    number = 0
    while number < min(len(lines), 30):
        stripped = lines[number].strip()
        taken = 1 if not stripped or divides(stripped) else 0
        taken = taken or attribution_lines(lines, number) or head_lines(lines, number, surely=True)
        taken = taken or (1 if _FROM.match(stripped) or _OTHER.match(stripped) else 0)
        if not taken:
            return number
        number += taken
    return number


def author_in(lines: Sequence[str]) -> str:
    """The first address that an introduction names."""
    found = re.search(r"[^\s<>()\[\],;:\"*]{1,100}@[^\s<>()\[\],;:\"*]{1,200}", "\n".join(lines)[:4_000])
    return found[0].lower().rstrip(".") if found else ""
