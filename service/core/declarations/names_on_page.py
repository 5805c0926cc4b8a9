"""Whether a worker is named on a page, wherever a name may stand: the roster says which name to look for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz

from service.core.vietnam.text import folded_words

LIKENESS = 90
"""Of a name without blanks, read on a bad page; two that differ in a letter are told apart by the roster."""
MOST_TEXTS = 80
LONGEST_TEXT = 120
_FEWEST_WORDS = 2


def may_name(texts: Iterable[str]) -> tuple[str, ...]:
    """Of a page's lines those in which a person's name may stand, folded: two words of letters or more."""
    folded = (folded_words(text) for text in texts if len(text) <= LONGEST_TEXT)
    kept = (text for text in folded if sum(word.isalpha() for word in text.split()) >= _FEWEST_WORDS)
    return tuple(dict.fromkeys(kept))[:MOST_TEXTS]


def is_named(name: str, others: Iterable[str], texts: Sequence[str]) -> bool:
    """Whether some text says the name, and says no other name of the list better. `texts`: folded."""
    wanted = folded_words(name)
    seen = {window: score for window, score in _windows(wanted, texts) if score >= LIKENESS}
    if len(wanted.split()) < _FEWEST_WORDS or not seen:
        return False
    rivals = [plain for other in others if (plain := _plain(folded_words(other))) != _plain(wanted)]
    return any(all(fuzz.ratio(window, rival) < score for rival in rivals) for window, score in seen.items())


def _windows(wanted: str, texts: Sequence[str]) -> Iterator[tuple[str, float]]:
    """As many words as the name has, one less and one more, for blanks are read badly."""
    plain, count = _plain(wanted), len(wanted.split())
    for text in texts:
        words = text.split()
        for size in {max(1, count - 1), count, count + 1}:
            for start in range(len(words) - size + 1):
                window = "".join(words[start : start + size])
                if abs(len(window) - len(plain)) <= 1:
                    yield window, fuzz.ratio(window, plain, score_cutoff=LIKENESS)


def _plain(folded: str) -> str:
    return folded.replace(" ", "")
