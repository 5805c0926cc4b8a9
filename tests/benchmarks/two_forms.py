"""Regression figures for two declarations on one page: `python -m tests.benchmarks.two_forms [--pages 20] [--first 0]`.

Each page is drawn with two workers of one layout, one above the other or side by side, in every fifth one the second
form on its head, and judged as `tests.benchmarks.declarations` does. Exit status 1 when a form was accepted for another
worker or without a signature, a signed one was rejected, or a page with two forms was read as one.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass

import numpy as np

from service.core.campaigns import DeclarationRules
from service.core.declarations.judgement import judge
from service.core.forms import PageKind, PageReading, Verdict
from service.core.records import RosterEntry
from service.documents.declarations.page_reader import read_pages
from service.settings.campaign_files import read_campaign_folder
from tests.benchmarks.declarations import CAMPAIGN, ROSTER_SIZE
from tests.drawn_forms.cases import Case, case
from tests.drawn_forms.layouts import LAYOUTS
from tests.drawn_forms.others import two_on_one
from tests.drawn_forms.people import crowd, rows_of
from tests.drawn_forms.wear import Level, captured

BAD = ("wrongly accepted", "wrongly rejected", "read as one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The file as sent, and the two forms on it."""

    content: bytes
    forms: tuple[Case, Case]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--level", type=Level, action="append")
    options = parser.parse_args()
    rules = read_campaign_folder(CAMPAIGN).campaign.declaration
    assert rules is not None
    bad = 0
    for level in options.level or list(Level):
        pages = [drawn(level, options.first + number) for number in range(options.pages)]
        people = [form.person for page in pages for form in page.forms]
        roster = crowd(people, np.random.default_rng(7), max(ROSTER_SIZE, 3 * len(people)))
        totals: Counter[str] = Counter()
        for page in pages:
            totals += measured(page, roster, rules)
        print(f"{level}: {len(pages)} pages", *(f"{count} {name}" for name, count in sorted(totals.items())), sep=", ")
        bad += sum(totals[name] for name in BAD)
    return int(bad > 0)


def drawn(level: Level, number: int) -> Page:
    layout = list(LAYOUTS.values())[number % len(LAYOUTS)]
    chance = np.random.default_rng([96, list(Level).index(level), number])
    first, second = (case(Level.CLEAN, 10_000 + 2 * number + place, layout) for place in (0, 1))
    beside = bool(chance.random() < 0.5)
    page = two_on_one(layout, (first.filled, second.filled), chance, beside=beside)
    if number % 5 == 4:
        half = page[:, page.shape[1] // 2 :] if beside else page[page.shape[0] // 2 :]
        half[:] = half[::-1, ::-1].copy()
    return Page(content=captured(page, level, 90 * int(chance.integers(4)), chance), forms=(first, second))


def measured(page: Page, roster: list[RosterEntry], rules: DeclarationRules) -> Counter[str]:
    readings = read_pages(page.content, "", rules.layout, max_pages=1, max_pixels=100_000_000)
    if len(readings) == 1 and readings[0].kind is not PageKind.DECLARATION:
        return Counter({"not known as a form": 1})
    if len(readings) == 1:
        return Counter({"left to a person" if readings[0].doubts else "read as one": 1})
    totals = Counter({"taken apart": 1})
    for reading, form in zip(readings, page.forms, strict=True):
        totals += _judged(reading, form, roster, rules)
    return totals


def _judged(reading: PageReading, form: Case, roster: list[RosterEntry], rules: DeclarationRules) -> Counter[str]:
    judgement = judge(reading, roster, rules, document="page")
    row = judgement.entry.row if judgement.entry else None
    is_own = row is not None and row in rows_of(roster, form.person)
    right = form.signed and is_own
    totals = Counter({f"parts {judgement.verdict}": 1, "parts signed": int(form.signed)})
    totals["wrongly accepted"] += judgement.verdict is Verdict.ACCEPTED and not right
    totals["wrongly rejected"] += judgement.verdict is Verdict.REJECTED and form.signed
    totals["wrong row"] += row is not None and not is_own
    return +totals


if __name__ == "__main__":
    sys.exit(main())
