"""What a page among scanned declarations is, from the signs that recognition saw on it: a form, letter, card, back.

A page is never dropped for being none of them: what nobody can name is `OTHER`, and writing that cannot be read
`UNREADABLE`. The words are those of Vietnamese offices and identity papers, in any campaign.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.core.forms import PageKind
from service.core.vietnam.text import fold


class Tones(StrEnum):
    """What a page looks like where no writing was found."""

    PLAIN = "plain"
    """Paper alone."""
    FAINT = "faint"
    """Something stands there, too pale, blurred or small to be made out."""
    DARK = "dark"
    """Large dark or coloured areas, as photographs have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSigns:
    """What was seen. `texts`: lines as read, top to bottom; `sureness`: how surely, 0 to 1, on average.

    `labels`: how many different labels of the form were found; `numbered`: that of a number which belongs to one person
    is among them; `marked`: its title or the caption above its signature; `headed`: its labels stand side by side.
    """

    texts: Sequence[str]
    sureness: float
    labels: int
    numbered: bool
    marked: bool
    headed: bool
    tones: Tones


FORM_LABELS, MARKED_FORM_LABELS = 6, 3
"""So many labels make a form; fewer where its title or a signature's caption stands there too."""
CUT_FORM_LABELS = 3
"""Labels of a form without title and caption: a part of one."""
LEAST_SURENESS = 0.7
"""Below, what was read is mostly guessed."""
LETTER_SCORE, CARD_SCORE = 3, 2
COVER_LINES, COVER_LETTERS = 10, 60
"""A title page has few lines, and none of them is long."""

_LETTER: Mapping[str, int] = {
    r"^kinh gui\b": 1,
    r"^v ?/ ?v\b": 1,
    r"^so ?:? ?\S{0,8} ?/ ?\S{2,}": 1,
    r"^can cu\b": 1,
    r"\bcong van\b": 1,
    r"\bgui kem\b|\bkem theo\b": 1,
    r"^tran trong\b": 1,
    r"\./\.": 1,
    r"^noi nhan\b": 2,
    r"\bluu ?: ?vt\b": 1,
    r"^(?:cong van|to trinh|bao cao|thong bao|quyet dinh|giay gioi thieu|bien ban(?: ban giao)?)$": 2,
}
"""Marks of an official letter (Nghị định 30/2020/NĐ-CP, phụ lục I) in a folded line, and what each weighs."""
_CARD: Mapping[str, int] = {
    r"^(?:the )?can cuoc(?: cong dan)?$|^(?:giay )?chung minh nhan dan$|^ho chieu(?: ?/ ?passport)?$": 2,
    r"^the bao hiem y te$|\bdriver'?s licen[cs]e\b|^giay phep lai xe": 2,
    r"\bidentity card\b|\bcitizen identity\b|\bpassport\b": 2,
    r"\bdac diem nhan dang\b|\bpersonal identi": 2,
    r"\bcuc truong cuc\b|\bgiam doc ca\b": 1,
    r"^[i1t]?d?vnm\d{6,}": 2,
    r"\bfull name\b": 1,
    r"\bdate of ?birth\b": 1,
    r"\bplace of ?origin\b|\bplace of ?residence\b|\bnguyen quan\b": 1,
    r"\bdate of ?expiry\b|\bco gia tri den\b": 1,
    r"\bngon tro (?:trai|phai)\b": 1,
}
"""Marks of an identity paper, of either side of it."""
_FOREIGN_TITLE = re.compile(
    r"^(?:don|phieu|giay|to khai|ban khai)\b.{0,60}\b(?:cu tru|tam tru|thuong tru|tam vang|ho tich|ho khau|khai sinh"
    r"|khai tu|ket hon|can cuoc|ho chieu|xuat canh|nhap canh|hai quan|thue|lai xe|ly lich tu phap|tin dung|vay von"
    r"|tai khoan ngan hang|nghi phep|nghi viec|thoi viec|xin viec|y te|kham benh|nhap hoc|tuyen sinh)\b"
)
_FOREIGN_READER = re.compile(
    r"^kinh gui\W*(?:\w+ ){0,2}?(?:cong an|ubnd|uy ban nhan dan|ngan hang|co quan thue|toa an|vien kiem sat|benh vien"
    r"|(?:chi )?cuc (?:thue|hai quan|canh sat|quan ly)|so (?:tu phap|y te|noi vu|xay dung|giao thong)|phong tu phap"
    r"|van phong cong chung|truong (?:dai hoc|cao dang|thpt|thcs|tieu hoc|mam non))\b"
)
"""Forms with a person's name, number and signature which are nobody's declaration here."""
_OURS = re.compile(r"\bgiao dich dien tu\b|^kinh gui\b.*\b(?:bhxh|bao hiem xa hoi)\b")
_BUNDLE = re.compile(r"\bho so\b|\bdanh sach\b|^tap\b|^quyen\b|\bbia\b")
"""Words of a bundle's cover. The form's own title alone makes none: it may be a form of which nothing else is left."""


def kind_of(signs: PageSigns) -> PageKind:
    """The first that fits, from what is surest to what cannot be told."""
    folded = [fold(text).strip() for text in signs.texts]
    is_form = signs.labels >= (MARKED_FORM_LABELS if signs.marked else FORM_LABELS)
    is_letter = _score(folded, _LETTER) >= LETTER_SCORE
    guessed = signs.sureness < LEAST_SURENESS
    fits = (
        (not any(len(text) > 2 for text in folded), _WORDLESS[signs.tones]),
        (not is_form and _score(folded, _CARD) >= CARD_SCORE, PageKind.IDENTITY),
        (_is_foreign(folded, is_letter=is_letter), PageKind.FOREIGN),
        (signs.headed, PageKind.LIST),
        (is_letter and not signs.numbered, PageKind.COVER),
        (is_form, PageKind.DECLARATION),
        (guessed, PageKind.PICTURE if signs.tones is Tones.DARK else PageKind.UNREADABLE),
        (is_letter or _is_title_page(folded, signs), PageKind.COVER),
        (signs.labels >= CUT_FORM_LABELS, PageKind.UNREADABLE),
    )
    return next((kind for is_so, kind in fits if is_so), PageKind.OTHER)


_WORDLESS = {Tones.PLAIN: PageKind.BLANK, Tones.FAINT: PageKind.UNREADABLE, Tones.DARK: PageKind.PICTURE}


def _score(folded: Sequence[str], marks: Mapping[str, int]) -> int:
    """The weight of all marks that are there, each counted once."""
    return sum(weight for mark, weight in marks.items() if any(re.search(mark, line) for line in folded))


def _is_foreign(folded: Sequence[str], *, is_letter: bool) -> bool:
    """A title that is another authority's, or words to such an authority; a letter to it stays a letter."""
    if any(_OURS.search(line) for line in folded):
        return False
    titled = any(_FOREIGN_TITLE.match(line) for line in folded)
    return titled or (not is_letter and any(_FOREIGN_READER.match(line) for line in folded))


def _is_title_page(folded: Sequence[str], signs: PageSigns) -> bool:
    few = len(folded) <= COVER_LINES and all(len(line) <= COVER_LETTERS for line in folded)
    return few and signs.labels <= 1 and not signs.numbered and any(_BUNDLE.search(line) for line in folded)
