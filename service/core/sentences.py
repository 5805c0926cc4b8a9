"""Findings and short phrases in words: fills the sentences of a message catalogue.

A catalogue is a flat mapping from key to sentence with `{blanks}`, read from
`mail_templates/default/<lang>/messages.toml` at the edge; a campaign may override single sentences.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from service.core.findings import Finding


class _Blanks(dict[str, str]):
    """A blank without a fact stays visible instead of failing: the mail still goes out."""

    def __missing__(self, key: str) -> str:
        return "…"


_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def _as_office_writes(value: str) -> str:
    """A canonical day (2021-05-04) as people write it (04/05/2021); anything else unchanged."""
    day = _ISO_DAY.fullmatch(value)
    return f"{day[3]}/{day[2]}/{day[1]}" if day else value


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one language."""

    language: str
    sentences: Mapping[str, str]

    def say(self, key: str, /, **facts: str) -> str:
        """The sentence `key`, blanks filled; falls back to the part before the last dot, then to the key itself."""
        name = key
        while name not in self.sentences and "." in name:
            name = name.rpartition(".")[0]
        return self.sentences.get(name, key).format_map(_Blanks(facts))

    def message(self, finding: Finding) -> str:
        """What is wrong and what to do, as one or two sentences."""
        facts = {name: _as_office_writes(value) for name, value in finding.facts.items()}
        if finding.value is not None:
            facts.setdefault("value", finding.value)
        if finding.suggestion is not None:
            facts.setdefault("suggestion", finding.suggestion)
        if finding.row is not None:
            facts.setdefault("row", str(finding.row))
        if finding.column is not None:
            facts.setdefault("heading", finding.column)
        return self.say(finding.key, **facts)
