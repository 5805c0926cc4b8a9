"""Ticks of forms with a text layer: characters such as "☑" or "(x)", and what the page's picture shows.

Squares may be drawn instead of written, and a mark may be drawn over a written square: where the two differ, a person
has to look.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from service.core.campaigns import FormLayout
from service.core.forms import FieldReading, Tick
from service.documents.fields.choices import Printed, printed_choices
from service.documents.fields.places import ValuePlace
from service.documents.fields.ticks import as_ticked, ticked_field, ticks_of
from service.documents.pages.lines import Line
from service.documents.pages.shapes import Picture

_WINGDINGS_EMPTY, _WINGDINGS_TICKED = "\uf06f\uf071\uf0a1\uf0a3\uf0a8", "\uf052\uf053\uf06e\uf0fb\uf0fc\uf0fd\uf0fe"
_EMPTY = rf"(?:[☐□▢❏❑❒○◯{_WINGDINGS_EMPTY}]|\(\s*\)|\[\s*\])"
_TICKED = rf"(?:[☑☒⊠■●◉✓✔✗✘{_WINGDINGS_TICKED}]|[(\[]\s*[xXvV✓✔✗✘]\s*[)\]])"
_BEFORE = {Tick.EMPTY: re.compile(rf"{_EMPTY}\s*$"), Tick.TICKED: re.compile(rf"{_TICKED}\s*$")}
_AFTER = {tick: re.compile(rf"^\s*{pattern}") for tick, pattern in ((Tick.EMPTY, _EMPTY), (Tick.TICKED, _TICKED))}


def ticked_in_text(
    grey: Picture, layout: FormLayout, places: Mapping[str, ValuePlace], lines: Sequence[Line]
) -> dict[str, FieldReading]:
    """The fields whose choices are printed to be ticked. `lines`, `places`: in pixels of `grey`, the rendered page."""
    fields: dict[str, FieldReading] = {}
    for field in layout.fields:
        printed = printed_choices(field, places, lines) if field.choices else []
        if not printed:
            continue
        written = _written(printed)
        if written is None:
            reading = ticked_field(grey, field, printed)
        else:
            drawn = ticks_of(grey, printed) or written
            ticks = [_both(*pair) for pair in zip(written, drawn, strict=True)]
            reading = as_ticked(field, printed, ticks)
        if reading is not None:
            fields[field.key] = reading
    return fields


def _written(printed: Sequence[Printed]) -> list[Tick] | None:
    """The characters before the words, or after them; None where not every choice has one on the same side."""
    before = [_tick(_BEFORE, choice.before) for choice in printed]
    after = [_tick(_AFTER, choice.after) for choice in printed]
    whole = [[tick for tick in side if tick is not None] for side in (before, after)]
    return next((side for side in whole if len(side) == len(printed)), None)


def _tick(patterns: Mapping[Tick, re.Pattern[str]], text: str) -> Tick | None:
    return next((tick for tick, pattern in patterns.items() if pattern.search(text)), None)


def _both(written: Tick, drawn: Tick) -> Tick:
    return written if drawn in (written, Tick.UNCLEAR) else Tick.UNCLEAR
