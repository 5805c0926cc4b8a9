"""Regression figures for reading declarations: `python -m tests.benchmarks.declarations [--pages 60] [--level fax]`.

For each level pages of all layouts are drawn, read and judged against a roster in which every worker has a brother
and a namesake with neighbouring numbers. Exit status 1 when a page was wrongly accepted or a signed one was rejected.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from service.core.campaigns import DeclarationRules
from service.core.forms import PageReading, Verdict
from service.core.judgement import Judgement, judge
from service.core.records import RosterEntry
from service.documents.page_reader import read_pages
from service.settings.campaign_files import read_campaign_folder
from tests.drawn_forms.cases import Case, case
from tests.drawn_forms.people import crowd, rows_of
from tests.drawn_forms.wear import Level

CAMPAIGN = Path(__file__).parents[2] / "config" / "campaigns" / "vssid-2021"
ROSTER_SIZE = 200


def main() -> int:
    options = _options()
    rules = read_campaign_folder(CAMPAIGN).campaign.declaration
    assert rules is not None
    bad = 0
    for level in options.level or list(Level):
        cases = [case(level, options.first + number) for number in range(options.pages)]
        roster = crowd([each.person for each in cases], np.random.default_rng(7), max(ROSTER_SIZE, 3 * len(cases)))
        totals = measured(cases, roster, rules)
        signed = totals["signed pages"]
        print(f"{level}: " + "  ".join(f"{what} {count}" for what, count in sorted(totals.items())), flush=True)
        print(f"   accepted of the signed {totals['accepted'] / max(1, signed):.1%}", flush=True)
        bad += totals["WRONGLY ACCEPTED"] + totals["WRONGLY REJECTED"]
    return int(bool(bad))


def measured(cases: Sequence[Case], roster: Sequence[RosterEntry], rules: DeclarationRules) -> Counter[str]:
    totals: Counter[str] = Counter()
    for each in cases:
        (reading,) = read_pages(each.content, "", rules.layout, max_pages=1, max_pixels=100_000_000)
        judgement = judge(reading, roster, rules, document=each.described)
        totals.update(_seen(each, reading, judgement, set(rows_of(list(roster), each.person))))
    return totals


def _seen(each: Case, reading: PageReading, judgement: Judgement, rows: set[int]) -> list[str]:
    right_row = judgement.entry is not None and judgement.entry.row in rows
    accepted = judgement.verdict is Verdict.ACCEPTED
    facts = {
        "pages": True,
        "signed pages": each.signed,
        "upright": reading.rotation == each.rotation,
        "numbers right": all(
            key in reading.fields and reading.fields[key].value == each.person.values[key]
            for key in ("social_insurance_no", "citizen_id")
        ),
        "right row": right_row,
        "signature unsure": reading.signed is None,
        "accepted": accepted and each.signed and right_row,
        "WRONGLY ACCEPTED": accepted and not (each.signed and right_row),
        "WRONGLY REJECTED": judgement.verdict is Verdict.REJECTED and each.signed,
    }
    for wrong in ("WRONGLY ACCEPTED", "WRONGLY REJECTED"):
        if facts[wrong]:
            print(f"   {wrong}: {each.described} {judgement.reasons}", flush=True)
    return [what for what, is_so in facts.items() if is_so]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=60, help="pages of each level")
    parser.add_argument("--first", type=int, default=0, help="number of the first page: other numbers, other pages")
    parser.add_argument("--level", type=Level, action="append", help="only this level (may be repeated)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
