"""One value out of several readings: when it is agreed, and which to show when it is not.

The rule comes from measurement (3,289 digit fields, none wrongly agreed): the form is right, two independent networks
say the same, and nobody says another value of the right form. A network's own certainty is not enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from service.core.campaigns import ColumnKind
from service.core.forms import FieldReading
from service.documents.fields.canonical_values import canonical, is_valid, same_name_as_read
from service.documents.fields.name_syllables import likelier_name
from service.documents.pages.readers import Read
from service.documents.pages.shapes import Box

LEAST_SURE = 0.6
"""Two networks that both only guess do not confirm each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One reading. `network`: readings of one network do not confirm each other; `how`: which picture it looked at."""

    network: str
    how: str
    value: str
    sure: float
    valid: bool

    @property
    def name(self) -> str:
        return f"{self.network} {self.how}".strip()


def vote(kind: ColumnKind, network: str, how: str, read: Read) -> Vote:
    value = canonical(kind, read.text)
    return Vote(network=network, how=how, value=value, sure=read.least_sure, valid=is_valid(kind, value))


def decide_value(votes: Sequence[Vote], box: Box) -> FieldReading | None:
    """The field as all readings together give it; None where nobody read anything. Earlier votes win ties."""
    cast = [it for it in votes if it.value]
    if not cast:
        return None
    value = _most_wanted([it for it in cast if it.valid] or cast)
    backers = [it for it in cast if it.value == value]
    others = {it.value for it in cast if it.valid} - {value}
    sure = max(it.sure for it in backers) >= LEAST_SURE
    agreed = backers[0].valid and sure and len({it.network for it in backers}) >= 2 and not others
    return _reading(value, _confidence(backers, cast), agreed, cast, box)


def decide_name(votes: Sequence[Vote], box: Box) -> FieldReading | None:
    """Like `decide_value`, but names that differ only in capitals or tone placement are the same.

    Shown is the first reading, with its unusual syllables replaced by another reader's usual ones.
    """
    cast = [it for it in votes if it.value]
    if not cast:
        return None
    first = next((it for it in cast if it.valid), cast[0])
    value = likelier_name(first.value, [it.value for it in cast if it.valid])
    backers = [it for it in cast if same_name_as_read(it.value, value)] or [first]
    networks = {it.network for it in backers}
    agreed = first.valid and len(networks) >= 2 and len(backers) == len(cast)
    return _reading(value, _confidence(backers, cast), agreed, cast, box)


def _most_wanted(votes: Sequence[Vote]) -> str:
    """The value with most networks, then most votes, then the surest."""
    networks = Counter(value for _, value in {(it.network, it.value) for it in votes})
    counts = Counter(it.value for it in votes)
    surest = max(votes, key=lambda it: (networks[it.value], counts[it.value], it.sure))
    return surest.value


def _confidence(backers: Sequence[Vote], cast: Sequence[Vote]) -> float:
    """The best backer's certainty, less where others say something else."""
    return max(it.sure for it in backers) * (0.5 + 0.5 * len(backers) / len(cast))


def _reading(value: str, confidence: float, agreed: bool, cast: Sequence[Vote], box: Box) -> FieldReading:
    return FieldReading(
        value=value,
        confidence=round(min(1.0, confidence), 4),
        agreed=agreed,
        readings={it.name: it.value for it in cast},
        box=box.rounded(),
    )
