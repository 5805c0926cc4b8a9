"""The printed labels of a form in lines of text: found although letters are missing, confused or run together.

Works on text alone, so a text layer and a scan are searched alike. The labels are the layout's; nothing is hard-coded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from rapidfuzz import fuzz

from service.core.campaigns import FormLayout

LEAST_SCORE = 76.0
LEAST_CAPTION = 70.0
LEAST_IN_SPACE = 85.0
LONG_TITLE = 10
WORD_BEFORE = 2
"""Letters before a label that are more than its misread number."""
TOLERANT_LABEL = 8
"""Letters from which on a label is told apart even when more than a quarter of it is misread."""
CHARACTERS = 1024
"""More than a language has: what became of each is remembered."""
_CONFUSED = str.maketrans("0651|!", "oosill")
_BEFORE_LABEL = re.compile(r"[\])|jl\d._…/]\s*$")
_AFTER_LABEL = re.compile(r"[^:0-9A-Za-zÀ-ỹ]{0,3}(\(?email\)?|\([^():]{1,30}\))?\s*[:;.]?\s*", re.IGNORECASE)
_FIELD_NUMBER = re.compile(r"[\[\(\|lIjJiTịỊL1]{0,2}\s*[0-9OoU]{1,2}\s*[\]\)\|jJlIị/1]?\s*$")
_LIKE_A_NUMBER = frozenset("lLiIịỊjJtTfoOuUsSbBzZdDgGqQ")
_NUMBERS = re.compile(r"\d{3,}|(?<![a-z])\d+(?![a-z])")
_TIME_OF_DAY = re.compile(r"\b[0-2]?\d:[0-5]\d\b")
_LEADERS = re.compile(r"^[\s._:,;·\-–…]+|[\s._,;:·\-–|…]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label found in a text, from `start` up to where its value begins (`end`)."""

    key: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Printed:
    key: str
    letters: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelBook:
    """A layout's labels, titles and captions, prepared for searching."""

    printed: tuple[_Printed, ...]
    titles: tuple[str, ...]
    captions: tuple[str, ...]
    instructions: tuple[str, ...]
    """Those captions that stand in brackets below the others: "(Ký, ghi rõ họ tên)"."""
    others: tuple[str, ...] = ()
    """Captions above other people's signatures."""
    in_space: tuple[str, ...] = ()
    """What signing programs and stickers put into the space for a signature."""
    _found: dict[str, tuple[Label, ...]] = field(default_factory=dict, compare=False, repr=False)
    """What was searched already: places, kind of page and second forms ask for the same lines."""

    def find(self, text: str) -> tuple[Label, ...]:
        """The labels in a text, from left to right; they do not overlap, and each field has one at most."""
        if text not in self._found:
            self._found[text] = self._searched(text)
        return self._found[text]

    def _searched(self, text: str) -> tuple[Label, ...]:
        letters, origin = letters_with_origin(text)
        if self.is_title(text):
            return ()
        tries = [found for printed in self.printed if (found := _search(printed, letters, origin, text)) is not None]
        chosen: list[Label] = []
        for label in sorted(tries, key=lambda label: -label.score):
            taken = any(label.start < other.end and other.start < label.end for other in chosen)
            if label.score >= LEAST_SCORE and not taken and all(label.key != other.key for other in chosen):
                chosen.append(label)
        return tuple(
            sorted((_with_tail(_longest(label, tries), text) for label in chosen), key=lambda label: label.start)
        )

    def is_title(self, text: str) -> bool:
        """Whether the text is (a line of) one of the form's titles."""
        letters = squeezed(text)
        return len(letters) >= LONG_TITLE and any(
            fuzz.partial_ratio(letters, title) >= 88 and len(letters) <= 1.2 * len(title) for title in self.titles
        )

    def is_caption(self, text: str) -> bool:
        return self.caption_likeness(text) >= LEAST_CAPTION and not self.is_other_caption(text)

    def is_other_caption(self, text: str) -> bool:
        """Whether the text stands above somebody else's signature, such as the head of the unit's."""
        likeness = _likeness(text, self.others)
        return likeness >= LEAST_CAPTION and likeness > self.caption_likeness(text)

    def stands_in_space(self, text: str) -> bool:
        """Whether a signing program or a sticker says this: "Ký bởi: …", "Ký tại đây", or the time of day."""
        letters = squeezed(text)
        return bool(_TIME_OF_DAY.search(text)) or any(
            len(letters) >= len(said) and fuzz.partial_ratio(said, letters) >= LEAST_IN_SPACE for said in self.in_space
        )

    def caption_likeness(self, text: str) -> float:
        """0 to 100: how much the whole text is a caption above the signature."""
        return _likeness(text, self.captions)

    def ends_captions(self, text: str) -> bool:
        """Whether nothing more is printed between this caption and the space for the signature."""
        return not self.instructions or _likeness(text, self.instructions) >= LEAST_CAPTION


def label_book(layout: FormLayout) -> LabelBook:
    return LabelBook(
        printed=tuple(
            _Printed(key=printed.key, letters=squeezed(label))
            for printed in layout.fields
            for label in _spellings(printed.labels)
        ),
        titles=tuple(squeezed(title) for title in layout.titles),
        captions=tuple(squeezed(caption) for caption in layout.signature_captions),
        instructions=tuple(squeezed(caption) for caption in layout.signature_captions if caption.startswith("(")),
        others=tuple(squeezed(caption) for caption in layout.other_captions),
        in_space=tuple(squeezed(said) for said in layout.printed_in_space),
    )


def _likeness(text: str, captions: tuple[str, ...]) -> float:
    letters = squeezed(text)
    if not 6 <= len(letters) <= 40:
        return 0.0
    return max((fuzz.ratio(letters, caption) for caption in captions), default=0.0)


def _spellings(labels: Iterable[str]) -> list[str]:
    return [label for label in dict.fromkeys(labels) if len(squeezed(label)) >= 4]


def folded_letters(text: str) -> str:
    """Lower case without accents, letter for letter as long as the NFC text."""
    return "".join(map(_plain_and_small, unicodedata.normalize("NFC", text)))


def without_accents(text: str) -> str:
    """Capitals stay capitals; letter for letter as long as the NFC text."""
    return "".join(map(_plain, unicodedata.normalize("NFC", text)))


@lru_cache(CHARACTERS)
def _plain_and_small(character: str) -> str:
    return _plain(character).lower()[:1]


@lru_cache(CHARACTERS)
def _plain(character: str) -> str:
    if character in "đĐ":
        return "d" if character == "đ" else "D"
    return unicodedata.normalize("NFD", character)[0]


def squeezed(text: str) -> str:
    """Only the letters, without accents; digits that look like letters count as those."""
    return re.sub(r"[^a-z]", "", folded_letters(text).translate(_CONFUSED))


def letters_with_origin(text: str) -> tuple[str, list[int]]:
    """The squeezed text, and for each of its letters where it stood; digits count only as parts of words ("s6")."""
    plain = _NUMBERS.sub(lambda number: "#" * len(number.group()), folded_letters(text)).translate(_CONFUSED)
    kept = [(letter, at) for at, letter in enumerate(plain) if "a" <= letter <= "z"]
    return "".join(letter for letter, _ in kept), [at for _, at in kept]


def _search(printed: _Printed, letters: str, origin: list[int], text: str) -> Label | None:
    length = len(printed.letters)
    if len(letters) < length - 2:
        return None
    found = fuzz.partial_ratio_alignment(
        printed.letters, letters, score_cutoff=70 if length >= TOLERANT_LABEL else LEAST_SCORE
    )
    if found is None or found.dest_end <= found.dest_start:
        return None
    start, end = origin[found.dest_start], origin[found.dest_end - 1] + 1
    score = found.score + 0.9 * min(length, 12)
    if length < TOLERANT_LABEL and found.score < 86:
        score -= 14
    if _follows_words(text[:start]):
        score -= 25
    if start > 60:
        score -= 25
    return Label(key=printed.key, start=start, end=end, score=score)


def _follows_words(before: str) -> bool:
    """Whether a label would begin in the middle of a sentence or a name: "Trần Đình Toàn" is no "Điện thoại".

    Few letters before it may be its number, misread: "lO2l".
    """
    letters = [character for character in before if character.isalpha()]
    apart = before.endswith(" ") or all(letter.isupper() for letter in letters)
    word = apart and len(letters) >= WORD_BEFORE and any(letter not in _LIKE_A_NUMBER for letter in letters)
    return (len(before) > 6 or word) and not _BEFORE_LABEL.search(folded_letters(before))


def _longest(label: Label, tries: list[Label]) -> Label:
    """The label as far as its longer variants reach: "Số điện thoại" goes on with "liên hệ"."""
    longer = (
        other.end
        for other in tries
        if other.key == label.key and other.start <= label.start + 2 and other.score >= label.score - 20
    )
    return replace(label, end=max(longer, default=label.end))


def _with_tail(label: Label, text: str) -> Label:
    """The label with what belongs to it and not to the value: a remark in brackets, the colon."""
    end = label.end
    colon = text.rfind(":", label.start, end)
    if colon > label.start + 3 and end - colon <= 4:
        end = colon
    tail = _AFTER_LABEL.match(text, end)
    return replace(label, end=tail.end() if tail else end)


def number_before(text: str, label: Label) -> int:
    """Where the field's number ("[08]") before a label begins; the label's own start where there is none."""
    number = _FIELD_NUMBER.search(text[: label.start])
    return number.start() if number else label.start


def without_leaders(text: str) -> str:
    """The text without dotted leaders and stray punctuation at its ends."""
    return _LEADERS.sub("", text)
