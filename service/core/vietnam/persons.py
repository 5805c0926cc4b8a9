"""Whether a text can be a person's name at all: "Như cũ", "Trưởng phòng" and "Nguyễn Văn A" name nobody."""

from __future__ import annotations

import re

from service.core.vietnam.names import is_plausible
from service.core.vietnam.phrases import any_of
from service.core.vietnam.text import fold, tidy

_TITLE = re.compile(
    r"^(?:(?:đồng chí|dong chi|đ/c|d/c|đc|ông|ong|bà|anh|chị|chi|cô|mrs|mr|ms)\b[.:]?\s+)+(?=\S+\s+\S)", re.IGNORECASE
)
_BEYOND = re.compile(r"\s*(?:[,;(|/]|\s[-–]\s).*$", re.DOTALL)
"""What people write after a name: "Trần Thị Mai - chuyên viên"."""
_NOBODY = any_of(
    r"^(?:van |giu )?nhu (?:cu|tren|truoc|hien tai|dot truoc|nam truoc|danh sach)\b",
    r"^(?:van )?(?:giu nguyen|khong (?:co|doi|thay doi|ai|ro|biet|xac dinh)|chua|de trong|bo trong)\b",
    r"^(?:dang|se) (?:cap nhat|bo sung|xin|chon|cu|bao|gui|xac dinh|lay|phan cong|thong bao)\b",
    r"^(?:xem|theo) (?:tren|duoi|danh sach|file|van ban|cong van|quyet dinh)\b",
    r"^(?:truong|pho)(?: truong)? (?:phong|ban|nhom|bo phan|trung tam|khoa|don vi|khoi|giam doc|to|doi)\b",
    r"^(?:tong )?giam doc\b",
    r"^(?:lanh dao|chuyen vien|nhan vien|can bo|ke toan|thu ky|van thu|phu trach|quan ly)\b",
    r"^(?:phong|trung tam|chi nhanh|don vi|bo phan|cong ty|van phong|khoi|nhom|xi nghiep|tong cong ty)\b",
    r"^ban (?:nhan su|giam doc|tong hop|tai chinh|ky thuat|kinh doanh|quan ly|lanh dao|to chuc)\b",
    r"^(?:to|vien|doi) (?:truong|ky thuat|hanh chinh|nghien cuu|cong nghe|cong doan|cong tac|ke toan)\b",
    r"^(?:ho|ten|nguoi|dau moi|full name|your name|contact)\b.*\b(?:ten|name|dau moi|person|day du|lien he)\b",
    r"^(?:same as|as before|no change|not yet|to be|unchanged|none|see)\b",
    r"^(?:vd|vi du|mau|example|e\.?g\.?)\b",
)
_SURNAMES = frozenset({"trương", "đặng", "khổng", "bàn", "tô"})
"""Told from trưởng, đang, không, ban and tổ by their accents."""
_LETTER_LAST = re.compile(r" [a-dxz]$")
""" "Nguyễn Văn A"."""
_EXAMPLE = re.compile(
    r"^[\s(\[]*(?:vd|vi du|mau|example|for example|e\.?g)\b\s*[.:;,]?|^nguyen van [a-dxz]\b|^tran thi [a-dxz]\b"
)


def person_in(text: str) -> str:
    """The name in a text that should be one, without title and position; empty where it can be nobody's."""
    name = tidy(_BEYOND.sub("", _TITLE.sub("", tidy(text))))
    plain = fold(name)
    said_nobody = _NOBODY.search(plain) and name.split(maxsplit=1)[0].lower() not in _SURNAMES
    return name if is_plausible(name) and not said_nobody and not _LETTER_LAST.search(plain) else ""


def is_example(text: str) -> bool:
    """ "VD: Nguyễn Văn A": what somebody is shown, not what somebody says."""
    return _EXAMPLE.match(fold(text)) is not None
