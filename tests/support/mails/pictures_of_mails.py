"""The pictures of mails in the guides; `python -m tests.support.mails.pictures_of_mails` writes them anew."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from PIL import Image

from service.core.progress.progress import Progress, Stage
from service.core.progress.summary_facts import BurnUp, SummaryFacts
from service.flow.outbox.progress import remaining_in_words
from service.flow.reports.needs import Matter, Need
from service.wiring.picturing import summary
from tests.support.harness.bundled_campaign import ROOT, bundled_campaign, bundled_folder, bundled_wording
from tests.support.mails.browser import picture
from tests.support.mails.mail_facts import NOW, PROGRESS, UNIT, ZONE, render

AFTERNOON = datetime(2021, 5, 14, 16, 0, tzinfo=ZONE)
WIDE, NARROW = 660, 360
QUESTION = {"number": "12", "subject": "Người nghỉ thai sản", "day": "13/05"}
WISH = {"day": "25/05/2021", "task": "57"}


def _progress(code: str) -> Progress:
    done = Progress(unit=code, roster_version=1, workers=6, expected=6, forms_expected=6, forms_accepted=6)
    return {
        "U03": replace(done, roster_errors=2, forms_accepted=3, forms_missing=("x", "x", "x")),
        "U08": replace(done, forms_accepted=4, forms_missing=("x", "x"), discrepancies_answered=False),
        "U09": Progress(unit=code, expected=6),
        "U12": replace(done, forms_accepted=5, forms_in_review=("Hồ Anh Nam",)),
    }.get(code, done)


def _summary() -> tuple[dict[str, Any], bytes]:
    """Facts of the mail, and its picture made as the service makes it."""
    folder, wording = bundled_folder(), bundled_wording()
    rows = [
        {"unit": unit, "progress": (each := _progress(unit.code)), "stage_words": wording.say(f"stage.{each.stage}")}
        for unit in folder.units
    ]
    stages = [row["progress"].stage for row in rows]  # type: ignore[attr-defined]  # a Progress
    burn_up = BurnUp(
        begun=date(2021, 4, 22),
        last_day=date(2021, 5, 19),
        today=AFTERNOON.date(),
        units=12,
        units_done=tuple(date(2021, 4, 27 + number) for number in range(4))
        + (date(2021, 5, 6),) * 3
        + (date(2021, 5, 12),) * 2,
        forms=72,
        forms_done=tuple(date(2021, 4, 26 + number // 10) for number in range(50)) + (date(2021, 5, 11),) * 9,
    )
    facts = SummaryFacts(
        units=folder.units, progress=[_progress(unit.code) for unit in folder.units], now=AFTERNOON, burn_up=burn_up
    )
    needs = [
        Need(
            how=wording.say("needs.how.question", number="12"),
            matters=(Matter(text=wording.say("needs.question", unit="U08 Trung tâm Phát triển phần mềm", **QUESTION)),),
        ),
        Need(
            how=wording.say("needs.how.form", number="41"),
            matters=(
                Matter(text=wording.say("needs.review", unit="U12 Văn phòng Công ty", names="Hồ Anh Nam (số 41)")),
            ),
        ),
        Need(
            how=wording.say("needs.how.extension", task="57", unit="U03"),
            matters=(Matter(text=wording.say("needs.extension", unit="U03 Trung tâm Y tế số", **WISH)),),
        ),
    ]
    said = {
        "left": wording.say("summary.left.days", days="3"),
        "needs": needs,
        "matters": len(needs),
        "units": [row for row in rows if row["progress"].stage is not Stage.COMPLETE],  # type: ignore[attr-defined]  # a Progress
        "complete": [unit.code for unit in folder.units if _progress(unit.code).stage is Stage.COMPLETE],
        "counts": {stage: stages.count(stage) for stage in Stage} | {"units": 12},
        "quiet_since": None,
        "now": AFTERNOON,
        "reply_code": "7KQM-2XPD",
        "asks": False,
    }
    return said, summary(bundled_campaign(), facts, wording)[0]


def _page(mail: str, facts: Mapping[str, Any], shown: bytes | None = None) -> str:
    page = render(mail, **facts).html
    source = f'src="data:image/png;base64,{base64.b64encode(shown or b"").decode()}"'
    return re.sub(r'src="cid:[^"]*"', source, page)


def write(folder: Path) -> None:
    """All of them: width, height, dark."""
    said, shown = _summary()
    progress = replace(PROGRESS, not_in_roster=(), discrepancies_answered=True)
    reminder = {
        "remaining": remaining_in_words(bundled_campaign(), progress, bundled_wording()),
        "unit": UNIT,
        "now": NOW,
    }
    summary = _page("summary", said, shown)
    for name, page, width, height, dark in (
        ("thu-mo-dau", _page("opening", {}), WIDE, 2140, False),
        ("thu-nhac", _page("reminder", reminder), WIDE, 1110, False),
        ("thu-nhac-dien-thoai", _page("reminder", reminder), NARROW, 1580, True),
        ("thu-qua-han", _page("overdue", reminder), WIDE, 1130, False),
        ("thu-tong-hop", summary, WIDE, 2060, False),
        ("thu-tong-hop-nen-toi", summary, WIDE, 2060, True),
    ):
        seen = Image.open(io.BytesIO(picture(page, width=width, height=height, dark=dark)))
        narrow = seen.convert("RGB").crop((0, 0, width, height)).quantize(64, dither=Image.Dither.NONE)
        narrow.save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    write(ROOT / "docs" / "images")
