"""Whom a unit names as its contact, read from plain words of a mail; a sheet is read in `contact_sheet.py`.

"Đơn vị cử đồng chí Nguyễn Thị Lan, chuyên viên, điện thoại 0912 345 678, email lan.nt@… làm đầu mối" and its many
variants, with and without accents, in lines or in one sentence. Who may name whom is decided elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from service.core.contacts import Nominee
from service.core.vietnam.persons import person_in
from service.core.vietnam.phones import at_home, converted, is_landline, is_mobile
from service.core.vietnam.text import flattened, plain_letters, tidy

_ADDRESS = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63})+")
_PHONE = re.compile(r"(?<![\w@.])(?:\(?\+?84\)?[\s.\-]?|0)(?:\d[\s.\-]?){8,10}(?!\w)")
_TITLE = (
    r"(?:(?:dong chi|d/c|d\.c|dc|ong/ba|anh/chi|ong|ba|anh|chi|co|em|ban|chuyen vien|nhan vien|can bo|ke toan"
    r"|truong phong|pho phong|pho truong phong|mrs|mr|ms)\b[.:]?\s*)"
)
_VERB = (
    r"(?:cu|de cu|phan cong|chi dinh|gioi thieu|giao|bo tri|dang ky|uy quyen"
    r"|appoints?|nominates?|appointed|nominated)"
)
_NAMED = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:ho (?:va |, )?(?:chu dem va )?ten|ten (?:dau moi|can bo|nguoi duoc cu)|full name|name)\s*[:\-–]\s*"
        + _TITLE
        + r"?(?P<name>)",
        r"\b(?:thay|doi|chuyen)\b[^.\n]{0,120}?\b(?:bang|sang|thanh)\s+" + _TITLE + r"?(?P<name>)",
        r"\b" + _VERB + r"\s+(?:them |lai )?(?:1 |mot )?" + _TITLE + r"+(?P<name>)",
        r"\bdau moi(?: moi)?(?: lien he)?(?: (?:cua|tai) [^:\n,.]{1,60}?)?\s*(?:la\s*:|la|:|-)\s*"
        + _TITLE
        + r"*(?P<name>)",
        r"\b(?:toi|em|minh|chung toi)\b(?:\s+ten)?\s+la\s+" + _TITLE + r"?(?P<name>)",
        r"\b" + _VERB + r"\s+(?P<name>)(?=\S+\s+\S+.{0,80}\b(?:lam|la)\s+dau moi)",
        r"\b(?P<name>)(?=\S+\s+\S+.{0,40}\b(?:la|lam)\s+dau moi)",
        _TITLE + r"(?P<name>)",
    )
)
"""The name stands where the empty group is; the surest wording first."""
_SURE = 4
"""So many of them are plain enough for a name without a capital letter."""
_STOP = re.compile(
    r"la|lam|chuc|vu|phong|ban|to|don|dien|dt|sdt|tel|phone|mobile|email|mail|thu|dia|chi|so|o|thuoc|phu|hien|cua"
    r"|nhe|a|va|thay|cho|voi|de|dau|moi|nham|tu|ngay|kiem|truong|pho|chuyen|vien|nhan|se|da|duoc|dang|cong|tac"
    r"|bang|sang|boi|dong|ong|ba|anh|em|co|can|ke|as|our|the|is|will|contact|from|with|and|person|for"
)
"""Words after which a name is over."""
_NAMES_TOO = re.compile(
    r"to|thu|hien|chi|so|tu|vu|vien|dang|truong|cong|dong|ba|anh|co|can|thanh|phu|duoc|bang|dia|tac"
)
"""Tố, Thư, Hiền, Vũ, Đặng: names when they begin with a capital letter."""
_MOST_WORDS = 6
_FIRST_PERSON = re.compile(
    r"\b(?:toi|em|minh)\b[^.\n]{0,60}\b(?:la|lam|nhan)\b[^.\n]{0,40}\bdau moi\b|\bi am the contact\b"
)


def names_itself(text: str) -> bool:
    """ "Tôi là đầu mối": the writer means herself."""
    return _FIRST_PERSON.search(flattened(text[:4_000])) is not None


def nominee_in(text: str, *, ignoring: Collection[str] = ()) -> Nominee | None:
    """The person a text names, or None. `ignoring`: addresses that belong to others (ours, HR's, the old contact's)."""
    text = unicodedata.normalize("NFC", plain_letters(text[:6_000]))
    name, end = _name(text)
    addresses = [(found.start(), found[0].lower().strip(".-")) for found in _ADDRESS.finditer(text)]
    wanted = [(place, address) for place, address in addresses if address not in ignoring]
    after = [address for place, address in wanted if place >= end]
    address = next(iter(after), next((address for _, address in wanted), ""))
    nominee = Nominee(name=name, phone=phone_in(text[end:]) or phone_in(text), address=address)
    return nominee if nominee.name or nominee.address else None


def nominee_listed(text: str) -> Nominee | None:
    """The person of "Họ và tên, địa chỉ thư, số điện thoại", in whatever order: the name is what is neither."""
    text = unicodedata.normalize("NFC", plain_letters(text[:1_000]))
    address, phone = address_in(text), phone_in(text)
    rest = _PHONE.sub(" ", _ADDRESS.sub(" ", text))
    pieces = [tidy(piece) for piece in re.split(r"[,;\n|]|\s[-–]\s", rest)]
    named = [_without_title(piece) for piece in pieces if person_in(_without_title(piece))]
    return Nominee(name=named[0], phone=phone, address=address) if named and address else None


def _without_title(text: str) -> str:
    """Without "đồng chí" and the like before the name; in "Ông Thế Sơn" there is none, for Ông is the family name."""
    found = re.compile(_TITLE).match(flattened(text))
    shorter = text[found.end() :].strip() if found else text
    return shorter if person_in(shorter) and len(shorter.split()) > 1 and _is_written_small(text, shorter) else text


def _is_written_small(text: str, shorter: str) -> bool:
    """A title is written small, or names a whole person behind it: "Ông Nguyễn Văn An"."""
    return text[:1].islower() or len(shorter.split()) > _FEWEST_WORDS


_FEWEST_WORDS = 2


def _name(text: str) -> tuple[str, int]:
    """The name as written and where it ends; ("", 0) when none is named."""
    flat = flattened(text)
    for number, pattern in enumerate(_NAMED):
        surely = number < _SURE
        for found in pattern.finditer(flat):
            name, end = _words_of_name(text, flat, found.start("name"))
            if person_in(name) and (surely or not name.islower()):
                return (name.title() if name.isupper() or name.islower() else name), end
    return "", 0


def _words_of_name(text: str, flat: str, start: int) -> tuple[str, int]:
    """The words of letters from here on, up to a comma, a number, or a word that no name has."""
    words: list[str] = []
    start = _after_title(flat, start)
    end = start
    for word in re.finditer(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text[start : start + 120]):
        between = text[end : start + word.start()]
        plain = flat[start + word.start() : start + word.end()]
        grown_small = bool(words) and words[0][0].isupper() and word[0].islower()
        if between.strip(" \t") or len(words) == _MOST_WORDS or grown_small or _ends_name(word[0], plain):
            break
        words.append(word[0])
        end = start + word.end()
    return tidy(" ".join(words)), end


def _after_title(flat: str, start: int) -> int:
    title = re.compile(_TITLE).match(flat, start)
    return title.end() if title else start


def _ends_name(word: str, plain: str) -> bool:
    """A capital letter speaks for a name: "Nguyễn Anh Thư" goes on, "thư điện tử" does not."""
    return _STOP.fullmatch(plain) is not None and not (_NAMES_TOO.fullmatch(plain) and word[0].isupper())


def address_in(text: str) -> str:
    """The first mail address; empty where none is."""
    found = _ADDRESS.search(text)
    return found[0].lower().strip(".-") if found else ""


def phone_in(text: str) -> str:
    """The first telephone number, as it is written today; empty where none is."""
    for found in _PHONE.finditer(text):
        number = converted(at_home(re.sub(r"[^\d+]", "", found[0])))
        if is_mobile(number) or is_landline(number):
            return number
    return ""
