"""What gateways and programs add to a mail: banners above the words, disclaimers and device lines below."""

from __future__ import annotations

import re

from service.core.vietnam.phrases import any_of
from service.core.vietnam.text import fold, folded_words

_TAG = re.compile(
    r"^\s*[\[(*]{1,3}\s*(?:external|ext|ngoài|bên ngoài|thư ngoài|email ngoài|external sender|external e-?mail)"
    r"\s*[\])*]{1,3}\s*",
    re.IGNORECASE,
)
_BANNER_BEGINS = any_of(
    r"^\W*(caution|warning|attention|external|canh bao|canh giac|luu y|chu y|thong bao|security|notice|important)\b",
    r"^\W*(this|the) (e-?mail|message) (has )?(originat|was sent|came|comes|is from)",
    r"^\W*(day la )?(thu|e-?mail|thu dien tu|tin nhan|thong diep)( nay)?( duoc| da duoc)?"
    r"( gui| den| xuat phat| co nguon goc)*( tu)? (ben )?ngoai",
    r"^\W*you don'?t often get (e-?mail|messages?) from",
    r"^\W*ban khong thuong xuyen nhan",
)
_BANNER_SAYS = any_of(
    r"\b(outside|external|originated|unknown sender|recogni[sz]e the sender|verify the sender)\b",
    r"\b(do not|don'?t) (click|open|reply)\b",
    r"\bdon'?t often get\b",
    r"\b(tu|den tu|ben) (ben )?ngoai\b",
    r"\bngoai (to chuc|co quan|cong ty|tap doan|he thong|don vi)\b",
    r"\b(khong|dung|can trong khi|truoc khi|han che) (nhap|bam|nhan vao|click|mo|tra loi)\b.{0,60}"
    r"\b(lien ket|link|tep|file|dinh kem|thu|e-?mail)\b",
    r"\bkhong (biet|nhan ra|quen|tin tuong) (ro )?nguoi gui\b|\bkhong thuong xuyen nhan\b",
    r"\bwhy this is important\b",
)
_MOST_BANNER_LINES = 12
_DISCLAIMER_BEGINS = any_of(
    r"^\W*(disclaimer|confidentiality|confidential(ity)? notice|notice|legal notice|privileged)\b",
    r"^\W*(mien tru trach nhiem|thong bao bao mat|luu y bao mat|tuyen bo mien tru)\b",
    r"^\W*this (e-?mail|message|communication|transmission)\b.{0,120}"
    r"\b(confidential|privileged|intended (only|solely|for))",
    r"^\W*the (information|content)s?\b.{0,60}\b(e-?mail|message)\b.{0,80}\b(confidential|intended|privileged)",
    r"^\W*(noi dung |thong tin (trong|cua) )?(thu|e-?mail|thu dien tu|thong diep)( dien tu)? nay\b.{0,120}"
    r"\b(chi danh cho|bao mat|mat|duoc phep|nguoi nhan|rieng tu)\b",
    r"^\W*(if you are not the (intended|named)|if you (have )?receiv\w+ this .{0,30}in error)",
    r"^\W*neu (quy vi|anh chi|anh/chi|ban|ong/ba|quy khach)\b.{0,40}\b(khong phai|nhan duoc|nhan nham)\b.{0,60}"
    r"\b(nguoi nhan|nham|thu nay|e-?mail nay)",
)
_ALONE = any_of(
    r"^\W*(please|hay|vui long|xin) (consider|think of|can nhac|nghi den|bao ve|suy nghi).{0,60}"
    r"\b(environment|moi truong|in thu|in e-?mail|printing)",
    r"^\W*(virus-free|khong co virus|scanned by|this e-?mail has been (scanned|checked))\b.{0,120}$",
    r"^\W*thu nay da duoc (quet|kiem tra)\b.{0,120}$",
)
"""Said in one line."""
_DISCLAIMER_SAYS = (
    any_of(
        r"\bintended (recipient|only|solely|for)\b",
        r"\bnot the (named|addressee)\b",
        r"\bchi danh cho\b",
        r"\bkhong phai (la )?nguoi nhan\b",
        r"\b(nguoi nhan|doi tuong nhan)( duoc)? (chi dinh|du kien|hop phap|dich thuc|chinh)\b",
    ),
    any_of(
        r"\bconfidential\b|\bprivileged\b",
        r"\b(thong tin|noi dung|tai lieu) (mat|bao mat|rieng tu)\b|\btinh bao mat\b|\bbao mat\b",
    ),
    any_of(r"\b(delete|destroy) (it|this|the|all)\b", r"\b(xoa|huy)( bo)? (thu|e-?mail|ngay|ban|no)\b"),
    any_of(
        r"\bnotify the sender\b|\bin error\b",
        r"\bthong bao (lai )?cho (nguoi gui|chung toi)\b|\bnhan nham\b|\bnhan duoc .{0,20}do nham",
    ),
    any_of(
        r"\b(do not|don't) (reply|copy|disclose|forward)\b|\bprohibited\b",
        r"\bnghiem cam\b|\bkhong (duoc |nen )?(sao chep|phat tan|tiet lo|tra loi)\b",
    ),
)
"""Two of these in one paragraph make a disclaimer; a person may use one."""
_A_PERSON = any_of(r"\?", r"\b(em|chi oi|anh oi|a oi|c oi|gium|giup)\b")
_LAST_LINES = 200
"""Where disclaimers are looked for."""
_ONLY_MARKS = re.compile(r"^[\s\-_=*#~•·.]*$")
_DEVICE_BEGINS = re.compile(
    r"^(?:sent (?:from|via|with|using)|(?:được |đã )?gửi (?:từ|bằng|qua)|"
    r"(?:get|tải|lấy|download)(?=\s+(?:outlook|yahoo|proton))|composed (?:on|in)|gesendet (?:von|mit)|von meinem)"
    r"\s+(.{1,80}?)[\s.!]*$",
    re.IGNORECASE,
)
_DEVICE_LETTERS = frozenset("sSđĐgGtTlLdDcCeEvV")
_DEVICE = re.compile(
    r"\b(iphone|ipad|ipod|android|samsung|galaxy|oppo|vivo|xiaomi|redmi|realme|huawei|honor|nokia|sony|xperia|htc|lg|"
    r"blackberry|bphone|vsmart|motorola|pixel|zimbra|smartphone|phone|telephone|tablet|mobile|handset|outlook|yahoo|"
    r"gmail|mail|protonmail|proton|zalo|windows|ios|macbook|mac|dien thoai|may tinh bang|may tinh xach tay|thiet bi|"
    r"di dong|ung dung|thu danh cho)\b"
)
_BESIDE_DEVICES = re.compile(
    r"\b(my|your|the|an?|on|for|of|by|from|and|secure|email|app|smart|wireless|device|plus|pro|max|mini|ultra|note|tab|"
    r"lite|se|lte|verizon|at|t|wifi|cua (toi|em|minh)|cho|tren|danh|thong minh|cam tay|ca nhan|viettel|vinaphone|"
    r"mobifone|[a-z]{0,6}\d\w{0,8})\b"
)


def is_device_line(line: str) -> bool:
    """ "Được gửi từ iPhone của tôi", "Tải Outlook cho iOS": nothing but the device; a sentence has other words too."""
    found = _DEVICE_BEGINS.match(line.strip()[:160]) if line[:40].strip()[:1] in _DEVICE_LETTERS else None
    if found is None or "?" in line:
        return False
    device = folded_words(re.sub(r"<[^>]*>|https?://\S+", "", found[1]))
    others = _BESIDE_DEVICES.sub("", _DEVICE.sub("", device))
    return not others.strip() and _DEVICE.search(device) is not None


def without_banner(lines: list[str]) -> list[str]:
    """Without what a gateway puts above the words; a tag before the first word goes, the word stays."""
    start = _first_said(lines, 0)
    for _ in range(3):
        end = _banner_end(lines, start)
        if end == start:
            break
        start = _first_said(lines, end)
    rest = lines[start:]
    if rest and (tag := _TAG.match(rest[0][:200])) is not None:
        rest[0] = rest[0][tag.end() :]
    return rest


def _first_said(lines: list[str], number: int) -> int:
    while number < len(lines) and _ONLY_MARKS.match(lines[number][:400]):
        number += 1
    return number


def _banner_end(lines: list[str], start: int) -> int:
    """The line below the banner that begins here; `start` when there is none."""
    if start >= len(lines) or not _begins_banner(lines[start]):
        return start
    paragraph = _paragraph_end(lines, start, most=_MOST_BANNER_LINES)
    end = start
    while end < paragraph and "?" not in lines[end] and (_is_banner(lines[end]) or end == start):
        end += 1
    # a heading alone ("LƯU Ý:") is a banner's only when the next line says so
    said = any(_is_banner(line) for line in lines[start:end])
    return _rest_of_sentence(lines, end, paragraph) if said else start


def _begins_banner(line: str) -> bool:
    return _BANNER_BEGINS.search(fold(_untagged(line))) is not None or (
        _TAG.match(line[:200]) is not None and _is_banner(_untagged(line))
    )


def _rest_of_sentence(lines: list[str], end: int, paragraph: int) -> int:
    """A wrapped banner ends with its sentence: when its last line is unfinished, the next one belongs to it."""
    while end < paragraph and lines[end - 1].rstrip()[-1:] not in ".!?:;]*" and lines[end].strip()[:1].islower():
        end += 1
    return end


def _untagged(line: str) -> str:
    return _TAG.sub("", line[:400])


def _is_banner(line: str) -> bool:
    return _BANNER_SAYS.search(fold(line[:600])) is not None


def _paragraph_end(lines: list[str], start: int, *, most: int) -> int:
    end = start
    while end < min(len(lines), start + most) and lines[end].strip():
        end += 1
    return end


def without_disclaimers(lines: list[str]) -> list[str]:
    """Without the paragraphs below the words which lawyers and gateways add; if nothing else is said, they stay."""
    number = max(0, len(lines) - _LAST_LINES)
    kept = lines[:number]
    while number < len(lines):
        end = max(_paragraph_end(lines, number, most=_LAST_LINES), number + 1)
        kept += _own_lines(lines[number:end])
        number = end
    while kept and _ONLY_MARKS.match(kept[-1][:400]):
        kept.pop()
    return kept if any(line.strip() for line in kept) else lines


def _own_lines(paragraph: list[str]) -> list[str]:
    """The lines of a paragraph above the first that begins a disclaimer."""
    for number, line in enumerate(paragraph[:60]):
        folded = fold(line[:600])
        if _ALONE.search(folded) and not _A_PERSON.search(folded):
            return paragraph[:number]
        if _DISCLAIMER_BEGINS.search(folded) and _is_disclaimer(" ".join(paragraph[number : number + 30])):
            return paragraph[:number]
    return paragraph


def _is_disclaimer(text: str) -> bool:
    said = fold(text[:2_000])
    return sum(bool(each.search(said)) for each in _DISCLAIMER_SAYS) >= 2 and not _A_PERSON.search(said)
