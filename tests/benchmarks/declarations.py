"""Regression figures for reading declarations: `python -m tests.benchmarks.declarations [--pages 60] [--level fax]`,
with `--ticked` of pages on which gender and place of registration are ticked, with `--marks` of unsigned pages with a
cross, a tick, a circle, a finger's print and the like where the signature should stand, with `--by-hand` of pages whose
values are written by hand (where the fonts of `tests/drawn_forms/by_hand.py` are installed).

For each level pages of all layouts are drawn, read and judged against a roster in which every worker has a brother
and a namesake with neighbouring numbers. Exit status 1 when a page was wrongly accepted or a signed one was rejected.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from service.core.campaigns import DeclarationRules
from service.core.declarations.judgement import WRONG_PLACE, Judgement, judge
from service.core.forms import PageReading, Tick, Verdict
from service.core.records import RosterEntry
from service.documents.declarations.page_reader import read_pages
from service.settings.campaign_files import read_campaign_folder
from tests.drawn_forms.by_hand import installed
from tests.drawn_forms.cases import Case, case, marked_case, ticked_case, written_case
from tests.drawn_forms.choices import Choice
from tests.drawn_forms.marks import Mark
from tests.drawn_forms.people import crowd, rows_of
from tests.drawn_forms.wear import Level

CAMPAIGN = Path(__file__).parents[2] / "config" / "campaigns" / "vssid-2021"
ROSTER_SIZE = 200
NUMBERS = ("social_insurance_no", "citizen_id")
WRONG, WRONG_TICKS = ("WRONGLY ACCEPTED", "WRONGLY REJECTED", "WRONG NUMBER AGREED"), ("WRONG TICKS", "WRONGLY TOLD")


def main() -> int:
    options = _options()
    rules = read_campaign_folder(CAMPAIGN).campaign.declaration
    assert rules is not None
    draw = _drawing(options)
    bad = 0
    for level in options.level or list(Level):
        cases = [draw(level, options.first + number) for number in range(options.pages)]
        roster = crowd([each.person for each in cases], np.random.default_rng(7), max(ROSTER_SIZE, 3 * len(cases)))
        totals = measured(cases, roster, rules)
        signed = totals["signed pages"]
        print(f"{level}: " + "  ".join(f"{what} {count}" for what, count in sorted(totals.items())), flush=True)
        print(f"   accepted of the signed {totals['accepted'] / max(1, signed):.1%}", flush=True)
        bad += sum(totals[wrong] for wrong in (*WRONG, *WRONG_TICKS))
    return int(bool(bad))


def _drawing(options: argparse.Namespace) -> Callable[[Level, int], Case]:
    if options.by_hand and not installed():
        raise SystemExit("No handwriting to draw with: install the packages named in tests/drawn_forms/by_hand.py.")
    special = {marked: options.marks, ticked_case: options.ticked, written_case: options.by_hand}
    return next((draw for draw, wanted in special.items() if wanted), case)


def marked(level: Level, seed: int) -> Case:
    return marked_case(level, seed, list(Mark)[seed % len(Mark)])


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
    read = {key: reading.fields[key] for key in NUMBERS if key in reading.fields}
    right = {key for key, field in read.items() if field.value == each.person.values[key]}
    agreed = {key for key, field in read.items() if field.agreed}
    facts = {
        "pages": True,
        "signed pages": each.signed,
        "upright": reading.rotation == each.rotation,
        "numbers right": right == set(NUMBERS),
        "numbers agreed": agreed == set(NUMBERS),
        "WRONG NUMBER AGREED": bool(agreed - right),
        "right row": right_row,
        "signature unsure": reading.signed is None,
        "accepted": accepted and each.signed and right_row,
        "WRONGLY ACCEPTED": accepted and not (each.signed and right_row and not _elsewhere(each)),
        "WRONGLY REJECTED": judgement.verdict is Verdict.REJECTED and each.signed,
    }
    if each.filled.choice is not None:
        facts |= _ticks(each.filled.choice, reading, judgement)
    for wrong in (*WRONG, *WRONG_TICKS):
        if facts.get(wrong):
            print(f"   {wrong}: {each.described} {judgement.reasons}", flush=True)
    return [what for what, is_so in facts.items() if is_so]


def _elsewhere(each: Case) -> bool:
    """Whether the place where nobody may register is ticked."""
    return each.filled.choice is not None and 1 in each.filled.choice.ticked


def _ticks(choice: Choice, reading: PageReading, judgement: Judgement) -> dict[str, bool]:
    """How the place of registration was read: two boxes, right, or one of them unclear, or one of them wrong."""
    field = reading.fields.get("registered_at")
    seen = list(field.ticks.values()) if field else []
    true = [Tick.TICKED if number in choice.ticked else Tick.EMPTY for number in range(2)]
    mistaken = any(tick not in (right, Tick.UNCLEAR) for tick, right in zip(seen, true, strict=False))
    told = WRONG_PLACE in judgement.reasons
    return {
        "ticks right": seen == true,
        "ticks unclear": Tick.UNCLEAR in seen and not mistaken,
        "ticks not seen": not seen,
        "WRONG TICKS": mistaken,
        "wrong place ticked": choice.ticked == (1,),
        "wrong place told": told and choice.ticked == (1,),
        "WRONGLY TOLD": told and choice.ticked != (1,),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=60, help="pages of each level")
    parser.add_argument("--first", type=int, default=0, help="number of the first page: other numbers, other pages")
    parser.add_argument("--ticked", action="store_true", help="gender and place of registration ticked, not written")
    parser.add_argument("--marks", action="store_true", help="unsigned, with marks that are no signature")
    parser.add_argument("--by-hand", action="store_true", help="values written by hand")
    parser.add_argument("--level", type=Level, action="append", help="only this level (may be repeated)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
