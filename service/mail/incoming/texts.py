"""What the sender wrote now: the text without quoted earlier mails and without the signature block."""

from __future__ import annotations

import re

LONGEST_TEXT = 500_000
"""Characters of text that are kept of one mail."""

ATTRIBUTION = re.compile(
    r"^(on|vào|vao|ngày|lúc|le|am)\b.{3,300}\b(wrote|đã viết|da viet|viết|a écrit|schrieb)\s*:?\s*$", re.IGNORECASE
)
ATTRIBUTION_BEGINS = re.compile(r"^(on|vào|vao|ngày|lúc|le|am)\b.*(\d|<|@)", re.IGNORECASE)
DIVIDER = re.compile(
    r"^[-_*\s]{2,}((original|forwarded|reply) (message|appointment)|nguyên bản|"
    r"(tin nhắn|thư) (gốc|(được |đã )?chuyển tiếp))[-_*\s:]*$",
    re.IGNORECASE,
)
BEGIN_FORWARDED = re.compile(
    r"^(begin forwarded message|bắt đầu tin nhắn được chuyển tiếp|bắt đầu thư chuyển tiếp)\s*:", re.IGNORECASE
)
FIELD_FROM = re.compile(r"^[*_\s]*(from|từ|người gửi)\s*[*_]*\s*:", re.IGNORECASE)
FIELD_OTHER = re.compile(
    r"^[*_\s]*(sent|date|to|cc|subject|đã gửi|gửi|ngày|ngày gửi|đến|tới|người nhận|chủ đề|tiêu đề)\s*[*_]*\s*:",
    re.IGNORECASE,
)
RULE = re.compile(r"^[_\-=*]{8,}$")
DEVICE = re.compile(
    r"^(sent from (my|outlook|yahoo|mail)|(được |đã )?gửi từ|(get|tải|lấy) outlook (for|cho))\b.{0,80}$", re.IGNORECASE
)
SIGNATURE = re.compile(r"^--$")
"""`-- ` once its trailing blank is gone."""


def normal_lines(text: str) -> list[str]:
    """Lines without trailing blanks, exotic spaces or invisible marks."""
    cleaned = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    cleaned = re.sub(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff]", "", cleaned)
    return [line.rstrip() for line in cleaned[:LONGEST_TEXT].split("\n")]


def new_text(text: str) -> str:
    """The part above the first quoted mail or signature; with nothing above, what stands below a `>` quotation.

    Text below a quotation does not count when something stands above it: a stray line of ours, such as a command
    that we offered, must not be taken for the sender's own.
    """
    kept: list[str] = []
    lines, number = normal_lines(text), 0
    while number < len(lines):
        attribution = _attribution_lines(lines, number)
        if attribution and not "".join(kept).strip() and _quoted_with_marks(lines, number + attribution):
            number += attribution
            continue
        if attribution or _ends_the_new_part(lines, number):
            break
        if not lines[number].strip().startswith(">"):
            kept.append(lines[number])
        number += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def ends_at(lines: list[str]) -> int:
    """The first line that is not the sender's own: quoted, or the beginning of an earlier mail or the signature."""
    for number, line in enumerate(lines):
        if line.startswith(">") or _attribution_lines(lines, number) or _ends_the_new_part(lines, number):
            return number
    return len(lines)


def _ends_the_new_part(lines: list[str], number: int) -> bool:
    stripped = lines[number].strip()[:400]
    if not stripped:
        return False
    endings = (SIGNATURE, DIVIDER, BEGIN_FORWARDED, DEVICE)
    return any(ending.match(stripped) for ending in endings) or _header_block(lines, number)


def _attribution_lines(lines: list[str], number: int) -> int:
    """How many lines "Vào … đã viết:" takes here (mail programs wrap it over up to three), 0 when there is none."""
    if not ATTRIBUTION_BEGINS.match(lines[number].strip()[:400]):
        return 0
    joined = ""
    for count, line in enumerate(lines[number : number + 3], start=1):
        joined = f"{joined} {line.strip()}".strip()[:400]
        if ATTRIBUTION.match(joined):
            return count
    return 0


def _header_block(lines: list[str], number: int) -> bool:
    """A block of "Từ: … / Đã gửi: … / Đến: …" as Outlook puts above the quoted mail."""
    start = number + 1 if RULE.match(lines[number].strip()) else number
    if start == number and not FIELD_FROM.match(lines[number].strip()):
        return False
    following = [line.strip() for line in lines[start : start + 8] if line.strip()]
    if not following or not FIELD_FROM.match(following[0]):
        return False
    return sum(bool(FIELD_OTHER.match(line)) for line in following[1:6]) >= 2


def _quoted_with_marks(lines: list[str], number: int) -> bool:
    """Whether a quotation that begins here is marked with `>`, so that an answer below it can be told apart."""
    following = [line.strip() for line in lines[number : number + 5] if line.strip()]
    return bool(following) and following[0].startswith(">")
